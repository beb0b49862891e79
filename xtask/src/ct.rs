//! `cargo xtask test ct`: constant time, shown on the machine code that ships.
//!
//! The image `ct` of each board runs every operation that handles a secret with many secrets, under the trace of
//! `benches/trace`. Whatever the secret, the same instructions must run in the same order and touch the same addresses. An
//! instruction whose time depends on its operands must not run at all: a division on any core, a long multiply on the
//! Cortex-M3. The image also runs leaks that were planted in it, and a division of secrets where the core has one; what is not
//! caught of them is a failure.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::boards::{Bin, Board, Build};
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;
use crate::trace::{self, Segment, Tracer};

/// How many steps [`suite`] takes for a board.
pub const STEPS: usize = 1 + Tracer::STEPS;

/// The longest that one image may take: hundreds of millions of instructions, each of them looked at.
const LIMIT: Duration = Duration::from_secs(1800);

/// How many failures are printed.
const SHOWN: usize = 20;

/// With how many secrets each operation runs in the tests.
pub const FEW: usize = 8;

/// Checks one board, as a suite: a test an operation.
pub fn suite(
    repo: &Repo,
    progress: &mut Progress,
    tracer: &Tracer,
    board: &Board,
    build: &Build,
    secrets: usize,
) -> Suite {
    let name = format!("constant time on {} ({}{})", board.name, board.core, build.said());
    let mut suite = Suite::new(name);
    match check(repo, progress, tracer, board, build, secrets) {
        Ok(verdicts) => {
            let failed = verdicts.iter().filter_map(|(op, verdict)| Some((op, verdict.as_ref()?)));
            failed.take(SHOWN).for_each(|(op, why)| eprintln!("  {op}: {why}"));
            verdicts.iter().for_each(|(_, verdict)| suite.count(verdict.is_none()));
        }
        Err(error) => {
            eprintln!("  {error:#}");
            suite.count(false);
        }
    }
    suite.end();
    suite
}

/// An operation, and what is wrong with it if something is.
type Verdict = (String, Option<String>);

fn check(
    repo: &Repo,
    progress: &mut Progress,
    tracer: &Tracer,
    board: &Board,
    build: &Build,
    secrets: usize,
) -> Result<Vec<Verdict>> {
    let number = secrets.to_string();
    let build = Build { env: &[("SALTBOX_SECRETS", &number)], ..*build };
    let image = board.build_as(repo, progress, Bin::Secrets, &build)?;
    let name = format!("{secrets} secrets in every operation on {}", board.name);
    let traced = tracer.play(repo, progress, board, &image, &name, LIMIT)?;
    // The M0 has no instruction of variable time that could be planted.
    let divides = trace::core(board) != "m0";
    judge(secrets, divides, &traced.output, &traced.segments)
}

/// Gives the segments to the operations that the image named, each as many as there are secrets.
///
/// One of them must be a planted division if the core `divides`.
fn judge(
    secrets: usize,
    divides: bool,
    output: &str,
    segments: &[Segment],
) -> Result<Vec<Verdict>> {
    let mut lines = output.lines().map(str::trim_end);
    ensure!(
        lines.next() == Some(&format!("secrets {secrets}")),
        "the image was not built for {secrets} secrets:\n{output}"
    );
    ensure!(secrets > 1, "one secret differs from no other");
    let (mut rest, mut verdicts) = (segments, Vec::new());
    let (mut ended, mut divided) = (false, false);
    for line in lines {
        ensure!(!ended, "the image goes on after its end: {line}");
        let (kind, name) = line.split_once(' ').unwrap_or((line, ""));
        if kind == "end" {
            ended = true;
            continue;
        }
        let (these, others) =
            rest.split_at_checked(secrets).with_context(|| format!("{name} was not traced"))?;
        rest = others;
        let fault = match kind {
            "op" => told_apart(these).or_else(|| unseen(these)).or_else(|| variable(these)),
            "leak" if told_apart(these).is_some() => None,
            "leak" => Some("this planted leak was not caught".to_owned()),
            "variable" => {
                divided = true;
                let caught = variable(these).is_some();
                (!caught).then(|| "this planted instruction was not caught".to_owned())
            }
            _ => bail!("the image says what no one expects: {line}"),
        };
        verdicts.push((name.to_owned(), fault));
    }
    ensure!(ended, "the image broke off:\n{output}");
    ensure!(rest.is_empty(), "{} segments belong to no operation", rest.len());
    ensure!(divided == divides, "the image was not built for this core's divisions");
    Ok(verdicts)
}

/// What tells one of these secrets from another.
fn told_apart(segments: &[Segment]) -> Option<String> {
    let (first, others) = segments.split_first()?;
    if first.instructions == 0 {
        return Some("nothing ran".to_owned());
    }
    (1..).zip(others).find_map(|(number, other)| {
        let what = difference(first, other)?;
        Some(format!("secrets 0 and {number} differ: {what}"))
    })
}

