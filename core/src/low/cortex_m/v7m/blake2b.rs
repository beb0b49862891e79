//! BLAKE2b's compression for ARMv7-M and ARMv8-M mainline: Cortex-M3, M4, M7, M33.
//!
//! A word of the matrix v is two of 32 bits, low and high. The four that G works on are in r0 to r7, the others in the
//! frame. G's on columns share no word, nor do those on diagonals: only from the last column to the first diagonal, and
//! back, one stays in its registers. What else a G takes from memory are two words of the message, x and y. Their low halves
//! are copied into the frame at the same offsets as in the block, so that one offset serves two loads without an addition.
//!
//! Rotations, of an exclusive or that is there already:
//!
//! - by 32: none, r6 and r7 change names;
//! - by 24: four shifts, which leave the low half in r3 and the high in r2; with the DSP extension two multiplications by
//!   2^8, since a product has the upper bits of a half where the other half wants them, and UMLAL adds the other's;
//! - by 16: the low half of `d` is kept with its own halves exchanged, which costs nothing, since EOR, ADD and ADC turn it
//!   back on the way. Then the high half's upper 16 bits and the low half's lower 16 change places, which BFI does in three
//!   instructions, PKHTB and PKHBT in two;
//! - by 63: twice the word, and its uppermost bit below.
//!
//! These are 30 instructions a G, 20 for additions and exclusive ors, ten for rotations. With the DSP extension they are 27,
//! and y is loaded later, since 2^8 takes a register. To them come 14 loads, in a row, as each then takes one cycle, and 8
//! stores.
//!
//! Constant time: no branch and no address depends on data, since the schedule is public; with the DSP extension
//! UMULL and UMLAL take the same time for all operands, and the M3, where they do not, runs none.
#![allow(unsafe_code)]

use core::arch::naked_asm;

use crate::low::blake2b::{BLOCK, IV, Row, SCHEDULE};

/// What [`compress`] takes.
pub(crate) const STACK: usize = 232;

