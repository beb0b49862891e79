//! The CMSDK timer: 32 bits, counting down.

use core::num::{NonZeroU32, NonZeroU64};

use crate::mmio::Registers;

const CTRL: u8 = 0x00;
const VALUE: u8 = 0x04;
const RELOAD: u8 = 0x08;

/// Timer 0, free-running: a clock in milliseconds and a stopwatch in ticks.
#[derive(Debug)]
pub struct Timer {
    registers: Registers,
    ticks_per_ms: NonZeroU32,
    last: u32,
    ticks: u64,
}

impl Timer {
    pub(crate) fn new(mut registers: Registers, ticks_per_ms: NonZeroU32) -> Self {
        registers.write(CTRL, 0);
        registers.write(RELOAD, u32::MAX);
        registers.write(VALUE, u32::MAX);
        registers.write(CTRL, 1);
        Self { registers, ticks_per_ms, last: 0, ticks: 0 }
    }

    /// Ticks since the start, modulo 2^32.
    #[must_use]
    pub fn ticks(&self) -> u32 {
        !self.registers.read(VALUE)
    }

    /// Ticks in a second.
    #[must_use]
    pub const fn hz(&self) -> u32 {
        self.ticks_per_ms.get() * 1000
    }
}

impl saltbox_node::Clock for Timer {
    /// Milliseconds since the start. Ask at least once every 2^32 ticks (171 s at 25 MHz).
    fn now_ms(&mut self) -> u64 {
        let now = self.ticks();
        self.ticks += u64::from(now.wrapping_sub(self.last));
        self.last = now;
        self.ticks / NonZeroU64::from(self.ticks_per_ms)
    }
}
