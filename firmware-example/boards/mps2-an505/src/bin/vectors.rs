//! Runs the test vectors of saltbox; QEMU's exit code is 0 if all held.
#![no_std]
#![no_main]

use saltbox_metal::{exit, stack};
use saltbox_vectors::Stack;

#[cortex_m_rt::entry]
fn main() -> ! {
    let stack = Stack { paint: stack::paint, peak: stack::peak, holds: stack::holds };
    exit(saltbox_vectors::run(&stack))
}
