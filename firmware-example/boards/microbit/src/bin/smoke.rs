//! Proves the drivers: noise, flash page, timer, UART echo of one byte, then exits.
#![no_std]
#![no_main]

use embedded_io::{Read, Write};
use microbit::Peripherals;
use saltbox::nvm::Nvm;
use saltbox::rng::EntropySource;
use saltbox_node::Clock as _;

#[cortex_m_rt::entry]
fn main() -> ! {
    saltbox_metal::stack::paint();
    let Some(Peripherals { mut uart, mut timer, mut noise, mut page }) = Peripherals::take() else {
        saltbox_metal::exit(false)
    };
    for _ in 0..4 {
        let Ok(sample) = noise.sample();
        defmt::info!("noise {=u8}", sample);
    }
    let mut count = [0];
    let Ok(()) = page.read(5, &mut count);
    let Ok(()) = page.write(5, &[count[0].wrapping_add(1)]);
    let mut again = [0];
    let Ok(()) = page.read(5, &mut again);
    defmt::info!("page {=u8} {=u8}", count[0], again[0]);
    let before = timer.ticks();
    for _ in 0..1000 {
        cortex_m::asm::nop();
    }
    defmt::info!(
        "1000 nops {=u32} ticks, {=u64} ms",
        timer.ticks().wrapping_sub(before),
        timer.now_ms()
    );
    let mut byte = [0];
    let _ = uart.read(&mut byte);
    let _ = uart.write_all(&byte);
    defmt::info!("stack peak {=usize}", saltbox_metal::stack::peak());
    saltbox_metal::exit(true)
}
