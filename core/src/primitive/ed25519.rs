//! Ed25519 (RFC 8032), verifying exactly as libsodium 1.0.18 does.

use sha2::{Digest, Sha512};

use super::Rejected;
use crate::low::backend;
use crate::low::wipe::{Wiped, burn};

/// The order of the base point, l = 2^252 + 27742317777372353535851937790883648493, least significant byte first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The public key of `seed`.
pub(crate) fn public_key(seed: &[u8; 32]) -> [u8; 32] {
    let (mut scalar, mut prefix) = (Wiped::zeroed(), Wiped::zeroed());
    expand(seed, &mut scalar, &mut prefix);
    let public = backend::ed25519_base(&scalar);
    burn::<{ backend::ED25519_STACK }>();
    public
}

/// Signs `message`; `public` must be the public key of `seed`.
///
/// A public key that does not belong to the seed would leak the secret scalar: callers keep the two in one type.
pub(crate) fn sign(seed: &[u8; 32], public: &[u8; 32], message: &[u8]) -> [u8; 64] {
    let (mut scalar, mut prefix) = (Wiped::zeroed(), Wiped::zeroed());
    expand(seed, &mut scalar, &mut prefix);
    let (mut nonce, mut challenge) = (Wiped::zeroed(), [0; 32]);
    hash_to_scalar(&mut nonce, &[&*prefix, message]);
    let commitment = backend::ed25519_base(&nonce);
    hash_to_scalar(&mut challenge, &[&commitment, public, message]);
    let mut response = [0; 32];
    backend::scalar_mul_add(&mut response, &challenge, &scalar, &nonce);
    burn::<{ backend::ED25519_STACK }>();
    join(&commitment, &response)
}

/// Checks a signature in variable time: all inputs are public.
///
/// Cofactorless. Refused, as by libsodium: S not below the group's order, A or R of small order, A or R not in
/// canonical form. R never needs decoding: it is compared, byte for byte, with the canonical form of what it must be,
/// and of small order it is exactly if that point is.
pub(crate) fn verify_vartime(
    public: &[u8; 32],
    message: &[u8],
    signature: &[u8; 64],
) -> Result<(), Rejected> {
    let (r, s) = split(signature);
    if !is_canonical_scalar_vartime(&s) || !is_canonical_point_vartime(public) {
        return Err(Rejected);
    }
    let mut challenge = [0; 32];
    hash_to_scalar(&mut challenge, &[&r, public, message]);
    match backend::ed25519_expected_vartime(public, &challenge, &s) {
        Some(expected) if expected == r => Ok(()),
        _ => Err(Rejected),
    }
}

/// Whether a scalar is below the order.
fn is_canonical_scalar_vartime(scalar: &[u8; 32]) -> bool {
    scalar.iter().rev().lt(ORDER.iter().rev())
}

/// Whether the y coordinate (the low 255 bits) is below p = 2^255 - 19.
fn is_canonical_point_vartime(point: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = point;
    !(*low >= 0xed && middle.iter().all(|byte| *byte == 0xff) && high & 0x7f == 0x7f)
}

/// Less than the stack that SHA-512 takes on any core.
const SHA_STACK: usize = 768;

/// The clamped scalar and the 32-byte prefix that RFC 8032 derives from a seed.
///
/// Written where they stay, and what computing them left on the stack is overwritten: nothing secret is moved.
fn expand(seed: &[u8; 32], scalar: &mut [u8; 32], prefix: &mut [u8; 32]) {
    halves_of_hash(seed, scalar, prefix);
    burn::<SHA_STACK>();
    scalar[0] &= 0xf8;
    scalar[31] = scalar[31] & 0x7f | 0x40;
}

#[inline(never)]
fn halves_of_hash(seed: &[u8; 32], low: &mut [u8; 32], high: &mut [u8; 32]) {
    let hash = Wiped::<[u8; 64]>::new(Sha512::digest(seed).into());
    for (to, from) in low.iter_mut().chain(high).zip(&*hash) {
        *to = *from;
    }
}

/// SHA-512 of all `parts`, modulo the order.
fn hash_to_scalar(scalar: &mut [u8; 32], parts: &[&[u8]]) {
    reduced_hash(scalar, parts);
    burn::<SHA_STACK>();
}

#[inline(never)]
fn reduced_hash(scalar: &mut [u8; 32], parts: &[&[u8]]) {
    let mut hash = Sha512::new();
    for part in parts {
        hash.update(part);
    }
    let wide = Wiped::<[u8; 64]>::new(hash.finalize().into());
    backend::scalar_reduce_wide(scalar, &wide);
}

fn split(bytes: &[u8; 64]) -> ([u8; 32], [u8; 32]) {
    (core::array::from_fn(|i| bytes[i]), core::array::from_fn(|i| bytes[32 + i]))
}

fn join(low: &[u8; 32], high: &[u8; 32]) -> [u8; 64] {
    core::array::from_fn(|i| if i < 32 { low[i] } else { high[i - 32] })
}

#[cfg(test)]
mod tests {
    use super::{ORDER, is_canonical_point_vartime, is_canonical_scalar_vartime};

    /// No verdict shows it: whoever could sign under a key of the other form would know its discrete logarithm.
    #[test]
    fn canonical_is_below_p() {
        for (low, canonical) in (0xe8..=0xff).map(|low| (low, low < 0xed)) {
            for high in [0x7f, 0xff] {
                let mut point = [0xff; 32];
                (point[0], point[31]) = (low, high);
                assert_eq!(is_canonical_point_vartime(&point), canonical, "{low:x}");
                for bit in 8..255 {
                    let mut smaller = point;
                    smaller[bit / 8] ^= 1 << (bit % 8);
                    assert!(is_canonical_point_vartime(&smaller), "{smaller:x?}");
                }
            }
        }
        assert!(is_canonical_point_vartime(&[0; 32]));
    }

    #[test]
    fn canonical_is_below_the_order() {
        assert!(!is_canonical_scalar_vartime(&ORDER));
        for byte in 0..32 {
            let (mut above, mut below) = (ORDER, ORDER);
            above[byte] += 1;
            assert!(!is_canonical_scalar_vartime(&above), "{byte}");
            if below[byte] > 0 {
                below[byte] -= 1;
                below[..byte].fill(0xff);
                assert!(is_canonical_scalar_vartime(&below), "{byte}");
            }
        }
        assert!(is_canonical_scalar_vartime(&[0; 32]));
    }
}
