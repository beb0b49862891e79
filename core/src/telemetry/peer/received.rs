//! What came of a frame.

use core::fmt;

use crate::telemetry::frame::DATA_OVERHEAD;
use crate::telemetry::{AckFrame, Command, Enrolled, Features, Outcome, Refusal, Status, Trouble};

/// Why [`Peer::receive`](crate::telemetry::Peer::receive) accepted nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiveError<E> {
    /// The frame is refused.
    Refused(Refusal),
    /// An authentic Open of a node with a memory, but an old one: either somebody replays it, or the node's memory was
    /// put back to an old copy. Send `answer`: it tells the node that made this Open, and no other, to stop.
    Answered {
        /// [`Refusal::Replayed`] if the ephemeral key was seen before, else [`Refusal::RolledBack`].
        why: Refusal,
        /// The sealed answer.
        answer: [u8; REFUSED_LEN],
    },
    /// The store of ephemeral keys failed; nothing was changed.
    Store(E),
}

/// Bytes in a sealed refusal.
pub const REFUSED_LEN: usize = DATA_OVERHEAD + 1;

impl<E> ReceiveError<E> {
    /// Why, unless it was the store.
    #[must_use]
    pub const fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refusal) | Self::Answered { why: refusal, .. } => Some(*refusal),
            Self::Store(_) => None,
        }
    }
}

impl<E> From<Refusal> for ReceiveError<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl<E: fmt::Display> fmt::Display for ReceiveError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) | Self::Answered { why: refusal, .. } => refusal.fmt(f),
            Self::Store(error) => write!(f, "the store of ephemeral keys failed: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for ReceiveError<E> {}

/// What a frame from a node was. The changed [`Peer`](crate::telemetry::Peer) must be kept before anything is answered.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Received<'a> {
    /// A new session: send `answer`.
    Opened {
        /// What the node's nonces rest on.
        features: Features,
        /// Major, minor, patch of the node's firmware.
        firmware: [u8; 3],
        /// The Ack to send.
        answer: AckFrame,
    },
    /// The Open of a session that waits for its first frame once more, because its Ack was lost: send `answer` again.
    /// Nothing changed.
    OpenedAgain {
        /// The same Ack as before.
        answer: AckFrame,
    },
    /// A reading.
    Data {
        /// Its counter.
        counter: u64,
        /// Its body; see [`Reading`](crate::telemetry::Reading).
        body: &'a [u8],
    },
    /// The node's state.
    Status {
        /// Its counter.
        counter: u64,
        /// The state.
        status: Status,
    },
    /// What became of the command that was waiting.
    Reply {
        /// Its counter.
        counter: u64,
        /// The command.
        command: Command,
        /// What became of it.
        outcome: Outcome,
    },
    /// A reply to a command that no longer waits: authentic, and nothing to do.
    LateReply {
        /// Its counter.
        counter: u64,
    },
    /// **Not authenticated**: a node without a session says that it cannot work. For people to see only.
    Trouble(Trouble),
    /// **Not authenticated**: a provisioned node says its public key. For enrolment only.
    Enrolled(Enrolled),
}
