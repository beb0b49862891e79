//! The stack: how far it grew, and what happens when it grows too far.
//!
//! The high-water mark is found by painting what is free and looking later how far the paint is gone. Every board's
//! `memory.x` puts the stack at the bottom of RAM, below the static variables: past its end lies no memory, so that an
//! overflow is a fault instead of a variable that changes by itself.
//!
//! The only `unsafe` of this crate: the stack below the stack pointer belongs to nobody, but only the linker and the
//! CPU know where it is.
#![allow(unsafe_code)]

use core::ptr::addr_of_mut;

use cortex_m_rt::{ExceptionFrame, exception};

const PAINT: u32 = 0x5a17_b0c5;

unsafe extern "C" {
    static mut _stack_start: u32;
    static mut _stack_end: u32;
}

/// Bytes below the stack pointer that painting leaves alone: its own frame.
const MARGIN: usize = 64;

/// Fills the free part of the stack with a pattern.
#[inline(never)]
pub fn paint() {
    let mut at = bottom();
    let end = (cortex_m::register::msp::read() as usize - MARGIN) as *mut u32;
    while at < end {
        // SAFETY: between the end of the stack's memory and the stack pointer lies nothing that anyone uses. The
        // addresses are in RAM and aligned.
        unsafe {
            at.write_volatile(PAINT);
            at = at.add(1);
        }
    }
}

/// Bytes of stack that were in use at most, since [`paint`].
#[must_use]
pub fn peak() -> usize {
    let mut at = bottom();
    let top = addr_of_mut!(_stack_start) as usize;
    // SAFETY: as in `paint`; reading stops at the top of the stack.
    while (at as usize) < top && unsafe { at.read_volatile() } == PAINT {
        at = unsafe { at.add(1) };
    }
    top - at as usize
}

/// Whether two words, in memory's order, lie below the caller's frame.
#[must_use]
#[inline(never)]
pub fn holds(words: &[u8; 8]) -> bool {
    let wanted = u64::from_ne_bytes(*words);
    let (mut at, end) = (bottom(), (cortex_m::register::msp::read() as usize) as *mut u32);
    let mut last = 0;
    while at < end {
        // SAFETY: as in `peak`.
        let word = u64::from(unsafe { at.read_volatile() });
        last = last >> 32 | word << 32;
        if last == wanted {
            return true;
        }
        at = unsafe { at.add(1) };
    }
    false
}

/// Bytes below the present stack pointer that were in use at most since [`paint`].
#[must_use]
#[inline(always)]
pub fn peak_below_caller() -> usize {
    let above = addr_of_mut!(_stack_start) as usize - cortex_m::register::msp::read() as usize;
    peak().saturating_sub(above)
}

/// The last word that the stack may use.
fn bottom() -> *mut u32 {
    addr_of_mut!(_stack_end)
}

/// A fault ends QEMU with exit code 1, as a panic does. After an overflow of the stack not even this can run: the core
/// locks up, which QEMU answers with an abort.
///
/// # Safety
///
/// Only the CPU calls it.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    defmt::error!("hard fault at {=u32:#x}", frame.pc());
    crate::exit(false)
}

/// Says in the log when the stack has grown further than ever before.
#[derive(Debug, Default)]
pub struct HighWater {
    reported: usize,
    calls: u16,
}

impl HighWater {
    /// Looks once in 256 calls: looking takes as long as the free stack is deep.
    pub fn watch(&mut self) {
        self.calls = self.calls.wrapping_add(1);
        if self.calls & 0xff != 0 {
            return;
        }
        let peak = peak();
        if peak > self.reported {
            self.reported = peak;
            defmt::info!("stack peak {=usize} bytes", peak);
        }
    }
}
