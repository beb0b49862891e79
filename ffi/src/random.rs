//! Random bytes, from the operating system.

use saltbox::nonce::NONCE_LEN;
use saltbox::rng::{OsRandom, RandomSource};

use crate::SaltboxError;
use crate::guard::guard;

/// Bytes in the longest answer: 64 MiB.
const MAX_RANDOM: u32 = 1 << 26;

/// `count` random bytes from the operating system, up to 64 MiB.
///
/// Throws `TooLong`, `EntropySourceFailed`; there is no fallback.
#[uniffi::export]
pub fn random_bytes(count: u32) -> Result<Vec<u8>, SaltboxError> {
    guard(|| {
        if count > MAX_RANDOM {
            return Err(SaltboxError::TooLong);
        }
        let mut bytes = vec![0; count as usize];
        OsRandom.fill(&mut bytes)?;
        Ok(bytes)
    })
}

/// A nonce for `SharedKey.seal`: 24 random bytes, of which two never meet in practice.
///
/// Throws `EntropySourceFailed`; there is no fallback.
#[uniffi::export]
pub fn random_nonce() -> Result<Vec<u8>, SaltboxError> {
    random_bytes(NONCE_LEN as u32)
}
