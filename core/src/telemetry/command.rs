//! Commands down and their replies.

use super::{Interval, Refusal};
use crate::keys::{KEY_LEN, PublicKey};

/// Bytes in the longest command.
pub const COMMAND_MAX: usize = 2 + KEY_LEN;

/// What a gateway can tell a node to do. Sealed, and obeyed once.
///
/// # Specification
///
/// `1 || milliseconds u32`, `2 || epoch u8 || key 32`, `3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Command {
    /// Take a reading every so often, until the next session.
    SetInterval(Interval),
    /// Use another key of the gateway from the next session on, and open it at once.
    RotateKey {
        /// Its epoch: one above the last.
        epoch: u8,
        /// The key.
        key: PublicKey,
    },
    /// Send a status frame.
    RequestStatus,
}

impl Command {
    /// Writes the command to the front of `out` and returns it.
    #[must_use]
    pub fn encode<'a>(&self, out: &'a mut [u8; COMMAND_MAX]) -> &'a [u8] {
        let len = match self {
            Self::SetInterval(interval) => {
                let [a, b, c, d] = interval.as_millis().to_le_bytes();
                put(out, [1, a, b, c, d])
            }
            Self::RotateKey { epoch, key } => {
                let key = key.as_bytes();
                let bytes = core::array::from_fn::<u8, COMMAND_MAX, _>(|i| match i {
                    0 => 2,
                    1 => *epoch,
                    _ => key[i - 2],
                });
                put(out, bytes)
            }
            Self::RequestStatus => put(out, [3]),
        };
        &out[..len.min(COMMAND_MAX)]
    }

    /// Reads a command.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] if it is none that this version knows.
    ///
    /// # Example
    ///
    /// ```
    /// use saltbox::telemetry::{COMMAND_MAX, Command, Interval};
    ///
    /// let command = Command::SetInterval(Interval::from_millis(5_000));
    /// let mut bytes = [0; COMMAND_MAX];
    /// assert_eq!(command.encode(&mut bytes), [1, 0x88, 0x13, 0, 0]);
    /// assert_eq!(Command::decode(&[1, 0x88, 0x13, 0, 0])?, command);
    /// # Ok::<(), saltbox::telemetry::Refusal>(())
    /// ```
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        match bytes {
            [1, a, b, c, d] => {
                Ok(Self::SetInterval(Interval::from_millis(u32::from_le_bytes([*a, *b, *c, *d]))))
            }
            [2, epoch, key @ ..] => {
                let key = key.try_into().map_err(|_| Refusal::Malformed)?;
                Ok(Self::RotateKey { epoch: *epoch, key: PublicKey::from_bytes(key) })
            }
            [3] => Ok(Self::RequestStatus),
            _ => Err(Refusal::Malformed),
        }
    }
}

fn put<const N: usize>(out: &mut [u8; COMMAND_MAX], bytes: [u8; N]) -> usize {
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = from;
    }
    N
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Outcome {
    /// Obeyed.
    Done = 0,
    /// Understood, but it could not be done now: the node's memory failed.
    Failed = 1,
    /// Not understood, or not allowed: such as an epoch that is not the next.
    Refused = 2,
}

/// A node's answer to a command: its number, and what became of it.
///
/// # Specification
///
/// `number u64 || outcome u8`.
///
/// # Example
///
/// ```
/// use saltbox::telemetry::{CommandReply, Outcome};
///
/// let reply = CommandReply { number: 9, outcome: Outcome::Done };
/// assert_eq!(CommandReply::decode(&reply.encode())?, reply);
/// # Ok::<(), saltbox::telemetry::Refusal>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CommandReply {
    /// The command's number.
    pub number: u64,
    /// What became of it.
    pub outcome: Outcome,
}

impl CommandReply {
    /// The 9 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; 9] {
        let number = self.number.to_le_bytes();
        core::array::from_fn(|i| if i < 8 { number[i] } else { self.outcome as u8 })
    }

    /// Reads the 9 bytes.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        let (number, rest) = bytes.split_first_chunk().ok_or(Refusal::Malformed)?;
        let outcome = match rest {
            [0] => Outcome::Done,
            [1] => Outcome::Failed,
            [2] => Outcome::Refused,
            _ => return Err(Refusal::Malformed),
        };
        Ok(Self { number: u64::from_le_bytes(*number), outcome })
    }
}
