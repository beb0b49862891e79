//! Dependencies between the crates of the house run one way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::{Fault, Report, files, read};
use crate::repo::{Repo, plain};

/// Each part of the house, the folder it lies in, and the parts on which it may depend.
///
/// `bindings -> ffi -> core <- app <- boards`, `benches -> core`, `gateway -> app, core`; xtask stands outside.
const PARTS: [(&str, &str, &[&str]); 8] = [
    ("core", "core", &[]),
    ("ffi", "ffi", &["core"]),
    ("bindings", "bindings", &["ffi"]),
    ("app", "firmware-example/app", &["core"]),
    ("boards", "firmware-example/boards", &["boards", "app", "core"]),
    ("gateway", "firmware-example/gateway", &["app", "core"]),
    ("benches", "benches", &["benches", "core"]),
    ("xtask", "xtask", &[]),
];

/// A manifest of the house.
struct Package {
    part: usize,
    folder: PathBuf,
    manifest: PathBuf,
    content: Table,
}

/// Checks every manifest in every part.
pub fn check(repo: &Repo, report: &mut Report) -> Result<()> {
    let packages = packages(repo)?;
    let mut names = BTreeMap::new();
    for package in &packages {
        if let Some(name) = package
            .content
            .get("package")
            .and_then(|table| table.get("name"))
            .and_then(Value::as_str)
        {
            names.insert(name.to_owned(), package.part);
        }
    }
    report.manifests += packages.len();
    for package in &packages {
        for (name, value) in dependencies(&package.content) {
            let target = match value.get("path").and_then(Value::as_str) {
                Some(path) => part_of(&plain(&package.folder.join(path)), repo),
                None => {
                    names.get(value.get("package").and_then(Value::as_str).unwrap_or(name)).copied()
                }
            };
            if let Some(what) = judge(package.part, target, name, value) {
                report.faults.push(Fault {
                    file: repo.short(&package.manifest).to_string(),
                    line: 0,
                    what,
                });
            }
        }
    }
    Ok(())
}

/// What is wrong with a dependency, if anything is.
fn judge(from: usize, to: Option<usize>, name: &str, value: &Value) -> Option<String> {
    let (part, _, allowed) = PARTS[from];
    match to {
        Some(to) if allowed.contains(&PARTS[to].0) => None,
        Some(to) if allowed.is_empty() => Some(format!(
            "{part} depends on {} ({name}), but it stands on nothing of the house",
            PARTS[to].0
        )),
        Some(to) => {
            let allowed = allowed.join(", ");
            Some(format!(
                "{part} depends on {} ({name}), but may depend only on {allowed}",
                PARTS[to].0
            ))
        }
        None if value.get("path").is_some() => {
            Some(format!("{part} depends on {name} by a path that leaves the house"))
        }
        None => None,
    }
}

/// The packages of every part.
fn packages(repo: &Repo) -> Result<Vec<Package>> {
    let mut packages = Vec::new();
    for (part, (_, folder, _)) in PARTS.iter().enumerate() {
        for manifest in files(&repo.path(folder), &["Cargo.toml"])? {
            let content = read(&manifest)?
                .parse()
                .with_context(|| format!("{} is not TOML", manifest.display()))?;
            let folder = manifest.parent().unwrap_or(repo.root()).to_path_buf();
            packages.push(Package { part, folder, manifest, content });
        }
    }
    Ok(packages)
}

/// Every dependency that a manifest names: also for tests, for build scripts, for one target, and for a workspace.
fn dependencies(manifest: &Table) -> Vec<(&str, &Value)> {
    let mut tables: Vec<&Table> = vec![manifest];
    if let Some(targets) = manifest.get("target").and_then(Value::as_table) {
        tables.extend(targets.values().filter_map(Value::as_table));
    }
    tables.extend(manifest.get("workspace").and_then(Value::as_table));
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let lists = tables
        .iter()
        .flat_map(|table| kinds.iter().filter_map(|&kind| table.get(kind)?.as_table()));
    lists.flat_map(|list| list.iter().map(|(name, value)| (name.as_str(), value))).collect()
}

