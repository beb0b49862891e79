//! Salsa20 for ARMv7-M and ARMv8-M mainline: Cortex-M3, M4, M7, M33.
//!
//! A step of Salsa20, `b ^= (a + d) <<< k`, is two instructions, since EOR rotates its operand on the way: 640 for the 320
//! steps of a block. Of the 16 words of the matrix 13 stand in registers, r0 holds the sum of a step, and three words wait
//! on the stack. The first half of a round needs only 8 words, the second the 8 others: so the three that wait belong to the
//! second, and in the middle of the round change places with three of the first:
//!
//! | | r1 | r2 | r3 | r4 | r5 | r6 | r7 | r8 | r9 | r10 | r11 | r12 | lr |
//! |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
//! | from the middle of the rows to that of the columns | 9 | 12 | 13 | 0 | 4 | 8 | 5 | 1 | 10 | 14 | 2 | 15 | 11 |
//! | from the middle of the columns to that of the rows | 3 | 6 | 7 | 0 | 4 | 8 | 5 | 1 | 10 | 14 | 2 | 15 | 11 |
//!
//! Fewer than three loads and three stores a round there cannot be: a round touches all 16 words. They cost 140 cycles of a
//! block, adding and XORing its 16 words about 110, fetching them 21.
//!
//! Constant time: no branch and no address depends on key, nonce or data; ADD, EOR, LDR and STR take the same time for all
//! operands. Addresses depend on where data lies, branches on the number of blocks.
#![allow(unsafe_code)]

use core::arch::naked_asm;
use core::ptr::null_mut;

use super::super::salsa20::{Position, Rest};

/// HSalsa20: a 32-byte subkey of `key` and `input`.
pub(in crate::low) fn hsalsa20(out: &mut [u8; 32], key: &[u8; 32], input: &[u8; 16]) {
    let (key, input) = (key.as_ptr().cast_mut(), input.as_ptr().cast_mut());
    // SAFETY: no blocks: 32 bytes are written to `out`, 32 of `key` and 16 of `input` are only read.
    unsafe { salsa20(out.as_mut_ptr(), key, 0, input.cast()) }
}

/// XORs the next blocks of the key stream into `blocks`; the counter in words 8 and 9 of `state` goes on.
pub(in crate::low) fn xor_blocks(blocks: &mut [[u8; 64]], state: &mut [u32; 16]) {
    if !blocks.is_empty() {
        let (data, count) = (blocks.as_mut_ptr().cast(), blocks.len());
        // SAFETY: `count` blocks are in the slice, and more than none.
        unsafe { salsa20(data, null_mut(), count, state.as_mut_ptr()) }
    }
}

/// XORs the first half of the next block of the key stream into `data` and leaves the second at the end of `rest`; the
/// counter goes on.
pub(in crate::low) fn xor_half(data: &mut [u8; 32], rest: &mut Rest, state: &mut [u32; 16]) {
    // SAFETY: of one block, there is each half, and the end of `rest` is aligned as `rest` is.
    unsafe { salsa20(data.as_mut_ptr(), rest.0[32..].as_mut_ptr(), 1, state.as_mut_ptr()) }
}

/// Leaves the next block of the key stream in `rest`; the counter goes on.
pub(in crate::low) fn next(rest: &mut Rest, state: &mut [u32; 16]) {
    rest.0[..32].fill(0);
    let data = rest.0.as_mut_ptr();
    // SAFETY: as above; what the first half is XORed into are zeros.
    unsafe { salsa20(data, data.add(32), 1, state.as_mut_ptr()) }
}

/// XORs `stream` into `data`, which is as long.
pub(in crate::low) fn xor(data: &mut [u8], stream: &[u8]) {
    let (data, end_of_data) = data.as_chunks_mut();
    let (stream, end_of_stream) = stream.as_chunks();
    for (data, stream) in data.iter_mut().zip(stream) {
        *data = (u32::from_ne_bytes(*data) ^ u32::from_ne_bytes(*stream)).to_ne_bytes();
    }
    for (data, stream) in end_of_data.iter_mut().zip(end_of_stream) {
        *data ^= *stream;
    }
}

