//! The code of an image, apart from the data that lies within it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use object::{Object, ObjectSection, ObjectSymbol, SectionKind};

use super::thumb::Memory;

/// The executable bytes, and which of them are instructions.
pub struct Text<'a> {
    sections: Vec<(u32, &'a [u8])>,
    /// Where code (true) and data (false) begin, by the mapping symbols `$t` and `$d` of the Arm ELF format.
    kinds: BTreeMap<u32, bool>,
}

impl<'a> Text<'a> {
    /// The code of an image.
    pub fn read(file: &object::File<'a>) -> Result<Self> {
        let mut sections = Vec::new();
        for section in file.sections().filter(|section| section.kind() == SectionKind::Text) {
            let start = u32::try_from(section.address())
                .map_err(|_| anyhow!("an address beyond 32 bits"))?;
            sections.push((start, section.data().context("unreadable code")?));
        }
        let mut kinds = BTreeMap::new();
        for symbol in file.symbols() {
            let kind = match symbol.name().ok().and_then(|name| name.get(..2)) {
                Some("$t") => true,
                Some("$d") => false,
                _ => continue,
            };
            kinds.insert(u32::try_from(symbol.address())? & !1, kind);
        }
        Ok(Self { sections, kinds })
    }

    /// The runs of instructions in `start..end`.
    pub fn code(&self, start: u32, end: u32) -> Vec<(u32, u32)> {
        let mut is_code = self.kinds.range(..=start).next_back().is_none_or(|(_, &kind)| kind);
        let mut from = start;
        let mut runs = Vec::new();
        for (&at, &kind) in self.kinds.range(start..end) {
            if is_code && at > from {
                runs.push((from, at));
            }
            (from, is_code) = (at, kind);
        }
        if is_code && end > from {
            runs.push((from, end));
        }
        runs
    }

    /// Where the section around `at` ends.
    pub fn end(&self, at: u32) -> Option<u32> {
        let ends = self.sections.iter().map(|(start, bytes)| (*start, start + bytes.len() as u32));
        ends.filter(|&(start, end)| (start..end).contains(&at)).map(|(_, end)| end).next()
    }
}

impl Memory for Text<'_> {
    fn half(&self, at: u32) -> Option<u16> {
        self.sections.iter().find_map(|(start, bytes)| {
            let from = usize::try_from(at.checked_sub(*start)?).ok()?;
            let half = bytes.get(from..from + 2)?;
            Some(u16::from_le_bytes([half[0], half[1]]))
        })
    }
}
