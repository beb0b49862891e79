//! What ran, what of it passed, and the table that says so.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::progress::human;

/// A group of tests that ran together.
#[derive(Clone, Debug)]
pub struct Suite {
    /// What was tested.
    pub name: String,
    /// How many tests passed.
    pub passed: usize,
    /// How many failed; a suite that ran nothing counts as one.
    pub failed: usize,
    /// How many were left out.
    pub skipped: usize,
    /// How long it took, if that is known.
    pub elapsed: Option<Duration>,
    start: Instant,
}

impl Suite {
    /// A suite that begins now.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            passed: 0,
            failed: 0,
            skipped: 0,
            elapsed: None,
            start: Instant::now(),
        }
    }

    /// Counts one test.
    pub fn count(&mut self, passed: bool) {
        if passed { self.passed += 1 } else { self.failed += 1 }
    }

    /// The suite ends now. One that ran nothing has failed.
    pub fn end(&mut self) {
        self.elapsed = Some(self.start.elapsed());
        self.must_have_run();
    }

    /// Fails if nothing ran: silence is not success.
    pub fn must_have_run(&mut self) {
        if self.passed + self.failed == 0 {
            self.failed = 1;
            self.name.push_str(" (ran nothing)");
        }
    }
}

/// The suites of one run.
#[derive(Debug, Default)]
pub struct Tally {
    suites: Vec<Suite>,
}

impl Tally {
    /// Adds a suite.
    pub fn add(&mut self, suite: Suite) {
        self.suites.push(suite);
    }

    /// Whether something ran and nothing failed.
    pub fn is_good(&self) -> bool {
        let (passed, failed) = self.sums();
        passed > 0 && failed == 0
    }

    /// A line a suite.
    pub fn table(&self) -> String {
        let width =
            self.suites.iter().map(|suite| suite.name.chars().count()).max().unwrap_or(0).max(5);
        let mut text = format!(
            "{:<width$}  {:>7}  {:>7}  {:>7}  {:>11}\n",
            "suite", "passed", "failed", "skipped", "time"
        );
        for suite in &self.suites {
            let time = suite.elapsed.map(human).unwrap_or_default();
            let Suite { name, passed, failed, skipped, .. } = suite;
            let _ = writeln!(
                text,
                "{name:<width$}  {passed:>7}  {failed:>7}  {skipped:>7}  {time:>11}"
            );
        }
        text
    }

    /// `N passed, N failed`
    pub fn line(&self) -> String {
        let (passed, failed) = self.sums();
        format!("{passed} passed, {failed} failed")
    }

    fn sums(&self) -> (usize, usize) {
        (
            self.suites.iter().map(|suite| suite.passed).sum(),
            self.suites.iter().map(|suite| suite.failed).sum(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_that_ran_nothing_has_failed() {
        let mut tally = Tally::default();
        assert!(!tally.is_good());
        let mut good = Suite::new("good");
        good.count(true);
        good.end();
        tally.add(good);
        assert!(tally.is_good());
        let mut empty = Suite::new("empty");
        empty.end();
        tally.add(empty);
        assert!(!tally.is_good());
        assert_eq!(tally.line(), "1 passed, 1 failed");
        assert!(tally.table().contains("empty (ran nothing)"), "{}", tally.table());
    }
}
