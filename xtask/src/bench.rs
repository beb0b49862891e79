//! `cargo xtask bench`: instruction counts of every core, and the host beside libsodium.
//!
//! A board's image `bench` runs under QEMU with `-icount shift=8`: every instruction takes exactly 256 ns of the time
//! that the board's timer sees, so that ticks are instructions. At the clocks of these boards an instruction is 4 to 6
//! ticks; whatever is not a whole number of instructions, within the one tick that reading the timer may be off, is an
//! error here, as is a calibration of 64 instructions that does not measure 64.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::boards::{BOARDS, Bin, Board};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::qemu;
use crate::repo::Repo;
use crate::sizes::grouped;
use crate::tally::Suite;

/// QEMU's shift: an instruction takes 2^8 ns.
const SHIFT: u32 = 8;
const LIMIT: Duration = Duration::from_secs(300);
/// The page that holds the tables.
pub const README: &str = "benches/README.md";
const CORTEX_M: &str = "benches/results/cortex-m.json";

/// What `cargo xtask bench` is asked to do.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this board, and without writing anything
    #[arg(long)]
    board: Option<String>,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(repo: &Repo, args: &Args) -> Result<()> {
    let mut progress = Progress::new(repo)?;
    let boards = Board::chosen(args.board.as_slice())?;
    progress.expect(2 * boards.len() + usize::from(args.board.is_none()));
    let mut rows = Vec::new();
    for board in boards {
        rows.extend(measure(repo, &mut progress, board)?);
    }
    let cortex_m = Value::from(rows);
    if args.board.is_some() {
        print!("{}", if args.json { pretty(&cortex_m)? } else { cortex_m_table(&cortex_m)? });
        return Ok(());
    }
    let cmd = Cmd::cargo().args(["run", "--quiet", "--release", "--package", "saltbox-benches"]);
    let ran = progress.run_for_stdout("the host beside libsodium", &cmd)?;
    let host: Value =
        serde_json::from_str(&ran.output).context("the host bench printed no JSON")?;

    fs::create_dir_all(repo.path("benches/results"))?;
    save(repo, CORTEX_M, &pretty(&cortex_m)?)?;
    save(repo, "benches/results/host.json", &pretty(&host)?)?;
    let readme = repo.path(README);
    let mut text = fs::read_to_string(&readme).with_context(|| repo.short(&readme).to_string())?;
    let (cortex_m_text, host_text) = (cortex_m_table(&cortex_m)?, host_table(&host)?);
    text = between(&text, "cortex-m", &cortex_m_text)?;
    text = between(&text, "host", &host_text)?;
    save(repo, README, &text)?;
    if args.json {
        print!("{}", pretty(&json!({ "cortex_m": cortex_m, "host": host }))?);
    } else {
        println!("{cortex_m_text}\n{host_text}");
    }
    Ok(())
}

/// How many steps [`suite`] takes.
pub const STEPS: usize = 2 * BOARDS.len();

/// What the boards measure now, held against the committed results: a test a number.
pub fn suite(repo: &Repo, progress: &mut Progress) -> Suite {
    let mut suite = Suite::new("instruction counts");
    let committed = fs::read_to_string(repo.path(CORTEX_M)).unwrap_or_default();
    let committed: Vec<Value> = serde_json::from_str(&committed).unwrap_or_default();
    for board in &BOARDS {
        let Ok(rows) = measure(repo, progress, board) else {
            suite.count(false);
            continue;
        };
        for row in rows {
            let good = is_near(&committed, &row);
            suite.count(good);
            if !good {
                eprintln!("  {row}\n  is not what {CORTEX_M} says: cargo xtask bench");
            }
        }
    }
    suite.end();
    suite
}

/// Whether `row` was measured before, with a count at most 2 % away.
fn is_near(committed: &[Value], row: &Value) -> bool {
    let same =
        |other: &&Value| ["core", "op", "library"].iter().all(|key| other[*key] == row[*key]);
    let counts =
        committed.iter().find(same).map(|old| [old, row].map(|it| it["instructions"].as_u64()));
    matches!(counts, Some([Some(old), Some(new)]) if old.abs_diff(new) * 50 <= old)
}

/// Builds and plays the image of one board.
pub fn measure(repo: &Repo, progress: &mut Progress, board: &Board) -> Result<Vec<Value>> {
    let image = board.build(repo, progress, Bin::Bench)?;
    let log = repo.logs().join(format!("bench-{}.semihosting", board.name));
    let cmd = command(board, &image, &log);
    progress.work(&format!("measure on {}", board.name), &cmd.to_string(), || {
        let ended = qemu::play(&cmd, LIMIT)?;
        ensure!(ended.code == Some(0), "ended with {:?}\n{}", ended.code, ended.output);
        rows(board, &ended.output)
    })
}

fn command(board: &Board, image: &Path, log: &Path) -> Cmd {
    qemu::command(board, image, log).args(["-icount".to_owned(), format!("shift={SHIFT}")])
}

