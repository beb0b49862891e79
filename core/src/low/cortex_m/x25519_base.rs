//! X25519 key pairs: the base point's multiples on the Edwards curve, where a comb takes a quarter of the ladder's steps.

use super::comb;
use super::edwards::Point;
use super::field::{self, Limbs};
use super::x25519::{affine, clamp};
use crate::low::wipe::Wiped;

/// `out = clamp(scalar) * 9`.
pub(crate) fn x25519_base(out: &mut [u8; 32], scalar: &[u8; 32]) {
    let mut fraction = Wiped::new([field::ZERO; 2]);
    multiply(&mut fraction, scalar);
    let [x2, z2] = &*fraction;
    affine(out, x2, z2);
}

/// X2 and Z2 as the ladder would leave them: the point with y = 4/5 is the one with u = 9.
///
/// No multiple of 8 from 2^254 to 2^255 is one of the order, so that the result is never the neutral point.
// Not inlined: what the comb needs is not on the stack together with what the inversion needs.
#[inline(never)]
fn multiply([x2, z2]: &mut [Limbs; 2], scalar: &[u8; 32]) {
    let mut point = Wiped::new(Point::NEUTRAL);
    comb::multiply(&mut point, &clamp(scalar));
    point.montgomery(x2, z2);
}
