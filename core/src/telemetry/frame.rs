//! The header, and sealing under it.

use core::fmt;

use super::Refusal;
use crate::keys::SharedKey;
use crate::nacl::secret_box::{self, TAG_LEN, Tag};
use crate::nonce::Nonce;

/// Bytes in a header.
pub const HEADER_LEN: usize = 14;
/// Bytes by which a data frame is longer than its reading.
pub const DATA_OVERHEAD: usize = HEADER_LEN + TAG_LEN;
/// Bytes in the longest body.
pub const MAX_BODY: usize = 66;
/// Bytes in the longest frame of any kind.
pub const MAX_FRAME: usize = DATA_OVERHEAD + MAX_BODY;

const VERSION: u8 = 1;
const NONCE_LABEL: &[u8; 10] = b"saltbox v1";

/// The number that a node was given at enrolment; shown as eight hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NodeId(
    /// The number.
    pub u32,
);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// What a frame is. Bit 3 is set in what goes down, from gateway to node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Kind {
    /// Up: opens a session.
    Open = 0,
    /// Up: a reading.
    Data = 1,
    /// Up: the node's state.
    Status = 2,
    /// Up: what became of a command.
    Reply = 3,
    /// Up, plain: a node without a session cannot work; carries a code and no reading.
    Trouble = 4,
    /// Up, plain: the node's public key, after provisioning.
    Enrolled = 5,
    /// Down: accepts a session.
    Ack = 8,
    /// Down: a command.
    Command = 9,
    /// Down: refuses a session.
    Refused = 10,
    /// Down, plain: asks the node to open a session.
    Ask = 11,
    /// Down, plain: makes a node one of this gateway's.
    Provision = 12,
    /// Down, plain: a refusal that the gateway can no longer seal (a retired key).
    Notice = 13,
}

impl Kind {
    const ALL: [Self; 12] = [
        Self::Open,
        Self::Data,
        Self::Status,
        Self::Reply,
        Self::Trouble,
        Self::Enrolled,
        Self::Ack,
        Self::Command,
        Self::Refused,
        Self::Ask,
        Self::Provision,
        Self::Notice,
    ];
}

/// The first 14 bytes of every frame, in the clear and bound to what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Header {
    /// What the frame is.
    pub kind: Kind,
    /// Epoch of the gateway's key.
    pub epoch: u8,
    /// The node that sent it, or to which it goes.
    pub node: NodeId,
    /// The node's counter, a command's number, or 0.
    pub counter: u64,
}

impl Header {
    /// Reads the header of `frame`.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] if there is none of this version.
    ///
    /// # Example
    ///
    /// ```
    /// use saltbox::telemetry::{Header, Kind, NodeId};
    ///
    /// let frame = [0x1b, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    /// let header = Header::parse(&frame)?;
    /// assert_eq!((header.kind, header.node), (Kind::Ask, NodeId(7)));
    /// # Ok::<(), saltbox::telemetry::Refusal>(())
    /// ```
    pub fn parse(frame: &[u8]) -> Result<Self, Refusal> {
        let (h, _) = frame.split_first_chunk::<HEADER_LEN>().ok_or(Refusal::Malformed)?;
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| h[0] == VERSION << 4 | *kind as u8)
            .ok_or(Refusal::Malformed)?;
        Ok(Self {
            kind,
            epoch: h[1],
            node: NodeId(u32::from_le_bytes([h[2], h[3], h[4], h[5]])),
            counter: u64::from_le_bytes([h[6], h[7], h[8], h[9], h[10], h[11], h[12], h[13]]),
        })
    }

    /// The 14 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let [n0, n1, n2, n3] = self.node.0.to_le_bytes();
        let [c0, c1, c2, c3, c4, c5, c6, c7] = self.counter.to_le_bytes();
        let first = VERSION << 4 | self.kind as u8;
        [first, self.epoch, n0, n1, n2, n3, c0, c1, c2, c3, c4, c5, c6, c7]
    }

    /// The header and ten fixed bytes: how the header is bound to the box.
    fn nonce(&self) -> Nonce {
        let header = self.to_bytes();
        Nonce::from_bytes(core::array::from_fn(|i| {
            if i < HEADER_LEN { header[i] } else { NONCE_LABEL[i - HEADER_LEN] }
        }))
    }
}

/// Writes `header || key material || tag || ciphertext` to the front of `out` and returns it.
///
/// `between` is a public key (Open, Ack) or nothing; it is bound by the keys, which are derived from it.
pub(super) fn seal<'a>(
    key: &SharedKey,
    header: &Header,
    between: &[u8],
    body: &[u8],
    out: &'a mut [u8],
) -> Result<&'a mut [u8], Refusal> {
    if body.len() > MAX_BODY {
        return Err(Refusal::TooLong);
    }
    let needed = HEADER_LEN + between.len() + TAG_LEN + body.len();
    let out = out.get_mut(..needed).ok_or(Refusal::BufferTooSmall { needed })?;
    let (front, rest) = out.split_at_mut(HEADER_LEN);
    front.copy_from_slice(&header.to_bytes());
    let (public, sealed) = rest.split_at_mut(between.len());
    public.copy_from_slice(between);
    secret_box::seal_into(key, &header.nonce(), body, sealed)?;
    Ok(out)
}

/// Opens `tag || ciphertext` in place and returns the plaintext; on failure `sealed` is unchanged.
pub(super) fn open<'a>(
    key: &SharedKey,
    header: &Header,
    sealed: &'a mut [u8],
) -> Result<&'a mut [u8], Refusal> {
    let (tag, body) = sealed.split_first_chunk_mut().ok_or(Refusal::Malformed)?;
    secret_box::open_detached(key, &header.nonce(), &Tag::from_bytes(*tag), body)?;
    Ok(body)
}

/// Whether the tag of `tag || ciphertext` is right.
pub(super) fn check(key: &SharedKey, header: &Header, sealed: &[u8]) -> Result<(), Refusal> {
    let (tag, body) = sealed.split_first_chunk().ok_or(Refusal::Malformed)?;
    secret_box::check_detached(key, &header.nonce(), &Tag::from_bytes(*tag), body)?;
    Ok(())
}

/// Encrypts a body that [`open`] just opened again, to the same ciphertext.
pub(super) fn close(key: &SharedKey, header: &Header, body: &mut [u8]) {
    let _same_tag = secret_box::seal_detached(key, &header.nonce(), body);
}
