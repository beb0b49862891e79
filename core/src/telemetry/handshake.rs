//! The key schedule, and the bodies of Open and Ack. The formulas stand in the module above.

use core::fmt;

use super::frame::{HEADER_LEN, Header, open, seal};
use super::{DATA_OVERHEAD, Refusal};
use crate::keys::{KEY_LEN, PublicKey, SecretKey, SharedKey};
use crate::low::wipe::Wiped;
use crate::nacl::secret_box::TAG_LEN;
use crate::primitive::blake2b::Blake2b;

const OPEN_BODY: usize = 4;
const ACK_BODY: usize = 4;
/// Tag and body of an Open.
pub(super) const OPEN_SEALED: usize = OPEN_LEN - HEADER_LEN - KEY_LEN;
/// Tag and code of a Refused.
pub(super) const REFUSED_SEALED: usize = TAG_LEN + 1;

/// Bytes in an Open.
pub const OPEN_LEN: usize = DATA_OVERHEAD + KEY_LEN + OPEN_BODY;
/// Bytes in an Ack.
pub const ACK_LEN: usize = DATA_OVERHEAD + KEY_LEN + ACK_BODY;

/// A whole Open.
pub type OpenFrame = [u8; OPEN_LEN];
/// A whole Ack.
pub type AckFrame = [u8; ACK_LEN];

/// What a node's nonces rest on, as the node says it, authenticated.
///
/// # Example
///
/// ```
/// use saltbox::telemetry::Features;
///
/// let both = Features::MEMORY.and(Features::NOISE);
/// assert!(both.has(Features::NOISE) && !Features::MEMORY.has(both));
/// assert_eq!(Features::from_byte(both.to_byte()), both);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Features(u8);

impl Features {
    /// Counters are kept over resets, so that one that runs backwards is [`Refusal::RolledBack`].
    pub const MEMORY: Self = Self(1);
    /// Session keys come from a tested noise source.
    pub const NOISE: Self = Self(2);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is here.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The byte as it is sent.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        self.0
    }

    /// Reads the byte; bits that this version does not know are kept.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self(byte)
    }
}

/// Time between two readings: 100 milliseconds to 7 days.
///
/// # Example
///
/// ```
/// use saltbox::telemetry::Interval;
///
/// assert_eq!(Interval::from_millis(5_000).to_string(), "5000 ms");
/// assert_eq!(Interval::from_millis(1).as_millis(), 100);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Interval(u32);

impl Interval {
    const LEAST: u32 = 100;
    const MOST: u32 = 7 * 24 * 3_600_000;

    /// The nearest interval that is allowed.
    #[must_use]
    pub const fn from_millis(millis: u32) -> Self {
        Self(if millis < Self::LEAST {
            Self::LEAST
        } else if millis > Self::MOST {
            Self::MOST
        } else {
            millis
        })
    }

    /// In milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0)
    }
}

/// What both sides have after the Open.
pub(super) struct Handshake {
    open_key: SharedKey,
    chain: Wiped<[u8; KEY_LEN]>,
}

/// What both sides have after the Ack: the keys of each direction.
pub(super) struct SessionKeys {
    pub(super) up: SharedKey,
    pub(super) down: SharedKey,
}

impl Handshake {
    /// The node's side: es and ss from its two secrets.
    pub(super) fn node(
        header: &Header,
        ephemeral: &SecretKey,
        node: &SecretKey,
        node_public: &PublicKey,
        gateway: &PublicKey,
    ) -> Result<(Self, PublicKey), Refusal> {
        let public = ephemeral.public_key();
        let (mut es, mut ss) = (Wiped::zeroed(), Wiped::zeroed());
        ephemeral.raw_agree(&mut es, gateway)?;
        node.raw_agree(&mut ss, gateway)?;
        Ok((Self::derive(header, [&public, node_public, gateway], &es, &ss), public))
    }

    /// The gateway's side: es and ss from its one secret.
    pub(super) fn gateway(
        header: &Header,
        ephemeral: &PublicKey,
        node: &PublicKey,
        gateway: &SecretKey,
        gateway_public: &PublicKey,
    ) -> Result<Self, Refusal> {
        let (mut es, mut ss) = (Wiped::zeroed(), Wiped::zeroed());
        gateway.raw_agree(&mut es, ephemeral)?;
        gateway.raw_agree(&mut ss, node)?;
        Ok(Self::derive(header, [ephemeral, node, gateway_public], &es, &ss))
    }

    fn derive(
        header: &Header,
        publics: [&PublicKey; 3],
        es: &[u8; KEY_LEN],
        ss: &[u8; KEY_LEN],
    ) -> Self {
        let mut hash = Blake2b::new(&[], 2 * KEY_LEN);
        hash.update(b"saltbox telemetry v1 open");
        hash.update(&header.to_bytes());
        for public in publics {
            hash.update(public.as_bytes());
        }
        hash.update(es);
        hash.update(ss);
        let (open_key, chain) = halves(hash);
        Self { open_key: SharedKey::from_bytes(*open_key), chain }
    }

