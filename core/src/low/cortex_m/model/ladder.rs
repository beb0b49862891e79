//! The step of X25519's ladder, an operation of the field a line.

use super::field::{add, mul, mul_121666, square, sub};
use crate::low::cortex_m::field::{Limbs, ZERO};

/// The first point of `ladder` becomes its double, or the second point's if `swap` is 1; the second becomes the sum of both.
///
/// `ladder` is x2, z2, x3, z3 and `u` the points' difference. RFC 7748, section 5, the body of the loop from cswap on, with
/// AA = BB + E put in, so that the constant is (A + 2)/4: z2 = E (BB + 121666 E).
pub(in crate::low) fn step(ladder: &mut [Limbs; 4], u: &Limbs, swap: u32) {
    let [x2, z2, x3, z3] = ladder;
    if swap == 1 {
        (*x2, *x3) = (*x3, *x2);
        (*z2, *z3) = (*z3, *z2);
    }
    let (mut a, mut b, mut c, mut d) = (ZERO, ZERO, ZERO, ZERO);
    add(&mut a, x2, z2);
    sub(&mut b, x2, z2);
    add(&mut c, x3, z3);
    sub(&mut d, x3, z3);
    let (da, cb) = (&mut *x3, &mut *z3);
    mul(da, &d, &a);
    mul(cb, &c, &b);
    add(&mut c, da, cb);
    sub(&mut d, da, cb);
    square(x3, &c);
    square(&mut c, &d);
    mul(z3, &c, u);
    let (aa, bb) = (&mut c, &mut d);
    square(aa, &a);
    square(bb, &b);
    mul(x2, aa, bb);
    let (e, sum) = (&mut a, &mut c);
    sub(e, sum, bb);
    mul_121666(&mut b, e);
    add(sum, &b, bb);
    mul(z2, e, sum);
}
