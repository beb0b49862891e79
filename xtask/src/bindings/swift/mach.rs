//! What a static library for Apple's platforms is made for, read from its object files.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use object::macho::{
    LC_VERSION_MIN_IPHONEOS, LC_VERSION_MIN_MACOSX, LoadCommandType, PLATFORM_IOS,
    PLATFORM_IOSSIMULATOR, PLATFORM_MACOS, Platform,
};
use object::read::archive::ArchiveFile;
use object::read::macho::{FatArch, LoadCommandVariant, MachHeader, MachOFatFile32, MachOFile64};
use object::{Architecture, Endianness, Object, ObjectSymbol};

/// Where an app runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum System {
    /// A phone or tablet.
    Ios,
    /// The simulator of one, on a Mac.
    IosSimulator,
    /// A Mac.
    Macos,
}

/// What a library says of itself; all its members agree.
#[derive(Debug, PartialEq)]
pub struct Library {
    /// Where it runs.
    pub system: System,
    /// On which processor.
    pub architecture: Architecture,
    /// The newest system that a member needs, as `(15, 0)`.
    pub oldest: (u32, u32),
    /// What an app can call, as C names it.
    pub defined: BTreeSet<String>,
    /// What the system has to provide.
    pub needed: BTreeSet<String>,
}

/// The libraries in a file: one, or one a processor.
pub fn libraries(bytes: &[u8]) -> Result<Vec<Library>> {
    if bytes.starts_with(b"!<arch>\n") {
        return Ok(vec![library(bytes)?]);
    }
    let fat = MachOFatFile32::parse(bytes).context("neither a static library nor several")?;
    fat.arches().iter().map(|arch| library(arch.data(bytes)?)).collect()
}

fn library(bytes: &[u8]) -> Result<Library> {
    let archive = ArchiveFile::parse(bytes).context("not a static library")?;
    ensure!(archive.symbols()?.is_some_and(|mut all| all.next().is_some()), "has no index");
    let mut found: Option<Library> = None;
    for member in archive.members() {
        let member = member?;
        let name = String::from_utf8_lossy(member.name()).into_owned();
        let object = object(member.data(bytes)?).with_context(|| name.clone())?;
        match &mut found {
            None => found = Some(object),
            Some(all) => {
                let same = (all.system, all.architecture) == (object.system, object.architecture);
                ensure!(same, "{name} is for {:?} {:?}", object.system, object.architecture);
                all.oldest = all.oldest.max(object.oldest);
                all.defined.extend(object.defined);
                all.needed.extend(object.needed);
            }
        }
    }
    let mut library = found.context("is empty")?;
    library.needed = library.needed.difference(&library.defined).cloned().collect();
    Ok(library)
}

fn object(bytes: &[u8]) -> Result<Library> {
    let file: MachOFile64<'_, Endianness> = MachOFile64::parse(bytes).context("not Mach-O")?;
    let (architecture, endian) = (file.architecture(), file.endian());
    let mut commands = file.macho_header().load_commands(endian, bytes, 0)?;
    let mut made_for = None;
    while let Some(command) = commands.next()? {
        match command.variant()? {
            LoadCommandVariant::BuildVersion(build, _) => {
                made_for = Some((system(build.platform.get(endian))?, build.minos.get(endian)));
            }
            LoadCommandVariant::VersionMin(least) => {
                let system = older(least.cmd.get(endian), architecture)?;
                made_for = Some((system, least.version.get(endian)));
            }
            _ => {}
        }
    }
    let (system, oldest) = made_for.context("does not say for which system it is")?;
    let name = |symbol: object::read::macho::MachOSymbol<'_, '_, _, _>| {
        let name = symbol.name().unwrap_or_default();
        name.strip_prefix('_').unwrap_or(name).to_owned()
    };
    let all = || file.symbols().filter(|symbol| symbol.is_global());
    Ok(Library {
        system,
        architecture,
        oldest: (oldest.0 >> 16, oldest.0 >> 8 & 0xff),
        defined: all().filter(ObjectSymbol::is_definition).map(name).collect(),
        needed: all().filter(ObjectSymbol::is_undefined).map(name).collect(),
    })
}

