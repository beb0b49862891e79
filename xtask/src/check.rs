//! `cargo xtask check`: what can be said without running anything.

use anyhow::Result;

use crate::bench;
use crate::boards::BOARDS;
use crate::cases::{self, Language};
use crate::command::Cmd;
use crate::features;
use crate::panics;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::structure;
use crate::tally::{Suite, Tally};

/// How many steps [`run`] takes: the commands of [`commands`], the structure, and the panic sites of each board.
pub const STEPS: usize = 7 + 3 * BOARDS.len() + 1 + panics::STEPS * BOARDS.len();

/// The check by itself; whether all of it passed.
pub fn run_alone(repo: &Repo) -> Result<bool> {
    let mut progress = Progress::new(repo)?;
    progress.expect(STEPS);
    let mut tally = Tally::default();
    tally.add(run(repo, &mut progress)?);
    println!("{}", tally.line());
    Ok(tally.is_good())
}

/// Runs every check; one that fails does not keep the others from running.
pub fn run(repo: &Repo, progress: &mut Progress) -> Result<Suite> {
    cases::write(repo, Language::Rust)?;
    let commands = commands(repo)?;
    let mut suite = Suite::new("check");
    for (name, cmd) in &commands {
        suite.count(progress.run(name, cmd).is_ok());
    }
    let structure =
        progress.work("structure", "cargo xtask structure", || structure::require(repo));
    suite.count(structure.is_ok());
    for board in &BOARDS {
        suite.count(panics::check(repo, progress, board).is_ok());
    }
    suite.end();
    Ok(suite)
}

/// Every check that is a command.
fn commands(repo: &Repo) -> Result<Vec<(String, Cmd)>> {
    let on_host = features::of_host(repo)?;
    let on_metal = features::of_bare_metal(repo)?;
    let root = repo.root();
    let top =
        |args: &[&str]| Cmd::cargo().args(args.iter().copied()).arg("--quiet").within(root, "");
    let strict = ["--", "-D", "warnings"];
    let on_cores = |verb: &str| Cmd::cargo().arg(verb).within(root, bench::WORKSPACE);
    let mut commands = vec![
        ("formatting".to_owned(), top(&["fmt", "--all", "--check"])),
        (
            "formatting of the boards".to_owned(),
            Cmd::cargo().args(["fmt", "--all", "--check"]).within(root, "firmware-example/boards"),
        ),
        (
            "formatting of the benches on bare metal".to_owned(),
            on_cores("fmt").args(["--all", "--check"]),
        ),
        (
            "clippy".to_owned(),
            top(&["clippy", "--workspace", "--all-targets", "--features", &on_host]).args(strict),
        ),
        (
            "documentation".to_owned(),
            top(&["doc", "--workspace", "--no-deps", "--features", &on_host])
                .env("RUSTDOCFLAGS", "-D warnings"),
        ),
        (
            "completeness of the audit".to_owned(),
            Cmd::cargo()
                .args(["test", "--quiet", "--package", "saltbox-audit"])
                .within(root, "firmware-example/boards"),
        ),
        (
            "clippy for the benches on bare metal".to_owned(),
            on_cores("clippy")
                .args(["--quiet", "--release", "--features", "saltbox"])
                .args(["--target", "thumbv7em-none-eabihf"])
                .args(strict),
        ),
    ];
    for board in &BOARDS {
        let core = ["clippy", "--package", "saltbox", "--target", board.target];
        let all = top(&core).args(["--features", &on_metal]).args(strict);
        let bare = top(&core).arg("--no-default-features").args(strict);
        commands.push((format!("clippy {}", board.target), all));
        commands.push((format!("clippy {}, no features", board.target), bare));
        commands.push((
            format!("clippy for {}", board.name),
            board.cargo(repo, "clippy").args(["--quiet", "--release"]).args(strict),
        ));
    }
    Ok(commands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn the_steps_are_announced_as_they_are() {
        let scratch = Scratch::new("check");
        scratch.write("core/Cargo.toml", "[features]\ndefmt = []\n");
        let commands = commands(&Repo::at(scratch.path())).unwrap();
        assert_eq!(STEPS, commands.len() + 1 + panics::STEPS * BOARDS.len());
    }
}
