//! The gateway's key and the one before it.

use super::Refusal;
use crate::keys::{KEY_LEN, PublicKey, SecretKey};

/// Bytes of stored [`GatewayKeys`].
pub const GATEWAY_KEYS_LEN: usize = 1 + 1 + KEY_LEN + 1 + KEY_LEN + 8;
const FORMAT: u8 = 1;

/// The gateway's current key, and for a while after a rotation the one before.
///
/// # Example
///
/// ```
/// use saltbox::keys::SecretKey;
/// use saltbox::telemetry::{GatewayKeys, Refusal};
///
/// let mut keys = GatewayKeys::new(SecretKey::from_bytes([1; 32]));
/// keys.rotate(SecretKey::from_bytes([2; 32]), 1_000 + 3_600)?;
/// assert_eq!(keys.epoch(), 1);
/// assert_eq!(keys.check(0, 1_000), Ok(()));
/// assert_eq!(keys.check(0, 5_000), Err(Refusal::Retired));
/// # Ok::<(), Refusal>(())
/// ```
///
/// # Security
///
/// Holds secret keys: wiped when dropped or replaced, redacted in `Debug`.
///
/// # Cost
///
/// Each key that is added takes one X25519.
///
/// # Specification
///
/// The [module](super): epochs. Stored as `1 || epoch u8 || secret key 32 || whether there is a previous u8 || previous
/// secret key 32 || until u64`, little-endian; without a previous key the last 41 bytes are zero.
#[derive(Debug)]
pub struct GatewayKeys {
    epoch: u8,
    current: Pair,
    previous: Option<(Pair, u64)>,
}

#[derive(Debug)]
pub(super) struct Pair {
    pub(super) secret: SecretKey,
    pub(super) public: PublicKey,
}

impl Pair {
    fn new(secret: SecretKey) -> Self {
        let public = secret.public_key();
        Self { secret, public }
    }
}

impl GatewayKeys {
    /// Starts with epoch 0.
    #[must_use]
    pub fn new(secret: SecretKey) -> Self {
        Self::restore(0, secret, None)
    }

    /// Puts together what was stored; `previous` comes with the last second (Unix time) in which it is accepted.
    #[must_use]
    pub fn restore(epoch: u8, secret: SecretKey, previous: Option<(SecretKey, u64)>) -> Self {
        Self {
            epoch,
            current: Pair::new(secret),
            previous: previous.map(|(secret, until)| (Pair::new(secret), until)),
        }
    }

    /// Fills `out` with all that must be kept. It holds secret keys: seal it on disk.
    ///
    /// ```
    /// use saltbox::keys::SecretKey;
    /// use saltbox::telemetry::{GATEWAY_KEYS_LEN, GatewayKeys};
    ///
    /// let keys = GatewayKeys::new(SecretKey::from_bytes([1; 32]));
    /// let mut stored = [0; GATEWAY_KEYS_LEN];
    /// keys.expose_into(&mut stored);
    /// assert_eq!(GatewayKeys::from_bytes(&stored)?.public_key(), keys.public_key());
    /// # Ok::<(), saltbox::telemetry::Refusal>(())
    /// ```
    pub fn expose_into(&self, out: &mut [u8; GATEWAY_KEYS_LEN]) {
        let (previous, until) = match &self.previous {
            Some((pair, until)) => (Some(&pair.secret), *until),
            None => (None, 0),
        };
        let current = self.current.secret.expose_secret();
        let before = previous.map_or(&[0; KEY_LEN], SecretKey::expose_secret);
        let parts = [FORMAT, self.epoch].into_iter().chain(*current);
        let parts = parts.chain([u8::from(previous.is_some())]).chain(*before);
        for (to, from) in out.iter_mut().zip(parts.chain(until.to_le_bytes())) {
            *to = from;
        }
    }

    /// Reads what [`expose_into`](Self::expose_into) wrote.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] if it is of another version or damaged.
    pub fn from_bytes(bytes: &[u8; GATEWAY_KEYS_LEN]) -> Result<Self, Refusal> {
        let (front, rest) = bytes.split_first_chunk().ok_or(Refusal::Malformed)?;
        let (current, rest) = rest.split_first_chunk().ok_or(Refusal::Malformed)?;
        let (present, rest) = rest.split_first().ok_or(Refusal::Malformed)?;
        let (before, until) = rest.split_first_chunk().ok_or(Refusal::Malformed)?;
        let until = until.try_into().map_err(|_| Refusal::Malformed)?;
        let [FORMAT, epoch] = *front else { return Err(Refusal::Malformed) };
        let key = |bytes: &[u8; KEY_LEN]| SecretKey::from_bytes(*bytes);
        let previous = match present {
            0 => None,
            1 => Some((key(before), u64::from_le_bytes(until))),
            _ => return Err(Refusal::Malformed),
        };
        Ok(Self::restore(epoch, key(current), previous))
    }

    /// Makes `secret` the current key; the one that was current is accepted up to and including second `until`.
    ///
    /// A key before that one is wiped: at most two are alive. Then tell every node by
    /// [`Command::RotateKey`](super::Command::RotateKey).
    ///
    /// # Errors
    ///
    /// [`Refusal::TooLong`] after the 255th rotation; nothing is changed.
    pub fn rotate(&mut self, secret: SecretKey, until: u64) -> Result<(), Refusal> {
        self.epoch = self.epoch.checked_add(1).ok_or(Refusal::TooLong)?;
        let last = core::mem::replace(&mut self.current, Pair::new(secret));
        self.previous = Some((last, until));
        Ok(())
    }

    /// Wipes the previous key if its time is over. Returns whether it did.
    pub fn expire(&mut self, now: u64) -> bool {
        let over = matches!(self.previous, Some((_, until)) if now > until);
        if over {
            self.previous = None;
        }
        over
    }

    /// The current epoch.
    #[must_use]
    pub const fn epoch(&self) -> u8 {
        self.epoch
    }

    /// The current public key.
    #[must_use]
    pub const fn public_key(&self) -> PublicKey {
        self.current.public
    }

    /// The current secret key, for storing it.
    #[must_use]
    pub const fn secret_key(&self) -> &SecretKey {
        &self.current.secret
    }

    /// The previous secret key and the last second in which it is accepted, for storing it.
    #[must_use]
    pub fn previous(&self) -> Option<(&SecretKey, u64)> {
        self.previous.as_ref().map(|(pair, until)| (&pair.secret, *until))
    }

    /// Whether a key of `epoch` is accepted at `now` (Unix time).
    ///
    /// # Errors
    ///
    /// [`Refusal::Retired`] for one that was replaced, [`Refusal::Forged`] for one that never was.
    pub fn check(&self, epoch: u8, now: u64) -> Result<(), Refusal> {
        self.pair(epoch, now).map(|_| ())
    }

    pub(super) fn pair(&self, epoch: u8, now: u64) -> Result<&Pair, Refusal> {
        if epoch == self.epoch {
            return Ok(&self.current);
        }
        if epoch > self.epoch {
            return Err(Refusal::Forged);
        }
        match &self.previous {
            Some((pair, until)) if epoch + 1 == self.epoch && now <= *until => Ok(pair),
            _ => Err(Refusal::Retired),
        }
    }
}
