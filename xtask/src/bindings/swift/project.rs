//! A SwiftPM project below `target/swift`: written, built, tested, run.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::api;
use super::tree::Tree;
use crate::command::Cmd;
use crate::install::swift::Swift;
use crate::progress::{Failed, Progress};
use crate::repo::Repo;

/// A project, named as its folder.
pub struct Project<'a> {
    repo: &'a Repo,
    swift: &'a Swift,
    below: String,
    scratch: String,
}

impl<'a> Project<'a> {
    /// The one in `below`, from the top of the checkout.
    ///
    /// SwiftPM does not see that a native library has changed: a new one, of which `library` is the contents, starts a fresh
    /// build.
    pub fn at(repo: &'a Repo, swift: &'a Swift, below: &str, library: &[u8]) -> Result<Self> {
        let name = below.rsplit('/').next().unwrap_or(below);
        let scratch = format!("target/swift/build/{name}");
        let mut hasher = DefaultHasher::new();
        library.hash(&mut hasher);
        let print = hasher.finish().to_string();
        let stamp = repo.path(&scratch).join("library");
        if fs::read_to_string(&stamp).ok().as_deref() != Some(&print) {
            let folder = repo.path(&scratch);
            if folder.exists() {
                fs::remove_dir_all(&folder)
                    .with_context(|| format!("cannot remove {}", folder.display()))?;
            }
            fs::create_dir_all(&folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
            fs::write(&stamp, print)?;
        }
        Ok(Self { repo, swift, below: below.to_owned(), scratch })
    }

    /// Makes its folder hold `tree`.
    pub fn write(&self, tree: &Tree) -> Result<()> {
        tree.write(&self.repo.path(&self.below))
    }

    /// `swift command …` in it.
    pub fn cmd(&self, command: &str) -> Cmd {
        let scratch = self.repo.path(&self.scratch).display().to_string();
        self.swift.cmd(self.repo, &self.below, &[], "swift").args([
            command,
            "--disable-sandbox",
            "--scratch-path",
            &scratch,
        ])
    }

    /// Runs its tests as one step; what they say, also if some fail.
    pub fn test(&self, progress: &mut Progress, step: &str) -> Result<String> {
        match progress.run(step, &self.cmd("test").arg("--disable-swift-testing")) {
            Ok(ran) => Ok(ran.output),
            Err(error) => Ok(error.downcast::<Failed>()?.output),
        }
    }

    /// Builds the program `name`, and returns where it is.
    pub fn build(&self, progress: &mut Progress, step: &str, name: &str) -> Result<PathBuf> {
        progress.run(step, &self.cmd("build").args(["--product", name]))?;
        Ok(self.repo.path(&self.scratch).join("debug").join(name))
    }

    /// The public API of its module Saltbox.
    pub fn api(&self, progress: &mut Progress) -> Result<String> {
        let dump = self.cmd("package").args([
            "dump-symbol-graph",
            "--minimum-access-level",
            "public",
            "--skip-synthesized-members",
        ]);
        let said = progress.run("public API of the Swift package", &dump)?.output;
        let folder = said
            .lines()
            .find_map(|line| line.strip_prefix("Files written to "))
            .context("swift does not say where it wrote the symbols")?;
        api::read(&PathBuf::from(folder).join("Saltbox.symbols.json"))
    }
}
