//! Do the health tests stop a bad noise source, and is the generator what it says it is?

mod random;

use std::cell::Cell;

use libsodium_rs::{crypto_generichash, crypto_stream};
use random::Random;
use saltbox::rng::{
    Drbg, EntropyError, EntropySource, HealthyRandom, MinEntropy, RandomSource, STARTUP_SAMPLES,
    Tested, adaptive_proportion_cutoff, repetition_count_cutoff,
};

/// `[1 + -(-160 // h) for h in range(1, 65)]` in Python: 1 + ceil(20 / H) for H = h / 8.
const REPETITION: [u16; 64] = [
    161, 81, 55, 41, 33, 28, 24, 21, 19, 17, 16, 15, 14, 13, 12, 11, 11, 10, 10, 9, 9, 9, 8, 8, 8,
    8, 7, 7, 7, 7, 7, 6, 6, 6, 6, 6, 6, 6, 6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4,
];

/// 1 + CRITBINOM(512, 2^-H, 1 - 2^-20) in Python, with 100 digits and exact binomial coefficients:
///
/// ```python
/// from decimal import Decimal as D, getcontext
/// from math import comb
/// getcontext().prec = 100
/// def cutoff(h):
///     p, cdf = D(2) ** (D(-h) / 8), D(0)
///     for x in range(513):
///         cdf += comb(512, x) * p**x * (1 - p)**(512 - x)
///         if cdf >= 1 - D(2)**-20: return 1 + x
/// print([cutoff(h) for h in range(1, 65)])
/// ```
const PROPORTION: [u16; 64] = [
    497, 468, 439, 410, 383, 357, 333, 311, 290, 270, 251, 234, 219, 204, 190, 177, 165, 154, 144,
    135, 126, 118, 110, 103, 97, 90, 85, 80, 75, 70, 66, 62, 58, 55, 52, 49, 46, 43, 41, 39, 37,
    35, 33, 31, 30, 28, 27, 25, 24, 23, 22, 21, 20, 19, 18, 18, 17, 16, 15, 15, 14, 14, 13, 13,
];

/// A source of `E` eighths of a bit, which counts what is read of it.
struct Source<'a, const E: u8, F> {
    next: F,
    read: &'a Cell<usize>,
}

impl<const E: u8, F: FnMut(usize) -> Option<u8>> EntropySource for Source<'_, E, F> {
    const MIN_ENTROPY: MinEntropy = MinEntropy::eighths(E).unwrap();
    type Error = ();

    fn sample(&mut self) -> Result<u8, ()> {
        let index = self.read.get();
        self.read.set(index + 1);
        (self.next)(index).ok_or(())
    }
}

/// A source that gives `next(0)`, `next(1)` and so on, and fails at `None`.
fn source<const E: u8, F: FnMut(usize) -> Option<u8>>(
    read: &Cell<usize>,
    next: F,
) -> Source<'_, E, F> {
    Source { next, read }
}

/// Samples that pass every test: no two neighbours are equal, and no value comes more than twice in 512.
fn calm(index: usize) -> u8 {
    (index * 167 + index / 256) as u8
}

#[test]
fn cutoffs_by_the_formulas() {
    for h in 1..=64 {
        let entropy = MinEntropy::eighths(h).unwrap();
        let at = usize::from(h) - 1;
        assert_eq!(repetition_count_cutoff(entropy), REPETITION[at], "H = {h}/8");
        assert_eq!(adaptive_proportion_cutoff(entropy), PROPORTION[at], "H = {h}/8");
    }
    let bit = MinEntropy::bits(1).unwrap();
    assert_eq!((repetition_count_cutoff(bit), adaptive_proportion_cutoff(bit)), (21, 311));
    assert_eq!(MinEntropy::bits(8), MinEntropy::eighths(64));
}

/// The same from logarithms of factorials, term by term from the top: no table, no recurrence.
#[test]
fn cutoffs_in_the_log_domain() {
    let ln_factorial: Vec<f64> =
        (0..=512).map(|n| (1..=n).map(|k| f64::from(k).ln()).sum()).collect();
    for h in 1..=64_u8 {
        let p = (-f64::from(h) / 8.0).exp2();
        let (mut x, mut tail) = (512, 0.0);
        loop {
            let choose = ln_factorial[512] - ln_factorial[x] - ln_factorial[512 - x];
            tail += (choose + x as f64 * p.ln() + (512 - x) as f64 * (-p).ln_1p()).exp();
            if tail > (-20.0_f64).exp2() {
                break;
            }
            x -= 1;
        }
        let entropy = MinEntropy::eighths(h).unwrap();
        assert_eq!(usize::from(adaptive_proportion_cutoff(entropy)), x + 1);
    }
}

