//! The gateway's side: all that it keeps of one node, and what a frame does to it.

mod ephemerals;
mod receive;
mod received;
mod stored;

use core::fmt;

pub use ephemerals::{Ephemerals, Full, SeenEphemerals};
pub use received::{REFUSED_LEN, ReceiveError, Received};
pub use stored::PEER_LEN;

use super::frame::{Header, Kind, NodeId, seal};
use super::handshake::{AckFrame, Interval, SessionKeys};
use super::{COMMAND_MAX, Command, Refusal, ReplayWindow};
use crate::keys::PublicKey;

/// All that a gateway keeps of one node.
///
/// It changes only in memory: commit what [`expose_into`](Self::expose_into) gives, together with the reading and the
/// remembered ephemeral key, before answering. A frame whose commit is lost will be accepted again, one whose commit is
/// kept never will.
///
/// # Example
///
/// ```
/// use saltbox::keys::SecretKey;
/// use saltbox::telemetry::{Interval, NodeId, PEER_LEN, Peer};
///
/// let node = SecretKey::from_bytes([2; 32]).public_key();
/// let mut peer = Peer::new(NodeId(7), node, Interval::from_millis(1_000));
/// peer.revoke();
///
/// let mut stored = [0; PEER_LEN];
/// peer.expose_into(&mut stored);
/// assert!(Peer::from_bytes(&stored)?.is_revoked());
/// # Ok::<(), saltbox::telemetry::Refusal>(())
/// ```
///
/// # Security
///
/// Holds session keys; wiped when dropped. What [`expose_into`](Self::expose_into) gives is secret: seal it on disk.
pub struct Peer {
    id: NodeId,
    public: PublicKey,
    revoked: bool,
    /// The highest counter of an accepted frame, over all sessions.
    floor: u64,
    interval: Interval,
    last_command: u64,
    waiting: Option<(u64, Command)>,
    current: Option<Session>,
    /// Accepted, but no frame under it has come yet: a recorded Open gets no further than this.
    pending: Option<Session>,
}

struct Session {
    epoch: u8,
    /// The node's counters run on over resets: they raise the floor.
    memory: bool,
    ephemeral: PublicKey,
    keys: SessionKeys,
    window: ReplayWindow,
    ack: AckFrame,
}

impl Peer {
    /// A node after enrolment: its key has been compared.
    #[must_use]
    pub const fn new(id: NodeId, public: PublicKey, interval: Interval) -> Self {
        Self {
            id,
            public,
            revoked: false,
            floor: 0,
            interval,
            last_command: 0,
            waiting: None,
            current: None,
            pending: None,
        }
    }

    /// The node's number.
    #[must_use]
    pub const fn id(&self) -> NodeId {
        self.id
    }

    /// The node's public key.
    #[must_use]
    pub const fn public_key(&self) -> PublicKey {
        self.public
    }

    /// The highest counter accepted from the node.
    #[must_use]
    pub const fn floor(&self) -> u64 {
        self.floor
    }

    /// The time between readings that the next session starts with.
    #[must_use]
    pub const fn interval(&self) -> Interval {
        self.interval
    }

    /// Whether a session stands or waits for its first frame.
    #[must_use]
    pub const fn has_session(&self) -> bool {
        self.current.is_some() || self.pending.is_some()
    }

    /// The epoch of the gateway's key under which the node opened its session, if one stands.
    #[must_use]
    pub fn epoch(&self) -> Option<u8> {
        self.current.as_ref().map(|session| session.epoch)
    }

    /// Whether the node was revoked.
    #[must_use]
    pub const fn is_revoked(&self) -> bool {
        self.revoked
    }

    /// Revokes the node: its sessions are wiped, and nothing of it is accepted from now on.
    pub fn revoke(&mut self) {
        self.revoked = true;
        self.waiting = None;
        self.end_sessions();
    }

    /// Forgets the node's sessions, so that it must open a new one. The floor and a waiting command stay.
    ///
    /// Call it for every node after the gateway's store was put back to an older copy: the sessions in that copy may
    /// have sealed other commands under the same numbers since.
    pub fn end_sessions(&mut self) {
        self.current = None;
        self.pending = None;
    }

