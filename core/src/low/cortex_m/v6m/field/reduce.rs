//! Three products of 128 bits become one element: what products and squares share.
//!
//! With X = 2^128, low = a0 b0, high = a1 b1 and N = (a1 - a0)(b0 - b1), each of two halves of 128 bits, and with
//! U = low.1 + high.0, the product is (1 + X)(low.0 + X U + X^2 high.1) + X N. As X^2 is 38,
//!
//! ```text
//! a b = (z + 38 w) + X (z + U + N.0)     z = low.0 + 38 high.1, w = U + N.1
//! ```
//!
//! and four words, four times, are all there is to add up. What goes beyond them is put in again once:
//!
//! - U's carry goes to high.1, which is at most 2^128 - 2 before.
//! - z = z' + X t, w = w' + X s. Bounds: z < 39 X, so that 0 <= t <= 38; s is -1, 0 or 1.
//! - H = z' + U' + N.0 = r + q 2^127, with r from 2^126 to 2^127 + 2^126, is worth r X + 19 q. Bounds: H is above -X and below
//!   3 X, so that q is from -3 to 5.
//! - low half: z' + 38 w' + c, where c = 38 t + 19 q is from -57 to 1539; it is (r0 to r3) + X d with -1 <= d <= 39.
//! - high half: r + d + t + 38 s. Bounds: what is added is from -39 to 115, so that the sum is positive and below X.

/// Keeps r4 to r11 and lr for the caller, `body` between; sp stays a multiple of 8. 34 cycles without the call's.
macro_rules! saved {
    ($body:literal) => {
        concat!(
            r"
        push    {{r4-r7, lr}}
        mov     r4, r8
        mov     r5, r9
        mov     r6, r10
        mov     r7, r11
        push    {{r3-r7}}
        ",
            $body,
            r"
        pop     {{r3-r7}}
        mov     r8, r4
        mov     r9, r5
        mov     r10, r6
        mov     r11, r7
        pop     {{r4-r7, pc}}
        "
        )
    };
}
pub(super) use saved;

/// Both parts of the reduction, on a stack with low at sp, high at sp + 32, w' in N's place at sp + 80.
macro_rules! reduce {
    (define) => {
        r"
        @ (r0 to r3), r12 = z', t, and z' also in low.0's place. In: r12 = U's carry. Clobbers r4 to r7. 64 cycles.
        .macro  reduce_high
        add     r4, sp, #48
        movs    r5, #38
        @ (r0 to r3, r7) = 38 times the odd halves, half a word further up.
        ldrh    r0, [r4, #2]
        muls    r0, r5, r0
        ldrh    r1, [r4, #6]
        muls    r1, r5, r1
        ldrh    r2, [r4, #10]
        muls    r2, r5, r2
        ldrh    r3, [r4, #14]
        muls    r3, r5, r3
        lsrs    r7, r3, #16
        lsls    r3, r3, #16
        lsrs    r6, r2, #16
        orrs    r3, r6
        lsls    r2, r2, #16
        lsrs    r6, r1, #16
        orrs    r2, r6
        lsls    r1, r1, #16
        lsrs    r6, r0, #16
        orrs    r1, r6
        lsls    r0, r0, #16
        @ The even halves, U's carry with the first; then low.0.
        ldrh    r6, [r4]
        add     r6, r12
        muls    r6, r5, r6
        adds    r0, r0, r6
        ldrh    r6, [r4, #4]
        muls    r6, r5, r6
        adcs    r1, r6
        ldrh    r6, [r4, #8]
        muls    r6, r5, r6
        adcs    r2, r6
        ldrh    r6, [r4, #12]
        muls    r6, r5, r6
        adcs    r3, r6
        movs    r6, #0
        adcs    r7, r6
        mov     r4, sp
        ldm     r4, {{r4-r6}}
        adds    r0, r0, r4
        adcs    r1, r5
        adcs    r2, r6
        ldr     r4, [sp, #12]
        adcs    r3, r4
        movs    r4, #0
        adcs    r7, r4
        mov     r4, sp
        stm     r4!, {{r0-r3}}
        mov     r12, r7
        .endm
        @ h + 2^32 up = 38 h + add, where -2^16 < add < 2^16 and r6 = 38. Clobbers r4.
        .macro  reduce_word h, add, up
        uxth    r4, \h
        lsrs    \up, \h, #16
        muls    r4, r6, r4
        muls    \up, r6, \up
        adds    r4, r4, \add
        asrs    r4, r4, #16
        adds    \up, \up, r4
        muls    \h, r6, \h
        adds    \h, \h, \add
        asrs    \up, \up, #16
        .endm
        @ The result, to where the word at sp + \out points. In: (r0 to r3), r7 = z' + N.0 and its carry; (r8 to r11) = U';
        @ r12 = t; lr = s. 115 cycles.
        .macro  reduce_low out
        mov     r4, r8
        adds    r0, r0, r4
        mov     r4, r9
        adcs    r1, r4
        mov     r4, r10
        adcs    r2, r4
        mov     r4, r11
        adcs    r3, r4
        movs    r4, #0
        adcs    r7, r4
        @ H + 2^126 = (q + 1) 2^127 + r - 2^126.
        movs    r5, #1
        lsls    r5, r5, #30
        adds    r3, r3, r5
        adcs    r7, r4
        lsls    r3, r3, #1
        adcs    r7, r7
        lsrs    r3, r3, #1
        adds    r3, r3, r5
        @ r7 = c.
        mov     r5, r12
        adds    r7, r7, r5
        adds    r7, r7, r5
        subs    r7, r7, #1
        movs    r5, #19
        muls    r7, r5, r7
        mov     r8, r0
        mov     r9, r1
        mov     r10, r2
        mov     r11, r3
        @ (r0 to r3), r7 = 38 w' + c, then + z'.
        add     r0, sp, #80
        ldm     r0, {{r0-r3}}
        movs    r6, #38
        reduce_word r0, r7, r5
        reduce_word r1, r5, r7
        reduce_word r2, r7, r5
        reduce_word r3, r5, r7
        mov     r4, sp
        ldm     r4, {{r4-r6}}
        adds    r0, r0, r4
        adcs    r1, r5
        adcs    r2, r6
        ldr     r4, [sp, #12]
        adcs    r3, r4
        movs    r4, #0
        adcs    r7, r4
        ldr     r4, [sp, #\out]
        stm     r4!, {{r0-r3}}
        @ r7 = d + t + 38 s.
        mov     r5, r12
        adds    r7, r7, r5
        mov     r5, lr
        movs    r6, #38
        muls    r5, r6, r5
        adds    r7, r7, r5
        asrs    r6, r7, #31
        mov     r0, r8
        mov     r1, r9
        mov     r2, r10
        mov     r3, r11
        adds    r0, r0, r7
        adcs    r1, r6
        adcs    r2, r6
        adcs    r3, r6
        stm     r4!, {{r0-r3}}
        .endm
        "
    };
    (purge) => {
        r"
        .purgem reduce_high
        .purgem reduce_word
        .purgem reduce_low
        "
    };
}
pub(super) use reduce;
