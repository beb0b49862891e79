//! What is measured on a Cortex-M, and how.
//!
//! An image measures one family of operations ([`family`]) of one library ([`library`]), each operation between the two
//! markers of [`measure`]; who plays the image counts what is executed between them. `cargo xtask bench cycles` does.
//! Inputs and outputs pass through `black_box`, so that nothing is computed at compile time.
#![no_std]

mod expected;
pub mod family;
pub mod library;
pub mod measure;

/// Ends QEMU with exit code 0: everything was measured, and every result was right.
pub fn end() -> ! {
    semihosting::process::exit(0)
}

/// A panic ends QEMU with exit code 1. Nothing is printed: formatting would be linked and its flash counted.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    semihosting::process::exit(1)
}
