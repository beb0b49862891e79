//! Arithmetic modulo l = 2^252 + 27742317777372353535851937790883648493, the order of Ed25519's base point.
//!
//! Constant time. All products come from `isa`; what stands here adds, so that the M3, whose long multiply leaks,
//! executes none.

use core::hint::black_box;
use core::iter::repeat_n;

use super::field::{self, Limbs};
use super::isa::field::mul_wide;
use crate::low::wipe::Wiped;

/// l.
pub(super) const ORDER: Limbs =
    [0x5cf5_d3ed, 0x5812_631a, 0xa2f7_9cd6, 0x14de_f9de, 0, 0, 0, 0x1000_0000];

/// 16 l - 2^256, which is -2^256 modulo l.
const FOLD: Limbs = [0xcf5d_3ed0, 0x8126_31a5, 0x2f79_cd65, 0x4def_9dea, 1, 0, 0, 0];

/// `out` = `wide` modulo l, in canonical form.
pub(crate) fn scalar_reduce_wide(out: &mut [u8; 32], wide: &[u8; 64]) {
    let mut limbs = Wiped::new([0; 16]);
    let (quads, _) = wide.as_chunks::<4>();
    for (limb, quad) in limbs.iter_mut().zip(quads) {
        *limb = u32::from_le_bytes(*quad);
    }
    reduce(out, &mut limbs);
}

/// `out` = `a` `b` + `c` modulo l, in canonical form; each of the three may be any 256 bits.
pub(crate) fn scalar_mul_add(out: &mut [u8; 32], a: &[u8; 32], b: &[u8; 32], c: &[u8; 32]) {
    let words = |bytes| Wiped::new(field::words(bytes));
    let mut wide = Wiped::new([0; 16]);
    mul_wide(&mut wide, &words(a), &words(b));
    // (2^256 - 1)^2 + 2^256 - 1 < 2^512.
    let (low, high) = halves(&mut wide);
    let carry = add(low, words(c).iter().copied(), 0);
    add(high, repeat_n(0, 8), carry);
    reduce(out, &mut wide);
}

/// `out` = `wide` modulo l, in canonical form; `wide` does not last.
///
/// f = [`FOLD`]. `wide` = low + 2^256 high is congruent to low - f high; f high = first_low + 2^256 first_high, in turn, to
/// first_low - f first_high.
///
/// Bounds: f < 2^128.3, so first_high < 2^128.3 and second = f first_high < 2^256.6. All in all v = low - first_low +
/// second + 16 l is above 0 and below 2^258.2; -first_low + 16 l is its complement in 256 bits, and 1, and f. With q = v /
/// 2^252 rounded down, below 2^7, v - q l is v modulo 2^252, less q (l - 2^252): above -2^132 and below 2^252, so that eight
/// limbs hold it, bit 255 is its sign, and l has to be added once if it is negative.
fn reduce(out: &mut [u8; 32], wide: &mut [u32; 16]) {
    let (mut first, mut v) = (Wiped::new([0; 16]), Wiped::new([0; 16]));
    let (low, high) = halves(wide);
    mul_wide(&mut first, high, &FOLD);
    let (first_low, first_high) = halves(&mut first);
    mul_wide(&mut v, first_high, &FOLD);

    let (v, above) = halves(&mut v);
    let mut top = above[0];
    top += add(v, low.iter().copied(), 0);
    top += add(v, first_low.iter().map(|limb| !limb), 1);
    top += add(v, FOLD.iter().copied(), 0);

    let q = top << 4 | v[7] >> 28;
    mul_wide(&mut first, &ORDER, &[q, 0, 0, 0, 0, 0, 0, 0]);
    let (times_order, _) = halves(&mut first);
    add(v, times_order.iter().map(|limb| !limb), 1);
    add_order_if(v[7] >> 31, v);
    *out = field::bytes(v);
}

/// Adds l to `a` if `bit` is 1; in the same time if it is 0.
pub(super) fn add_order_if(bit: u32, a: &mut Limbs) {
    // Opaque to the optimiser, which else might branch on the bit.
    let mask = black_box(bit).wrapping_neg();
    add(a, ORDER.iter().map(|limb| limb & mask), 0);
}

/// `a` += `b` + `carry`, which is 0 or 1; returns what leaves at the top, 0 or 1.
pub(super) fn add(a: &mut Limbs, b: impl Iterator<Item = u32>, mut carry: u32) -> u32 {
    for (a, b) in a.iter_mut().zip(b) {
        // Opaque, as above: else the next addition is unrolled into one with a carry and one without.
        let sum = u64::from(*a) + u64::from(b) + u64::from(black_box(carry));
        (*a, carry) = (sum as u32, (sum >> 32) as u32);
    }
    carry
}

