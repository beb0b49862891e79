//! The two continuous health tests and the start-up test of NIST SP 800-90B (January 2018), section 4.

use core::hint::black_box;
use core::num::NonZeroU8;

use super::{EntropyError, EntropySource};

/// Samples that the start-up test looks at, and throws away (SP 800-90B, 4.3: at least 1,024).
pub const STARTUP_SAMPLES: u32 = 1024;

/// The window of the adaptive proportion test for samples with more than two values (SP 800-90B, 4.4.2).
pub const WINDOW: u16 = 512;

/// -log2 of the false-positive probability: alpha = 2^-20.
const ALPHA_BITS: u32 = 20;

/// The min-entropy of one 8-bit sample, in steps of an eighth of a bit, above 0 and at most 8 bits.
///
/// # Example
///
/// ```
/// use saltbox::rng::MinEntropy;
///
/// // In a constant, a value that does not exist is an error of the compiler.
/// const HALF_A_BIT: MinEntropy = MinEntropy::eighths(4).unwrap();
/// const BIT: MinEntropy = MinEntropy::bits(1).unwrap();
/// assert!(HALF_A_BIT < BIT);
/// assert_eq!(MinEntropy::bits(9), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MinEntropy(NonZeroU8);

impl MinEntropy {
    /// `eighths` of a bit a sample; `None` unless they are in 1..=64.
    #[must_use]
    pub const fn eighths(eighths: u8) -> Option<Self> {
        match NonZeroU8::new(eighths) {
            Some(eighths) if eighths.get() <= 64 => Some(Self(eighths)),
            _ => None,
        }
    }

    /// Whole bits a sample; `None` unless they are in 1..=8.
    #[must_use]
    pub const fn bits(bits: u8) -> Option<Self> {
        Self::eighths(bits.saturating_mul(8))
    }

    /// Whole eighths of a bit, 1 to 64.
    const fn as_eighths(self) -> u8 {
        self.0.get()
    }

    /// Samples that together hold `bits` of min-entropy.
    pub(crate) const fn samples_for(self, bits: u32) -> u32 {
        (bits * 8).div_ceil(self.as_eighths() as u32)
    }

    /// 2^-H: the probability of the likeliest sample.
    const fn likeliest(self) -> f64 {
        /// 2^(-1/8).
        const EIGHTH: f64 = 0.917_004_043_204_671_2;
        let mut p = 1.0;
        let mut i = 0;
        while i < self.as_eighths() {
            p *= EIGHTH;
            i += 1;
        }
        p
    }
}

/// C = 1 + ceil(-log2(alpha) / H): so many equal samples in a row fail (SP 800-90B, 4.4.1).
///
/// ```
/// use saltbox::rng::{MinEntropy, repetition_count_cutoff};
///
/// assert_eq!(const { repetition_count_cutoff(MinEntropy::bits(1).unwrap()) }, 21);
/// ```
#[must_use]
pub const fn repetition_count_cutoff(h: MinEntropy) -> u16 {
    1 + (ALPHA_BITS * 8).div_ceil(h.as_eighths() as u32) as u16
}

/// C = 1 + CRITBINOM(W, 2^-H, 1 - alpha): so many equal to the window's first fail (SP 800-90B, 4.4.2).
///
/// CRITBINOM is the least x for which at most x successes in W trials have a probability of 1 - alpha or more. The
/// terms are computed from the likeliest one outwards and relative to it, so that none that matters underflows. Meant
/// for constants: a microcontroller without floating point never computes it.
///
/// ```
/// use saltbox::rng::{MinEntropy, adaptive_proportion_cutoff};
///
/// assert_eq!(const { adaptive_proportion_cutoff(MinEntropy::bits(1).unwrap()) }, 311);
/// ```
#[must_use]
pub const fn adaptive_proportion_cutoff(h: MinEntropy) -> u16 {
    const W: usize = WINDOW as usize;
    let alpha = 1.0 / (1_u64 << ALPHA_BITS) as f64;
    let p = h.likeliest();
    let odds = p / (1.0 - p);
    let mode = ((W + 1) as f64 * p) as usize;
    // p < 1, so that this changes nothing; it lets the optimiser see that the mode is in bounds.
    let mode = if mode > W { W } else { mode };

    let mut weight = [0.0_f64; W + 1];
    weight[mode] = 1.0;
    let mut total = 1.0;
    let mut k = mode;
    while k < W {
        weight[k + 1] = weight[k] * odds * (W - k) as f64 / (k + 1) as f64;
        total += weight[k + 1];
        k += 1;
    }
    k = mode;
    while k > 0 {
        weight[k - 1] = weight[k] / odds * k as f64 / (W - k + 1) as f64;
        total += weight[k - 1];
        k -= 1;
    }

    // The least x whose upper tail P(X > x) is at most alpha.
    let mut x = W;
    let mut tail = 0.0;
    while x > 0 && (tail + weight[x]) / total <= alpha {
        tail += weight[x];
        x -= 1;
    }
    1 + x as u16
}

