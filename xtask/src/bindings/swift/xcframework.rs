//! The XCFramework: a static library a platform, the C header, and a list of them, assembled without Apple's tools.
//!
//! Header and module map lie in a folder named after the module, where clang looks for it: two frameworks with a
//! `module.modulemap` at the top of their headers cannot be in one app.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use object::Architecture;
use plist::{Dictionary, Value};

use super::fat::fat;
use super::mach::{self, System};
use super::tree::Tree;

/// The framework's folder, in the package.
pub const NAME: &str = "SaltboxFFI.xcframework";
const LIBRARY: &str = "libsaltbox_ffi.a";

/// The oldest systems that `Package.swift` promises.
const OLDEST: [(System, (u32, u32)); 3] =
    [(System::Ios, (15, 0)), (System::IosSimulator, (15, 0)), (System::Macos, (12, 0))];

/// Functions of the system for whose use Apple wants a reason in the privacy manifest, and the category of each.
const REASONED: [(&str, &str); 12] = [
    ("stat", "FileTimestamp"),
    ("fstat", "FileTimestamp"),
    ("fstatat", "FileTimestamp"),
    ("lstat", "FileTimestamp"),
    ("getattrlist", "FileTimestamp"),
    ("getattrlistbulk", "FileTimestamp"),
    ("fgetattrlist", "FileTimestamp"),
    ("getattrlistat", "FileTimestamp"),
    ("mach_absolute_time", "SystemBootTime"),
    ("statfs", "DiskSpace"),
    ("fstatfs", "DiskSpace"),
    ("statvfs", "DiskSpace"),
];

/// Assembles it from `libraries`, which are for one processor each; those for one system become one file.
pub fn assemble(libraries: &[Vec<u8>], header: &[u8], module_map: &[u8]) -> Result<Tree> {
    let mut tree = Tree::default();
    let mut available = Vec::new();
    for (system, _) in OLDEST {
        let mut parts = Vec::new();
        for bytes in libraries {
            for library in mach::libraries(bytes)?.iter().filter(|it| it.system == system) {
                parts.push((library.architecture, bytes.as_slice()));
            }
        }
        parts.sort_by_key(|(architecture, _)| name(*architecture));
        let architectures: Vec<_> = parts.iter().map(|(it, _)| name(*it)).collect();
        let (platform, variant) = platform(system);
        let mut id = format!("{platform}-{}", architectures.join("_"));
        id.extend(variant.map(|variant| format!("-{variant}")));
        let library = match parts.as_slice() {
            [(_, only)] => only.to_vec(),
            several => fat(several)?,
        };
        tree.add(format!("{id}/{LIBRARY}"), library);
        tree.add(format!("{id}/Headers/SaltboxFFI/SaltboxFFI.h"), header);
        tree.add(format!("{id}/Headers/SaltboxFFI/module.modulemap"), module_map);
        available.push(entry(&id, platform, variant, &architectures));
    }
    let mut list = Dictionary::new();
    list.insert("AvailableLibraries".to_owned(), Value::Array(available));
    list.insert("CFBundlePackageType".to_owned(), "XFWK".into());
    list.insert("XCFrameworkFormatVersion".to_owned(), "1.0".into());
    let mut text = Vec::new();
    Value::Dictionary(list).to_writer_xml(&mut text)?;
    tree.add("Info.plist", text);
    Ok(tree)
}

