//! Multiples of Ed25519's base point B, in constant time, by a signed comb.
//!
//! Hamburg, "Fast and compact elliptic-curve cryptography" (2012), section 3.3: 2 combs of 4 teeth with a spacing of 32 bits, so that
//! the teeth are the scalar's eight 32-bit words. 64 additions, 31 doublings and tables of 1,536 bytes.

use core::hint::black_box;

use super::comb_table::{TABLES, Table};
use super::edwards::{Affine, Point};
use super::field::Limbs;
use super::scalar;
use crate::low::wipe::Wiped;

/// A scalar as signs: each bit stands for 1 or -1 times its power of 2.
pub(super) struct Comb {
    signs: Limbs,
    /// The entry of a table that is added next: kept here, it is wiped with the signs.
    entry: Affine,
}

impl Comb {
    /// The signs of `k`, which is below 2^255.
    ///
    /// The bits of n, read as signs, are worth 2 n - (2^256 - 1). So n = (k + c)/2 modulo l, with c = 2^256 - 1 modulo l.
    ///
    /// Bounds: c < l < 2^253; where k + c is odd, l is added; k + c + l < 2^256.
    pub(super) fn new(k: &Limbs) -> Wiped<Self> {
        const C: Limbs = [
            0x8d98_951c,
            0xd6ec_3174,
            0x737d_cf70,
            0xc6ef_5bf4,
            0xffff_fffe,
            0xffff_ffff,
            0xffff_ffff,
            0x0fff_ffff,
        ];
        let mut comb = Wiped::new(Self { signs: *k, entry: Affine::NEUTRAL });
        let n = &mut comb.signs;
        scalar::add(n, C.iter().copied(), 0);
        scalar::add_order_if(n[0] & 1, n);
        scalar::halve(n);
        comb
    }

    /// Adds to `point` what the signs at `row`, 0 to 31, of each word stand for.
    #[inline(never)]
    pub(super) fn add_row(&mut self, point: &mut Point, row: usize) {
        let (combs, _) = self.signs.as_chunks::<4>();
        for (table, teeth) in TABLES.iter().zip(combs) {
            select(&mut self.entry, table, teeth, row);
            point.add_affine(&self.entry);
        }
    }
}

/// `point` = `k` B; `k` is below 2^255.
// Not inlined: what the comb needs is not on the stack together with what the inversion after it needs.
#[inline(never)]
pub(super) fn multiply(point: &mut Point, k: &Limbs) {
    let mut comb = Comb::new(k);
    *point = Point::NEUTRAL;
    for row in (0..32).rev() {
        comb.add_row(point, row);
        if row > 0 {
            point.double();
        }
    }
}

/// The point for the signs at `row` of a comb's teeth, with the same accesses for all.
///
/// The last tooth is positive in the table: if it is not, the point for all the opposite signs is taken, and negated.
// Not inlined: what this needs is not on the stack together with what an addition needs.
#[inline(never)]
fn select(
    Affine { sum, difference, product }: &mut Affine,
    [sums, differences, products]: &Table,
    [a, b, c, last]: &[u32; 4],
    row: usize,
) {
    // Opaque to the optimiser, which else might branch, or read what is wanted alone.
    let bit = |word: &u32| black_box(word >> (row & 31) & 1);
    let negative = bit(last).wrapping_sub(1);
    let mask = |word| bit(word).wrapping_neg() ^ negative;
    let (one, two, four) = (mask(a), mask(b), mask(c));
    let either = |mask, a: u32, b: u32| a ^ (a ^ b) & mask;
    let pick = |&[a, b, c, d, e, f, g, h]: &[u32; 8]| {
        let low = either(two, either(one, a, b), either(one, c, d));
        let high = either(two, either(one, e, f), either(one, g, h));
        either(four, low, high)
    };
    let coordinates = sum.iter_mut().zip(difference).zip(sums).zip(differences);
    for (((sum, difference), sums), differences) in coordinates {
        let (plus, minus) = (pick(sums), pick(differences));
        let exchange = (plus ^ minus) & negative;
        (*sum, *difference) = (plus ^ exchange, minus ^ exchange);
    }
    // Modulo p, -a is 2^256 - 38 - a, the complement of a less 37. No limb of a is borrowed from in vain: a < p.
    let mut borrow = 37 & negative;
    for (limb, products) in product.iter_mut().zip(products) {
        let (rest, over) = (pick(products) ^ negative).overflowing_sub(black_box(borrow));
        (*limb, borrow) = (rest, u32::from(over));
    }
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::edwards::EdwardsPoint;
    use curve25519_dalek::scalar::Scalar;

    use super::*;
    use crate::low::cortex_m::cases::{Digits, EDGES};
    use crate::low::cortex_m::field;

    #[test]
    fn multiples_as_curve25519_dalek() {
        let mut digits = Digits::new(30);
        let mut scalars = EDGES.to_vec();
        for more in 0..3 {
            let mut near = scalar::ORDER;
            near[0] = near[0] - 1 + more;
            scalars.push(near);
        }
        scalars.extend((0..256).map(|bit| {
            let mut power = field::ZERO;
            power[bit / 32] = 1 << (bit % 32);
            power
        }));
        scalars.extend((0..2000).map(|_| digits.next()));
        for mut k in scalars {
            k[7] &= 0x7fff_ffff;
            let theirs = EdwardsPoint::mul_base(&Scalar::from_bytes_mod_order(field::bytes(&k)));
            let mut ours = Point::NEUTRAL;
            multiply(&mut ours, &k);
            assert_eq!(ours.compress(), theirs.compress().to_bytes(), "{k:x?}");
        }
    }
}
