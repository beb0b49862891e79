//! Tries the drivers: exit code 0 if they did what they must. The README of the boards has the command.
#![no_std]
#![no_main]

use saltbox_metal::{exit, stack};
use saltbox_mps2::{AN505, Peripherals};
use saltbox_node::Clock as _;

#[cortex_m_rt::entry]
fn main() -> ! {
    stack::paint();
    let Some(Peripherals { mut uart, mut timer, mut i2c }) = Peripherals::take(AN505) else {
        exit(false)
    };
    saltbox_smoke::stopwatch(|| timer.ticks());
    let good = [
        saltbox_smoke::sensor(&mut i2c),
        saltbox_smoke::eeprom(&mut i2c),
        saltbox_smoke::absent(&mut i2c),
        saltbox_smoke::echo(&mut uart),
    ];
    defmt::info!("{=u64} ms, {=usize} bytes of stack", timer.now_ms(), stack::peak());
    exit(good == [true; 4])
}
