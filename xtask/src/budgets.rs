//! `cargo xtask budgets`: what each board's node takes, held against `firmware-example/budgets.toml`.
//!
//! Flash and static RAM come from the image; the peak of the stack comes only from a run, so whoever can run the node
//! hands in a [`Stack`]. Without one that number is not measured, and a budget for it fails.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::json;
use toml::{Table, Value};

use crate::boards::{BOARDS, Bin, Board};
use crate::progress::Progress;
use crate::repo::Repo;
use crate::sizes;

/// The committed budgets.
const FILE: &str = "firmware-example/budgets.toml";

/// What stands above the numbers.
const HEAD: &str = "\
# Bytes that the node of each board takes: measured, not wished for. Growth of more than 2 % fails
# `cargo xtask budgets`. Written by `cargo xtask budgets --update`; a commit that does so says what the bytes buy.
";

/// The change that is let pass, in percent.
const SLACK: u64 = 2;

/// Plays the image of a board's node and returns the peak of its stack in bytes, as one step.
pub type Stack = fn(&Repo, &mut Progress, &Board, &Path) -> Result<u64>;

/// How many steps the measurement takes.
pub const STEPS: usize = 2 * BOARDS.len();

/// What `cargo xtask budgets` is asked to do.
#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// Write what is measured to firmware-example/budgets.toml
    #[arg(long)]
    update: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Numbers in bytes by their names, by board.
type Numbers = BTreeMap<String, BTreeMap<String, u64>>;

