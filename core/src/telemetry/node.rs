//! The node's side.

use super::frame::{HEADER_LEN, Header, Kind, NodeId, check, open, seal};
use super::handshake::{
    ACK_LEN, Features, Handshake, Interval, OpenFrame, REFUSED_SEALED, SessionKeys, split_public,
};
use super::{Command, Refusal};
use crate::keys::{KEY_LEN, PublicKey, SecretKey};
use crate::low::wipe::Wiped;
use crate::rng::RandomSource;

/// Bytes of a stored [`Identity`]: id 4, epoch 1, secret key 32, gateway's key 32.
pub const IDENTITY_LEN: usize = 5 + 2 * KEY_LEN;

/// What enrolment leaves on a node: who it is, and whom it talks to.
///
/// Example: see [`from_bytes`](Self::from_bytes) and the [module](super).
///
/// # Security
///
/// Holds the node's secret key: wiped when dropped, redacted in `Debug`.
///
/// # Cost
///
/// Making, reading or rotating one takes one X25519.
///
/// # Specification
///
/// 69 stored bytes: id u32, epoch u8, secret key 32, gateway's key 32, little-endian.
pub struct Identity {
    id: NodeId,
    epoch: u8,
    secret: SecretKey,
    public: PublicKey,
    gateway: PublicKey,
}

impl Identity {
    /// Puts an identity together. One X25519, for the node's public key.
    #[must_use]
    pub fn new(id: NodeId, secret: SecretKey, epoch: u8, gateway: PublicKey) -> Self {
        let public = secret.public_key();
        Self { id, epoch, secret, public, gateway }
    }

    /// The node's number.
    #[must_use]
    pub const fn id(&self) -> NodeId {
        self.id
    }

    /// The epoch of the gateway's key.
    #[must_use]
    pub const fn epoch(&self) -> u8 {
        self.epoch
    }

    /// The node's public key.
    #[must_use]
    pub const fn public_key(&self) -> PublicKey {
        self.public
    }

    /// The gateway's public key.
    #[must_use]
    pub const fn gateway(&self) -> PublicKey {
        self.gateway
    }

    /// The same node with the gateway's next key.
    ///
    /// # Errors
    ///
    /// [`Refusal::Retired`] unless `epoch` is one above the present one, [`Refusal::WeakKey`] if `gateway` is of low
    /// order; then the identity is unchanged.
    pub fn rotate(&mut self, epoch: u8, gateway: PublicKey) -> Result<(), Refusal> {
        if self.epoch.checked_add(1) != Some(epoch) {
            return Err(Refusal::Retired);
        }
        self.secret.raw_agree(&mut Wiped::zeroed(), &gateway)?;
        (self.epoch, self.gateway) = (epoch, gateway);
        Ok(())
    }

    /// Fills `out` with the 69 bytes to store; they hold the secret key.
    pub fn expose_into(&self, out: &mut [u8; IDENTITY_LEN]) {
        let parts = self
            .id
            .0
            .to_le_bytes()
            .into_iter()
            .chain([self.epoch])
            .chain(*self.secret.expose_secret())
            .chain(*self.gateway.as_bytes());
        for (to, from) in out.iter_mut().zip(parts) {
            *to = from;
        }
    }

