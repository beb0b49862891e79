//! Handles many secrets under a trace; see the crate `saltbox-ct`.
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    saltbox_ct::run();
    saltbox_metal::exit(true)
}
