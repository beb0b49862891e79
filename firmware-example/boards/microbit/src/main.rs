//! The sensor node on QEMU's `microbit` (Cortex-M0): a noise source, keys in the last flash page, no sensor.
#![no_std]
#![no_main]

use microbit::{FlashPage, Noise, Peripherals, Timer, Uart};
use saltbox::telemetry::Features;
use saltbox_metal::{exit, stack};
use saltbox_node::{Hardware, Node, Parts, Settings, TestPattern};

struct Board;

impl Hardware for Board {
    type Serial = Uart;
    type Clock = Timer;
    type Sensor = TestPattern;
    type Memory = FlashPage;
    type Noise = Noise;
    const FEATURES: Features = Features::NOISE;
}

#[cortex_m_rt::entry]
fn main() -> ! {
    stack::paint();
    let Some(Peripherals { uart, timer, noise, page }) = Peripherals::take() else { exit(false) };
    let sensor = TestPattern::default();
    let parts = Parts { serial: uart, clock: timer, sensor, memory: page, noise };
    let mut node = Node::<Board>::new(parts, Settings::default());
    let mut high_water = stack::HighWater::default();
    loop {
        node.poll();
        high_water.watch();
    }
}
