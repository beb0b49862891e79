//! Imports inside core run downward.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use super::paths::{self, Reference, Source};
use super::{Fault, Report, files, read};
use crate::repo::{Repo, plain};

/// The rooms of core, lowest first. Rooms of one line may import each other.
pub const ROOMS: [&[&str]; 11] = [
    &["low"],
    &["primitive"],
    &["error", "text", "rng", "nonce", "keys"],
    &["nvm"],
    &["nacl"],
    &["redact"],
    &["saltpack"],
    &["identity"],
    &["vault"],
    &["conversation"],
    &["telemetry"],
];

/// Where core's source lies.
const SOURCE: &str = "core/src";

/// Checks every file of core.
pub fn check(repo: &Repo, report: &mut Report) -> Result<()> {
    let mut sources = Vec::new();
    for path in files(&repo.path(SOURCE), &[".rs"])? {
        let module = module_of(path.strip_prefix(repo.path(SOURCE))?);
        take_in(repo, &path, module, &mut sources, report)?;
    }
    let roof = Roof::new(&sources);
    for (file, module, source) in &sources {
        match module.first() {
            None => unlisted(file, source, report),
            Some(room) => walls(file, room, source, &roof, report),
        }
    }
    Ok(())
}

/// Reads the file at `path` as `module`, and what it takes in from outside core's source: that stands in its room.
fn take_in(
    repo: &Repo,
    path: &Path,
    module: Vec<String>,
    sources: &mut Vec<(String, Vec<String>, Source)>,
    report: &mut Report,
) -> Result<()> {
    let file = repo.short(path).to_string();
    let source = match paths::read(&read(path)?, &module) {
        Ok(source) => source,
        Err(what) => {
            report.faults.push(Fault { file, line: 0, what });
            return Ok(());
        }
    };
    for (line, other) in &source.strays {
        let other = plain(&path.parent().unwrap_or(path).join(other));
        if let Ok(inside) = other.strip_prefix(repo.path(SOURCE)) {
            if module_of(inside).first() != module.first() {
                let what = format!("takes in {}, which stands in another room", repo.short(&other));
                report.faults.push(Fault { file: file.clone(), line: *line, what });
            }
        } else if other.is_file() {
            let inner = [&module[..], &["*".to_owned()]].concat();
            take_in(repo, &other, inner, sources, report)?;
        } else {
            let what = format!("takes in {}, which cannot be found", repo.short(&other));
            report.faults.push(Fault { file: file.clone(), line: *line, what });
        }
    }
    sources.push((file, module, source));
    Ok(())
}

/// The module that a file below `core/src` is.
fn module_of(path: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        path.with_extension("").iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if matches!(names.last().map(String::as_str), Some("mod" | "lib")) {
        names.pop();
    }
    names
}

/// How high a room lies.
fn level(room: &str) -> Option<usize> {
    ROOMS.iter().position(|rooms| rooms.contains(&room))
}

/// Every module of the root must stand in [`ROOMS`].
fn unlisted(file: &str, source: &Source, report: &mut Report) {
    for module in source.modules.iter().filter(|module| level(module).is_none()) {
        let what = format!(
            "`{module}` is no room: say in xtask/src/structure/rooms.rs how high it stands"
        );
        report.faults.push(Fault { file: file.to_owned(), line: 0, what });
    }
}

/// No path of a file in `room` may lead to a higher room.
fn walls(file: &str, room: &str, source: &Source, roof: &Roof, report: &mut Report) {
    let Some(here) = level(room) else { return }; // reported at its declaration
    for reference in &source.references {
        let Some(first) = reference.segments.first().filter(|&first| first != room) else {
            continue;
        };
        report.imports += 1;
        let what = match roof.room(first) {
            Leads::To(other) => match level(&other) {
                Some(there) if there > here => {
                    format!(
                        "`{room}` imports from `{other}`, which stands above it ({})",
                        shown(reference)
                    )
                }
                _ => continue,
            },
            Leads::Roof => continue,
            Leads::Anywhere => {
                "takes in everything at the crate's root: name what is needed".to_owned()
            }
            Leads::Unknown => {
                format!(
                    "`crate::{first}` is no room and lib.rs does not name it: import it from its room"
                )
            }
        };
        report.faults.push(Fault { file: file.to_owned(), line: reference.line, what });
    }
}

fn shown(reference: &Reference) -> String {
    format!("crate::{}", reference.segments.join("::"))
}

/// What the crate's root gives to the rooms: their own names, re-exports and what it defines itself.
struct Roof {
    names: BTreeMap<String, Option<String>>,
}

/// Where a name at the root leads.
enum Leads {
    To(String),
    Roof,
    Anywhere,
    Unknown,
}