/// The compression function F: `h` takes in `block`.
///
/// `count` are the bytes so far, with this block's; `last` is all ones for the last block and 0 for the others.
///
/// - In: r0 `h`, r1 `block`, which lies anywhere, r2 and r3 `count`, on the stack `last`.
/// - Out: `h`.
/// - Clobbers: r0 to r3, r12, flags.
/// - Stack: 232 bytes. There remain the matrix and half of the block.
/// - Cycles, modelled: 5,307 on the M3 (41.5 a byte), 5,117 on the M4 (40.0), about 4,902 on the M33 (38.3).
#[unsafe(naked)]
pub(crate) extern "C" fn compress(h: &mut [Row; 2], block: &[u8; BLOCK], count: u64, last: u32) {
    naked_asm!(
        cpu!(),
        r"
        // The frame: from 0, by turns, the low halves of the message and of v; from 128 the high halves of v; 192 `h`.
        // r12 is the schedule of the round, lr the block from its first high half on. The low half of `d` is turned by 16.

        .if {dsp}
        b_high .req r8
        d_low .req r9
        y_low .req r2
        .else
        b_high .req r2
        d_low .req r7
        y_low .req r10
        .endif

        .macro load n, low, high
            ldr  \low, [sp, #(8 * \n + 4)]
            ldr  \high, [sp, #(4 * \n + 128)]
        .endm
        .macro store n, low, high
            str  \low, [sp, #(8 * \n + 4)]
            str  \high, [sp, #(4 * \n + 128)]
        .endm
        .macro mix a, b, c, d, at           // 47 or 45 cycles; r0 and r1 are `a` already, r9 the offset of x
            ldrb r11, [r12, #(\at + 1)]
            load \b, r2, r3
            load \c, r4, r5
            load \d, r6, r7
            ldr  r8, [sp, r9]
            ldr  r9, [lr, r9]
            .if {dsp} == 0
            ldr  y_low, [sp, r11]
            ldr  r11, [lr, r11]
            .endif

            adds r0, r0, r2                 // a += b + x
            adcs r1, r1, r3
            adds r0, r0, r8
            adc  r1, r1, r9
            eor  r6, r6, r0, ror #16        // d = (d ^ a) >>> 32: r7 is low now, r6 high and turned
            eors r7, r7, r1
            adds r4, r4, r7                 // c += d
            adc  r5, r5, r6, ror #16
            eors r2, r2, r4                 // b = (b ^ c) >>> 24: r3 is low now
            eors r3, r3, r5
            .if {dsp}
            umull r3, b_high, r3, r10       // r3 2^8
            umlal b_high, r3, r2, r10       // and r2 2^40, modulo 2^64 - 1
            ldr  y_low, [sp, r11]
            ldr  r11, [lr, r11]
            .else
            lsr  r8, r2, #24
            lsls b_high, r2, #8
            orr  b_high, b_high, r3, lsr #24
            orr  r3, r8, r3, lsl #8
            .endif

            adds r0, r0, r3                 // a += b + y
            adcs r1, r1, b_high
            adds r0, r0, y_low
            adc  r1, r1, r11
            eors r7, r7, r0                 // d = (d ^ a) >>> 16: r7 is low and turned, r6 high
            eor  r6, r6, r1, ror #16
            .if {dsp}
            pkhtb d_low, r7, r6, asr #16
            pkhbt r6, r6, r7, lsl #16
            .else
            lsr  r8, r6, #16
            bfi  r6, r7, #16, #16
            bfi  r7, r8, #0, #16
            .endif
            adds r4, r4, d_low, ror #16     // c += d
            adcs r5, r5, r6
            eors r3, r3, r4                 // b = (b ^ c) >>> 63
            eor  b_high, b_high, r5
            adds r3, r3, r3
            adcs b_high, b_high, b_high
            adc  r3, r3, #0
            store \b, r3, b_high
            store \c, r4, r5
            store \d, d_low, r6
        .endm
        .macro next from, to, at            // `a` is another word now: 6 cycles
            store \from, r0, r1
            ldrb r9, [r12, #\at]
            load \to, r0, r1
        .endm

            push {{r0, r4-r11, lr}}
            sub  sp, #192

            .irp half, 0, 64                // Of the message: 36 cycles.
            .irp n, 4, 5, 6, 7, 8, 9, 10, 11
            ldr  r\n, [r1, #(8 * (\n - 4) + \half)]
            .endr
            .irp n, 4, 5, 6, 7, 8, 9, 10, 11
            str  r\n, [sp, #(8 * (\n - 4) + \half)]
            .endr
            .endr
            add  lr, r1, #4

            movw r12, #:lower16:{iv}
            movt r12, #:upper16:{iv}
            ldr  r1, [sp, #232]
            .irp row, 0, 4, 8, 12           // v: 83 cycles.
            .if \row < 8
            ldmia r0!, {{r4-r11}}
            .else
            ldmia r12!, {{r4-r11}}
            .endif
            .if \row == 12
            eors r4, r4, r2
            eors r5, r5, r3
            eor  r8, r8, r1
            eor  r9, r9, r1
            .irp n, 4, 6, 8, 10
            ror  r\n, r\n, #16
            .endr
            .endif
            store (\row + 0), r4, r5
            store (\row + 1), r6, r7
            store (\row + 2), r8, r9
            store (\row + 3), r10, r11
            .endr

            movw r12, #:lower16:{schedule}
            movt r12, #:upper16:{schedule}
            ldrb r9, [r12]
            load 0, r0, r1
            .if {dsp}
            mov  r10, #256                  // It stays.
            .endif

        1:  // A round: 421 cycles, 405 with the DSP extension.
            mix  0, 4, 8, 12, 0
            next 0, 1, 2
            mix  1, 5, 9, 13, 2
            next 1, 2, 4
            mix  2, 6, 10, 14, 4
            next 2, 3, 6
            mix  3, 7, 11, 15, 6
            ldrb r9, [r12, #14]
            mix  3, 4, 9, 14, 14
            next 3, 2, 12
            mix  2, 7, 8, 13, 12
            next 2, 1, 10
            mix  1, 6, 11, 12, 10
            next 1, 0, 8
            mix  0, 5, 10, 15, 8
            ldrb r9, [r12, #16]!            // The next round, or what stands behind the last.
            cmp  r9, #128
            blo  1b

            store 0, r0, r1
            ldr  r12, [sp, #192]
            .irp n, 0, 2, 4, 6              // h: 108 cycles.
            ldm  r12, {{r0-r3}}
            load \n, r4, r5
            load (\n + 1), r6, r7
            load (\n + 8), r8, r9
            load (\n + 9), r10, r11
            eors r0, r0, r4
            eors r1, r1, r5
            eors r2, r2, r6
            eors r3, r3, r7
            .if \n < 4
            eor  r0, r0, r8
            eor  r2, r2, r10
            .else
            eor  r0, r0, r8, ror #16
            eor  r2, r2, r10, ror #16
            .endif
            eor  r1, r1, r9
            eor  r3, r3, r11
            stmia r12!, {{r0-r3}}
            .endr
            add  sp, #196
            pop  {{r4-r11, pc}}

        .purgem load
        .purgem store
        .purgem mix
        .purgem next
        .unreq b_high
        .unreq d_low
        .unreq y_low
        ",
        iv = sym IV,
        schedule = sym SCHEDULE,
        dsp = const cfg!(saltbox_core = "v7em") as u32,
    )
}
