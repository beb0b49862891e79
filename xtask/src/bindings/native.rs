//! The native library of this machine, and the sources that are generated from it.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;

/// A language for which sources are generated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Language {
    /// One file of Kotlin in the folder of its package.
    Kotlin,
    /// One file of Swift, the C header and the module map.
    Swift,
}

/// Builds the library that ships, for this machine: stripped, `profile.mobile`.
pub fn host_library(repo: &Repo, progress: &mut Progress) -> Result<PathBuf> {
    let build = Cmd::cargo()
        .args(["build", "--quiet", "--package", "saltbox-ffi", "--lib", "--profile", "mobile"])
        .within(repo.root(), "");
    progress.run("native library of this machine", &build)?;
    Ok(repo.path("target/mobile").join(library()))
}

/// Generates the sources of `language` into the empty folder `into`; two steps. They come from the dev build, because a
/// stripped library has lost what describes it.
pub fn generate(
    repo: &Repo,
    progress: &mut Progress,
    language: Language,
    into: &Path,
) -> Result<()> {
    let cargo = |args: &[&str]| {
        Cmd::cargo().args(args.iter().copied()).arg("--quiet").within(repo.root(), "")
    };
    progress
        .run("library to generate from", &cargo(&["build", "--package", "saltbox-ffi", "--lib"]))?;
    let described = repo.path("target/debug").join(library()).display().to_string();
    if into.exists() {
        fs::remove_dir_all(into).with_context(|| format!("cannot empty {}", into.display()))?;
    }
    let folder = into.display().to_string();
    let bindgen = |bin: &str| {
        cargo(&["run", "--package", "saltbox-ffi", "--features", "bindgen", "--bin", bin]).arg("--")
    };
    let (name, cmd) = match language {
        Language::Kotlin => (
            "generate Kotlin",
            bindgen("uniffi-bindgen")
                .args(["generate", "--no-format", "--language", "kotlin", "--out-dir", &folder])
                .arg(&described),
        ),
        Language::Swift => (
            "generate Swift",
            bindgen("uniffi-bindgen-swift")
                .args(["--swift-sources", "--headers", "--modulemap"])
                .args(["--module-name", "SaltboxFFI", "--modulemap-filename", "module.modulemap"])
                .args([&described, &folder]),
        ),
    };
    progress.run(name, &cmd)?;
    Ok(())
}

fn library() -> String {
    format!("{DLL_PREFIX}saltbox_ffi{DLL_SUFFIX}")
}
