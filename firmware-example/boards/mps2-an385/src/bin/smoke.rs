//! Proves the drivers: prints the temperature, keeps a count in the EEPROM, echoes one byte, then exits.
#![no_std]
#![no_main]

use embedded_hal::i2c::I2c as _;
use embedded_io::{Read, Write};
use saltbox_mps2::{AN385, Peripherals};
use saltbox_node::Clock as _;

#[cortex_m_rt::entry]
fn main() -> ! {
    saltbox_metal::stack::paint();
    let Some(Peripherals { mut uart, mut timer, mut i2c }) = Peripherals::take(AN385) else {
        saltbox_metal::exit(false)
    };
    let mut count = [0];
    let memory = i2c.write_read(0x50, &[0, 0], &mut count);
    let next = i2c.write(0x50, &[0, 0, count[0].wrapping_add(1)]);
    defmt::info!("eeprom {=u8} {=bool} {=bool}", count[0], memory.is_ok(), next.is_ok());
    let mut sensor = lm75::Lm75::new(i2c, lm75::Address::default());
    match sensor.read_temperature() {
        Ok(celsius) => defmt::info!("temperature {=f32}", celsius),
        Err(_) => defmt::error!("no sensor"),
    }
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
