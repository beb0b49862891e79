//! Calls every public function of saltbox; see the crate `saltbox-audit`.
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    saltbox_audit::call_everything();
    saltbox_mute::stop()
}
