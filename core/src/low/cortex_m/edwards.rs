//! Points of Ed25519's curve, -x^2 + y^2 = 1 + d x^2 y^2.
//!
//! Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited" (2008), sections 3.1 and 3.3. They are complete:
//! -1 is a square modulo p and d is none, so that they hold for every pair of points, also equal, opposite and neutral ones.

use super::field::{self, Limbs};

/// d = -121665/121666.
const D: Limbs = [
    0x1359_78a3,
    0x75eb_4dca,
    0x4141_d8ab,
    0x0070_0a4d,
    0x7779_e898,
    0x8cc7_4079,
    0x2b6f_fe73,
    0x5203_6cee,
];

/// A square root of -1.
const ROOT: Limbs = [
    0x4a0e_a0b0,
    0xc4ee_1b27,
    0xad2f_e478,
    0x2f43_1806,
    0x3dfb_d7a7,
    0x2b4d_0099,
    0x4fc1_df0b,
    0x2b83_2480,
];

/// The point (x/z, y/z), with x y / z = e h, and room for what comes up in between.
///
/// That product, the fourth of the extended coordinates, is left unmultiplied: doubling does not need it, and adding, which
/// does, comes once after several doublings. The room is part of the point so that it is wiped with it, and not cleared
/// at every step.
pub(super) struct Point {
    x: Limbs,
    y: Limbs,
    z: Limbs,
    e: Limbs,
    h: Limbs,
    room: [Limbs; 3],
}

/// A point (x, y) to be added: y + x, y - x and 2 d x y.
pub(super) struct Affine {
    pub(super) sum: Limbs,
    pub(super) difference: Limbs,
    pub(super) product: Limbs,
}

/// The point (x/z, y/z) to be added: y + x, y - x, 2 d x y / z and 2 z.
pub(super) struct Cached {
    affine: Affine,
    z2: Limbs,
}

impl Affine {
    pub(super) const NEUTRAL: Self =
        Self { sum: field::ONE, difference: field::ONE, product: field::ZERO };

    fn negate(&mut self) {
        let product = self.product;
        field::sub(&mut self.product, &field::ZERO, &product);
        core::mem::swap(&mut self.sum, &mut self.difference);
    }
}

impl Cached {
    pub(super) const NEUTRAL: Self = Self { affine: Affine::NEUTRAL, z2: [2, 0, 0, 0, 0, 0, 0, 0] };
}

impl Point {
    pub(super) const NEUTRAL: Self = Self::affine(field::ZERO, field::ONE);

    const fn affine(x: Limbs, y: Limbs) -> Self {
        Self { x, y, z: field::ONE, e: x, h: y, room: [field::ZERO; 3] }
    }

    /// Twice the point: section 3.3 with all of E, F, G and H negated; 3 products, 4 squares.
    #[inline(never)]
    pub(super) fn double(&mut self) {
        let Self { x, y, z, e, h, room: [a, b, _] } = self;
        field::square(a, x);
        field::square(b, y);
        field::add(e, x, y);
        field::square(x, e);
        field::add(h, a, b);
        field::sub(e, h, x);
        let g = x;
        field::sub(g, a, b);
        field::square(a, z);
        field::add(b, a, a);
        let f = a;
        field::add(f, b, g);
        field::mul(z, f, g);
        field::mul(y, g, h);
        let x = g;
        field::mul(x, e, f);
    }

    /// Adds a point: 7 products.
    pub(super) fn add_affine(&mut self, other: &Affine) {
        let Self { z, room: [d, ..], .. } = self;
        field::add(d, z, z);
        self.finish_add(other);
    }

    /// Adds a point: 8 products.
    pub(super) fn add(&mut self, other: &Cached) {
        let Self { z, room: [d, ..], .. } = self;
        field::mul(d, z, &other.z2);
        self.finish_add(&other.affine);
    }

    /// Subtracts a point, in the time of [`Point::add`] and a little more.
    #[inline(never)]
    pub(super) fn sub(&mut self, other: &Cached) {
        let Cached { affine: Affine { sum, difference, product }, z2 } = other;
        let mut affine = Affine { sum: *sum, difference: *difference, product: *product };
        affine.negate();
        self.add(&Cached { affine, z2: *z2 });
    }

