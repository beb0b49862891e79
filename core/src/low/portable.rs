//! The backend for every core that has none of its own: audited crates behind the names that all backends share.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::montgomery::MontgomeryPoint;
use curve25519_dalek::scalar::Scalar;
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use salsa20::cipher::consts::U10;
use salsa20::cipher::{KeyIvInit, StreamCipher};
use salsa20::{Salsa20, hsalsa};

pub(crate) use super::blake2b::compress as blake2b_compress;
use super::wipe::Wiped;

/// Less than the stack that one compression takes on any core.
pub(crate) const BLAKE2B_STACK: usize = 128;

/// Less than the stack that one multiplication takes on any core.
pub(crate) const X25519_STACK: usize = 1536;

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

/// Less stack than making a signature takes on any core.
pub(crate) const ED25519_STACK: usize = 2048;

/// `scalar` times Ed25519's base point, in its 32-byte form, in constant time. `scalar` is below 2^255.
pub(crate) fn ed25519_base(scalar: &[u8; 32]) -> [u8; 32] {
    let scalar = Wiped::new(Scalar::from_bytes_mod_order(*scalar));
    EdwardsPoint::mul_base(&scalar).compress().to_bytes()
}

/// What R must be for (R, `s`) to be a signature under `public` with this `challenge`: `s` B - `challenge` A, in canonical
/// form. None if `public` is no point A, or if one of the two points is of small order.
///
/// In variable time: all inputs are public. Both scalars are below the order of B.
pub(crate) fn ed25519_expected_vartime(
    public: &[u8; 32],
    challenge: &[u8; 32],
    s: &[u8; 32],
) -> Option<[u8; 32]> {
    let a = CompressedEdwardsY(*public).decompress()?;
    if a.is_small_order() {
        return None;
    }
    let [challenge, s] = [challenge, s].map(|bytes| Scalar::from_bytes_mod_order(*bytes));
    let r = EdwardsPoint::vartime_double_scalar_mul_basepoint(&challenge, &-a, &s);
    (!r.is_small_order()).then(|| r.compress().to_bytes())
}

/// `out` = `wide` modulo the order of Ed25519's base point, in canonical form.
pub(crate) fn scalar_reduce_wide(out: &mut [u8; 32], wide: &[u8; 64]) {
    *out = Wiped::new(Scalar::from_bytes_mod_order_wide(wide)).to_bytes();
}

/// `out` = `a` `b` + `c` modulo that order, in canonical form; each of the three may be any 256 bits.
pub(crate) fn scalar_mul_add(out: &mut [u8; 32], a: &[u8; 32], b: &[u8; 32], c: &[u8; 32]) {
    let scalar = |bytes: &[u8; 32]| Wiped::new(Scalar::from_bytes_mod_order(*bytes));
    *out = Wiped::new(*scalar(a) * *scalar(b) + *scalar(c)).to_bytes();
}

/// HSalsa20: a 32-byte subkey of `key` and `input`.
// Not inlined: what it leaves on the stack lies below the caller's frame, where it can be burned.
#[inline(never)]
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
