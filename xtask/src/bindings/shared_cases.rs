//! When every language has run its cases: those that ran early open what the others have made since, and none may have
//! missed a case.

use anyhow::Result;

use super::swift;
use crate::cases::{self, Language};
use crate::command::Cmd;
use crate::features;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;

/// How many steps [`suites`] takes.
pub const STEPS: usize = 2;

/// A suite a language: a test a case.
pub fn suites(repo: &Repo, progress: &mut Progress) -> Vec<Suite> {
    // A language that fails here lacks cases below, where each of them is said.
    if let Err(error) = open_what_others_made(repo, progress) {
        eprintln!("  {error:#}");
    }
    Language::ALL.iter().map(|language| compared(repo, *language)).collect()
}

/// Kotlin runs last, so that it has opened everything already.
fn open_what_others_made(repo: &Repo, progress: &mut Progress) -> Result<()> {
    cases::write_made(repo, Language::Rust)?;
    let features = features::of_host(repo)?;
    let rust = Cmd::cargo()
        .args(["test", "--quiet", "--workspace", "--features", &features, "--test", "cases"])
        .args(["--", cases::OPEN])
        .within(repo.root(), "");
    progress.run("what others made, in Rust", &rust)?;
    cases::write_made(repo, Language::Swift)?;
    progress.run("what others made, in Swift", &swift::again(repo, cases::OPEN)?)?;
    Ok(())
}

fn compared(repo: &Repo, language: Language) -> Suite {
    cases::compare(repo, language).unwrap_or_else(|error| {
        eprintln!("  {error:#}");
        let mut suite = Suite::new(format!("shared cases in {language:?}"));
        suite.count(false);
        suite
    })
}
