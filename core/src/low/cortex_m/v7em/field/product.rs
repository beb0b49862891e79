//! The product and the square of two elements, from registers to registers: for assembly, which calls them with BL.
//!
//! Fourteen registers hold five words of one factor, the five sums they add to, and what of the other factor, of carries and of
//! pointers there has to be. So the product is made in two passes, five rows of words wide and three. Both functions keep the
//! sums they can in registers; the room, 32 bytes at the caller's sp, takes what is finished until the end.
#![allow(unsafe_code)]

use core::arch::naked_asm;

/// r1 to r8 = a b, modulo p.
///
/// - In: r0 to r7 = a, any; r8 -> b, any; the room. Out: below 2^255 + 2^230. Clobbers: all but sp. Stack: 16 bytes.
/// - Cycles (modelled): M4 148, M33 135. 64 are products, 8 fold the upper half.
///
/// w0 to w15 are the words of a b, of which w0 to w6 go to the room.
///
/// Bounds: t = w7 + 38 w15 <= 39 (2^32 - 1), q <= 77, 19 q < 2^11; a limb's carry is at most 39.
///
/// # Safety
/// Not to be called from Rust: the arguments, the result and the registers kept are not those of `extern "C"`.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn multiply() {
    naked_asm!(
        cpu!(),
        r"
        push    {{r5-r7, lr}}
        @ Rows 0 to 2 together, column by column: the sum in r12 or lr, the carries in r11, r10 and r7.
        ldm     r8!, {{r5, r6, r9}}
        umull   r12, r11, r0, r5            @ a0 b0
        str     r12, [sp, #16]
        umull   r12, r10, r1, r5            @ a1 b0
        umaal   r12, r11, r0, r6            @ a0 b1
        str     r12, [sp, #20]
        umull   r12, r7, r2, r5             @ a2 b0
        umaal   r12, r10, r1, r6            @ a1 b1
        umaal   r12, r11, r0, r9            @ a0 b2
        str     r12, [sp, #24]
        mov     r12, #0
        umaal   r12, r7, r3, r5             @ a3 b0
        umaal   r12, r10, r2, r6            @ a2 b1
        umaal   r12, r11, r1, r9            @ a1 b2
        mov     lr, #0
        umaal   lr, r7, r4, r5              @ a4 b0
        umaal   lr, r10, r3, r6             @ a3 b1
        umaal   lr, r11, r2, r9             @ a2 b2
        umaal   r11, r10, r4, r6            @ a4 b1
        umaal   r11, r7, r3, r9             @ a3 b2
        umaal   r10, r7, r4, r9             @ a4 b2
        @ Rows 3 and 4: the sums at w3 to w7 are in r12, lr, r11, r10, r7.
        ldm     r8!, {{r5, r6}}
        mov     r9, #0
        umaal   r12, r9, r0, r5
        umaal   lr, r9, r1, r5
        umaal   r11, r9, r2, r5
        umaal   r10, r9, r3, r5
        umaal   r7, r9, r4, r5
        str     r12, [sp, #28]
        mov     r12, #0
        umaal   lr, r12, r0, r6
        umaal   r11, r12, r1, r6
        umaal   r10, r12, r2, r6
        umaal   r7, r12, r3, r6
        umaal   r9, r12, r4, r6
        str     lr, [sp, #32]
        @ Rows 5 and 6.
        ldm     r8!, {{r5, r6}}
        mov     lr, #0
        umaal   r11, lr, r0, r5
        umaal   r10, lr, r1, r5
        umaal   r7, lr, r2, r5
        umaal   r9, lr, r3, r5
        umaal   r12, lr, r4, r5
        str     r11, [sp, #36]
        mov     r11, #0
        umaal   r10, r11, r0, r6
        umaal   r7, r11, r1, r6
        umaal   r9, r11, r2, r6
        umaal   r12, r11, r3, r6
        umaal   lr, r11, r4, r6
        @ Row 7.
        ldr     r5, [r8]
        movs    r6, #0
        umaal   r7, r6, r0, r5
        umaal   r9, r6, r1, r5
        umaal   r12, r6, r2, r5
        umaal   lr, r6, r3, r5
        umaal   r11, r6, r4, r5
        @ r0-r2 = a5..a7, r3 = b_j. So far w5..w7 in r5, r10, r7 and w8..w12 in r9, r12, lr, r11, r6. Row 0:
        pop     {{r0-r2}}
        ldr     r5, [sp, #24]
        ldr     r3, [r8, #-28]
        movs    r4, #0
        umaal   r5, r4, r0, r3
        umaal   r10, r4, r1, r3
        umaal   r7, r4, r2, r3
        str     r5, [sp, #24]
        @ Row 1.
        ldr     r3, [r8, #-24]
        movs    r5, #0
        umaal   r10, r5, r0, r3
        umaal   r7, r5, r1, r3
        umaal   r4, r5, r2, r3
        str     r10, [sp, #28]
        @ Row 2, at the end of which w7 is whole.
        ldr     r3, [r8, #-20]
        mov     r10, #0
        umaal   r7, r10, r0, r3
        umaal   r4, r10, r1, r3
        umaal   r5, r10, r2, r3
        @ From here each row's first addend is a word of the rows before: rows 3 to 7.
        ldr     r3, [r8, #-16]
        umaal   r4, r9, r0, r3              @ w8
        umaal   r5, r9, r1, r3
        umaal   r10, r9, r2, r3
        ldr     r3, [r8, #-12]
        umaal   r5, r12, r0, r3             @ w9
        umaal   r10, r12, r1, r3
        umaal   r9, r12, r2, r3
        ldr     r3, [r8, #-8]
        umaal   r10, lr, r0, r3             @ w10
        umaal   r9, lr, r1, r3
        umaal   r12, lr, r2, r3
        ldr     r3, [r8, #-4]
        ldr     r8, [r8]
        umaal   r9, r11, r0, r3             @ w11
        umaal   r12, r11, r1, r3
        umaal   lr, r11, r2, r3
        umaal   r12, r6, r0, r8             @ w12
        umaal   lr, r6, r1, r8              @ w13
        umaal   r11, r6, r2, r8             @ w14, w15
        @ w7 in r7, w8..w15 in r4, r5, r10, r9, r12, lr, r11, r6. r0 = 38; r8 = q, then the carry.
        movs    r0, #38
        mov     r8, #0
        umlal   r7, r8, r6, r0
        lsl     r8, r8, #1
        orr     r8, r8, r7, lsr #31
        add     r1, r8, r8, lsl #3
        add     r8, r8, r1, lsl #1
        ldr     r1, [sp, #4]
        ldr     r2, [sp, #8]
        ldr     r3, [sp, #12]
        ldr     r6, [sp, #24]
        umaal   r1, r8, r4, r0
        umaal   r2, r8, r5, r0
        umaal   r3, r8, r10, r0
        bic     r10, r7, #0x80000000
        ldr     r4, [sp, #16]
        ldr     r5, [sp, #20]
        ldr     r7, [sp, #28]
        umaal   r4, r8, r9, r0
        umaal   r5, r8, r12, r0
        umaal   r6, r8, lr, r0
        umaal   r7, r8, r11, r0
        add     r8, r8, r10
        pop     {{pc}}
        ",
    )
}

/// r0 to r7 = a squared, modulo p.
///
/// - In: r0 to r7 = a, any; the room. Out: below 2^255 + 2^230. Clobbers: all but sp. Stack: 16 bytes.
/// - Cycles (modelled): M4 99, M33 93. 36 are products, 14 double, 8 fold.
///
/// With d = 2 a mod 2^256, of the words d0 to d7, twice the words of a below the j-th are d0 to d(j-1) and one bit on top, the
/// top bit of a(j-1). Hence a squared is the sum of these rows:
///
/// ```text
/// 2^(32 j) a_j (d0 + .. + 2^(32 (j-1)) d(j-1)) + 2^(64 j) (a_j a_j + the bit times a_j)
/// ```
///
/// One ADCS makes d_j of a_j when row j is done, with the carry waiting in the flags for the next; one AND with a shifted
/// operand makes the bit times a_(j+1), which enters row j+1 where a zero would have. Rows 0 to 4 come first, then d0 to d4
/// times a5, a6 and a7, then what is left of rows 5 to 7. w0 to w15 are the words of the square: w0 to w4 go to the room.
///
/// Bounds: as of [`multiply`].
///
/// # Safety
/// As of [`multiply`].
#[unsafe(naked)]
pub(super) unsafe extern "C" fn squared() {
    naked_asm!(
        cpu!(),
        r"
        push    {{r5-r7, lr}}
        @ Row 0.
        umull   r8, r9, r0, r0
        str     r8, [sp, #16]
        @ Row 1.
        and     r10, r1, r0, asr #31
        adds    r0, r0, r0
        mov     r11, #0
        umaal   r9, r11, r0, r1
        umaal   r10, r11, r1, r1
        str     r9, [sp, #20]
        @ Row 2.
        and     r12, r2, r1, asr #31
        adcs    r1, r1, r1
        mov     r5, #0
        umaal   r10, r5, r0, r2
        umaal   r11, r5, r1, r2
        umaal   r12, r5, r2, r2
        str     r10, [sp, #24]
        @ Row 3.
        and     r6, r3, r2, asr #31
        adcs    r2, r2, r2
        mov     r7, #0
        umaal   r11, r7, r0, r3
        umaal   r12, r7, r1, r3
        umaal   r5, r7, r2, r3
        umaal   r6, r7, r3, r3
        str     r11, [sp, #28]
        @ Row 4.
        and     r8, r4, r3, asr #31
        adcs    r3, r3, r3
        mov     r9, #0
        umaal   r12, r9, r0, r4
        umaal   r5, r9, r1, r4
        umaal   r6, r9, r2, r4
        umaal   r7, r9, r3, r4
        umaal   r8, r9, r4, r4
        str     r12, [sp, #32]
        @ So far w5..w9 in r5-r9. r10-r12 = a5..a7, times d0, d1, d2:
        pop     {{r10-r12}}
        mov     lr, #0
        umaal   r5, lr, r10, r0             @ w5
        umaal   r6, lr, r11, r0
        umaal   r7, lr, r12, r0
        mov     r0, #0
        umaal   r6, r0, r10, r1             @ w6
        umaal   r7, r0, r11, r1
        umaal   r8, r0, r12, r1
        mov     r1, #0
        umaal   r7, r1, r10, r2             @ w7
        umaal   r1, r8, r11, r2
        umaal   r9, r8, r12, r2
        @ .. times d3, which takes in the carry left at w8,
        umaal   r1, lr, r10, r3             @ w8
        umaal   r9, lr, r11, r3
        umaal   r8, lr, r12, r3
        @ .. times d4 = r2; r4 = a5 if a4 is negative.
        adcs    r2, r4, r4
        and     r4, r10, r4, asr #31
        umaal   r9, r0, r10, r2             @ w9
        umaal   r0, r8, r11, r2
        umaal   lr, r8, r12, r2
        @ a5 a5; d5 = r2; r10 = a6 if a5 is negative.
        umaal   r4, r0, r10, r10            @ w10
        adcs    r2, r10, r10
        and     r10, r11, r10, asr #31
        umaal   lr, r0, r11, r2             @ w11
        umaal   r8, r0, r12, r2
        @ a6 a6; d6 = r2; r11 = a7 if a6 is negative.
        umaal   r8, r10, r11, r11           @ w12
        adcs    r2, r11, r11
        and     r11, r12, r11, asr #31
        umaal   r10, r0, r12, r2            @ w13
        umaal   r11, r0, r12, r12           @ w14, w15
        @ w5..w7 in r5-r7, w8..w15 in r1, r9, r4, lr, r8, r10, r11, r0. r12 = 38; r3 = q, then the carry.
        mov     r12, #38
        mov     r3, #0
        umlal   r7, r3, r0, r12
        lsl     r3, r3, #1
        orr     r3, r3, r7, lsr #31
        add     r0, r3, r3, lsl #3
        add     r3, r3, r0, lsl #1
        ldr     r0, [sp, #4]
        ldr     r2, [sp, #12]
        umaal   r0, r3, r1, r12
        ldr     r1, [sp, #8]
        bic     r7, r7, #0x80000000
        umaal   r1, r3, r9, r12
        umaal   r2, r3, r4, r12
        ldr     r9, [sp, #16]
        ldr     r4, [sp, #20]
        umaal   r3, r9, lr, r12
        umaal   r4, r9, r8, r12
        umaal   r5, r9, r10, r12
        umaal   r6, r9, r11, r12
        add     r7, r7, r9
        pop     {{pc}}
        ",
    )
}
