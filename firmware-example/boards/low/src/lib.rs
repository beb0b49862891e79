//! Each assembly function of this core beside a slow model of it, on the metal; and the test vectors that lie below the
//! public API, those of Poly1305.
//!
//! What is compared stands in the room itself, `core/src/low/cortex_m/check.rs`; nothing of it is public, so that this crate
//! takes in the room's source.
#![no_std]
#![allow(dead_code, unused_imports)] // What the rooms above use, nobody does here.

#[path = "../../../../core/src/low/mod.rs"]
mod low;

use semihosting::println;

include!(concat!(env!("OUT_DIR"), "/poly1305.rs"));

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
    say("poly1305.json", POLY1305.len(), poly1305());
}

/// Whether the cases of `poly1305.json` hold; says which do not.
#[cfg(saltbox_cortex_m)]
fn poly1305() -> bool {
    let mut good = !POLY1305.is_empty();
    for case in POLY1305 {
        if low::cortex_m::poly1305(case.key, case.message) != *case.tag {
            println!("  poly1305.json: {} does not hold", case.id);
            good = false;
        }
    }
    good
}

/// With the portable backend there is nothing to compare: the image runs nothing, and fails.
#[cfg(not(saltbox_cortex_m))]
fn compare(_: &mut dyn FnMut(&str, usize, bool)) {}

/// A case of `poly1305.json`.
struct Case {
    id: &'static str,
    key: &'static [u8; 32],
    message: &'static [u8],
    tag: &'static [u8; 16],
}