#[test]
fn entropy_out_of_range_does_not_exist() {
    for bad in [0, 65, 255] {
        assert_eq!(MinEntropy::eighths(bad), None);
    }
    for bad in [0, 9, 33, 255] {
        assert_eq!(MinEntropy::bits(bad), None);
    }
}

/// SP 800-90B, 4.4.1 and 4.4.2, as the standard writes them: the index and kind of the first failure.
fn by_the_standard(samples: &[u8], h: u8) -> Option<(usize, EntropyError)> {
    let (c_rct, c_apt) = (REPETITION[usize::from(h) - 1], PROPORTION[usize::from(h) - 1]);
    let mut repetition = None;
    let (mut a, mut b) = (samples[0], 1);
    for (index, x) in samples.iter().enumerate().skip(1) {
        if *x == a {
            b += 1;
            if b >= c_rct {
                repetition = Some((index, EntropyError::RepetitionCount));
                break;
            }
        } else {
            (a, b) = (*x, 1);
        }
    }
    let mut proportion = None;
    'windows: for (window, samples) in samples.chunks(512).enumerate() {
        let (a, mut b) = (samples[0], 1);
        for (index, x) in samples.iter().enumerate().skip(1) {
            b += u16::from(*x == a);
            if *x == a && b >= c_apt {
                proportion = Some((window * 512 + index, EntropyError::AdaptiveProportion));
                break 'windows;
            }
        }
    }
    match (repetition, proportion) {
        (Some(r), Some(p)) => Some(if r.0 <= p.0 { r } else { p }),
        (r, p) => r.or(p),
    }
}

/// The index and kind of the first failure of `Tested`, over as many samples.
fn by_saltbox<const E: u8>(samples: &[u8]) -> Option<(usize, EntropyError)> {
    let read = Cell::new(0);
    let last = || read.get() - 1;
    let mut tested = match Tested::start(source::<E, _>(&read, |i| samples.get(i).copied())) {
        Ok(tested) => tested,
        Err(error) => return Some((last(), error)),
    };
    for expected in &samples[STARTUP_SAMPLES as usize..] {
        match tested.sample() {
            Ok(sample) => assert_eq!(sample, *expected),
            Err(error) => return Some((last(), error)),
        }
    }
    None
}

/// 3,000 sources from sound to stuck: the verdict and the sample at which it falls are the standard's.
#[test]
fn health_tests_against_the_standard() {
    let mut random = Random::new(60);
    let mut verdicts = [0; 3];
    for case in 0..1000 {
        // In a thousand samples, so many are the favourite; sometimes the favourite comes in runs.
        let favourite = random.byte();
        let weight = random.below(1001);
        let stickiness = [0, 0, 500, 900, 990][random.below(5)];
        let mut samples = Vec::with_capacity(4096);
        while samples.len() < 4096 {
            let last = samples.last().copied();
            let next = match last {
                Some(last) if random.below(1000) < stickiness => last,
                _ if random.below(1000) < weight => favourite,
                _ => random.byte(),
            };
            samples.push(next);
        }
        for (h, found) in [
            (1, by_saltbox::<1>(&samples)),
            (8, by_saltbox::<8>(&samples)),
            (64, by_saltbox::<64>(&samples)),
        ] {
            let expected = by_the_standard(&samples, h);
            assert_eq!(found, expected, "case {case}, H = {h}/8");
            verdicts[match expected {
                None => 0,
                Some((_, EntropyError::RepetitionCount)) => 1,
                Some(_) => 2,
            }] += 1;
        }
    }
    println!("sound, stuck, biased: {verdicts:?}");
    assert!(verdicts.iter().all(|count| *count > 100), "{verdicts:?}");
}

/// A run of C - 1 passes and a run of C fails, wherever it begins, also across the end of the start-up test.
#[test]
fn a_run_at_the_cutoff() {
    fn with<const E: u8>() {
        let cutoff = usize::from(REPETITION[usize::from(E) - 1]);
        for begin in [0_usize, 1, 500, 511, 512, 1000, 1023, 1024, 1025, 1500] {
            for (len, fails) in [(cutoff - 1, false), (cutoff, true)] {
                let mut samples: Vec<u8> = (0..2048).map(calm).collect();
                // A value that calm neighbours do not have.
                let stuck = (0..=255).find(|v| {
                    begin.checked_sub(1).is_none_or(|i| samples[i] != *v)
                        && samples[begin + len] != *v
                });
                samples[begin..begin + len].fill(stuck.unwrap());
                let expected = fails.then_some((begin + len - 1, EntropyError::RepetitionCount));
                assert_eq!(by_saltbox::<E>(&samples), expected, "{len} from {begin}");
            }
        }
    }
    with::<8>();
    with::<4>();
    with::<64>();
}

