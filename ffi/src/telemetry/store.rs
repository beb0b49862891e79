//! What the app provides: a place for secrets, and a place for records.

use std::sync::Arc;

use saltbox::keys::{PublicKey, SharedKey};
use saltbox::nacl::secret_box::{self, TAG_LEN};
use saltbox::nonce::{NONCE_LEN, Nonce};
use saltbox::rng::OsRandom;
use saltbox::telemetry::{Ephemerals, NodeId, PEER_LEN, Peer};

use crate::SaltboxError;

/// Why a store of the app failed. Its text reaches whoever called, as `SaltboxError.Store`: put no secret into it.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Error)]
pub enum StoreError {
    /// What the store throws itself.
    Failed {
        /// For a person: which store, what happened, what to do.
        reason: String,
    },
    /// Whatever else was thrown while the store was called.
    Unexpected {
        /// What was thrown.
        reason: String,
    },
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Failed { reason } | Self::Unexpected { reason }) = self;
        f.write_str(reason)
    }
}

impl std::error::Error for StoreError {}

impl From<uniffi::UnexpectedUniFFICallbackError> for StoreError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        // What follows the first line is a stack trace, in Kotlin.
        let reason = error.reason.lines().next().unwrap_or_default().to_owned();
        Self::Unexpected { reason }
    }
}

/// Where secrets are kept: Android's Keystore, Apple's Keychain, a PKCS#12 file. The packages bring each of these.
///
/// Security: `secret` is a key in the clear. Seal it before it is written, and wipe the copy that was passed.
#[uniffi::export(foreign)]
pub trait SecretStore: Send + Sync {
    /// The secret of that name, or nothing if there is none.
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps `secret` under `name`, in place of what was there. On the disk when this returns.
    fn save(&self, name: String, secret: Vec<u8>) -> Result<(), StoreError>;
}

/// Where a gateway keeps its sensors' records: SQLite, a file, a table of the app's own. Records come sealed.
///
/// What was stored must not come back: an older record lets old frames in again. After a backup was put back, call
/// `endSessions` for every sensor.
///
/// The gateway calls one method at a time and waits for it. A store must not call a gateway: that throws `Busy`. Nor may it
/// wait for another thread that does: both would wait for ever.
#[uniffi::export(foreign)]
pub trait PeerStore: Send + Sync {
    /// The record of `node`, or nothing if there is none.
    fn load(&self, node: u32) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps `record` for `node` in place of what was there and, in the same transaction, adds the 32 bytes of
    /// `ephemeral`, if there are any, to what `hasSeen` knows. On the disk when this returns.
    fn save(
        &self,
        node: u32,
        record: Vec<u8>,
        ephemeral: Option<Vec<u8>>,
    ) -> Result<(), StoreError>;

    /// Whether `ephemeral` was ever saved for `node`. Nothing of this is ever forgotten: 32 bytes each time the sensor
    /// boots.
    fn has_seen(&self, node: u32, ephemeral: Vec<u8>) -> Result<bool, StoreError>;
}

/// The records, sealed as `nonce || crypto_secretbox_easy` under a random nonce: what the app keeps tells nothing, and
/// what it gives back is just what it was given.
pub struct Records {
    pub key: SharedKey,
    pub store: Arc<dyn PeerStore>,
}

impl Records {
    pub fn load(&self, node: NodeId) -> Result<Option<Peer>, SaltboxError> {
        let Some(record) = self.store.load(node.0)? else { return Ok(None) };
        let damaged = SaltboxError::StoreDamaged;
        let (nonce, sealed) =
            record.split_first_chunk::<NONCE_LEN>().ok_or_else(|| damaged.clone())?;
        let mut bytes = Record([0; PEER_LEN]);
        if sealed.len() != PEER_LEN + TAG_LEN {
            return Err(damaged);
        }
        secret_box::open_into(&self.key, &Nonce::from_bytes(*nonce), sealed, &mut bytes.0)
            .map_err(|_| damaged.clone())?;
        match Peer::from_bytes(&bytes.0) {
            Ok(peer) if peer.id() == node => Ok(Some(peer)),
            _ => Err(damaged),
        }
    }

    pub fn save(&self, peer: &Peer, ephemeral: Option<PublicKey>) -> Result<(), SaltboxError> {
        let mut bytes = Record([0; PEER_LEN]);
        peer.expose_into(&mut bytes.0);
        let nonce = Nonce::random(&mut OsRandom)?;
        let mut record = nonce.as_bytes().to_vec();
        record.resize(NONCE_LEN + TAG_LEN + PEER_LEN, 0);
        secret_box::seal_into(&self.key, &nonce, &bytes.0, &mut record[NONCE_LEN..])?;
        let ephemeral = ephemeral.map(|key| key.as_bytes().to_vec());
        Ok(self.store.save(peer.id().0, record, ephemeral)?)
    }
}

/// A record in the clear: holds session keys.
struct Record([u8; PEER_LEN]);

impl Drop for Record {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// The store of ephemeral keys as core wants it; what is remembered is written with the record.
pub struct Seen<'a> {
    pub store: &'a dyn PeerStore,
    pub remembered: Option<PublicKey>,
}

impl Ephemerals for Seen<'_> {
    type Error = StoreError;

    fn seen(&mut self, node: NodeId, key: &PublicKey) -> Result<bool, StoreError> {
        self.store.has_seen(node.0, key.as_bytes().to_vec())
    }

    fn remember(&mut self, _: NodeId, key: &PublicKey) -> Result<(), StoreError> {
        self.remembered = Some(*key);
        Ok(())
    }
}
