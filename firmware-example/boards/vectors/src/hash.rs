//! BLAKE2b and SHA-512.

use saltbox::nacl::hash;

use crate::Case;

/// A hash under a key, which may be empty, as long as `hash`.
pub struct Blake2b {
    pub id: &'static str,
    pub key: &'static [u8],
    pub message: &'static [u8],
    pub hash: &'static [u8],
}

impl Case for Blake2b {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        let mut out = [0; 64];
        let Some(out) = out.get_mut(..self.hash.len()) else { return false };
        hash::blake2b_into(self.key, self.message, out).is_ok() && out == self.hash
    }
}

/// A hash of 64 bytes.
pub struct Sha512 {
    pub id: &'static str,
    pub message: &'static [u8],
    pub hash: &'static [u8; 64],
}

impl Case for Sha512 {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        hash::sha512(self.message) == *self.hash
    }
}
