//! The backend for every core that has none of its own: audited crates behind the names that all backends share.

use curve25519_dalek::montgomery::MontgomeryPoint;
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use salsa20::cipher::consts::U10;
use salsa20::cipher::{KeyIvInit, StreamCipher};
use salsa20::{Salsa20, hsalsa};

/// `out = clamp(scalar) * u`, RFC 7748's X25519.
pub(crate) fn x25519(out: &mut [u8; 32], scalar: &[u8; 32], u: &[u8; 32]) {
    *out = MontgomeryPoint(*u).mul_clamped(*scalar).to_bytes();
}

/// `out = clamp(scalar) * 9`.
pub(crate) fn x25519_base(out: &mut [u8; 32], scalar: &[u8; 32]) {
    x25519(out, scalar, &BASE);
}

const BASE: [u8; 32] = {
    let mut u = [0; 32];
    u[0] = 9;
    u
};

/// HSalsa20: a 32-byte subkey of `key` and `input`.
pub(crate) fn hsalsa20(out: &mut [u8; 32], key: &[u8; 32], input: &[u8; 16]) {
    *out = hsalsa::<U10>(key.into(), input.into()).into();
}

/// A Salsa20 key stream under one key and 8-byte nonce, from its first byte on.
pub(crate) struct KeyStream(Salsa20);

impl KeyStream {
    pub(crate) fn new(key: &[u8; 32], nonce: &[u8; 8]) -> Self {
        Self(Salsa20::new(key.into(), nonce.into()))
    }

    /// XORs the next `data.len()` bytes of the key stream into `data`.
    pub(crate) fn xor(&mut self, data: &mut [u8]) {
        self.0.apply_keystream(data);
    }
}

/// Poly1305 of `message` under the one-time `key`.
pub(crate) fn poly1305(key: &[u8; 32], message: &[u8]) -> [u8; 16] {
    Poly1305::new(key.into()).compute_unpadded(message).into()
}