/// Runs the command; whether all is within its budget.
pub fn run(repo: &Repo, args: &Args, stack: Option<Stack>) -> Result<bool> {
    let mut progress = Progress::new(repo)?;
    progress.expect(STEPS);
    let measured = measure(repo, &mut progress, stack)?;
    let path = repo.path(FILE);
    let known = if args.update { measured.clone() } else { read(&path)? };
    if args.update {
        fs::write(&path, text(&measured))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let verdicts = compare(&known, &measured);
    if args.json {
        println!("{:#}", json!(measured));
    } else {
        verdicts.iter().for_each(|verdict| println!("{verdict}"));
    }
    Ok(!verdicts.iter().any(Verdict::fails))
}

/// The check of all boards: how many numbers are within their budgets, and which are not.
pub fn require(
    repo: &Repo,
    progress: &mut Progress,
    stack: Option<Stack>,
) -> Result<(usize, Vec<String>)> {
    let measured = measure(repo, progress, stack)?;
    let verdicts = compare(&read(&repo.path(FILE))?, &measured);
    let failed: Vec<_> =
        verdicts.iter().filter(|verdict| verdict.fails()).map(Verdict::to_string).collect();
    Ok((verdicts.len() - failed.len(), failed))
}

fn measure(repo: &Repo, progress: &mut Progress, stack: Option<Stack>) -> Result<Numbers> {
    let mut measured = Numbers::new();
    for board in &BOARDS {
        let image = board.build(repo, progress, Bin::Node)?;
        let sizes = sizes::measure(&image)?;
        let mut numbers = BTreeMap::from([
            ("flash".to_owned(), sizes.flash),
            ("static_ram".to_owned(), sizes.static_ram),
        ]);
        if let Some(stack) = stack {
            numbers.insert("peak_stack".to_owned(), stack(repo, progress, board, &image)?);
        }
        measured.insert(board.name.to_owned(), numbers);
    }
    Ok(measured)
}

/// How a number stands to its budget.
#[derive(Debug, PartialEq)]
struct Verdict {
    board: String,
    name: String,
    budget: Option<u64>,
    is: Option<u64>,
}

impl Verdict {
    /// A number without a budget fails as one that grew does, and a budget without a number: neither was compared.
    fn fails(&self) -> bool {
        match (self.budget, self.is) {
            (Some(budget), Some(is)) => is * 100 > budget * (100 + SLACK),
            _ => true,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (board, name) = (&self.board, &self.name);
        match (self.budget, self.is) {
            (Some(budget), Some(is)) => {
                let note = match () {
                    () if self.fails() => ": too much",
                    () if is * 100 < budget * (100 - SLACK) => ": tighten the budget with --update",
                    () => "",
                };
                let percent = (is as f64 / budget.max(1) as f64 - 1.0) * 100.0;
                write!(
                    f,
                    "{board:<11} {name:<11} {is:>7} of {budget:>7} bytes ({percent:+.1} %){note}"
                )
            }
            (None, Some(is)) => write!(
                f,
                "{board:<11} {name:<11} {is:>7} bytes, without a budget: set it with --update"
            ),
            (Some(budget), None) => write!(
                f,
                "{board:<11} {name:<11} has a budget of {budget} bytes and was not measured"
            ),
            (None, None) => write!(f, "{board:<11} {name:<11} is unknown"),
        }
    }
}

/// Every number that is known or measured.
fn compare(known: &Numbers, measured: &Numbers) -> Vec<Verdict> {
    let keys = |numbers: &Numbers| {
        let pairs = numbers
            .iter()
            .flat_map(|(board, names)| names.keys().map(|name| (board.clone(), name.clone())));
        pairs.collect::<Vec<_>>()
    };
    let mut all = [keys(known), keys(measured)].concat();
    all.sort();
    all.dedup();
    let number =
        |numbers: &Numbers, board: &str, name: &str| numbers.get(board)?.get(name).copied();
    let verdict = |(board, name): (String, String)| Verdict {
        budget: number(known, &board, &name),
        is: number(measured, &board, &name),
        board,
        name,
    };
    all.into_iter().map(verdict).collect()
}

/// The file at `path`; there are no budgets if there is none.
fn read(path: &Path) -> Result<Numbers> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Numbers::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    parse(&text).with_context(|| format!("{} is damaged", path.display()))
}

fn parse(text: &str) -> Result<Numbers> {
    let mut numbers = Numbers::new();
    for (board, value) in text.parse::<Table>()? {
        let Value::Table(table) = value else { bail!("`{board}` is not a table of budgets") };
        let mut budgets = BTreeMap::new();
        for (name, value) in table {
            let bytes = value.as_integer().and_then(|bytes| u64::try_from(bytes).ok());
            let bytes =
                bytes.with_context(|| format!("`{board}.{name}` is not a number of bytes"))?;
            budgets.insert(name, bytes);
        }
        numbers.insert(board, budgets);
    }
    Ok(numbers)
}

fn text(numbers: &Numbers) -> String {
    let mut text = HEAD.to_owned();
    for (board, names) in numbers {
        let _ = writeln!(text, "\n[{board}]");
        for (name, number) in names {
            let _ = writeln!(text, "{name} = {number}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(budget: Option<u64>, is: Option<u64>) -> Verdict {
        Verdict { board: "b".into(), name: "flash".into(), budget, is }
    }

    #[test]
    fn two_percent_may_pass() {
        for (budget, is, fails, note) in [
            (10_000, 10_200, false, "(+2.0 %)"),
            (10_000, 10_201, true, "too much"),
            (10_000, 9_800, false, "(-2.0 %)"),
            (10_000, 9_799, false, "tighten"),
            (0, 1, true, "too much"),
        ] {
            let verdict = verdict(Some(budget), Some(is));
            assert_eq!(verdict.fails(), fails, "{verdict}");
            assert!(verdict.to_string().contains(note), "{verdict}");
        }
    }

    #[test]
    fn what_was_not_compared_fails() {
        let known = parse("[a]\nflash = 10\npeak_stack = 5\n").unwrap();
        let measured = parse("[a]\nflash = 10\n[b]\nflash = 3\n").unwrap();
        let verdicts = compare(&known, &measured);
        let failed: Vec<_> = verdicts
            .iter()
            .filter(|v| v.fails())
            .map(|v| (v.board.as_str(), v.name.as_str()))
            .collect();
        assert_eq!(failed, [("a", "peak_stack"), ("b", "flash")]);
        assert_eq!(verdicts.len(), 3);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let numbers =
            parse("[mps2-an386]\nflash = 10\nstatic_ram = 2\n[microbit]\nflash = 7\n").unwrap();
        assert_eq!(parse(&text(&numbers)).unwrap(), numbers);
        for damaged in ["a = 1", "[a]\nflash = -1", "[a]\nflash = \"1\"", "["] {
            assert!(parse(damaged).is_err(), "{damaged}");
        }
    }
}
