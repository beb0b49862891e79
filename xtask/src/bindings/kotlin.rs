//! The Kotlin package.

mod aar;
mod consumer;
mod contents;
mod generated;
mod package;
mod published;
mod reports;

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::bindings::native;
use crate::cases::{self, Language};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;

/// How many steps [`suites`] takes.
pub const STEPS: usize = generated::STEPS + 3 + published::STEPS;

/// Makes the package.
pub fn package(repo: &Repo, progress: &mut Progress) -> Result<()> {
    progress.expect(package::STEPS);
    let made = package::make(repo, progress)?;
    println!("{}\n{}", made.table(), repo.short(&repo.path(package::REPOSITORY)));
    Ok(())
}

/// The tests of the package; a suite a class.
pub fn suites(repo: &Repo, progress: &mut Progress) -> Vec<Suite> {
    match prepare(repo, progress) {
        Ok(()) => [test(repo, progress), published::suites(repo, progress)].concat(),
        Err(error) => {
            eprintln!("  {error:#}");
            let mut suite = Suite::new("Kotlin (does not build)");
            suite.count(false);
            vec![suite]
        }
    }
}

/// Makes what Maven finds below `target/bindings/kotlin`.
fn prepare(repo: &Repo, progress: &mut Progress) -> Result<()> {
    generated::generate(repo, progress)?;
    cases::write(repo, Language::Kotlin)?;
    let library = native::host_library(repo, progress)?;
    progress.work("native library as a resource", "cargo xtask bindings kotlin", || {
        let to = repo.path("target/bindings/kotlin/natives").join(jna_platform());
        fs::create_dir_all(&to).with_context(|| format!("cannot create {}", to.display()))?;
        let name = library.file_name().context("a library has a name")?;
        fs::copy(&library, to.join(name))
            .with_context(|| format!("cannot copy {} to {}", library.display(), to.display()))?;
        Ok(())
    })
}

/// Compiles and runs the tests.
fn test(repo: &Repo, progress: &mut Progress) -> Vec<Suite> {
    let folders = reports::folders(repo);
    // Reports of an earlier run would count as this one's.
    folders.iter().for_each(|folder| drop(fs::remove_dir_all(folder)));
    let maven = Cmd::new("mvn")
        .args(["--batch-mode", "--quiet", "--fail-at-end", "verify"])
        .within(repo.root(), "bindings/kotlin");
    let ran = progress.run("tests in Kotlin", &maven);
    reports::suites(repo, &folders, ran.is_ok())
}

/// The folder in which JNA looks for this machine's library.
fn jna_platform() -> PathBuf {
    let arch = ARCH.replace("x86_64", "x86-64");
    PathBuf::from(format!("{}-{arch}", OS.replace("macos", "darwin")))
}
