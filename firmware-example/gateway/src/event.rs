//! What happens at a gateway, and what it does about it.

use saltbox::keys::PublicKey;
use saltbox::telemetry::{Features, Kind, NodeId, Outcome, Refusal, Status, Trouble};

use crate::store::queue::Order;
use crate::store::readings::Kept;

/// What a gateway does after a frame, or after some time. Everything accepted is on the disk by then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Send this frame on the line from which the other came.
    Send(Vec<u8>),
    /// Tell people.
    Tell(Event),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A reading was accepted.
    Reading(Kept),
    /// A node opened a session.
    Opened {
        /// Which node.
        node: NodeId,
        /// The epoch of the gateway's key that it used.
        epoch: u8,
        /// What its nonces rest on.
        features: Features,
        /// Major, minor, patch of its firmware.
        firmware: [u8; 3],
    },
    /// A node asked for the answer to its opening once more.
    OpenedAgain {
        /// Which node.
        node: NodeId,
    },
    /// A node said how it is.
    Status {
        /// Which node.
        node: NodeId,
        /// How it is.
        status: Status,
    },
    /// A command is being sent until its reply comes.
    Sent {
        /// To which node.
        node: NodeId,
        /// The command.
        order: Order,
    },
    /// A node answered a command.
    Reply {
        /// Which node.
        node: NodeId,
        /// The command.
        order: Order,
        /// What became of it.
        outcome: Outcome,
        /// Whether it will be sent again, because it could not be done now.
        again: bool,
    },
    /// **Not authenticated**: a node says that it cannot work.
    Trouble {
        /// The node that it says it is.
        node: NodeId,
        /// Whether a node of that number is enrolled here.
        enrolled: bool,
        /// What it says.
        trouble: Trouble,
    },
    /// **Not authenticated**: a node says its public key.
    Enrolled {
        /// The node that it says it is.
        node: NodeId,
        /// Its public key, as it says.
        public: PublicKey,
    },
    /// A frame was refused.
    Refused {
        /// The node that the frame says it is from, if it is a frame at all.
        node: Option<NodeId>,
        /// What the frame says it is.
        kind: Option<Kind>,
        /// Why it was refused.
        why: Refusal,
        /// What a person might want to know or do.
        hint: Option<&'static str>,
    },
    /// The time of the gateway's previous key is over: it was destroyed.
    KeyDestroyed {
        /// The epoch of the key.
        epoch: u8,
    },
}

impl Event {
    /// The name of the event, as `--json` has it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Reading(_) => "reading",
            Self::Opened { .. } => "opened",
            Self::OpenedAgain { .. } => "opened-again",
            Self::Status { .. } => "status",
            Self::Sent { .. } => "sent",
            Self::Reply { .. } => "reply",
            Self::Trouble { .. } => "trouble",
            Self::Enrolled { .. } => "enrolled",
            Self::Refused { .. } => "refused",
            Self::KeyDestroyed { .. } => "key-destroyed",
        }
    }

    /// Whether nothing proves who said this: shown as such, and acted on in no other way.
    #[must_use]
    pub const fn is_unauthenticated(&self) -> bool {
        matches!(self, Self::Trouble { .. } | Self::Enrolled { .. } | Self::Refused { .. })
    }
}
