//! The field of 2^255 - 19 elements, in eight 32-bit limbs, least significant first.
//!
//! Limbs may hold any value below 2^256; it stands for its residue modulo p = 2^255 - 19. Only [`to_bytes`] gives the one
//! canonical form. What is here is the same for every core; what is not comes from `isa`.

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
        let (sum, over) = limb.overflowing_add(carry);
        (*limb, carry) = (sum, u32::from(over));
    }
}

/// `a^-1`, and 0 for 0: the power p - 2 = 2^255 - 21.
pub(super) fn invert(a: &Limbs) -> Limbs {
    let (mut t, a11) = power_250(a);
    square_n(&mut t, 5);
    product(&t, &a11)
}

/// `a^((p - 5) / 8)`, the power 2^252 - 3 from which square roots come.
pub(super) fn power_252_3(a: &Limbs) -> Limbs {
    let (mut t, _) = power_250(a);
    square_n(&mut t, 2);
    product(&t, a)
}

/// `a^(2^250 - 1)` and `a^11`, by the chain of Bernstein's "Curve25519" (2006), section 4.
fn power_250(a: &Limbs) -> (Limbs, Limbs) {
    let squared = |a: &Limbs, n| {
        let mut t = *a;
        square_n(&mut t, n);
        t
    };
    let a2 = squared(a, 1);
    let a9 = product(&squared(&a2, 2), a);
    let a11 = product(&a9, &a2);
    // From here on `en` is the power 2^n - 1: `en` squared m times is 2^m times that power.
    let e5 = product(&squared(&a11, 1), &a9);
    let e10 = product(&squared(&e5, 5), &e5);
    let e20 = product(&squared(&e10, 10), &e10);
    let e40 = product(&squared(&e20, 20), &e20);
    let e50 = product(&squared(&e40, 10), &e10);
    let e100 = product(&squared(&e50, 50), &e50);
    let e200 = product(&squared(&e100, 100), &e100);
    (product(&squared(&e200, 50), &e50), a11)
}

fn product(a: &Limbs, b: &Limbs) -> Limbs {
    let mut out = ZERO;
    mul(&mut out, a, b);
    out
}
