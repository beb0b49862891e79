//! `cargo xtask assure`: what takes too long for every change.
//!
//! Constant time with 64 secrets at three levels of optimisation, and the vectors with every backend that a user can force.

use anyhow::Result;

use crate::boards::{BOARDS, Bin, Build};
use crate::ct;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Tally;
use crate::test;
use crate::trace::Tracer;
use crate::vectors;

/// With how many secrets each operation runs.
const SECRETS: usize = 64;

/// The levels at which compilers have made leaks that the source does not have.
const LEVELS: [&str; 3] = ["3", "s", "z"];

/// What `cargo xtask assure` is asked to do.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only the traces at this level of optimisation (default: all levels, and the other backends)
    #[arg(long, value_parser = LEVELS)]
    level: Option<String>,
}

/// Runs everything, or what is asked for; whether all passed.
pub fn run(repo: &Repo, args: &Args) -> Result<bool> {
    let mut progress = Progress::new(repo)?;
    let _alone = test::alone(repo)?;
    let mut tally = Tally::default();
    let asked = |level: &&str| args.level.as_ref().is_none_or(|only| only == level);
    let levels: Vec<_> = LEVELS.into_iter().filter(asked).collect();
    progress.expect(Tracer::STEPS + levels.len() * BOARDS.len() * ct::STEPS);
    let tracer = Tracer::build(repo, &mut progress)?;
    for level in levels {
        let build = Build { level: Some(level), ..Build::default() };
        for board in &BOARDS {
            tally.add(ct::suite(repo, &mut progress, &tracer, board, &build, SECRETS));
        }
    }
    if args.level.is_none() {
        progress.expect(BOARDS.len() * ct::STEPS + 2 * (BOARDS.len() + 1));
        other_backends(repo, &mut progress, &tracer, &mut tally);
    }
    println!("\n{}\n{}", tally.table(), tally.line());
    Ok(tally.is_good())
}

/// What a user can force: the crates on every core, an M33 without DSP.
fn other_backends(repo: &Repo, progress: &mut Progress, tracer: &Tracer, tally: &mut Tally) {
    let portable = Build { cfg: Some("saltbox_portable"), ..Build::default() };
    for board in &BOARDS {
        tally.add(vectors::suite(repo, progress, board, Bin::Vectors, &portable));
        // On the M3 the portable backend is documented not to be.
        if board.target != "thumbv7m-none-eabi" {
            tally.add(ct::suite(repo, progress, tracer, board, &portable, SECRETS));
        }
    }
    let [.., m33] = &BOARDS;
    let no_dsp = Build { cfg: Some("saltbox_no_dsp"), ..Build::default() };
    tally.add(vectors::suite(repo, progress, m33, Bin::Low, &no_dsp));
    tally.add(ct::suite(repo, progress, tracer, m33, &no_dsp, SECRETS));
}
