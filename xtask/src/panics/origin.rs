//! From which package a piece of an image comes, by its source file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::command::Cmd;
use crate::repo::{Repo, plain};

/// Where code comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A package of which we answer for every panic, by name.
    Ours(String),
    /// `core`, `alloc` or `std`: the caller decides.
    Library,
    /// Any other package, by name.
    Package(String),
    /// A file that belongs to no package that is known.
    Unknown(String),
}

/// The packages whose code may not panic.
pub const OURS: [&str; 2] = ["core", "firmware-example/app"];

/// Tells origins apart.
pub struct Origins {
    root: PathBuf,
    /// Folders of packages of the house, from the top of the checkout, with their names.
    packages: Vec<(PathBuf, String)>,
}

impl Origins {
    /// The packages of both workspaces.
    pub fn of(repo: &Repo) -> Result<Self> {
        let mut packages = Vec::new();
        for folder in ["", "firmware-example/boards"] {
            packages.extend(members(repo, folder)?);
        }
        Ok(Self::new(repo.root(), packages))
    }

    /// Known packages below `root`.
    pub fn new(root: &Path, mut packages: Vec<(PathBuf, String)>) -> Self {
        // The innermost folder decides.
        packages.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.components().count()));
        Self { root: root.to_path_buf(), packages }
    }

    /// The origin of a source file, as the compiler noted it.
    pub fn of_file(&self, file: &str) -> Origin {
        let path = plain(Path::new(file));
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let after = |marker: &[&str]| {
            let found = parts
                .windows(marker.len())
                .position(|window| window.iter().zip(marker).all(|(a, b)| a == b));
            found.map(|at| &parts[at + marker.len()..])
        };
        if let Some([_index, package, ..]) = after(&["registry", "src"]) {
            return Origin::Package(without_version(package).to_owned());
        }
        if let Some([package, ..]) = after(&["git", "checkouts"]) {
            return Origin::Package(
                package.rsplit_once('-').map_or(package.as_str(), |(name, _)| name).to_owned(),
            );
        }
        // Without the component rust-src: /rustc/<commit>/library/core/…; with it, the toolchain's own folder.
        let library = match parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["/", "rustc", _, "library", package, ..] => Some(package.to_owned()),
            _ => {
                after(&["rustlib", "src", "rust", "library"]).and_then(|rest| rest.first().cloned())
            }
        };
        if let Some(package) = library {
            return match package.as_str() {
                "core" | "alloc" | "std" | "portable-simd" | "stdarch" => Origin::Library,
                _ => Origin::Package(package),
            };
        }
        self.in_house(&path).unwrap_or_else(|| Origin::Unknown(file.to_owned()))
    }

    /// A source file as it is shown: without the folder of the checkout.
    pub fn shown(&self, file: &str) -> String {
        let path = plain(Path::new(file));
        path.strip_prefix(&self.root).unwrap_or(&path).display().to_string()
    }

    /// The package of the house that owns a path.
    fn in_house(&self, path: &Path) -> Option<Origin> {
        let inside = path
            .strip_prefix(&self.root)
            .or(if path.is_relative() { Ok(path) } else { Err(()) })
            .ok()?;
        let (folder, name) = self.packages.iter().find(|(folder, _)| inside.starts_with(folder))?;
        let ours = OURS.iter().any(|ours| folder == Path::new(ours));
        Some(if ours { Origin::Ours(name.clone()) } else { Origin::Package(name.clone()) })
    }

    /// The origin of a function of which only the name is known.
    pub fn of_name(&self, name: &str) -> Option<Origin> {
        let start = name.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let (word, _) = start.split_once("::")?;
        if ["core", "alloc", "std"].contains(&word) {
            return Some(Origin::Library);
        }
        let house = self.packages.iter().find(|(_, package)| package.replace('-', "_") == word)?;
        self.in_house(&house.0)
    }
}

