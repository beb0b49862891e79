//! `cargo xtask …`: the only way anything in this repository is built, checked or run.
//!
//! Each task is a module; this file only chooses one. Checks of the text: `structure`. Checks of an image: `panics`.
//! Running things: `command` and `progress`. Machines: `boards` and `qemu`. Suites of `test`: `check`, `host_tests`,
//! `vectors`, `budgets`, `bindings`.

mod assure;
mod bench;
mod bindings;
mod boards;
mod budgets;
mod cases;
mod check;
mod command;
mod ct;
mod demo;
mod features;
mod host_tests;
mod install;
mod node_stack;
mod panics;
mod progress;
mod qemu;
mod repo;
#[cfg(test)]
mod scratch;
mod sizes;
mod stack;
mod structure;
mod tally;
mod test;
mod trace;
mod vectors;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

use install::Need;
use repo::Repo;

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
    /// The main job: an emulated Cortex-M4 seals a temperature, this machine opens it
    Demo,
    /// Everything: the check, the tests on the host and on every board, the budgets
    Test(test::Args),
    /// What takes longer than a change may: constant time with 64 secrets at each level of optimisation, other backends
    Assure(assure::Args),
    /// Formatting, clippy, documentation, structure and panic sites
    Check,
    /// Imports and dependencies run one way, `unsafe` stands behind its door
    Structure,
    /// Places in the linked images that can panic; compares with core/panic-sites.toml
    Panics(panics::Args),
    /// The test vectors on every board, under QEMU
    Vectors(vectors::Args),
    /// Flash, static RAM and stack of each node; compares with firmware-example/budgets.toml
    Budgets(budgets::Args),
    /// Cycles, flash and stack on every core, and the host, beside other libraries; writes benches/results
    Bench(bench::Args),
    /// A box in Kotlin beside lazysodium-java, and beside the same call in Rust; writes benches/results
    BenchKotlin,
    /// Flash and static RAM of each node, as a table for the README
    Sizes,
    /// The packages for app developers
    #[command(subcommand)]
    Package(bindings::Package),
    /// The tests of one package for app developers
    #[command(subcommand)]
    Bindings(bindings::Language),
    /// Installs what the other tasks need: Rust targets, QEMU, libsodium, Swift
    Install,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the task; false if it found something wrong and has said so.
fn run(cli: &Cli) -> Result<bool> {
    let Some(task) = &cli.task else {
        Cli::command().print_help()?;
        return Ok(true);
    };
    let repo = Repo::find()?;
    let need = |needs: &[Need]| install::ensure(&repo, needs, !cli.no_install);
    match task {
        Task::Demo => {
            need(&[Need::Toolchain, Need::Qemu])?;
            demo::run(&repo)?;
        }
        Task::Test(args) => {
            need(args.needs())?;
            return test::run(&repo, args);
        }
        Task::Assure(args) => {
            need(&[Need::Toolchain, Need::Qemu])?;
            return assure::run(&repo, args);
        }
        Task::Check => {
            need(&[Need::Toolchain, Need::Sodium])?;
            return check::run_alone(&repo);
        }
        Task::Structure => println!("{}", structure::require(&repo)?),
        Task::Panics(args) => {
            need(&[Need::Toolchain])?;
            panics::run(&repo, args)?;
        }
        Task::Vectors(args) => {
            need(&[Need::Toolchain, Need::Qemu])?;
            return vectors::run_alone(&repo, args);
        }
        Task::Budgets(args) => {
            need(&[Need::Toolchain, Need::Qemu])?;
            return budgets::run(&repo, args, test::NODE_STACK);
        }
        Task::Bench(args) => {
            need(&args.needs())?;
            bench::run(&repo, args)?;
        }
        Task::BenchKotlin => {
            need(&[Need::Toolchain, Need::Maven])?;
            bindings::bench::run(&repo)?;
        }
        Task::Sizes => {
            need(&[Need::Toolchain])?;
            sizes::run(&repo)?;
        }
        Task::Package(package) => {
            need(package.needs())?;
            return bindings::package(&repo, *package);
        }
        Task::Bindings(language) => {
            need(language.needs())?;
            return bindings::run_alone(&repo, *language);
        }
        Task::Install => {
            need(&install::FOR_TESTS)?;
            println!("everything is there");
        }
    }
    Ok(true)
}
