//! Products and squares by MUL alone.
//!
//! MUL takes one cycle and gives the low 32 bits, so that the product of two 16-bit halves fills a word exactly. Write
//! a = L + 2^16 H, where L and H hold the low and the high halves of a's limbs, one every 32 bits; then
//! a b = LL' + 2^32 HH' + 2^16 (LH' + HL'). In each of these four, a half times a row of halves is a row of whole words side
//! by side, which one chain of carries adds: MUL and ADCS, two cycles a product and no carry to save in between (MUL leaves
//! the carry alone). The two mixed products are summed first and shifted by half a word, once; the two others are added to
//! that. What is left to save is one carry a row, and where the top word of a row is new it takes it for nothing.
//!
//! That is done for 128 bits at a time, which is what 14 registers hold: eight sums, a row of four halves, one half to
//! multiply them by, a product. 256 bits take three such blocks, by Karatsuba's identity in its subtractive form (a
//! difference has a sign, but no carry bit as a sum has): with X = 2^128,
//!
//! ```text
//! a b = z0 + X (z0 + z2 + N) + X^2 z2    z0 = a0 b0, z2 = a1 b1, N = (a1 - a0)(b0 - b1)
//!     = T + X (T + N)                    T = z0 + X z2
//! ```
//!
//! N is the product of two absolute values, complemented if one difference is negative. Modulo p, X^2 is 38.
#![allow(unsafe_code)]

use core::arch::naked_asm;

use crate::low::cortex_m::field::Limbs;

