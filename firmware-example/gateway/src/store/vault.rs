//! Sealing what is secret in the database: the gateway's keys, and all that is kept of a node.
//!
//! ```text
//! storage key = BLAKE2b-256(secret; "saltbox gateway storage v1" || salt)
//! check       = BLAKE2b-256(storage key; "saltbox gateway check v1")
//! row key     = BLAKE2b-256(storage key; "saltbox gateway row v1" || role || 0 || id u64)
//! row         = nonce 24 || secret_box(row key, nonce, contents)
//! ```
//!
//! `secret` is the 32 bytes of the key file, or Argon2id of the passphrase. A secret box has no associated data, so that
//! what a row is and whose it is goes into its key: a row that is moved to another place does not open there. The check
//! commits to the storage key: a box alone could open under two.

use saltbox::keys::{KEY_LEN, SharedKey};
use saltbox::nacl::hash::Blake2b;
use saltbox::nacl::secret_box::{self, TAG_LEN};
use saltbox::nonce::{NONCE_LEN, Nonce};
use saltbox::rng::OsRandom;
use zeroize::Zeroizing;

use crate::Error;

/// Bytes of the salt, also of Argon2id (RFC 9106 asks for 16).
pub const SALT_LEN: usize = 16;

/// What a sealed row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A secret key of the gateway; the id is its epoch.
    GatewayKey,
    /// All that is kept of a node; the id is the node's.
    Peer,
}

impl Role {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::GatewayKey => b"gateway key",
            Self::Peer => b"peer",
        }
    }
}

/// Seals and opens rows. The key is wiped when this is dropped.
pub struct Vault {
    key: SharedKey,
}

impl Vault {
    /// From 32 bytes of full entropy, or what Argon2id made of a passphrase.
    #[must_use]
    pub fn new(secret: &[u8; KEY_LEN], salt: &[u8; SALT_LEN]) -> Self {
        let mut hash = Blake2b::<KEY_LEN>::keyed(secret);
        hash.update(b"saltbox gateway storage v1");
        hash.update(salt);
        Self { key: SharedKey::from_bytes(hash.finalize()) }
    }

    /// What is kept in the clear to recognise the right passphrase or key file.
    #[must_use]
    pub fn check(&self) -> [u8; KEY_LEN] {
        let mut hash = Blake2b::<KEY_LEN>::keyed(self.key.expose_secret());
        hash.update(b"saltbox gateway check v1");
        hash.finalize()
    }

    /// Whether `check` is this vault's, in constant time.
    #[must_use]
    pub fn matches(&self, check: &[u8; KEY_LEN]) -> bool {
        SharedKey::from_bytes(self.check()) == SharedKey::from_bytes(*check)
    }

    fn row_key(&self, role: Role, id: u64) -> SharedKey {
        let mut hash = Blake2b::<KEY_LEN>::keyed(self.key.expose_secret());
        hash.update(b"saltbox gateway row v1");
        hash.update(role.label());
        hash.update(&[0]);
        hash.update(&id.to_le_bytes());
        SharedKey::from_bytes(hash.finalize())
    }

    /// Seals `contents` as row `id` of `role`.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the operating system gives no random nonce.
    pub fn seal(&self, role: Role, id: u64, contents: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce = Nonce::random(&mut OsRandom)?;
        let mut row = vec![0; NONCE_LEN + TAG_LEN + contents.len()];
        let (front, sealed) = row.split_at_mut(NONCE_LEN);
        front.copy_from_slice(nonce.as_bytes());
        secret_box::seal_into(&self.row_key(role, id), &nonce, contents, sealed)
            .map_err(|error| Error::Refused(error.to_string()))?;
        Ok(row)
    }

    /// Opens row `id` of `role`, whose contents have `N` bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] if it is not what was sealed there.
    pub fn open<const N: usize>(
        &self,
        role: Role,
        id: u64,
        row: &[u8],
    ) -> Result<Zeroizing<[u8; N]>, Error> {
        let mut contents = Zeroizing::new([0; N]);
        let opened = row.split_first_chunk().filter(|(_, sealed)| sealed.len() == TAG_LEN + N);
        let opened = opened.and_then(|(nonce, sealed)| {
            let (key, nonce) = (self.row_key(role, id), Nonce::from_bytes(*nonce));
            secret_box::open_into(&key, &nonce, sealed, contents.as_mut_slice()).ok()
        });
        match opened {
            Some(_) => Ok(contents),
            None => Err(Error::Damaged(format!(
                "the sealed row of {} was damaged or changed: put a backup in its place",
                match role {
                    Role::GatewayKey => format!("gateway key {id}"),
                    Role::Peer => format!("node {id:08x}"),
                }
            ))),
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_opens_only_where_it_was_sealed() {
        let vault = Vault::new(&[1; 32], &[2; 16]);
        let row = vault.seal(Role::Peer, 7, b"contents").unwrap();
        assert_eq!(*vault.open::<8>(Role::Peer, 7, &row).unwrap(), *b"contents");
        assert!(vault.open::<8>(Role::Peer, 8, &row).is_err());
        assert!(vault.open::<8>(Role::GatewayKey, 7, &row).is_err());
        assert!(vault.open::<7>(Role::Peer, 7, &row).is_err());
        assert!(Vault::new(&[1; 32], &[3; 16]).open::<8>(Role::Peer, 7, &row).is_err());
        assert!(Vault::new(&[3; 32], &[2; 16]).open::<8>(Role::Peer, 7, &row).is_err());
    }

    #[test]
    fn no_byte_of_a_row_can_be_changed() {
        let vault = Vault::new(&[1; 32], &[2; 16]);
        let row = vault.seal(Role::Peer, 7, b"contents").unwrap();
        for i in 0..row.len() {
            let mut changed = row.clone();
            changed[i] ^= 1;
            assert!(vault.open::<8>(Role::Peer, 7, &changed).is_err(), "byte {i}");
            assert!(vault.open::<8>(Role::Peer, 7, &row[..i]).is_err(), "cut at {i}");
        }
    }

    #[test]
    fn the_check_knows_its_vault() {
        let (one, other) = (Vault::new(&[1; 32], &[2; 16]), Vault::new(&[1; 32], &[3; 16]));
        assert!(one.matches(&one.check()));
        assert!(!one.matches(&other.check()));
    }
}