fn system(platform: Platform) -> Result<System> {
    Ok(match platform {
        PLATFORM_IOS => System::Ios,
        PLATFORM_IOSSIMULATOR => System::IosSimulator,
        PLATFORM_MACOS => System::Macos,
        other => bail!("is for Apple's platform {other:?}"),
    })
}

/// The system of a file that needs no more than one from before `LC_BUILD_VERSION`: then the processor tells a simulator.
fn older(command: LoadCommandType, architecture: Architecture) -> Result<System> {
    Ok(match (command, architecture) {
        (LC_VERSION_MIN_MACOSX, _) => System::Macos,
        (LC_VERSION_MIN_IPHONEOS, Architecture::X86_64) => System::IosSimulator,
        (LC_VERSION_MIN_IPHONEOS, _) => System::Ios,
        (other, _) => bail!("says by {other:?} for which system it is"),
    })
}

/// Static libraries for tests, made by hand.
#[cfg(test)]
pub mod made {
    use object::write::{MachOBuildVersion, Object, StandardSection, Symbol, SymbolSection};
    use object::{BinaryFormat, SymbolFlags, SymbolKind, SymbolScope};

    use super::*;

    /// What a library shall say of itself.
    #[derive(Clone, Debug)]
    pub struct Made {
        pub system: System,
        pub architecture: Architecture,
        pub oldest: (u32, u32),
        pub defined: Vec<&'static str>,
        pub needed: Vec<&'static str>,
    }

    /// An archive with an index and one member.
    pub fn library(made: &Made) -> Vec<u8> {
        let object = object(made);
        let mut index = Vec::new();
        for number in [8_u32, 0, 8 + 60 + 20, 4] {
            index.extend(number.to_le_bytes());
        }
        index.extend(*b"_a\0\0");
        let mut archive = b"!<arch>\n".to_vec();
        for (name, contents) in [("__.SYMDEF", &index), ("a.o", &object)] {
            let size = contents.len();
            archive.extend(
                format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, 644).bytes(),
            );
            archive.extend(contents);
            archive.resize(archive.len().next_multiple_of(2), b'\n');
        }
        archive
    }

    fn object(made: &Made) -> Vec<u8> {
        let mut file =
            Object::new(BinaryFormat::MachO, made.architecture, object::Endianness::Little);
        let mut version = MachOBuildVersion::default();
        version.platform = match made.system {
            System::Ios => PLATFORM_IOS,
            System::IosSimulator => PLATFORM_IOSSIMULATOR,
            System::Macos => PLATFORM_MACOS,
        };
        version.minos = object::macho::Version(made.oldest.0 << 16 | made.oldest.1 << 8);
        file.set_macho_build_version(version);
        let text = file.section_id(StandardSection::Text);
        let defined = made.defined.iter().map(|name| (name, SymbolSection::Section(text)));
        let needed = made.needed.iter().map(|name| (name, SymbolSection::Undefined));
        for (name, section) in defined.chain(needed) {
            file.add_symbol(Symbol {
                name: name.as_bytes().to_vec(),
                value: 0,
                size: 0,
                kind: SymbolKind::Text,
                scope: SymbolScope::Dynamic,
                weak: false,
                section,
                flags: SymbolFlags::None,
            });
        }
        file.write().unwrap()
    }

    #[test]
    fn members_must_agree() {
        let made = Made {
            system: System::Ios,
            architecture: Architecture::Aarch64,
            oldest: (15, 2),
            defined: vec!["a"],
            needed: vec!["b"],
        };
        let read = libraries(&library(&made)).unwrap();
        assert_eq!((read[0].system, read[0].oldest), (System::Ios, (15, 2)));
        assert!(read[0].defined.contains("a") && read[0].needed.contains("b"));
        let mut two = library(&made);
        two.extend_from_slice(&library(&Made { system: System::Macos, ..made })[8 + 60 + 20..]);
        assert!(libraries(&two).unwrap_err().to_string().contains("is for Macos"));
        assert!(libraries(b"!<arch>\n").is_err());
    }
}
