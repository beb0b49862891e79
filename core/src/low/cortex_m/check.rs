//! This core's assembly beside the model, and the whole backend beside the portable one.
//!
//! It runs on each board (`cargo xtask vectors`), as a part of an image that takes this folder in; no release has it. On the
//! host the model takes the assembly's place, and is itself compared with another's big integers: see `low::tests`.

use super::field::{self, Limbs};
use super::{isa, model};
use crate::low::{cortex_m, portable};

/// Random cases of each operation of the field, besides every pair of edges.
const CASES: usize = 10_000;

/// Runs everything; `say` hears the name of each test, its number of cases and whether all held.
pub(crate) fn run(say: &mut dyn FnMut(&str, usize, bool)) {
    let mut digits = Digits::new(1);
    fields(say, &mut digits);
    streams(say, &mut digits);
    wholes(say, &mut digits);
}

fn fields(say: &mut dyn FnMut(&str, usize, bool), digits: &mut Digits) {
    type Binary = fn(&mut Limbs, &Limbs, &Limbs);
    type Unary = fn(&mut Limbs, &Limbs);
    let binary: [(&str, Binary, Binary); 3] = [
        ("mul", |o, a, b| isa::field::mul(o, a, b), model::field::mul),
        ("add", |o, a, b| isa::field::add(o, a, b), model::field::add),
        ("sub", |o, a, b| isa::field::sub(o, a, b), model::field::sub),
    ];
    for (name, ours, theirs) in binary {
        let (cases, good) = pairs(digits, |a, b| {
            let (mut x, mut y) = ([1; 8], [2; 8]);
            ours(&mut x, a, b);
            theirs(&mut y, a, b);
            field::to_bytes(&x) == field::to_bytes(&y)
        });
        say(name, cases, good);
    }
    let unary: [(&str, Unary, Unary); 2] = [
        ("square", |o, a| isa::field::square(o, a), model::field::square),
        ("mul_121666", |o, a| isa::field::mul_121666(o, a), model::field::mul_121666),
    ];
    for (name, ours, theirs) in unary {
        let (cases, good) = pairs(digits, |a, _| {
            let (mut x, mut y) = ([1; 8], [2; 8]);
            ours(&mut x, a);
            theirs(&mut y, a);
            field::to_bytes(&x) == field::to_bytes(&y)
        });
        say(name, cases, good);
    }
    let (cases, good) = pairs(digits, |a, b| {
        let (mut x, mut y) = ([1; 16], [2; 16]);
        isa::field::mul_wide(&mut x, a, b);
        model::field::mul_wide(&mut y, a, b);
        x == y
    });
    say("mul_wide", cases, good);
}

/// How many pairs there were, and whether `holds` was true of all.
fn pairs(digits: &mut Digits, holds: impl Fn(&Limbs, &Limbs) -> bool) -> (usize, bool) {
    let mut good = true;
    for a in &EDGES {
        for b in &EDGES {
            good &= holds(a, b);
        }
    }
    for _ in 0..CASES {
        good &= holds(&digits.next(), &digits.next());
    }
    (EDGES.len() * EDGES.len() + CASES, good)
}

fn streams(say: &mut dyn FnMut(&str, usize, bool), digits: &mut Digits) {
    let mut good = true;
    for _ in 0..CASES {
        let (mut input, mut x, mut y) = ([0; 16], [1; 16], [2; 16]);
        for (digit, value) in input.iter_mut().zip(digits.next().into_iter().chain(digits.next())) {
            *digit = value;
        }
        isa::salsa20::block(&mut x, &input);
        model::salsa20::block(&mut y, &input);
        good &= x == y;
    }
    say("salsa20 block", CASES, good);
}

/// The backend's own functions.
fn wholes(say: &mut dyn FnMut(&str, usize, bool), digits: &mut Digits) {
    let good = (0..40).all(|_| {
        let (k, u) = (field::bytes(&digits.next()), field::bytes(&digits.next()));
        let (mut x, mut y) = ([1; 32], [2; 32]);
        cortex_m::x25519(&mut x, &k, &u);
        portable::x25519(&mut y, &k, &u);
        x == y
    });
    say("x25519", 40, good);
    let good = (0..40).all(|_| {
        let k = field::bytes(&digits.next());
        let (mut x, mut y) = ([1; 32], [2; 32]);
        cortex_m::x25519_base(&mut x, &k);
        portable::x25519_base(&mut y, &k);
        x == y
    });
    say("x25519_base", 40, good);
    let good = (0..1000).all(|_| {
        let (key, [i0, i1, ..]) = (field::bytes(&digits.next()), digits.next());
        let input: [u8; 16] = core::array::from_fn(|i| (i0 >> i) as u8 ^ (i1 << (i / 3)) as u8);
        let (mut x, mut y) = ([1; 32], [2; 32]);
        cortex_m::hsalsa20(&mut x, &key, &input);
        portable::hsalsa20(&mut y, &key, &input);
        x == y
    });
    say("hsalsa20", 1000, good);
    // Every length up to some blocks, at every alignment.
    let good = (0..400).all(|len| {
        let (key, mut x) = (field::bytes(&digits.next()), [0_u8; 404]);
        digits.fill(&mut x);
        let mut y = x;
        let data = len % 4..len % 4 + len;
        cortex_m::KeyStream::new(&key, &[7; 8]).xor(&mut x[data.clone()]);
        portable::KeyStream::new(&key, &[7; 8]).xor(&mut y[data.clone()]);
        x == y && cortex_m::poly1305(&key, &x[data.clone()]) == portable::poly1305(&key, &x[data])
    });
    say("key stream and poly1305", 400, good);
}

/// Where carries run far and reductions end: 0, 1, p - 1, p, p + 1, 2 p - 1, 2 p, 2^255, 2^256 - 38, 2^256 - 1, full limbs.
pub(crate) const EDGES: [Limbs; 16] = {
    const F: u32 = u32::MAX;
    [
        [0; 8],
        [1, 0, 0, 0, 0, 0, 0, 0],
        [19, 0, 0, 0, 0, 0, 0, 0],
        [F - 19, F, F, F, F, F, F, F >> 1],
        [F - 18, F, F, F, F, F, F, F >> 1],
        [F - 17, F, F, F, F, F, F, F >> 1],
        [F, F, F, F, F, F, F, F >> 1],
        [0, 0, 0, 0, 0, 0, 0, 1 << 31],
        [F - 38, F, F, F, F, F, F, F],
        [F - 37, F, F, F, F, F, F, F],
        [F - 36, F, F, F, F, F, F, F],
        [F; 8],
        [F, 0, F, 0, F, 0, F, 0],
        [0, F, 0, F, 0, F, 0, F],
        [0xffff, 0xffff_0000, 0xffff, 0xffff_0000, 0xffff, 0xffff_0000, 0xffff, 0xffff_0000],
        [0, 0, 0, 0, F, F, F, F],
    ]
};

/// Digits in which runs of ones and of zeros are as likely as random bits.
pub(crate) struct Digits(u64);

impl Digits {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(0x9e37_79b9_7f4a_7c15 ^ (seed << 1))
    }

    /// The next eight.
    pub(crate) fn next(&mut self) -> Limbs {
        let shape = self.word();
        core::array::from_fn(|i| match (shape >> (4 * i)) & 7 {
            0 => 0,
            1 => u32::MAX,
            2 => u32::MAX << (self.word() & 31),
            3 => u32::MAX >> (self.word() & 31),
            _ => self.word(),
        })
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.word() as u8;
        }
    }

    /// Marsaglia's xorshift64*.
    fn word(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    }
}
