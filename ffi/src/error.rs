//! The one error of the library.

use saltbox::rng::EntropyError;
use saltbox::telemetry;

use crate::StoreError;

/// Why a call gave no result. Each case says what to do; none holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Error)]
#[uniffi(flat_error)]
#[non_exhaustive]
pub enum SaltboxError {
    /// The tag or signature does not match: drop the message. Says nothing of why, on purpose.
    Forged,
    /// The public key has low order, so that the shared secret would be known to all: refuse the peer.
    WeakKey,
    /// An argument has another length than the function's page says.
    InvalidLength {
        /// What has the wrong length.
        what: &'static str,
        /// How long it must be.
        expected: String,
        /// How long it is.
        actual: u64,
    },
    /// Text that is not hex or base64 of the right length.
    Encoding,
    /// A message, frame or count above the documented limit.
    TooLong,
    /// A buffer of the caller that is too small; nothing was written.
    BufferTooSmall {
        /// Bytes that it must have.
        needed: u64,
    },
    /// The operating system has no random bytes to give: nothing was made.
    EntropySourceFailed,
    /// The source of randomness is stuck: nothing was made.
    EntropyStuck,
    /// The source of randomness is biased: nothing was made.
    EntropyBiased,
    /// The object was wiped or closed.
    Closed,
    /// A store that the app provides failed; the message carries its reason. Nothing was accepted: answer nothing.
    Store {
        /// What the store said.
        reason: String,
    },
    /// What a store gave back is not what it was given: damaged, of another node, or sealed under another key. If it is a
    /// sensor's record, enrol the sensor with `replace`.
    StoreDamaged,
    /// Not a frame of this version and direction.
    Malformed,
    /// No sensor of this number is enrolled.
    UnknownNode,
    /// A sensor of this number is enrolled already; to put another in its place, call `replace`.
    AlreadyEnrolled,
    /// The sensor was revoked.
    Revoked,
    /// Authentic, but accepted before.
    Replayed,
    /// The sensor's memory was put back to an old copy: enrol it afresh.
    RolledBack,
    /// For a key of the gateway that was replaced.
    Retired,
    /// A command waits for its reply already; or a store called back into the gateway that was calling it.
    Busy,
    /// A fault in this library. Nothing was reported as done: please report the fault.
    Internal,
}

impl std::fmt::Display for SaltboxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Forged => "forged or damaged: the tag or signature does not match",
            Self::WeakKey => "weak public key: the shared secret would be zero",
            Self::InvalidLength { what, expected, actual } => {
                return write!(f, "{what} must have {expected} bytes, not {actual}");
            }
            Self::Encoding => "not valid hex or base64 of the right length",
            Self::TooLong => "too long: above the documented limit",
            Self::BufferTooSmall { needed } => {
                return write!(f, "buffer too small: {needed} bytes are needed");
            }
            Self::EntropySourceFailed => "no randomness: the operating system's source failed",
            Self::EntropyStuck => "no randomness: the source is stuck",
            Self::EntropyBiased => "no randomness: the source is biased",
            Self::Closed => "closed: the object was wiped or closed before",
            Self::Store { reason } => return write!(f, "the store failed: {reason}"),
            Self::StoreDamaged => {
                "the store gave back something else than it was given, or under another key"
            }
            Self::Malformed => "not a frame of this version and direction",
            Self::UnknownNode => "unknown sensor: not enrolled here",
            Self::AlreadyEnrolled => "a sensor of this number is enrolled already",
            Self::Revoked => "the sensor was revoked",
            Self::Replayed => "replayed: accepted before",
            Self::RolledBack => "rolled back: the sensor's memory is an old copy",
            Self::Retired => "for a key of the gateway that was replaced",
            Self::Busy => "busy: a command waits for its reply, or a store called back",
            Self::Internal => "internal error of saltbox: please report it",
        })
    }
}

impl std::error::Error for SaltboxError {}