/// `a` / 2, rounded down.
pub(super) fn halve(a: &mut Limbs) {
    let mut above = 0;
    for limb in a.iter_mut().rev() {
        (*limb, above) = (*limb >> 1 | above << 31, *limb);
    }
}

/// The low and the high limbs.
fn halves(wide: &mut [u32; 16]) -> (&mut Limbs, &mut Limbs) {
    let (halves, _) = wide.as_chunks_mut::<8>();
    let [low, high] = halves else { unreachable!() };
    (low, high)
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::scalar::Scalar;

    use super::*;
    use crate::low::cortex_m::cases::{Digits, EDGES};

    const CASES: usize = 100_000;

    /// 0, 1, l - 1, l, l + 1, 2^252 - 1, 2^252, 2 l, 15 l, 16 l - 2^256, 2^256 - 1, and the field's.
    fn edges() -> Vec<[u8; 32]> {
        let mut edges = EDGES.to_vec();
        let mut next = |limbs: &Limbs, more: u32| {
            let mut sum = *limbs;
            add(&mut sum, [more, 0, 0, 0, 0, 0, 0, 0].into_iter(), 0);
            edges.push(sum);
            sum
        };
        let below = [ORDER[0] - 2, ORDER[1], ORDER[2], ORDER[3], 0, 0, 0, ORDER[7]];
        (1..4).for_each(|more| _ = next(&below, more));
        let mut multiple = ORDER;
        for _ in 2..16 {
            add(&mut multiple, ORDER.into_iter(), 0);
            (0..2).for_each(|more| _ = next(&multiple, more));
        }
        let power = [u32::MAX, u32::MAX, u32::MAX, u32::MAX, u32::MAX, u32::MAX, u32::MAX, 1 << 28];
        next(&power, 0);
        next(&[0, 0, 0, 0, 0, 0, 0, 1 << 28], 0);
        next(
            &[u32::MAX, u32::MAX, u32::MAX, u32::MAX, u32::MAX, u32::MAX, u32::MAX, u32::MAX >> 4],
            0,
        );
        next(&FOLD, 0);
        edges.iter().map(field::bytes).collect()
    }

    fn reduces(low: &[u8; 32], high: &[u8; 32]) {
        let wide: [u8; 64] = core::array::from_fn(|i| if i < 32 { low[i] } else { high[i - 32] });
        let mut ours = [0xa5; 32];
        scalar_reduce_wide(&mut ours, &wide);
        assert_eq!(ours, Scalar::from_bytes_mod_order_wide(&wide).to_bytes(), "{wide:x?}");
    }

    fn multiplies(a: &[u8; 32], b: &[u8; 32], c: &[u8; 32]) {
        let mut ours = [0xa5; 32];
        scalar_mul_add(&mut ours, a, b, c);
        let [x, y, z] = [a, b, c].map(|bytes| Scalar::from_bytes_mod_order(*bytes));
        assert_eq!(ours, (x * y + z).to_bytes(), "{a:x?} {b:x?} {c:x?}");
    }

    #[test]
    fn edges_as_curve25519_dalek() {
        let edges = edges();
        for a in &edges {
            for b in &edges {
                reduces(a, b);
                edges.iter().for_each(|c| multiplies(a, b, c));
            }
        }
    }

    #[test]
    fn random_scalars_as_curve25519_dalek() {
        let mut digits = Digits::new(10);
        let mut next = || field::bytes(&digits.next());
        for _ in 0..CASES {
            reduces(&next(), &next());
            multiplies(&next(), &next(), &next());
        }
    }

    /// Whose remainder is where the last addition is decided: multiples of l, and one beside.
    #[test]
    fn multiples_of_the_order() {
        let mut digits = Digits::new(11);
        for _ in 0..CASES {
            let (q, offset) = (digits.next(), digits.next()[0] % 3);
            let mut wide = [0; 16];
            mul_wide(&mut wide, &q, &ORDER);
            let (low, high) = halves(&mut wide);
            let carry = add(low, [offset, 0, 0, 0, 0, 0, 0, 0].into_iter(), 0);
            let carry = add(high, repeat_n(0, 8), carry);
            assert_eq!(carry, 0);
            // One less.
            let carry = add(low, repeat_n(u32::MAX, 8), 0);
            add(high, repeat_n(u32::MAX, 8), carry);
            reduces(&field::bytes(low), &field::bytes(high));
        }
    }
}
