//! What is looked at in libraries for macOS.

use anyhow::{Context, Result};
use object::Endianness;
use object::read::macho::{LoadCommandVariant, MachHeader, MachOFile64};

/// Where every Mac has its own libraries.
const SYSTEM: &str = "/usr/lib/";

/// What is wrong with the names in the shared library `file`.
pub fn faults(bytes: &[u8], file: &str) -> Result<Vec<String>> {
    let mach: MachOFile64<'_, Endianness> = MachOFile64::parse(bytes).context("not Mach-O")?;
    let endian = mach.endian();
    let mut commands = mach.macho_header().load_commands(endian, bytes, 0)?;
    let mut faults = Vec::new();
    let mut id = None;
    while let Some(command) = commands.next()? {
        let text = |name| command.string(endian, name).map(String::from_utf8_lossy);
        match command.variant()? {
            LoadCommandVariant::IdDylib(dylib) => id = Some(text(dylib.dylib.name)?.into_owned()),
            LoadCommandVariant::Dylib(dylib) => {
                let needed = text(dylib.dylib.name)?;
                if !needed.starts_with(SYSTEM) {
                    faults.push(format!("needs {needed}, which only the builder has"));
                }
            }
            _ => {}
        }
    }
    let wanted = format!("@rpath/{file}");
    if id.as_deref() != Some(wanted.as_str()) {
        faults.push(format!("calls itself {id:?}, not {wanted}"));
    }
    Ok(faults)
}
