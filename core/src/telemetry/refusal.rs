//! Why a frame was not accepted.

use core::fmt;

use crate::error::Error;
use crate::rng::EntropyError;

/// Why a frame was not accepted, or could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Refusal {
    /// Not a frame of this version and direction: noise on the line, or another protocol.
    Malformed,
    /// No node of this id is enrolled: a stranger.
    UnknownNode,
    /// The node was revoked: stolen or retired from service.
    Revoked,
    /// The tag does not match: forged, damaged, or of a session that no longer stands.
    Forged,
    /// Authentic, but accepted before (or too old to tell).
    Replayed,
    /// An authentic Open with a counter at or below the floor: the node's memory was put back to an old copy, and it must
    /// be provisioned afresh; or somebody held this Open back, which changes nothing for the node.
    RolledBack,
    /// For a gateway key that has been replaced, after the overlap: by its header, since that key is gone. If it is really
    /// the node, it must be enrolled again.
    Retired,
    /// A public key of low order.
    WeakKey,
    /// The output buffer is too small; nothing was written.
    BufferTooSmall {
        /// Bytes that the buffer must have.
        needed: usize,
    },
    /// A body longer than [`MAX_BODY`](super::MAX_BODY), or an epoch past the 255th.
    TooLong,
    /// A command waits for its reply already.
    Busy,
    /// No randomness: nothing was sealed.
    Entropy(EntropyError),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a frame",
            Self::UnknownNode => "unknown node: not enrolled here",
            Self::Revoked => "revoked node",
            Self::Forged => "forged or damaged, or of a session that no longer stands",
            Self::Replayed => "replayed: accepted before",
            Self::RolledBack => {
                "rolled back: the node's memory is an old copy, or this was held back on the line"
            }
            Self::Retired => "sealed for a retired gateway key, enrol the node again",
            Self::WeakKey => "weak public key",
            Self::BufferTooSmall { needed } => {
                return write!(f, "buffer too small: {needed} bytes are needed");
            }
            Self::TooLong => "too long",
            Self::Busy => "another command still waits for its reply",
            Self::Entropy(error) => return write!(f, "no randomness: {error}"),
        })
    }
}

impl core::error::Error for Refusal {}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Forged => Self::Forged,
            Error::WeakKey => Self::WeakKey,
            Error::BufferTooSmall { needed } => Self::BufferTooSmall { needed },
            Error::Encoding => Self::Malformed,
            Error::Entropy(error) => Self::Entropy(error),
        }
    }
}

impl From<EntropyError> for Refusal {
    fn from(error: EntropyError) -> Self {
        Self::Entropy(error)
    }
}
