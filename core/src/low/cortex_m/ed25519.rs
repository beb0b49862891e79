//! What Ed25519 needs of its curve.

use super::comb::{self, Comb};
use super::edwards::{Cached, Point};
use super::field::{self, Limbs};
use crate::low::wipe::Wiped;

/// Less stack than making a signature takes on any core: most of it is SHA-512's.
#[cfg_attr(test, allow(dead_code))] // The host's tests burn nothing of this backend.
pub(crate) const ED25519_STACK: usize = 1120;

/// `scalar` times the base point, in its 32-byte form, in constant time. `scalar` is below 2^255.
pub(crate) fn ed25519_base(scalar: &[u8; 32]) -> [u8; 32] {
    let mut point = Wiped::new(Point::NEUTRAL);
    comb::multiply(&mut point, &Wiped::new(field::words(scalar)));
    point.compress()
}

/// What R must be for (R, `s`) to be a signature under `public` with this `challenge`: `s` B - `challenge` A, in canonical
/// form. None if `public` is no point A, or if one of the two points is of small order.
///
/// In variable time: all inputs are public. Both scalars are below the order of B.
pub(crate) fn ed25519_expected_vartime(
    public: &[u8; 32],
    challenge: &[u8; 32],
    s: &[u8; 32],
) -> Option<[u8; 32]> {
    let mut point = Point::NEUTRAL;
    point.decompress_negative_vartime(public)?;
    if point.is_of_small_order_vartime() {
        return None;
    }
    double_multiply_vartime(&mut point, &field::words(challenge), &field::words(s));
    (!point.is_of_small_order_vartime()).then(|| point.compress())
}

/// `point` becomes `m` `point` + `n` B, both scalars below 2^253.
///
/// Straus's method: one doubling for each bit of `m`, and the last 32 of them serve the comb as well.
#[inline(never)]
fn double_multiply_vartime(point: &mut Point, m: &Limbs, n: &Limbs) {
    let mut odd = [const { Cached::NEUTRAL }; 4];
    odd_multiples(&mut odd, point);
    let mut comb = Comb::new(n);
    *point = Point::NEUTRAL;
    let mut digits = [0; 256];
    digits_vartime(&mut digits, m);
    for (bit, &digit) in digits.iter().enumerate().rev() {
        point.double();
        let multiple = &odd[usize::from(digit.unsigned_abs() >> 1) & 3];
        match digit {
            0 => {}
            1.. => point.add(multiple),
            _ => point.sub(multiple),
        }
        if bit < 32 {
            comb.add_row(point, bit);
        }
    }
}

/// `odd` = 1, 3, 5 and 7 times `point`, which becomes 7 times itself.
#[inline(never)]
fn odd_multiples(odd: &mut [Cached; 4], point: &mut Point) {
    let [one, three, more @ ..] = odd;
    point.cache(one);
    point.double();
    let mut two = Cached::NEUTRAL;
    point.cache(&mut two);
    point.add(one);
    point.cache(three);
    for entry in more {
        point.add(&two);
        point.cache(entry);
    }
}

/// Writes the digits of `m`, which is below 2^253, for the powers of 2: 0, or odd and from -7 to 7 with three zeros above.
///
/// On entry all `digits` are 0.
#[inline(never)]
fn digits_vartime(digits: &mut [i8; 256], m: &Limbs) {
    let (chunks, _) = digits.as_chunks_mut::<32>();
    let [_, nexts @ ..] = m;
    let mut carry = 0;
    for ((chunk, limb), next) in chunks.iter_mut().zip(m).zip(nexts.iter().chain([&0])) {
        // A digit looks at four bits, and may take from the next limb or give to it.
        let above = i64::from(next & 7);
        let mut rest = i64::from(*limb) + (above << 32) + carry;
        for digit in chunk {
            if rest & 1 == 1 {
                *digit = (rest as i8) << 4 >> 4;
                rest -= i64::from(*digit);
            }
            rest >>= 1;
        }
        carry = rest - above;
    }
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::edwards::EdwardsPoint;
    use curve25519_dalek::scalar::Scalar;

    use super::super::scalar;
    use super::*;
    use crate::low::cortex_m::cases::{Digits, EDGES};
    use crate::low::portable;

    fn scalar(digits: &mut Digits) -> Scalar {
        Scalar::from_bytes_mod_order(field::bytes(&digits.next()))
    }

    #[test]
    fn base_as_portable() {
        let mut digits = Digits::new(40);
        for _ in 0..500 {
            let mut scalar = field::bytes(&digits.next());
            scalar[31] &= 0x7f;
            assert_eq!(ed25519_base(&scalar), portable::ed25519_base(&scalar), "{scalar:x?}");
        }
    }

    /// Keys with and without a part of small order, results of small order, and keys that are no points.
    #[test]
    fn expected_as_portable() {
        let mut digits = Digits::new(41);
        let (mut refused, mut expected) = (0, 0);
        let mut ask = |public: [u8; 32], challenge: Scalar, s: Scalar| {
            let (challenge, s) = (challenge.to_bytes(), s.to_bytes());
            let ours = ed25519_expected_vartime(&public, &challenge, &s);
            let theirs = portable::ed25519_expected_vartime(&public, &challenge, &s);
            assert_eq!(ours, theirs, "{public:x?} {challenge:x?} {s:x?}");
            *if ours.is_some() { &mut expected } else { &mut refused } += 1;
        };
        let small = [Scalar::ZERO, Scalar::ONE, -Scalar::ONE, Scalar::from(8_u8)];
        for torsion in EIGHT_TORSION {
            for k in small {
                ask(torsion.compress().to_bytes(), k, k);
                ask((EdwardsPoint::mul_base(&k) + torsion).compress().to_bytes(), k, k);
            }
            for _ in 0..100 {
                let (a, challenge, s) =
                    (scalar(&mut digits), scalar(&mut digits), scalar(&mut digits));
                let public = (EdwardsPoint::mul_base(&a) + torsion).compress().to_bytes();
                ask(public, challenge, s);
                ask(public, challenge, challenge * a);
                ask(public, Scalar::ZERO, s);
                ask(public, challenge, Scalar::ZERO);
                ask(field::bytes(&digits.next()), challenge, s);
            }
        }
        EDGES.iter().for_each(|edge| ask(field::bytes(edge), Scalar::ONE, Scalar::ONE));
        assert!(refused > 1000 && expected > 2500, "{refused} {expected}");
    }

    #[test]
    fn digits_are_odd_small_and_far_apart() {
        let mut limbs = Digits::new(42);
        for case in 0..2000 {
            let mut m = if case == 0 { field::ZERO } else { limbs.next() };
            m[7] &= 0x1fff_ffff;
            let mut digits = [0; 256];
            digits_vartime(&mut digits, &m);
            let (mut sum, mut last) = (field::ZERO, 256);
            for (at, &digit) in digits.iter().enumerate().rev() {
                let twice = sum;
                scalar::add(&mut sum, twice.into_iter(), 0);
                let sign = if digit < 0 { u32::MAX } else { 0 };
                let limbs = core::array::from_fn::<_, 8, _>(|i| {
                    if i == 0 { i32::from(digit) as u32 } else { sign }
                });
                scalar::add(&mut sum, limbs.into_iter(), 0);
                if digit != 0 {
                    assert!(
                        digit & 1 == 1 && digit.unsigned_abs() < 8 && last - at >= 4 || last == 256
                    );
                    last = at;
                }
            }
            assert_eq!(sum, m);
        }
    }
}