    /// Gives the node a command, which waits until its reply comes; sessions and restarts may pass.
    ///
    /// Keep the changed record before the command is sent: two commands under one number would share a nonce.
    ///
    /// An interval is also kept for the sessions to come.
    ///
    /// # Errors
    ///
    /// [`Refusal::Busy`] while another waits, [`Refusal::Revoked`].
    ///
    /// # Example
    ///
    /// ```
    /// # use saltbox::keys::SecretKey;
    /// # use saltbox::rng::Drbg;
    /// # use saltbox::telemetry::*;
    /// # let mut random = Drbg::from_seed(&[1; 32]);
    /// # let (node, gateway) = (SecretKey::from_bytes([2; 32]), SecretKey::from_bytes([3; 32]));
    /// # let mut peer = Peer::new(NodeId(7), node.public_key(), Interval::from_millis(1_000));
    /// # let identity = Identity::new(NodeId(7), node, 0, gateway.public_key());
    /// # let keys = GatewayKeys::new(gateway);
    /// # let mut seen = SeenEphemerals::<4>::new();
    /// # let mut opening = Opening::start(&identity, 1, Features::MEMORY, [0, 1, 0], &mut random)?;
    /// # let mut frame = *opening.frame();
    /// # let Ok(Received::Opened { answer, .. }) =
    /// #     peer.receive(&keys, 0, &mut frame, &mut seen, &mut random) else { panic!() };
    /// # let Answer::Accepted { mut session, .. } = opening.answer(&identity, &answer)? else { panic!() };
    /// # let mut frame = [0; MAX_FRAME];
    /// # let frame = session.seal(Kind::Data, 2, b"first", &mut frame)?;
    /// # assert!(peer.receive(&keys, 0, frame, &mut seen, &mut random).is_ok());
    /// // With a session that stands:
    /// peer.command(Command::RequestStatus)?;
    /// let mut frame = [0; MAX_FRAME];
    /// let frame = peer.command_frame(&mut frame)?.expect("it waits");
    ///
    /// // On the node:
    /// let Downlink::Command { number, command } = session.open(frame)? else { panic!() };
    /// assert_eq!(command, Command::RequestStatus);
    /// let reply = CommandReply { number, outcome: Outcome::Done }.encode();
    /// let mut frame = [0; MAX_FRAME];
    /// let frame = session.seal(Kind::Reply, 3, &reply, &mut frame)?;
    ///
    /// // Back at the gateway:
    /// assert!(matches!(
    ///     peer.receive(&keys, 0, frame, &mut seen, &mut random),
    ///     Ok(Received::Reply { command: Command::RequestStatus, outcome: Outcome::Done, .. })
    /// ));
    /// assert_eq!(peer.waiting(), None);
    /// # Ok::<(), Refusal>(())
    /// ```
    pub fn command(&mut self, command: Command) -> Result<(), Refusal> {
        if self.revoked {
            return Err(Refusal::Revoked);
        }
        if self.waiting.is_some() {
            return Err(Refusal::Busy);
        }
        self.last_command = self.last_command.checked_add(1).ok_or(Refusal::TooLong)?;
        if let Command::SetInterval(interval) = command {
            self.interval = interval;
        }
        self.waiting = Some((self.last_command, command));
        Ok(())
    }

    /// The command that waits for its reply.
    #[must_use]
    pub fn waiting(&self) -> Option<Command> {
        self.waiting.map(|(_, command)| command)
    }

    /// Seals the waiting command into the front of `out`: the same bytes each time in one session.
    ///
    /// Nothing waits, or no session stands: nothing to send.
    ///
    /// # Errors
    ///
    /// [`Refusal::BufferTooSmall`] with the size needed; then nothing was written.
    pub fn command_frame<'a>(&self, out: &'a mut [u8]) -> Result<Option<&'a mut [u8]>, Refusal> {
        let (Some((number, command)), Some(session)) = (self.waiting, &self.current) else {
            return Ok(None);
        };
        let header =
            Header { kind: Kind::Command, epoch: session.epoch, node: self.id, counter: number };
        let mut bytes = [0; COMMAND_MAX];
        let body = command.encode(&mut bytes);
        seal(&session.keys.down, &header, &[], body, out).map(Some)
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("id", &self.id)
            .field("revoked", &self.revoked)
            .field("floor", &self.floor)
            .field("session", &self.has_session())
            .finish_non_exhaustive()
    }
}
