//! Tries the drivers: exit code 0 if they did what they must. The README of the boards has the command.
#![no_std]
#![no_main]

use microbit::Peripherals;
use saltbox_metal::{exit, stack};
use saltbox_node::Clock as _;

#[cortex_m_rt::entry]
fn main() -> ! {
    stack::paint();
    let Some(Peripherals { mut uart, mut timer, mut noise, mut page }) = Peripherals::take() else {
        exit(false)
    };
    saltbox_smoke::stopwatch(|| timer.ticks());
    let good = [
        saltbox_smoke::noise(&mut noise),
        saltbox_smoke::memory(&mut page),
        saltbox_smoke::echo(&mut uart),
    ];
    defmt::info!("{=u64} ms, {=usize} bytes of stack", timer.now_ms(), stack::peak());
    exit(good == [true; 3])
}
