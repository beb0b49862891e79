//! What XCTest says, as suites.

use std::collections::BTreeMap;

use crate::tally::Suite;

/// A suite a class of tests; a test that began and has no verdict broke off, which is a failure.
pub fn read(output: &str) -> Vec<Suite> {
    let mut verdicts: BTreeMap<&str, BTreeMap<&str, Option<Verdict>>> = BTreeMap::new();
    for (class, test, verdict) in output.lines().filter_map(line) {
        verdicts.entry(class).or_default().insert(test, verdict);
    }
    if verdicts.is_empty() {
        let mut nothing = Suite::new("Swift");
        nothing.must_have_run();
        return vec![nothing];
    }
    verdicts.into_iter().map(|(class, tests)| suite(class, tests.into_values())).collect()
}

fn suite(class: &str, verdicts: impl Iterator<Item = Option<Verdict>>) -> Suite {
    let mut suite = Suite::new(format!("Swift {class}"));
    for verdict in verdicts {
        match verdict {
            Some(Verdict::Passed) => suite.passed += 1,
            Some(Verdict::Skipped) => suite.skipped += 1,
            Some(Verdict::Failed) | None => suite.failed += 1,
        }
    }
    suite.must_have_run();
    suite
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    Passed,
    Failed,
    Skipped,
}

/// `Test Case 'Class.test' started at …`, `… passed (0.1 seconds)`; on Apple's platforms `'-[Module.Class test]'`.
fn line(line: &str) -> Option<(&str, &str, Option<Verdict>)> {
    let (name, rest) = line.trim_start().strip_prefix("Test Case '")?.split_once("' ")?;
    let (class, test) = match name.strip_prefix("-[") {
        Some(name) => name.strip_suffix(']')?.split_once(' ')?,
        None => name.split_once('.')?,
    };
    let class = class.rsplit('.').next().unwrap_or(class);
    let verdict = match rest.split_whitespace().next()? {
        "passed" => Some(Verdict::Passed),
        "failed" => Some(Verdict::Failed),
        "skipped" => Some(Verdict::Skipped),
        _ => None,
    };
    Some((class, test, verdict))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(output: &str) -> Vec<(String, usize, usize, usize)> {
        let suites = read(output);
        suites.into_iter().map(|it| (it.name, it.passed, it.failed, it.skipped)).collect()
    }

    #[test]
    fn every_test_has_one_verdict() {
        let output = "Test Suite 'All tests' started at 2026-01-01 00:00:00.000\n\
            Test Case 'BoxTests.testSeals' started at 2026-01-01 00:00:00.000\n\
            Test Case 'BoxTests.testSeals' passed (0.01 seconds)\n\
            Test Case 'BoxTests.testOpens' started at 2026-01-01 00:00:00.000\n\
            Test Case 'BoxTests.testOpens' failed (0.01 seconds)\n\
            Test Case '-[SaltboxTests.KeyTests testSkipped]' started.\n\
            Test Case '-[SaltboxTests.KeyTests testSkipped]' skipped (0.01 seconds).\n\
            Test Case '-[SaltboxTests.KeyTests testWipes]' passed (0.01 seconds).\n";
        let want = [("Swift BoxTests".to_owned(), 1, 1, 0), ("Swift KeyTests".to_owned(), 1, 0, 1)];
        assert_eq!(counted(output), want);
    }

    #[test]
    fn what_breaks_off_or_says_nothing_has_failed() {
        let crash = "Test Case 'BoxTests.testCrashes' started at 2026-01-01 00:00:00.000\n";
        assert_eq!(counted(crash), [("Swift BoxTests".to_owned(), 0, 1, 0)]);
        assert_eq!(counted("Executed 0 tests"), [("Swift (ran nothing)".to_owned(), 0, 1, 0)]);
    }
}
