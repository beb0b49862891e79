//! A linked image: its functions, what their code leads to, and which source lines an instruction comes from.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use addr2line::Context as Lines;
use anyhow::{Context, Result, bail};
use gimli::{AttributeValue, EndianSlice, LittleEndian};
use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};
use rustc_demangle::demangle;

use super::text::Text;
use super::thumb::{Instruction, Leads, Reader};

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// A function as the linker placed it.
#[derive(Debug)]
pub struct Function {
    /// Its first instruction.
    pub start: u32,
    /// The address after its last byte.
    pub end: u32,
    /// Its names, made readable: the linker gives equal functions one place.
    pub names: Vec<String>,
    /// Whether its source says that it never returns (`-> !`).
    pub diverges: bool,
}

/// One source function that contributed an instruction, innermost first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Frame {
    /// Its name, made readable.
    pub function: String,
    /// The source file, if the image knows it.
    pub file: Option<String>,
    /// The line in that file; 0 if the image does not know it.
    pub line: u32,
}

/// A place in the code that leads to the start of a function.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The instruction.
    pub at: u32,
    /// The function that it belongs to, as an index.
    pub from: usize,
    /// The function that it leads to, as an index.
    pub to: usize,
}

/// A linked image.
pub struct Image<'a> {
    /// Its functions in the order of their addresses.
    pub functions: Vec<Function>,
    /// Every place that leads to a function other than its own.
    pub edges: Vec<Edge>,
    /// All names of symbols, made readable.
    pub symbols: Vec<String>,
    text: Text<'a>,
    lines: Lines<Slice<'a>>,
}

impl<'a> Image<'a> {
    /// Reads an ELF file. It needs symbols and debug lines.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let file = object::File::parse(bytes).context("not an ELF file")?;
        if file.architecture() != object::Architecture::Arm {
            bail!("an image for {:?}, not for a Cortex-M", file.architecture());
        }
        let dwarf = dwarf(&file)?;
        let diverging = diverging(&dwarf)?;
        let text = Text::read(&file)?;
        let mut functions = functions(&file, &text);
        if functions.is_empty() {
            bail!("no symbols: the image was stripped; build it without `strip`");
        }
        if diverging.is_empty() {
            bail!("no debug information: build the image with `debug = 1` or more");
        }
        for function in &mut functions {
            function.diverges = diverging.contains(&function.start);
        }
        let edges = edges(&functions, &text);
        let symbols =
            file.symbols().filter_map(|symbol| symbol.name().ok()).map(readable).collect();
        let lines = Lines::from_dwarf(dwarf).context("unreadable debug information")?;
        Ok(Self { functions, edges, symbols, text, lines })
    }

    /// The source functions behind the instruction at `at`, innermost first; empty if the image does not say.
    pub fn frames(&self, at: u32) -> Vec<Frame> {
        let mut frames = Vec::new();
        let Ok(mut found) = self.lines.find_frames(u64::from(at)).skip_all_loads() else {
            return frames;
        };
        while let Ok(Some(frame)) = found.next() {
            let name = frame.function.as_ref().and_then(|function| function.raw_name().ok());
            let location = frame.location.as_ref();
            frames.push(Frame {
                function: name.map_or_else(String::new, |name: Cow<'_, str>| readable(&name)),
                file: location.and_then(|location| location.file).map(str::to_owned),
                line: location.and_then(|location| location.line).unwrap_or(0),
            });
        }
        frames.retain(|frame| !frame.function.is_empty() || frame.file.is_some());
        frames
    }

    /// The accounts of how the code comes to the instruction at `at`, each as [`Image::frames`].
    ///
    /// One call to a panic function often serves several checks: the optimiser joins the calls and gives the joint one
    /// line 0. Then each way that leads there is gone backward to the first instruction that has a line.
    pub fn accounts(&self, edge: &Edge) -> Vec<Vec<Frame>> {
        let own = self.frames(edge.at);
        if has_line(&own) {
            return vec![own];
        }
        let code = self.instructions(edge.from);
        let mut accounts = Vec::new();
        let mut seen = BTreeSet::from([edge.at]);
        let mut ways = vec![edge.at];
        while let Some(to) = ways.pop() {
            for from in self.before(&code, to) {
                if !seen.insert(from) {
                    continue;
                }
                let frames = self.frames(from);
                if has_line(&frames) {
                    accounts.push(frames);
                } else {
                    ways.push(from);
                }
            }
        }
        accounts.sort();
        accounts.dedup();
        if accounts.is_empty() { vec![own] } else { accounts }
    }

    /// The instructions from which that at `to` is reached next.
    fn before(&self, code: &[Instruction], to: u32) -> Vec<u32> {
        let falls_through = |instruction: &Instruction| {
            let stays = match instruction.leads {
                Some(Leads::Branch(target)) if instruction.calls => self.diverges(target),
                _ => instruction.ends,
            };
            !stays
        };
        let previous = code.iter().take_while(|instruction| instruction.at < to).last();
        let jumps = code.iter().filter(|instruction| {
            !instruction.calls && instruction.leads == Some(Leads::Branch(to))
        });
        previous
            .filter(|previous| falls_through(previous))
            .into_iter()
            .chain(jumps)
            .map(|found| found.at)
            .collect()
    }

    /// Whether the function at `start` never returns.
    fn diverges(&self, start: u32) -> bool {
        self.functions
            .binary_search_by_key(&start, |f| f.start)
            .is_ok_and(|index| self.functions[index].diverges)
    }

    fn instructions(&self, function: usize) -> Vec<Instruction> {
        let function = &self.functions[function];
        let runs = self.text.code(function.start, function.end);
        runs.into_iter().flat_map(|(start, end)| Reader::new(&self.text, start, end)).collect()
    }
}

