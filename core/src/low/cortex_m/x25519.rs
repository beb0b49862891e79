//! X25519 (RFC 7748, section 5): the Montgomery ladder.

use super::field::{self, Limbs};
use super::isa::field::step;
use crate::low::wipe::Wiped;

/// Less than the stack that one multiplication takes on any core.
#[cfg_attr(test, allow(dead_code))] // The host's tests burn nothing of this backend.
pub(crate) const X25519_STACK: usize = 832;

/// `out = clamp(scalar) * u`.
pub(crate) fn x25519(out: &mut [u8; 32], scalar: &[u8; 32], u: &[u8; 32]) {
    let k = clamp(scalar);
    let u = field::from_bytes(u);
    // Zero times the point and the point itself, each as X, Z.
    let mut ladder = Wiped::new([field::ONE, field::ZERO, u, field::ONE]);
    // Bit 255 is 0 after the clamp, and bit 0 as well: nothing is left to be swapped after the last step.
    let mut before = 0;
    for at in (0..255_usize).rev() {
        let bit = k.get(at / 32).map_or(0, |word| (word >> (at % 32)) & 1);
        step(&mut ladder, &u, before ^ bit);
        before = bit;
    }
    let [x2, z2, ..] = &*ladder;
    affine(out, x2, z2);
}

/// The scalar as RFC 7748 decodes it: a multiple of 8 with bit 254 set.
pub(super) fn clamp(scalar: &[u8; 32]) -> Wiped<Limbs> {
    let mut k = Wiped::new(field::words(scalar));
    k[0] &= !7;
    k[7] = (k[7] & 0x7fff_ffff) | 0x4000_0000;
    k
}

/// `out` = X2/Z2 in canonical form; 0 for the point at infinity.
// Not inlined: what the inversion needs is not on the stack together with what a step needs.
#[inline(never)]
pub(super) fn affine(out: &mut [u8; 32], x2: &Limbs, z2: &Limbs) {
    let inverse = field::invert(z2);
    let mut u = field::ZERO;
    field::mul(&mut u, x2, &inverse);
    *out = field::to_bytes(&u);
}