/// The members of the workspace in `folder`, if there is one.
fn members(repo: &Repo, folder: &str) -> Result<Vec<(PathBuf, String)>> {
    if !repo.path(folder).join("Cargo.toml").is_file() {
        return Ok(Vec::new());
    }
    let cmd = Cmd::cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .within(repo.root(), folder);
    let output = cmd.to_command().output().with_context(|| format!("cannot start: {cmd}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout).with_context(|| {
        format!("{cmd} did not answer:\n{}", String::from_utf8_lossy(&output.stderr))
    })?;
    let mut members = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let (Some(name), Some(manifest)) =
            (package["name"].as_str(), package["manifest_path"].as_str())
        else {
            continue;
        };
        let folder = Path::new(manifest).parent().unwrap_or(Path::new(manifest));
        members.push((
            folder.strip_prefix(repo.root()).unwrap_or(folder).to_path_buf(),
            name.to_owned(),
        ));
    }
    Ok(members)
}

/// `name-1.2.3-rc.1` without the version.
fn without_version(package: &str) -> &str {
    let version = |rest: &str| {
        let major = rest.split('.').next().unwrap_or("");
        major.len() < rest.len()
            && !major.is_empty()
            && major.bytes().all(|byte| byte.is_ascii_digit())
    };
    package
        .match_indices('-')
        .find(|(at, _)| version(&package[at + 1..]))
        .map_or(package, |(at, _)| &package[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        let packages = [
            ("core", "saltbox"),
            ("firmware-example/app", "saltbox-node"),
            ("firmware-example/boards/m0", "m0"),
        ];
        let packages = packages
            .iter()
            .map(|(folder, name)| (PathBuf::from(folder), (*name).to_owned()))
            .collect();
        Origins::new(Path::new("/house"), packages)
    }

    #[test]
    fn files_belong_to_packages() {
        let package = |name: &str| Origin::Package(name.to_owned());
        let ours = |name: &str| Origin::Ours(name.to_owned());
        for (file, origin) in [
            (
                "/x/registry/src/index-1/curve25519-dalek-5.0.0/src/edwards.rs",
                package("curve25519-dalek"),
            ),
            ("/x/registry/src/index-1/a-2b-0.1.0-rc.1/src/lib.rs", package("a-2b")),
            ("/x/git/checkouts/some-crate-0123abcd/9f9f9f/src/lib.rs", package("some-crate")),
            ("/rustc/0123/library/core/src/option.rs", Origin::Library),
            (
                "/rustc/0123/library/core/src/../../portable-simd/crates/core_simd/src/ops.rs",
                Origin::Library,
            ),
            ("/t/lib/rustlib/src/rust/library/alloc/src/vec/mod.rs", Origin::Library),
            ("/rustc/0123/library/compiler-builtins/src/mem.rs", package("compiler-builtins")),
            ("/house/core/src/nacl/sign.rs", ours("saltbox")),
            ("core/src/nacl/sign.rs", ours("saltbox")),
            ("/house/firmware-example/boards/m0/../../app/src/lib.rs", ours("saltbox-node")),
            ("/house/firmware-example/boards/m0/src/main.rs", package("m0")),
            (
                "/elsewhere/core/src/lib.rs",
                Origin::Unknown("/elsewhere/core/src/lib.rs".to_owned()),
            ),
        ] {
            assert_eq!(origins().of_file(file), origin, "{file}");
        }
    }

    #[test]
    fn names_help_where_files_are_missing() {
        assert_eq!(origins().of_name("core::slice::index::fail"), Some(Origin::Library));
        assert_eq!(
            origins().of_name("<saltbox_node::Node as core::fmt::Debug>::fmt"),
            Some(Origin::Ours("saltbox-node".into()))
        );
        assert_eq!(origins().of_name("<&core::option::Option<u8>>::unwrap"), Some(Origin::Library));
        assert_eq!(origins().of_name("memcpy"), None);
    }
}
