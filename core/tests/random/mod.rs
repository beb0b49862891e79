//! Random cases that can be had again: a failing test prints the seed that it ran with.
#![allow(dead_code, reason = "each test takes the part that it needs")]

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The variable that chooses another seed than 1.
const SEED: &str = "SALTBOX_TEST_SEED";

/// A generator for tests: the same cases in every run, others under another `SALTBOX_TEST_SEED`.
pub struct Random {
    rng: ChaCha20Rng,
    seed: u64,
}

impl Random {
    /// `stream` keeps the tests of one seed apart.
    pub fn new(stream: u64) -> Self {
        let seed = std::env::var(SEED).map_or(1, |text| {
            text.parse().unwrap_or_else(|_| panic!("{SEED} is not a number: {text}"))
        });
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self { rng, seed }
    }

    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    pub fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    /// A number below `limit`; the bias is far below what a test could notice.
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.rng.next_u64()) * limit as u128) >> 64) as usize
    }
}

impl Drop for Random {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("to have these cases again: {SEED}={}", self.seed);
        }
    }
}
