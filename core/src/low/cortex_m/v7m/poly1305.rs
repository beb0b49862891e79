//! Poly1305 for ARMv7-M without a long multiply: MUL and MLA, which take one and two cycles whatever they multiply.
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
/// - Out: the state's h. Clobbers: r0 to r3, r12, flags. Stack: 128 bytes; the 80 that held secrets are zeros on return.
/// - Cycles (modelled): M3 105 + 250 a block.
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
/// - x < 2^16, but x_10 may be 2^16: there the carry of e ends. e <= 5/4 (h4 + 1) < 13 2^28. H4 <= t + 2 <= 5.
/// - A_b <= (2^14 - 1) (4 (2^16 - 1) + 1) < 2^32.
/// - hi < 2^14 for r_j, and < 5/4 2^14 for s_j. B_b < 19/4 2^30 where three are of s, < 4 2^30 = 2^32 where none is (w = 3). The
///   first three products fit in any case; the last is added with its carry, and RRX takes half of the 33 bits.
/// - What digit w hands to digit w + 1 is A1 / 2^16 + B0 / 2^18 + B1 / 4 + H4 m_(w-3) + 4 carries at most, below
///   (1/2^14 + 1/2^14 + 19/16 + 25/16) 2^30 + 4 < 2^32.
///
/// Post: h4 < 10 2^28, since each H_a adds at most 2^28, H4 at most 5 2^28, and lower digits below 8 in all.
#[unsafe(naked)]
unsafe extern "C" fn absorb(state: &mut State, message: *const [u8; 16], count: usize, high: u32) {
    naked_asm!(
        // The frame: lo_-3 to lo_3 at 0, hi_-3 to hi_3 at 28, digits 0 to 2 at 56, H4 m_j for j = -2, -1, 0 at 68; the
        // state's address at 80, the next block's at 84, the message's end at 88.
        // r0 to r7: x_00, x_01, x_10, … x_31. r8 to r11: pieces and columns, b = 0 in r11 and b = 1 in r8.
        r"
        .macro poly1305_cut i, m
        ubfx  r11, \m, #0, #14
        lsr   \m, \m, #14
        str   r11, [sp, #4*\i]
        .endm

        .macro poly1305_load at             @ 4 cycles: the pieces for a = 0, 1, 2
        ldr   r8, [sp, #\at+12]
        ldr   r9, [sp, #\at+8]
        ldr   r10, [sp, #\at+4]
        .endm

        .macro poly1305_three               @ 10 cycles: their columns
        mul   r11, r0, r8
        mul   r8, r1, r8
        mla   r11, r2, r9, r11
        mla   r8, r3, r9, r8
        mla   r11, r4, r10, r11
        mla   r8, r5, r10, r8
        .endm

        .macro poly1305_high w, d, e        @ 26 cycles: d += B0 2^14 + B1 2^30; e is what that hands on
        poly1305_load 28+4*\w
        ldr   \e, [sp, #28+4*\w]
        poly1305_three
        mul   r9, r6, \e
        mul   \e, r7, \e
        adds  r8, r8, \e
        rrx   r10, r8
        lsr   \e, r10, #1
        adds  \d, \d, r8, lsl #30
        adc   \e, \e, #0
        adds  r11, r11, r9
        rrx   r9, r11
        adds  \d, \d, r11, lsl #14
        adc   \e, \e, r9, lsr #17
        .endm

        .macro poly1305_low w, d, e         @ 25 cycles: d += A0 + A1 2^16; e += what that hands on, + H4 m_(w-3)
        poly1305_load 4*\w
        poly1305_three
        ldr   r9, [sp, #4*\w]
        ldr   r10, [sp, #64+4*\w]
        mla   r11, r6, r9, r11
        mla   r8, r7, r9, r8
        adds  \d, \d, r8, lsl #16
        adc   \e, \e, r8, lsr #16
        adds  \d, \d, r11
        adc   \e, \e, r10
        .endm
        ",
        r"
        cbnz  r2, 1f
        bx    lr
    1:  add   r2, r1, r2, lsl #4
        push  {{r0-r2, r4-r11, lr}}
        sub   sp, #80
        mov   r8, r1
        mov   r9, r0
        add   r12, r0, #20
        ldm   r12, {{r0-r2, r4-r7}}         @ m_-3 to m_3
        poly1305_cut 0, r0
        poly1305_cut 1, r1
        poly1305_cut 2, r2
        poly1305_cut 3, r4
        poly1305_cut 4, r5
        poly1305_cut 5, r6
        poly1305_cut 6, r7
        add   r12, sp, #28
        stm   r12, {{r0-r2, r4-r7}}
        ldm   r9, {{r0, r2, r4, r12, lr}}   @ h
        sub   lr, lr, #1                    @ h4 + high - 1; each block adds 1
        add   lr, lr, r3

    2:  ldr   r3, [r8, #4]                  @ 36 cycles: H
        ldr   r5, [r8, #8]
        ldr   r6, [r8, #12]
        ldr   r1, [r8], #16
        ldr   r10, [r9, #20]
        ldr   r7, [r9, #24]
        ldr   r11, [r9, #28]
        ldr   r9, [r9, #32]
        str   r8, [sp, #84]
        add   lr, lr, #1
        and   r8, lr, #3                    @ t
        lsr   lr, lr, #2
        add   lr, lr, lr, lsl #2            @ e
        adds  r0, r0, r1
        adcs  r2, r2, r3
        adcs  r4, r4, r5
        adcs  r12, r12, r6
        adc   r8, r8, #0                    @ H4
        mul   r7, r8, r7
        mul   r11, r8, r11
        mul   r9, r8, r9
        str   r7, [sp, #68]
        str   r11, [sp, #72]
        str   r9, [sp, #76]
        lsr   r7, r12, #16
        uxth  r6, r12
        mul   r12, r8, r10                  @ H4 m_-3 goes to digit 1
        adds  r0, r0, lr
        lsr   r3, r2, #16
        uxth  r2, r2
        adc   r2, r2, #0
        lsr   r1, r0, #16
        uxth  r0, r0
        lsr   r5, r4, #16
        uxth  r4, r4

        poly1305_load 28                    @ 50 cycles: digit 0, to which nothing was handed
        ldr   lr, [sp, #28]
        poly1305_three
        mul   r9, r6, lr
        mul   lr, r7, lr
        adds  r8, r8, lr
        rrx   r10, r8
        add   r12, r12, r10, lsr #1
        lsl   lr, r8, #30
        adds  r11, r11, r9
        rrx   r9, r11
        adds  lr, lr, r11, lsl #14
        adc   r12, r12, r9, lsr #17
        poly1305_load 0
        poly1305_three
        ldr   r9, [sp]
        mla   r11, r6, r9, r11
        mla   r8, r7, r9, r8
        adds  lr, lr, r8, lsl #16
        adc   r12, r12, r8, lsr #16
        adds  lr, lr, r11
        adc   r12, r12, #0
        str   lr, [sp, #56]

        poly1305_high 1, r12, lr            @ 52 cycles: digit 1
        poly1305_low 1, r12, lr
        str   r12, [sp, #60]

        poly1305_high 2, lr, r12            @ 52 cycles: digit 2
        poly1305_low 2, lr, r12
        str   lr, [sp, #64]

        poly1305_load 28+12                 @ 49 cycles: digit 3, without a 33rd bit
        ldr   lr, [sp, #28+12]
        poly1305_three
        mla   r11, r6, lr, r11
        mla   r8, r7, lr, r8
        lsr   lr, r8, #2
        adds  r12, r12, r8, lsl #30
        adc   lr, lr, #0
        adds  r12, r12, r11, lsl #14
        adc   lr, lr, r11, lsr #18
        poly1305_low 3, r12, lr

        ldr   r8, [sp, #84]                 @ 11 cycles
        ldr   r10, [sp, #88]
        ldr   r9, [sp, #80]
        ldr   r0, [sp, #56]
        ldr   r2, [sp, #60]
        ldr   r4, [sp, #64]
        cmp   r8, r10
        bne   2b

        stm   r9, {{r0, r2, r4, r12, lr}}
        mov   r0, #0
        .irp  i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
        str   r0, [sp, #4*\i]
        .endr
        add   sp, #92
        pop   {{r4-r11, pc}}
        .purgem poly1305_cut
        .purgem poly1305_load
        .purgem poly1305_three
        .purgem poly1305_high
        .purgem poly1305_low
        ",
    )
}
