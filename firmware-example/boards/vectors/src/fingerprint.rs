//! What two people compare.

use saltbox::keys::{PublicKey, VerifyingKey};

use crate::Case;

/// The fingerprint of the same bytes as a key of either type.
pub struct Fingerprint {
    pub id: &'static str,
    pub public: &'static [u8; 32],
    pub x25519: &'static [u8],
    pub ed25519: &'static [u8],
}

impl Case for Fingerprint {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        PublicKey::from_bytes(*self.public).fingerprint().as_bytes() == self.x25519
            && VerifyingKey::from_bytes(*self.public).fingerprint().as_bytes() == self.ed25519
    }
}
