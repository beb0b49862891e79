//! The gateway's side: all that it keeps of one node, and what a frame does to it.

use core::fmt;

use super::frame::{DATA_OVERHEAD, HEADER_LEN, Header, Kind, NodeId, check, close, open, seal};
use super::handshake::{
    ACK_LEN, AckFrame, Features, Handshake, Interval, OPEN_SEALED, SessionKeys, split_public,
};
use super::plain::parse_trouble;
use super::{
    COMMAND_MAX, Command, CommandReply, Enrolled, GatewayKeys, Outcome, Refusal, ReplayWindow,
    Status, Trouble,
};
use crate::keys::{KEY_LEN, PublicKey, SecretKey, SharedKey};
use crate::low::wipe::Wiped;
use crate::nacl::secret_box::TAG_LEN;
use crate::rng::RandomSource;

/// Bytes of a stored [`Peer`].
pub const PEER_LEN: usize = FIXED_LEN + COMMAND_LEN + 2 * SESSION_LEN;
const FIXED_LEN: usize = 1 + 4 + KEY_LEN + 8 + 4 + 8;
const COMMAND_LEN: usize = 8 + 1 + COMMAND_MAX;
const SESSION_LEN: usize = 1 + 1 + 3 * KEY_LEN + 24 + ACK_LEN;
const FORMAT: u8 = 1;
/// What stands before a stored session.
const ABSENT: u8 = 0;
const WITHOUT_MEMORY: u8 = 1;
const WITH_MEMORY: u8 = 2;

/// The ephemeral keys of all sessions that were ever accepted, kept for good: 32 bytes a session.
pub trait Ephemerals {
    /// What can go wrong with the store.
    type Error;

    /// Whether `key` was remembered for `node`.
    ///
    /// # Errors
    ///
    /// The store's own; then the session is not accepted.
    fn seen(&mut self, node: NodeId, key: &PublicKey) -> Result<bool, Self::Error>;

    /// Remembers `key` for `node`, in the same transaction as the changed [`Peer`].
    ///
    /// # Errors
    ///
    /// The store's own; then the session is not accepted.
    fn remember(&mut self, node: NodeId, key: &PublicKey) -> Result<(), Self::Error>;
}

/// Up to `N` ephemeral keys in memory: for tests, and for a gateway that enrols its nodes anew at each start.
#[derive(Debug)]
pub struct SeenEphemerals<const N: usize> {
    keys: [Option<(NodeId, PublicKey)>; N],
}

impl<const N: usize> SeenEphemerals<N> {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { keys: [None; N] }
    }
}

impl<const N: usize> Default for SeenEphemerals<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// A [`SeenEphemerals`] has no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl<const N: usize> Ephemerals for SeenEphemerals<N> {
    type Error = Full;

    fn seen(&mut self, node: NodeId, key: &PublicKey) -> Result<bool, Full> {
        Ok(self.keys.contains(&Some((node, *key))))
    }

    fn remember(&mut self, node: NodeId, key: &PublicKey) -> Result<(), Full> {
        let free = self.keys.iter_mut().find(|slot| slot.is_none()).ok_or(Full)?;
        *free = Some((node, *key));
        Ok(())
    }
}

/// Why [`Peer::receive`] accepted nothing.
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

