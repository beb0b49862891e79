//! Runs the test vectors of saltbox; QEMU's exit code is 0 if all held.
#![no_std]
#![no_main]

use saltbox_metal::{exit, stack};
use semihosting::println;

#[cortex_m_rt::entry]
fn main() -> ! {
    stack::paint();
    let good = saltbox_vectors::run();
    println!("{{\"peak_stack\":{}}}", stack::peak());
    exit(good)
}
