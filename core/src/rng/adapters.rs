//! To and from the random sources of other crates.

#[cfg(feature = "rand_core")]
use rand_core::{TryCryptoRng, TryRng};

use super::{EntropyError, RandomSource};

/// The operating system's generator, through the crate `getrandom`: for hosts and phones.
///
/// # Example
///
/// ```
/// use saltbox::keys::SecretKey;
/// use saltbox::rng::OsRandom;
///
/// let key = SecretKey::generate(&mut OsRandom)?;
/// # Ok::<(), saltbox::rng::EntropyError>(())
/// ```
#[cfg(feature = "getrandom")]
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandom;

#[cfg(feature = "getrandom")]
impl RandomSource for OsRandom {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(out).map_err(|_| EntropyError::SourceFailed)
    }
}

/// Any `rand_core` 0.10 cryptographic generator as a [`RandomSource`].
///
/// # Example
///
/// ```
/// use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
/// use saltbox::rng::{FromRandCore, RandomSource};
///
/// let mut bytes = [0; 8];
/// FromRandCore(ChaCha20Rng::from_seed([1; 32])).fill(&mut bytes)?;
/// assert_ne!(bytes, [0; 8]);
/// # Ok::<(), saltbox::rng::EntropyError>(())
/// ```
#[cfg(feature = "rand_core")]
#[derive(Clone, Copy, Debug)]
pub struct FromRandCore<R>(
    /// The generator.
    pub R,
);

#[cfg(feature = "rand_core")]
impl<R: TryCryptoRng> RandomSource for FromRandCore<R> {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        self.0.try_fill_bytes(out).map_err(|_| EntropyError::SourceFailed)
    }
}

/// Any [`RandomSource`] as a `rand_core` 0.10 cryptographic generator.
///
/// # Example
///
/// ```
/// use rand_core::TryRng;
/// use saltbox::rng::{AsRandCore, Drbg};
///
/// let mut random = AsRandCore(Drbg::from_seed(&[1; 32]));
/// assert_ne!(random.try_next_u64()?, random.try_next_u64()?);
/// # Ok::<(), saltbox::rng::EntropyError>(())
/// ```
#[cfg(feature = "rand_core")]
#[derive(Clone, Copy, Debug)]
pub struct AsRandCore<R>(
    /// The source.
    pub R,
);

#[cfg(feature = "rand_core")]
impl<R: RandomSource> TryRng for AsRandCore<R> {
    type Error = EntropyError;

    fn try_next_u32(&mut self) -> Result<u32, EntropyError> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, EntropyError> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill(out)
    }
}

#[cfg(feature = "rand_core")]
impl<R: RandomSource> TryCryptoRng for AsRandCore<R> {}
