//! Squares: as products, but a product of two words takes 10 cycles instead of 17, and no difference has a sign.

use core::arch::naked_asm;

use super::reduce::{reduce, saved};
use crate::low::cortex_m::field::Limbs;

/// `out` = `a`^2. 900 cycles: `squares`, once.
#[inline(always)]
pub(in crate::low) fn square(out: &mut Limbs, a: &Limbs) {
    // SAFETY: both point to eight words.
    unsafe { squares(out.as_mut_ptr(), a.as_ptr(), 1) }
}

/// `a` squared `n` times; `n` is public and not 0. 864 cycles each.
#[inline(always)]
pub(in crate::low) fn square_n(a: &mut Limbs, n: u32) {
    let a = a.as_mut_ptr();
    // SAFETY: it points to eight words.
    unsafe { squares(a, a, n) }
}

/// `out` = `a` squared `n` times, n > 0.
///
/// In: r0 to r2; out and a may be the same. Out: at r0. Clobbers: r0 to r3, r12. Stack: 168 bytes. Cycles: 36 + 864 n.
#[unsafe(naked)]
unsafe extern "C" fn squares(out: *mut u32, a: *const u32, n: u32) {
    naked_asm!(
        saved!(
            r"
        push    {{r0, r2}}
        2:
        bl      {square}
        ldr     r0, [sp]
        mov     r1, r0
        ldr     r2, [sp, #4]
        subs    r2, r2, #1
        str     r2, [sp, #4]
        bne     2b
        add     sp, #8
        "
        ),
        square = sym square_core,
    )
}

/// A square for callers that keep nothing in registers.
///
/// In: r0 = `out`, r1 = `a`, which may be the same. Out: at r0, written when all is read. Clobbers: r0 to r12, lr. Stack:
/// 120 bytes. Cycles: 849. Of these the 27 squares of words take 270, what makes 9 squares of 64 bits of them 117, what makes
/// 3 of 128 bits of those 187; the top level takes 46 before and 229 after, with the reduction.
///
/// Pre, Post: any value below 2^256; bounds in [`super::reduce`].
#[unsafe(naked)]
pub(super) unsafe extern "C" fn square_core() {
    naked_asm!(
        reduce!(define),
        r"
        @ (low, x) = x^2. 10 cycles.
        .macro  square32 x, low
        uxth    \low, \x
        lsrs    \x, \x, #16
        movs    r6, \low
        muls    r6, \x, r6
        muls    \low, \low, \low
        muls    \x, \x, \x
        lsls    r7, r6, #17
        lsrs    r6, r6, #15
        adds    \low, \low, r7
        adcs    \x, r6
        .endm
        @ (r0 to r3) = (r2, r3)^2. 43 cycles.
        .macro  square64
        subs    r5, r2, r3
        sbcs    r6, r6
        eors    r5, r6
        subs    r5, r5, r6
        square32 r2, r0
        square32 r3, r1
        square32 r5, r4
        @ As product64.
        adds    r2, r2, r1
        movs    r6, #0
        adcs    r3, r6
        adds    r1, r0, r2
        adcs    r2, r3
        adcs    r3, r6
        subs    r1, r1, r4
        sbcs    r2, r5
        sbcs    r3, r6
        .endm
        @ The eight words at sp + z = (r2, r3, r0, r1)^2; if z is 0, the upper four are (r6, r7, r2, r3) alone. Clobbers r0 to
        @ r11. 193 cycles.
        .macro  square128 z
        @ (r8, r9) = |a0 - a1|.
        subs    r4, r2, r0
        movs    r5, r3
        sbcs    r5, r1
        sbcs    r6, r6
        eors    r4, r6
        eors    r5, r6
        subs    r4, r4, r6
        sbcs    r5, r6
        mov     r8, r4
        mov     r9, r5
        push    {{r0, r1}}
        square64
        add     r4, sp, #\z + 8
        stm     r4!, {{r0-r3}}
        @ (r8 to r11) = |N|.
        mov     r2, r8
        mov     r3, r9
        square64
        mov     r8, r0
        mov     r9, r1
        mov     r10, r2
        mov     r11, r3
        pop     {{r2, r3}}
        square64
        add     r4, sp, #\z
        ldm     r4, {{r4-r7}}
        @ (r4 to r7, r2, r3) = words 2 to 7 without N, then with.
        adds    r6, r6, r0
        adcs    r7, r1
        movs    r0, #0
        adcs    r2, r0
        adcs    r3, r0
        adds    r4, r4, r6
        adcs    r5, r7
        adcs    r6, r2
        adcs    r7, r3
        adcs    r2, r0
        adcs    r3, r0
        mov     r1, r8
        subs    r4, r4, r1
        mov     r1, r9
        sbcs    r5, r1
        mov     r1, r10
        sbcs    r6, r1
        mov     r1, r11
        sbcs    r7, r1
        sbcs    r2, r0
        sbcs    r3, r0
        add     r1, sp, #\z + 8
        .if \z
        stm     r1!, {{r4-r7}}
        stm     r1!, {{r2, r3}}
        .else
        stm     r1!, {{r4, r5}}
        .endif
        .endm

        @ sp: low, high, |N|, each of eight words; 100: out, a, lr.
        push    {{r0, r1, lr}}
        sub     sp, #100
        @ (r2, r3, r0, r1) = |a1 - a0|.
        ldm     r1!, {{r4-r7}}
        ldm     r1!, {{r2, r3}}
        ldm     r1, {{r0, r1}}
        subs    r2, r2, r4
        sbcs    r3, r5
        sbcs    r0, r6
        sbcs    r1, r7
        sbcs    r4, r4
        eors    r2, r4
        eors    r3, r4
        eors    r0, r4
        eors    r1, r4
        subs    r2, r2, r4
        sbcs    r3, r4
        sbcs    r0, r4
        sbcs    r1, r4
        square128 64
        @ high
        ldr     r4, [sp, #104]
        adds    r4, r4, #16
        ldm     r4!, {{r2, r3}}
        ldm     r4!, {{r0, r1}}
        square128 32
        @ low
        ldr     r4, [sp, #104]
        ldm     r4!, {{r2, r3}}
        ldm     r4!, {{r0, r1}}
        square128 0
        @ (r8 to r11), r12 = U', its carry.
        add     r0, sp, #32
        ldm     r0, {{r0, r1, r4, r5}}
        adds    r0, r0, r6
        adcs    r1, r7
        adcs    r4, r2
        adcs    r5, r3
        movs    r2, #0
        adcs    r2, r2
        mov     r12, r2
        mov     r8, r0
        mov     r9, r1
        mov     r10, r4
        mov     r11, r5
        @ w' = U' - |N|.1 over |N|.1, lr = s.
        add     r2, sp, #80
        ldm     r2, {{r2, r3, r6, r7}}
        subs    r0, r0, r2
        sbcs    r1, r3
        sbcs    r4, r6
        sbcs    r5, r7
        sbcs    r2, r2
        mov     lr, r2
        add     r2, sp, #80
        stm     r2!, {{r0, r1, r4, r5}}
        reduce_high
        @ z' - |N|.0.
        add     r4, sp, #64
        ldm     r4, {{r4-r7}}
        subs    r0, r0, r4
        sbcs    r1, r5
        sbcs    r2, r6
        sbcs    r3, r7
        sbcs    r7, r7
        reduce_low 100
        add     sp, #108
        pop     {{pc}}
        .purgem square32
        .purgem square64
        .purgem square128
        ",
        reduce!(purge),
    )
}
