//! Drivers for Arm's MPS2 FPGA boards, as QEMU emulates them: UART, timer, and the bit-banged I2C bus.
//!
//! Registers: Arm Cortex-M System Design Kit (DDI 0479), application notes AN385, AN386 and AN505.
#![no_std]

mod i2c;
mod mmio;
mod timer;
mod uart;

pub use i2c::{BusError, I2c};
pub use mmio::{AN385, AN505, Peripherals};
pub use timer::Timer;
pub use uart::Uart;
