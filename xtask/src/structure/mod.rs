//! The house as DESIGN lays it out, checked: imports run downward, crates point one way, `unsafe` has one door.

mod crates;
mod foreign;
mod paths;
mod rooms;
mod unsafe_word;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::repo::Repo;

/// One place that breaks a rule of the house.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The file, from the top of the checkout.
    pub file: String,
    /// The line, or 0 for the whole file.
    pub line: usize,
    /// What is wrong and what is right.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}

/// What was looked at and what was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Places that break a rule.
    pub faults: Vec<Fault>,
    /// Paths between rooms of core.
    pub imports: usize,
    /// Manifests of packages.
    pub manifests: usize,
    /// Files searched for the word `unsafe`.
    pub files: usize,
}

/// Looks at the whole checkout.
pub fn check(repo: &Repo) -> Result<Report> {
    let mut report = Report::default();
    rooms::check(repo, &mut report)?;
    crates::check(repo, &mut report)?;
    unsafe_word::check(repo, &mut report)?;
    if report.manifests == 0 || report.files == 0 {
        bail!("the structure check found nothing to look at in {}", repo.root().display());
    }
    Ok(report)
}

/// The check as a step: what it looked at, or every fault.
pub fn require(repo: &Repo) -> Result<String> {
    let report = check(repo)?;
    if report.faults.is_empty() {
        return Ok(format!(
            "{} imports inside core run downward, {} manifests point one way, {} files keep `unsafe` behind its door",
            report.imports, report.manifests, report.files
        ));
    }
    let lines: Vec<_> = report.faults.iter().map(Fault::to_string).collect();
    bail!("{}", lines.join("\n"))
}

/// Folders that hold what a tool made.
const MADE: [&str; 7] =
    ["target", "build", ".build", ".gradle", ".git", "node_modules", "__pycache__"];

/// The files below `folder` whose names end in one of `endings`, sorted; none if there is no such folder.
fn files(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() {
                if !MADE.contains(&name.as_str()) {
                    folders.push(entry.path());
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The text of a file.
fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn an_empty_checkout_is_not_a_sound_one() {
        let scratch = Scratch::new("structure-empty");
        assert!(check(&Repo::at(scratch.path())).is_err());
    }

    #[test]
    fn every_fault_is_listed_with_its_line() {
        let scratch = Scratch::new("structure-listed");
        scratch.write(
            "core/Cargo.toml",
            "[package]\nname = \"saltbox\"\n[dependencies]\nxtask = \"0\"\n",
        );
        scratch.write("xtask/Cargo.toml", "[package]\nname = \"xtask\"\n");
        scratch.write("core/src/lib.rs", "pub mod low;\npub mod vault;\n");
        scratch.write("core/src/low/mod.rs", "use crate::vault::Record;\n");
        scratch.write("core/src/vault/mod.rs", "\nfn f() { unsafe {} }\n");
        let error = require(&Repo::at(scratch.path())).unwrap_err().to_string();
        assert!(error.contains("core/src/low/mod.rs:1: "), "{error}");
        assert!(error.contains("core/src/vault/mod.rs:2: "), "{error}");
        assert!(error.contains("core/Cargo.toml: "), "{error}");
        assert_eq!(error.lines().count(), 3, "{error}");
    }
}
