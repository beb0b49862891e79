//! `cargo xtask bench`: what Saltbox and its peers cost, on the cores and on this machine.
//!
//! `cycles` measures the cores under QEMU with the trace of `benches/trace`, `host` this machine; without either, both.
//! What is measured goes to `benches/results/`, and from there to the tables of `benches/README.md` and the plot: no
//! figure there comes from anywhere else.

mod cycles;
mod front;
mod host;
mod images;
mod libraries;
mod plot;
mod results;
mod tables;
mod targets;

use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::boards::{BOARDS, Board};
use crate::install::Need;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;
use crate::trace::{self, Tracer};
pub use libraries::WORKSPACE;
use libraries::{LIBRARIES, LOCK, Library};
use results::Results;
use tables::Versions;
use targets::Targets;

/// The page that holds the tables.
pub const README: &str = "benches/README.md";

const PLOT: &str = "benches/results/cortex-m.svg";

/// What `cargo xtask bench` is asked to do.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

/// A part of it.
#[derive(Debug, clap::Subcommand)]
enum Part {
    /// Exact instructions, modelled cycles, flash and stack on every core, beside other libraries
    Cycles(Cycles),
    /// Time on this machine, as ratios to other libraries in the same run
    Host {
        /// Print the results as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Default, clap::Args)]
struct Cycles {
    /// Only this board; what is known of the others stays
    #[arg(long)]
    board: Option<String>,
    /// Only this library; what is known of the others stays
    #[arg(long)]
    library: Option<String>,
    /// Only hold Saltbox against what is committed, as `cargo xtask test` does
    #[arg(long, conflicts_with_all = ["board", "library", "json"])]
    check: bool,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    /// What has to be installed for it.
    pub fn needs(&self) -> Vec<Need> {
        let cores = [Need::Toolchain, Need::Qemu, Need::ArmGcc];
        let host = [Need::Toolchain, Need::Sodium];
        match &self.part {
            Some(Part::Cycles(_)) => cores.to_vec(),
            Some(Part::Host { .. }) => host.to_vec(),
            None => cores.into_iter().chain(host).collect(),
        }
    }
}

/// Runs the command.
pub fn run(repo: &Repo, args: &Args) -> Result<()> {
    let mut progress = Progress::new(repo)?;
    match &args.part {
        Some(Part::Cycles(Cycles { check: true, .. })) => {
            progress.expect(steps());
            let suite = suite(repo, &mut progress);
            println!("{} passed, {} failed", suite.passed, suite.failed);
            ensure!(suite.failed == 0, "what is measured is not what is committed");
            Ok(())
        }
        Some(Part::Cycles(cycles)) => {
            let results = measure(repo, &mut progress, cycles)?;
            print(cycles.json, &results.rows_json(), &write_cores(repo, &results)?)
        }
        Some(Part::Host { json }) => {
            progress.expect(host::STEPS);
            let rows = host::measure(repo, &mut progress)?;
            print(*json, &rows, &host::write(repo, &rows)?)
        }
        None => {
            progress.expect(host::STEPS);
            let results = measure(repo, &mut progress, &Cycles::default())?;
            let cores = write_cores(repo, &results)?;
            let rows = host::measure(repo, &mut progress)?;
            let host = host::write(repo, &rows)?;
            let all = json!({ "cortex_m": results.rows_json(), "host": rows });
            print(args.json, &all, &format!("{cores}\n{host}"))
        }
    }
}

fn print(as_json: bool, json: &Value, text: &str) -> Result<()> {
    print!("{}", if as_json { pretty(json)? } else { text.to_owned() });
    Ok(())
}

/// Measures what is asked for; the rest is what was measured before.
fn measure(repo: &Repo, progress: &mut Progress, asked: &Cycles) -> Result<Results> {
    let boards = Board::chosen(asked.board.as_slice())?;
    let libraries = cycles::chosen(asked.library.as_deref())?;
    let pairs: Vec<(&Board, &Library)> = boards
        .iter()
        .flat_map(|board| libraries.iter().map(move |library| (*board, *library)))
        .collect();
    let steps: usize = pairs.iter().map(|(board, library)| cycles::steps(board, library)).sum();
    progress.expect(Tracer::STEPS + steps);
    let tracer = Tracer::build(repo, progress)?;
    let mut results = Results::committed(repo)?;
    for (board, library) in pairs {
        let measured = cycles::measure(repo, progress, &tracer, board, library)?;
        results.replace(trace::core(board), library.name, measured);
        // A run that breaks off later keeps what it has.
        results.save(repo)?;
    }
    Ok(results)
}

/// Writes what the cores measured; the tables are the result.
fn write_cores(repo: &Repo, results: &Results) -> Result<String> {
    let text = cores_text(repo, results)?;
    results.save(repo)?;
    save(repo, PLOT, &plot::draw(results, &Targets::read(repo)?, &Versions::read(repo, LOCK)?)?)?;
    write_table(repo, README, "cortex-m", &text)?;
    write_table(repo, front::PAGE, front::NAME, &front::table(results)?)?;
    Ok(text)
}

fn cores_text(repo: &Repo, results: &Results) -> Result<String> {
    tables::cortex_m(results, &Targets::read(repo)?, &Versions::read(repo, LOCK)?)
}

/// How many steps [`suite`] takes.
pub fn steps() -> usize {
    let steps = |(board, library)| cycles::steps(board, library);
    Tracer::STEPS + ours().map(steps).sum::<usize>()
}

/// Saltbox on every board.
fn ours() -> impl Iterator<Item = (&'static Board, &'static Library)> {
    let libraries = || LIBRARIES.iter().filter(|library| library.is_ours());
    BOARDS.iter().flat_map(move |board| libraries().map(move |library| (board, library)))
}

/// What Saltbox measures now, held against the committed results: a test a row, and one for the page.
pub fn suite(repo: &Repo, progress: &mut Progress) -> Suite {
    let mut suite = Suite::new("cycles on the cores");
    let mut held = || {
        let committed = Results::committed(repo)?;
        let tracer = Tracer::build(repo, progress)?;
        for (board, library) in ours() {
            let Ok(measured) = cycles::measure(repo, progress, &tracer, board, library) else {
                suite.count(false);
                continue;
            };
            for row in &measured.rows {
                let old = committed.row(&row.core, &row.library, &row.op);
                let moved = old.map_or(vec!["not there".to_owned()], |old| row.moved_from(old));
                suite.count(moved.is_empty());
                if !moved.is_empty() {
                    let (core, op, moved) = (&row.core, &row.op, moved.join(", "));
                    eprintln!("  {core} {} {op}: {moved}; cargo xtask bench cycles", row.library);
                }
            }
        }
        let page = is_current(repo, &committed);
        suite.count(page.is_ok());
        page
    };
    if let Err(error) = held() {
        eprintln!("  {error:#}");
        suite.count(false);
    }
    suite.end();
    suite
}

/// An error unless the pages say what the results say.
fn is_current(repo: &Repo, results: &Results) -> Result<()> {
    let tables = [
        (README, "cortex-m", cores_text(repo, results)?),
        (front::PAGE, front::NAME, front::table(results)?),
    ];
    for (page, name, table) in tables {
        let text = fs::read_to_string(repo.path(page)).with_context(|| page.to_owned())?;
        let new = between(&text, name, &table).context(page)?;
        ensure!(new == text, "{page} does not say what the results say: cargo xtask bench cycles");
    }
    Ok(())
}

/// Puts `table` into `page`.
pub fn write_table(repo: &Repo, page: &str, name: &str, table: &str) -> Result<()> {
    let text = fs::read_to_string(repo.path(page)).with_context(|| page.to_owned())?;
    save(repo, page, &between(&text, name, table).context(page.to_owned())?)
}

/// `text` with `table` between the two comments that name it.
fn between(text: &str, name: &str, table: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let (front, rest) = text.split_once(&begin).with_context(|| format!("there is no {begin}"))?;
    let (_, back) = rest.split_once(&end).with_context(|| format!("there is no {end}"))?;
    Ok(format!("{front}{begin}\n{table}\n{end}{back}"))
}

/// For a file that people compare.
pub fn pretty(value: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// Writes a file of the checkout.
pub fn save(repo: &Repo, path: &str, text: &str) -> Result<()> {
    fs::write(repo.path(path), text).with_context(|| format!("cannot write {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_replace_what_was_there() {
        let text = "a\n<!-- t: begin -->\nold\n<!-- t: end -->\nb";
        let new = between(text, "t", "new").unwrap();
        assert_eq!(new, "a\n<!-- t: begin -->\n\nnew\n<!-- t: end -->\nb");
        assert_eq!(between(&new, "t", "new").unwrap(), new);
        assert!(between("a", "t", "new").is_err());
    }
}
