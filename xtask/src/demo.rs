//! `cargo xtask demo`: the main job, on an emulated board, with output for a person.
//!
//! The demonstration itself is the gateway's example `demo`; it exits with an error if anything is not as it says.

use std::path::Path;

use anyhow::{Result, bail};

use crate::boards::{Bin, Board};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::sizes;
use crate::tally::Suite;

/// The board that is played.
const BOARD: &str = "mps2-an386";

/// How many steps [`suite`] takes.
pub const STEPS: usize = 2;

/// The demonstration as one test: it fails if anything is not as it says.
pub fn suite(repo: &Repo, progress: &mut Progress) -> Suite {
    let mut suite = Suite::new("demo");
    let played = Board::named(BOARD)
        .and_then(|board| board.build(repo, progress, Bin::Node))
        .and_then(|image| progress.run("demo", &command("run", repo, &image)));
    suite.count(played.is_ok());
    suite.end();
    suite
}

fn command(verb: &str, repo: &Repo, image: &Path) -> Cmd {
    let cmd = Cmd::cargo().args([verb, "--quiet", "--package", "saltbox-gateway", "--example"]);
    let folder = repo.path("target/demo");
    match verb {
        "run" => cmd
            .args(["demo".to_owned(), "--".to_owned()])
            .args([image.display().to_string(), folder.display().to_string()]),
        _ => cmd.arg("demo"),
    }
}

/// Runs the command.
pub fn run(repo: &Repo) -> Result<()> {
    let mut progress = Progress::new(repo)?;
    progress.expect(2);
    let image = Board::named(BOARD)?.build(repo, &mut progress, Bin::Node)?;
    progress.run("build the gateway", &command("build", repo, &image))?;
    let cmd = command("run", repo, &image);
    if !cmd.to_command().current_dir(repo.root()).status()?.success() {
        bail!("the demo failed; repeat it with: {cmd}");
    }
    println!("\nWhat the node takes on each board, in bytes:\n");
    sizes::run(repo)
}