/// The rows that an image printed.
fn rows(board: &Board, output: &str) -> Result<Vec<Value>> {
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let lines: Vec<_> = output.lines().map(words).collect();
    let hz = match lines.first().map(Vec::as_slice) {
        Some([name, hz]) if name == "hz" => hz.parse::<f64>()?,
        _ => bail!("the image does not begin with its clock:\n{output}"),
    };
    ensure!(lines.last().is_some_and(|line| line == &["end"]), "the image broke off:\n{output}");
    let mut rows = Vec::new();
    for line in &lines[1..lines.len() - 1] {
        let [_, op, _, ticks, _, stack] = line.as_slice() else { bail!("not a result: {line:?}") };
        let instructions = instructions(ticks.parse()?, hz).with_context(|| op.clone())?;
        if op == "nop_64" {
            ensure!(instructions == 64, "64 instructions measured as {instructions}");
            continue;
        }
        rows.push(json!({
            "core": core(board),
            "op": op,
            "library": "saltbox",
            "instructions": instructions,
            "stack": stack.parse::<u64>()?,
        }));
    }
    ensure!(!rows.is_empty(), "the image measured nothing");
    Ok(rows)
}

/// Ticks of a timer of `hz` as instructions.
fn instructions(ticks: f64, hz: f64) -> Result<u64> {
    let ticks_each = hz * f64::from(1 << SHIFT) / 1e9;
    let whole = (ticks / ticks_each).round();
    let off = (ticks - whole * ticks_each).abs();
    // Two readings of the timer, each cut to a whole tick, twice: with and without the work.
    ensure!(off <= 2.0, "{ticks} ticks are no whole number of instructions");
    Ok(whole as u64)
}

fn core(board: &Board) -> &'static str {
    match board.target {
        "thumbv6m-none-eabi" => "m0",
        "thumbv7m-none-eabi" => "m3",
        "thumbv7em-none-eabihf" => "m4",
        _ => "m33",
    }
}

/// A row an operation, a column a core.
fn cortex_m_table(rows: &Value) -> Result<String> {
    let rows = rows.as_array().context("no rows")?;
    let cores: Vec<_> = BOARDS
        .iter()
        .map(core)
        .filter(|core| rows.iter().any(|row| row["core"] == *core))
        .collect();
    let mut ops: Vec<&str> = Vec::new();
    for op in rows.iter().filter_map(|row| row["op"].as_str()) {
        if !ops.contains(&op) {
            ops.push(op);
        }
    }
    let mut table = "| operation |".to_owned();
    for core in &cores {
        write!(table, " {} |", core.to_uppercase())?;
    }
    table += " stack, most |\n|---|";
    table += &"---:|".repeat(cores.len() + 1);
    for op in ops {
        write!(table, "\n| `{op}` |")?;
        let mut stack = 0;
        for core in &cores {
            let row = rows.iter().find(|row| row["op"] == op && row["core"] == *core);
            let row = row.with_context(|| format!("{op} was not measured on {core}"))?;
            write!(table, " {} |", grouped(row["instructions"].as_u64().context("no count")?))?;
            stack = stack.max(row["stack"].as_u64().context("no stack")?);
        }
        write!(table, " {} |", grouped(stack))?;
    }
    table.push('\n');
    Ok(table)
}

fn host_table(rows: &Value) -> Result<String> {
    let mut table = "| operation | time, libsodium = 1 |\n|---|---:|\n".to_owned();
    for row in rows.as_array().context("no rows")? {
        let op = row["op"].as_str().context("no operation")?;
        writeln!(table, "| `{op}` | {:.2} |", row["ratio"].as_f64().context("no ratio")?)?;
    }
    Ok(table)
}

/// `text` with `table` between the two comments that name it.
pub fn between(text: &str, name: &str, table: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let (front, rest) =
        text.split_once(&begin).with_context(|| format!("{README} has no {begin}"))?;
    let (_, back) = rest.split_once(&end).with_context(|| format!("{README} has no {end}"))?;
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
    fn ticks_are_whole_instructions_or_an_error() {
        // 25 MHz: 6.4 ticks an instruction.
        assert_eq!(instructions(409.0, 25e6).unwrap(), 64);
        assert_eq!(instructions(410.0, 25e6).unwrap(), 64);
        assert!(instructions(412.0, 25e6).is_err());
    }

    #[test]
    fn an_image_that_breaks_off_or_miscounts_is_an_error() {
        let board = &BOARDS[2];
        let good = "hz 25000000\nop nop_64 ticks 410 stack 64\nop x ticks 6400 stack 8\nend\n";
        assert_eq!(rows(board, good).unwrap()[0]["instructions"], 1000);
        assert!(rows(board, good.strip_suffix("end\n").unwrap()).is_err());
        assert!(rows(board, &good.replace("410", "416")).is_err());
        assert!(rows(board, "hz 25000000\nend\n").is_err());
    }

    #[test]
    fn a_count_that_moved_is_seen() {
        let row =
            |count| json!({ "core": "m0", "op": "x", "library": "saltbox", "instructions": count });
        assert!(is_near(&[row(1000)], &row(1020)) && is_near(&[row(1000)], &row(980)));
        assert!(!is_near(&[row(1000)], &row(1021)) && !is_near(&[row(1000)], &row(979)));
        assert!(!is_near(&[], &row(1000)));
    }

    #[test]
    fn tables_replace_what_was_there() {
        let text = "a\n<!-- t: begin -->\nold\n<!-- t: end -->\nb";
        let new = between(text, "t", "new").unwrap();
        assert_eq!(new, "a\n<!-- t: begin -->\n\nnew\n<!-- t: end -->\nb");
        assert_eq!(between(&new, "t", "new").unwrap(), new);
        assert!(between("a", "t", "new").is_err());
    }
}
