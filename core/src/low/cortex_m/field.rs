//! The field of 2^255 - 19 elements, in eight 32-bit limbs, least significant first.
//!
//! Limbs may hold any value below 2^256; it stands for its residue modulo p = 2^255 - 19. Only [`to_bytes`] gives the one
//! canonical form. What is here is the same for every core; what is not comes from `isa`.

use core::hint::black_box;

pub(super) use super::isa::field::{add, mul, square, square_n, sub};

/// An element, not reduced.
pub(in crate::low) type Limbs = [u32; 8];

pub(super) const ZERO: Limbs = [0; 8];
pub(super) const ONE: Limbs = [1, 0, 0, 0, 0, 0, 0, 0];

/// The element whose little-endian form is `bytes`, the top bit ignored.
pub(super) fn from_bytes(bytes: &[u8; 32]) -> Limbs {
    let mut limbs = words(bytes);
    limbs[7] &= 0x7fff_ffff;
    limbs
}

/// The little-endian words of `bytes`.
pub(super) fn words(bytes: &[u8; 32]) -> Limbs {
    let (quads, _) = bytes.as_chunks::<4>();
    let mut limbs = ZERO;
    for (limb, quad) in limbs.iter_mut().zip(quads) {
        *limb = u32::from_le_bytes(*quad);
    }
    limbs
}

/// The little-endian bytes of `limbs`, as they are.
pub(super) fn bytes(limbs: &Limbs) -> [u8; 32] {
    let mut bytes = [0; 32];
    let (quads, _) = bytes.as_chunks_mut::<4>();
    for (quad, limb) in quads.iter_mut().zip(limbs) {
        *quad = limb.to_le_bytes();
    }
    bytes
}

/// The canonical form of `a`, below p.
///
/// Bounds: a < 2^256. Bit 255 is worth 19, so that folding it in gives v < 2^255 + 19, less than 2 p. v is p or more just
/// if v + 19 reaches 2^255; then v + 19, without that bit, is v - p.
pub(super) fn to_bytes(a: &Limbs) -> [u8; 32] {
    let mut v = *a;
    let top = v[7] >> 31;
    v[7] &= 0x7fff_ffff;
    add_small(&mut v, top * 19);
    let mut t = v;
    add_small(&mut t, 19);
    let reaches = t[7] >> 31;
    add_small(&mut v, reaches * 19);
    v[7] &= 0x7fff_ffff;
    bytes(&v)
}

/// `a + small`, which fits.
fn add_small(a: &mut Limbs, small: u32) {
    let mut carry = small;
    for limb in a {
        // Opaque to the compiler, which else branches on the first carry at opt-level 3: there is hardly ever one.
        let (sum, over) = limb.overflowing_add(black_box(carry));
        (*limb, carry) = (sum, u32::from(over));
    }
}

/// `a^-1`, and 0 for 0: the power p - 2 = 2^255 - 21.
pub(super) fn invert(a: &Limbs) -> Limbs {
    let (mut x, a11) = power_250(a);
    shift_and_multiply(&mut x, 5, &a11);
    x
}

/// `a^((p - 5) / 8)`, the power 2^252 - 3 from which square roots come.
pub(super) fn power_252_3(a: &Limbs) -> Limbs {
    let (mut x, _) = power_250(a);
    shift_and_multiply(&mut x, 2, a);
    x
}

/// `a^(2^250 - 1)` and `a^11`, by the chain of Bernstein's "Curve25519" (2006), section 4.
///
/// The comments give the power of `a` that `x` is; a power of 2^n - 1, squared m times and multiplied by that of 2^m - 1, is
/// that of 2^(n + m) - 1.
fn power_250(a: &Limbs) -> (Limbs, Limbs) {
    let (mut a2, mut a11) = (ZERO, ZERO);
    square(&mut a2, a);
    let mut x = a2;
    shift_and_multiply(&mut x, 2, a); // 9
    mul(&mut a11, &x, &a2);
    let mut y = x;
    x = a11;
    shift_and_multiply(&mut x, 1, &y); // 31 = 2^5 - 1
    y = x;
    shift_and_multiply(&mut x, 5, &y); // 2^10 - 1
    let ten = x;
    shift_and_multiply(&mut x, 10, &ten); // 2^20 - 1
    y = x;
    shift_and_multiply(&mut x, 20, &y); // 2^40 - 1
    shift_and_multiply(&mut x, 10, &ten); // 2^50 - 1
    let fifty = x;
    shift_and_multiply(&mut x, 50, &fifty); // 2^100 - 1
    y = x;
    shift_and_multiply(&mut x, 100, &y); // 2^200 - 1
    shift_and_multiply(&mut x, 50, &fifty); // 2^250 - 1
    (x, a11)
}

/// `x`^(2^`n`) times `by`.
#[inline(never)]
fn shift_and_multiply(x: &mut Limbs, n: u32, by: &Limbs) {
    square_n(x, n);
    let before = *x;
    mul(x, &before, by);
}