/// C - 1 samples equal to the window's first pass and C fail; a new window counts from nothing.
#[test]
fn a_proportion_at_the_cutoff() {
    for window in [0, 1, 2, 3] {
        for (count, fails) in [(310, false), (311, true)] {
            let mut samples: Vec<u8> = (0..2048).map(|i| if i % 2 == 0 { 1 } else { 2 }).collect();
            // `count` sevens in the window, the first in front, never 21 in a row; the rest differ from one another.
            let at = window * 512;
            for (i, sample) in samples[at..at + 512].iter_mut().enumerate() {
                *sample = calm(i) | 8;
            }
            let places = (0..512).filter(|i| i % 20 != 19);
            let last = places.clone().nth(count - 1).unwrap();
            places.take(count).for_each(|i| samples[at + i] = 7);
            let expected = fails.then_some((at + last, EntropyError::AdaptiveProportion));
            assert_eq!(by_saltbox::<8>(&samples), expected, "{count} in window {window}");
        }
    }
}

/// After a failure nothing is given and the source is not asked again, though it has recovered.
#[test]
fn a_failure_is_for_good() {
    for error in [
        EntropyError::SourceFailed,
        EntropyError::RepetitionCount,
        EntropyError::AdaptiveProportion,
    ] {
        let read = Cell::new(0);
        let bad = |i: usize| match error {
            EntropyError::SourceFailed => (i != 1500).then(|| calm(i)),
            EntropyError::RepetitionCount if (1500..1521).contains(&i) => Some(3),
            EntropyError::AdaptiveProportion if (1536..1848).contains(&i) => {
                Some(if i % 20 == 19 { calm(i) | 8 } else { 3 })
            }
            EntropyError::AdaptiveProportion if (1848..1900).contains(&i) => {
                Some(3 + (i as u8 % 2))
            }
            _ => Some(calm(i)),
        };
        let mut tested = Tested::start(source::<8, _>(&read, bad)).unwrap();
        while tested.sample().is_ok() {
            assert!(read.get() < 2048, "{error:?} never came");
        }
        let reads = read.get();
        for _ in 0..100 {
            assert_eq!(tested.sample(), Err(error));
        }
        assert_eq!(read.get(), reads);
    }
}

#[test]
fn a_source_that_fails_at_any_sample_of_the_start() {
    for at in [0, 1, 511, 512, 1022, 1023] {
        let read = Cell::new(0);
        let tested = Tested::start(source::<8, _>(&read, |i| (i != at).then(|| calm(i))));
        assert_eq!(tested.err(), Some(EntropyError::SourceFailed));
        assert_eq!(read.get(), at + 1);
    }
    // A seed is not begun with, either.
    for at in [1024, 1025, 1407] {
        let read = Cell::new(0);
        let started =
            HealthyRandom::start(source::<8, _>(&read, |i| (i != at).then(|| calm(i))), &[]);
        assert_eq!(started.err(), Some(EntropyError::SourceFailed));
        assert_eq!(read.get(), at + 1);
    }
}

/// 1,024 samples are tested and thrown away; then 384 bits of min-entropy make the seed.
#[test]
fn samples_that_the_start_takes() {
    fn with<const E: u8>() -> usize {
        let read = Cell::new(0);
        HealthyRandom::start(source::<E, _>(&read, |i| Some(calm(i))), &[]).unwrap();
        read.get() - STARTUP_SAMPLES as usize
    }
    assert_eq!(STARTUP_SAMPLES, 1024);
    assert_eq!(with::<8>(), 384);
    assert_eq!(with::<64>(), 48);
    assert_eq!(with::<4>(), 768);
    assert_eq!(with::<1>(), 3072);
    assert_eq!(with::<9>(), 342);

    let read = Cell::new(0);
    let mut tested = Tested::start(source::<8, _>(&read, |i| Some(calm(i)))).unwrap();
    assert_eq!((read.get(), tested.sample()), (1024, Ok(calm(1024))));
}

/// The first 32 bytes from a healthy source in which sample `changed` is another.
fn first_bytes<const E: u8>(changed: usize, extra: &[u8]) -> [u8; 32] {
    let read = Cell::new(0);
    let next = |i| Some(calm(i) ^ u8::from(i == changed));
    let mut healthy = HealthyRandom::start(source::<E, _>(&read, next), extra).unwrap();
    let mut out = [0; 32];
    healthy.fill(&mut out).unwrap();
    out
}

