//! The record as it is stored: fixed length, little-endian, in the order of [`Peer::expose_into`].

use super::{Peer, Session};
use crate::keys::{KEY_LEN, PublicKey, SharedKey};
use crate::low::wipe::Wiped;
use crate::telemetry::handshake::{ACK_LEN, SessionKeys};
use crate::telemetry::{COMMAND_MAX, Command, Interval, NodeId, Refusal, ReplayWindow};

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

impl Peer {
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

impl Session {
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