impl From<saltbox::Error> for SaltboxError {
    fn from(error: saltbox::Error) -> Self {
        match error {
            saltbox::Error::Forged => Self::Forged,
            saltbox::Error::WeakKey => Self::WeakKey,
            saltbox::Error::BufferTooSmall { needed } => {
                Self::BufferTooSmall { needed: needed as u64 }
            }
            saltbox::Error::Encoding => Self::Encoding,
            saltbox::Error::Entropy(error) => error.into(),
            _ => Self::Internal,
        }
    }
}

impl From<EntropyError> for SaltboxError {
    fn from(error: EntropyError) -> Self {
        match error {
            EntropyError::SourceFailed => Self::EntropySourceFailed,
            EntropyError::RepetitionCount => Self::EntropyStuck,
            EntropyError::AdaptiveProportion => Self::EntropyBiased,
            _ => Self::Internal,
        }
    }
}

impl From<telemetry::Refusal> for SaltboxError {
    fn from(refusal: telemetry::Refusal) -> Self {
        use telemetry::Refusal;
        match refusal {
            Refusal::Malformed => Self::Malformed,
            Refusal::UnknownNode => Self::UnknownNode,
            Refusal::Revoked => Self::Revoked,
            Refusal::Forged => Self::Forged,
            Refusal::Replayed => Self::Replayed,
            Refusal::RolledBack => Self::RolledBack,
            Refusal::Retired => Self::Retired,
            Refusal::WeakKey => Self::WeakKey,
            Refusal::BufferTooSmall { needed } => Self::BufferTooSmall { needed: needed as u64 },
            Refusal::TooLong => Self::TooLong,
            Refusal::Busy => Self::Busy,
            Refusal::Entropy(error) => error.into(),
            _ => Self::Internal,
        }
    }
}

impl From<StoreError> for SaltboxError {
    fn from(error: StoreError) -> Self {
        let (StoreError::Failed { reason } | StoreError::Unexpected { reason }) = error;
        Self::Store { reason }
    }
}

/// `bytes` as an array, or the error that names `what`.
pub fn array<const N: usize>(bytes: &[u8], what: &'static str) -> Result<[u8; N], SaltboxError> {
    let (expected, actual) = (N.to_string(), bytes.len() as u64);
    bytes.try_into().map_err(|_| SaltboxError::InvalidLength { what, expected, actual })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const ENTROPY: [EntropyError; 3] = [
        EntropyError::SourceFailed,
        EntropyError::RepetitionCount,
        EntropyError::AdaptiveProportion,
    ];

    /// Each of them as an app sees it: none alike, and none as a fault of ours.
    fn told_apart(errors: impl IntoIterator<Item = SaltboxError>) {
        let errors: Vec<_> = errors.into_iter().collect();
        let names: HashSet<_> = errors.iter().map(std::mem::discriminant).collect();
        assert_eq!(names.len(), errors.len(), "{errors:?}");
        assert!(!errors.contains(&SaltboxError::Internal), "{errors:?}");
        let texts: HashSet<_> = errors.iter().map(ToString::to_string).collect();
        assert!(texts.len() == errors.len() && !texts.contains(""), "{texts:?}");
    }

    #[test]
    fn every_error_of_core_is_told_apart() {
        use saltbox::Error;
        let errors =
            [Error::Forged, Error::WeakKey, Error::BufferTooSmall { needed: 7 }, Error::Encoding];
        let entropy = ENTROPY.map(Error::Entropy);
        told_apart(errors.into_iter().chain(entropy).map(SaltboxError::from));
    }

    #[test]
    fn every_refusal_of_core_is_told_apart() {
        use telemetry::Refusal;
        let refusals = [
            Refusal::Malformed,
            Refusal::UnknownNode,
            Refusal::Revoked,
            Refusal::Forged,
            Refusal::Replayed,
            Refusal::RolledBack,
            Refusal::Retired,
            Refusal::WeakKey,
            Refusal::BufferTooSmall { needed: 7 },
            Refusal::TooLong,
            Refusal::Busy,
        ];
        let entropy = ENTROPY.map(Refusal::Entropy);
        told_apart(refusals.into_iter().chain(entropy).map(SaltboxError::from));
    }
}
