//! What is looked at in a native library before it ships; nothing here can run most of them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use object::read::archive::ArchiveFile;
use object::{BinaryFormat, File, FileKind, Object, ObjectKind, ObjectSymbol};

use super::{Form, GLIBC, Platform, android, elf, mach, signature};
use crate::repo::Repo;

/// The function that every generated binding calls first. A library without it is not ours.
pub const CONTRACT: &str = "ffi_saltbox_ffi_uniffi_contract_version";

/// What the library may export: UniFFI's functions, and its constants that describe them.
const EXPORTS: [&str; 3] = ["uniffi_saltbox_ffi_", "ffi_saltbox_ffi_", "UNIFFI_META_"];

/// What else a library for macOS exports, because zig's linker takes no list of exports there: names that the linker
/// makes, and Rust's, of which a few are global. Each library there has its own namespace, so that they meet no others.
const LINKED_BY_ZIG: [&str; 5] =
    ["_mh_dylib_header", "__dso_handle", "rust_eh_personality", "_RNv", "_ZN"];

/// Fails with all that is wrong with the library at `path`.
pub fn require(repo: &Repo, path: &Path, platform: &Platform) -> Result<()> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let faults = match platform.form {
        Form::Shared | Form::Ndk => shared(&bytes, platform),
        Form::Static | Form::StaticWithStd => archive(&bytes, platform),
    };
    let mut faults = faults.with_context(|| path.display().to_string())?;
    let private = super::private_folders(repo)?;
    let holds =
        |folder: &str| bytes.windows(folder.len()).any(|window| window == folder.as_bytes());
    let held = private.iter().filter(|(folder, _)| holds(&format!("{folder}/")));
    faults.extend(held.map(|(folder, _)| format!("holds paths below {folder}: is RUSTFLAGS set?")));
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{} is not fit to ship:\n  {}", path.display(), faults.join("\n  "))
}

/// What is wrong with a shared library.
pub fn shared(bytes: &[u8], platform: &Platform) -> Result<Vec<String>> {
    let file = File::parse(bytes).context("not a library")?;
    let mut faults = of_machine(&file, platform);
    if file.kind() != ObjectKind::Dynamic {
        faults.push(format!("is {:?}, not a shared library", file.kind()));
    }
    let mut exports = Vec::new();
    for export in file.exports()? {
        let export = export?;
        let name = export.name();
        let name = name.name().context("exports by number")?;
        exports.push(String::from_utf8_lossy(name).into_owned());
    }
    let exports: Vec<_> = exports.iter().map(|name| plain(name, platform)).collect();
    if !exports.contains(&CONTRACT) {
        faults.push(format!("does not export {CONTRACT}"));
    }
    let also: &[_] = if platform.is_apple() { &LINKED_BY_ZIG } else { &[] };
    let known = [EXPORTS.as_slice(), also].concat();
    let foreign = exports.iter().filter(|name| !known.iter().any(|known| name.starts_with(known)));
    faults.extend(foreign.map(|name| format!("exports {name}")));
    if file.has_debug_symbols() {
        faults.push("holds debug information".to_owned());
    }
    if let Some(local) = file.symbols().find(|symbol| symbol.is_definition() && symbol.is_local()) {
        faults.push(format!("holds local symbols, such as {}", local.name().unwrap_or("?")));
    }
    if platform.is_apple() {
        faults.extend(mach::faults(bytes, platform.file())?);
        faults.extend(signature::faults(bytes)?);
    } else if platform.is_glibc() {
        faults.extend(elf::too_new(bytes, GLIBC)?);
    } else {
        faults.extend(elf::misaligned(bytes, android::PAGE)?);
    }
    Ok(faults)
}

/// What is wrong with a static library.
fn archive(bytes: &[u8], platform: &Platform) -> Result<Vec<String>> {
    let archive = ArchiveFile::parse(bytes).context("not a static library")?;
    let mut faults = Vec::new();
    let mut has_contract = false;
    for member in archive.members() {
        let member = member?;
        let data = member.data(bytes)?;
        let name = String::from_utf8_lossy(member.name());
        if FileKind::parse(data).is_err() {
            faults.push(format!("{name} is not an object file"));
            continue;
        }
        let file = File::parse(data).with_context(|| name.clone().into_owned())?;
        let of_member = of_machine(&file, platform);
        faults.extend(of_member.into_iter().map(|fault| format!("{name} {fault}")));
        if file.has_debug_symbols() {
            faults.push(format!("{name} holds debug information"));
        }
        has_contract |= file.symbols().any(|symbol| {
            let name = symbol.name().map(|name| plain(name, platform));
            symbol.is_definition() && symbol.is_global() && name == Ok(CONTRACT)
        });
    }
    if !has_contract {
        faults.push(format!("does not define {CONTRACT}"));
    }
    Ok(faults)
}

/// Whether the file is of the platform's kind.
fn of_machine(file: &File<'_>, platform: &Platform) -> Vec<String> {
    let format = if platform.is_apple() { BinaryFormat::MachO } else { BinaryFormat::Elf };
    let is = (file.architecture(), file.format());
    let wanted = (platform.machine, format);
    if is == wanted { Vec::new() } else { vec![format!("is for {is:?}, not for {wanted:?}")] }
}

/// A symbol as C writes it: Mach-O puts an underscore in front.
fn plain<'a>(name: &'a str, platform: &Platform) -> &'a str {
    if platform.is_apple() { name.strip_prefix('_').unwrap_or(name) } else { name }
}
