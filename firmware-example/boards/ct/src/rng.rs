//! Random bytes: the seed and the state are secrets.

use saltbox::rng::Drbg;

use crate::{half, op, traced};

pub(crate) fn run() {
    op("Drbg::from_seed and fill_bytes", |secret| {
        let (seed, mut out) = (half(secret), [0; 100]);
        traced(|| Drbg::from_seed(&seed).fill_bytes(&mut out));
    });
    op("Drbg::reseed", |secret| {
        let mut drbg = Drbg::from_seed(&half(secret));
        traced(|| drbg.reseed(secret));
    });
}