    pub(super) fn seal_open(
        &self,
        header: &Header,
        ephemeral: &PublicKey,
        features: Features,
        firmware: [u8; 3],
    ) -> Result<OpenFrame, Refusal> {
        let mut frame = [0; OPEN_LEN];
        let [major, minor, patch] = firmware;
        let body = [features.to_byte(), major, minor, patch];
        seal(&self.open_key, header, ephemeral.as_bytes(), &body, &mut frame)?;
        Ok(frame)
    }

    /// Checks what follows the ephemeral key in an Open.
    pub(super) fn open_open(
        &self,
        header: &Header,
        sealed: &mut [u8],
    ) -> Result<(Features, [u8; 3]), Refusal> {
        match *open(&self.open_key, header, sealed)? {
            [features, major, minor, patch] => {
                Ok((Features::from_byte(features), [major, minor, patch]))
            }
            _ => Err(Refusal::Malformed),
        }
    }

    /// The node's side of the Ack: `answer` is F.
    pub(super) fn node_session(
        &self,
        ack: &Header,
        ephemeral: &SecretKey,
        node: &SecretKey,
        answer: &PublicKey,
    ) -> Result<SessionKeys, Refusal> {
        let (mut ee, mut se) = (Wiped::zeroed(), Wiped::zeroed());
        ephemeral.raw_agree(&mut ee, answer)?;
        node.raw_agree(&mut se, answer)?;
        Ok(self.session(ack, answer, &ee, &se))
    }

    /// The gateway's side of the Ack: `answer` is the secret half of F.
    pub(super) fn gateway_session(
        &self,
        ack: &Header,
        answer: &SecretKey,
        ephemeral: &PublicKey,
        node: &PublicKey,
    ) -> Result<(SessionKeys, PublicKey), Refusal> {
        let (mut ee, mut se) = (Wiped::zeroed(), Wiped::zeroed());
        answer.raw_agree(&mut ee, ephemeral)?;
        answer.raw_agree(&mut se, node)?;
        let public = answer.public_key();
        Ok((self.session(ack, &public, &ee, &se), public))
    }

    fn session(
        &self,
        ack: &Header,
        answer: &PublicKey,
        ee: &[u8; KEY_LEN],
        se: &[u8; KEY_LEN],
    ) -> SessionKeys {
        let mut hash = Blake2b::new(&*self.chain, 2 * KEY_LEN);
        hash.update(b"saltbox telemetry v1 session");
        hash.update(&ack.to_bytes());
        hash.update(answer.as_bytes());
        hash.update(ee);
        hash.update(se);
        let (up, down) = halves(hash);
        SessionKeys { up: SharedKey::from_bytes(*up), down: SharedKey::from_bytes(*down) }
    }

    pub(super) fn refusal_key(&self) -> SharedKey {
        let mut key = Wiped::<[u8; KEY_LEN]>::zeroed();
        let mut hash = Blake2b::new(&*self.chain, KEY_LEN);
        hash.update(b"saltbox telemetry v1 refused");
        hash.finalize_into(&mut *key);
        SharedKey::from_bytes(*key)
    }
}

impl SessionKeys {
    pub(super) fn seal_ack(
        &self,
        header: &Header,
        responder: &PublicKey,
        interval: Interval,
    ) -> Result<AckFrame, Refusal> {
        let mut frame = [0; ACK_LEN];
        let body = interval.as_millis().to_le_bytes();
        seal(&self.down, header, responder.as_bytes(), &body, &mut frame)?;
        Ok(frame)
    }

    /// Checks what follows F in an Ack.
    pub(super) fn open_ack(&self, header: &Header, sealed: &mut [u8]) -> Result<Interval, Refusal> {
        let body = open(&self.down, header, sealed)?;
        let millis = (&*body).try_into().map_err(|_| Refusal::Malformed)?;
        Ok(Interval::from_millis(u32::from_le_bytes(millis)))
    }
}

/// Splits an Open or Ack into the public key and what is sealed.
pub(super) fn split_public(frame: &mut [u8]) -> Result<(PublicKey, &mut [u8]), Refusal> {
    let rest = frame.get_mut(HEADER_LEN..).ok_or(Refusal::Malformed)?;
    let (public, sealed) = rest.split_first_chunk_mut::<KEY_LEN>().ok_or(Refusal::Malformed)?;
    Ok((PublicKey::from_bytes(*public), sealed))
}

fn halves(hash: Blake2b) -> (Wiped<[u8; KEY_LEN]>, Wiped<[u8; KEY_LEN]>) {
    let mut both = Wiped::<[u8; 2 * KEY_LEN]>::zeroed();
    hash.finalize_into(&mut *both);
    (
        Wiped::new(core::array::from_fn(|i| both[i])),
        Wiped::new(core::array::from_fn(|i| both[KEY_LEN + i])),
    )
}
