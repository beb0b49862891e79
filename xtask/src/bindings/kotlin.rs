//! The Kotlin package.

use anyhow::{Result, bail};

use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;

/// How many steps [`suites`] takes.
pub const STEPS: usize = 0;

/// Makes the package.
pub fn package(_repo: &Repo, _progress: &mut Progress) -> Result<()> {
    bail!("not made yet")
}

/// The tests of the package.
pub fn suites(_repo: &Repo, _progress: &mut Progress) -> Vec<Suite> {
    Vec::new()
}
