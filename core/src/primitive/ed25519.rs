//! Ed25519 (RFC 8032), verifying exactly as libsodium 1.0.18 does.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use sha2::{Digest, Sha512};

use super::Rejected;
use crate::low::wipe::{Wiped, burn};

/// Less than what one multiplication of the base point takes on any core.
const STACK: usize = 2048;

/// The public key of `seed`.
pub(crate) fn public_key(seed: &[u8; 32]) -> [u8; 32] {
    let (scalar, _) = expand(seed);
    let public = EdwardsPoint::mul_base(&scalar).compress().to_bytes();
    burn::<STACK>();
    public
}

/// Signs `message`; `public` must be the public key of `seed`.
///
/// A public key that does not belong to the seed would leak the secret scalar: callers keep the two in one type.
pub(crate) fn sign(seed: &[u8; 32], public: &[u8; 32], message: &[u8]) -> [u8; 64] {
    let (scalar, prefix) = expand(seed);
    let nonce = Wiped::new(hash_to_scalar(&[&*prefix, message]));
    let commitment = EdwardsPoint::mul_base(&nonce).compress().to_bytes();
    let challenge = hash_to_scalar(&[&commitment, public, message]);
    let response = challenge * *scalar + *nonce;
    burn::<STACK>();
    join(&commitment, &response.to_bytes())
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
    let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(s)).ok_or(Rejected)?;
    if !is_canonical_vartime(public) {
        return Err(Rejected);
    }
    let a = CompressedEdwardsY(*public).decompress().ok_or(Rejected)?;
    if a.is_small_order() {
        return Err(Rejected);
    }
    let challenge = hash_to_scalar(&[&r, public, message]);
    let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(&challenge, &-a, &s);
    if expected.is_small_order() || expected.compress().to_bytes() != r {
        return Err(Rejected);
    }
    Ok(())
}

/// Whether the y coordinate (the low 255 bits) is below p = 2^255 - 19.
fn is_canonical_vartime(point: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = point;
    !(*low >= 0xed && middle.iter().all(|byte| *byte == 0xff) && high & 0x7f == 0x7f)
}

/// The clamped scalar and the 32-byte prefix that RFC 8032 derives from a seed.
fn expand(seed: &[u8; 32]) -> (Wiped<Scalar>, Wiped<[u8; 32]>) {
    let hash = Wiped::<[u8; 64]>::new(Sha512::digest(seed).into());
    let (low, high) = split(&hash);
    let low = Wiped::new(clamp_integer(low));
    (Wiped::new(Scalar::from_bytes_mod_order(*low)), Wiped::new(high))
}

fn hash_to_scalar(parts: &[&[u8]]) -> Scalar {
    let mut hash = Sha512::new();
    for part in parts {
        hash.update(part);
    }
    let wide = Wiped::<[u8; 64]>::new(hash.finalize().into());
    Scalar::from_bytes_mod_order_wide(&wide)
}

fn split(bytes: &[u8; 64]) -> ([u8; 32], [u8; 32]) {
    (core::array::from_fn(|i| bytes[i]), core::array::from_fn(|i| bytes[32 + i]))
}

fn join(low: &[u8; 32], high: &[u8; 32]) -> [u8; 64] {
    core::array::from_fn(|i| if i < 32 { low[i] } else { high[i - 32] })
}

#[cfg(test)]
mod tests {
    use super::is_canonical_vartime;

    /// No verdict shows it: whoever could sign under a key of the other form would know its discrete logarithm.
    #[test]
    fn canonical_is_below_p() {
        for (low, canonical) in (0xe8..=0xff).map(|low| (low, low < 0xed)) {
            for high in [0x7f, 0xff] {
                let mut point = [0xff; 32];
                (point[0], point[31]) = (low, high);
                assert_eq!(is_canonical_vartime(&point), canonical, "{low:x}");
                for bit in 8..255 {
                    let mut smaller = point;
                    smaller[bit / 8] ^= 1 << (bit % 8);
                    assert!(is_canonical_vartime(&smaller), "{smaller:x?}");
                }
            }
        }
        assert!(is_canonical_vartime(&[0; 32]));
    }
}
