//! The nRF51's thermal noise source.

use core::convert::Infallible;

use saltbox::rng::{EntropySource, MinEntropy};

use crate::mmio::Registers;

const START: u16 = 0x000;
const VALRDY: u16 = 0x100;
const CONFIG: u16 = 0x504;
const VALUE: u16 = 0x508;

/// The RNG peripheral, with its bias correction on.
///
/// Declared at one bit of min-entropy a byte: far below what its makers claim, and enough.
#[derive(Debug)]
pub struct Noise(Registers);

impl Noise {
    pub(crate) fn new(mut registers: Registers) -> Self {
        registers.write(CONFIG, 1);
        registers.write(START, 1);
        Self(registers)
    }
}

impl EntropySource for Noise {
    const MIN_ENTROPY: MinEntropy = MinEntropy::bits(1).unwrap();
    type Error = Infallible;

    fn sample(&mut self) -> Result<u8, Infallible> {
        while self.0.read(VALRDY) == 0 {}
        self.0.write(VALRDY, 0);
        Ok(self.0.read(VALUE) as u8)
    }
}