/// Reads it back, and fails if an app could not be linked with it, or Apple's review would stumble over it.
pub fn require(tree: &Tree, privacy: &[u8]) -> Result<()> {
    let info = Value::from_reader(std::io::Cursor::new(tree.file("Info.plist")?))?;
    let info = info.as_dictionary().context("Info.plist holds no dictionary")?;
    let available = info.get("AvailableLibraries").and_then(Value::as_array);
    let available = available.context("Info.plist lists no libraries")?;
    let declared = declared(privacy)?;
    let mut used = BTreeSet::new();
    let mut systems = BTreeSet::new();
    for entry in available {
        let entry = entry.as_dictionary().context("a library is no dictionary")?;
        let text = |key: &str| {
            entry.get(key).and_then(Value::as_string).with_context(|| format!("no {key}"))
        };
        let id = text("LibraryIdentifier")?;
        let wanted = (text("SupportedPlatform")?, text("SupportedPlatformVariant").ok());
        let listed = entry.get("SupportedArchitectures").and_then(Value::as_array);
        let listed: Vec<_> = listed.into_iter().flatten().filter_map(Value::as_string).collect();
        let libraries = mach::libraries(tree.file(&format!("{id}/{}", text("LibraryPath")?))?)
            .with_context(|| id.to_owned())?;
        let found: Vec<_> = libraries.iter().map(|it| name(it.architecture)).collect();
        ensure!(found == listed, "{id} lists {listed:?} and holds {found:?}");
        let headers = format!("{id}/{}/SaltboxFFI", text("HeadersPath")?);
        tree.file(&format!("{headers}/module.modulemap"))?;
        let functions = functions(tree.file(&format!("{headers}/SaltboxFFI.h"))?);
        ensure!(!functions.is_empty(), "{id}: the header declares nothing");
        for library in &libraries {
            ensure!(platform(library.system) == wanted, "{id} is for {:?}", library.system);
            let oldest = OLDEST.iter().find(|(system, _)| *system == library.system);
            let promised = oldest.is_none_or(|(_, oldest)| library.oldest <= *oldest);
            ensure!(promised, "{id} needs {:?} {:?}", library.system, library.oldest);
            let missing: Vec<_> = functions.difference(&library.defined).collect();
            ensure!(missing.is_empty(), "{id} does not define {missing:?}");
            let reasoned =
                REASONED.iter().filter(|(function, _)| library.needed.contains(*function));
            used.extend(reasoned.map(|(_, category)| *category));
            systems.insert(library.system);
        }
    }
    ensure!(systems.len() == OLDEST.len(), "only {systems:?} are there");
    ensure!(
        used == declared.iter().map(String::as_str).collect(),
        "the library uses {used:?}, the privacy manifest declares {declared:?}"
    );
    Ok(())
}

fn entry(id: &str, platform: &str, variant: Option<&str>, architectures: &[&str]) -> Value {
    let mut entry = Dictionary::new();
    let mut put = |key: &str, value: Value| entry.insert(key.to_owned(), value);
    put("BinaryPath", LIBRARY.into());
    put("HeadersPath", "Headers".into());
    put("LibraryIdentifier", id.into());
    put("LibraryPath", LIBRARY.into());
    put(
        "SupportedArchitectures",
        Value::Array(architectures.iter().map(|&it| it.into()).collect()),
    );
    put("SupportedPlatform", platform.into());
    if let Some(variant) = variant {
        put("SupportedPlatformVariant", variant.into());
    }
    Value::Dictionary(entry)
}

const fn platform(system: System) -> (&'static str, Option<&'static str>) {
    match system {
        System::Ios => ("ios", None),
        System::IosSimulator => ("ios", Some("simulator")),
        System::Macos => ("macos", None),
    }
}

/// What Apple calls a processor.
const fn name(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::Aarch64 => "arm64",
        Architecture::X86_64 => "x86_64",
        _ => "unknown",
    }
}

/// The functions that a header declares.
fn functions(header: &[u8]) -> BTreeSet<String> {
    let header = String::from_utf8_lossy(header);
    let words = header.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '(');
    words
        .filter_map(|word| word.split_once('('))
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("uniffi_saltbox") || name.starts_with("ffi_saltbox"))
        .map(str::to_owned)
        .collect()
}