#[test]
fn every_sample_of_the_seed_matters() {
    fn with<const E: u8>(samples: usize) {
        let none = first_bytes::<E>(usize::MAX, &[]);
        let mut seen = std::collections::HashSet::from([none]);
        for changed in 0..1024 {
            assert_eq!(
                first_bytes::<E>(changed, &[]),
                none,
                "sample {changed} of the start-up test"
            );
        }
        for changed in 1024..1024 + samples {
            assert!(
                seen.insert(first_bytes::<E>(changed, &[])),
                "sample {changed} changes nothing"
            );
        }
        assert!(seen.insert(first_bytes::<E>(usize::MAX, b"extra")), "extra changes nothing");
    }
    with::<8>(384);
    with::<64>(48);
    with::<9>(342);
}

/// A reseeding before request 1,025, again 1,024 requests later, and whenever asked; each changes what follows.
#[test]
fn reseeding() {
    let run = |changed: usize| {
        let read = Cell::new(0);
        let next = |i| Some(calm(i) ^ u8::from(i == changed));
        let mut healthy = HealthyRandom::start(source::<8, _>(&read, next), &[]).unwrap();
        let mut outputs = Vec::new();
        for request in 0..2100_usize {
            let mut out = [0; 16];
            healthy.fill(&mut out).unwrap();
            outputs.push(out);
            let reseeds = request / 1024;
            assert_eq!(read.get(), 1408 + 384 * reseeds, "after request {}", request + 1);
        }
        healthy.reseed().unwrap();
        assert_eq!(read.get(), 1408 + 384 * 3);
        // The count starts anew.
        for _ in 0..1024 {
            healthy.fill(&mut [0; 1]).unwrap();
        }
        assert_eq!(read.get(), 1408 + 384 * 3);
        healthy.fill(&mut [0; 1]).unwrap();
        assert_eq!(read.get(), 1408 + 384 * 4);
        outputs
    };
    assert_eq!(HealthyRandom::<Source<'_, 8, fn(usize) -> Option<u8>>>::RESEED_AFTER, 1024);
    let (plain, changed) = (run(usize::MAX), run(1408 + 100));
    assert_eq!(plain[..1024], changed[..1024]);
    assert!(plain[1024..].iter().zip(&changed[1024..]).all(|(one, other)| one != other));
}

#[test]
fn a_source_that_fails_when_reseeding() {
    let read = Cell::new(0);
    let next = |i| (i != 1408 + 200).then(|| calm(i));
    let mut healthy = HealthyRandom::start(source::<8, _>(&read, next), &[]).unwrap();
    for _ in 0..1024 {
        healthy.fill(&mut [0; 8]).unwrap();
    }
    for _ in 0..100 {
        let mut out = [0xa5; 8];
        assert_eq!(healthy.fill(&mut out), Err(EntropyError::SourceFailed));
        assert_eq!(out, [0xa5; 8]);
    }
    assert_eq!(healthy.reseed(), Err(EntropyError::SourceFailed));
    assert_eq!(read.get(), 1408 + 201);
}

/// The generator by libsodium's ChaCha20 and BLAKE2b.
struct Model([u8; 32]);

impl Model {
    fn from_seed(seed: &[u8; 32]) -> Self {
        let mut model = Self([0; 32]);
        model.reseed(seed);
        model
    }

    fn reseed(&mut self, material: &[u8]) {
        let message = [b"saltbox drbg", material].concat();
        let hash = crypto_generichash::generichash(&message, Some(&self.0), 32).unwrap();
        self.0 = hash.try_into().unwrap();
    }

    fn fill(&mut self, len: usize) -> Vec<u8> {
        let key = crypto_stream::Key::from_slice(&self.0).unwrap();
        let nonce = crypto_stream::chacha20::Nonce::from_bytes([0; 8]);
        let mut stream = crypto_stream::chacha20::stream(32 + len, &nonce, &key).unwrap();
        let output = stream.split_off(32);
        self.0 = stream.try_into().unwrap();
        output
    }
}

/// Requests of any length and reseedings in any order; and what comes out is never the key that comes next.
#[test]
fn drbg_against_the_model() {
    libsodium_rs::ensure_init().unwrap();
    let mut random = Random::new(61);
    for _ in 0..200 {
        let seed = random.array();
        let (mut drbg, mut model) = (Drbg::from_seed(&seed), Model::from_seed(&seed));
        for _ in 0..50 {
            if random.below(5) == 0 {
                let len = random.below(300);
                let material = random.bytes(len);
                drbg.reseed(&material);
                model.reseed(&material);
            }
            let before = model.0;
            let mut out = vec![0; random.below(300)];
            drbg.fill(&mut out).unwrap();
            assert_eq!(out, model.fill(out.len()));
            assert_ne!(model.0, before);
            assert!(!out.windows(32).any(|part| part == model.0 || part == before));
        }
    }
}

/// A noise source's samples, mixed in 64 at a time, over the state that `extra` left.
#[test]
fn healthy_random_against_the_model() {
    libsodium_rs::ensure_init().unwrap();
    let read = Cell::new(0);
    let mut healthy =
        HealthyRandom::start(source::<8, _>(&read, |i| Some(calm(i))), b"extra").unwrap();
    let mut model = Model::from_seed(&[0; 32]);
    model.reseed(b"extra");
    let samples: Vec<u8> = (1024..1408).map(calm).collect();
    samples.chunks(64).for_each(|chunk| model.reseed(chunk));
    for len in [0, 1, 32, 100] {
        let mut out = vec![0; len];
        healthy.fill(&mut out).unwrap();
        assert_eq!(out, model.fill(len));
    }
}

/// A request for nothing moves the state on as well, and two short ones are not a long one.
#[test]
fn drbg_requests_stand_alone() {
    let bytes = |requests: &[usize]| {
        let mut drbg = Drbg::from_seed(&[7; 32]);
        let mut all = Vec::new();
        for len in requests {
            let mut out = vec![0; *len];
            drbg.fill_bytes(&mut out);
            all.extend(out);
        }
        all
    };
    assert_eq!(bytes(&[32]), bytes(&[32]));
    assert_eq!(bytes(&[16])[..], bytes(&[32])[..16]);
    assert_ne!(bytes(&[16, 16]), bytes(&[32]));
    assert_ne!(bytes(&[0, 32]), bytes(&[32]));
}

#[cfg(feature = "rand_core")]
mod adapters {
    use rand_chacha::ChaCha20Rng;
    use rand_core::{Rng, SeedableRng, TryCryptoRng, TryRng};
    use saltbox::rng::{AsRandCore, FromRandCore};

    use super::*;

    #[test]
    fn to_rand_core() {
        fn draw(
            random: &mut impl TryCryptoRng<Error = EntropyError>,
        ) -> ([u8; 4], [u8; 8], [u8; 5]) {
            let mut bytes = [0; 5];
            let (word, long) = (random.try_next_u32().unwrap(), random.try_next_u64().unwrap());
            random.try_fill_bytes(&mut bytes).unwrap();
            (word.to_le_bytes(), long.to_le_bytes(), bytes)
        }
        let mut drbg = Drbg::from_seed(&[1; 32]);
        let (mut word, mut long, mut bytes) = ([0; 4], [0; 8], [0; 5]);
        drbg.fill_bytes(&mut word);
        drbg.fill_bytes(&mut long);
        drbg.fill_bytes(&mut bytes);
        let drawn = draw(&mut AsRandCore(Drbg::from_seed(&[1; 32])));
        assert_eq!(drawn, (word, long, bytes));
    }

    #[test]
    fn from_rand_core() {
        let (mut ours, mut theirs) = ([0; 50], [0; 50]);
        FromRandCore(ChaCha20Rng::from_seed([1; 32])).fill(&mut ours).unwrap();
        ChaCha20Rng::from_seed([1; 32]).fill_bytes(&mut theirs);
        assert_eq!(ours, theirs);
    }

    #[test]
    fn failures_pass_through() {
        struct Broken;
        impl RandomSource for Broken {
            fn fill(&mut self, _: &mut [u8]) -> Result<(), EntropyError> {
                Err(EntropyError::AdaptiveProportion)
            }
        }
        let mut broken = AsRandCore(Broken);
        assert_eq!(broken.try_next_u32(), Err(EntropyError::AdaptiveProportion));
        assert_eq!(broken.try_next_u64(), Err(EntropyError::AdaptiveProportion));
        assert_eq!(broken.try_fill_bytes(&mut [0]), Err(EntropyError::AdaptiveProportion));
        let back = FromRandCore(AsRandCore(Broken)).fill(&mut [0]);
        assert_eq!(back, Err(EntropyError::SourceFailed));
    }
}

#[cfg(feature = "getrandom")]
#[test]
fn the_operating_system_gives_other_bytes_each_time() {
    let (mut one, mut other) = ([0; 32], [0; 32]);
    saltbox::rng::OsRandom.fill(&mut one).unwrap();
    saltbox::rng::OsRandom.fill(&mut other).unwrap();
    assert!(one != other && one != [0; 32]);
}
