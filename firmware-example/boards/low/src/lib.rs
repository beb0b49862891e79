//! Each assembly function of this core beside a slow model of it, on the metal.
//!
//! What is compared stands in the room itself, `core/src/low/cortex_m/check.rs`; nothing of it is public, so that this crate
//! takes in the room's source.
#![no_std]
#![allow(dead_code, unused_imports)] // What the rooms above use, nobody does here.

#[path = "../../../../core/src/low/mod.rs"]
mod low;

use semihosting::println;

/// Runs every comparison and returns whether all held; says so as the test vectors do.
#[must_use]
pub fn run() -> bool {
    let (mut passed, mut failed) = (0, 0);
    compare(&mut |name, cases, good| {
        let verdict = if good { "ok" } else { "FAILED" };
        println!("test {name} ({cases} cases) ... {verdict}");
        if good { passed += 1 } else { failed += 1 }
    });
    println!("{passed} passed, {failed} failed");
    passed > 0 && failed == 0
}

#[cfg(saltbox_cortex_m)]
fn compare(say: &mut dyn FnMut(&str, usize, bool)) {
    low::cortex_m::check::run(say);
}

/// With the portable backend there is nothing to compare: the image runs nothing, and fails.
#[cfg(not(saltbox_cortex_m))]
fn compare(_: &mut dyn FnMut(&str, usize, bool)) {}
