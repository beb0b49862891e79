//! Measures nothing but 64 instructions: what an image takes without a library, and whether counting is right.
#![no_std]
#![no_main]

use saltbox_cortex_m::end;
use saltbox_cortex_m::measure::{measure, nothing};

/// 64 instructions that cannot be anything else: whoever counts checks with these.
macro_rules! nops {
    ($($x:tt)*) => { $(let _ = stringify!($x); cortex_m::asm::nop();)* };
}

#[cortex_m_rt::entry]
fn main() -> ! {
    measure(&mut (), nothing, |()| {
        nops!(0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1);
        nops!(0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1);
    });
    end()
}
