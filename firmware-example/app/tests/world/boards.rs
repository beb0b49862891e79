//! The three kinds of board.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use saltbox::nvm::Nvm;
use saltbox::rng::{EntropySource, MinEntropy};
use saltbox::telemetry::Features;
use saltbox_node::{Eeprom, Hardware, NoNoise, TestPattern, Thermometer};

use super::dice::Dice;
use super::eeprom::{Bus, EEPROM, TMP105};
use super::power::Time;
use super::wire::Serial;

/// What every board of the world is made of.
pub struct Stock {
    pub bus: Bus,
    pub flash: FlashPage,
    pub noise: TestNoise,
}

/// A board, and how its drivers come from the stock.
pub trait Kit: Hardware<Serial = Serial, Clock = Time> {
    fn sensor(stock: &Stock) -> Self::Sensor;
    fn memory(stock: &Stock) -> Self::Memory;
    fn noise(stock: &Stock) -> Self::Noise;
}

/// An EEPROM, as on the MPS2 boards.
pub struct MemoryOnly;
/// A noise source and a flash page, as on the microbit.
pub struct NoiseOnly;
/// Either may fail.
pub struct Both;

macro_rules! hardware {
    ($name:ident, $sensor:ty, $memory:ty, $noise:ty, $features:expr) => {
        impl Hardware for $name {
            type Serial = Serial;
            type Clock = Time;
            type Sensor = $sensor;
            type Memory = $memory;
            type Noise = $noise;
            const FEATURES: Features = $features;
        }
    };
}

hardware!(MemoryOnly, Thermometer<Bus>, Eeprom<Bus>, NoNoise, Features::MEMORY);
hardware!(NoiseOnly, TestPattern, FlashPage, TestNoise, Features::NOISE);
hardware!(Both, Thermometer<Bus>, Eeprom<Bus>, TestNoise, Features::MEMORY.and(Features::NOISE));

impl Kit for MemoryOnly {
    fn sensor(stock: &Stock) -> Self::Sensor {
        Thermometer::at(stock.bus.clone(), TMP105)
    }
    fn memory(stock: &Stock) -> Self::Memory {
        Eeprom::at(stock.bus.clone(), EEPROM)
    }
    fn noise(_: &Stock) -> NoNoise {
        NoNoise
    }
}

impl Kit for NoiseOnly {
    fn sensor(_: &Stock) -> TestPattern {
        TestPattern::default()
    }
    fn memory(stock: &Stock) -> FlashPage {
        stock.flash.clone()
    }
    fn noise(stock: &Stock) -> TestNoise {
        stock.noise.clone()
    }
}

impl Kit for Both {
    fn sensor(stock: &Stock) -> Self::Sensor {
        MemoryOnly::sensor(stock)
    }
    fn memory(stock: &Stock) -> Self::Memory {
        MemoryOnly::memory(stock)
    }
    fn noise(stock: &Stock) -> TestNoise {
        stock.noise.clone()
    }
}

/// A page of flash, which keeps whatever is written.
#[derive(Clone)]
pub struct FlashPage(pub Rc<RefCell<[u8; 1024]>>);

impl FlashPage {
    pub fn erased() -> Self {
        Self(Rc::new(RefCell::new([0xff; 1024])))
    }
}

impl Nvm for FlashPage {
    type Error = Infallible;

    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(&self.0.borrow()[address as usize..][..out.len()]);
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.borrow_mut()[address as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    Works,
    /// Always the same sample.
    Stuck,
    /// Passes every test, and gives after each reset what it gave before.
    Repeats,
    Missing,
}

/// A noise source; a clone shares its mood and its luck.
#[derive(Clone)]
pub struct TestNoise {
    pub mood: Rc<RefCell<Mood>>,
    luck: Rc<RefCell<Dice>>,
    since_reset: Dice,
}

const SAME: u64 = 7;

impl TestNoise {
    pub fn new(seed: u64) -> Self {
        Self {
            mood: Rc::new(RefCell::new(Mood::Works)),
            luck: Rc::new(RefCell::new(Dice::new(seed))),
            since_reset: Dice::new(SAME),
        }
    }
}

impl EntropySource for TestNoise {
    const MIN_ENTROPY: MinEntropy = MinEntropy::bits(1).unwrap();
    type Error = ();

    fn sample(&mut self) -> Result<u8, ()> {
        match *self.mood.borrow() {
            Mood::Works => Ok(self.luck.borrow_mut().byte()),
            Mood::Stuck => Ok(0x55),
            Mood::Repeats => Ok(self.since_reset.byte()),
            Mood::Missing => Err(()),
        }
    }
}
