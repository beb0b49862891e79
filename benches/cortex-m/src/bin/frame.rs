//! Measures a frame.
#![no_std]
#![no_main]

use saltbox_cortex_m::library::Sending;
use saltbox_cortex_m::{end, family};

#[cortex_m_rt::entry]
fn main() -> ! {
    family::frame::<Sending>();
    end()
}
