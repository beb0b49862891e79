//! Compares the assembly for this core with its model; QEMU's exit code is 0 if all held.
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    saltbox_metal::exit(saltbox_low::run())
}