/// The part in which a folder lies.
fn part_of(folder: &Path, repo: &Repo) -> Option<usize> {
    PARTS.iter().position(|(_, part, _)| folder.starts_with(plain(&repo.path(part))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    /// The faults of a house in which the manifest of `folder` ends in `text`.
    fn faults(folder: &str, text: &str) -> Vec<String> {
        let scratch = Scratch::new("crates");
        for (_, folder, _) in PARTS {
            let name = format!("saltbox-{}", folder.rsplit('/').next().unwrap());
            let name = if folder == "core" { "saltbox" } else { &name };
            scratch
                .write(&format!("{folder}/Cargo.toml"), &format!("[package]\nname = \"{name}\"\n"));
        }
        scratch.write(
            &format!("{folder}/Cargo.toml"),
            &format!("[package]\nname = \"changed\"\n{text}"),
        );
        let mut report = Report::default();
        check(&Repo::at(scratch.path()), &mut report).unwrap();
        report.faults.iter().map(Fault::to_string).collect()
    }

    #[test]
    fn a_dependency_against_the_stream_is_caught() {
        for (folder, text) in [
            ("core", "[dependencies]\nsaltbox-ffi = { path = \"../ffi\" }"),
            ("core", "[dev-dependencies]\nsaltbox-benches = { workspace = true }"),
            ("core", "[build-dependencies]\nx = { package = \"saltbox-app\", version = \"1\" }"),
            ("core", "[target.'cfg(unix)'.dependencies]\nsaltbox-gateway = \"0.1\""),
            ("ffi", "[dependencies]\nsaltbox-app = { path = \"../firmware-example/app\" }"),
            ("firmware-example/app", "[dependencies]\nsaltbox-boards = { path = \"../boards\" }"),
            (
                "firmware-example/app/inner",
                "[dependencies]\nsaltbox-ffi = { path = \"../../../ffi\" }",
            ),
            (
                "firmware-example/boards",
                "[dependencies]\nsaltbox-gateway = { path = \"../gateway\" }",
            ),
            (
                "firmware-example/boards",
                "[workspace.dependencies]\nsaltbox-gateway = { path = \"../gateway\" }",
            ),
            ("firmware-example/gateway", "[dependencies]\nsaltbox-ffi = { path = \"../../ffi\" }"),
            ("benches", "[dependencies]\nsaltbox-ffi = { path = \"../ffi\" }"),
            ("bindings/samples", "[dependencies]\nsaltbox = { path = \"../../core\" }"),
            ("xtask", "[dependencies]\nsaltbox = { path = \"../core\" }"),
            ("core", "[dependencies]\nother = { path = \"../../other\" }"),
        ] {
            let found = faults(folder, text);
            assert_eq!(found.len(), 1, "{folder}: {text}: {found:?}");
            assert!(found[0].starts_with(&format!("{folder}/Cargo.toml: ")), "{found:?}");
        }
    }

    #[test]
    fn dependencies_with_the_stream_are_fine() {
        for (folder, text) in [
            ("core", "[dependencies]\nsubtle = { version = \"2\" }\nheapless = \"0.9\""),
            ("ffi", "[dependencies]\nsaltbox = { path = \"../core\" }"),
            (
                "firmware-example/boards/m0",
                "[dependencies]\nsaltbox-app = { path = \"../../app\" }\nmps2 = { path = \"../mps2\" }",
            ),
            ("firmware-example/gateway", "[dependencies]\nsaltbox = { path = \"../../core\" }"),
            ("benches", "[dev-dependencies]\nsaltbox = { path = \"../core\" }"),
        ] {
            assert_eq!(faults(folder, text), [""; 0], "{folder}: {text}");
        }
    }
}
