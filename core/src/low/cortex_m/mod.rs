//! The backend for Cortex-M: assembly for the innermost loops, readable Rust above it.
//!
//! | instruction set | cores | multiplies with |
//! |---|---|---|
//! | `v6m` | M0, M0+, M23 | MULS, 32 x 32 to the low 32 bits; the single-cycle multiplier is assumed |
//! | `v7m` | M3, and an M33 without DSP | MUL and MLA: the M3's long multiplies take a time that depends on their operands |
//! | `v7em` | M4, M7, M33 | UMAAL, 32 x 32 + 32 + 32 to 64 bits in one cycle |
//!
//! Each has the same functions, in `field`, `salsa20`, `poly1305` and `blake2b`; [`model`] has them in plain Rust, so that everything
//! above them is tested on the host and the assembly is compared with it on every core.
//!
//! Cycles in the headers are modelled, of one call, its return included; where they differ, what counts is the trace.
//! `cargo xtask bench cycles` leaves what each function took within an operation in `target/xtask/trace-*.json`.
#![cfg_attr(test, allow(unused_imports))] // The host's tests ask not for every name.

/// What an assembly function that uses the DSP extension begins with: the compiler's target for the M33 leaves the DSP extension out.
#[cfg(all(saltbox_core = "v7em", saltbox_v8m))]
macro_rules! cpu {
    () => {
        ".cpu cortex-m33"
    };
}
#[cfg(any(saltbox_core = "v7m", all(saltbox_core = "v7em", not(saltbox_v8m))))]
macro_rules! cpu {
    () => {
        ""
    };
}

#[cfg(any(test, saltbox_check))]
mod cases;
#[cfg(saltbox_check)]
pub(crate) mod check;
mod comb;
mod comb_table;
mod ed25519;
mod edwards;
pub(super) mod field;
mod poly1305;
mod salsa20;
mod scalar;
#[cfg(test)]
mod tests;
mod x25519;
mod x25519_base;

#[cfg(any(test, saltbox_check, not(saltbox_cortex_m)))]
pub(super) mod model;
#[cfg(saltbox_core = "v6m")]
pub(super) mod v6m;
#[cfg(saltbox_core = "v7em")]
pub(super) mod v7em;
#[cfg(saltbox_core = "v7m")]
pub(super) mod v7m;

#[cfg(not(saltbox_cortex_m))]
use model as isa;
#[cfg(saltbox_core = "v6m")]
use v6m as isa;
#[cfg(saltbox_core = "v7em")]
use v7em as isa;
#[cfg(saltbox_core = "v7m")]
use v7m as isa;

pub(crate) use ed25519::{ED25519_STACK, ed25519_base, ed25519_expected_vartime};
pub(crate) use isa::blake2b::{STACK as BLAKE2B_STACK, compress as blake2b_compress};
pub(crate) use poly1305::poly1305;
pub(crate) use salsa20::{KeyStream, hsalsa20};
pub(crate) use scalar::{scalar_mul_add, scalar_reduce_wide};
pub(crate) use x25519::{X25519_STACK, x25519};
pub(crate) use x25519_base::x25519_base;
