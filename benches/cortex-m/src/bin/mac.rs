//! Measures Poly1305.
#![no_std]
#![no_main]

use saltbox_cortex_m::library::Library;
use saltbox_cortex_m::{end, family};

#[cortex_m_rt::entry]
fn main() -> ! {
    family::mac::<Library>();
    end()
}
