//! X25519: agreement and public keys.

use saltbox::Error;
use saltbox::keys::{PublicKey, SecretKey, SharedKey};

use crate::Case;

/// What two keys agree on, or that they must not.
pub struct X25519 {
    pub id: &'static str,
    pub secret: &'static [u8; 32],
    pub public: &'static [u8; 32],
    /// Before the hash that makes a box key of it: the public API does not show it.
    #[allow(dead_code)]
    pub raw: &'static [u8],
    pub box_key: &'static [u8],
    pub result: Result<(), Error>,
}

impl Case for X25519 {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        let secret = SecretKey::from_bytes(*self.secret);
        match SharedKey::agree(&secret, &PublicKey::from_bytes(*self.public)) {
            Ok(key) => self.result.is_ok() && key.expose_secret() == self.box_key,
            Err(error) => self.result == Err(error) && self.box_key.is_empty(),
        }
    }
}

/// The public key of a secret one.
pub struct X25519Base {
    pub id: &'static str,
    pub secret: &'static [u8; 32],
    pub public: &'static [u8; 32],
}

impl Case for X25519Base {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        SecretKey::from_bytes(*self.secret).public_key().as_bytes() == self.public
    }
}