/// Whether the innermost function is known to the line.
fn has_line(frames: &[Frame]) -> bool {
    frames.first().is_some_and(|frame| frame.line != 0)
}

/// A symbol's name without its hash.
fn readable(name: &str) -> String {
    format!("{:#}", demangle(name))
}

fn dwarf<'a>(file: &object::File<'a>) -> Result<gimli::Dwarf<Slice<'a>>> {
    gimli::Dwarf::load(|id| -> Result<Slice<'a>> {
        let data = match file.section_by_name(id.name()) {
            Some(section) => {
                section.data().with_context(|| format!("unreadable section {}", id.name()))?
            }
            None => &[],
        };
        Ok(EndianSlice::new(data, LittleEndian))
    })
}

/// The addresses of the functions whose source type is `-> !`.
fn diverging(dwarf: &gimli::Dwarf<Slice<'_>>) -> Result<BTreeSet<u32>> {
    let mut found = BTreeSet::new();
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        let unit = dwarf.unit(header)?;
        let mut entries = unit.entries();
        while let Some(entry) = entries.next_dfs()? {
            if entry.tag() != gimli::DW_TAG_subprogram {
                continue;
            }
            let start = match entry.attr_value(gimli::DW_AT_low_pc) {
                Some(AttributeValue::Addr(start)) => u32::try_from(start)?,
                _ => continue,
            };
            // An instance that is inlined elsewhere says it at its abstract origin, a method at its declaration.
            let mut at = entry.offset();
            for _ in 0..4 {
                let entry = unit.entry(at)?;
                if entry.attr_value(gimli::DW_AT_noreturn).is_some() {
                    found.insert(start);
                    break;
                }
                let origin = entry.attr_value(gimli::DW_AT_abstract_origin);
                match origin.or(entry.attr_value(gimli::DW_AT_specification)) {
                    Some(AttributeValue::UnitRef(offset)) => at = offset,
                    _ => break,
                }
            }
        }
    }
    Ok(found)
}

/// The functions of the symbol table, those of one address together.
fn functions(file: &object::File<'_>, text: &Text<'_>) -> Vec<Function> {
    let mut found: BTreeMap<u32, (u32, Vec<String>)> = BTreeMap::new();
    for symbol in
        file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition())
    {
        let (Ok(address), Ok(size)) =
            (u32::try_from(symbol.address()), u32::try_from(symbol.size()))
        else {
            continue;
        };
        let Ok(name) = symbol.name() else { continue };
        if name.is_empty() || name.starts_with('$') {
            continue;
        }
        let (longest, names) = found.entry(address & !1).or_default();
        *longest = size.max(*longest);
        names.push(readable(name));
    }
    let starts: Vec<_> = found.keys().copied().collect();
    let functions = found.into_iter().enumerate().filter_map(|(index, (start, (size, names)))| {
        // Assembly often leaves out the size.
        let section = text.end(start)?;
        let next = starts.get(index + 1).copied().unwrap_or(section).min(section);
        let end = if size == 0 { next } else { start + size };
        Some(Function { start, end, names, diverges: false })
    });
    functions.collect()
}

/// Every place in every function that leads to the start of another.
fn edges(functions: &[Function], text: &Text<'_>) -> Vec<Edge> {
    let starts: BTreeMap<u32, usize> =
        functions.iter().enumerate().map(|(index, f)| (f.start, index)).collect();
    let mut edges = Vec::new();
    for (from, function) in functions.iter().enumerate() {
        for (start, end) in text.code(function.start, function.end) {
            for Instruction { at, leads, .. } in Reader::new(text, start, end) {
                let target = match leads {
                    Some(Leads::Branch(target)) => target,
                    Some(Leads::Value(value)) if value & 1 == 1 => value & !1,
                    _ => continue,
                };
                match starts.get(&target) {
                    Some(&to) if to != from => edges.push(Edge { at, from, to }),
                    _ => {}
                }
            }
        }
    }
    edges
}
