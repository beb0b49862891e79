//! X25519 (RFC 7748, section 5): the Montgomery ladder.

use super::field::{self, Limbs};
use crate::low::wipe::Wiped;

/// `out = clamp(scalar) * u`.
pub(crate) fn x25519(out: &mut [u8; 32], scalar: &[u8; 32], u: &[u8; 32]) {
    let k = clamp(scalar);
    let u = field::from_bytes(u);
    let mut ladder = Wiped::new(Ladder::new(&u));
    // Bit 255 is 0 after the clamp.
    let (mut swapped, mut skip) = (0, 1);
    for word in k.iter().rev() {
        for shift in (0..32 - skip).rev() {
            let bit = (word >> shift) & 1;
            ladder.swap(swapped ^ bit);
            swapped = bit;
            ladder.step(&u);
        }
        skip = 0;
    }
    ladder.swap(swapped);
    *out = ladder.affine();
}

/// `out = clamp(scalar) * 9`.
pub(crate) fn x25519_base(out: &mut [u8; 32], scalar: &[u8; 32]) {
    let mut nine = [0; 32];
    nine[0] = 9;
    x25519(out, scalar, &nine);
}

/// The scalar as RFC 7748 decodes it: a multiple of 8 with bit 254 set.
fn clamp(scalar: &[u8; 32]) -> Wiped<Limbs> {
    let mut k = Wiped::new(field::words(scalar));
    k[0] &= !7;
    k[7] = (k[7] & 0x7fff_ffff) | 0x4000_0000;
    k
}

/// Two multiples of a point whose difference is that point, each as X/Z.
struct Ladder {
    x2: Limbs,
    z2: Limbs,
    x3: Limbs,
    z3: Limbs,
}

impl Ladder {
    /// Zero times the point and the point itself.
    fn new(u: &Limbs) -> Self {
        Self { x2: field::ONE, z2: field::ZERO, x3: *u, z3: field::ONE }
    }

    fn swap(&mut self, bit: u32) {
        field::swap(bit, &mut self.x2, &mut self.x3);
        field::swap(bit, &mut self.z2, &mut self.z3);
    }

    /// (n, n + 1) times the point becomes (2 n, 2 n + 1) times: the formulas of RFC 7748, section 5, with (A - 2)/4 added to
    /// one so that the constant is 121666: z2 = E (BB + 121666 E).
    fn step(&mut self, u: &Limbs) {
        let Self { x2, z2, x3, z3 } = self;
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
        let e = &mut a;
        field::sub(e, aa, bb);
        field::mul_121666(&mut b, e);
        field::add(aa, &b, bb);
        field::mul(z2, e, aa);
    }

    /// X2/Z2 in canonical form; 0 for the point at infinity.
    fn affine(&self) -> [u8; 32] {
        let inverse = field::invert(&self.z2);
        let mut u = field::ZERO;
        field::mul(&mut u, &self.x2, &inverse);
        field::to_bytes(&u)
    }
}
