//! Calls every public function of saltbox once, so that all of it stands in a linked image, as it would ship.
//!
//! `cargo xtask panics` searches that image for calls that can panic. The optimiser must not know what goes in nor
//! that nothing comes of it: every input comes through `given`, every output goes to `taken`. Functions are named
//! in full, as `Type::function` or `<Type as Trait>::function`, for `tests/complete.rs`, which compares them with
//! what the compiler says is public.
#![no_std]

mod keys;
mod nacl;
mod nonces;
mod nvm;
mod rng;
mod shown;
mod telemetry;

use core::hint::black_box;

/// Calls everything.
pub fn call_everything() {
    keys::call();
    nacl::call();
    nonces::call();
    nvm::call();
    rng::call();
    telemetry::call();
}

/// `value`, of which the optimiser knows nothing.
#[inline(always)]
fn given<T>(value: T) -> T {
    black_box(value)
}

/// Ends the life of a result of which the optimiser may not think that nobody reads it.
#[inline(always)]
fn taken<T>(value: T) {
    let _ = black_box(value);
}

/// A slice of unknown length.
#[inline(always)]
fn some(bytes: &[u8]) -> &[u8] {
    black_box(bytes)
}

/// A slice of unknown length, to be written to.
#[inline(always)]
fn room(bytes: &mut [u8]) -> &mut [u8] {
    black_box(bytes)
}

/// What can go wrong with the drivers below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, defmt::Format)]
struct Broken;

impl core::fmt::Display for Broken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("broken")
    }
}
