//! Drivers for the BBC micro:bit (nRF51822, Cortex-M0), as QEMU emulates it: UART, RNG, timer, and one flash page.
//!
//! Registers: nRF51 Series Reference Manual, version 3.0.
#![no_std]

mod flash;
mod mmio;
mod noise;
mod timer;
mod uart;

pub use flash::{FlashPage, PAGE_LEN};
pub use mmio::{PAGE_START, Peripherals};
pub use noise::Noise;
pub use timer::Timer;
pub use uart::Uart;
