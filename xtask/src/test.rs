//! `cargo xtask test`: everything, a table, and as the last line how many passed and failed.

use std::fs::File;

use anyhow::{Result, bail};

use crate::bench;
use crate::bindings;
use crate::boards::BOARDS;
use crate::budgets;
use crate::check;
use crate::demo;
use crate::host_tests;
use crate::node_stack;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::{Suite, Tally};
use crate::vectors;

/// What measures the peak of a node's stack.
pub const NODE_STACK: Option<budgets::Stack> = Some(node_stack::measure);

/// Runs every suite, those that need the least first; whether all passed. One that fails does not keep the others from
/// running.
pub fn run(repo: &Repo) -> Result<bool> {
    let mut progress = Progress::new(repo)?;
    let _alone = alone(repo)?;
    progress.expect(check::STEPS + host_tests::STEPS + BOARDS.len() * vectors::STEPS);
    progress.expect(budgets::STEPS + bench::STEPS + demo::STEPS + bindings::STEPS);
    let mut tally = Tally::default();
    tally.add(check::run(repo, &mut progress)?);
    host_tests::run(repo, &mut progress)?.into_iter().for_each(|suite| tally.add(suite));
    for board in &BOARDS {
        tally.add(vectors::run(repo, &mut progress, board));
    }
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
