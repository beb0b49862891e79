//! This core's assembly beside the model, and the whole backend beside the portable one.
//!
//! It runs on each board (`cargo xtask vectors`), as a part of an image that takes this folder in; no release has it. On the
//! host the model takes the assembly's place, and is itself compared with another's big integers: see `low::tests`.

use super::cases::{Digits, EDGES};
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
    hashes(say, &mut digits);
    tags(say, &mut digits);
    wholes(say, &mut digits);
}

fn fields(say: &mut dyn FnMut(&str, usize, bool), digits: &mut Digits) {
    type Binary = fn(&mut Limbs, &Limbs, &Limbs);
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
    let (cases, good) = pairs(digits, |a, _| {
        let (mut x, mut y) = ([1; 8], [2; 8]);
        isa::field::square(&mut x, a);
        model::field::square(&mut y, a);
        field::to_bytes(&x) == field::to_bytes(&y)
    });
    say("square", cases, good);
    let (cases, good) = pairs(digits, |a, _| {
        let (mut x, mut y) = (*a, *a);
        isa::field::square_n(&mut x, 1 + (a[0] & 1));
        model::field::square_n(&mut y, 1 + (a[0] & 1));
        field::to_bytes(&x) == field::to_bytes(&y)
    });
    say("square_n", cases, good);
    steps(say, digits);
    let (cases, good) = pairs(digits, |a, b| {
        let (mut x, mut y) = ([1; 16], [2; 16]);
        isa::field::mul_wide(&mut x, a, b);
        model::field::mul_wide(&mut y, a, b);
        x == y
    });
    say("mul_wide", cases, good);
}

/// The ladder's step, of z2 and z3 up to the bound that some of the steps ask for; it has to hold again for what comes out.
fn steps(say: &mut dyn FnMut(&str, usize, bool), digits: &mut Digits) {
    /// 2^256 - 38.
    const MOST: Limbs = {
        const F: u32 = u32::MAX;
        [F - 37, F, F, F, F, F, F, F]
    };
    let fits = |z: &Limbs| z.iter().rev().le(MOST.iter().rev());
    let (cases, good) = pairs(digits, |a, b| {
        let at_most = |z: &Limbs| if fits(z) { *z } else { MOST };
        let mut x = [*a, at_most(b), *b, at_most(a)];
        let mut y = x;
        let (u, swap) = ([a[0], b[1], a[2], b[3], a[4], b[5], a[6], b[7]], a[3] & 1);
        isa::field::step(&mut x, &u, swap);
        model::field::step(&mut y, &u, swap);
        let same = x.iter().zip(&y).all(|(x, y)| field::to_bytes(x) == field::to_bytes(y));
        same && fits(&x[1]) && fits(&x[3])
    });
    say("ladder step", cases, good);
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
        let (mut input, mut x, mut y) = ([0; 16], [[1; 64]; 2], [[1; 64]; 2]);
        for (digit, value) in input.iter_mut().zip(digits.next().into_iter().chain(digits.next())) {
            *digit = value;
        }
        let (mut state_x, mut state_y) = (input, input);
        isa::salsa20::xor_blocks(&mut x, &mut state_x);
        model::salsa20::xor_blocks(&mut y, &mut state_y);
        good &= x == y && state_x == state_y;
    }
    say("salsa20 blocks", CASES, good);
}

/// BLAKE2b's compression, of blocks at every alignment.
fn hashes(say: &mut dyn FnMut(&str, usize, bool), digits: &mut Digits) {
    const BLOCKS: usize = 2000;
    let good = (0..BLOCKS).all(|case| {
        let mut bytes = [0; 132];
        digits.fill(&mut bytes);
        let mut words = [[0_u64; 4]; 3];
        for row in &mut words {
            let [a, b, c, d, e, f, g, h] = digits.next().map(u64::from);
            *row = [a << 32 | b, c << 32 | d, e << 32 | f, g << 32 | h];
        }
        let [h0, h1, [count, ..]] = words;
        let (mut x, mut y) = ([h0, h1], [h0, h1]);
        let Some(block) = bytes.get(case % 4..).and_then(|bytes| bytes.first_chunk()) else {
            return false;
        };
        let last = if case / 4 % 2 == 0 { 0 } else { u32::MAX };
        isa::blake2b::compress(&mut x, block, count, last);
        model::blake2b::compress(&mut y, block, count, last);
        x == y
    });
    say("blake2b compression", BLOCKS, good);
}

/// Poly1305 where carries run far: keys and messages with runs of ones and of zeros, each message at every alignment.
fn tags(say: &mut dyn FnMut(&str, usize, bool), digits: &mut Digits) {
    const MESSAGES: usize = 2000;
    const LONGEST: usize = 100;
    let good = (0..MESSAGES).all(|case| {
        let (key, mut bytes) = (field::bytes(&digits.next()), [0; 128]);
        for part in bytes.as_chunks_mut().0 {
            *part = field::bytes(&digits.next());
        }
        let message = &bytes[..case % (LONGEST + 1)];
        let tag = portable::poly1305(&key, message);
        (0..4).all(|offset| {
            let mut room = [0; LONGEST + 3];
            let moved = &mut room[offset..][..message.len()];
            moved.copy_from_slice(message);
            cortex_m::poly1305(&key, moved) == tag
        })
    });
    say("poly1305 of runs", MESSAGES, good);
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
    let good = (0..40).all(|_| {
        let k = field::to_bytes(&digits.next());
        cortex_m::ed25519_base(&k) == portable::ed25519_base(&k)
    });
    say("ed25519_base", 40, good);
    let good = (0..1000).all(|_| {
        let (mut x, mut y) = ([1; 32], [2; 32]);
        let mut wide = [0; 64];
        digits.fill(&mut wide);
        let [a, b, c] = [(); 3].map(|()| field::bytes(&digits.next()));
        cortex_m::scalar_reduce_wide(&mut x, &wide);
        portable::scalar_reduce_wide(&mut y, &wide);
        let same = x == y;
        let (a, b, c) = (reduced(&a), reduced(&b), reduced(&c));
        cortex_m::scalar_mul_add(&mut x, &a, &b, &c);
        portable::scalar_mul_add(&mut y, &a, &b, &c);
        same && x == y
    });
    say("scalars", 1000, good);
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

/// A scalar below the group's order.
fn reduced(scalar: &[u8; 32]) -> [u8; 32] {
    let (mut wide, mut out) = ([0; 64], [0; 32]);
    for (to, from) in wide.iter_mut().zip(scalar) {
        *to = *from;
    }
    portable::scalar_reduce_wide(&mut out, &wide);
    out
}
