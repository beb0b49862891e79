//! The vectors on the metal, and the assembly beside its model: the images `vectors` and `low` of each board, under QEMU.
//!
//! An image says, over its serial line or as text by semihosting, a line `test <name> ... ok` or
//! `test <name> ... FAILED` for each test, and ends with `<n> passed, <n> failed` and exit code 0 if none failed. The
//! lines and the sum must agree: an image that breaks off, or that runs nothing, has failed. If it reports the peak of
//! its stack (see `stack`), the table shows that.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::boards::{Bin, Board, Build};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::qemu::{self, Ended};
use crate::repo::Repo;
use crate::stack;
use crate::tally::{Suite, Tally};

/// The longest that a board's vectors may take: one slow core emulates another.
const LIMIT: Duration = Duration::from_secs(600);

/// How many steps [`run`] takes for a board.
pub const STEPS: usize = 4;

/// What `cargo xtask vectors` is asked to do.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these boards (default: all)
    #[arg(long, value_name = "BOARD")]
    board: Vec<String>,
}

/// The vectors by themselves; whether all held.
pub fn run_alone(repo: &Repo, args: &Args) -> Result<bool> {
    let boards = Board::chosen(&args.board)?;
    let mut progress = Progress::new(repo)?;
    progress.expect(STEPS * boards.len());
    let mut tally = Tally::default();
    for board in boards {
        run(repo, &mut progress, board).into_iter().for_each(|suite| tally.add(suite));
    }
    println!("\n{}\n{}", tally.table(), tally.line());
    Ok(tally.is_good())
}

/// Builds and plays both images of one board.
pub fn run(repo: &Repo, progress: &mut Progress, board: &Board) -> [Suite; 2] {
    [Bin::Vectors, Bin::Low].map(|bin| suite(repo, progress, board, bin, &Build::default()))
}

/// Builds and plays one image of one board.
pub fn suite(
    repo: &Repo,
    progress: &mut Progress,
    board: &Board,
    bin: Bin,
    build: &Build,
) -> Suite {
    let what = if bin == Bin::Low { "assembly" } else { "vectors" };
    let name = format!("{what} on {}", board.name);
    let mut suite = Suite::new(format!("{name} ({}{})", board.core, build.said()));
    let played = board.build_as(repo, progress, bin, build).and_then(|image| {
        let log = repo.logs().join(format!("{what}-on-{}.semihosting", board.name));
        let cmd = qemu::command(board, &image, &log);
        progress.work(&name, &cmd.to_string(), || play(&cmd, &log))
    });
    match played {
        Ok((passed, peak)) => {
            suite.passed = passed;
            suite.name.extend(peak.map(|bytes| format!(", {bytes} bytes of stack")));
        }
        Err(_) => suite.failed = 1,
    }
    suite.end();
    suite
}

/// How many tests passed, and the peak of the stack.
fn play(cmd: &Cmd, log: &Path) -> Result<(usize, Option<u64>)> {
    let mut ended = qemu::play(cmd, LIMIT)?;
    let by_semihosting = fs::read(log).with_context(|| format!("cannot read {}", log.display()))?;
    ended.output.push_str(&String::from_utf8_lossy(&by_semihosting));
    Ok((judge(&ended)?, stack::said(&ended.output)))
}

/// How many tests passed; an error if one failed, or if what was said does not fit together.
fn judge(ended: &Ended) -> Result<usize> {
    let lines = || ended.output.lines().map(str::trim_end);
    let tests = || lines().filter_map(|line| line.strip_prefix("test ")?.rsplit_once(" ... "));
    let passed = tests().filter(|(_, verdict)| *verdict == "ok").count();
    let failed: Vec<_> =
        tests().filter(|(_, verdict)| *verdict != "ok").map(|(name, _)| name).collect();
    if !failed.is_empty() {
        bail!("failed: {}\n{}", failed.join(", "), ended.output);
    }
    if ended.code != Some(0) {
        bail!("ended with code {:?} after {passed} tests\n{}", ended.code, ended.output);
    }
    let sum = format!("{passed} passed, 0 failed");
    if !lines().any(|line| line == sum) {
        bail!(
            "said {passed} times that a test passed, and not in the end `{sum}`\n{}",
            ended.output
        );
    }
    if passed == 0 {
        bail!("ran nothing\n{}", ended.output);
    }
    Ok(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(output: &str, code: i32) -> Result<usize> {
        judge(&Ended { output: output.to_owned(), code: Some(code) })
    }

    #[test]
    fn passed_tests_are_counted() {
        assert_eq!(
            said("boot\r\ntest a ... ok\r\ntest b c ... ok\r\n2 passed, 0 failed\r\n", 0).unwrap(),
            2
        );
    }

    #[test]
    fn everything_else_is_a_failure() {
        for (output, code, why) in [
            ("", 0, "not in the end"),
            ("0 passed, 0 failed\n", 0, "ran nothing"),
            ("test a ... ok\n", 0, "not in the end"),
            ("test a ... ok\n2 passed, 0 failed\n", 0, "not in the end"),
            ("test a ... ok\n1 passed, 0 failed\n", 1, "code Some(1)"),
            ("test a ... ok\ntest b ... FAILED\n1 passed, 1 failed\n", 1, "failed: b"),
            ("test a ... ok\ntest b ... FAILED\n2 passed, 0 failed\n", 0, "failed: b"),
        ] {
            let error = said(output, code).unwrap_err().to_string();
            assert!(error.contains(why), "{output}: {error}");
        }
    }
}
