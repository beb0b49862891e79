//! `cargo xtask bench host`: this machine, beside other libraries in one run.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{pretty, save, tables, write_table};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;

/// How many steps [`measure`] takes.
pub const STEPS: usize = 1;

const RESULTS: &str = "benches/results/host.json";

/// Runs the benches.
pub fn measure(_: &Repo, progress: &mut Progress) -> Result<Value> {
    let cmd = Cmd::cargo().args(["run", "--quiet", "--release", "--package", "saltbox-benches"]);
    let ran = progress.run_for_stdout("the host beside libsodium", &cmd)?;
    serde_json::from_str(&ran.output).context("the host bench printed no JSON")
}

/// Writes what was measured; the table is the result.
pub fn write(repo: &Repo, rows: &Value) -> Result<String> {
    let table = tables::host(rows)?;
    save(repo, RESULTS, &pretty(rows)?)?;
    write_table(repo, "host", &table)?;
    Ok(table)
}