/// Where a key stream begins.
///
/// - In: r0 where the result goes, r1 `key`, r2 `nonce`; both lie anywhere.
/// - Out: the matrix with a counter of 0, and no key stream left; in `rest` stays what was there.
/// - Clobbers: r2, r3, r12, flags.
/// - Stack: none.
/// - Cycles, modelled: 43 on the M3 and M4, about 39 on the M33.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn start(key: &[u8; 32], nonce: &[u8; 8]) -> Position {
    naked_asm!(
        r"
            ldr  r3, [r2, #0]
            ldr  r2, [r2, #4]
            str  r3, [r0, #24]
            str  r2, [r0, #28]
            ldr  r2, [r1, #0]
            ldr  r3, [r1, #4]
            ldr  r12, [r1, #8]
            str  r2, [r0, #4]
            str  r3, [r0, #8]
            str  r12, [r0, #12]
            ldr  r2, [r1, #12]
            ldr  r3, [r1, #16]
            ldr  r12, [r1, #20]
            str  r2, [r0, #16]
            str  r3, [r0, #44]
            str  r12, [r0, #48]
            ldr  r2, [r1, #24]
            ldr  r3, [r1, #28]
            str  r2, [r0, #52]
            str  r3, [r0, #56]
            movw r2, #0x7865
            movt r2, #0x6170
            movw r3, #0x646e
            movt r3, #0x3320
            str  r2, [r0, #0]
            str  r3, [r0, #20]
            movw r2, #0x2d32
            movt r2, #0x7962
            movw r3, #0x6574
            movt r3, #0x6b20
            str  r2, [r0, #40]
            str  r3, [r0, #60]
            movs r2, #0
            str  r2, [r0, #32]
            str  r2, [r0, #36]
            str  r2, [r0, #128]
            bx   lr
        "
    )
}

/// XORs `stream` into `data`.
///
/// - In: r0 `data`, r1 `stream`; both lie anywhere.
/// - Out: `data`.
/// - Clobbers: r2, r3.
/// - Stack: none.
/// - Cycles, modelled: 43 on the M3 and M4, about 43 on the M33.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn xor_32(data: &mut [u8; 32], stream: &[u8; 32]) {
    naked_asm!(
        r"
            .irp at, 0, 4, 8, 12, 16, 20, 24, 28
            ldr  r2, [r0, #\at]
            ldr  r3, [r1, #\at]
            eors r2, r3
            str  r2, [r0, #\at]
            .endr
            bx   lr
        "
    )
}

/// The Salsa20 core: 20 rounds, then the input is added.
#[cfg(any(test, saltbox_check))]
pub(in crate::low) fn block(out: &mut [u32; 16], input: &[u32; 16]) {
    *out = [0; 16];
    let mut state = *input;
    // SAFETY: one block.
    unsafe { salsa20(out.as_mut_ptr().cast(), null_mut(), 1, state.as_mut_ptr()) }
}

/// Salsa20 of `count` blocks, or of one of which half is kept; or HSalsa20 if there are none.
///
/// | | `data` | `rest` | `count` | `state` |
/// |---|---|---|---|---|
/// | blocks | `count` of them, XORed | null | 1 or more | the next block's matrix, in order |
/// | a half | 32 bytes, XORed | the other 32, written | 1 | the same |
/// | HSalsa20 | 32 bytes, written | the key | 0 | the 16 bytes of input |
///
/// - In: r0 `data`, r1 `rest`, r2 `count`, r3 `state`. All may lie anywhere: LDR and STR of words need no alignment.
/// - Out: the data; the counter, words 8 and 9 of `state`, is `count` further, modulo 2^64.
/// - Clobbers: r0 to r3, r12, flags.
/// - Stack: 80 bytes. There remain, of the last block's words, six in the frame.
/// - Cycles, modelled: on the M3 and M4 933 a block (14.6 a byte) and 29 a call; 952 for a half, 869 for HSalsa20. On the M33,
///   for which Arm publishes no table, about 904, 27, 921 and 846.
///
/// # Safety
///
/// The memory of the table, of `state` 16 words unless `count` is 0, is valid for what is done with it.
#[unsafe(naked)]
unsafe extern "C" fn salsa20(data: *mut u8, rest: *mut u8, count: usize, state: *mut u32) {
    naked_asm!(
        r"
        // The frame: 0 data, 4 rest, 8 count, 12 state, 16 turns left; words 9, 12, 13 from 20, words 3, 6, 7 from 32.

        .macro step b, a, d, k
            add  r0, \a, \d
            eor  \b, \b, r0, ror #(32 - \k)
        .endm
        .macro quarter a, b, c, d
            step \b, \a, \d, 7
            step \c, \b, \a, 9
            step \d, \c, \b, 13
            step \a, \d, \c, 18
        .endm
        .macro exchange out, in             // 7 cycles
            str  r1, [sp, #\out]
            str  r2, [sp, #\out + 4]
            str  r3, [sp, #\out + 8]
            ldr  r1, [sp, #\in]
            ldr  r2, [sp, #\in + 4]
            ldr  r3, [sp, #\in + 8]
        .endm
        .macro columns
            quarter r4, r5, r6, r2          //  0  4  8 12
            quarter r7, r1, r3, r8          //  5  9 13  1
            exchange 20, 32
            quarter r9, r10, r11, r2        // 10 14  2  6
            quarter r12, r1, r3, lr         // 15  3  7 11
        .endm
        .macro rows_0_1
            quarter r4, r8, r11, r1         //  0  1  2  3
            quarter r7, r2, r3, r5          //  5  6  7  4
        .endm
        .macro rows_2_3
            quarter r9, lr, r6, r1          // 10 11  8  9
            quarter r12, r2, r3, r10        // 15 12 13 14
        .endm

            push {{r4-r11, lr}}
            sub  sp, #44
            str  r0, [sp, #0]
            str  r2, [sp, #8]
            cmp  r2, #0
            beq  3f
            str  r1, [sp, #4]
            str  r3, [sp, #12]
            mov  r0, r3

        1:  // A block: 21 cycles to load it.
            ldr  r1, [r0, #12]
            ldr  r2, [r0, #24]
            ldr  r3, [r0, #28]
            str  r1, [sp, #32]
            str  r2, [sp, #36]
            str  r3, [sp, #40]
            ldr  r4, [r0, #0]
            ldr  r8, [r0, #4]
            ldr  r11, [r0, #8]
            ldr  r5, [r0, #16]
            ldr  r7, [r0, #20]
            ldr  r6, [r0, #32]
            ldr  r1, [r0, #36]
            ldr  r9, [r0, #40]
            ldr  lr, [r0, #44]
            ldr  r2, [r0, #48]
            ldr  r3, [r0, #52]
            ldr  r10, [r0, #56]
            ldr  r12, [r0, #60]

        2:  movs r0, #2
            str  r0, [sp, #16]
        4:  // Ten rounds, twice: 320 cycles to compute, 70 to exchange, 6 to count.
            .rept 4
            columns
            rows_0_1
            exchange 32, 20
            rows_2_3
            .endr
            columns
            rows_0_1
            exchange 32, 20
            ldr  r0, [sp, #16]
            subs r0, #1                     // The flags live up to the branch: no step sets any.
            str  r0, [sp, #16]
            rows_2_3
            bne  4b

            ldr  r0, [sp, #8]
            cmp  r0, #0
            beq  5f
            str  r11, [sp, #20]             // Words 2, 4 and 5 make room for pointers.
            str  r5, [sp, #24]
            str  r7, [sp, #28]
            ldr  r11, [sp, #4]
            ldr  r7, [sp, #12]
            ldr  r5, [sp, #0]
            cmp  r11, #0
            bne  6f

            // r5 is the data, r7 the state. Words 8 and 9, and the counter in them.
            ldr  r0, [r7, #32]
            ldr  r11, [r5, #32]
            add  r6, r6, r0
            adds r0, #1
            eor  r6, r11
            str  r6, [r5, #32]
            str  r0, [r7, #32]
            ldr  r0, [r7, #36]
            ldr  r11, [r5, #36]
            add  r1, r1, r0
            adc  r0, r0, #0
            eor  r1, r11
            str  r1, [r5, #36]
            str  r0, [r7, #36]

            // Words 10 and 11, 12 and 13, 14 and 15.
            .macro xor_two x, y, at
            ldr  r0, [r7, #\at]
            ldr  r1, [r7, #\at + 4]
            ldr  r6, [r5, #\at]
            ldr  r11, [r5, #\at + 4]
            add  \x, r0
            add  \y, r1
            eor  \x, r6
            eor  \y, r11
            str  \x, [r5, #\at]
            str  \y, [r5, #\at + 4]
            .endm
            xor_two r9, lr, 40
            xor_two r2, r3, 48
            xor_two r10, r12, 56

        7:  // Words 0 to 3, of which two are in the frame, and 4 to 7, which all are.
            ldr  r0, [sp, #20]
            ldr  r1, [sp, #32]
            .macro xor_four w, x, y, z, at
            ldr  r2, [r7, #\at]
            ldr  r3, [r7, #\at + 4]
            ldr  r6, [r7, #\at + 8]
            ldr  r9, [r7, #\at + 12]
            ldr  r10, [r5, #\at]
            ldr  r11, [r5, #\at + 4]
            ldr  r12, [r5, #\at + 8]
            ldr  lr, [r5, #\at + 12]
            add  \w, r2
            add  \x, r3
            add  \y, r6
            add  \z, r9
            eor  \w, r10
            eor  \x, r11
            eor  \y, r12
            eor  \z, lr
            str  \w, [r5, #\at]
            str  \x, [r5, #\at + 4]
            str  \y, [r5, #\at + 8]
            str  \z, [r5, #\at + 12]
            .endm
            xor_four r4, r8, r0, r1, 0
            ldr  r4, [sp, #24]
            ldr  r8, [sp, #28]
            ldr  r0, [sp, #36]
            ldr  r1, [sp, #40]
            xor_four r4, r8, r0, r1, 16

            ldr  r1, [sp, #8]
            add  r5, #64
            mov  r0, r7
            str  r5, [sp, #0]
            subs r1, #1
            str  r1, [sp, #8]
            bne  1b
            add  sp, #44
            pop  {{r4-r11, pc}}

        6:  // r11 is where words 8 to 15 go as they are.
            ldr  r0, [r7, #32]
            ldr  r5, [r7, #36]
            add  r6, r0
            add  r1, r5
            adds r0, #1
            adc  r5, #0
            str  r0, [r7, #32]
            str  r5, [r7, #36]
            str  r6, [r11, #0]
            str  r1, [r11, #4]
            .macro write_two x, y, at
            ldr  r0, [r7, #\at]
            ldr  r1, [r7, #\at + 4]
            add  \x, r0
            add  \y, r1
            str  \x, [r11, #\at - 32]
            str  \y, [r11, #\at - 28]
            .endm
            write_two r9, lr, 40
            write_two r2, r3, 48
            write_two r10, r12, 56
            ldr  r5, [sp, #0]
            b    7b

        3:  // HSalsa20: r1 is the key, r3 the input, which stands where nonce and counter do. 29 cycles to load it.
            ldr  r0, [r1, #8]
            ldr  r4, [r3, #0]
            ldr  r5, [r3, #4]
            str  r0, [sp, #32]
            str  r4, [sp, #36]
            str  r5, [sp, #40]
            ldr  r8, [r1, #0]
            ldr  r11, [r1, #4]
            ldr  r5, [r1, #12]
            ldr  lr, [r1, #16]
            ldr  r2, [r1, #20]
            ldr  r10, [r1, #28]
            ldr  r6, [r3, #8]
            ldr  r0, [r3, #12]
            ldr  r3, [r1, #24]
            mov  r1, r0
            movw r4, #0x7865
            movt r4, #0x6170
            movw r7, #0x646e
            movt r7, #0x3320
            movw r9, #0x2d32
            movt r9, #0x7962
            movw r12, #0x6574
            movt r12, #0x6b20
            b    2b

        5:  // HSalsa20 ends with eight of the words as they are.
            ldr  r0, [sp, #0]
            ldr  r2, [sp, #36]
            ldr  r3, [sp, #40]
            str  r4, [r0, #0]
            str  r7, [r0, #4]
            str  r9, [r0, #8]
            str  r12, [r0, #12]
            str  r2, [r0, #16]
            str  r3, [r0, #20]
            str  r6, [r0, #24]
            str  r1, [r0, #28]
            add  sp, #44
            pop  {{r4-r11, pc}}

        .purgem step
        .purgem quarter
        .purgem exchange
        .purgem columns
        .purgem rows_0_1
        .purgem rows_2_3
        .purgem xor_two
        .purgem xor_four
        .purgem write_two
        "
    )
}