/// A noise source under continuous test. After one failure it gives nothing more.
///
/// # Example
///
/// ```
/// use core::convert::Infallible;
/// use saltbox::rng::{EntropyError, EntropySource, MinEntropy, Tested};
///
/// struct Stuck;
/// impl EntropySource for Stuck {
///     const MIN_ENTROPY: MinEntropy = MinEntropy::bits(1).unwrap();
///     type Error = Infallible;
///     fn sample(&mut self) -> Result<u8, Infallible> {
///         Ok(0x55)
///     }
/// }
///
/// assert_eq!(Tested::start(Stuck).err(), Some(EntropyError::RepetitionCount));
/// ```
///
/// # Security
///
/// Constant time in the samples; whether a test failed is public.
/// Samples are raw: never use them as random bytes. The tests see a source that is stuck or biased, not one that an
/// attacker steers.
///
/// # Cost
///
/// A few comparisons a sample; the cut-offs are computed at compile time.
///
/// # Specification
///
/// NIST SP 800-90B (2018): 4.3 start-up, 4.4.1 repetition count, 4.4.2 adaptive proportion.
pub struct Tested<S> {
    source: S,
    failed: Option<EntropyError>,
    last: u8,
    run: u16,
    first: u8,
    matches: u16,
    seen: u16,
}

impl<S: EntropySource> Tested<S> {
    const REPETITION: u16 = repetition_count_cutoff(S::MIN_ENTROPY);
    const PROPORTION: u16 = adaptive_proportion_cutoff(S::MIN_ENTROPY);

    /// Runs the start-up test: 1,024 samples through both tests, then thrown away.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] that names the test that failed.
    pub fn start(source: S) -> Result<Self, EntropyError> {
        let mut tested =
            Self { source, failed: None, last: 0, run: 0, first: 0, matches: 0, seen: 0 };
        for _ in 0..STARTUP_SAMPLES {
            tested.sample()?;
        }
        Ok(tested)
    }

    /// Reads one sample and tests it.
    ///
    /// # Errors
    ///
    /// [`EntropyError`]; the same one from then on.
    pub fn sample(&mut self) -> Result<u8, EntropyError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let result = match self.source.sample() {
            Ok(sample) => self.check(sample),
            Err(_) => Err(EntropyError::SourceFailed),
        };
        self.failed = result.err();
        result
    }

    /// No branch and no address depends on the sample, only on whether a test failed.
    fn check(&mut self, sample: u8) -> Result<u8, EntropyError> {
        // Before the first sample `run` is 0, so that a `last` of 0 counts for nothing.
        self.run = (self.run & is_same(sample, self.last).wrapping_neg()) + 1;
        self.last = sample;
        if self.run >= Self::REPETITION {
            return Err(EntropyError::RepetitionCount);
        }

        if self.seen == 0 {
            (self.first, self.matches) = (sample, 0);
        }
        self.matches += is_same(sample, self.first);
        self.seen = (self.seen + 1) % WINDOW;
        if self.matches >= Self::PROPORTION {
            return Err(EntropyError::AdaptiveProportion);
        }
        Ok(sample)
    }
}

/// 1 if `a` is `b`, otherwise 0, without a branch.
fn is_same(a: u8, b: u8) -> u16 {
    let difference = u16::from(a ^ b);
    // 0 - 1 alone reaches the top bit. The black box: the compiler must not see that there are but two results.
    black_box(difference.wrapping_sub(1) >> 15)
}

impl<S> core::fmt::Debug for Tested<S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // Samples are secret: the state is not shown.
        f.debug_struct("Tested").field("failed", &self.failed).finish_non_exhaustive()
    }
}
