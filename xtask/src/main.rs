//! `cargo xtask …`: the only way anything in this repository is built, checked or run.
//!
//! Each task is a module; this file only chooses one. Checks of the text: `structure`. Checks of an image: `panics`.
//! Running things: `command` and `progress`. Machines: `boards`.

mod boards;
mod check;
mod command;
mod features;
mod install;
mod panics;
mod progress;
mod repo;
#[cfg(test)]
mod scratch;
mod structure;
mod tally;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{CommandFactory, Parser, Subcommand};

use install::Need;
use progress::Progress;
use repo::Repo;
use tally::Tally;

/// Builds, checks and runs Saltbox.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    task: Option<Task>,
    /// Never install anything: fail and say what to run instead
    #[arg(long, global = true)]
    no_install: bool,
}

#[derive(Subcommand)]
enum Task {
    /// Formatting, clippy, documentation, structure and panic sites
    Check,
    /// Imports and dependencies run one way, `unsafe` stands behind its door
    Structure,
    /// Places in the linked images that can panic; compares with core/panic-sites.toml
    Panics(panics::Args),
    /// Installs what the other tasks need: Rust targets, QEMU, libsodium
    Install,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    let Some(task) = &cli.task else {
        Cli::command().print_help()?;
        return Ok(());
    };
    let repo = Repo::find()?;
    let need = |needs: &[Need]| install::ensure(&repo, needs, !cli.no_install);
    match task {
        Task::Check => {
            need(&[Need::Toolchain, Need::Sodium])?;
            let mut tally = Tally::default();
            tally.add(check::run(&repo, &mut Progress::new(&repo)?)?);
            println!("{}", tally.line());
            if !tally.is_good() {
                bail!("the check failed");
            }
            Ok(())
        }
        Task::Structure => {
            println!("{}", structure::require(&repo)?);
            Ok(())
        }
        Task::Panics(args) => {
            need(&[Need::Toolchain])?;
            panics::run(&repo, args)
        }
        Task::Install => {
            need(&[Need::Toolchain, Need::Qemu, Need::Sodium])?;
            println!("everything is there");
            Ok(())
        }
    }
}
