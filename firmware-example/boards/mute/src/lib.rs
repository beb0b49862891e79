//! What an image needs that is looked at and not run: a logger that writes to nobody and a panic handler that stops.
//!
//! Nothing here can panic, so that what an image with it holds of panics comes from what it calls.
#![no_std]
#![allow(unsafe_code)]

use core::hint::black_box;
use core::panic::PanicInfo;

#[defmt::global_logger]
struct Nobody;

// SAFETY: there is no state; whoever interrupts a message writes to nobody as well.
unsafe impl defmt::Logger for Nobody {
    fn acquire() {}

    unsafe fn flush() {}

    unsafe fn release() {}

    unsafe fn write(bytes: &[u8]) {
        // The optimiser must think that someone reads it, or nothing would be formatted.
        black_box(bytes);
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    stop()
}

/// Sleeps for ever.
pub fn stop() -> ! {
    loop {
        cortex_m::asm::wfi();
    }
}
