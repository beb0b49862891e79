//! What every board under QEMU shares: the log, the exit code, the panic handler and the stack's high-water mark.
//!
//! The log is `defmt` over semihosting, by a handle of the file `:tt`. QEMU writes that to its own standard output, and
//! never to the `chardev=` of `-semihosting-config`, which takes single characters alone: keep the serial port elsewhere.
#![no_std]

pub mod stack;

use defmt_semihosting as _;

/// Ends QEMU with exit code 0 or 1.
pub fn exit(success: bool) -> ! {
    semihosting::process::exit(i32::from(!success))
}

/// A panic says where by `defmt` (the file and line stay on the host) and ends QEMU with exit code 1.
///
/// The message is not formatted: that would link the formatting machinery, and could print what must not be printed.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    let line = info.location().map_or(0, core::panic::Location::line);
    defmt::error!("panic in line {=u32}", line);
    exit(false)
}