/// What a frame from a node was. The changed [`Peer`] must be kept before anything is answered.
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
        /// Its body; see [`Reading`](super::Reading).
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

    /// Takes a frame from the line; `now` is Unix time in seconds.
    ///
    /// The body is opened in `frame`; if the frame is refused, `frame` is unchanged.
    ///
    /// # Errors
    ///
    /// [`ReceiveError`] that says why; then nothing but `seen` can have been read, and `self` is unchanged.
    ///
    /// # Security
    ///
    /// Nothing of the frame is believed before its tag is right.
    ///
    /// # Cost
    ///
    /// An Open takes five X25519 (es, ss, the answer's public key, ee, se), every other frame none.
    ///
    /// # Example
    ///
    /// See the [module](super).
    pub fn receive<'a, S: Ephemerals>(
        &mut self,
        keys: &GatewayKeys,
        now: u64,
        frame: &'a mut [u8],
        seen: &mut S,
        random: &mut impl RandomSource,
    ) -> Result<Received<'a>, ReceiveError<S::Error>> {
        let header = Header::parse(frame)?;
        if header.node != self.id {
            return Err(Refusal::UnknownNode.into());
        }
        if self.revoked {
            return Err(Refusal::Revoked.into());
        }
        match header.kind {
            Kind::Open => self.receive_open(&header, keys, now, frame, seen, random),
            Kind::Data | Kind::Status | Kind::Reply => {
                keys.check(header.epoch, now)?;
                Ok(self.receive_sealed(&header, frame)?)
            }
            Kind::Trouble => Ok(Received::Trouble(parse_trouble(frame)?)),
            Kind::Enrolled => Ok(Received::Enrolled(Enrolled::parse(frame)?)),
            _ => Err(Refusal::Malformed.into()),
        }
    }

    fn receive_open<'a, S: Ephemerals>(
        &mut self,
        header: &Header,
        keys: &GatewayKeys,
        now: u64,
        frame: &mut [u8],
        seen: &mut S,
        random: &mut impl RandomSource,
    ) -> Result<Received<'a>, ReceiveError<S::Error>> {
        let gateway = keys.pair(header.epoch, now)?;
        let (ephemeral, sealed) = split_public(frame)?;
        let handshake =
            Handshake::gateway(header, &ephemeral, &self.public, &gateway.secret, &gateway.public)?;
        // A copy, so that the caller's frame stays as it was.
        let mut sealed: [u8; OPEN_SEALED] =
            (&*sealed).try_into().map_err(|_| Refusal::Malformed)?;
        let (features, firmware) = handshake.open_open(header, &mut sealed)?;

        // Once a frame has come under the session, its Ack is not given again: a node that opens it anew has forgotten
        // which counters it used.
        if let Some(pending) = self.pending.as_ref().filter(|it| it.is_of(header, &ephemeral)) {
            return Ok(Received::OpenedAgain { answer: pending.ack });
        }
        let memory = features.has(Features::MEMORY);
        let replayed = seen.seen(self.id, &ephemeral).map_err(ReceiveError::Store)?;
        let why = if replayed { Refusal::Replayed } else { Refusal::RolledBack };
        if memory && (replayed || header.counter <= self.floor) {
            let header = Header { kind: Kind::Refused, ..*header };
            let mut answer = [0; REFUSED_LEN];
            seal(&handshake.refusal_key(), &header, &[], &[1], &mut answer)?;
            return Err(ReceiveError::Answered { why, answer });
        }
        if replayed {
            return Err(why.into());
        }

        let node = (&ephemeral, &self.public);
        let session = Session::accept(&handshake, header, node, memory, self.interval, random)?;
        seen.remember(self.id, &ephemeral).map_err(ReceiveError::Store)?;
        let answer = session.ack;
        if memory {
            self.floor = self.floor.max(header.counter);
        }
        self.pending = Some(session);
        Ok(Received::Opened { features, firmware, answer })
    }

    fn receive_sealed<'a>(
        &mut self,
        header: &Header,
        frame: &'a mut [u8],
    ) -> Result<Received<'a>, Refusal> {
        let sealed = frame.get_mut(HEADER_LEN..).ok_or(Refusal::Malformed)?;
        // In this order: frames that were on their way when the node opened a new session still count.
        let current = self.current.as_ref().map(|session| session.take(header, sealed));
        let (promoted, window) = match (current, &self.pending) {
            (Some(Ok(window)), _) => (false, window),
            (Some(Err(Refusal::Forged)) | None, Some(pending)) => {
                (true, pending.take(header, sealed)?)
            }
            (Some(Err(refusal)), _) => return Err(refusal),
            (None, None) => return Err(Refusal::Forged),
        };
        let session = if promoted { &self.pending } else { &self.current };
        let (Some(session), Some(body)) = (session, sealed.get_mut(TAG_LEN..)) else {
            return Err(Refusal::Forged);
        };
        let memory = session.memory;
        let received = match self.understand(header, body) {
            Ok(received) => received,
            Err(refusal) => {
                close(&session.keys.up, header, body);
                return Err(refusal);
            }
        };
        if promoted {
            self.current = self.pending.take();
        }
        if let Some(session) = &mut self.current {
            session.window = window;
        }
        if matches!(received, Some(Received::Reply { .. })) {
            self.waiting = None;
        }
        if memory {
            self.floor = self.floor.max(header.counter);
        }
        Ok(received.unwrap_or(Received::Data { counter: header.counter, body }))
    }

    /// What an authentic body says; `None` for a reading, which is the application's.
    fn understand(
        &self,
        header: &Header,
        body: &[u8],
    ) -> Result<Option<Received<'static>>, Refusal> {
        let counter = header.counter;
        Ok(match header.kind {
            Kind::Status => Some(Received::Status { counter, status: Status::decode(body)? }),
            Kind::Reply => {
                let reply = CommandReply::decode(body)?;
                Some(match self.waiting {
                    Some((number, command)) if number == reply.number => {
                        Received::Reply { counter, command, outcome: reply.outcome }
                    }
                    _ => Received::LateReply { counter },
                })
            }
            _ => None,
        })
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

    /// Fills `out` with all that must be kept, in a format of fixed length. It holds session keys: seal it on disk.
    pub fn expose_into(&self, out: &mut [u8; PEER_LEN]) {
        let mut writer = Writer { out, at: 0 };
        writer.put(&[FORMAT | u8::from(self.revoked) << 7]);
        writer.put(&self.id.0.to_le_bytes());
        writer.put(self.public.as_bytes());
        writer.put(&self.floor.to_le_bytes());
        writer.put(&self.interval.as_millis().to_le_bytes());
        writer.put(&self.last_command.to_le_bytes());

        let mut bytes = [0; COMMAND_MAX];
        let (number, len) = match &self.waiting {
            Some((number, command)) => (*number, command.encode(&mut bytes).len()),
            None => (0, 0),
        };
        writer.put(&number.to_le_bytes());
        writer.put(&[len as u8]);
        writer.put(&bytes);

        for session in [&self.current, &self.pending] {
            match session {
                Some(session) => {
                    let present = if session.memory { WITH_MEMORY } else { WITHOUT_MEMORY };
                    writer.put(&[present, session.epoch]);
                    writer.put(session.ephemeral.as_bytes());
                    writer.put(session.keys.up.expose_secret());
                    writer.put(session.keys.down.expose_secret());
                    writer.put(&session.window.to_bytes());
                    writer.put(&session.ack);
                }
                None => writer.put(&[0; SESSION_LEN]),
            }
        }
    }

    /// Reads what [`expose_into`](Self::expose_into) wrote.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] if it is of another version or damaged.
    pub fn from_bytes(bytes: &[u8; PEER_LEN]) -> Result<Self, Refusal> {
        let mut reader = Reader(bytes);
        let [flags] = reader.take()?;
        if flags & 0x7f != FORMAT {
            return Err(Refusal::Malformed);
        }
        let id = NodeId(u32::from_le_bytes(reader.take()?));
        let public = PublicKey::from_bytes(reader.take()?);
        let floor = u64::from_le_bytes(reader.take()?);
        let interval = Interval::from_millis(u32::from_le_bytes(reader.take()?));
        let last_command = u64::from_le_bytes(reader.take()?);
        let number = u64::from_le_bytes(reader.take()?);
        let [len] = reader.take()?;
        let command = reader.take::<COMMAND_MAX>()?;
        let waiting = match command.get(..usize::from(len)) {
            Some([]) => None,
            Some(bytes) => Some((number, Command::decode(bytes)?)),
            None => return Err(Refusal::Malformed),
        };
        Ok(Self {
            id,
            public,
            revoked: flags & 0x80 != 0,
            floor,
            interval,
            last_command,
            waiting,
            current: Session::read(&mut reader)?,
            pending: Session::read(&mut reader)?,
        })
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

impl Session {
    fn accept(
        handshake: &Handshake,
        open: &Header,
        (ephemeral, node): (&PublicKey, &PublicKey),
        memory: bool,
        interval: Interval,
        random: &mut impl RandomSource,
    ) -> Result<Self, Refusal> {
        let header = Header { kind: Kind::Ack, ..*open };
        let answer = SecretKey::generate(random)?;
        let (keys, public) = handshake.gateway_session(&header, &answer, ephemeral, node)?;
        let ack = keys.seal_ack(&header, &public, interval)?;
        let window = ReplayWindow::after(open.counter);
        Ok(Self { epoch: open.epoch, memory, ephemeral: *ephemeral, keys, window, ack })
    }

    /// Whether the session was opened by just that Open.
    fn is_of(&self, open: &Header, ephemeral: &PublicKey) -> bool {
        let ack = Header { kind: Kind::Ack, ..*open };
        self.ephemeral == *ephemeral && self.ack.first_chunk() == Some(&ack.to_bytes())
    }

    /// Opens `sealed` (tag and ciphertext) in place if the tag is right and the counter new. Returns the window with the
    /// counter in it; otherwise `sealed` is unchanged.
    fn take(&self, header: &Header, sealed: &mut [u8]) -> Result<ReplayWindow, Refusal> {
        if header.epoch != self.epoch {
            return Err(Refusal::Forged);
        }
        let mut window = self.window;
        if let Err(replayed) = window.accept(header.counter) {
            check(&self.keys.up, header, sealed)?;
            return Err(replayed);
        }
        open(&self.keys.up, header, sealed)?;
        Ok(window)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Refusal> {
        let [present, epoch] = reader.take()?;
        let session = Self {
            epoch,
            memory: present == WITH_MEMORY,
            ephemeral: PublicKey::from_bytes(reader.take()?),
            keys: SessionKeys { up: reader.take_key()?, down: reader.take_key()? },
            window: ReplayWindow::from_bytes(&reader.take()?),
            ack: reader.take()?,
        };
        match present {
            ABSENT => Ok(None),
            WITHOUT_MEMORY | WITH_MEMORY => Ok(Some(session)),
            _ => Err(Refusal::Malformed),
        }
    }
}

struct Writer<'a> {
    out: &'a mut [u8; PEER_LEN],
    at: usize,
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) {
        for (to, from) in self.out.iter_mut().skip(self.at).zip(bytes) {
            *to = *from;
        }
        self.at += bytes.len();
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let (front, rest) = self.0.split_first_chunk().ok_or(Refusal::Malformed)?;
        self.0 = rest;
        Ok(*front)
    }

    fn take_key(&mut self) -> Result<SharedKey, Refusal> {
        let bytes = Wiped::new(self.take::<KEY_LEN>()?);
        Ok(SharedKey::from_bytes(*bytes))
    }
}
