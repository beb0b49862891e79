//! Timer 0: 32 bits at 16 MHz, counting up.

use crate::mmio::Registers;

const START: u16 = 0x000;
const CAPTURE0: u16 = 0x040;
const BITMODE: u16 = 0x508;
const PRESCALER: u16 = 0x510;
const CC0: u16 = 0x540;

/// Timer 0, free-running: a clock in milliseconds and a stopwatch in ticks.
#[derive(Debug)]
pub struct Timer {
    registers: Registers,
    last: u32,
    ticks: u64,
}

impl Timer {
    /// Ticks in a second.
    pub const HZ: u32 = 16_000_000;

    pub(crate) fn new(mut registers: Registers) -> Self {
        registers.write(BITMODE, 3);
        registers.write(PRESCALER, 0);
        registers.write(START, 1);
        Self { registers, last: 0, ticks: 0 }
    }

    /// Ticks since the start, modulo 2^32.
    #[must_use]
    pub fn ticks(&mut self) -> u32 {
        self.registers.write(CAPTURE0, 1);
        self.registers.read(CC0)
    }

    /// Ticks in a second.
    #[must_use]
    pub const fn hz(&self) -> u32 {
        Self::HZ
    }
}

impl saltbox_node::Clock for Timer {
    /// Milliseconds since the start. Ask at least once every 2^32 ticks (268 s).
    fn now_ms(&mut self) -> u64 {
        let now = self.ticks();
        self.ticks += u64::from(now.wrapping_sub(self.last));
        self.last = now;
        self.ticks / u64::from(Self::HZ / 1000)
    }
}
