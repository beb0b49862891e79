//! What is measured.

use core::fmt;

use embedded_hal::i2c::I2c;
use lm75::{Lm75, ic};
use saltbox::telemetry::Reading;

/// Something that gives a reading when asked.
pub trait Sensor {
    /// What can go wrong.
    type Error;

    /// Measures, now.
    ///
    /// # Errors
    ///
    /// The driver's own; the node then sends no reading, and says that the sensor does not answer.
    fn read(&mut self) -> Result<Reading, Self::Error>;
}

/// An LM75 or a part like it (the tmp105 among them), to half a degree.
pub struct Thermometer<I>(Lm75<I, ic::Lm75>);

impl<I: I2c> Thermometer<I> {
    /// The part at `address` (7 bits) of `bus`.
    pub fn at(bus: I, address: u8) -> Self {
        Self(Lm75::new(bus, address))
    }
}

impl<I> fmt::Debug for Thermometer<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Thermometer")
    }
}

impl<I: I2c> Sensor for Thermometer<I> {
    type Error = lm75::Error<I::Error>;

    fn read(&mut self) -> Result<Reading, Self::Error> {
        let celsius = self.0.read_temperature()?;
        // Exact: the driver gives multiples of 1/2 between -128 and 128.
        Ok(Reading::Temperature { millidegrees: (celsius * 1000.0) as i32 })
    }
}

/// For a board without a sensor: counts up, and is labelled as a test pattern on the way and at the gateway.
#[derive(Debug, Default)]
pub struct TestPattern(i32);

impl Sensor for TestPattern {
    type Error = core::convert::Infallible;

    fn read(&mut self) -> Result<Reading, Self::Error> {
        self.0 = self.0.wrapping_add(1);
        Ok(Reading::TestPattern { value: self.0 })
    }
}