    /// Section 3.1, from where D, which is 2 z1 z2, stands in the room.
    #[inline(never)]
    fn finish_add(&mut self, other: &Affine) {
        let Self { x, y, z, e, h, room: [d, a, b] } = self;
        field::sub(z, y, x);
        field::mul(a, z, &other.difference);
        field::add(z, y, x);
        field::mul(b, z, &other.sum);
        field::mul(z, e, h);
        field::sub(e, b, a);
        field::add(h, b, a);
        let c = a;
        field::mul(c, z, &other.product);
        let (f, g) = (b, x);
        field::sub(f, d, c);
        field::add(g, d, c);
        field::mul(z, f, g);
        field::mul(y, g, h);
        let x = g;
        field::mul(x, e, f);
    }

    /// Writes the form in which the point can be added to others: 2 products.
    pub(super) fn cache(&self, cached: &mut Cached) {
        let Cached { affine: Affine { sum, difference, product }, z2 } = cached;
        field::mul(sum, &self.e, &self.h);
        field::mul(difference, sum, &D);
        field::add(product, difference, difference);
        field::add(sum, &self.y, &self.x);
        field::sub(difference, &self.y, &self.x);
        field::add(z2, &self.z, &self.z);
    }

    /// RFC 8032, section 5.1.2. The point does not last.
    #[inline(never)]
    pub(super) fn compress(&mut self) -> [u8; 32] {
        let Self { x, y, z, room: [inverse, coordinate, _], .. } = self;
        *inverse = field::invert(z);
        field::mul(coordinate, x, inverse);
        let [sign, ..] = field::to_bytes(coordinate);
        field::mul(coordinate, y, inverse);
        let mut bytes = field::to_bytes(coordinate);
        bytes[31] |= sign << 7;
        bytes
    }

    /// The u = (1 + y)/(1 - y) of the same point on Curve25519, RFC 7748, section 4.1, as a fraction; 0 is below for the
    /// neutral point.
    pub(super) fn montgomery(&self, above: &mut Limbs, below: &mut Limbs) {
        field::add(above, &self.z, &self.y);
        field::sub(below, &self.z, &self.y);
    }

    /// Becomes the negative of the point that `bytes` stand for, RFC 8032, section 5.1.3; None if they stand for none.
    ///
    /// As libsodium does, y may be p or more, and x = 0 may have either sign.
    #[inline(never)]
    pub(super) fn decompress_negative_vartime(&mut self, bytes: &[u8; 32]) -> Option<()> {
        let y = field::from_bytes(bytes);
        let mut x = self.root_vartime(&y)?;
        let [low, ..] = field::to_bytes(&x);
        if low & 1 == bytes[31] >> 7 {
            let positive = x;
            field::sub(&mut x, &field::ZERO, &positive);
        }
        *self = Self::affine(x, y);
        Some(())
    }

    /// An x of the points with this y, if there are any; the point itself is room for it.
    ///
    /// It is a square root of u/v, u = y^2 - 1, v = d y^2 + 1. RFC 8032, section 5.1.3: r = u v^3 (u v^7)^((p - 5)/8) is one
    /// if v r^2 = u; if v r^2 = -u, r times a root of -1 is.
    fn root_vartime(&mut self, y: &Limbs) -> Option<Limbs> {
        let Self { x: u, y: v, z: v3, e: r, room: [s, t, _], .. } = self;
        field::square(s, y);
        field::sub(u, s, &field::ONE);
        field::mul(t, s, &D);
        field::add(v, t, &field::ONE);

        field::square(s, v);
        field::mul(v3, s, v);
        field::square(s, v3);
        field::mul(t, s, v);
        field::mul(s, t, u);
        let power = t;
        *power = field::power_252_3(s);
        field::mul(s, u, v3);
        field::mul(r, s, power);

        field::square(s, r);
        let (square, t) = (v3, power);
        field::mul(square, s, v);
        let vanishes = |a: &Limbs| field::to_bytes(a) == [0; 32];
        field::sub(t, square, u);
        if vanishes(t) {
            return Some(*r);
        }
        field::add(t, square, u);
        field::mul(s, r, &ROOT);
        vanishes(t).then_some(*s)
    }

    /// Whether the point's order divides 8: four times such a point is (0, 1) or (0, -1).
    #[inline(never)]
    pub(super) fn is_of_small_order_vartime(&self) -> bool {
        let mut four = Self { ..*self };
        four.double();
        four.double();
        field::to_bytes(&four.x) == [0; 32]
    }
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
    use curve25519_dalek::scalar::Scalar;

    use super::*;
    use crate::low::cortex_m::cases::{Digits, EDGES};

    /// Our form of a point, with any z.
    fn ours(theirs: &EdwardsPoint, z: &Limbs) -> Point {
        let mut point = Point::NEUTRAL;
        point.decompress_negative_vartime(&(-theirs).compress().to_bytes()).unwrap();
        for coordinate in [&mut point.x, &mut point.y, &mut point.e] {
            let of_1 = *coordinate;
            field::mul(coordinate, &of_1, z);
        }
        point.z = *z;
        point
    }