    /// Reads what [`expose_into`](Self::expose_into) wrote. One X25519.
    ///
    /// ```
    /// use saltbox::keys::SecretKey;
    /// use saltbox::telemetry::{Identity, NodeId};
    ///
    /// let gateway = SecretKey::from_bytes([1; 32]).public_key();
    /// let identity = Identity::new(NodeId(7), SecretKey::from_bytes([2; 32]), 0, gateway);
    /// let mut stored = [0; 69];
    /// identity.expose_into(&mut stored);
    /// assert_eq!(Identity::from_bytes(&stored).public_key(), identity.public_key());
    /// ```
    #[must_use]
    pub fn from_bytes(bytes: &[u8; IDENTITY_LEN]) -> Self {
        let id = NodeId(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        let secret = Wiped::<[u8; KEY_LEN]>::new(core::array::from_fn(|i| bytes[5 + i]));
        let gateway = PublicKey::from_bytes(core::array::from_fn(|i| bytes[5 + KEY_LEN + i]));
        Self::new(id, SecretKey::from_bytes(*secret), bytes[4], gateway)
    }
}

impl core::fmt::Debug for Identity {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Identity")
            .field("id", &self.id)
            .field("epoch", &self.epoch)
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// A session that the node has opened and the gateway has not answered yet.
///
/// Example: see the [module](super).
///
/// # Security
///
/// Holds the ephemeral key: drop it when the session stands, so that nobody can compute the session's keys again.
///
/// # Cost
///
/// Start: three X25519; an answer: two.
///
/// # Specification
///
/// The [module](super): `Open`, `Ack`, `Refused`.
pub struct Opening {
    header: Header,
    ephemeral: SecretKey,
    handshake: Handshake,
    frame: OpenFrame,
    accepted: bool,
}

/// What the gateway said to an [`Opening`].
pub enum Answer {
    /// The session stands.
    Accepted {
        /// Its keys.
        session: NodeSession,
        /// The time between readings that the gateway wants.
        interval: Interval,
    },
    /// The node's counters ran backwards: it must be provisioned afresh.
    RolledBack,
}

impl Opening {
    /// Draws a fresh key pair and makes the Open, to be repeated with the same bytes until the answer comes.
    ///
    /// Not for ever: an answer may have been lost to an attacker who delivered a withheld Open in between, and the
    /// gateway then takes this one for a replay. After some repeats start another one.
    ///
    /// `counter` comes from the same [`NonceSequence`](crate::nonce::NonceSequence) as those of all other frames.
    ///
    /// # Errors
    ///
    /// [`Refusal::Entropy`] if `random` fails, [`Refusal::WeakKey`] if the gateway's key is of low order.
    ///
    /// # Security
    ///
    /// Nothing of the session can be computed without the ephemeral key, which is wiped with this value.
    ///
    /// # Cost
    ///
    /// Three X25519. No heap, never panics.
    pub fn start(
        identity: &Identity,
        counter: u64,
        features: Features,
        firmware: [u8; 3],
        random: &mut impl RandomSource,
    ) -> Result<Self, Refusal> {
        let header = Header { kind: Kind::Open, epoch: identity.epoch, node: identity.id, counter };
        let ephemeral = SecretKey::generate(random)?;
        let (handshake, public) = Handshake::node(
            &header,
            &ephemeral,
            &identity.secret,
            &identity.public,
            &identity.gateway,
        )?;
        let frame = handshake.seal_open(&header, &public, features, firmware)?;
        Ok(Self { header, ephemeral, handshake, frame, accepted: false })
    }

    /// The Open to send.
    #[must_use]
    pub const fn frame(&self) -> &OpenFrame {
        &self.frame
    }

    /// Takes the gateway's answer; `identity` is the one that the Open was made with.
    ///
    /// # Errors
    ///
    /// [`Refusal::Forged`] or [`Refusal::Malformed`] if `frame` is no authentic answer to this Open; keep waiting.
    /// [`Refusal::Replayed`] once the session has been accepted.
    ///
    /// # Cost
    ///
    /// Two X25519.
    pub fn answer(&mut self, identity: &Identity, frame: &[u8]) -> Result<Answer, Refusal> {
        let header = Header::parse(frame)?;
        if (header.node, header.epoch, header.counter)
            != (self.header.node, self.header.epoch, self.header.counter)
        {
            return Err(Refusal::Forged);
        }
        if self.accepted {
            return Err(Refusal::Replayed);
        }
        match header.kind {
            Kind::Ack => {
                let mut frame: [u8; ACK_LEN] = frame.try_into().map_err(|_| Refusal::Malformed)?;
                let (public, sealed) = split_public(&mut frame)?;
                let keys = self.handshake.node_session(
                    &header,
                    &self.ephemeral,
                    &identity.secret,
                    &public,
                )?;
                let interval = keys.open_ack(&header, sealed)?;
                self.accepted = true;
                let session = NodeSession {
                    epoch: header.epoch,
                    id: header.node,
                    keys,
                    counter: header.counter,
                    last: 0,
                };
                Ok(Answer::Accepted { session, interval })
            }
            Kind::Refused => {
                let sealed = frame.get(HEADER_LEN..).ok_or(Refusal::Malformed)?;
                let mut sealed: [u8; REFUSED_SEALED] =
                    sealed.try_into().map_err(|_| Refusal::Malformed)?;
                open(&self.handshake.refusal_key(), &header, &mut sealed)?;
                Ok(Answer::RolledBack)
            }
            _ => Err(Refusal::Malformed),
        }
    }
}

impl core::fmt::Debug for Opening {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Opening").field("header", &self.header).finish_non_exhaustive()
    }
}

impl core::fmt::Debug for Answer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Accepted { .. } => "Accepted",
            Self::RolledBack => "RolledBack",
        })
    }
}

