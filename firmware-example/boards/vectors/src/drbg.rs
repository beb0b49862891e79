//! The generator behind every random key.

use saltbox::rng;

use crate::{Case, MESSAGE_MAX};

/// What comes out before and after a reseed.
pub struct Drbg {
    pub id: &'static str,
    pub seed: &'static [u8; 32],
    pub first: &'static [u8],
    pub reseed: &'static [u8],
    pub second: &'static [u8],
}

impl Case for Drbg {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        let mut drbg = rng::Drbg::from_seed(self.seed);
        let mut out = [0; MESSAGE_MAX];
        let mut gives = |drbg: &mut rng::Drbg, expected: &[u8]| {
            let out = &mut out[..expected.len()];
            drbg.fill_bytes(out);
            out == expected
        };
        let first = gives(&mut drbg, self.first);
        drbg.reseed(self.reseed);
        first && gives(&mut drbg, self.second)
    }
}