    fn cached(point: &Point) -> Cached {
        let mut cached = Cached::NEUTRAL;
        point.cache(&mut cached);
        cached
    }

    fn same(ours: &mut Point, theirs: &EdwardsPoint) -> bool {
        // The product of e and h is x y / z.
        let (mut t, mut tz, mut xy) = (field::ZERO, field::ZERO, field::ZERO);
        field::mul(&mut t, &ours.e, &ours.h);
        field::mul(&mut tz, &t, &ours.z);
        field::mul(&mut xy, &ours.x, &ours.y);
        field::to_bytes(&tz) == field::to_bytes(&xy)
            && ours.compress() == theirs.compress().to_bytes()
    }

    /// Any point: what is of small order too, and the sum of both kinds.
    fn points(digits: &mut Digits) -> Vec<EdwardsPoint> {
        let mut points = EIGHT_TORSION.to_vec();
        for torsion in EIGHT_TORSION {
            let scalar = Scalar::from_bytes_mod_order(field::bytes(&digits.next()));
            points.push(EdwardsPoint::mul_base(&scalar));
            points.push(EdwardsPoint::mul_base(&scalar) + torsion);
        }
        points
    }

    #[test]
    fn sums_are_complete() {
        let mut digits = Digits::new(20);
        let points = points(&mut digits);
        for a in &points {
            // No z is 0 modulo p.
            let z = [digits.next()[0] | 1, 7, 0, 0, 0, 0, 0, 0];
            let mut twice = ours(a, &z);
            twice.double();
            assert!(same(&mut twice, &(a + a)));
            for b in &points {
                let other = cached(&ours(b, &[digits.next()[1] | 1, 0, 9, 0, 0, 0, 0, 0]));
                let (mut sum, mut difference) = (ours(a, &z), ours(a, &z));
                sum.add(&other);
                difference.sub(&other);
                assert!(same(&mut sum, &(a + b)), "{a:?} + {b:?}");
                assert!(same(&mut difference, &(a - b)), "{a:?} - {b:?}");

                let mut affine = cached(&ours(b, &field::ONE)).affine;
                let mut sum = ours(a, &z);
                sum.add_affine(&affine);
                affine.negate();
                sum.add_affine(&affine);
                sum.add_affine(&affine);
                assert!(same(&mut sum, &(a - b)), "{a:?} - {b:?}");
            }
        }
    }

    #[test]
    fn montgomery_is_their_u() {
        for point in points(&mut Digits::new(21)) {
            let (mut above, mut below, mut product) = (field::ZERO, field::ZERO, field::ZERO);
            ours(&point, &[3; 8]).montgomery(&mut above, &mut below);
            let u = field::from_bytes(point.to_montgomery().as_bytes());
            field::mul(&mut product, &u, &below);
            // dalek's u of the neutral point is 0, and so is what is below.
            let expected = if point == EdwardsPoint::default() { &field::ZERO } else { &above };
            assert_eq!(field::to_bytes(&product), field::to_bytes(expected), "{point:?}");
        }
    }

    /// Points and no points, canonical or not.
    #[test]
    fn decoding_as_curve25519_dalek() {
        let (mut digits, mut decoded) = (Digits::new(22), 0);
        let mut forms: Vec<_> = EDGES.iter().map(field::bytes).collect();
        for low in 0..=0xff {
            for (middle, high) in [(0xff, 0x7f), (0xff, 0xff), (0, 0), (0, 0x80)] {
                let mut form = [middle; 32];
                (form[0], form[31]) = (low, high);
                forms.push(form);
            }
        }
        forms.extend(EIGHT_TORSION.map(|point| point.compress().to_bytes()));
        forms.extend((0..4000).map(|_| field::bytes(&digits.next())));
        for form in forms {
            let theirs = CompressedEdwardsY(form).decompress();
            let mut ours = Point::NEUTRAL;
            let is_point = ours.decompress_negative_vartime(&form).is_some();
            assert_eq!(is_point, theirs.is_some(), "{form:x?}");
            if let Some(theirs) = theirs {
                assert_eq!(ours.is_of_small_order_vartime(), theirs.is_small_order(), "{form:x?}");
                assert!(same(&mut ours, &-theirs), "{form:x?}");
                decoded += 1;
            }
        }
        assert!(decoded > 2000, "{decoded}");
    }
}
