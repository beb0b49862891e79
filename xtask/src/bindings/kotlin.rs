//! The Kotlin package.

mod aar;
mod consumer;
mod contents;
mod generated;
mod package;
mod published;
mod reports;
mod snippets;

use std::env::consts::{ARCH, OS};
use std::fs;

use anyhow::{Context, Result};

use crate::bindings::native;
use crate::bindings::natives::{self, DESKTOP};
use crate::cases::{self, Language};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;

/// How the tests are run.
#[derive(Clone, Copy, Debug, Default, PartialEq, clap::Args)]
pub struct Args {
    /// Writes the public API down in bindings/kotlin/api.txt, instead of comparing the two
    #[arg(long)]
    update_api: bool,
}

/// How many steps [`suites`] takes.
pub const STEPS: usize = STEPS_TO_PREPARE + 1 + published::STEPS;

/// How many steps [`prepare`] takes.
const STEPS_TO_PREPARE: usize = generated::STEPS + snippets::STEPS + natives::STEPS + 1;

/// Makes the package.
pub fn package(repo: &Repo, progress: &mut Progress) -> Result<()> {
    progress.expect(generated::STEPS + package::STEPS);
    generated::generate(repo, progress)?;
    let made = package::make(repo, progress)?;
    println!("{}\n{}", made.table(), repo.short(&repo.path(package::REPOSITORY)));
    Ok(())
}

/// The tests of the package; a suite a class.
pub fn suites(repo: &Repo, progress: &mut Progress, args: Args) -> Vec<Suite> {
    match prepare(repo, progress) {
        Ok(()) => [test(repo, progress, args), published::suites(repo, progress)].concat(),
        Err(error) => does_not_build(&error),
    }
}

fn does_not_build(error: &anyhow::Error) -> Vec<Suite> {
    eprintln!("  {error:#}");
    let mut suite = Suite::new("Kotlin (does not build)");
    suite.count(false);
    vec![suite]
}

/// How many steps [`published()`] takes.
pub const STEPS_OF_PUBLISHED: usize = STEPS_TO_PREPARE + 1 + published::STEPS;

/// The tests of what is published, by themselves: those of the library are compiled and not run.
pub fn published(repo: &Repo, progress: &mut Progress) -> Vec<Suite> {
    let compile = Cmd::new("mvn")
        .args(["--batch-mode", "--quiet", "--projects", "saltbox", "test-compile"])
        .within(repo.root(), "bindings/kotlin");
    let ready = prepare(repo, progress)
        .and_then(|()| progress.run("compile the tests in Kotlin", &compile));
    match ready {
        Ok(_) => published::suites(repo, progress),
        Err(error) => does_not_build(&error),
    }
}

/// Makes what Maven finds below `target/bindings/kotlin`.
pub fn prepare(repo: &Repo, progress: &mut Progress) -> Result<()> {
    generated::generate(repo, progress)?;
    cases::write(repo, Language::Kotlin)?;
    snippets::write(repo, progress)?;
    let here = jna_platform();
    // The one that ships, where this machine is one of those for which one does.
    let library = match DESKTOP.iter().find(|platform| platform.name == here) {
        Some(platform) => natives::build(repo, progress, platform)?,
        None => native::host_library(repo, progress)?,
    };
    progress.work("native library as a resource", "cargo xtask bindings kotlin", || {
        let to = repo.path("target/bindings/kotlin/natives").join(here);
        fs::create_dir_all(&to).with_context(|| format!("cannot create {}", to.display()))?;
        let name = library.file_name().context("a library has a name")?;
        fs::copy(&library, to.join(name))
            .with_context(|| format!("cannot copy {} to {}", library.display(), to.display()))?;
        Ok(())
    })
}

/// Compiles and runs the tests.
fn test(repo: &Repo, progress: &mut Progress, args: Args) -> Vec<Suite> {
    let folders = reports::folders(repo);
    // Reports of an earlier run would count as this one's.
    folders.iter().for_each(|folder| drop(fs::remove_dir_all(folder)));
    let mut maven = Cmd::new("mvn")
        .args(["--batch-mode", "--quiet", "--fail-at-end", "verify"])
        .within(repo.root(), "bindings/kotlin");
    if args.update_api {
        maven = maven.env("SALTBOX_UPDATE_API", "1");
    }
    let ran = progress.run("tests in Kotlin", &maven);
    reports::suites(repo, &folders, ran.is_ok())
}

/// The folder in which JNA looks for this machine's library.
fn jna_platform() -> String {
    let arch = ARCH.replace("x86_64", "x86-64");
    format!("{}-{arch}", OS.replace("macos", "darwin"))
}
