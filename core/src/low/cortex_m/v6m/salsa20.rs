//! Salsa20 for ARMv6-M: Cortex-M0 and M0+; also the M23.
//!
//! Only r0 to r7 compute here, and RORS takes its amount from a register. Three of the eight hold amounts: a rotation to the
//! left by 7, 9 and 13 is one to the right by 25, 23 and 19, and one by 18 is that by 9 twice. The other five hold the four
//! words of a quarter-round and the sum of a step. So a quarter-round is 13 instructions, and changing words between two takes
//! 9.75 cycles on average. Amounts loaded for each step would leave room for two words more, but that is 16 instructions
//! against at best 7.25 cycles: slower.
//!
//! Of the 12 words that are not in the quarter-round six wait in r8 to r12 and lr, a cycle away, and six on the stack. Which
//! goes where was found by a program that tried all orders of the quarter-rounds: few words take the way to the stack, and those
//! of the rows go three at a time. The comments say which words a quarter-round works on. Which of r0 to r4 is free changes
//! from one to the next, since a word that goes leaves its register to one that comes.
//!
//! Constant time: every instruction here takes the same time for all operands. Branches depend on the number of blocks, on
//! the counter, and on where data lies: this core faults on an unaligned LDR, so that data off its words is read by bytes.
#![allow(unsafe_code)]

use core::arch::naked_asm;
use core::ptr::null_mut;

use super::super::salsa20::{Position, Rest};
use crate::low::wipe::Wiped;

/// HSalsa20: a 32-byte subkey of `key` and `input`.
pub(in crate::low) fn hsalsa20(out: &mut [u8; 32], key: &[u8; 32], input: &[u8; 16]) {
    if are_aligned(&[out.as_ptr(), key.as_ptr(), input.as_ptr()]) {
        let (key, input) = (key.as_ptr().cast_mut(), input.as_ptr().cast_mut());
        // SAFETY: no blocks: 32 bytes are written to `out`, 32 of `key` and 16 of `input` are only read; all are aligned.
        unsafe { salsa20(out.as_mut_ptr(), key, 0, input.cast()) }
    } else {
        hsalsa20_unaligned(out, key, input);
    }
}

#[inline(never)]
fn hsalsa20_unaligned(out: &mut [u8; 32], key: &[u8; 32], input: &[u8; 16]) {
    // What is in a `Wiped` is aligned.
    let (mut aligned, key, input) = (Wiped::zeroed(), Wiped::new(*key), Wiped::new(*input));
    hsalsa20(&mut aligned, &key, &input);
    *out = *aligned;
}

/// Where a key stream begins.
// Not inlined: as a call it writes to where its caller's caller wants the result.
#[inline(never)]
pub(in crate::low) fn start(key: &[u8; 32], nonce: &[u8; 8]) -> Position {
    if are_aligned(&[key.as_ptr(), nonce.as_ptr()]) {
        // SAFETY: just asked.
        unsafe { start_aligned(key, nonce) }
    } else {
        start_unaligned(key, nonce)
    }
}

#[inline(never)]
fn start_unaligned(key: &[u8; 32], nonce: &[u8; 8]) -> Position {
    let (key, nonce) = (Wiped::new(*key), Wiped::new(*nonce));
    // SAFETY: what is in a `Wiped` is aligned.
    unsafe { start_aligned(&key, &nonce) }
}

/// Whether all these are addresses of words.
#[inline(always)]
fn are_aligned(addresses: &[*const u8]) -> bool {
    addresses.iter().fold(0, |all, at| all | at.addr()) % size_of::<u32>() == 0
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
    // SAFETY: any four bytes are a `u32`, and any `u32` is four bytes.
    let aligned = unsafe { (data.align_to_mut::<u32>(), stream.align_to::<u32>()) };
    // By words if both begin with one.
    let (data, stream) = match aligned {
        (([], data, end_of_data), ([], stream, end_of_stream)) => {
            for (data, stream) in data.iter_mut().zip(stream) {
                *data ^= *stream;
            }
            (end_of_data, end_of_stream)
        }
        _ => (data, stream),
    };
    for (data, stream) in data.iter_mut().zip(stream) {
        *data ^= *stream;
    }
}

