//! The sensor node on QEMU's `mps2-an386` (Cortex-M4F): an LM75 and an EEPROM on the I2C bus, no noise source.
#![no_std]
#![no_main]

use core::cell::RefCell;

use saltbox::telemetry::Features;
use saltbox_metal::{exit, stack};
use saltbox_mps2::{AN385, I2c, Peripherals, Timer, Uart};
use saltbox_node::{Eeprom, Hardware, NoNoise, Node, Parts, Settings, Shared, Thermometer};

struct Board;

impl<'a> Hardware for &'a Board {
    type Serial = Uart;
    type Clock = Timer;
    type Sensor = Thermometer<Shared<'a, I2c>>;
    type Memory = Eeprom<Shared<'a, I2c>>;
    type Noise = NoNoise;
    const FEATURES: Features = Features::MEMORY;
}

#[cortex_m_rt::entry]
fn main() -> ! {
    stack::paint();
    let Some(Peripherals { uart, timer, i2c }) = Peripherals::take(AN385) else { exit(false) };
    let bus = RefCell::new(i2c);
    let parts = Parts {
        serial: uart,
        clock: timer,
        sensor: Thermometer::at(Shared::of(&bus), 0x48),
        memory: Eeprom::at(Shared::of(&bus), 0x50),
        noise: NoNoise,
    };
    let mut node = Node::<&Board>::new(parts, Settings::default());
    let mut high_water = stack::HighWater::default();
    loop {
        node.poll();
        high_water.watch();
    }
}
