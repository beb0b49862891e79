//! Placeholder until the node is wired.
#![no_std]
#![no_main]

use saltbox_metal as _;

#[cortex_m_rt::entry]
fn main() -> ! {
    saltbox_metal::exit(true)
}
