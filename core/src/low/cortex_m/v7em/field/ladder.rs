//! The step of X25519's ladder as one function: what one operation leaves in registers the next one takes from there.
//!
//! It pays: with a swap in Rust and a call from Rust for each operation a step takes more than half as many cycles again
//! (modelled, Rust 1.95, opt-level 3).
#![allow(unsafe_code)]

use core::arch::naked_asm;

use super::product::{multiply, squared};
use crate::low::cortex_m::field::Limbs;

/// The first point of `ladder` becomes its double, or the second point's if `swap` is 1; the second becomes the sum of both.
///
/// `ladder` is x2, z2, x3, z3, and `u` the points' difference: RFC 7748, section 5, the body of the loop from cswap on. The
/// swap itself is not made. With the points exchanged DA and CB are, which leaves their sum as it is, and their difference
/// but for the sign, which squaring takes away. So only what is doubled has to be chosen: A and B, or C and D.
///
/// - In: x2, x3, `u` any; z2, z3 at most 2^256 - 38, as 0, 1 and all that comes out are; `swap` 0 or 1.
/// - Out: below 2^255 + 2^230. Clobbers: r0 to r3, r12, flags. Stack: 256 bytes.
/// - Cycles (modelled): M4 1631, of which 5 products and 4 squares take 1163; M33 1494.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn step(ladder: &mut [Limbs; 4], u: &Limbs, swap: u32) {
    naked_asm!(
        cpu!(),
        r"
        @ The slot = r0 to r7.
        .macro  ladder_store slot
        str     r0, [sp, #\slot]
        str     r1, [sp, #\slot + 4]
        str     r2, [sp, #\slot + 8]
        str     r3, [sp, #\slot + 12]
        str     r4, [sp, #\slot + 16]
        str     r5, [sp, #\slot + 20]
        str     r6, [sp, #\slot + 24]
        str     r7, [sp, #\slot + 28]
        .endm
        @ The slot = r1 to r8.
        .macro  ladder_store_1 slot
        str     r1, [sp, #\slot]
        str     r2, [sp, #\slot + 4]
        str     r3, [sp, #\slot + 8]
        str     r4, [sp, #\slot + 12]
        str     r5, [sp, #\slot + 16]
        str     r6, [sp, #\slot + 20]
        str     r7, [sp, #\slot + 24]
        str     r8, [sp, #\slot + 28]
        .endm
        @ r0 to r7 = the slot.
        .macro  ladder_load slot
        ldr     r0, [sp, #\slot]
        ldr     r1, [sp, #\slot + 4]
        ldr     r2, [sp, #\slot + 8]
        ldr     r3, [sp, #\slot + 12]
        ldr     r4, [sp, #\slot + 16]
        ldr     r5, [sp, #\slot + 20]
        ldr     r6, [sp, #\slot + 24]
        ldr     r7, [sp, #\slot + 28]
        .endm
        @ r0 to r7 stay if GE is 0, or become the slot. Clobbers: r8 to r11, lr.
        .macro  ladder_choose slot
        add     lr, sp, #\slot
        ldm     lr!, {{r8-r11}}
        sel     r0, r8, r0
        sel     r1, r9, r1
        sel     r2, r10, r2
        sel     r3, r11, r3
        ldm     lr, {{r8-r11}}
        sel     r4, r8, r4
        sel     r5, r9, r5
        sel     r6, r10, r6
        sel     r7, r11, r7
        .endm
        @ r0 to r7 - 38 if there is a borrow, which was 2^256 too much. Clobbers: r8.
        .macro  ladder_less_borrow
        sbc     r8, r8, r8
        and     r8, r8, #38
        subs    r0, r0, r8
        sbcs    r1, r1, #0
        sbcs    r2, r2, #0
        sbcs    r3, r3, #0
        sbcs    r4, r4, #0
        sbcs    r5, r5, #0
        sbcs    r6, r6, #0
        sbcs    r7, r7, #0
        .endm
        @ The slot = a + b, r0 to r7 = a - b, modulo p. a = r1 to r8, any; r9 -> b, at most 2^256 - 38, which may be the slot.
        @ Clobbers: r8, r10 to r12, lr. Bounds: as of `add`.
        .macro  ladder_sum_and_difference slot
        @ r12 = 1; lr = 19 q, the sum's carry; the flags have the difference's.
        ldr     r10, [r9, #28]
        ldr     r11, [r9]
        mov     lr, #19
        adds    r10, r8, r10
        rrx     r10, r10
        lsr     r10, r10, #30
        mul     lr, r10, lr
        ldr     r10, [r9, #4]
        mov     r12, #1
        subs    r0, r1, r11
        umaal   r11, lr, r1, r12
        sbcs    r1, r2, r10
        umaal   r10, lr, r2, r12
        str     r11, [sp, #\slot]
        str     r10, [sp, #\slot + 4]
        ldrd    r10, r11, [r9, #8]
        sbcs    r2, r3, r10
        umaal   r10, lr, r3, r12
        sbcs    r3, r4, r11
        umaal   r11, lr, r4, r12
        str     r10, [sp, #\slot + 8]
        str     r11, [sp, #\slot + 12]
        ldrd    r10, r11, [r9, #16]
        sbcs    r4, r5, r10
        umaal   r10, lr, r5, r12
        sbcs    r5, r6, r11
        umaal   r11, lr, r6, r12
        str     r10, [sp, #\slot + 16]
        str     r11, [sp, #\slot + 20]
        ldrd    r10, r11, [r9, #24]
        sbcs    r6, r7, r10
        umaal   r10, lr, r7, r12
        sbcs    r7, r8, r11
        add     r11, r8, r11
        bic     r11, r11, #0x80000000
        add     r11, r11, lr
        str     r10, [sp, #\slot + 24]
        str     r11, [sp, #\slot + 28]
        ladder_less_borrow
        .endm

        push    {{r0, r1, r4-r11, lr}}
        sub     sp, #196
        @ GE, which only SEL reads, is all ones if `swap` is 1, until the end.
        rsbs    r2, r2, #0
        uadd8   r2, r2, r2
        @ A = x2 + z2, B = x2 - z2; C = x3 + z3, D = x3 - z3.
        mov     r9, r0
        ldm     r9!, {{r1-r8}}
        ladder_sum_and_difference {A}
        ladder_store {B}
        adds    r9, r9, #32
        ldm     r9!, {{r1-r8}}
        ladder_sum_and_difference {C}
        ladder_store {D}
        @ DA = D A, to M; CB = C B, in r1 to r8.
        add     r8, sp, #{A}
        bl      {multiply}
        ladder_store_1 {M}
        ladder_load {C}
        add     r8, sp, #{B}
        bl      {multiply}
        @ DA + CB to M; z3 = u (CB - DA)^2.
        add     r9, sp, #{M}
        ladder_sum_and_difference {M}
        bl      {squared}
        ldr     r8, [sp, #{U}]
        bl      {multiply}
        ldr     r0, [sp, #{LADDER}]
        adds    r0, r0, #96
        stm     r0, {{r1-r8}}
        @ x3 = (DA + CB)^2.
        ladder_load {M}
        bl      {squared}
        ldr     r8, [sp, #{LADDER}]
        add     r8, r8, #64
        stm     r8, {{r0-r7}}
        @ BB = B^2 or D^2, in B's place; AA = A^2 or C^2, in A's and in r0 to r7.
        ladder_load {B}
        ladder_choose {D}
        bl      {squared}
        ladder_store {B}
        ladder_load {A}
        ladder_choose {C}
        bl      {squared}
        ladder_store {A}
        @ E = AA - BB, in r0 to r7.
        add     r12, sp, #{B}
        ldm     r12!, {{r8-r11}}
        subs    r0, r0, r8
        sbcs    r1, r1, r9
        sbcs    r2, r2, r10
        sbcs    r3, r3, r11
        ldm     r12, {{r8-r11}}
        sbcs    r4, r4, r8
        sbcs    r5, r5, r9
        sbcs    r6, r6, r10
        sbcs    r7, r7, r11
        ladder_less_borrow
        @ T = AA + 121665 E, in C's place; r8 = 121665, r9 = q, then the carry; lr = the top limb.
        @ Bounds: t < 121666 2^32, q < 2^18, 19 q < 2^23; a limb's carry is at most 121666.
        movw    r8, #0xdb41
        movt    r8, #1
        mov     r9, #0
        ldr     lr, [sp, #{A} + 28]
        ldr     r10, [sp, #{A}]
        ldr     r11, [sp, #{A} + 4]
        umlal   lr, r9, r7, r8
        lsl     r9, r9, #1
        orr     r9, r9, lr, lsr #31
        add     r12, r9, r9, lsl #3
        add     r9, r9, r12, lsl #1
        bic     lr, lr, #0x80000000
        umaal   r10, r9, r0, r8
        umaal   r11, r9, r1, r8
        str     r10, [sp, #{C}]
        str     r11, [sp, #{C} + 4]
        ldr     r10, [sp, #{A} + 8]
        ldr     r11, [sp, #{A} + 12]
        ldr     r12, [sp, #{A} + 16]
        umaal   r10, r9, r2, r8
        umaal   r11, r9, r3, r8
        umaal   r12, r9, r4, r8
        str     r10, [sp, #{C} + 8]
        str     r11, [sp, #{C} + 12]
        str     r12, [sp, #{C} + 16]
        ldr     r10, [sp, #{A} + 20]
        ldr     r11, [sp, #{A} + 24]
        umaal   r10, r9, r5, r8
        umaal   r11, r9, r6, r8
        add     lr, lr, r9
        str     r10, [sp, #{C} + 20]
        str     r11, [sp, #{C} + 24]
        str     lr, [sp, #{C} + 28]
        @ z2 = E T.
        add     r8, sp, #{C}
        bl      {multiply}
        ldr     r0, [sp, #{LADDER}]
        adds    r0, r0, #32
        stm     r0, {{r1-r8}}
        @ x2 = AA BB.
        ladder_load {A}
        add     r8, sp, #{B}
        bl      {multiply}
        ldr     r0, [sp, #{LADDER}]
        stm     r0, {{r1-r8}}
        add     sp, #204
        pop     {{r4-r11, pc}}
        .purgem ladder_store
        .purgem ladder_store_1
        .purgem ladder_load
        .purgem ladder_choose
        .purgem ladder_less_borrow
        .purgem ladder_sum_and_difference
        ",
        multiply = sym multiply,
        squared = sym squared,
        // The frame: at sp the room of these two, then A, B, C, D, DA or DA + CB, 4 bytes unused, two arguments.
        A = const 32,
        B = const 64,
        C = const 96,
        D = const 128,
        M = const 160,
        LADDER = const 196,
        U = const 200,
    )
}
