//! Random bytes: the seed and the state are secrets, and so is each sample of noise.

use core::convert::Infallible;

use saltbox::rng::{Drbg, EntropySource, HealthyRandom, MinEntropy, RandomSource, Tested};

use crate::{Secret, half, op, random, traced};

pub(crate) fn run() {
    op("Drbg::from_seed and fill_bytes", |secret| {
        let (seed, mut out) = (half(secret), [0; 100]);
        traced(|| Drbg::from_seed(&seed).fill_bytes(&mut out));
    });
    op("Drbg::reseed", |secret| {
        let mut drbg = Drbg::from_seed(&half(secret));
        traced(|| drbg.reseed(secret));
    });
    op("HealthyRandom::start", |secret| {
        let noise = Noise::new(secret);
        assert!(traced(|| HealthyRandom::start(noise, secret)).is_ok());
    });
    op("HealthyRandom::fill", |secret| {
        let (mut healthy, mut out) = (healthy(secret), [0; 100]);
        assert!(traced(|| healthy.fill(&mut out)).is_ok());
    });
    op("HealthyRandom::reseed", |secret| {
        let mut healthy = healthy(secret);
        assert!(traced(|| healthy.reseed()).is_ok());
    });
    op("Tested::sample", |secret| {
        let Ok(mut tested) = Tested::start(Noise::new(secret)) else { panic!("not started") };
        // Over the edge of a window.
        let sampled = traced(|| (0..600).all(|_| tested.sample().is_ok()));
        assert!(sampled);
    });
}

fn healthy(secret: &Secret) -> HealthyRandom<Noise> {
    let Ok(healthy) = HealthyRandom::start(Noise::new(secret), &[]) else { panic!("not started") };
    healthy
}

/// Samples that follow from a secret and pass every test.
struct Noise(u64);

impl Noise {
    fn new(secret: &Secret) -> Self {
        Self(secret.iter().fold(0x5eed, |state, byte| state.rotate_left(5) ^ u64::from(*byte)))
    }
}

impl EntropySource for Noise {
    const MIN_ENTROPY: MinEntropy = MinEntropy::bits(1).unwrap();
    type Error = Infallible;

    /// One of four values: two in a row are often the same, and at another time with each secret.
    fn sample(&mut self) -> Result<u8, Infallible> {
        Ok(random(&mut self.0) & 0x42)
    }
}
