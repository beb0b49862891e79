//! Products: 256 bits from three of 128, each of those from three of 64, each of those from three of 32.

use core::arch::naked_asm;

use super::reduce::{reduce, saved};
use crate::low::cortex_m::field::Limbs;

/// The macro `product32`.
macro_rules! product32 {
    () => {
        r"
        @ (low, x) = x * y. Clobbers y, t, u. 17 cycles.
        .macro  product32 x, y, low, t, u
        uxth    \t, \x
        lsrs    \x, \x, #16
        uxth    \u, \y
        lsrs    \y, \y, #16
        movs    \low, \t
        muls    \low, \u, \low
        muls    \t, \y, \t
        muls    \u, \x, \u
        muls    \x, \y, \x
        lsls    \y, \t, #16
        lsrs    \t, \t, #16
        adds    \low, \low, \y
        adcs    \x, \t
        lsls    \y, \u, #16
        lsrs    \u, \u, #16
        adds    \low, \low, \y
        adcs    \x, \u
        .endm
        "
    };
}

/// `out` = `a` `b`.
///
/// In: r0 to r2; any may be the same. Out: at r0, written when all is read. Clobbers: r0 to r3, r12. Stack: 192 bytes.
/// Cycles: 1355.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn mul(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    naked_asm!(saved!("bl {multiply}"), multiply = sym multiply)
}

