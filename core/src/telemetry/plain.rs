//! The frames that are not sealed: enrolment at the bench, trouble before there is a session, and the request to open
//! one. Nothing in them is believed: enrolment ends with two people who compare fingerprints.
//!
//! `Provision`: header, gateway's key 32, seed 32, check 8. `Enrolled`: header, node's key 32, features 1, check 8.
//! `Trouble` and `Notice`: header, code 1. `Ask`: the header alone. The check is BLAKE2b-64 of all before it: against a
//! noisy line, not against an attacker.

use super::frame::{HEADER_LEN, Header, Kind, NodeId};
use super::{Features, Refusal, Trouble};
use crate::keys::{KEY_LEN, PublicKey};
use crate::low::{ct, wipe::Wiped};
use crate::primitive::blake2b::Blake2b;
use crate::rng::SEED_LEN;

const CHECK_LEN: usize = 8;

/// Bytes in a provision frame.
pub const PROVISION_LEN: usize = HEADER_LEN + KEY_LEN + SEED_LEN + CHECK_LEN;
/// Bytes in an enrolled frame.
pub const ENROLLED_LEN: usize = HEADER_LEN + KEY_LEN + 1 + CHECK_LEN;
/// Bytes in a trouble or notice frame.
pub const TROUBLE_LEN: usize = HEADER_LEN + 1;

/// What makes a blank node one of a gateway's. Wiped when dropped.
///
/// # Security
///
/// Goes over the line in the clear: provision at a bench, over a cable that you trust. For a node without a noise
/// source the seed is all of its randomness, and whoever saw it can compute the node's key.
///
/// # Example
///
/// ```
/// use saltbox::keys::SecretKey;
/// use saltbox::telemetry::{NodeId, Provision};
///
/// let gateway = SecretKey::from_bytes([1; 32]).public_key();
/// let provision = Provision::new(NodeId(7), 0, gateway, &[2; 32]);
/// let frame = provision.to_frame();
/// assert_eq!(Provision::parse(&frame)?.node(), NodeId(7));
/// # Ok::<(), saltbox::telemetry::Refusal>(())
/// ```
pub struct Provision {
    node: NodeId,
    epoch: u8,
    gateway: PublicKey,
    seed: Wiped<[u8; SEED_LEN]>,
}

impl Provision {
    /// Makes `node` one of the holder of `gateway`'s; `seed` is 32 bytes of full entropy.
    #[must_use]
    pub fn new(node: NodeId, epoch: u8, gateway: PublicKey, seed: &[u8; SEED_LEN]) -> Self {
        let mut kept = Wiped::zeroed();
        *kept = *seed;
        Self { node, epoch, gateway, seed: kept }
    }

    /// The node's number.
    #[must_use]
    pub const fn node(&self) -> NodeId {
        self.node
    }

    /// The epoch of the gateway's key.
    #[must_use]
    pub const fn epoch(&self) -> u8 {
        self.epoch
    }

    /// The gateway's key.
    #[must_use]
    pub const fn gateway(&self) -> PublicKey {
        self.gateway
    }

    /// The 32 secret bytes of the seed.
    #[must_use]
    pub fn expose_seed(&self) -> &[u8; SEED_LEN] {
        &self.seed
    }

    /// The 86 bytes, which hold the seed.
    #[must_use]
    pub fn to_frame(&self) -> [u8; PROVISION_LEN] {
        let header =
            Header { kind: Kind::Provision, epoch: self.epoch, node: self.node, counter: 0 };
        let parts = header.to_bytes().into_iter().chain(*self.gateway.as_bytes()).chain(*self.seed);
        checked(parts)
    }

    /// Reads a provision frame.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] if it is none, or damaged.
    pub fn parse(frame: &[u8]) -> Result<Self, Refusal> {
        let (header, body) = parse_checked::<PROVISION_LEN>(frame, Kind::Provision)?;
        let (gateway, rest) = body.split_first_chunk().ok_or(Refusal::Malformed)?;
        let seed = rest.first_chunk().ok_or(Refusal::Malformed)?;
        Ok(Self::new(header.node, header.epoch, PublicKey::from_bytes(*gateway), seed))
    }
}

impl core::fmt::Debug for Provision {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Provision").field("node", &self.node).finish_non_exhaustive()
    }
}

/// A provisioned node's public key, and what it says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Enrolled {
    /// The node's number.
    pub node: NodeId,
    /// The epoch of the gateway's key that it holds.
    pub epoch: u8,
    /// Its public key.
    pub public: PublicKey,
    /// What its nonces rest on.
    pub features: Features,
}

impl Enrolled {
    /// The 55 bytes.
    #[must_use]
    pub fn to_frame(&self) -> [u8; ENROLLED_LEN] {
        let header =
            Header { kind: Kind::Enrolled, epoch: self.epoch, node: self.node, counter: 0 };
        let parts = header.to_bytes().into_iter().chain(*self.public.as_bytes());
        checked(parts.chain([self.features.to_byte()]))
    }

