//! The field of 2^255 - 19 elements on Cortex-M4, M7 and M33, in words of 32 bits, with UMAAL.
//!
//! UMAAL adds two words to a product of two others: (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1, so that it cannot overflow. A
//! row of products hands its carry on in a register and leaves the flags alone, so that a chain of SBCS may run beside it.
//! The two words added may change places: which register takes the result and which the carry is free, and that is how
//! results come to lie where they are wanted without a move. [`product`] has the multiplication and the square, [`ladder`] the
//! step of X25519.
//!
//! # Why results fit: folding from the top
//!
//! 2^255 is 19 modulo p, and 2^256 is 38. A sum that is still to be carried is brought below 2^256 in one pass, not in two, by
//! looking at its top first. Let t be all that stands at 2^224, but for the carry from below, and q = t >> 31. Then
//!
//! ```text
//! 2^224 t + lower limbs = 2^224 (t mod 2^31) + 2^255 q + lower limbs
//!                       = 2^224 (t mod 2^31) +    19 q + lower limbs   modulo p.
//! ```
//!
//! 19 q enters the lower limbs' chain as its first carry; the carry c out of that chain is added to t mod 2^31, which fits
//! as long as c <= 2^31. The result is below 2^255 + 2^224 c. Each function states its t and c.
//!
//! Differences are taken modulo 2^256. A borrow means 2^256 too much, so that 38 is taken away; that borrows once more just
//! if the difference so far is below 38 in spite of its borrow, hence only if what was subtracted exceeds 2^256 - 38. Where it
//! may, 38 is taken away again: the lowest limb is at least 2^32 - 38 by then, and nothing borrows.
//!
//! # Figures
//!
//! Modelled cycles with memory that never waits, the return included: for the M4 by the rules of its Technical Reference
//! Manual; for the M33, of which there is no such table, by the same with LDM and STM of x words at x cycles. All of the stack
//! that is counted may hold secrets. Every instruction takes a time, and touches addresses, that do not depend on the data; the
//! only branches are those of loops over public counts.
#![allow(unsafe_code)]

use core::arch::naked_asm;

use crate::low::cortex_m::field::Limbs;

mod ladder;
mod product;

pub(in crate::low) use ladder::step;
use product::{multiply, squared};

/// `out` = `a` `b`, modulo p.
///
/// - In: any. Out: below 2^255 + 2^230, written when all is read. Clobbers: r0 to r3, r12, flags. Stack: 88 bytes.
/// - Cycles (modelled): M4 197, M33 179, of which [`multiply`] 148 and 135.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn mul(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    naked_asm!(
        cpu!(),
        r"
        push    {{r0, r4-r11, lr}}
        sub     sp, #32
        mov     r8, r2
        ldm     r1, {{r0-r7}}
        bl      {multiply}
        ldr     r0, [sp, #32]
        add     sp, #36
        stm     r0, {{r1-r8}}
        pop     {{r4-r11, pc}}
        ",
        multiply = sym multiply,
    )
}

/// `out` = `a` squared, modulo p.
///
/// - In: any. Out: below 2^255 + 2^230, written when all is read. Clobbers: r0 to r3, r12, flags. Stack: 88 bytes.
/// - Cycles (modelled): M4 147, M33 136, of which [`squared`] 99 and 93.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn square(out: &mut Limbs, a: &Limbs) {
    naked_asm!(
        cpu!(),
        r"
        push    {{r0, r4-r11, lr}}
        sub     sp, #32
        ldm     r1, {{r0-r7}}
        bl      {squared}
        ldr     r8, [sp, #32]
        add     sp, #36
        stm     r8, {{r0-r7}}
        pop     {{r4-r11, pc}}
        ",
        squared = sym squared,
    )
}