impl Roof {
    fn new(sources: &[(String, Vec<String>, Source)]) -> Self {
        let mut names = BTreeMap::new();
        for (_, module, source) in sources {
            // A macro that is exported lies at the root, whatever room defines it.
            names.extend(source.macros.iter().map(|name| (name.clone(), module.first().cloned())));
            if !module.is_empty() {
                continue;
            }
            names.extend(source.items.iter().map(|name| (name.clone(), None)));
            for reference in source.references.iter().filter(|found| found.segments.len() > 1) {
                let name = reference.renamed.as_ref().or(reference.segments.last());
                names.extend(name.map(|name| (name.clone(), reference.segments.first().cloned())));
            }
        }
        Self { names }
    }

    fn room(&self, name: &str) -> Leads {
        if level(name).is_some() {
            return Leads::To(name.to_owned());
        }
        match self.names.get(name) {
            _ if name == "*" => Leads::Anywhere,
            Some(Some(room)) => Leads::To(room.clone()),
            Some(None) => Leads::Roof,
            None => Leads::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    const LIB: &str = "pub mod error; pub mod keys; pub mod low; pub mod nacl; pub mod nonce; pub mod primitive;\n\
        pub mod telemetry; pub mod vault;\n\
        pub use error::Error; pub use vault::{Record, Keyring as Ring};\n\
        pub const KEY_LEN: usize = 32;\n";

    /// The faults of a small core in which `file` holds `text`.
    fn faults(name: &str, file: &str, text: &str) -> Vec<String> {
        let scratch = Scratch::new(name);
        scratch.write("core/src/lib.rs", LIB);
        scratch.write("core/src/low/mod.rs", "");
        scratch.write("core/tests/up.rs", "use crate::telemetry;");
        scratch.write("core/tests/level.rs", "use crate::low;");
        scratch.write("core/src/vault/mod.rs", "#[macro_export] macro_rules! sealed { () => {} }");
        scratch.write(&format!("core/src/{file}"), text);
        let mut report = Report::default();
        check(&Repo::at(scratch.path()), &mut report).unwrap();
        report.faults.iter().map(Fault::to_string).collect()
    }

    #[test]
    fn an_import_upward_is_caught() {
        let upward = [
            ("low/ct.rs", "use crate::primitive::x25519;"),
            ("low/mod.rs", "pub mod backend { use super::super::vault; }"),
            ("nonce.rs", "use crate::{low, nacl::sign};"),
            ("primitive/salsa20.rs", "use super::super::keys::SecretKey;"),
            ("primitive/mod.rs", "fn f() { crate::error::g() }"),
            ("vault/mod.rs", "use crate::telemetry;"),
            ("keys/mod.rs", "use super::vault::Record;"),
            ("nacl/sign.rs", "#[cfg(test)] mod tests { fn t() { assert!(crate::vault::ok()) } }"),
        ];
        for (file, text) in upward {
            let found = faults("rooms-up", file, text);
            assert_eq!(found.len(), 1, "{file}: {text}: {found:?}");
            assert!(
                found[0].starts_with(&format!("core/src/{file}:1: "))
                    && found[0].contains("above it"),
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_way_round_by_the_root_is_caught() {
        for (text, why) in [
            ("use crate::Record;", "which stands above it"),
            ("use crate::Ring;", "which stands above it"),
            ("fn f() { crate::sealed!() }", "which stands above it"),
            ("use crate::*;", "takes in everything"),
            ("use super::*;", "takes in everything"),
            ("use crate::Unheard;", "lib.rs does not name it"),
            ("#[path = \"vault/../low/x.rs\"] mod x;", "stands in another room"),
            ("#[path = \"../gone.rs\"] mod x;", "cannot be found"),
            ("#[path = \"../tests/up.rs\"] mod x;", "which stands above it"),
        ] {
            let found = faults("rooms-round", "nonce.rs", text);
            assert!(found.len() == 1 && found[0].contains(why), "{text}: {found:?}");
        }
    }

    #[test]
    fn downward_and_level_imports_are_fine() {
        for (file, text) in [
            (
                "vault/record.rs",
                "use crate::nacl; use super::Record; use crate::{Error, KEY_LEN, low::ct};",
            ),
            ("nonce.rs", "use crate::error::Error; use crate::keys; mod tests { use super::*; }"),
            (
                "nacl/sign.rs",
                "use super::super::primitive::ed25519; use crate::nacl::hash; use core::fmt;",
            ),
            (
                "low/mod.rs",
                "//! crate::vault\n// use crate::vault;\nconst S: &str = \"crate::vault\";",
            ),
        ] {
            assert_eq!(faults("rooms-down", file, text), [""; 0], "{file}");
        }
    }

    #[test]
    fn a_room_without_a_place_is_caught() {
        let found = faults("rooms-new", "lib.rs", "mod attic;");
        assert!(found.len() == 1 && found[0].contains("`attic` is no room"), "{found:?}");
    }

    #[test]
    fn a_file_that_is_not_rust_is_caught() {
        let found = faults("rooms-broken", "nonce.rs", "fn f( {");
        assert!(found.len() == 1 && found[0].contains("not Rust"), "{found:?}");
    }
}
