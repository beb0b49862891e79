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

/// Runs everything; whether all passed.
pub fn run(repo: &Repo) -> Result<bool> {
    let mut progress = Progress::new(repo)?;
    let _alone = test::alone(repo)?;
    let mut tally = Tally::default();
    progress.expect(Tracer::STEPS + ((LEVELS.len() + 1) * BOARDS.len()) * ct::STEPS);
    progress.expect(2 * (BOARDS.len() + 1));
    let tracer = Tracer::build(repo, &mut progress)?;
    for level in LEVELS {
        let build = Build { level: Some(level), ..Build::default() };
        for board in &BOARDS {
            tally.add(ct::suite(repo, &mut progress, &tracer, board, &build, SECRETS));
        }
    }
    let portable = Build { cfg: Some("saltbox_portable"), ..Build::default() };
    for board in &BOARDS {
        tally.add(vectors::suite(repo, &mut progress, board, Bin::Vectors, &portable));
        // On the M3 the portable backend is documented not to be.
        if board.target != "thumbv7m-none-eabi" {
            tally.add(ct::suite(repo, &mut progress, &tracer, board, &portable, SECRETS));
        }
    }
    let [.., m33] = &BOARDS;
    let no_dsp = Build { cfg: Some("saltbox_no_dsp"), ..Build::default() };
    tally.add(vectors::suite(repo, &mut progress, m33, Bin::Low, &no_dsp));
    tally.add(ct::suite(repo, &mut progress, &tracer, m33, &no_dsp, SECRETS));
    println!("\n{}\n{}", tally.table(), tally.line());
    Ok(tally.is_good())
}
