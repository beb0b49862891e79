//! The test vectors of saltbox on the metal.
//!
//! `build.rs` makes a suite of each file in `core/tests/vectors/`; what each algorithm must fulfil stands in the
//! README there. All suites run on all boards in full. That of `poly1305` lies below the public API: it runs in the image
//! `low` and not in this one, which meets its edges in the ciphertexts of `secret_box_edges`.
#![no_std]

mod agree;
mod boxes;
mod drbg;
mod fingerprint;
mod gateway_keys;
mod hash;
mod leftovers;
mod memory;
mod sign;
mod telemetry;

use agree::{X25519, X25519Base};
use boxes::{PublicBox, SealedBox, SecretBox, SecretBoxForged};
use drbg::Drbg;
use fingerprint::Fingerprint;
use gateway_keys::GatewayKeys;
use hash::{Blake2b, Sha512};
pub use leftovers::Stack;
use memory::{NvmBoot, NvmSlot};
use semihosting::println;
use sign::{Ed25519Sign, Ed25519Verify};
use telemetry::Telemetry;

include!(concat!(env!("OUT_DIR"), "/suites.rs"));

/// The longest message in a vector; its README promises it.
const MESSAGE_MAX: usize = 1024;

/// Runs every suite and returns whether each had cases and all of them held.
///
/// Says a line a suite on QEMU's standard output, `test <file> (<number> cases) ... ok` or `... FAILED` after a line for
/// each case that did not hold, and in the end `<number> passed, <number> failed`, counting suites.
#[must_use]
pub fn run(stack: &Stack) -> bool {
    (stack.paint)();
    let (mut passed, mut failed) = (0, 0);
    for suite in SUITES {
        if suite.holds() { passed += 1 } else { failed += 1 }
    }
    for (name, cases) in BELOW {
        println!("left to the image `low`: {name} ({cases} cases), below the public API");
    }
    println!("{{\"peak_stack\":{}}}", (stack.peak)());
    let clean = leftovers::none(stack);
    println!("test nothing is left on the stack ... {}", if clean { "ok" } else { "FAILED" });
    if clean {
        passed += 1
    } else {
        failed += 1
    }
    println!("{passed} passed, {failed} failed");
    passed > 0 && failed == 0
}

/// The cases of a file.
struct Suite {
    name: &'static str,
    cases: &'static [&'static dyn Case],
}

impl Suite {
    fn holds(&self) -> bool {
        let Self { name, cases } = self;
        let mut good = !cases.is_empty();
        for case in cases.iter().filter(|case| !case.holds()) {
            println!("  {name}: {} does not hold", case.id());
            good = false;
        }
        let verdict = if good { "ok" } else { "FAILED" };
        println!("test {name} ({} cases) ... {verdict}", cases.len());
        good
    }
}

/// A known answer.
trait Case: Sync {
    /// Its name in the file.
    fn id(&self) -> &'static str;

    /// Whether saltbox gives that answer.
    fn holds(&self) -> bool;
}
