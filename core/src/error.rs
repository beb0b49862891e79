//! What can go wrong in a box, and what to do about it.

use core::fmt;

/// Why a cryptographic operation gave no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// The tag or signature does not match: drop the message. Says nothing of why, on purpose.
    Forged,
    /// The public key has low order, so that the shared secret would be known to all: refuse the peer.
    WeakKey,
    /// The output buffer holds fewer than `needed` bytes; nothing was written.
    BufferTooSmall {
        /// Bytes that the buffer must have.
        needed: usize,
    },
    /// Hex, base64 or a length that is not that of the type.
    Encoding,
    /// The random source failed: nothing was sealed. See [`rng::EntropyError`](crate::rng::EntropyError).
    Entropy(crate::rng::EntropyError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forged => f.write_str("forged or damaged: the tag does not match"),
            Self::WeakKey => f.write_str("weak public key: the shared secret would be zero"),
            Self::BufferTooSmall { needed } => {
                write!(f, "buffer too small: {needed} bytes are needed")
            }
            Self::Encoding => f.write_str("wrong length or not valid hex or base64"),
            Self::Entropy(error) => write!(f, "no randomness: {error}"),
        }
    }
}

impl core::error::Error for Error {}

impl From<crate::rng::EntropyError> for Error {
    fn from(error: crate::rng::EntropyError) -> Self {
        Self::Entropy(error)
    }
}