/// `a` squared `n` times, modulo p, without going through memory in between; `n` is public and not 0.
///
/// - In: any. Out: below 2^255 + 2^230. Clobbers: r0 to r3, r12, flags. Stack: 96 bytes.
/// - Cycles (modelled): M4 44 + 109 `n`, M33 39 + 103 `n`.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn square_n(a: &mut Limbs, n: u32) {
    naked_asm!(
        cpu!(),
        r"
        push    {{r0, r1, r4-r11, lr}}
        sub     sp, #36
        ldm     r0, {{r0-r7}}
    0:
        bl      {squared}
        ldr     r8, [sp, #40]
        subs    r8, r8, #1
        str     r8, [sp, #40]
        bne     0b
        ldr     r8, [sp, #36]
        add     sp, #44
        stm     r8, {{r0-r7}}
        pop     {{r4-r11, pc}}
        ",
        squared = sym squared,
    )
}

/// `out` = `a` + `b`, modulo p.
///
/// - In: any. Out: below 2^255 + 2^226. Clobbers: r0 to r3, r12, flags. Stack: 16 bytes.
/// - Cycles (modelled): M4 60, M33 53.
///
/// Bounds: t = a7 + b7 < 2^33, q <= 3; a carry is at most 2, since a0 + b0 + 57 < 3 2^32, and above likewise.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn add(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    naked_asm!(
        cpu!(),
        r"
        push    {{r4-r7}}
        @ r12 = 1; r3 = 19 q, the carry.
        ldr     r4, [r1, #28]
        ldr     r5, [r2, #28]
        movs    r3, #19
        adds    r4, r4, r5
        rrx     r4, r4
        lsrs    r4, r4, #30
        muls    r3, r4, r3
        mov     r12, #1
        ldr     r4, [r1]
        ldr     r5, [r1, #4]
        ldr     r6, [r2]
        ldr     r7, [r2, #4]
        umaal   r4, r3, r6, r12
        umaal   r5, r3, r7, r12
        str     r4, [r0]
        str     r5, [r0, #4]
        ldr     r4, [r1, #8]
        ldr     r5, [r1, #12]
        ldr     r6, [r2, #8]
        ldr     r7, [r2, #12]
        umaal   r4, r3, r6, r12
        umaal   r5, r3, r7, r12
        str     r4, [r0, #8]
        str     r5, [r0, #12]
        ldr     r4, [r1, #16]
        ldr     r5, [r1, #20]
        ldr     r6, [r2, #16]
        ldr     r7, [r2, #20]
        umaal   r4, r3, r6, r12
        umaal   r5, r3, r7, r12
        str     r4, [r0, #16]
        str     r5, [r0, #20]
        ldr     r4, [r1, #24]
        ldr     r5, [r1, #28]
        ldr     r6, [r2, #24]
        ldr     r7, [r2, #28]
        umaal   r4, r3, r6, r12
        adds    r5, r5, r7
        bic     r5, r5, #0x80000000
        adds    r5, r5, r3
        str     r4, [r0, #24]
        str     r5, [r0, #28]
        pop     {{r4-r7}}
        bx      lr
        ",
    )
}

/// `out` = `a` - `b`, modulo p.
///
/// - In: any. Out: any. Clobbers: r0 to r3, r12, flags. Stack: 36 bytes.
/// - Cycles (modelled): M4 71, M33 65.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn sub(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    naked_asm!(
        cpu!(),
        r"
        push    {{r4-r11, lr}}
        ldm     r1, {{r3-r10}}
        ldm     r2!, {{r1, r11, r12, lr}}
        subs    r3, r3, r1
        sbcs    r4, r4, r11
        sbcs    r5, r5, r12
        sbcs    r6, r6, lr
        ldm     r2, {{r1, r11, r12, lr}}
        sbcs    r7, r7, r1
        sbcs    r8, r8, r11
        sbcs    r9, r9, r12
        sbcs    r10, r10, lr
        @ A borrow was 2^256 too much.
        sbc     r1, r1, r1
        and     r1, r1, #38
        subs    r3, r3, r1
        sbcs    r4, r4, #0
        sbcs    r5, r5, #0
        sbcs    r6, r6, #0
        sbcs    r7, r7, #0
        sbcs    r8, r8, #0
        sbcs    r9, r9, #0
        sbcs    r10, r10, #0
        sbc     r1, r1, r1
        and     r1, r1, #38
        subs    r3, r3, r1
        stm     r0, {{r3-r10}}
        pop     {{r4-r11, pc}}
        ",
    )
}

/// `out` = `a` `b`, all 512 bits: a loop, for what is multiplied so is a handful of scalars, and flash is short.
///
/// - In: any. Clobbers: r0 to r3, r12, flags. Stack: 36 bytes.
/// - Cycles (modelled): M4 364, M33 293.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn mul_wide(out: &mut [u32; 16], a: &Limbs, b: &Limbs) {
    naked_asm!(
        cpu!(),
        r"
        push    {{r4-r11, lr}}
        movs    r3, #0
        mov     r12, #0
        strd    r3, r12, [r0]
        strd    r3, r12, [r0, #8]
        strd    r3, r12, [r0, #16]
        strd    r3, r12, [r0, #24]
        ldm     r1, {{r4-r11}}
        add     r1, r2, #32
        @ r3 = b_j, r12 = the carry, lr = a limb of the sum so far; r0 and r2 walk, r1 = the end of b.
    0:
        ldr     r3, [r2], #4
        ldr     lr, [r0]
        mov     r12, #0
        umaal   lr, r12, r4, r3
        str     lr, [r0]
        ldr     lr, [r0, #4]
        umaal   lr, r12, r5, r3
        str     lr, [r0, #4]
        ldr     lr, [r0, #8]
        umaal   lr, r12, r6, r3
        str     lr, [r0, #8]
        ldr     lr, [r0, #12]
        umaal   lr, r12, r7, r3
        str     lr, [r0, #12]
        ldr     lr, [r0, #16]
        umaal   lr, r12, r8, r3
        str     lr, [r0, #16]
        ldr     lr, [r0, #20]
        umaal   lr, r12, r9, r3
        str     lr, [r0, #20]
        ldr     lr, [r0, #24]
        umaal   lr, r12, r10, r3
        str     lr, [r0, #24]
        ldr     lr, [r0, #28]
        umaal   lr, r12, r11, r3
        str     lr, [r0, #28]
        str     r12, [r0, #32]
        adds    r0, r0, #4
        cmp     r2, r1
        bne     0b
        pop     {{r4-r11, pc}}
        ",
    )
}