    /// Reads an enrolled frame.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] if it is none, or damaged.
    ///
    /// # Example
    ///
    /// ```
    /// use saltbox::keys::SecretKey;
    /// use saltbox::telemetry::{Enrolled, Features, NodeId};
    ///
    /// let public = SecretKey::from_bytes([1; 32]).public_key();
    /// let enrolled = Enrolled { node: NodeId(7), epoch: 0, public, features: Features::NOISE };
    /// assert_eq!(Enrolled::parse(&enrolled.to_frame())?, enrolled);
    /// # Ok::<(), saltbox::telemetry::Refusal>(())
    /// ```
    pub fn parse(frame: &[u8]) -> Result<Self, Refusal> {
        let (header, body) = parse_checked::<ENROLLED_LEN>(frame, Kind::Enrolled)?;
        let (public, rest) = body.split_first_chunk().ok_or(Refusal::Malformed)?;
        let features = rest.first().ok_or(Refusal::Malformed)?;
        Ok(Self {
            node: header.node,
            epoch: header.epoch,
            public: PublicKey::from_bytes(*public),
            features: Features::from_byte(*features),
        })
    }
}

/// A plain trouble frame: fixed but for the code, without a reading.
///
/// ```
/// use saltbox::telemetry::{Header, Kind, NodeId, Trouble, trouble_frame};
///
/// let frame = trouble_frame(NodeId(7), Trouble::Memory);
/// assert_eq!(Header::parse(&frame)?.kind, Kind::Trouble);
/// assert_eq!(frame[14], Trouble::Memory as u8);
/// # Ok::<(), saltbox::telemetry::Refusal>(())
/// ```
#[must_use]
pub fn trouble_frame(node: NodeId, trouble: Trouble) -> [u8; TROUBLE_LEN] {
    coded(Kind::Trouble, 0, node, trouble as u8)
}

/// A plain notice that `epoch` is retired: for a person to see, no node acts on it.
///
/// ```
/// use saltbox::telemetry::{Header, NodeId, notice_frame};
///
/// assert_eq!(Header::parse(&notice_frame(NodeId(7), 3))?.epoch, 3);
/// # Ok::<(), saltbox::telemetry::Refusal>(())
/// ```
#[must_use]
pub fn notice_frame(node: NodeId, epoch: u8) -> [u8; TROUBLE_LEN] {
    coded(Kind::Notice, epoch, node, 0)
}

/// A plain request to open a session.
///
/// ```
/// use saltbox::telemetry::{Header, Kind, NodeId, ask_frame};
///
/// assert_eq!(Header::parse(&ask_frame(NodeId(7)))?.kind, Kind::Ask);
/// # Ok::<(), saltbox::telemetry::Refusal>(())
/// ```
#[must_use]
pub fn ask_frame(node: NodeId) -> [u8; HEADER_LEN] {
    Header { kind: Kind::Ask, epoch: 0, node, counter: 0 }.to_bytes()
}

/// Reads what a plain trouble frame says.
///
/// # Errors
///
/// [`Refusal::Malformed`] if it is none, or its code is one that this version does not know.
///
/// ```
/// use saltbox::telemetry::{NodeId, Trouble, parse_trouble, trouble_frame};
///
/// assert_eq!(parse_trouble(&trouble_frame(NodeId(7), Trouble::Memory)), Ok(Trouble::Memory));
/// ```
pub fn parse_trouble(frame: &[u8]) -> Result<Trouble, Refusal> {
    let header = Header::parse(frame)?;
    match (header.kind, frame.get(HEADER_LEN..)) {
        (Kind::Trouble, Some([code])) => Trouble::from_code(*code),
        _ => Err(Refusal::Malformed),
    }
}

fn coded(kind: Kind, epoch: u8, node: NodeId, code: u8) -> [u8; TROUBLE_LEN] {
    let header = Header { kind, epoch, node, counter: 0 }.to_bytes();
    core::array::from_fn(|i| if i < HEADER_LEN { header[i] } else { code })
}

/// `parts` and the check over them.
fn checked<const LEN: usize>(parts: impl Iterator<Item = u8>) -> [u8; LEN] {
    let mut frame = [0; LEN];
    let (front, check) = frame.split_at_mut(LEN - CHECK_LEN);
    for (to, from) in front.iter_mut().zip(parts) {
        *to = from;
    }
    check.copy_from_slice(&check_of(front));
    frame
}

fn parse_checked<const LEN: usize>(frame: &[u8], kind: Kind) -> Result<(Header, &[u8]), Refusal> {
    let header = Header::parse(frame)?;
    let (front, check) = frame.split_last_chunk::<CHECK_LEN>().ok_or(Refusal::Malformed)?;
    if header.kind != kind || frame.len() != LEN || !ct::equal(&check_of(front), check) {
        return Err(Refusal::Malformed);
    }
    Ok((header, front.get(HEADER_LEN..).ok_or(Refusal::Malformed)?))
}

fn check_of(bytes: &[u8]) -> [u8; CHECK_LEN] {
    let mut check = [0; CHECK_LEN];
    let mut hash = Blake2b::new(&[], CHECK_LEN);
    hash.update(bytes);
    hash.finalize_into(&mut check);
    check
}
