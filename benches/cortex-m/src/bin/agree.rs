//! Measures X25519.
#![no_std]
#![no_main]

use saltbox_cortex_m::library::Agreement;
use saltbox_cortex_m::{end, family};

#[cortex_m_rt::entry]
fn main() -> ! {
    family::agree::<Agreement>();
    end()
}
