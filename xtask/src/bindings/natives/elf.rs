//! What is looked at in libraries for Linux and Android.

use anyhow::{Context, Result, bail};
use object::read::elf::{ElfFile64, FileHeader, SectionTable};
use object::{Endianness, File, Object, ObjectSegment};

/// The symbols' versions that are newer than glibc `floor`; systems that old would refuse the library.
pub fn too_new(bytes: &[u8], floor: (u32, u32)) -> Result<Vec<String>> {
    let file: ElfFile64<'_, Endianness> =
        ElfFile64::parse(bytes).context("not a 64-bit ELF file")?;
    let versions = versions(bytes, file.endian(), file.elf_section_table())?;
    let glibc: Vec<_> = versions.iter().filter_map(|name| name.strip_prefix("GLIBC_")).collect();
    if glibc.is_empty() {
        bail!("needs no version of glibc: is it linked with it?");
    }
    let mut faults = Vec::new();
    for version in glibc {
        let (major, minor) = version.split_once('.').context("a version has two numbers")?;
        // What is above the second number, as in 2.2.5, is older than all that count here.
        let minor = minor.split('.').next().unwrap_or(minor);
        if (major.parse()?, minor.parse()?) > floor {
            faults.push(format!("needs glibc {version}, newer than {}.{}", floor.0, floor.1));
        }
    }
    Ok(faults)
}

/// The versions that the library's imports have.
fn versions<Elf: FileHeader>(
    bytes: &[u8],
    endian: Elf::Endian,
    sections: &SectionTable<'_, Elf>,
) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let Some((mut needs, strings)) = sections.gnu_verneed(endian, bytes)? else {
        return Ok(names);
    };
    let strings = sections.strings(endian, bytes, strings)?;
    while let Some((_, mut versions)) = needs.next()? {
        while let Some(version) = versions.next()? {
            let name = version.name(endian, strings)?;
            names.push(String::from_utf8_lossy(name).into_owned());
        }
    }
    Ok(names)
}

/// The segments that a kernel with pages of `page` bytes cannot map as they are; Android 15 has pages of 16 KiB.
pub fn misaligned(bytes: &[u8], page: u64) -> Result<Vec<String>> {
    let file = File::parse(bytes).context("not an ELF file")?;
    let segments: Vec<_> = file.segments().collect();
    if segments.is_empty() {
        bail!("has no segment to load");
    }
    let bad = segments.iter().filter(|segment| !segment.align().is_multiple_of(page));
    let fault = |address, align| {
        format!("its segment at {address:#x} is aligned to {align} bytes, not to {page}")
    };
    Ok(bad.map(|segment| fault(segment.address(), segment.align())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Cmd;
    use crate::scratch::Scratch;

    /// An image whose segments are aligned to `page` bytes.
    fn aligned(page: u64) -> Vec<u8> {
        let scratch = Scratch::new("aligned");
        scratch.write(
            "app.rs",
            "#![no_std]\n#![no_main]\n\
            #[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! { loop {} }\n\
            #[unsafe(no_mangle)]\npub extern \"C\" fn _start() {}\n",
        );
        let [source, elf] = ["app.rs", "app"].map(|name| scratch.path().join(name));
        let cmd = Cmd::new("rustc")
            .args(["--edition", "2024", "--target", "thumbv7m-none-eabi", "-C", "panic=abort"])
            .args(["-C", "link-arg=-e_start", "-C", "link-arg=-z"])
            .args(["-C", &format!("link-arg=max-page-size={page}")])
            .args([&source.display().to_string(), "-o", &elf.display().to_string()]);
        let output = cmd.to_command().output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read(elf).unwrap()
    }

    #[test]
    fn segments_fit_the_largest_pages() {
        let page = crate::bindings::natives::android::PAGE;
        assert_eq!(misaligned(&aligned(page), page).unwrap(), [""; 0]);
        assert_eq!(misaligned(&aligned(4 * page), page).unwrap(), [""; 0]);
        let faults = misaligned(&aligned(4096), page).unwrap();
        assert!(faults[0].contains("aligned to 4096 bytes, not to 16384"), "{faults:?}");
        assert!(misaligned(b"no image", page).is_err());
    }

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn a_library_names_the_glibc_that_it_needs() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(too_new(&program, (99, 0)).unwrap(), [""; 0]);
        let faults = too_new(&program, (2, 0)).unwrap();
        assert!(faults[0].contains("newer than 2.0"), "{faults:?}");
    }
}