/// Rows: w0 to w3 += a * (h0, h1, h2, h3), where h = r9 to r12, r7 is for products and a may be lost.
macro_rules! rows {
    () => {
        r"
        @ w3 is new, and no carry is left over. Bounds: with the places of w0 counted from 2^0 in the first row, the rows so far
        @ are (h0 to h3) < 2^112 times what a was so far, < 2^(32 i + 16) after row i: below 2^32 times w3's place.
        .macro  row_new a, w0, w1, w2, w3
        mul     r7, \a, r9
        adds    \w0, \w0, r7
        mul     r7, \a, r10
        adcs    \w1, \w1, r7
        mul     r7, \a, r11
        adcs    \w2, \w2, r7
        mul     \w3, \a, r12
        adc     \w3, \w3, #0
        .endm
        @ w3 holds something: a carry is left over, of the place of the next row's w3.
        .macro  row_add a, w0, w1, w2, w3
        mul     r7, \a, r9
        adds    \w0, \w0, r7
        mul     r7, \a, r10
        adcs    \w1, \w1, r7
        mul     r7, \a, r11
        adcs    \w2, \w2, r7
        mul     \a, \a, r12
        adcs    \w3, \w3, \a
        .endm
        @ As row_add, after a row that left a carry: it goes into the top product, for which there is p.
        @ Bounds: halves are at most 2^16 - 1, so that a product and 1 are below 2^32.
        .macro  row_next a, p, w0, w1, w2, w3
        mul     \p, \a, r12
        adc     \p, \p, #0
        mul     r7, \a, r9
        adds    \w0, \w0, r7
        mul     r7, \a, r10
        adcs    \w1, \w1, r7
        mul     \a, \a, r11
        adcs    \w2, \w2, \a
        adcs    \w3, \w3, \p
        .endm
        @ (r0 to r6, r8) = (r0 to r6) * 2^16, where r8 has its value already.
        .macro  shift_half
        lsls    r6, r6, #16
        orr     r6, r6, r5, lsr #16
        lsls    r5, r5, #16
        orr     r5, r5, r4, lsr #16
        lsls    r4, r4, #16
        orr     r4, r4, r3, lsr #16
        lsls    r3, r3, #16
        orr     r3, r3, r2, lsr #16
        lsls    r2, r2, #16
        orr     r2, r2, r1, lsr #16
        lsls    r1, r1, #16
        orr     r1, r1, r0, lsr #16
        lsls    r0, r0, #16
        .endm
        @ The block's words 2 to 7 to sp + \z.
        .macro  keep z
        str     r2, [sp, #\z + 8]
        str     r3, [sp, #\z + 12]
        str     r4, [sp, #\z + 16]
        str     r5, [sp, #\z + 20]
        str     r6, [sp, #\z + 24]
        str     r8, [sp, #\z + 28]
        .endm
        @ (x0 to x3) = |(x0 to x3) - (y0 to y3)|; m = -1 if that was negative, else 0.
        .macro  difference x0, x1, x2, x3, y0, y1, y2, y3, m
        subs    \x0, \x0, \y0
        sbcs    \x1, \x1, \y1
        sbcs    \x2, \x2, \y2
        sbcs    \x3, \x3, \y3
        sbc     \m, \m, \m
        eor     \x0, \x0, \m
        eor     \x1, \x1, \m
        eor     \x2, \x2, \m
        eor     \x3, \x3, \m
        subs    \x0, \x0, \m
        sbcs    \x1, \x1, \m
        sbcs    \x2, \x2, \m
        sbc     \x3, \x3, \m
        .endm
        "
    };
}

/// The end of `multiply` and `square`: reduction, and the result to where `out` points.
macro_rules! reduce {
    () => {
        r"
        @ (p0 to p3, top) += (d0 to d3) * 2^up + small, where down = 32 - up.
        .macro  fold_bit p0, p1, p2, p3, top, d0, d1, d2, d3, up, down, small
        adds    \p0, \p0, \d0, lsl \up
        adcs    \p1, \p1, \d1, lsl \up
        adcs    \p2, \p2, \d2, lsl \up
        adcs    \p3, \p3, \d3, lsl \up
        adc     \top, \top, \d3, lsr \down
        .ifb \small
        adds    \p1, \p1, \d0, lsr \down
        .else
        adds    \p0, \p0, \small
        adcs    \p1, \p1, \d0, lsr \down
        .endif
        adcs    \p2, \p2, \d1, lsr \down
        adcs    \p3, \p3, \d2, lsr \down
        adc     \top, \top, #0
        .endm
        @ (p0 to p3, top) += 38 (d0 to d3) + small, where top is 0 and 38 = 2^5 + 2^2 + 2: 27 cycles; MUL on halves takes 30.
        @ Bounds: top <= 38 without small, for 39 (2^128 - 1) < 39 * 2^128, and small < 2^32.
        .macro  fold p0, p1, p2, p3, top, d0, d1, d2, d3, small
        fold_bit \p0, \p1, \p2, \p3, \top, \d0, \d1, \d2, \d3, #5, #27, \small
        fold_bit \p0, \p1, \p2, \p3, \top, \d0, \d1, \d2, \d3, #2, #30
        fold_bit \p0, \p1, \p2, \p3, \top, \d0, \d1, \d2, \d3, #1, #31
        .endm
        @ (T's words 0 to 3) + X (r0 to r6, r8) + X^3 (r7, r9, r10, r11), modulo p, to where the word at sp + \out points. T is
        @ at sp, r12 is 0. 88 cycles.
        .macro  reduce out
        fold    r0, r1, r2, r3, r12, r7, r9, r10, r11
        @ The upper half is r0 to r3, r12. From 2^255 on it is q <= 2 * 38 + 1, worth 19 q at the bottom.
        adds    lr, r3, r3
        adc     r12, r12, r12
        bic     r3, r3, #0x80000000
        add     lr, r12, r12, lsl #1
        add     r12, lr, r12, lsl #4
        ldr     r7, [sp, #0]
        ldr     r9, [sp, #4]
        ldr     r10, [sp, #8]
        ldr     r11, [sp, #12]
        mov     lr, #0
        fold    r7, r9, r10, r11, lr, r4, r5, r6, r8, r12
        @ Bounds: r0 to r3 are below 2^127, so that lr <= 39 does not carry out.
        ldr     r4, [sp, #\out]
        adds    r0, r0, lr
        adcs    r1, r1, #0
        adcs    r2, r2, #0
        adc     r3, r3, #0
        str     r7, [r4, #0]
        str     r9, [r4, #4]
        str     r10, [r4, #8]
        str     r11, [r4, #12]
        str     r0, [r4, #16]
        str     r1, [r4, #20]
        str     r2, [r4, #24]
        str     r3, [r4, #28]
        .endm
        "
    };
}

/// Takes the macros away again, for another function to define them.
macro_rules! purge {
    () => {
        r"
        .purgem row_new
        .purgem row_add
        .purgem row_next
        .purgem shift_half
        .purgem keep
        .purgem difference
        .purgem fold_bit
        .purgem fold
        .purgem reduce
        "
    };
}

/// `out` = `a` `b`, eight words modulo p or, if `wide` is not 0, all sixteen.
///
/// In: r0 to r3; a and b may be the same. Out: at r0, written when all is read. Clobbers: all but sp.
/// Stack: 160 bytes. Cycles: 809; if wide 758.
///
/// Bounds: a block's value, even with z0's upper half added to z2, is at most (2^128 - 1)^2 + 2^128 - 1 < 2^256, and so is each
/// partial sum of it: what the eighth word takes in fits. LH' + HL' < 2 (2^112)^2 is seven words and a carry.
/// # Safety
/// Not for Rust to call: see Clobbers. `out` has the words that are written.
#[unsafe(naked)]
pub(in crate::low) unsafe extern "C" fn mul_core(out: *mut u32, a: &Limbs, b: &Limbs, wide: u32) {
    naked_asm!(
        rows!(),
        reduce!(),
        r"
        @ (r0 to r6, r8) = a * b for 128-bit a, b at sp + \a, sp + \b; if \init plus the 128 bits at sp + \z. Words 0 and 1
        @ are at sp + \z and no longer in r0 and r1. 189 cycles, 14 more with \init.
        .macro  product a, b, z, init
        @ Low halves of a, high ones of b.
        ldrh    r9, [sp, #\b + 2]
        ldrh    r10, [sp, #\b + 6]
        ldrh    r11, [sp, #\b + 10]
        ldrh    r12, [sp, #\b + 14]
        ldrh    r4, [sp, #\a + 0]
        ldrh    r5, [sp, #\a + 4]
        ldrh    r6, [sp, #\a + 8]
        ldrh    r8, [sp, #\a + 12]
        mul     r0, r4, r9
        mul     r1, r4, r10
        mul     r2, r4, r11
        mul     r3, r4, r12
        row_new r5, r1, r2, r3, r4
        row_new r6, r2, r3, r4, r5
        row_new r8, r3, r4, r5, r6
        @ High halves of a, low ones of b.
        ldrh    r9, [sp, #\b + 0]
        ldrh    r10, [sp, #\b + 4]
        ldrh    r11, [sp, #\b + 8]
        ldrh    r12, [sp, #\b + 12]
        ldrh    r8, [sp, #\a + 2]
        ldrh    lr, [sp, #\a + 6]
        row_add r8, r0, r1, r2, r3
        row_next lr, r8, r1, r2, r3, r4
        ldrh    lr, [sp, #\a + 10]
        row_next lr, r8, r2, r3, r4, r5
        ldrh    lr, [sp, #\a + 14]
        row_next lr, r8, r3, r4, r5, r6
        @ The carry left over is above r6.
        rrx     r8, r6
        lsr     r8, r8, #15
        shift_half
        .if \init
        ldr     r7, [sp, #\z + 0]
        ldr     lr, [sp, #\z + 4]
        adds    r0, r0, r7
        adcs    r1, r1, lr
        ldr     r7, [sp, #\z + 8]
        ldr     lr, [sp, #\z + 12]
        adcs    r2, r2, r7
        adcs    r3, r3, lr
        adcs    r4, r4, #0
        adcs    r5, r5, #0
        adcs    r6, r6, #0
        adc     r8, r8, #0
        .endif
        @ Low halves of a, low ones of b.
        ldrh    lr, [sp, #\a + 0]
        row_add lr, r0, r1, r2, r3
        str     r0, [sp, #\z + 0]
        ldrh    r0, [sp, #\a + 4]
        row_next r0, lr, r1, r2, r3, r4
        ldrh    r0, [sp, #\a + 8]
        row_next r0, lr, r2, r3, r4, r5
        ldrh    r0, [sp, #\a + 12]
        row_next r0, lr, r3, r4, r5, r6
        adc     r8, r8, #0
        @ High halves of a, high ones of b, a word further up.
        ldrh    r9, [sp, #\b + 2]
        ldrh    r10, [sp, #\b + 6]
        ldrh    r11, [sp, #\b + 10]
        ldrh    r12, [sp, #\b + 14]
        ldrh    r0, [sp, #\a + 2]
        ldrh    lr, [sp, #\a + 6]
        row_add r0, r1, r2, r3, r4
        str     r1, [sp, #\z + 4]
        row_next lr, r0, r2, r3, r4, r5
        ldrh    r0, [sp, #\a + 10]
        ldrh    r1, [sp, #\a + 14]
        row_next r0, lr, r3, r4, r5, r6
        row_next r1, lr, r4, r5, r6, r8
        .endm

        push    {{r0, r3, lr}}
        ldm     r2, {{r4-r11}}
        push    {{r4-r11}}
        difference r4, r5, r6, r7, r8, r9, r10, r11, r2
        push    {{r4-r7}}
        ldm     r1, {{r4-r11}}
        push    {{r4-r11}}
        difference r8, r9, r10, r11, r4, r5, r6, r7, r1
        push    {{r8-r11}}
        @ N is negative if just one of a1 - a0 and b0 - b1 is.
        eor     r1, r1, r2
        push    {{r1}}
        sub     sp, #48
        @ sp + 0: T, 12 words; 48: N's sign; 52: |a1 - a0|; 68: a; 100: |b0 - b1|; 116: b; 148: out; 152: wide.
        product 68, 116, 0, 0
        keep    0
        product 84, 132, 16, 1
        keep    16
        product 52, 100, 68, 0

        @ N = (r0 to r6, r8), complemented and plus 1 if negative; that 1 is the carry into the sum.
        ldr     r0, [sp, #68]
        ldr     r1, [sp, #72]
        ldr     lr, [sp, #48]
        ldr     r7, [sp, #0]
        ldr     r9, [sp, #4]
        ldr     r10, [sp, #8]
        ldr     r11, [sp, #12]
        eor     r0, r0, lr
        eor     r1, r1, lr
        eor     r2, r2, lr
        eor     r3, r3, lr
        eor     r4, r4, lr
        eor     r5, r5, lr
        eor     r6, r6, lr
        eor     r8, r8, lr
        adds    r12, lr, lr
        @ N + T's words 0 to 7, then + T's words 4 to 11: words 4 to 11 of a b.
        adcs    r0, r0, r7
        adcs    r1, r1, r9
        adcs    r2, r2, r10
        adcs    r3, r3, r11
        ldr     r7, [sp, #16]
        ldr     r9, [sp, #20]
        ldr     r10, [sp, #24]
        ldr     r11, [sp, #28]
        adcs    r4, r4, r7
        adcs    r5, r5, r9
        adcs    r6, r6, r10
        adcs    r8, r8, r11
        adc     lr, lr, #0
        adds    r0, r0, r7
        adcs    r1, r1, r9
        adcs    r2, r2, r10
        adcs    r3, r3, r11
        ldr     r7, [sp, #32]
        ldr     r9, [sp, #36]
        ldr     r10, [sp, #40]
        ldr     r11, [sp, #44]
        ldr     r12, [sp, #152]
        adcs    r4, r4, r7
        adcs    r5, r5, r9
        adcs    r6, r6, r10
        adcs    r8, r8, r11
        adc     lr, lr, #0
        @ T's words 8 to 11 + lr, which is N's sign and two carries, -1 to 1: words 12 to 15 of a b.
        adds    r7, r7, lr
        adcs    r9, r9, lr, asr #31
        adcs    r10, r10, lr, asr #31
        adc     r11, r11, lr, asr #31
        cmp     r12, #0
        bne     2f
        reduce  148
    1:
        add     sp, #156
        pop     {{pc}}
    2:
        ldr     r12, [sp, #148]
        str     r0, [r12, #16]
        str     r1, [r12, #20]
        str     r2, [r12, #24]
        str     r3, [r12, #28]
        str     r4, [r12, #32]
        str     r5, [r12, #36]
        str     r6, [r12, #40]
        str     r8, [r12, #44]
        str     r7, [r12, #48]
        str     r9, [r12, #52]
        str     r10, [r12, #56]
        str     r11, [r12, #60]
        ldr     r0, [sp, #0]
        ldr     r1, [sp, #4]
        ldr     r2, [sp, #8]
        ldr     r3, [sp, #12]
        stm     r12, {{r0-r3}}
        b       1b
        .purgem product
        ",
        purge!(),
    )
}

/// `out` = `a`^2.
///
/// In: r0, r1. Out: at r0, written when all is read. Clobbers: all but sp. Stack: 72 bytes. Cycles: 535.
///
/// Karatsuba's N is -(a1 - a0)^2 here. In a block, 128-bit a = L + 2^16 H: L^2 + 2^32 H^2 + 2^17 L H. Of L^2 and H^2 first the
/// products of different halves are added to 2^16 L H, all of it is doubled, then the squares of halves, side by side
/// eight words, are added. Bounds: each partial sum is a part of a^2 < 2^256.
/// # Safety
/// Not for Rust to call: see Clobbers.
#[unsafe(naked)]
pub(in crate::low) unsafe extern "C" fn square_core(out: *mut u32, a: &Limbs) {
    naked_asm!(
        rows!(),
        reduce!(),
        r"
        @ (r0 to r6, r8) = a^2 for 128-bit a at lr + \a. 117 cycles.
        .macro  squared a
        @ Low halves times high ones.
        ldrh    r9, [lr, #\a + 2]
        ldrh    r10, [lr, #\a + 6]
        ldrh    r11, [lr, #\a + 10]
        ldrh    r12, [lr, #\a + 14]
        ldrh    r4, [lr, #\a + 0]
        ldrh    r5, [lr, #\a + 4]
        ldrh    r6, [lr, #\a + 8]
        ldrh    r8, [lr, #\a + 12]
        mul     r0, r4, r9
        mul     r1, r4, r10
        mul     r2, r4, r11
        mul     r3, r4, r12
        row_new r5, r1, r2, r3, r4
        row_new r6, r2, r3, r4, r5
        row_new r8, r3, r4, r5, r6
        lsr     r8, r6, #16
        shift_half
        @ Different high halves, two by two: h0 h1, h0 h2, h0 h3, h1 h3, h2 h3; and h1 h2 kept.
        mul     r7, r9, r10
        adds    r2, r2, r7
        mul     r7, r9, r11
        adcs    r3, r3, r7
        mul     r7, r9, r12
        adcs    r4, r4, r7
        mul     r7, r10, r12
        adcs    r5, r5, r7
        mul     r7, r11, r12
        adcs    r6, r6, r7
        adc     r8, r8, #0
        mul     r10, r10, r11
        @ l1 l2, h1 h2.
        ldrh    r9, [lr, #\a + 4]
        ldrh    r11, [lr, #\a + 8]
        mul     r7, r9, r11
        adds    r3, r3, r7
        adcs    r4, r4, r10
        adcs    r5, r5, #0
        adcs    r6, r6, #0
        adc     r8, r8, #0
        @ l0 l1, l0 l2, l0 l3, l1 l3, l2 l3.
        ldrh    r10, [lr, #\a + 0]
        ldrh    r12, [lr, #\a + 12]
        mul     r7, r10, r9
        adds    r1, r1, r7
        mul     r7, r10, r11
        adcs    r2, r2, r7
        mul     r7, r10, r12
        adcs    r3, r3, r7
        mul     r7, r9, r12
        adcs    r4, r4, r7
        mul     r7, r11, r12
        adcs    r5, r5, r7
        adcs    r6, r6, #0
        adc     r8, r8, #0
        @ Doubled.
        adds    r0, r0, r0
        adcs    r1, r1, r1
        adcs    r2, r2, r2
        adcs    r3, r3, r3
        adcs    r4, r4, r4
        adcs    r5, r5, r5
        adcs    r6, r6, r6
        adc     r8, r8, r8
        @ l0^2, h0^2, l1^2 and so on.
        ldrh    r7, [lr, #\a + 2]
        mul     r10, r10, r10
        adds    r0, r0, r10
        mul     r7, r7, r7
        adcs    r1, r1, r7
        mul     r9, r9, r9
        adcs    r2, r2, r9
        ldrh    r7, [lr, #\a + 6]
        ldrh    r9, [lr, #\a + 10]
        ldrh    r10, [lr, #\a + 14]
        mul     r7, r7, r7
        adcs    r3, r3, r7
        mul     r11, r11, r11
        adcs    r4, r4, r11
        mul     r9, r9, r9
        adcs    r5, r5, r9
        mul     r12, r12, r12
        adcs    r6, r6, r12
        mul     r10, r10, r10
        adc     r8, r8, r10
        .endm

        push    {{r0, lr}}
        mov     lr, r1
        ldm     r1, {{r4-r11}}
        difference r4, r5, r6, r7, r8, r9, r10, r11, r2
        push    {{r4-r7}}
        sub     sp, #48
        @ sp + 0: T, 12 words; 48: |a0 - a1|; 64: out.
        squared 0
        str     r0, [sp, #0]
        str     r1, [sp, #4]
        keep    0
        squared 16
        @ z2 + z0's upper half.
        ldr     r7, [sp, #16]
        ldr     r9, [sp, #20]
        ldr     r10, [sp, #24]
        ldr     r11, [sp, #28]
        adds    r0, r0, r7
        adcs    r1, r1, r9
        adcs    r2, r2, r10
        adcs    r3, r3, r11
        adcs    r4, r4, #0
        adcs    r5, r5, #0
        adcs    r6, r6, #0
        adc     r8, r8, #0
        str     r0, [sp, #16]
        str     r1, [sp, #20]
        keep    16
        add     lr, sp, #48
        squared 0

        @ T's words 0 to 7 + N, then + T's words 4 to 11: words 4 to 11 of a^2.
        ldr     r7, [sp, #0]
        ldr     r9, [sp, #4]
        ldr     r10, [sp, #8]
        ldr     r11, [sp, #12]
        subs    r0, r7, r0
        sbcs    r1, r9, r1
        sbcs    r2, r10, r2
        sbcs    r3, r11, r3
        ldr     r7, [sp, #16]
        ldr     r9, [sp, #20]
        ldr     r10, [sp, #24]
        ldr     r11, [sp, #28]
        sbcs    r4, r7, r4
        sbcs    r5, r9, r5
        sbcs    r6, r10, r6
        sbcs    r8, r11, r8
        sbc     lr, lr, lr
        adds    r0, r0, r7
        adcs    r1, r1, r9
        adcs    r2, r2, r10
        adcs    r3, r3, r11
        ldr     r7, [sp, #32]
        ldr     r9, [sp, #36]
        ldr     r10, [sp, #40]
        ldr     r11, [sp, #44]
        adcs    r4, r4, r7
        adcs    r5, r5, r9
        adcs    r6, r6, r10
        adcs    r8, r8, r11
        adc     lr, lr, #0
        @ T's words 8 to 11 + lr, a borrow and a carry, -1 to 1: words 12 to 15 of a^2.
        adds    r7, r7, lr
        adcs    r9, r9, lr, asr #31
        adcs    r10, r10, lr, asr #31
        adc     r11, r11, lr, asr #31
        mov     r12, #0
        reduce  64
        add     sp, #68
        pop     {{pc}}
        .purgem squared
        ",
        purge!(),
    )
}
