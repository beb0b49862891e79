//! Random bytes on parts whose randomness can fail.
//!
//! ```text
//! EntropySource --> Tested (SP 800-90B health tests) --> Drbg (ChaCha20, fast key erasure) --> RandomSource
//! ```
//!
//! [`Drbg`] stretches a seed; [`HealthyRandom`] seeds and reseeds one from a noise source, and stops for good when the
//! source fails a test. A board without a noise source seeds a [`Drbg`] from [`nvm::NodeMemory`](crate::nvm::NodeMemory).
//! There is no fallback to anything weaker: whoever asks gets an [`EntropyError`].

#[cfg(any(feature = "rand_core", feature = "getrandom"))]
mod adapters;
mod drbg;
mod health;

use core::fmt;

#[cfg(feature = "getrandom")]
pub use adapters::OsRandom;
#[cfg(feature = "rand_core")]
pub use adapters::{AsRandCore, FromRandCore};
pub use drbg::{Drbg, HealthyRandom, SEED_LEN};
pub use health::{
    MinEntropy, STARTUP_SAMPLES, Tested, WINDOW, adaptive_proportion_cutoff,
    repetition_count_cutoff,
};

/// Why there are no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum EntropyError {
    /// The source itself reported an error, or is not there.
    SourceFailed,
    /// The repetition count test failed (SP 800-90B, 4.4.1): the source is stuck. Nothing more is taken
    /// from it by the [`Tested`] that saw it.
    RepetitionCount,
    /// The adaptive proportion test failed (SP 800-90B, 4.4.2): the source is biased. Nothing more is
    /// taken from it by the [`Tested`] that saw it.
    AdaptiveProportion,
}

impl fmt::Display for EntropyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SourceFailed => "the entropy source failed",
            Self::RepetitionCount => "the entropy source is stuck (repetition count test)",
            Self::AdaptiveProportion => "the entropy source is biased (adaptive proportion test)",
        })
    }
}

impl core::error::Error for EntropyError {}

/// A noise source: raw samples, before any test or conditioning.
pub trait EntropySource {
    /// The min-entropy of a sample, as its maker's assessment or a measurement by SP 800-90B says.
    const MIN_ENTROPY: MinEntropy;

    /// What can go wrong with the source.
    type Error;

    /// Reads one 8-bit sample, waiting until the source has one.
    ///
    /// # Errors
    ///
    /// The source's own.
    fn sample(&mut self) -> Result<u8, Self::Error>;
}

impl<S: EntropySource + ?Sized> EntropySource for &mut S {
    const MIN_ENTROPY: MinEntropy = S::MIN_ENTROPY;
    type Error = S::Error;

    fn sample(&mut self) -> Result<u8, Self::Error> {
        (**self).sample()
    }
}

/// Random bytes fit for keys, or an error.
pub trait RandomSource {
    /// Fills `out`, of any length, with random bytes.
    ///
    /// # Errors
    ///
    /// [`EntropyError`]; then the contents of `out` must not be used.
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError>;
}

impl<R: RandomSource + ?Sized> RandomSource for &mut R {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        (**self).fill(out)
    }
}