/// A session that stands, on the node.
///
/// Example: see the [module](super) and [`Peer::command`](super::Peer::command).
///
/// # Security
///
/// Wiped when dropped. Seals no counter twice, obeys no command twice.
///
/// # Cost
///
/// A frame takes one box, no X25519.
///
/// # Specification
///
/// The [module](super): `Data`, `Status`, `Reply`, `Command`.
pub struct NodeSession {
    epoch: u8,
    id: NodeId,
    keys: SessionKeys,
    /// The counter of the last frame sealed.
    counter: u64,
    /// The number of the last command obeyed.
    last: u64,
}

/// What came down to a node with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Downlink {
    /// A new command: obey it, then reply.
    Command {
        /// Its number.
        number: u64,
        /// What to do.
        command: Command,
    },
    /// The last command once more, because its reply was lost: reply again, do not obey again.
    Repeated {
        /// Its number.
        number: u64,
    },
    /// Sealed right, but not understood by this version: reply that it is refused.
    Unknown {
        /// Its number.
        number: u64,
    },
}

impl NodeSession {
    /// Seals `body` (at most [`MAX_BODY`](super::MAX_BODY) bytes) as a [`Data`](Kind::Data), [`Status`](Kind::Status) or
    /// [`Reply`](Kind::Reply) frame at the front of `out`.
    ///
    /// `counter` must be fresh, from the [`NonceSequence`](crate::nonce::NonceSequence) that also counted the Open.
    ///
    /// # Errors
    ///
    /// [`Refusal::BufferTooSmall`] with the size needed, [`Refusal::TooLong`], [`Refusal::Malformed`] for another kind,
    /// [`Refusal::Replayed`] for a counter that is not above all before it; then nothing was written.
    pub fn seal<'a>(
        &mut self,
        kind: Kind,
        counter: u64,
        body: &[u8],
        out: &'a mut [u8],
    ) -> Result<&'a mut [u8], Refusal> {
        if !matches!(kind, Kind::Data | Kind::Status | Kind::Reply) {
            return Err(Refusal::Malformed);
        }
        if counter <= self.counter {
            return Err(Refusal::Replayed);
        }
        let header = Header { kind, epoch: self.epoch, node: self.id, counter };
        let frame = seal(&self.keys.up, &header, &[], body, out)?;
        self.counter = counter;
        Ok(frame)
    }

    /// Opens a command, in place unless it is the last one again.
    ///
    /// # Errors
    ///
    /// [`Refusal::Forged`] or [`Refusal::Malformed`] if it is not an authentic command of this session,
    /// [`Refusal::Replayed`] if it is older than the last; then `frame` is unchanged.
    pub fn open(&mut self, frame: &mut [u8]) -> Result<Downlink, Refusal> {
        let header = Header::parse(frame)?;
        if header.kind != Kind::Command {
            return Err(Refusal::Malformed);
        }
        if (header.node, header.epoch) != (self.id, self.epoch) {
            return Err(Refusal::Forged);
        }
        let sealed = frame.get_mut(HEADER_LEN..).ok_or(Refusal::Malformed)?;
        let number = header.counter;
        if number <= self.last {
            check(&self.keys.down, &header, sealed)?;
            let again = number == self.last;
            return if again { Ok(Downlink::Repeated { number }) } else { Err(Refusal::Replayed) };
        }
        let body = open(&self.keys.down, &header, sealed)?;
        self.last = number;
        Ok(match Command::decode(body) {
            Ok(command) => Downlink::Command { number, command },
            Err(_) => Downlink::Unknown { number },
        })
    }
}

impl core::fmt::Debug for NodeSession {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NodeSession").field("id", &self.id).finish_non_exhaustive()
    }
}
