//! The test vectors of saltbox on the metal.
//!
//! `build.rs` makes a suite of each file in `core/tests/vectors/`; what each algorithm must fulfil stands in the
//! README there. All suites run on all boards in full, except `poly1305`, which lies below the public API: what a board
//! meets of it are the cases of `secret_box_edges`, whose ciphertexts are chosen for its edges.
#![no_std]

mod agree;
mod boxes;
mod drbg;
mod fingerprint;
mod gateway_keys;
mod hash;
mod memory;
mod sign;
mod telemetry;

use agree::{X25519, X25519Base};
use boxes::{PublicBox, SealedBox, SecretBox, SecretBoxForged};
use drbg::Drbg;
use fingerprint::Fingerprint;
use gateway_keys::GatewayKeys;
use hash::{Blake2b, Sha512};
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
pub fn run() -> bool {
    let (mut passed, mut failed) = (0, 0);
    for suite in SUITES {
        if suite.holds() { passed += 1 } else { failed += 1 }
    }
    for (name, cases) in BELOW {
        println!("not run on a board: {name} ({cases} cases), below the public API");
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
