//! How much of a board an image takes: flash and static RAM, from its ELF file.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use object::elf::{SHF_ALLOC, SHF_WRITE};
use object::{Object, ObjectSection, SectionFlags};

use crate::boards::{BOARDS, Bin};
use crate::progress::Progress;
use crate::repo::Repo;

/// What an image takes before it runs, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sizes {
    /// All that is written to flash: vector table, code, constants, and the first values of variables.
    pub flash: u64,
    /// All that has a place in RAM from the start: variables with a first value, zeroed and untouched ones.
    pub static_ram: u64,
}

/// Prints the sizes of every board's node as a table for the README.
pub fn run(repo: &Repo) -> Result<()> {
    let mut progress = Progress::new(repo)?;
    progress.expect(BOARDS.len());
    let mut table = "| board | core | flash | static RAM |\n|---|---|---:|---:|\n".to_owned();
    for board in &BOARDS {
        let Sizes { flash, static_ram } = measure(&board.build(repo, &mut progress, Bin::Node)?)?;
        let (name, core) = (board.name, board.core);
        writeln!(table, "| {name} | {core} | {} | {} |", grouped(flash), grouped(static_ram))?;
    }
    print!("{table}");
    Ok(())
}

/// `1234567` as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Measures an image.
pub fn measure(elf: &Path) -> Result<Sizes> {
    let bytes = fs::read(elf).with_context(|| format!("cannot read {}", elf.display()))?;
    let sizes = read(&bytes).with_context(|| elf.display().to_string())?;
    if sizes.flash == 0 {
        bail!("{}: holds nothing to flash", elf.display());
    }
    Ok(sizes)
}

fn read(bytes: &[u8]) -> Result<Sizes> {
    let file = object::File::parse(bytes).context("not an ELF file")?;
    let mut sizes = Sizes::default();
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags, .. } = section.flags() else { bail!("not an ELF file") };
        if sh_flags.0 & SHF_ALLOC.0 == 0 {
            continue;
        }
        // A section without bits in the file takes RAM alone; one with bits that can be written takes both.
        let has_bits = section.file_range().is_some();
        if has_bits {
            sizes.flash += section.size();
        }
        if sh_flags.0 & SHF_WRITE.0 != 0 {
            sizes.static_ram += section.size();
        }
    }
    Ok(sizes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Cmd;
    use crate::scratch::Scratch;

    /// The sizes of an image with so many bytes of constants, words with a value and words of zero.
    fn built(constants: usize, values: usize, zeros: usize) -> Sizes {
        let scratch = Scratch::new("sizes");
        let source = format!(
            "#![no_std]\n#![no_main]\nuse core::sync::atomic::{{AtomicU32, Ordering::Relaxed}};\n\
            static CONSTANTS: [u8; {constants}] = [7; {constants}];\n\
            static VALUES: [AtomicU32; {values}] = [const {{ AtomicU32::new(5) }}; {values}];\n\
            static ZEROS: [AtomicU32; {zeros}] = [const {{ AtomicU32::new(0) }}; {zeros}];\n\
            #[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! {{ loop {{ core::hint::spin_loop() }} }}\n\
            #[unsafe(no_mangle)]\npub extern \"C\" fn _start(i: usize) -> u32 {{\n\
            VALUES[i].swap(ZEROS[i].swap(9, Relaxed), Relaxed) + u32::from(core::hint::black_box(&CONSTANTS)[i])\n}}\n"
        );
        scratch.write("app.rs", &source);
        let (source, elf) = (scratch.path().join("app.rs"), scratch.path().join("app"));
        let fixed = [
            "--edition",
            "2024",
            "--target",
            "thumbv7m-none-eabi",
            "-C",
            "opt-level=s",
            "-C",
            "panic=abort",
        ];
        let files = [source.display().to_string(), "-o".into(), elf.display().to_string()];
        let cmd = Cmd::new("rustc").args(fixed).args(["-C", "link-arg=-e_start"]).args(files);
        let output = cmd.to_command().output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        measure(&elf).unwrap()
    }

    #[test]
    fn sections_are_counted_where_they_lie() {
        let base = built(1024, 64, 128);
        assert_eq!(base.static_ram, 4 * (64 + 128));
        for (other, flash, static_ram) in [
            (built(2048, 64, 128), 1024, 0),
            (built(1024, 128, 128), 256, 256),
            (built(1024, 64, 256), 0, 512),
        ] {
            let grown = (other.flash - base.flash, other.static_ram - base.static_ram);
            assert_eq!(grown, (flash, static_ram));
        }
    }

    #[test]
    fn what_is_no_image_is_an_error() {
        let scratch = Scratch::new("sizes-none");
        scratch.write("text", "hello");
        assert!(measure(&scratch.path().join("text")).is_err());
        assert!(measure(&scratch.path().join("missing")).is_err());
    }

    #[test]
    fn numbers_are_grouped() {
        let shown = [0, 12, 123, 1234, 123_456, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "12", "123", "1,234", "123,456", "1,234,567"]);
    }
}
