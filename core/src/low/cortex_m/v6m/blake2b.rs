//! BLAKE2b's compression for ARMv6-M: Cortex-M0 and M0+; also the M23.
//!
//! A word of the matrix v is two of 32 bits, side by side on the stack. G works on four, which fill r0 to r7: so `c` waits
//! in r10 and r11 while `b` is rotated, which takes two registers more, and `a` is back on the stack before `d` is. G's on
//! columns share no word, nor do those on diagonals; from the last column to the first diagonal, and back, `d` stays.
//!
//! Constant time: every instruction here takes the same time for all operands; no branch depends on data but for its
//! alignment, and no address: the schedule is public.
#![allow(unsafe_code)]

use core::arch::naked_asm;

use crate::low::blake2b::{BLOCK, IV, Row, SCHEDULE};
use crate::low::wipe::Wiped;

/// What [`compress`] takes at least.
pub(crate) const STACK: usize = 168;

/// The compression function F: `h` takes in `block`.
///
/// `count` are the bytes so far, with this block's; `last` is all ones for the last block and 0 for the others.
pub(crate) fn compress(h: &mut [Row; 2], block: &[u8; BLOCK], count: u64, last: u32) {
    if block.as_ptr().addr().is_multiple_of(size_of::<u32>()) {
        // SAFETY: just asked.
        unsafe { compress_aligned(h, block, count, last) }
    } else {
        compress_unaligned(h, block, count, last);
    }
}

#[inline(never)]
fn compress_unaligned(h: &mut [Row; 2], block: &[u8; BLOCK], count: u64, last: u32) {
    let block = Wiped::new(*block);
    // SAFETY: what is in a `Wiped` is aligned.
    unsafe { compress_aligned(h, &block, count, last) }
}

/// [`compress`], by words.
///
/// - In: r0 `h`, r1 `block`, r2 and r3 `count`, on the stack `last`.
/// - Out: `h`.
/// - Clobbers: r0 to r3, r12, flags.
/// - Stack: 168 bytes. There remains the matrix.
/// - Cycles, modelled: 8,352 on the M0 (65.3 a byte).
///
/// # Safety
///
/// `block` is aligned to 4.
#[unsafe(naked)]
unsafe extern "C" fn compress_aligned(
    h: &mut [Row; 2],
    block: &[u8; BLOCK],
    count: u64,
    last: u32,
) {
    naked_asm!(
        r"
        // The frame: v, and from 128 `h`. r8 is the schedule of the round, r9 the block, r12 the schedule's end.

        .macro load n, low, high
            ldr  \low, [sp, #(8 * \n)]
            ldr  \high, [sp, #(8 * \n + 4)]
        .endm
        .macro store n, low, high
            str  \low, [sp, #(8 * \n)]
            str  \high, [sp, #(8 * \n + 4)]
        .endm
        .macro message at                   // 7 cycles
            mov  r6, r8
            ldrb r6, [r6, #\at]
            add  r6, r9
            ldm  r6, {{r6, r7}}
        .endm
        .macro mix a, b, c, d, at           // 77 cycles; r5 and r4 are `d` already, low and high
            load \a, r0, r1
            load \b, r2, r3
            message \at
            adds r0, r2                     // a += b + x
            adcs r1, r3
            adds r0, r6
            adcs r1, r7
            load \c, r6, r7
            eors r5, r0                     // d = (d ^ a) >>> 32: r4 is low now, r5 high
            eors r4, r1
            adds r6, r4                     // c += d
            adcs r7, r5
            mov  r10, r6
            mov  r11, r7
            eors r2, r6                     // b = (b ^ c) >>> 24: r3 is low now, r2 high
            eors r3, r7
            lsrs r6, r2, #24
            lsls r2, r2, #8
            lsrs r7, r3, #24
            orrs r2, r7
            lsls r3, r3, #8
            orrs r3, r6

            message (\at + 1)
            adds r0, r3                     // a += b + y
            adcs r1, r2
            adds r0, r6
            adcs r1, r7
            store \a, r0, r1
            eors r4, r0                     // d = (d ^ a) >>> 16: r5 is low now, r4 high
            eors r5, r1
            lsrs r0, r4, #16
            lsls r4, r4, #16
            lsrs r1, r5, #16
            orrs r4, r1
            lsls r5, r5, #16
            orrs r5, r0
            mov  r6, r10
            mov  r7, r11
            adds r6, r5                     // c += d
            adcs r7, r4
            store \c, r6, r7
            eors r3, r6                     // b = (b ^ c) >>> 63
            eors r2, r7
            lsls r0, r2, #1
            adcs r3, r3
            adcs r2, r2
            store \b, r3, r2
        .endm
        .macro next from, to                // `d` is another word now: 8 cycles
            store \from, r5, r4
            load \to, r5, r4
        .endm

            push {{r4-r7, lr}}
            mov  r4, r8
            mov  r5, r9
            mov  r6, r10
            mov  r7, r11
            push {{r4-r7}}
            sub  sp, #132
            str  r0, [sp, #128]
            mov  r9, r1

            mov  r1, sp                     // v: 85 cycles.
            .rept 4
            ldmia r0!, {{r4-r7}}
            stmia r1!, {{r4-r7}}
            .endr
            ldr  r0, 2f
            .rept 2
            ldmia r0!, {{r4-r7}}
            stmia r1!, {{r4-r7}}
            .endr
            ldmia r0!, {{r4-r7}}
            eors r4, r2
            eors r5, r3
            stmia r1!, {{r4-r7}}
            ldmia r0!, {{r4-r7}}
            ldr  r2, [sp, #168]
            eors r4, r2
            eors r5, r2
            stmia r1!, {{r4-r7}}

            ldr  r0, 3f
            mov  r8, r0
            adds r0, #192
            mov  r12, r0
            load 12, r5, r4
            b    1f
            .p2align 2
        2:  .word {iv}
        3:  .word {schedule}

        1:  // A round: 672 cycles.
            mix  0, 4, 8, 12, 0
            next 12, 13
            mix  1, 5, 9, 13, 2
            next 13, 14
            mix  2, 6, 10, 14, 4
            next 14, 15
            mix  3, 7, 11, 15, 6
            mix  0, 5, 10, 15, 8
            next 15, 13
            mix  2, 7, 8, 13, 12
            next 13, 14
            mix  3, 4, 9, 14, 14
            next 14, 12
            mix  1, 6, 11, 12, 10
            mov  r0, r8
            adds r0, #16
            mov  r8, r0
            cmp  r0, r12
            beq  4f
            b    1b

        4:  store 12, r5, r4
            ldr  r0, [sp, #128]
            mov  r1, sp
            .rept 8                         // h: 175 cycles.
            ldr  r2, [r0]
            ldr  r3, [r0, #4]
            ldr  r4, [r1, #64]
            ldr  r5, [r1, #68]
            ldmia r1!, {{r6, r7}}
            eors r2, r4
            eors r3, r5
            eors r2, r6
            eors r3, r7
            stmia r0!, {{r2, r3}}
            .endr
            add  sp, #132
            pop  {{r4-r7}}
            mov  r8, r4
            mov  r9, r5
            mov  r10, r6
            mov  r11, r7
            pop  {{r4-r7, pc}}

        .purgem load
        .purgem store
        .purgem message
        .purgem mix
        .purgem next
        ",
        iv = sym IV,
        schedule = sym SCHEDULE,
    )
}
