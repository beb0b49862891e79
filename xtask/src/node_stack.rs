//! The stack that a node takes when it does everything a node does: the gateway's example `exercise`.

use std::path::Path;

use anyhow::{Context, Result};

use crate::boards::Board;
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::stack;

/// Plays the node of `board` and returns the peak of its stack in bytes, as one step.
pub fn measure(repo: &Repo, progress: &mut Progress, board: &Board, image: &Path) -> Result<u64> {
    let folder = repo.path("target/exercise").join(board.name);
    let cmd = Cmd::cargo()
        .args(["run", "--quiet", "--package", "saltbox-gateway", "--example", "exercise", "--"])
        .args([board.name, &image.display().to_string(), &folder.display().to_string()]);
    let ran = progress.run_for_stdout(&format!("exercise the node on {}", board.name), &cmd)?;
    stack::said(&ran.output).context("the exercise said nothing of the stack")
}
