//! The short table of the front page: Saltbox alone, what people do most.

use std::fmt::Write;

use anyhow::{Context, Result};

use super::libraries::LIBRARIES;
use super::results::Results;
use super::tables::count;
use crate::boards::BOARDS;
use crate::trace;

/// The page that holds it.
pub const PAGE: &str = "README.md";
/// What it is called there.
pub const NAME: &str = "cycles";

/// What is shown, and how it is said.
const SHOWN: [(&str, &str); 6] = [
    ("x25519", "agree on a key (X25519)"),
    ("keypair", "make a key pair"),
    ("seal_32", "seal 32 bytes, key ready"),
    ("seal_1024", "seal 1 KiB"),
    ("ed25519_sign", "sign"),
    ("ed25519_verify", "verify"),
];

/// A row an operation, a column a core.
pub fn table(results: &Results) -> Result<String> {
    let mut text = "| cycles |".to_owned();
    for board in &BOARDS {
        write!(text, " {} |", board.core)?;
    }
    writeln!(text, "\n|---|{}", "---:|".repeat(BOARDS.len()))?;
    for (op, said) in SHOWN {
        write!(text, "| {said} |")?;
        for board in &BOARDS {
            let row = results.row(trace::core(board), LIBRARIES[0].name, op);
            let row = row.with_context(|| format!("{op} was not measured on {}", board.name))?;
            write!(text, " {} |", count(op, row.cycles))?;
        }
        text.push('\n');
    }
    Ok(text)
}
