//! `cargo xtask test`: everything, a table, and as the last line how many passed and failed.

use std::fs::File;

use anyhow::{Result, bail};

use crate::bench;
use crate::bindings;
use crate::boards::{BOARDS, Bin, Build};
use crate::budgets;
use crate::check;
use crate::ct;
use crate::demo;
use crate::host_tests;
use crate::install::{self, Need};
use crate::node_stack;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::{Suite, Tally};
use crate::trace::Tracer;
use crate::vectors;

/// What measures the peak of a node's stack.
pub const NODE_STACK: Option<budgets::Stack> = Some(node_stack::measure);

/// What `cargo xtask test` is asked to do.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this part (default: everything)
    #[arg(value_enum)]
    part: Option<Part>,
}

/// A part that can run by itself.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Part {
    /// Constant time, shown by the traces of all boards
    Ct,
}

impl Args {
    /// What must be installed.
    pub fn needs(&self) -> &'static [Need] {
        match self.part {
            None => &install::FOR_TESTS,
            Some(Part::Ct) => &[Need::Toolchain, Need::Qemu],
        }
    }
}

/// Runs the command; whether all passed.
pub fn run(repo: &Repo, args: &Args) -> Result<bool> {
    match args.part {
        None => everything(repo),
        Some(Part::Ct) => {
            let mut progress = Progress::new(repo)?;
            progress.expect(Tracer::STEPS + BOARDS.len() * ct::STEPS);
            let mut tally = Tally::default();
            constant_time(repo, &mut progress, &mut tally)?;
            println!("\n{}\n{}", tally.table(), tally.line());
            Ok(tally.is_good())
        }
    }
}

/// The traces of all boards.
fn constant_time(repo: &Repo, progress: &mut Progress, tally: &mut Tally) -> Result<()> {
    let tracer = Tracer::build(repo, progress)?;
    for board in &BOARDS {
        tally.add(ct::suite(repo, progress, &tracer, board, &Build::default(), ct::FEW));
    }
    Ok(())
}

/// How many steps [`other_backends`] takes.
const OTHER_STEPS: usize = 3 * 2;

/// A core with the backend of another: the M4 with the portable one, the M33 without DSP.
fn other_backends(repo: &Repo, progress: &mut Progress, tally: &mut Tally) {
    let [_, _, m4, m33] = &BOARDS;
    let portable = Build { cfg: Some("saltbox_portable"), ..Build::default() };
    let no_dsp = Build { cfg: Some("saltbox_no_dsp"), ..Build::default() };
    tally.add(vectors::suite(repo, progress, m4, Bin::Vectors, &portable));
    tally.add(vectors::suite(repo, progress, m33, Bin::Vectors, &no_dsp));
    tally.add(vectors::suite(repo, progress, m33, Bin::Low, &no_dsp));
}

/// Runs every suite, those that need the least first; whether all passed. One that fails does not keep the others from
/// running.
fn everything(repo: &Repo) -> Result<bool> {
    let mut progress = Progress::new(repo)?;
    let _alone = alone(repo)?;
    progress.expect(check::STEPS + host_tests::STEPS + BOARDS.len() * vectors::STEPS);
    progress.expect(OTHER_STEPS + Tracer::STEPS + BOARDS.len() * ct::STEPS);
    progress.expect(budgets::STEPS + bench::steps() + demo::STEPS + bindings::STEPS);
    let mut tally = Tally::default();
    tally.add(check::run(repo, &mut progress)?);
    host_tests::run(repo, &mut progress)?.into_iter().for_each(|suite| tally.add(suite));
    for board in &BOARDS {
        vectors::run(repo, &mut progress, board).into_iter().for_each(|suite| tally.add(suite));
    }
    other_backends(repo, &mut progress, &mut tally);
    constant_time(repo, &mut progress, &mut tally)?;
    tally.add(budget(repo, &mut progress));
    tally.add(bench::suite(repo, &mut progress));
    tally.add(demo::suite(repo, &mut progress));
    bindings::suites(repo, &mut progress).into_iter().for_each(|suite| tally.add(suite));
    println!("\n{}\n{}", tally.table(), tally.line());
    Ok(tally.is_good())
}

/// Keeps a second run in this checkout out, of this or of the packages: both would write the same files, and each would count
/// the other's tests.
pub fn alone(repo: &Repo) -> Result<File> {
    let lock = File::create(repo.logs().join("test.lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(_) => {
            bail!("another run of the tests or packages is in this checkout: wait until it ends")
        }
    }
}

/// The budgets as a suite: a test a number.
fn budget(repo: &Repo, progress: &mut Progress) -> Suite {
    let mut suite = Suite::new("budgets");
    match budgets::require(repo, progress, NODE_STACK) {
        Ok((passed, failed)) => {
            failed.iter().for_each(|line| eprintln!("  {line}"));
            suite.passed = passed;
            suite.failed = failed.len();
        }
        Err(error) => {
            eprintln!("  {error:#}");
            suite.failed = 1;
        }
    }
    suite.end();
    suite
}