/// [`mul`] for callers that keep nothing in registers.
///
/// In: r0 = `out`, r1 = `a`, r2 = `b`. Out: at r0, written when all is read. Clobbers: r0 to r12, lr. Stack: 152 bytes.
/// Cycles: 1319. Of these the 27 products of words take 459, what makes 9 products of 64 bits of them 234, what makes 3 of
/// 128 bits of those 277; the top level takes 101 before and 246 after, with the reduction.
///
/// Pre, Post: any values below 2^256; bounds in [`super::reduce`].
#[unsafe(naked)]
pub(super) unsafe extern "C" fn multiply() {
    naked_asm!(
        product32!(),
        reduce!(define),
        r"
        @ (lr, b0, a0, a1) = (a0, a1) * (b0, b1). Clobbers b1, t to w, r12. 77 cycles.
        .macro  product64 a0, a1, b0, b1, t, u, v, w
        @ t = |a0 - a1|, u = |b1 - b0|, r12 = the sign of their product.
        subs    \t, \a0, \a1
        sbcs    \v, \v
        eors    \t, \v
        subs    \t, \t, \v
        subs    \u, \b1, \b0
        sbcs    \w, \w
        eors    \u, \w
        subs    \u, \u, \w
        eors    \v, \w
        mov     r12, \v
        mov     lr, \u
        product32 \a0, \b0, \u, \v, \w
        product32 \a1, \b1, \b0, \v, \w
        @ (u, a0, a1) = a0 b0 + 2^32 a1 b1, then times 1 + 2^32 (u, b0, a0, a1).
        adds    \a0, \a0, \b0
        movs    \v, #0
        adcs    \a1, \v
        adds    \b0, \u, \a0
        adcs    \a0, \a1
        adcs    \a1, \v
        mov     \b1, lr
        mov     lr, \u
        product32 \t, \b1, \u, \v, \w
        @ CMN makes the carry that complementing wants.
        mov     \v, r12
        eors    \u, \v
        eors    \t, \v
        cmn     \v, \v
        adcs    \b0, \u
        adcs    \a0, \t
        adcs    \a1, \v
        .endm
        @ The eight words at sp + z = (r2, r3, r6, r7) * (r0, r1, r4, r5); if z is 0, the upper four are (r6, r7, r3, r4) alone.
        @ Clobbers all registers but sp. 325 cycles.
        .macro  product128 z
        push    {{r0-r7}}
        @ (r6, r7) = |a1 - a0|, (r0, r1) = |b0 - b1|, r4 = the sign, to where the top word will be.
        subs    r0, r0, r4
        sbcs    r1, r5
        sbcs    r4, r4
        eors    r0, r4
        eors    r1, r4
        subs    r0, r0, r4
        sbcs    r1, r4
        subs    r6, r6, r2
        sbcs    r7, r3
        sbcs    r5, r5
        eors    r6, r5
        eors    r7, r5
        subs    r6, r6, r5
        sbcs    r7, r5
        eors    r4, r5
        str     r4, [sp, #\z + 60]
        @ (r8 to r11) = |N|.
        product64 r6, r7, r0, r1, r2, r3, r4, r5
        mov     r8, lr
        mov     r9, r0
        mov     r10, r6
        mov     r11, r7
        @ a0 b0, to the place of the product's lower half.
        mov     r1, sp
        ldm     r1, {{r1-r4}}
        product64 r3, r4, r1, r2, r0, r5, r6, r7
        mov     r0, lr
        add     r2, sp, #\z + 32
        stm     r2!, {{r0, r1, r3, r4}}
        @ a1 b1 = (r0, r1, r3, r4).
        add     r1, sp, #16
        ldm     r1, {{r1-r4}}
        product64 r3, r4, r1, r2, r0, r5, r6, r7
        mov     r0, lr
        add     r2, sp, #\z + 32
        ldm     r2, {{r2, r5, r6, r7}}
        @ (r2, r5, r6, r7, r3, r4) = words 2 to 7 without N. Bounds: a1 b1 <= (2^64 - 1)^2, so that its upper half has room for
        @ a carry.
        adds    r6, r6, r0
        adcs    r7, r1
        movs    r0, #0
        adcs    r3, r0
        adcs    r4, r0
        adds    r2, r2, r6
        adcs    r5, r7
        adcs    r6, r3
        adcs    r7, r4
        adcs    r3, r0
        adcs    r4, r0
        @ + N.
        ldr     r0, [sp, #\z + 60]
        cmn     r0, r0
        mov     r1, r8
        eors    r1, r0
        adcs    r2, r1
        mov     r1, r9
        eors    r1, r0
        adcs    r5, r1
        mov     r1, r10
        eors    r1, r0
        adcs    r6, r1
        mov     r1, r11
        eors    r1, r0
        adcs    r7, r1
        adcs    r3, r0
        adcs    r4, r0
        add     r1, sp, #\z + 40
        .if \z
        stm     r1!, {{r2, r5, r6, r7}}
        stm     r1!, {{r3, r4}}
        .else
        stm     r1!, {{r2, r5}}
        .endif
        add     sp, #32
        .endm

        @ sp: low, high, |N|, each of eight words; 96: N's sign; 104: out, a, b, lr.
        push    {{r0-r2, lr}}
        sub     sp, #104
        @ r0 to r3 = |a1 - a0|, r4 = the sign.
        ldm     r1!, {{r4-r7}}
        mov     r8, r2
        ldm     r1, {{r0-r3}}
        subs    r0, r0, r4
        sbcs    r1, r5
        sbcs    r2, r6
        sbcs    r3, r7
        sbcs    r4, r4
        eors    r0, r4
        eors    r1, r4
        eors    r2, r4
        eors    r3, r4
        subs    r0, r0, r4
        sbcs    r1, r4
        sbcs    r2, r4
        sbcs    r3, r4
        mov     r7, r8
        mov     r8, r4
        mov     r9, r0
        mov     r10, r1
        mov     r11, r2
        mov     r12, r3
        @ r0, r1, r4, r5 = |b0 - b1|, r2 = the sign; N's sign to sp + 96.
        ldm     r7!, {{r0, r1, r4, r5}}
        ldm     r7, {{r2, r3, r6, r7}}
        subs    r0, r0, r2
        sbcs    r1, r3
        sbcs    r4, r6
        sbcs    r5, r7
        sbcs    r2, r2
        eors    r0, r2
        eors    r1, r2
        eors    r4, r2
        eors    r5, r2
        subs    r0, r0, r2
        sbcs    r1, r2
        sbcs    r4, r2
        sbcs    r5, r2
        mov     r3, r8
        eors    r2, r3
        str     r2, [sp, #96]
        mov     r2, r9
        mov     r3, r10
        mov     r6, r11
        mov     r7, r12
        product128 64
        @ high
        ldr     r6, [sp, #112]
        ldr     r7, [sp, #108]
        adds    r6, r6, #16
        adds    r7, r7, #16
        ldm     r6!, {{r0, r1}}
        ldm     r7!, {{r2, r3}}
        ldm     r6!, {{r4, r5}}
        ldm     r7, {{r6, r7}}
        product128 32
        @ low
        ldr     r6, [sp, #112]
        ldr     r7, [sp, #108]
        ldm     r6!, {{r0, r1}}
        ldm     r7!, {{r2, r3}}
        ldm     r6!, {{r4, r5}}
        ldm     r7, {{r6, r7}}
        product128 0
        @ (r8 to r11), r12 = U', its carry.
        add     r0, sp, #32
        ldm     r0, {{r0, r1, r2, r5}}
        adds    r0, r0, r6
        adcs    r1, r7
        adcs    r2, r3
        adcs    r5, r4
        movs    r3, #0
        adcs    r3, r3
        mov     r12, r3
        mov     r8, r0
        mov     r9, r1
        mov     r10, r2
        mov     r11, r5
        @ w' = U' + N.1 over N.1, lr = s.
        ldr     r7, [sp, #96]
        add     r3, sp, #80
        ldm     r3, {{r3, r4, r6}}
        eors    r3, r7
        eors    r4, r7
        eors    r6, r7
        adds    r0, r0, r3
        adcs    r1, r4
        adcs    r2, r6
        ldr     r3, [sp, #92]
        eors    r3, r7
        adcs    r5, r3
        movs    r3, #0
        adcs    r7, r3
        mov     lr, r7
        add     r3, sp, #80
        stm     r3!, {{r0, r1, r2, r5}}
        reduce_high
        @ z' + N.0.
        ldr     r7, [sp, #96]
        add     r4, sp, #64
        ldm     r4, {{r4-r6}}
        eors    r4, r7
        eors    r5, r7
        eors    r6, r7
        cmn     r7, r7
        adcs    r0, r4
        adcs    r1, r5
        adcs    r2, r6
        ldr     r4, [sp, #76]
        eors    r4, r7
        adcs    r3, r4
        movs    r7, #0
        adcs    r7, r7
        reduce_low 104
        add     sp, #116
        pop     {{pc}}
        .purgem product32
        .purgem product64
        .purgem product128
        ",
        reduce!(purge),
    )
}

/// `out` = `a` `b`, all of the product, row by row: for the few products of scalars.
///
/// In: r0 to r2; a and b may be the same. Out: at r0. Clobbers: r0 to r3, r12. Stack: 32 bytes. Cycles: 2319.
///
/// Bounds: (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1, so that a word of the sum and the last product's upper word can be added.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn mul_wide(out: &mut [u32; 16], a: &Limbs, b: &Limbs) {
    naked_asm!(
        product32!(),
        r"
        push    {{r4-r7, lr}}
        mov     r4, r8
        mov     r5, r9
        mov     r6, r10
        push    {{r4-r6}}
        movs    r4, #0
        movs    r5, #0
        movs    r6, #0
        movs    r7, #0
        stm     r0!, {{r4-r7}}
        stm     r0!, {{r4-r7}}
        subs    r0, r0, #32
        @ r8 = a[i], r9 = the end of a, r10 = the end of b, lr = a + 4 i.
        mov     lr, r1
        adds    r1, r1, #32
        mov     r9, r1
        movs    r1, r2
        adds    r2, r2, #32
        mov     r10, r2
        2:
        mov     r4, lr
        ldm     r4!, {{r5}}
        mov     lr, r4
        mov     r8, r5
        movs    r3, #0
        3:
        ldm     r1!, {{r5}}
        mov     r4, r8
        product32 r4, r5, r6, r7, r2
        movs    r5, #0
        adds    r6, r6, r3
        adcs    r4, r5
        ldr     r3, [r0]
        adds    r6, r6, r3
        adcs    r4, r5
        stm     r0!, {{r6}}
        movs    r3, r4
        cmp     r1, r10
        bne     3b
        stm     r0!, {{r3}}
        subs    r0, r0, #32
        subs    r1, r1, #32
        cmp     lr, r9
        bne     2b
        pop     {{r4-r6}}
        mov     r8, r4
        mov     r9, r5
        mov     r10, r6
        pop     {{r4-r7, pc}}
        .purgem product32
        "
    )
}