/// How many instructions ran of which the trace cannot tell whether their condition held.
fn unseen(segments: &[Segment]) -> Option<String> {
    let first = segments.first()?;
    (first.unseen > 0).then(|| format!("{} instructions may or may not have run", first.unseen))
}

/// Where instructions ran whose time depends on their operands: a division, on the M3 a long multiply.
fn variable(segments: &[Segment]) -> Option<String> {
    let first = segments.first()?;
    let places: Vec<_> = first.variable.keys().map(String::as_str).collect();
    (!places.is_empty())
        .then(|| format!("instructions of variable time ran in {}", places.join(", ")))
}

fn difference(a: &Segment, b: &Segment) -> Option<String> {
    if a.path == b.path && a.instructions == b.instructions {
        return (a.data != b.data).then(|| "the same instructions touch other data".to_owned());
    }
    let mut text = format!("{} and {} instructions", a.instructions, b.instructions);
    for (name, counts) in &a.functions {
        let other = b.functions.get(name).map_or(0, |counts| counts.instructions);
        if counts.instructions != other {
            text += &format!("; {name}: {} and {other}", counts.instructions);
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(path: u64, data: u64) -> Segment {
        Segment { instructions: 9, path, data, ..Segment::default() }
    }

    fn verdicts(output: &str, segments: &[Segment]) -> Result<Vec<Option<String>>> {
        let divides = output.contains("variable");
        let verdicts = judge(2, divides, output, segments)?;
        Ok(verdicts.into_iter().map(|(_, fault)| fault).collect())
    }

    #[test]
    fn a_difference_is_a_fault_and_a_planted_one_must_be_there() {
        let output = "secrets 2\nop a\nop b\nop c\nleak d\nleak e\nend\n";
        let (same, path, data) = (segment(1, 1), segment(2, 1), segment(1, 2));
        let all = [&same, &same, &same, &path, &same, &data, &same, &path, &same, &same];
        let all: Vec<_> = all.into_iter().cloned().collect();
        let found = verdicts(output, &all).unwrap();
        assert_eq!(found[0], None);
        assert!(found[1].as_ref().unwrap().contains("9 and 9 instructions"), "{found:?}");
        assert!(found[2].as_ref().unwrap().contains("other data"), "{found:?}");
        assert_eq!(found[3], None);
        assert!(found[4].as_ref().unwrap().contains("not caught"), "{found:?}");
    }

    #[test]
    fn what_takes_a_time_of_its_own_is_a_fault() {
        let output = "secrets 2\nop a\nend\n";
        let mut slow = segment(1, 1);
        slow.variable.insert("mul".to_owned(), 1);
        let found = verdicts(output, &[slow.clone(), slow]).unwrap();
        assert!(found[0].as_ref().unwrap().contains("ran in mul"), "{found:?}");
        let mut unseen = segment(1, 1);
        unseen.unseen = 1;
        assert!(verdicts(output, &[unseen.clone(), unseen]).unwrap()[0].is_some());
    }

    #[test]
    fn a_planted_division_must_be_there_and_be_caught() {
        let output = "secrets 2\nvariable a\nvariable b\nend\n";
        let plain = segment(1, 1);
        let (mut slow, mut unseen) = (plain.clone(), plain.clone());
        slow.variable.insert("div".to_owned(), 1);
        unseen.unseen = 1;
        let all = [slow.clone(), slow, unseen.clone(), unseen];
        let found = verdicts(output, &all).unwrap();
        assert_eq!(found[0], None);
        assert!(found[1].as_ref().unwrap().contains("not caught"), "{found:?}");
        assert!(judge(2, false, output, &all).is_err());
        let two = [plain.clone(), plain];
        assert!(judge(2, false, "secrets 2\nop a\nend\n", &two).is_ok());
        assert!(judge(2, true, "secrets 2\nop a\nend\n", &two).is_err());
    }

    #[test]
    fn what_was_not_traced_or_broke_off_is_an_error() {
        let two = [segment(1, 1), segment(1, 1)];
        assert!(verdicts("secrets 2\nop a\nend\n", &two).is_ok());
        assert!(verdicts("secrets 2\nop a\nend\n", &two[..1]).is_err());
        assert!(verdicts("secrets 2\nop a\n", &two).is_err());
        assert!(verdicts("secrets 2\nend\n", &two).is_err());
        assert!(verdicts("secrets 3\nop a\nend\n", &two).is_err());
        assert!(verdicts("op a\nend\n", &two).is_err());
        assert!(verdicts("secrets 2\nop a\nend\nop b\n", &two).is_err());
    }
}
