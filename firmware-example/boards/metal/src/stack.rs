//! The stack's high-water mark: paint what is free, look later how far the paint is gone.
//!
//! The only `unsafe` of this crate: the stack below the stack pointer belongs to nobody, but only the linker and the
//! CPU know where it is.
#![allow(unsafe_code)]

use core::ptr::addr_of_mut;

const PAINT: u32 = 0x5a17_b0c5;

unsafe extern "C" {
    static mut _stack_start: u32;
    static mut __ebss: u32;
}

/// Bytes below the stack pointer that painting leaves alone: its own frame.
const MARGIN: usize = 64;

/// Fills the free part of the stack with a pattern.
#[inline(never)]
pub fn paint() {
    let mut at = bottom();
    let end = (cortex_m::register::msp::read() as usize - MARGIN) as *mut u32;
    while at < end {
        // SAFETY: between the end of the static variables and the stack pointer lies nothing that anyone uses; no heap
        // is linked. The addresses are in RAM and aligned.
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

/// Bytes below the present stack pointer that were in use at most since [`paint`].
#[must_use]
#[inline(always)]
pub fn peak_below_caller() -> usize {
    let above = addr_of_mut!(_stack_start) as usize - cortex_m::register::msp::read() as usize;
    peak().saturating_sub(above)
}

/// The first word above the static variables.
fn bottom() -> *mut u32 {
    let end = addr_of_mut!(__ebss) as usize;
    // `.uninit` follows `.bss`; no image here has one. Words are aligned.
    ((end + 3) & !3) as *mut u32
}
