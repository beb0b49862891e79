//! Every operation that handles a secret, run with many secrets between two marks.
//!
//! `cargo xtask test ct` plays this image with the trace of `benches/trace` and compares, operation by operation, which
//! instructions ran and which addresses were read and written: with another secret they must be the same. Before an
//! operation's segments the image says `op <name>`, or `leak <name>` or `variable <name>` for those of [`planted`], which must
//! be caught.
//!
//! `SALTBOX_SECRETS` at build time says with how many secrets: 8 if it is not set.
#![no_std]

mod keys;
mod nacl;
mod nvm;
mod planted;
mod rng;
mod telemetry;

use core::hint::black_box;

use semihosting::println;

/// How many secrets each operation meets.
const SECRETS: usize = match option_env!("SALTBOX_SECRETS") {
    Some(digits) => match usize::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("SALTBOX_SECRETS is no number"),
    },
    None => 8,
};

/// Bytes that stand for a secret of any kind.
type Secret = [u8; 64];

/// Runs everything.
pub fn run() {
    println!("secrets {SECRETS}");
    keys::run();
    nacl::run();
    nvm::run();
    rng::run();
    telemetry::run();
    planted::run();
    println!("end");
}

/// An operation that must not tell its secrets apart.
fn op(name: &str, work: fn(&Secret)) {
    println!("op {name}");
    with_secrets(work);
}

fn with_secrets(work: fn(&Secret)) {
    let mut state = 0x5a17_b0c5_0000_0001;
    for number in 0..SECRETS {
        black_box(work)(&secret(number, &mut state));
    }
}

/// The first few are edges, the rest random.
fn secret(number: usize, state: &mut u64) -> Secret {
    match number {
        0 => [0; 64],
        1 => [0xff; 64],
        2 => [0x55; 64],
        3 => one_byte(0, 0x08),
        4 => one_byte(31, 0x80),
        5 => one_byte(31, 0x7f),
        _ => core::array::from_fn(|_| random(state)),
    }
}

fn one_byte(at: usize, value: u8) -> Secret {
    core::array::from_fn(|i| if i % 32 == at { value } else { 0 })
}

/// Marsaglia's xorshift: it has only to be different each time.
fn random(state: &mut u64) -> u8 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 24) as u8
}

/// What `work` does is traced; what it takes and returns is made and dropped outside.
#[inline(always)]
fn traced<T>(work: impl FnOnce() -> T) -> T {
    trace_begin();
    let result = black_box(work());
    trace_end();
    result
}

/// A mark: the trace begins when this has returned.
#[inline(never)]
fn trace_begin() {
    black_box(1_u8);
}

/// A mark: the trace ends where this begins.
#[inline(never)]
fn trace_end() {
    black_box(2_u8);
}

/// Half of a secret.
fn half(secret: &Secret) -> [u8; 32] {
    core::array::from_fn(|i| secret[i])
}

/// The other half.
fn other_half(secret: &Secret) -> [u8; 32] {
    core::array::from_fn(|i| secret[32 + i])
}

/// `right` with one bit turned, in a byte that the secret chooses.
fn forged<const N: usize>(right: &[u8; N], secret: &Secret) -> [u8; N] {
    let (at, bit) = (usize::from(secret[0]) % N, 1 << (secret[1] % 8));
    core::array::from_fn(|i| if i == at { right[i] ^ bit } else { right[i] })
}

/// A `heapless::Vec` that holds `bytes`.
fn vector<'a, V: Default + Extend<&'a u8>>(bytes: &'a [u8]) -> V {
    let mut vector = V::default();
    vector.extend(bytes);
    vector
}
