//! Poly1305 for ARMv7E-M: digits of 32 bits, UMAAL, and all that changes held in registers.
//!
//! Right because it is the school's product in another order. UMAAL adds two numbers of 32 bits to a product of 64 and cannot
//! overflow, so that a row of products hands one carry on; the columns begin with the next block instead of zero, whose
//! addition is therefore free. The bounds are proved above [`absorb`].
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
/// - Out: the state's h. Clobbers: r0 to r3, r12, flags. Stack: 44 bytes, none of them secret.
/// - Cycles (modelled): M4 50 + 53 a block; M33 about 45 + 51 a block.
///
/// H = h + block. Modulo p = 2^130 - 5, H r is the sum of these rows, because 2^128 r_j = s_j if r_j is a multiple of 4, as r1,
/// r2 and r3 are, and because H4 2^128 = e + t 2^128, with t = H4 mod 4 and e = 5 (H4 - t) / 4:
///
/// ```text
///      2^0   2^32  2^64  2^96  2^128      passes 2^128, at most, / 2^28
///  H0  r0    r1    r2    r3               1
///  H1  s3    r0    r1    r2               1
///  H2  s2    s3    r0    r1               1
///  H3  s1    s2    s3    r0               1
///  H4        s1    s2    s3               5/4
///  e   r0                                 0
///  t                           r0         3
/// ```
///
/// Pre: h4 < 10 2^28; r_j < 2^28 and s_j = 5/4 r_j. Bounds: H4 <= h4 + 2, so e < 13 2^28 < 2^32. Post: h4 < 10 2^28: the last
/// column's sum is 8 1/4, what lower columns carry into it is below 8, and the message's next block adds 1. The sums of the rows'
/// carries are parts of h4 and no greater.
#[unsafe(naked)]
unsafe extern "C" fn absorb(state: &mut State, message: *const [u8; 16], count: usize, high: u32) {
    naked_asm!(
        cpu!(),
        // On entry r4 to r8 hold H, r9 r0, r3 s1, and r10, r11, r12, lr what the columns begin with; on exit r4 to r8
        // hold h. No flag changes. 39 cycles on the M4.
        r"
        .macro poly1305_multiply
        lsr   r1, r8, #2
        add   r1, r1, r1, lsl #2        @ e
        umull r1, r2, r1, r9            @ e r0: r1 is what row H3 begins with, r2 goes on along row H4
        umaal r11, r2, r8, r3           @ H4 s1
        umaal r10, r1, r7, r3           @ H3 s1
        ldr   r3, [r0, #24]
        umaal r12, r2, r8, r3           @ H4 s2
        umaal r11, r1, r7, r3           @ H3 s2
        ldr   r3, [r0, #28]
        umaal lr, r2, r8, r3            @ H4 s3
        umaal r12, r1, r7, r3           @ H3 s3
        umaal lr, r1, r7, r9            @ H3 r0
        and   r8, r8, #3                @ t
        umaal r1, r2, r8, r9            @ t r0: r1 is h4 so far, r2 is 0
        ldr   r7, [r0, #24]
        ldr   r8, [r0, #36]
        umaal r10, r2, r6, r7           @ H2 s2
        umaal r11, r2, r6, r3           @ H2 s3
        umaal r12, r2, r6, r9           @ H2 r0
        umaal lr, r2, r6, r8            @ H2 r1
        add   r1, r1, r2
        umull r6, r7, r4, r9            @ H0 r0: r6 is what row H1 begins with, r7 goes on along row H0
        umaal r10, r6, r5, r3           @ H1 s3
        umaal r11, r6, r5, r9           @ H1 r0
        umaal r11, r7, r4, r8           @ H0 r1
        ldr   r3, [r0, #40]
        ldr   r2, [r0, #44]
        umaal r6, r12, r5, r8           @ H1 r1: the column is in r6 from here, and the row's carry in r12
        umaal r6, r7, r4, r3            @ H0 r2
        umaal lr, r12, r5, r3           @ H1 r2
        umaal r7, lr, r4, r2            @ H0 r3: likewise r7 and lr
        add   r1, r1, r12
        add   r8, r1, lr
        mov   r4, r10
        mov   r5, r11
        .endm
        ",
        r"
        cbnz  r2, 1f
        bx    lr
    1:  add   r2, r1, r2, lsl #4        @ the end of the message
        push  {{r1, r2, r4-r11, lr}}    @ at sp the next block's address, and the end after it
        ldm   r0, {{r4-r8}}
        ldr   r9, [r0, #32]
        ldr   r11, [r1, #4]
        ldr   r12, [r1, #8]
        ldr   lr, [r1, #12]
        ldr   r10, [r1], #16
        str   r1, [sp]
        adds  r4, r4, r10               @ the first block
        adcs  r5, r5, r11
        adcs  r6, r6, r12
        adcs  r7, r7, lr
        adc   r8, r8, r3
        cmp   r1, r2
        beq   3f

    2:  ldr   r1, [sp]                  @ while there is another block: 53 cycles on the M4
        ldr   r2, [sp, #4]
        ldr   r3, [r0, #20]
        ldr   r11, [r1, #4]
        ldr   r12, [r1, #8]
        ldr   lr, [r1, #12]
        ldr   r10, [r1], #16
        str   r1, [sp]
        cmp   r1, r2
        poly1305_multiply
        add   r8, r8, #1
        bne   2b

    3:  ldr   r3, [r0, #20]
        mov   r10, #0
        mov   r11, #0
        mov   r12, #0
        mov   lr, #0
        poly1305_multiply
        stm   r0, {{r4-r8}}
        pop   {{r1, r2, r4-r11, pc}}
        .purgem poly1305_multiply
        ",
    )
}
