//! `saltbox::rng`.

use rand_core::TryRng;
use saltbox::rng::{
    AsRandCore, Drbg, EntropyError, EntropySource, FromRandCore, HealthyRandom, MinEntropy,
    RandomSource, Tested,
};

use crate::shown::{debug, display, format, order, plain};
use crate::{Broken, given, room, some, taken};

#[inline(never)]
pub(crate) fn call() {
    generators();
    tests();
    adapters();
}

/// A generator whose state is unknown.
pub(crate) fn drbg() -> Drbg {
    given(Drbg::from_seed(&given([1; 32])))
}

/// A random source that can fail.
pub(crate) fn healthy() -> impl RandomSource {
    Either(given(HealthyRandom::start(Noise, some(&given([1; 5])))))
}

fn generators() {
    let mut out = given([0; 80]);
    let mut drbg = drbg();
    Drbg::reseed(&mut drbg, some(&given([2; 40])));
    Drbg::fill_bytes(&mut drbg, room(&mut out));
    taken(<Drbg as RandomSource>::fill(&mut drbg, room(&mut out)));
    taken(<&mut Drbg as RandomSource>::fill(&mut &mut drbg, room(&mut out)));
    debug::<Drbg>(&drbg);

    if let Ok(mut healthy) = given(HealthyRandom::start(Noise, some(&given([1; 5])))) {
        taken(HealthyRandom::reseed(&mut healthy));
        taken(<HealthyRandom<Noise> as RandomSource>::fill(&mut healthy, room(&mut out)));
        debug::<HealthyRandom<Noise>>(&healthy);
    }
}

fn tests() {
    if let Ok(mut tested) = given(Tested::start(Noise)) {
        taken(Tested::sample(&mut tested));
        debug::<Tested<Noise>>(&tested);
    }
    taken(<&mut Noise as EntropySource>::sample(&mut &mut Noise));

    taken(MinEntropy::bits(given(3)));
    if let Some(h) = given(MinEntropy::eighths(given(5))) {
        taken(saltbox::rng::adaptive_proportion_cutoff(h));
        taken(saltbox::rng::repetition_count_cutoff(h));
        plain::<MinEntropy>(&h);
        order::<MinEntropy>(&h, &h);
    }

    let error = given(EntropyError::SourceFailed);
    plain::<EntropyError>(&error);
    display::<EntropyError>(&error);
    format::<EntropyError>(&error);
}

fn adapters() {
    let mut out = given([0; 80]);
    let mut outward = given(AsRandCore(drbg()));
    taken(<AsRandCore<Drbg> as TryRng>::try_next_u32(&mut outward));
    taken(<AsRandCore<Drbg> as TryRng>::try_next_u64(&mut outward));
    taken(<AsRandCore<Drbg> as TryRng>::try_fill_bytes(&mut outward, room(&mut out)));
    debug::<AsRandCore<Drbg>>(&outward);

    let mut inward = given(FromRandCore(outward));
    taken(<FromRandCore<AsRandCore<Drbg>> as RandomSource>::fill(&mut inward, room(&mut out)));
    debug::<FromRandCore<AsRandCore<Drbg>>>(&inward);

    taken(<AsRandCore<Plain> as Clone>::clone(&given(AsRandCore(Plain))));
    taken(<FromRandCore<Plain> as Clone>::clone(&given(FromRandCore(Plain))));
}

/// Stands for a random source that can be copied.
#[derive(Clone)]
struct Plain;

/// A noise source of which nothing is known but how much it claims.
pub(crate) struct Noise;

impl EntropySource for Noise {
    const MIN_ENTROPY: MinEntropy = MinEntropy::bits(1).unwrap();
    type Error = Broken;

    fn sample(&mut self) -> Result<u8, Broken> {
        given(Ok(7))
    }
}

/// A source that may not have started.
struct Either<R>(Result<R, EntropyError>);

impl<R: RandomSource> RandomSource for Either<R> {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        match &mut self.0 {
            Ok(random) => random.fill(out),
            Err(error) => Err(*error),
        }
    }
}
