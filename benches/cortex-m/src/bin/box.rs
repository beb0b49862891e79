//! Measures a box, with the key ready.
#![no_std]
#![no_main]

use saltbox_cortex_m::library::Sealing;
use saltbox_cortex_m::{end, family};

#[cortex_m_rt::entry]
fn main() -> ! {
    family::boxes::<Sealing<32>, Sealing<1024>>();
    end()
}
