//! X25519 key pairs: the base point's multiples on the Edwards curve, where a comb takes a quarter of the ladder's steps.

use super::comb;
use super::edwards::Point;
use super::x25519::clamp;
use crate::low::wipe::Wiped;

/// `out = clamp(scalar) * 9`: the point with y = 4/5 is the one with u = 9.
///
/// No multiple of 8 from 2^254 to 2^255 is one of the order, so that the result is never the neutral point.
pub(crate) fn x25519_base(out: &mut [u8; 32], scalar: &[u8; 32]) {
    let mut point = Wiped::new(Point::NEUTRAL);
    comb::multiply(&mut point, &clamp(scalar));
    *out = point.montgomery();
}
