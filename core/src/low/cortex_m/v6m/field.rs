//! The field of 2^255 - 19 elements on ARMv6-M: Cortex-M0, M0+ and M23 with the single-cycle multiplier.
//!
//! MULS gives the low 32 bits of a product, so that a product of two words is four of their 16-bit halves: 17 cycles, nine
//! to multiply and eight to put the four together. 256 bits take 27 of these instead of 64, by three levels of Karatsuba's
//! identity in its subtractive form (a difference has a sign, but no carry bit as a sum has). With X = 2^32, 2^64 or 2^128,
//! and u = a0 b0, v = a1 b1,
//!
//! ```text
//! a b = (1 + X) (u + X v) + X N        N = (a0 - a1) (b1 - b0)
//! ```
//!
//! where N is the product of two absolute values, complemented if just one of the differences is negative. A square needs no
//! sign: N = -(a0 - a1)^2. That Karatsuba pays down to 64 bits on this core was shown by Düll, Haase, Hinterwälder, Hutter,
//! Paar, Sánchez and Schwabe, "High-speed Curve25519 on 8-bit, 16-bit and 32-bit microcontrollers" (2015).
//!
//! At the top level the sum of the three products is never made: it is reduced as it is put together, X^2 being 38 modulo p.
//! [`reduce`] has that and why nothing overflows.
//!
//! LDM, LDR, MOV and MULS leave the carry alone, and much of the code below lives on it: a chain of carries goes on across them.
//! Every instruction takes a time, and touches addresses, that do not depend on the data. Figures are modelled cycles of
//! the Cortex-M0 with memory that never waits, the return included.
//!
//! | function | cycles | flash | stack |
//! |---|---:|---:|---:|
//! | `mul` | 1355 | 28 + 2262 | 192 |
//! | `square` | 900 | 44 + 1454 | 168 |
//! | `square_n` | 864 each | the same | 168 |
//! | `add` | 83 | 82 | 32 |
//! | `sub` | 86 | 88 | 32 |
//! | `mul_121666` | 151 | 250 | 16 |
//! | `mul_wide` | 2319 | 124 | 32 |
//! | `step` | 11054 | 384 + 78 + 84 | 400 |
#![allow(unsafe_code)]

mod ladder;
mod multiply;
mod reduce;
mod square;

use core::arch::naked_asm;

use crate::low::cortex_m::field::Limbs;

pub(in crate::low) use ladder::step;
pub(in crate::low) use multiply::{mul, mul_wide};
pub(in crate::low) use square::{square, square_n};

/// The code of [`add`]: r0 = `out`, r1 = `a`, r2 = `b`; clobbers r0 to r7 and r12. 70 cycles.
macro_rules! sum {
    () => {
        r"
        mov     r12, r0
        ldm     r1!, {{r4-r7}}
        ldm     r2!, {{r0, r3}}
        adds    r4, r4, r0
        adcs    r5, r3
        ldm     r2!, {{r0, r3}}
        adcs    r6, r0
        adcs    r7, r3
        push    {{r4-r7}}
        ldm     r1!, {{r4-r7}}
        ldm     r2!, {{r0, r3}}
        adcs    r4, r0
        adcs    r5, r3
        ldm     r2!, {{r0, r3}}
        adcs    r6, r0
        adcs    r7, r3
        @ r0 = 19 q for the sum's bits from 255 on, q <= 3, which are taken off.
        movs    r0, #0
        adcs    r0, r0
        lsls    r7, r7, #1
        adcs    r0, r0
        lsrs    r7, r7, #1
        movs    r1, #19
        muls    r0, r1, r0
        @ Bounds: below 2^255 + 57.
        mov     r3, r12
        pop     {{r1, r2}}
        adds    r1, r1, r0
        movs    r0, #0
        adcs    r2, r0
        stm     r3!, {{r1, r2}}
        pop     {{r1, r2}}
        adcs    r1, r0
        adcs    r2, r0
        stm     r3!, {{r1, r2}}
        adcs    r4, r0
        adcs    r5, r0
        adcs    r6, r0
        adcs    r7, r0
        stm     r3!, {{r4-r7}}
        "
    };
}
use sum;