/// The categories that the privacy manifest declares.
fn declared(privacy: &[u8]) -> Result<BTreeSet<String>> {
    let manifest = Value::from_reader(std::io::Cursor::new(privacy))?;
    let types = manifest.as_dictionary().and_then(|it| it.get("NSPrivacyAccessedAPITypes"));
    let types = types.and_then(Value::as_array).context("the privacy manifest lists no API")?;
    let name = |it: &Value| {
        let name = it.as_dictionary()?.get("NSPrivacyAccessedAPIType")?.as_string()?;
        Some(name.strip_prefix("NSPrivacyAccessedAPICategory")?.to_owned())
    };
    types.iter().map(|it| name(it).context("an API has no category")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::mach::made::{self, Made};
    use super::*;

    const HEADER: &[u8] = b"void uniffi_saltbox_ffi_fn_free_x(uint64_t ptr);\nuint32_t ffi_saltbox_ffi_version(void\n);";
    const DEFINED: [&str; 2] = ["uniffi_saltbox_ffi_fn_free_x", "ffi_saltbox_ffi_version"];

    fn made() -> [Made; 4] {
        use Architecture::{Aarch64, X86_64};
        let made = |system, architecture, oldest| Made {
            system,
            architecture,
            oldest,
            defined: DEFINED.to_vec(),
            needed: vec!["fstat", "malloc"],
        };
        [
            made(System::Ios, Aarch64, (15, 0)),
            made(System::IosSimulator, X86_64, (14, 0)),
            made(System::IosSimulator, Aarch64, (14, 0)),
            made(System::Macos, Aarch64, (11, 0)),
        ]
    }

    /// What is wrong with a framework of `made`, under a privacy manifest that declares `category`.
    fn fault(made: &[Made], category: &str) -> String {
        let privacy = format!(
            "<plist version=\"1.0\"><dict><key>NSPrivacyAccessedAPITypes</key><array><dict>\
            <key>NSPrivacyAccessedAPIType</key><string>NSPrivacyAccessedAPICategory{category}</string>\
            </dict></array></dict></plist>"
        );
        let libraries: Vec<_> = made.iter().map(made::library).collect();
        let found = assemble(&libraries, HEADER, b"module SaltboxFFI {}")
            .and_then(|tree| require(&tree, privacy.as_bytes()));
        found.err().map_or_else(String::new, |error| format!("{error:#}"))
    }

    #[test]
    fn every_platform_has_its_library() {
        assert_eq!(fault(&made(), "FileTimestamp"), "");
        let libraries: Vec<_> = made().iter().map(made::library).collect();
        let tree = assemble(&libraries, HEADER, b"").unwrap();
        let paths: Vec<_> = tree.files().map(|(path, _)| path.display().to_string()).collect();
        assert_eq!(paths.len(), 3 * 3 + 1);
        assert!(
            paths.contains(&"ios-arm64_x86_64-simulator/libsaltbox_ffi.a".to_owned()),
            "{paths:?}"
        );
        assert_eq!(tree.zip(NAME).unwrap(), tree.zip(NAME).unwrap());
    }

    #[test]
    fn what_no_app_could_link_is_refused() {
        let with = |change: fn(&mut [Made; 4])| {
            let mut made = made();
            change(&mut made);
            fault(&made, "FileTimestamp")
        };
        let symbol = with(|made| {
            made[2].defined.pop();
        });
        assert!(symbol.contains("does not define [\"ffi_saltbox_ffi_version\"]"), "{symbol}");
        let oldest = with(|made| made[3].oldest = (13, 0));
        assert!(oldest.contains("needs Macos (13, 0)"), "{oldest}");
        let lacking = with(|made| made[0].system = System::Macos);
        assert_ne!(lacking, "");
    }

    #[test]
    fn what_needs_a_reason_is_declared_and_no_more() {
        let undeclared = fault(&made(), "DiskSpace");
        assert!(undeclared.contains("uses {\"FileTimestamp\"}"), "{undeclared}");
        let mut modest = made();
        modest.iter_mut().for_each(|made| made.needed = vec!["malloc"]);
        assert!(fault(&modest, "FileTimestamp").contains("uses {}"));
    }
}