/// XORs `stream` into `data`.
pub(in crate::low) fn xor_32(data: &mut [u8; 32], stream: &[u8; 32]) {
    if are_aligned(&[data.as_ptr(), stream.as_ptr()]) {
        // SAFETY: just asked.
        unsafe { xor_32_aligned(data, stream) }
    } else {
        xor(data, stream);
    }
}

/// [`start`], by words.
///
/// - In: r0 where the result goes, r1 `key`, r2 `nonce`.
/// - Out: the matrix with a counter of 0, and no key stream left; in `rest` stays what was there.
/// - Clobbers: r0 to r3, flags.
/// - Stack: 16 bytes.
/// - Cycles, modelled: 59 on the M0.
///
/// # Safety
///
/// Both are aligned to 4.
#[unsafe(naked)]
unsafe extern "C" fn start_aligned(key: &[u8; 32], nonce: &[u8; 8]) -> Position {
    naked_asm!(
        r"
            push  {{r4-r7}}
            ldr   r3, 2f
            ldmia r1!, {{r4-r7}}
            stmia r0!, {{r3-r7}}            //  0  1  2  3  4
            ldr   r3, 3f
            ldmia r2!, {{r4, r5}}
            movs  r6, #0
            movs  r7, #0
            stmia r0!, {{r3-r7}}            //  5  6  7  8  9
            ldr   r3, 4f
            ldmia r1!, {{r4-r7}}
            stmia r0!, {{r3-r7}}            // 10 11 12 13 14
            ldr   r3, 5f
            movs  r4, #0
            str   r3, [r0, #0]              // 15
            str   r4, [r0, #68]
            pop   {{r4-r7}}
            bx    lr
            .p2align 2
        2:  .word 0x61707865
        3:  .word 0x3320646e
        4:  .word 0x79622d32
        5:  .word 0x6b206574
        "
    )
}

/// [`xor_32`], by words.
///
/// - In: r0 `data`, r1 `stream`.
/// - Out: `data`.
/// - Clobbers: r0 to r3, flags.
/// - Stack: 16 bytes.
/// - Cycles, modelled: 61 on the M0.
///
/// # Safety
///
/// Both are aligned to 4.
#[unsafe(naked)]
unsafe extern "C" fn xor_32_aligned(data: &mut [u8; 32], stream: &[u8; 32]) {
    naked_asm!(
        r"
            push  {{r4-r7}}
            .rept 4
            ldmia r1!, {{r2, r3}}
            ldr   r4, [r0, #0]
            ldr   r5, [r0, #4]
            eors  r2, r4
            eors  r3, r5
            stmia r0!, {{r2, r3}}
            .endr
            pop   {{r4-r7}}
            bx    lr
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
/// - In: r0 `data`, r1 `rest`, r2 `count`, r3 `state`.
/// - Out: the data; the counter, words 8 and 9 of `state`, is `count` further, modulo 2^64.
/// - Clobbers: r0 to r3, r12, flags.
/// - Stack: 100 bytes. There remain, of the last block's words, twelve in the frame.
/// - Cycles, modelled: on the M0 2,086 a block (32.6 a byte) and 41 a call; 2,105 for a half, 1,987 for HSalsa20. What is XORed
///   costs 89 more every 16 bytes where it is not aligned to 4 (38.2 a byte).
///
/// # Safety
///
/// The memory of the table, of `state` 16 words unless `count` is 0, is valid for what is done with it. All is aligned to 4
/// but what is XORed.
#[unsafe(naked)]
unsafe extern "C" fn salsa20(data: *mut u8, rest: *mut u8, count: usize, state: *mut u32) {
    naked_asm!(
        r"
        // The frame: words 1 to 6 from 0, 9 to 14 from 24; 48 data, 52 rest, 56 count, 60 state.

        .macro quarter a, b, c, d, sum      // 13 cycles
            adds \sum, \a, \d
            rors \sum, r5
            eors \b, \sum
            adds \sum, \b, \a
            rors \sum, r6
            eors \c, \sum
            adds \sum, \c, \b
            rors \sum, r7
            eors \d, \sum
            adds \sum, \d, \c
            rors \sum, r6
            rors \sum, r6
            eors \a, \sum
        .endm
        .macro change to, high, from        // 2 cycles; from is free after it
            mov  \to, \high
            mov  \high, \from
        .endm
        .macro through_stack x, out, in     // 4 cycles
            str  \x, [sp, #\out]
            ldr  \x, [sp, #\in]
        .endm
        .macro xor_16 n                     // r0 to r3 are words of the matrix, r4 the state, r5 the data: 28 cycles
            ldmia r4!, {{r6, r7}}
            adds r0, r6
            adds r1, r7
            ldmia r4!, {{r6, r7}}
            adds r2, r6
            adds r3, r7
            lsls r6, r5, #30
            bne  5\n\()f
            ldmia r5!, {{r6, r7}}
            eors r0, r6
            eors r1, r7
            ldmia r5!, {{r6, r7}}
            eors r2, r6
            eors r3, r7
            subs r5, #16
            stmia r5!, {{r0-r3}}
        6\n\():
        .endm

        .macro write_16                     // 15 cycles
            ldmia r4!, {{r6, r7}}
            adds r0, r6
            adds r1, r7
            ldmia r4!, {{r6, r7}}
            adds r2, r6
            adds r3, r7
            stmia r5!, {{r0-r3}}
        .endm

            push {{r4-r7, lr}}
            mov  r4, r8
            mov  r5, r9
            mov  r6, r10
            mov  r7, r11
            push {{r4-r7}}
            push {{r0-r3}}
            sub  sp, #48
            cmp  r2, #0
            beq  2f
            mov  r4, r3

        1:  // A block: 39 cycles to load it.
            ldmia r4!, {{r0-r3}}            //  0  1  2  3
            mov  r8, r0
            mov  r5, sp
            stmia r5!, {{r1-r3}}
            ldmia r4!, {{r0-r3}}            //  4  5  6  7
            mov  r9, r0
            mov  r10, r1
            mov  r11, r2
            mov  r12, r3
            ldmia r4!, {{r0-r3}}            //  8  9 10 11
            mov  lr, r0
            adds r5, #12
            stmia r5!, {{r1-r3}}
            ldmia r4!, {{r0-r3}}            // 12 13 14 15
            b    3f

        2:  // HSalsa20: r1 is the key, r3 the input, which stands where nonce and counter do. 41 cycles to load it.
            adr  r7, 10f
            ldmia r3!, {{r0, r4-r6}}        //  6  7  8  9
            mov  r11, r0
            mov  r12, r4
            mov  lr, r5
            str  r6, [sp, #24]
            ldmia r7!, {{r3-r6}}            // 15  0  5 10
            mov  r8, r4
            mov  r10, r5
            str  r6, [sp, #28]
            ldmia r1!, {{r4-r7}}            //  1  2  3  4
            mov  r0, sp
            stmia r0!, {{r4-r6}}
            mov  r9, r7
            ldmia r1!, {{r4-r7}}            // 11 12 13 14
            str  r4, [sp, #32]
            mov  r0, r5
            mov  r1, r6
            mov  r2, r7

        3:  movs r5, #255
            adds r5, #(25 + 32 * 9 - 255)   // Rotates by 25, and counts rounds above its five lowest bits.
            movs r6, #23
            movs r7, #19

        4:  // Two rounds: 104 cycles to compute, 78 to exchange, 5 to count.
            change r4, r8, r1
            change r1, r9, r2
            change r2, lr, r3
            quarter r4, r1, r2, r0, r3      //  0  4  8 12
            through_stack r1, 12, 0
            through_stack r0, 36, 24
            change r3, r10, r2
            change r2, r8, r4
            quarter r3, r0, r2, r1, r4      //  5  9 13  1
            through_stack r3, 16, 4
            through_stack r2, 40, 28
            change r4, r11, r1
            change r1, r9, r0
            quarter r2, r1, r3, r4, r0      // 10 14  2  6
            through_stack r4, 20, 8
            through_stack r1, 44, 32
            change r0, lr, r3
            change r3, r12, r2
            quarter r0, r4, r3, r1, r2      // 15  3  7 11

            change r2, r11, r1
            change r1, r8, r3
            change r3, lr, r0
            quarter r1, r2, r3, r4, r0      //  0  1  2  3
            mov  r0, sp
            stmia r0!, {{r2-r4}}
            ldmia r0!, {{r2-r4}}
            change r0, r8, r1
            quarter r3, r4, r0, r2, r1      //  5  6  7  4
            change r1, r12, r0
            change r0, r9, r2
            change r2, r11, r4
            change r4, r10, r3
            quarter r1, r2, r4, r0, r3      // 10 11  8  9
            add  r3, sp, #24
            stmia r3!, {{r0-r2}}
            ldmia r3!, {{r0-r2}}
            change r3, lr, r4
            quarter r3, r0, r1, r2, r4      // 15 12 13 14
            subs r5, #32
            bmi  5f
            b    4b

        7:  // HSalsa20 ends with eight of the words as they are.
            ldr  r4, [sp, #48]
            mov  r0, r8
            mov  r1, r10
            ldr  r2, [sp, #28]
            stmia r4!, {{r0-r3}}            //  0  5 10 15
            mov  r0, r11
            mov  r1, r12
            mov  r2, lr
            ldr  r3, [sp, #24]
            stmia r4!, {{r0-r3}}            //  6  7  8  9
            b    3f

        5:  // Words 12 to 15 are in r0 to r3, 0 in r8, 4 to 8 in r9 to lr, the others on the stack.
            ldr  r4, [sp, #56]
            cmp  r4, #0
            beq  7b
            mov  r4, lr
            str  r4, [sp, #20]
            ldr  r4, [sp, #60]
            adds r4, #48
            ldr  r5, [sp, #52]
            cmp  r5, #0
            bne  8f
            ldr  r5, [sp, #48]
            adds r5, #48
            xor_16 0                        // Words 12 to 15.
            subs r4, #32
            subs r5, #32
            add  r6, sp, #20
            ldmia r6!, {{r0-r3}}
            xor_16 1                        // Words 8 to 11.
            subs r5, #48
        9:  subs r4, #16
            ldmia r4!, {{r6, r7}}           // The counter.
            adds r6, #1
            bcc  6f
            adds r7, #1
        6:  subs r4, #8
            stmia r4!, {{r6, r7}}
            subs r4, #40
            mov  r0, r8
            mov  r6, sp
            ldmia r6!, {{r1-r3}}
            xor_16 2                        // Words 0 to 3.
            mov  r0, r9
            mov  r1, r10
            mov  r2, r11
            mov  r3, r12
            xor_16 3                        // Words 4 to 7.
            subs r4, #32
            adds r5, #32
            str  r5, [sp, #48]
            ldr  r5, [sp, #56]
            subs r5, #1
            str  r5, [sp, #56]
            beq  3f
            b    1b

        8:  // r5 is where words 8 to 15 go as they are.
            adds r5, #16
            write_16
            subs r4, #32
            subs r5, #32
            add  r6, sp, #20
            ldmia r6!, {{r0-r3}}
            write_16
            ldr  r5, [sp, #48]
            b    9b

        3:  add  sp, #64
            pop  {{r4-r7}}
            mov  r8, r4
            mov  r9, r5
            mov  r10, r6
            mov  r11, r7
            pop  {{r4-r7, pc}}

            .irp n, 0, 1, 2, 3
        5\n\():  bl   7f
            b    6\n\()b
            .endr
        7:  // XORs r0 to r3 into the 16 bytes at r5, one by one: 96 cycles.
            .irp word, 0, 1, 2, 3
            .irp byte, 0, 1, 2, 3
            ldrb r6, [r5, #(4 * \word + \byte)]
            eors r6, r\word
            strb r6, [r5, #(4 * \word + \byte)]
            .if \byte < 3
            lsrs r\word, r\word, #8
            .endif
            .endr
            .endr
            adds r5, #16
            bx   lr

            .p2align 2
        10: .word 0x6b206574, 0x61707865, 0x3320646e, 0x79622d32

        .purgem quarter
        .purgem change
        .purgem through_stack
        .purgem xor_16
        .purgem write_16
        "
    )
}
