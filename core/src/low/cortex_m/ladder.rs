//! The step of X25519's ladder in Rust, an operation of the field a line: for cores that have none in assembly, and the
//! model of the one that has.

use super::field::{self, Limbs};

/// The first point of `ladder` becomes its double, or the second point's if `swap` is 1; the second becomes the sum of both.
///
/// `ladder` is x2, z2, x3, z3 and `u` the points' difference. RFC 7748, section 5, the body of the loop from cswap on, with
/// AA = BB + E put in, so that the constant is (A + 2)/4: z2 = E (BB + 121666 E).
pub(super) fn step(ladder: &mut [Limbs; 4], u: &Limbs, swap: u32) {
    let [x2, z2, x3, z3] = ladder;
    field::swap(swap, x2, x3);
    field::swap(swap, z2, z3);
    let (mut a, mut b, mut c, mut d) = (field::ZERO, field::ZERO, field::ZERO, field::ZERO);
    field::add(&mut a, x2, z2);
    field::sub(&mut b, x2, z2);
    field::add(&mut c, x3, z3);
    field::sub(&mut d, x3, z3);
    let (da, cb) = (&mut *x3, &mut *z3);
    field::mul(da, &d, &a);
    field::mul(cb, &c, &b);
    field::add(&mut c, da, cb);
    field::sub(&mut d, da, cb);
    field::square(x3, &c);
    field::square(&mut c, &d);
    field::mul(z3, &c, u);
    let (aa, bb) = (&mut c, &mut d);
    field::square(aa, &a);
    field::square(bb, &b);
    field::mul(x2, aa, bb);
    let (e, sum) = (&mut a, &mut c);
    field::sub(e, sum, bb);
    field::mul_121666(&mut b, e);
    field::add(sum, &b, bb);
    field::mul(z2, e, sum);
}
