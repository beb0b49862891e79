//! Registers by address: the only `unsafe` of this crate.
#![allow(unsafe_code)]

use core::num::NonZeroU32;
use core::sync::atomic::{AtomicBool, Ordering};

use crate::{I2c, Timer, Uart};

/// Where a board has its peripherals.
#[derive(Clone, Copy, Debug)]
pub struct Map {
    uart: usize,
    timer: usize,
    i2c: usize,
    ticks_per_ms: NonZeroU32,
}

/// AN385 (Cortex-M3), AN386 (Cortex-M4) and AN500 (Cortex-M7): 25 MHz.
pub const AN385: Map = Map {
    uart: 0x4000_4000,
    timer: 0x4000_0000,
    i2c: 0x4002_a000,
    ticks_per_ms: NonZeroU32::new(25_000).unwrap(),
};

/// AN505 (Cortex-M33), by the secure aliases: 20 MHz.
pub const AN505: Map = Map {
    uart: 0x5020_0000,
    timer: 0x5000_0000,
    i2c: 0x5020_d000,
    ticks_per_ms: NonZeroU32::new(20_000).unwrap(),
};

/// The drivers of a board, which exist once.
pub struct Peripherals {
    /// UART 0.
    pub uart: Uart,
    /// Timer 0.
    pub timer: Timer,
    /// The I2C bus with the sensor and the EEPROM.
    pub i2c: I2c,
}

static TAKEN: AtomicBool = AtomicBool::new(false);

impl Peripherals {
    /// Hands out the drivers the first time, `None` from then on.
    #[must_use]
    pub fn take(map: Map) -> Option<Self> {
        // Thumb v6-M has no compare-and-swap; nothing here runs in an interrupt.
        if TAKEN.load(Ordering::Relaxed) {
            return None;
        }
        TAKEN.store(true, Ordering::Relaxed);
        Some(Self {
            uart: Uart::new(Registers(map.uart)),
            timer: Timer::new(Registers(map.timer), map.ticks_per_ms),
            i2c: I2c::new(Registers(map.i2c)),
        })
    }
}

/// One peripheral. Can only be made here, from the maps above.
#[derive(Debug)]
pub(crate) struct Registers(usize);

impl Registers {
    pub(crate) fn read(&self, offset: u8) -> u32 {
        // SAFETY: the maps above name peripherals that the board has; reading their registers has no effect on memory.
        unsafe { ((self.0 + usize::from(offset)) as *const u32).read_volatile() }
    }

    pub(crate) fn write(&mut self, offset: u8, value: u32) {
        // SAFETY: as above; none of these peripherals has a DMA.
        unsafe { ((self.0 + usize::from(offset)) as *mut u32).write_volatile(value) }
    }
}
