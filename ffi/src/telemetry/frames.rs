//! What a frame says, in types that Swift and Kotlin can switch over.

use std::sync::Arc;

use saltbox::telemetry::{self, Features, Interval};

use crate::PublicKey;

/// What a frame was, and what to send because of it. Whatever was accepted is in the store already.
#[derive(uniffi::Record)]
pub struct Turn {
    /// What came.
    pub received: Received,
    /// Frames to send to the sensor, in this order: an answer, a command that waits.
    pub send: Vec<Vec<u8>>,
}

/// What a frame from a sensor was.
#[derive(uniffi::Enum)]
pub enum Received {
    /// The sensor booted and opened a session.
    Opened {
        /// Its number.
        node: u32,
        /// What its nonces rest on.
        nonces: Vec<NonceSource>,
        /// Its firmware, such as `0.1.0`.
        firmware: String,
    },
    /// The opening of a session once more, because the answer was lost. Nothing changed.
    OpenedAgain {
        /// The sensor's number.
        node: u32,
    },
    /// A reading. Its time is that of its arrival: who sits on the line can hold it back.
    Data {
        /// The sensor's number.
        node: u32,
        /// Counts the sensor's frames, upwards.
        counter: u64,
        /// What was measured, if it is one of the readings that this version knows.
        reading: Option<Reading>,
        /// The bytes that the sensor sealed.
        body: Vec<u8>,
    },
    /// The sensor's state.
    Status {
        /// The sensor's number.
        node: u32,
        /// Counts the sensor's frames, upwards.
        counter: u64,
        /// Seconds since it booted.
        uptime_seconds: u32,
        /// Milliseconds between two readings.
        interval_millis: u32,
        /// What does not work.
        troubles: Vec<Trouble>,
    },
    /// What became of the command that was waiting.
    Reply {
        /// The sensor's number.
        node: u32,
        /// The command.
        command: Command,
        /// What became of it.
        outcome: Outcome,
    },
    /// A reply to a command that no longer waits: authentic, and nothing to do.
    LateReply {
        /// The sensor's number.
        node: u32,
    },
    /// **Not authenticated**: a sensor without a session says that it cannot work. For people to see only.
    TroubleReported {
        /// The number of the sensor, as it says.
        node: u32,
        /// What it says.
        trouble: Trouble,
    },
    /// **Not authenticated**: a sensor says its public key. Compare fingerprints, then `enrol`.
    EnrolmentOffered {
        /// What it says.
        enrolled: Enrolled,
    },
    /// The frame was not accepted. Nothing changed.
    Refused {
        /// The number of the sensor, as the frame says; nothing if it is no frame.
        node: Option<u32>,
        /// Why.
        why: Refusal,
    },
}

/// Why a frame was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Refusal {
    /// Not a frame of this version and direction: noise on the line, or another protocol.
    Malformed,
    /// No sensor of this number is enrolled.
    UnknownNode,
    /// The sensor was revoked.
    Revoked,
    /// Forged, damaged, or of a session that no longer stands. If it lasts, send `askFrame`, at most every ten seconds.
    Forged,
    /// Authentic, but accepted before.
    Replayed,
    /// The sensor's memory was put back to an old copy: enrol it afresh.
    RolledBack,
    /// For a key of this gateway that was replaced: enrol the sensor afresh.
    Retired,
    /// The key in it has low order.
    WeakKey,
}

impl Refusal {
    /// What a frame can be blamed for; nothing for what is ours.
    pub(crate) const fn of_frame(refusal: telemetry::Refusal) -> Option<Self> {
        Some(match refusal {
            telemetry::Refusal::Malformed => Self::Malformed,
            telemetry::Refusal::UnknownNode => Self::UnknownNode,
            telemetry::Refusal::Revoked => Self::Revoked,
            telemetry::Refusal::Forged => Self::Forged,
            telemetry::Refusal::Replayed => Self::Replayed,
            telemetry::Refusal::RolledBack => Self::RolledBack,
            telemetry::Refusal::Retired => Self::Retired,
            telemetry::Refusal::WeakKey => Self::WeakKey,
            _ => return None,
        })
    }
}

/// What a sensor measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Reading {
    /// A temperature.
    Temperature {
        /// Thousandths of a degree Celsius.
        millidegrees: i32,
    },
    /// Not measured, but counted up by a board without a sensor.
    TestPattern {
        /// The count.
        value: i32,
    },
}

impl Reading {
    pub(crate) fn of_body(body: &[u8]) -> Option<Self> {
        match telemetry::Reading::decode(body) {
            Ok(telemetry::Reading::Temperature { millidegrees }) => {
                Some(Self::Temperature { millidegrees })
            }
            Ok(telemetry::Reading::TestPattern { value }) => Some(Self::TestPattern { value }),
            _ => None,
        }
    }
}

/// On what the uniqueness of a sensor's nonces rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum NonceSource {
    /// Counters are kept over resets.
    Memory,
    /// Session keys come from a tested noise source.
    Noise,
}

pub fn nonce_sources(features: Features) -> Vec<NonceSource> {
    let all = [(Features::MEMORY, NonceSource::Memory), (Features::NOISE, NonceSource::Noise)];
    all.into_iter()
        .filter(|(feature, _)| features.has(*feature))
        .map(|(_, source)| source)
        .collect()
}

