//! The model of the field beside big integers, on edges and a million random cases of each operation.

use num_bigint::BigUint;

use super::cases::{Digits, EDGES};
use super::field::{self, Limbs};
use super::model::field as model;

const CASES: usize = 1_000_000;

fn big(limbs: &[u32]) -> BigUint {
    BigUint::from_slice(limbs)
}

fn p() -> BigUint {
    (BigUint::from(1_u32) << 255) - 19_u32
}

/// Asks `question` of every pair of edges and of random ones.
fn pairs(seed: u64, mut question: impl FnMut(&Limbs, &Limbs)) {
    for a in &EDGES {
        EDGES.iter().for_each(|b| question(a, b));
    }
    let mut digits = Digits::new(seed);
    for _ in 0..CASES {
        question(&digits.next(), &digits.next());
    }
}

/// `ours` of two elements is `theirs` modulo p.
fn compare(
    seed: u64,
    ours: fn(&mut Limbs, &Limbs, &Limbs),
    theirs: fn(BigUint, BigUint, &BigUint) -> BigUint,
) {
    let p = p();
    pairs(seed, |a, b| {
        let mut out = [0xa5a5_a5a5; 8];
        ours(&mut out, a, b);
        assert_eq!(big(&out) % &p, theirs(big(a), big(b), &p) % &p, "{a:x?} {b:x?}");
    });
}

#[test]
fn add() {
    compare(1, model::add, |a, b, _| a + b);
}

#[test]
fn sub() {
    compare(2, model::sub, |a, b, p| a + p * 4_u32 - b);
}

#[test]
fn mul() {
    compare(3, model::mul, |a, b, _| a * b);
}

#[test]
fn square() {
    compare(4, |out, a, _| model::square(out, a), |a, _, _| &a * &a);
}

#[test]
fn mul_121666() {
    compare(5, |out, a, _| model::mul_121666(out, a), |a, _, _| a * 121_666_u32);
}

#[test]
fn mul_wide() {
    pairs(6, |a, b| {
        let mut out = [0xa5a5_a5a5; 16];
        model::mul_wide(&mut out, a, b);
        assert_eq!(big(&out), big(a) * big(b), "{a:x?} {b:x?}");
    });
}

#[test]
fn to_bytes_is_the_remainder() {
    let p = p();
    pairs(7, |a, _| assert_eq!(BigUint::from_bytes_le(&field::to_bytes(a)), big(a) % &p, "{a:x?}"));
}

/// Fermat: a^(p - 2) is the inverse; and (p - 5) / 8 is 2^252 - 3.
#[test]
fn powers() {
    let p = p();
    let mut digits = Digits::new(8);
    for a in EDGES.into_iter().chain(core::iter::repeat_with(|| digits.next()).take(200)) {
        let inverse = big(&a).modpow(&(&p - 2_u32), &p);
        assert_eq!(BigUint::from_bytes_le(&field::to_bytes(&field::invert(&a))), inverse, "{a:x?}");
        let root = big(&a).modpow(&((&p - 5_u32) / 8_u32), &p);
        let ours = field::to_bytes(&field::power_252_3(&a));
        assert_eq!(BigUint::from_bytes_le(&ours), root, "{a:x?}");
    }
}
