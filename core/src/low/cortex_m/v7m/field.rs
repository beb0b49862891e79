//! The field of 2^255 - 19 elements on the Cortex-M3, constant time without a long multiply.
//!
//! Every instruction here takes a time, and touches addresses, that do not depend on the data; MUL is the one that multiplies.
//! How, see [`product`]. Figures are modelled cycles of the Cortex-M3 with memory that never waits, the return included.
//!
//! The routines called `_core` save no register: the ladder's step calls eighteen of them, and saves once. Only assembly may
//! call them.
#![allow(unsafe_code)]

mod ladder;
mod product;

use core::arch::naked_asm;

use crate::low::cortex_m::field::Limbs;
pub(in crate::low) use ladder::step;
use product::{mul_core, square_core};

/// Exports the routine `$core`, which keeps no register but sp, as a function that keeps what its caller needs. 25 cycles more.
macro_rules! export {
    ($(#[$doc:meta])* fn $name:ident($($argument:ident: $type:ty),*) = $($first:literal,)? $core:ident) => {
        $(#[$doc])*
        #[unsafe(naked)]
        pub(in crate::low) extern "C" fn $name($($argument: $type),*) {
            naked_asm!(
                "push {{r4-r11, lr}}",
                $($first,)?
                "bl {core}",
                "pop {{r4-r11, pc}}",
                core = sym $core,
            )
        }
    };
}

export! {
    /// `out` = `a` `b`. Stack: 196 bytes. Cycles: 835.
    fn mul(out: &mut Limbs, a: &Limbs, b: &Limbs) = "movs r3, #0", mul_core
}

export! {
    /// `out` = `a` `b`, all of the product. Stack: 196 bytes. Cycles: 784.
    fn mul_wide(out: &mut [u32; 16], a: &Limbs, b: &Limbs) = "movs r3, #1", mul_core
}

export! {
    /// `out` = `a`^2. Stack: 108 bytes. Cycles: 560.
    fn square(out: &mut Limbs, a: &Limbs) = square_core
}

export! {
    /// `out` = `a` + `b`. Stack: 36 bytes. Cycles: 80.
    fn add(out: &mut Limbs, a: &Limbs, b: &Limbs) = add_core
}

export! {
    /// `out` = `a` - `b`. Stack: 36 bytes. Cycles: 80.
    fn sub(out: &mut Limbs, a: &Limbs, b: &Limbs) = sub_core
}

/// `x` squared `n` times. `n` is public and not 0.
///
/// In: r0, r1. Out: at r0. Clobbers: r1 to r3, r12. Stack: 116 bytes. Cycles: 24, and 548 a square.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn square_n(x: &mut Limbs, n: u32) {
    naked_asm!(
        r"
        push    {{r4-r11, lr}}
        push    {{r0, r1}}
    1:
        ldr     r0, [sp, #0]
        mov     r1, r0
        bl      {square}
        ldr     r1, [sp, #4]
        subs    r1, r1, #1
        str     r1, [sp, #4]
        bne     1b
        add     sp, #8
        pop     {{r4-r11, pc}}
        ",
        square = sym square_core,
    )
}

/// `out` = `a` + `b`.
///
/// In: r0 to r2. Out: at r0, written when all is read. Clobbers: r1 to r12. Stack: none. Cycles: 55.
///
/// Bounds: a + b < 2^257, so that q, all from 2^255 on, is at most 3; the rest + 19 q < 2^255 + 57.
///
/// # Safety
/// Not for Rust to call: see Clobbers.
#[unsafe(naked)]
unsafe extern "C" fn add_core(out: *mut u32, a: &Limbs, b: &Limbs) {
    naked_asm!(
        r"
        ldm     r1, {{r3-r10}}
        ldm     r2!, {{r1, r11, r12}}
        adds    r3, r3, r1
        adcs    r4, r4, r11
        adcs    r5, r5, r12
        ldm     r2!, {{r1, r11, r12}}
        adcs    r6, r6, r1
        adcs    r7, r7, r11
        adcs    r8, r8, r12
        ldm     r2, {{r1, r11}}
        adcs    r9, r9, r1
        adcs    r10, r10, r11
        @ r1 = 19 q.
        mov     r1, #0
        adc     r1, r1, #0
        adds    r2, r10, r10
        adc     r1, r1, r1
        bic     r10, r10, #0x80000000
        add     r2, r1, r1, lsl #1
        add     r1, r2, r1, lsl #4
        adds    r3, r3, r1
        adcs    r4, r4, #0
        adcs    r5, r5, #0
        adcs    r6, r6, #0
        adcs    r7, r7, #0
        adcs    r8, r8, #0
        adcs    r9, r9, #0
        adc     r10, r10, #0
        stm     r0, {{r3-r10}}
        bx      lr
        ",
    )
}

/// `out` = `a` - `b`.
///
/// In: r0 to r2. Out: at r0, written when all is read. Clobbers: r1 to r12. Stack: none. Cycles: 55.
///
/// Bounds: let s + 2^255 q = a - b, where 0 <= s < 2^255; then -2 <= q <= 1. That is s + 19 q, and modulo p also
/// s + 2^255 + 19 (q - 1), which is between 2^255 - 57 and 2^256.
///
/// # Safety
/// Not for Rust to call: see Clobbers.
#[unsafe(naked)]
unsafe extern "C" fn sub_core(out: *mut u32, a: &Limbs, b: &Limbs) {
    naked_asm!(
        r"
        ldm     r1, {{r3-r10}}
        ldm     r2!, {{r1, r11, r12}}
        subs    r3, r3, r1
        sbcs    r4, r4, r11
        sbcs    r5, r5, r12
        ldm     r2!, {{r1, r11, r12}}
        sbcs    r6, r6, r1
        sbcs    r7, r7, r11
        sbcs    r8, r8, r12
        ldm     r2, {{r1, r11}}
        sbcs    r9, r9, r1
        sbcs    r10, r10, r11
        @ r1 = 19 (1 - q): the borrow is worth -2 in q, bit 255 is worth 1.
        sbc     r1, r1, r1
        mvn     r2, r10
        lsr     r2, r2, #31
        sub     r1, r2, r1, lsl #1
        orr     r10, r10, #0x80000000
        add     r2, r1, r1, lsl #1
        add     r1, r2, r1, lsl #4
        subs    r3, r3, r1
        sbcs    r4, r4, #0
        sbcs    r5, r5, #0
        sbcs    r6, r6, #0
        sbcs    r7, r7, #0
        sbcs    r8, r8, #0
        sbcs    r9, r9, #0
        sbc     r10, r10, #0
        stm     r0, {{r3-r10}}
        bx      lr
        ",
    )
}

/// `out` = 121666 `a`.
///
/// In: r0, r1. Out: at r0, which may be a's place. Clobbers: r1 to r9, r12. Stack: none. Cycles: 85.
///
/// A word w times 121666 = 2 * 60833 is 2^32 h + l. l is MUL's; with E = 60833 * w's low half and O = 60833 * w's high one,
/// h = floor((2^16 O + E) / 2^31) = (O + (E >> 16)) >> 15. Bounds: O + (E >> 16) <= 60833 * 65535 + 60832 < 2^32; h < 2^17.
/// q, all from 2^255 on but what is carried there, is known from the top word alone and is below 2^18; the
/// rest, below 2^255 + 2^(224 + 17), takes 19 q < 2^23 where the h of a lower word would go.
///
/// # Safety
/// Not for Rust to call: see Clobbers.
#[unsafe(naked)]
unsafe extern "C" fn mul_121666_core(out: *mut u32, a: &Limbs) {
    naked_asm!(
        r"
        @ h = what w * 121666 has above 32 bits, w = the 32 bits; r2, r3 are the constants. No flag changes.
        .macro  times w, h
        uxth    \h, \w
        mul     \h, \h, r3
        lsr     r12, \w, #16
        mul     r12, r12, r3
        add     \h, r12, \h, lsr #16
        mul     \w, \w, r2
        .endm
        movw    r3, #60833
        add     r2, r3, r3
        ldr     r4, [r1, #0]
        ldr     r5, [r1, #4]
        ldr     r6, [r1, #8]
        ldr     r8, [r1, #28]
        times   r8, r7
        @ h >> 15, and l's top bit: r9 = 19 q.
        lsr     r9, r7, #15
        adds    r12, r8, r8
        adc     r9, r9, r9
        bic     r8, r8, #0x80000000
        add     r12, r9, r9, lsl #1
        add     r9, r12, r9, lsl #4
        times   r4, r7
        adds    r4, r4, r9
        times   r5, r9
        adcs    r5, r5, r7, lsr #15
        times   r6, r7
        adcs    r6, r6, r9, lsr #15
        str     r4, [r0, #0]
        str     r5, [r0, #4]
        str     r6, [r0, #8]
        ldr     r4, [r1, #12]
        ldr     r5, [r1, #16]
        ldr     r6, [r1, #20]
        ldr     r1, [r1, #24]
        times   r4, r9
        adcs    r4, r4, r7, lsr #15
        times   r5, r7
        adcs    r5, r5, r9, lsr #15
        times   r6, r9
        adcs    r6, r6, r7, lsr #15
        times   r1, r7
        adcs    r1, r1, r9, lsr #15
        adc     r8, r8, r7, lsr #15
        str     r4, [r0, #12]
        str     r5, [r0, #16]
        str     r6, [r0, #20]
        str     r1, [r0, #24]
        str     r8, [r0, #28]
        bx      lr
        .purgem times
        ",
    )
}
