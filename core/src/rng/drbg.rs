//! A ChaCha20 generator with fast key erasure, and its seeding from a noise source.
//!
//! Each request makes one ChaCha20 stream under the current key: the first 32 bytes become the next key, the rest is
//! the output. Nobody who takes the state afterwards can compute what was given out before
//! (Bernstein, "Fast-key-erasure random-number generators", 2017).

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{EntropyError, EntropySource, RandomSource, Tested};
use crate::low::wipe::{Wiped, burn};
use crate::primitive::blake2b::Blake2b;

/// Bytes in a seed.
pub const SEED_LEN: usize = 32;

/// Bits of min-entropy in every seed from a noise source: 256 of strength, 128 in place of SP 800-90A's nonce.
const SEED_ENTROPY: u32 = 384;

/// A deterministic generator: as good as its seed.
///
/// # Security
///
/// The state is wiped at every request and when dropped. Never clone or persist it: two copies give the same bytes.
///
/// # Cost
///
/// 32 bytes of state. Stack: `benches/README.md`.
///
/// # Specification
///
/// ChaCha20 with a 64-bit counter (Bernstein 2008), as in the crate `rand_chacha`; reseeding by keyed BLAKE2b.
///
/// # Example
///
/// ```
/// use saltbox::rng::{Drbg, RandomSource};
///
/// let mut random = Drbg::from_seed(&[7; 32]);
/// let (mut one, mut two) = ([0; 16], [0; 16]);
/// random.fill(&mut one)?;
/// random.fill(&mut two)?;
/// assert_ne!(one, two);
/// # Ok::<(), saltbox::rng::EntropyError>(())
/// ```
pub struct Drbg {
    key: Wiped<[u8; SEED_LEN]>,
}

impl Drbg {
    /// Starts from 32 bytes of full entropy, which nothing else may use.
    #[must_use]
    pub fn from_seed(seed: &[u8; SEED_LEN]) -> Self {
        let mut drbg = Self { key: Wiped::zeroed() };
        drbg.reseed(seed);
        drbg
    }

    /// Mixes `material` of any length into the state; the state never gets worse by it.
    pub fn reseed(&mut self, material: &[u8]) {
        let mut hash = Blake2b::new(&*self.key, SEED_LEN);
        hash.update(b"saltbox drbg");
        hash.update(material);
        hash.finalize_into(&mut *self.key);
    }

    /// Fills `out`, of any length.
    pub fn fill_bytes(&mut self, out: &mut [u8]) {
        let mut stream = Wiped::new(ChaCha20Rng::from_seed(*self.key));
        fill(&mut stream, &mut *self.key);
        fill(&mut stream, out);
        drop(stream);
        burn::<512>();
    }
}

/// The crate's `fill_bytes`, without the division by which it finds how many words `out` has: that length is public, but a
/// machine code without any division needs no argument.
fn fill(stream: &mut ChaCha20Rng, out: &mut [u8]) {
    let (words, rest) = out.as_chunks_mut();
    for word in words {
        *word = stream.next_u32().to_le_bytes();
    }
    if !rest.is_empty() {
        let last = stream.next_u32().to_le_bytes();
        rest.iter_mut().zip(last).for_each(|(to, from)| *to = from);
    }
}

impl RandomSource for Drbg {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        self.fill_bytes(out);
        Ok(())
    }
}

impl core::fmt::Debug for Drbg {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Drbg(..)")
    }
}

/// A [`Drbg`] that a tested noise source seeds at the start and again every [`HealthyRandom::RESEED_AFTER`] requests.
///
/// # Errors
///
/// When the source fails, the request that needed it and all later ones fail: there is no fallback.
///
/// # Example
///
/// ```no_run
/// use core::convert::Infallible;
/// use saltbox::keys::SecretKey;
/// use saltbox::rng::{EntropySource, HealthyRandom, MinEntropy};
///
/// struct ChipRng;
/// impl EntropySource for ChipRng {
///     const MIN_ENTROPY: MinEntropy = MinEntropy::bits(1).unwrap();
///     type Error = Infallible;
///     fn sample(&mut self) -> Result<u8, Infallible> {
///         Ok(0) // reads the chip's register
///     }
/// }
///
/// let mut random = HealthyRandom::start(ChipRng, &[])?;
/// let key = SecretKey::generate(&mut random)?;
/// # Ok::<(), saltbox::rng::EntropyError>(())
/// ```
///
/// # Security
///
/// Every seed holds 384 bits of min-entropy by the source's own declaration. What was given out before cannot be computed
/// from the state.
///
/// # Cost
///
/// Start: 1,024 samples and a seed. A reseeding: 384 / H samples, once in 1,024 requests.
///
/// # Specification
///
/// NIST SP 800-90B for the source; see [`Drbg`] for the generator.
pub struct HealthyRandom<S> {
    source: Tested<S>,
    drbg: Drbg,
    requests: u32,
}

impl<S: EntropySource> HealthyRandom<S> {
    /// Requests between two seedings.
    pub const RESEED_AFTER: u32 = 1024;

    /// Tests the source and seeds from it.
    ///
    /// `extra` goes into the state beside the noise: a stored seed, a serial number, or nothing.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] if the source fails.
    pub fn start(source: S, extra: &[u8]) -> Result<Self, EntropyError> {
        let mut healthy = Self {
            source: Tested::start(source)?,
            drbg: Drbg::from_seed(&[0; SEED_LEN]),
            requests: 0,
        };
        healthy.drbg.reseed(extra);
        healthy.reseed()?;
        Ok(healthy)
    }

    /// Seeds anew from the source, in addition to what the state holds.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] if the source fails.
    pub fn reseed(&mut self) -> Result<(), EntropyError> {
        // Until it is done: should the source fail now, every later request tries, and fails, again.
        self.requests = Self::RESEED_AFTER;
        let mut left = S::MIN_ENTROPY.samples_for(SEED_ENTROPY);
        let mut chunk = Wiped::<[u8; 64]>::zeroed();
        while left > 0 {
            let take = left.min(chunk.len() as u32) as usize;
            for sample in chunk.iter_mut().take(take) {
                *sample = self.source.sample()?;
            }
            self.drbg.reseed(&*chunk);
            left -= take as u32;
        }
        self.requests = 0;
        Ok(())
    }
}

impl<S: EntropySource> RandomSource for HealthyRandom<S> {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        if self.requests >= Self::RESEED_AFTER {
            self.reseed()?;
        }
        self.requests += 1;
        self.drbg.fill_bytes(out);
        Ok(())
    }
}

impl<S> core::fmt::Debug for HealthyRandom<S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HealthyRandom").field("source", &self.source).finish_non_exhaustive()
    }
}
