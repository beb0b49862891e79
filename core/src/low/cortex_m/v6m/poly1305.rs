//! Poly1305 for ARMv6-M: MULS, which has the low 32 bits of a product in one cycle.
//!
//! r is clamped: its digits of 32 bits have 28 bits in use. Cut into pieces of 14 bits, and h into halves of 16, they have
//! products of 30 bits, of which the four in a column of the product fit in 32 bits: no carry is needed before a column
//! is complete. Which columns can be longer by a bit, and that nothing overflows, is said above [`absorb`].
#![allow(unsafe_code)]

use core::arch::naked_asm;

use crate::low::cortex_m::poly1305::State;

/// Takes in `message`, with `high` times 2^128 on top of each block: 1, or 0 for one block that was padded.
pub(in crate::low) fn blocks(state: &mut State, message: &[[u8; 16]], high: u32) {
    // SAFETY: `asm_safety`, 1: as many blocks as the slice has.
    unsafe { absorb(state, message.as_ptr(), message.len(), high) }
}

/// h = (h + block + high 2^128) r, for each of `count` blocks.
///
/// - In: r0 the state; r1 the message, at any alignment; r2 count, 0 or more; r3 high: 1, or 0 where count is 1.
/// - Out: the state's h. Clobbers: r0 to r3, r12, flags. Stack: 140 bytes; the 88 that held secrets are zeros on return.
/// - Cycles (modelled): M0 184 + 380 a block, 437 a block if the message is not aligned to 4.
///
/// With H = h + block + e, h4 2^128 being split into e = 5 (h4 - t) / 4 and t 2^128, the digit w of H r modulo p = 2^130 - 5 is
/// the sum over a = 0 to 3 of H_a m_(w-a), and of H4 m_(w-4), where m_j = r_j, and m_(j-4) = s_j = 5/4 r_j because r1, r2 and
/// r3 are multiples of 4. H_a = x_a0 + x_a1 2^16 and m_j = lo_j + hi_j 2^14, so that a digit is
///
/// ```text
///     A0 + A1 2^16 + B0 2^14 + B1 2^30 + H4 m_(w-4)      A_b = sum of x_ab lo_(w-a), B_b = sum of x_ab hi_(w-a)
/// ```
///
/// Pre: h4 < 10 2^28; r_j < 2^28 and s_j = 5/4 r_j. Bounds:
/// - x < 2^16, but x_10 may be 2^16: there the carry of e ends. e <= 5/4 h4 < 13 2^28. H4 <= t + 2 <= 5.
/// - A_b <= (2^14 - 1) (4 (2^16 - 1) + 1) < 2^32.
/// - hi < 2^14 for r_j, and < 5/4 2^14 for s_j. B_b < 19/4 2^30 where three are of s, < 4 2^30 = 2^32 where none is (w = 3). The
///   first three products fit in any case; the last is added with its carry.
/// - What digit w hands to digit w + 1 is A1 / 2^16 + B0 / 2^18 + B1 / 4 + H4 m_(w-3) + 4 carries at most, below
///   (1/2^14 + 1/2^14 + 19/16 + 25/16) 2^30 + 4 < 2^32.
///
/// Post: h4 < 10 2^28, since each H_a adds at most 2^28, H4 at most 5 2^28, and lower digits below 8 in all.
#[unsafe(naked)]
unsafe extern "C" fn absorb(state: &mut State, message: *const [u8; 16], count: usize, high: u32) {
    naked_asm!(
        // The frame: lo_-3 to lo_3 at 0, hi_-3 to hi_3 at 28, digits 0 to 2 at 56, m_-3 to m_0 at 68, H4 at 84; the state's
        // address at 88, the next block's at 92, the message's end at 96, high at 100.
        // r8, r6, r9, r10, r11, r12, lr, r7: x_00, x_01, x_10, … x_31. r1, r0: the columns of b = 0 and 1.
        r"
        .macro poly1305_cut i, m
        lsls  r1, \m, #18
        lsrs  r1, r1, #18
        str   r1, [sp, #4*\i]
        lsrs  r1, \m, #14
        str   r1, [sp, #28+4*\i]
        .endm

        .macro poly1305_byte word, i, shift
        ldrb  r6, [r7, #\i]
        lsls  r6, r6, #\shift
        orrs  \word, \word, r6
        .endm

        .macro poly1305_bytes word, i       @ 14 cycles
        ldrb  \word, [r7, #\i]
        poly1305_byte \word, \i+1, 8
        poly1305_byte \word, \i+2, 16
        poly1305_byte \word, \i+3, 24
        .endm

        .macro poly1305_products at         @ 26 cycles; the last two products are left in r3 and r2
        ldr   r0, [sp, #\at+12]
        mov   r1, r8
        muls  r1, r0, r1
        muls  r0, r6, r0
        ldr   r2, [sp, #\at+8]
        mov   r3, r9
        muls  r3, r2, r3
        adds  r1, r1, r3
        mov   r3, r10
        muls  r3, r2, r3
        adds  r0, r0, r3
        ldr   r2, [sp, #\at+4]
        mov   r3, r11
        muls  r3, r2, r3
        adds  r1, r1, r3
        mov   r3, r12
        muls  r3, r2, r3
        adds  r0, r0, r3
        ldr   r2, [sp, #\at]
        mov   r3, lr
        muls  r3, r2, r3
        muls  r2, r7, r2
        .endm

        .macro poly1305_high w, e           @ 34 cycles: B0 and B1; e is what their 33rd bits hand on
        poly1305_products 28+4*\w
        adds  r0, r0, r2
        movs  r2, #0
        adcs  r2, r2, r2
        lsls  r2, r2, #16
        adds  r1, r1, r3
        movs  r3, #0
        adcs  r2, r2, r3
        lsls  \e, r2, #14
        .endm

        .macro poly1305_low w, d, e         @ 47 cycles: d += all of the digit; e += what that hands on, + H4 m_(w-3)
        lsls  r2, r1, #14
        lsrs  r1, r1, #18
        adds  \d, \d, r2
        adcs  \e, \e, r1
        lsls  r2, r0, #30
        lsrs  r0, r0, #2
        adds  \d, \d, r2
        adcs  \e, \e, r0
        poly1305_products 4*\w
        adds  r0, r0, r2
        adds  r1, r1, r3
        lsls  r2, r0, #16
        lsrs  r0, r0, #16
        adds  \d, \d, r2
        adcs  \e, \e, r0
        adds  \d, \d, r1
        ldr   r0, [sp, #68+4*\w]
        ldr   r1, [sp, #84]
        muls  r0, r1, r0                    @ leaves the carry as it is
        adcs  \e, \e, r0
        .endm
        ",
        r"
        cmp   r2, #0
        bne   1f
        bx    lr
    1:  push  {{r4-r7, lr}}
        mov   r4, r8
        mov   r5, r9
        mov   r6, r10
        mov   r7, r11
        push  {{r4-r7}}
        lsls  r2, r2, #4
        adds  r2, r2, r1
        push  {{r0-r3}}
        sub   sp, #88
        adds  r0, #20
        ldmia r0!, {{r2-r5}}                @ m_-3 to m_0
        str   r2, [sp, #68]
        str   r3, [sp, #72]
        str   r4, [sp, #76]
        str   r5, [sp, #80]
        poly1305_cut 0, r2
        poly1305_cut 1, r3
        poly1305_cut 2, r4
        poly1305_cut 3, r5
        ldmia r0!, {{r2-r4}}
        poly1305_cut 4, r2
        poly1305_cut 5, r3
        poly1305_cut 6, r4
        subs  r0, #48
        ldmia r0!, {{r1-r5}}                @ h
        str   r1, [sp, #56]
        str   r2, [sp, #60]
        str   r3, [sp, #64]
        b     4f

    2:  ldr   r6, [sp, #88]                 @ the message is at its end
        ldr   r0, [sp, #56]
        ldr   r1, [sp, #60]
        ldr   r2, [sp, #64]
        stmia r6!, {{r0-r2, r4, r5}}
        movs  r0, #0
        movs  r1, #0
        movs  r2, #0
        movs  r3, #0
        movs  r4, #0
        movs  r5, #0
        movs  r6, #0
        mov   r7, sp
        stmia r7!, {{r0-r6}}
        stmia r7!, {{r0-r6}}
        stmia r7!, {{r0-r6}}
        str   r0, [r7]
        add   sp, #104
        pop   {{r4-r7}}
        mov   r8, r4
        mov   r9, r5
        mov   r10, r6
        mov   r11, r7
        pop   {{r4-r7, pc}}

    3:  poly1305_bytes r0, 0                @ a block that is not aligned
        poly1305_bytes r1, 4
        poly1305_bytes r2, 8
        poly1305_bytes r3, 12
        adds  r7, #16
        b     5f

    4:  ldr   r7, [sp, #92]                 @ 13 cycles: digit 3 is in r4, h4 in r5
        ldr   r6, [sp, #96]
        cmp   r7, r6
        beq   2b
        lsls  r0, r7, #30
        bne   3b
        ldmia r7!, {{r0-r3}}

    5:  str   r7, [sp, #92]                 @ 38 cycles: H
        lsrs  r7, r5, #2
        lsls  r6, r7, #2
        subs  r5, r5, r6                    @ t
        adds  r6, r6, r7                    @ e
        ldr   r7, [sp, #56]
        adds  r0, r0, r7
        ldr   r7, [sp, #60]
        adcs  r1, r1, r7
        ldr   r7, [sp, #64]
        adcs  r2, r2, r7
        adcs  r3, r3, r4
        ldr   r7, [sp, #100]
        adcs  r5, r5, r7                    @ H4
        str   r5, [sp, #84]
        adds  r0, r0, r6
        uxth  r6, r1
        movs  r7, #0                        @ leaves the carry as it is
        adcs  r6, r6, r7
        mov   r9, r6
        uxth  r4, r0
        mov   r8, r4
        lsrs  r6, r0, #16
        lsrs  r1, r1, #16
        mov   r10, r1
        uxth  r4, r2
        mov   r11, r4
        lsrs  r2, r2, #16
        mov   r12, r2
        uxth  r4, r3
        mov   lr, r4
        lsrs  r7, r3, #16

        movs  r5, #0                        @ 84 cycles: digit 0, to which nothing was handed
        poly1305_high 0, r4
        poly1305_low 0, r5, r4
        str   r5, [sp, #56]
        poly1305_high 1, r5                 @ 83 cycles: digit 1
        poly1305_low 1, r4, r5
        str   r4, [sp, #60]
        poly1305_high 2, r4                 @ 83 cycles: digit 2
        poly1305_low 2, r5, r4
        str   r5, [sp, #64]
        poly1305_products 28+12             @ 76 cycles: digit 3, without a 33rd bit
        movs  r5, #0
        adds  r0, r0, r2
        adds  r1, r1, r3
        poly1305_low 3, r4, r5
        b     4b
        .purgem poly1305_cut
        .purgem poly1305_byte
        .purgem poly1305_bytes
        .purgem poly1305_products
        .purgem poly1305_high
        .purgem poly1305_low
        ",
    )
}
