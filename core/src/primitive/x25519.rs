//! X25519 (RFC 7748) with libsodium's refusal of low-order points.

use super::Rejected;
use crate::low::wipe::{Wiped, burn};
use crate::low::{backend, ct};

/// `clamp(secret) * public`, or [`Rejected`] when that is zero.
///
/// A zero result means that `public` has low order: the result would be the same for every secret. The comparison is
/// in constant time; that it failed is public.
pub(crate) fn agree(
    out: &mut Wiped<[u8; 32]>,
    secret: &[u8; 32],
    public: &[u8; 32],
) -> Result<(), Rejected> {
    backend::x25519(out, secret, public);
    burn::<{ backend::X25519_STACK }>();
    if ct::equal(out, &[0; 32]) {
        return Err(Rejected);
    }
    Ok(())
}

/// The public key of `secret`.
pub(crate) fn public_key(secret: &[u8; 32]) -> [u8; 32] {
    let mut public = [0; 32];
    backend::x25519_base(&mut public, secret);
    burn::<{ backend::X25519_STACK }>();
    public
}