/// Why a sensor cannot do all of its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Trouble {
    /// The sensor does not answer.
    Sensor,
    /// The memory does not answer or does not keep what is written.
    Memory,
    /// The noise source failed its tests.
    Entropy,
    /// Not provisioned yet.
    NotProvisioned,
    /// Provisioned already: erase the memory first.
    AlreadyProvisioned,
    /// Seed and counter lease do not belong together: provision afresh.
    StaleMemory,
    /// A known answer came out wrong: the part is broken.
    SelfTest,
    /// The gateway said that the counters ran backwards: provision afresh.
    RolledBack,
    /// A trouble that this version does not know.
    Unknown,
}

impl From<telemetry::Trouble> for Trouble {
    fn from(trouble: telemetry::Trouble) -> Self {
        match trouble {
            telemetry::Trouble::Sensor => Self::Sensor,
            telemetry::Trouble::Memory => Self::Memory,
            telemetry::Trouble::Entropy => Self::Entropy,
            telemetry::Trouble::NotProvisioned => Self::NotProvisioned,
            telemetry::Trouble::AlreadyProvisioned => Self::AlreadyProvisioned,
            telemetry::Trouble::StaleMemory => Self::StaleMemory,
            telemetry::Trouble::SelfTest => Self::SelfTest,
            telemetry::Trouble::RolledBack => Self::RolledBack,
            _ => Self::Unknown,
        }
    }
}

/// What a gateway can tell a sensor to do. Sealed, and obeyed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Command {
    /// Take a reading every so often, now and in the sessions to come.
    SetInterval {
        /// Milliseconds; the nearest of 100 to 604,800,000 (7 days) is taken.
        millis: u32,
    },
    /// Use the gateway's current key from now on: after `rotate`.
    RotateKey,
    /// Send a status frame.
    RequestStatus,
}

impl Command {
    pub(crate) const fn of_core(command: telemetry::Command) -> Option<Self> {
        Some(match command {
            telemetry::Command::SetInterval(interval) => {
                Self::SetInterval { millis: interval.as_millis() }
            }
            telemetry::Command::RotateKey { .. } => Self::RotateKey,
            telemetry::Command::RequestStatus => Self::RequestStatus,
            _ => return None,
        })
    }

    pub(crate) const fn to_core(self, keys: &telemetry::GatewayKeys) -> telemetry::Command {
        match self {
            Self::SetInterval { millis } => {
                telemetry::Command::SetInterval(Interval::from_millis(millis))
            }
            Self::RotateKey => {
                telemetry::Command::RotateKey { epoch: keys.epoch(), key: keys.public_key() }
            }
            Self::RequestStatus => telemetry::Command::RequestStatus,
        }
    }
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Outcome {
    /// Obeyed.
    Done,
    /// Understood, but it could not be done now: the sensor's memory failed.
    Failed,
    /// Not understood, or not allowed.
    Refused,
}

impl From<telemetry::Outcome> for Outcome {
    fn from(outcome: telemetry::Outcome) -> Self {
        match outcome {
            telemetry::Outcome::Done => Self::Done,
            telemetry::Outcome::Failed => Self::Failed,
            telemetry::Outcome::Refused => Self::Refused,
        }
    }
}

/// What a provisioned sensor says of itself. **Not authenticated**: two people compare the fingerprint of `publicKey` with
/// the one that the sensor shows.
#[derive(Clone, uniffi::Record)]
pub struct Enrolled {
    /// The number that it was given.
    pub node: u32,
    /// Its public key.
    pub public_key: Arc<PublicKey>,
    /// On what its nonces rest.
    pub nonces: Vec<NonceSource>,
    /// The epoch of the gateway's key that it holds.
    pub epoch: u8,
}

impl From<telemetry::Enrolled> for Enrolled {
    fn from(enrolled: telemetry::Enrolled) -> Self {
        Self {
            node: enrolled.node.0,
            public_key: Arc::new(PublicKey(enrolled.public)),
            nonces: nonce_sources(enrolled.features),
            epoch: enrolled.epoch,
        }
    }
}

/// What the gateway knows of a sensor.
#[derive(uniffi::Record)]
pub struct Node {
    /// Its number.
    pub node: u32,
    /// Its public key.
    pub public_key: Arc<PublicKey>,
    /// The highest counter accepted from it.
    pub floor: u64,
    /// Milliseconds between two readings, in the sessions to come.
    pub interval_millis: u32,
    /// Whether a session stands or waits for its first frame.
    pub has_session: bool,
    /// Whether it was revoked.
    pub revoked: bool,
    /// The command that waits for its reply.
    pub waiting: Option<Command>,
}

impl From<&telemetry::Peer> for Node {
    fn from(peer: &telemetry::Peer) -> Self {
        Self {
            node: peer.id().0,
            public_key: Arc::new(PublicKey(peer.public_key())),
            floor: peer.floor(),
            interval_millis: peer.interval().as_millis(),
            has_session: peer.has_session(),
            revoked: peer.is_revoked(),
            waiting: peer.waiting().and_then(Command::of_core),
        }
    }
}
