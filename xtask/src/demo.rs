//! `cargo xtask demo`: the main job, on an emulated board, with output for a person.
//!
//! The demonstration itself is the gateway's example `demo`; it exits with an error if anything is not as it says.

use anyhow::{Result, bail};

use crate::boards::{Bin, Board};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::sizes;

/// The board that is played.
const BOARD: &str = "mps2-an386";

/// Runs the command.
pub fn run(repo: &Repo) -> Result<()> {
    let mut progress = Progress::new(repo)?;
    progress.expect(2);
    let image = Board::named(BOARD)?.build(repo, &mut progress, Bin::Node)?;
    let cargo = |verb| {
        Cmd::cargo().args([verb, "--quiet", "--package", "saltbox-gateway", "--example", "demo"])
    };
    progress.run("build the gateway", &cargo("build"))?;
    let folder = repo.path("target/demo");
    let cmd =
        cargo("run").args(["--".into(), image.display().to_string(), folder.display().to_string()]);
    if !cmd.to_command().current_dir(repo.root()).status()?.success() {
        bail!("the demo failed; repeat it with: {cmd}");
    }
    println!("\nWhat the node takes on each board, in bytes:\n");
    sizes::run(repo)
}