/// The code of [`sub`]: r0 = `out`, r1 = `a`, r2 = `b`; clobbers r0 to r7 and r12. 73 cycles.
macro_rules! difference {
    () => {
        r"
        mov     r12, r0
        ldm     r1!, {{r4-r7}}
        ldm     r2!, {{r0, r3}}
        subs    r4, r4, r0
        sbcs    r5, r3
        ldm     r2!, {{r0, r3}}
        sbcs    r6, r0
        sbcs    r7, r3
        push    {{r4-r7}}
        ldm     r1!, {{r4-r7}}
        ldm     r2!, {{r0, r3}}
        sbcs    r4, r0
        sbcs    r5, r3
        ldm     r2!, {{r0, r3}}
        sbcs    r6, r0
        sbcs    r7, r3
        @ d = a - b + 2^256 borrow. Bit 255 is set, so that 2^255 q has been added, q = 2 borrow + 1 - (bit 255 as it was):
        @ r0 = 19 q is to be subtracted, q <= 3.
        sbcs    r0, r0
        lsls    r7, r7, #1
        adcs    r0, r0
        movs    r1, #1
        subs    r0, r1, r0
        lsls    r1, r1, #31
        lsrs    r7, r7, #1
        orrs    r7, r1
        movs    r1, #19
        muls    r0, r1, r0
        @ Bounds: from 2^255 - 57 to 2^256 - 1.
        mov     r3, r12
        pop     {{r1, r2}}
        subs    r1, r1, r0
        movs    r0, #0
        sbcs    r2, r0
        stm     r3!, {{r1, r2}}
        pop     {{r1, r2}}
        sbcs    r1, r0
        sbcs    r2, r0
        stm     r3!, {{r1, r2}}
        sbcs    r4, r0
        sbcs    r5, r0
        sbcs    r6, r0
        sbcs    r7, r0
        stm     r3!, {{r4-r7}}
        "
    };
}
use difference;

/// `out` = `a` + `b`.
///
/// In: r0 to r2; any may be the same. Out: at r0, written when all is read. Clobbers: r0 to r3, r12. Stack: 32 bytes.
/// Cycles: 83.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn add(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    naked_asm!("push {{r4-r7}}", sum!(), "pop {{r4-r7}}", "bx lr")
}

/// `out` = `a` - `b`.
///
/// In: r0 to r2; any may be the same. Out: at r0, written when all is read. Clobbers: r0 to r3, r12. Stack: 32 bytes.
/// Cycles: 86.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn sub(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    naked_asm!("push {{r4-r7}}", difference!(), "pop {{r4-r7}}", "bx lr")
}

/// `out` = 121666 `a`.
///
/// In: r0, r1, which may be the same. Out: at r0, words written after those of their place are read. Clobbers: r0 to r3,
/// r12. Stack: 16 bytes. Cycles: 151.
///
/// 121666 = 2^16 + k, where k = 56130 has 16 bits: a word h 2^16 + l times it is
/// k l + 2^16 (k h + l) + 2^32 h. The top word comes first: of 121666 times it, q = what lies from bit 31 on is worth 19 q at
/// the bottom.
///
/// Bounds: q < 2^18, so that 19 q < 2^23. What a word hands to the next is at most 55 K + 64 K + 1 < 2^17 (K = 2^10). Hence
/// k l + either, and k h + l, are below 2^32. The top word is below 2^31 + 2^17.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn mul_121666(out: &mut Limbs, a: &Limbs) {
    naked_asm!(
        r"
        @ (r5, up) = 121666 r3, where r3 becomes its upper half, r4 is lost and r2 = k. \add is to be added first.
        .macro  times up, add
        uxth    r4, r3
        lsrs    r3, r3, #16
        movs    r5, r4
        muls    r5, r2, r5
        .ifnb   \add
        adds    r5, r5, \add
        .endif
        movs    \up, r3
        muls    \up, r2, \up
        adds    \up, \up, r4
        lsls    r4, \up, #16
        lsrs    \up, \up, #16
        adds    r5, r5, r4
        adcs    \up, r3
        .endm
        .macro  word up, add
        ldm     r1!, {{r3}}
        times   \up, \add
        stm     r0!, {{r5}}
        .endm
        push    {{r4-r7}}
        movs    r2, #0xdb
        lsls    r2, r2, #8
        adds    r2, r2, #0x42
        ldr     r3, [r1, #28]
        times   r6
        lsls    r5, r5, #1
        adcs    r6, r6
        lsrs    r5, r5, #1
        mov     r12, r5
        movs    r7, #19
        muls    r7, r6, r7
        word    r6, r7
        word    r7, r6
        word    r6, r7
        word    r7, r6
        word    r6, r7
        word    r7, r6
        word    r6, r7
        mov     r3, r12
        adds    r3, r3, r6
        stm     r0!, {{r3}}
        pop     {{r4-r7}}
        bx      lr
        .purgem times
        .purgem word
        "
    )
}
