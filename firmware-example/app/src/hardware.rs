//! What a board gives to its node.

use embedded_io::{Read, ReadReady, Write};
use saltbox::nvm::Nvm;
use saltbox::rng::EntropySource;
use saltbox::telemetry::Features;

use crate::Sensor;

/// A board, as types: its drivers, and what its nonces rest on.
pub trait Hardware {
    /// The serial line to the gateway.
    type Serial: Read + ReadReady + Write;
    /// The clock.
    type Clock: Clock;
    /// What is measured.
    type Sensor: Sensor;
    /// Where the identity is kept; with [`Features::MEMORY`], seed and counters as well. A clone reaches the same memory.
    type Memory: Nvm + Clone;
    /// The noise source; [`NoNoise`](crate::NoNoise) where there is none.
    type Noise: EntropySource;

    /// [`MEMORY`](Features::MEMORY) if the memory takes a write of any byte for years (an EEPROM does, a flash page
    /// does not), [`NOISE`](Features::NOISE) if there is a noise source. With neither, the node does not compile.
    const FEATURES: Features;
}

/// A clock that never runs backwards.
pub trait Clock {
    /// Milliseconds since some moment, such as the reset.
    fn now_ms(&mut self) -> u64;
}

/// The drivers of a board.
pub struct Parts<H: Hardware> {
    /// The serial line to the gateway.
    pub serial: H::Serial,
    /// The clock.
    pub clock: H::Clock,
    /// What is measured.
    pub sensor: H::Sensor,
    /// Where the identity is kept.
    pub memory: H::Memory,
    /// The noise source.
    pub noise: H::Noise,
}

impl<H: Hardware> core::fmt::Debug for Parts<H> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}
