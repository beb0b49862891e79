//! The field of 2^255 - 19 elements on ARMv6-M, where MULS gives the low 32 bits of a product in one cycle.
//!
//! Products are Karatsuba's in its subtractive form, at 256, 128 and 64 bits, over 32 x 32 bits from four MULS. Every
//! instruction takes a time, and touches addresses, that do not depend on the data. Figures are modelled cycles of the
//! Cortex-M0 with memory that never waits, the return included.
#![allow(unsafe_code)]

use crate::low::cortex_m::field::Limbs;
use core::arch::naked_asm;

/// `$lo + 2^32 $x = $x * $y`: 17 cycles. Clobbers `$y`, `$t`, `$u`.
macro_rules! mul32 {
    ($x:literal, $y:literal, $lo:literal, $t:literal, $u:literal) => {
        concat!(
            "uxth ", $t, ", ", $x, "\n", "lsrs ", $x, ", ", $x, ", #16\n", "uxth ", $u, ", ", $y,
            "\n", "lsrs ", $y, ", ", $y, ", #16\n", "movs ", $lo, ", ", $t, "\n", "muls ", $lo,
            ", ", $u, ", ", $lo, "\n", "muls ", $t, ", ", $y, ", ", $t, "\n", "muls ", $u, ", ",
            $x, ", ", $u, "\n", "muls ", $x, ", ", $y, ", ", $x, "\n", "lsls ", $y, ", ", $t,
            ", #16\n", "lsrs ", $t, ", ", $t, ", #16\n", "adds ", $lo, ", ", $lo, ", ", $y, "\n",
            "adcs ", $x, ", ", $t, "\n", "lsls ", $y, ", ", $u, ", #16\n", "lsrs ", $u, ", ", $u,
            ", #16\n", "adds ", $lo, ", ", $lo, ", ", $y, "\n", "adcs ", $x, ", ", $u, "\n",
        )
    };
}

/// (`lr`, `$b0`, `$a0`, `$a1`) = (`$a0`, `$a1`) * (`$b0`, `$b1`): 77 cycles. Clobbers `$b1`, `$t`..`$w`, r12.
macro_rules! mul64 {
    ($a0:literal, $a1:literal, $b0:literal, $b1:literal, $t:literal, $u:literal, $v:literal, $w:literal) => {
        concat!(
            "subs ",
            $t,
            ", ",
            $a0,
            ", ",
            $a1,
            "\n",
            "sbcs ",
            $v,
            ", ",
            $v,
            "\n",
            "eors ",
            $t,
            ", ",
            $v,
            "\n",
            "subs ",
            $t,
            ", ",
            $t,
            ", ",
            $v,
            "\n",
            "subs ",
            $u,
            ", ",
            $b1,
            ", ",
            $b0,
            "\n",
            "sbcs ",
            $w,
            ", ",
            $w,
            "\n",
            "eors ",
            $u,
            ", ",
            $w,
            "\n",
            "subs ",
            $u,
            ", ",
            $u,
            ", ",
            $w,
            "\n",
            "eors ",
            $v,
            ", ",
            $w,
            "\n",
            "mov r12, ",
            $v,
            "\n",
            "mov lr, ",
            $u,
            "\n",
            mul32!($a0, $b0, $u, $v, $w),
            mul32!($a1, $b1, $b0, $v, $w),
            "adds ",
            $a0,
            ", ",
            $a0,
            ", ",
            $b0,
            "\n",
            "movs ",
            $v,
            ", #0\n",
            "adcs ",
            $a1,
            ", ",
            $v,
            "\n",
            "adds ",
            $b0,
            ", ",
            $u,
            ", ",
            $a0,
            "\n",
            "adcs ",
            $a0,
            ", ",
            $a1,
            "\n",
            "adcs ",
            $a1,
            ", ",
            $v,
            "\n",
            "mov ",
            $b1,
            ", lr\n",
            "mov lr, ",
            $u,
            "\n",
            mul32!($t, $b1, $u, $v, $w),
            "mov ",
            $v,
            ", r12\n",
            "eors ",
            $u,
            ", ",
            $v,
            "\n",
            "eors ",
            $t,
            ", ",
            $v,
            "\n",
            "cmn ",
            $v,
            ", ",
            $v,
            "\n",
            "adcs ",
            $b0,
            ", ",
            $u,
            "\n",
            "adcs ",
            $a0,
            ", ",
            $t,
            "\n",
            "adcs ",
            $a1,
            ", ",
            $v,
            "\n",
        )
    };
}

/// (`$lo`, `$x`) = `$x`^2: 10 cycles.
macro_rules! square32 {
    ($x:literal, $lo:literal, $t:literal, $u:literal) => {
        concat!(
            "uxth ", $lo, ", ", $x, "\n", "lsrs ", $x, ", ", $x, ", #16\n", "movs ", $t, ", ", $lo,
            "\n", "muls ", $t, ", ", $x, ", ", $t, "\n", "muls ", $lo, ", ", $lo, ", ", $lo, "\n",
            "muls ", $x, ", ", $x, ", ", $x, "\n", "lsls ", $u, ", ", $t, ", #17\n", "lsrs ", $t,
            ", ", $t, ", #15\n", "adds ", $lo, ", ", $lo, ", ", $u, "\n", "adcs ", $x, ", ", $t,
            "\n",
        )
    };
}

/// (r0, r1, r2, r3) = (r2, r3)^2: 43 cycles. Clobbers r4-r7.
macro_rules! square64 {
    () => {
        concat!(
            "subs r5, r2, r3\n",
            "sbcs r6, r6\n",
            "eors r5, r6\n",
            "subs r5, r5, r6\n",
            square32!("r2", "r0", "r6", "r7"),
            square32!("r3", "r1", "r6", "r7"),
            square32!("r5", "r4", "r6", "r7"),
            "adds r2, r2, r1\n",
            "movs r6, #0\n",
            "adcs r3, r6\n",
            "adds r1, r0, r2\n",
            "adcs r2, r3\n",
            "adcs r3, r6\n",
            "subs r1, r1, r4\n",
            "sbcs r2, r5\n",
            "sbcs r3, r6\n",
        )
    };
}

/// The 8 words at sp = (r2, r3, r6, r7) * (r0, r1, r4, r5).
#[unsafe(naked)]
extern "C" fn mul128() {
    naked_asm!(
        "push {{r0-r7, lr}}",
        "subs r0, r0, r4",
        "sbcs r1, r5",
        "sbcs r4, r4",
        "eors r0, r4",
        "eors r1, r4",
        "subs r0, r0, r4",
        "sbcs r1, r4",
        "subs r6, r6, r2",
        "sbcs r7, r3",
        "sbcs r5, r5",
        "eors r6, r5",
        "eors r7, r5",
        "subs r6, r6, r5",
        "sbcs r7, r5",
        "eors r4, r5",
        "str r4, [sp, #64]",
        mul64!("r6", "r7", "r0", "r1", "r2", "r3", "r4", "r5"),
        "mov r8, lr",
        "mov r9, r0",
        "mov r10, r6",
        "mov r11, r7",
        "mov r1, sp",
        "ldm r1, {{r1-r4}}",
        mul64!("r3", "r4", "r1", "r2", "r0", "r5", "r6", "r7"),
        "mov r0, lr",
        "add r2, sp, #36",
        "stm r2!, {{r0, r1, r3, r4}}",
        "add r1, sp, #16",
        "ldm r1, {{r1-r4}}",
        mul64!("r3", "r4", "r1", "r2", "r0", "r5", "r6", "r7"),
        "mov r0, lr",
        "add r2, sp, #36",
        "ldm r2, {{r2, r5, r6, r7}}",
        "adds r6, r6, r0",
        "adcs r7, r1",
        "movs r0, #0",
        "adcs r3, r0",
        "adcs r4, r0",
        "adds r2, r2, r6",
        "adcs r5, r7",
        "adcs r6, r3",
        "adcs r7, r4",
        "adcs r3, r0",
        "adcs r4, r0",
        "ldr r0, [sp, #64]",
        "cmn r0, r0",
        "mov r1, r8",
        "eors r1, r0",
        "adcs r2, r1",
        "mov r1, r9",
        "eors r1, r0",
        "adcs r5, r1",
        "mov r1, r10",
        "eors r1, r0",
        "adcs r6, r1",
        "mov r1, r11",
        "eors r1, r0",
        "adcs r7, r1",
        "adcs r3, r0",
        "adcs r4, r0",
        "add r1, sp, #44",
        "stm r1!, {{r2, r5, r6, r7}}",
        "stm r1!, {{r3, r4}}",
        "add sp, #32",
        "pop {{pc}}",
    )
}

/// The 8 words at sp = (r2, r3, r0, r1)^2.
#[unsafe(naked)]
extern "C" fn square128() {
    naked_asm!(
        "subs r4, r2, r0",
        "movs r5, r3",
        "sbcs r5, r1",
        "sbcs r6, r6",
        "eors r4, r6",
        "eors r5, r6",
        "subs r4, r4, r6",
        "sbcs r5, r6",
        "mov r8, r4",
        "mov r9, r5",
        "push {{r0, r1}}",
        square64!(),
        "add r4, sp, #8",
        "stm r4!, {{r0-r3}}",
        "mov r2, r8",
        "mov r3, r9",
        square64!(),
        "mov r8, r0",
        "mov r9, r1",
        "mov r10, r2",
        "mov r11, r3",
        "pop {{r2, r3}}",
        square64!(),
        "mov r4, sp",
        "ldm r4, {{r4-r7}}",
        "adds r6, r6, r0",
        "adcs r7, r1",
        "movs r0, #0",
        "adcs r2, r0",
        "adcs r3, r0",
        "adds r4, r4, r6",
        "adcs r5, r7",
        "adcs r6, r2",
        "adcs r7, r3",
        "adcs r2, r0",
        "adcs r3, r0",
        "mov r1, r8",
        "subs r4, r4, r1",
        "mov r1, r9",
        "sbcs r5, r1",
        "mov r1, r10",
        "sbcs r6, r1",
        "mov r1, r11",
        "sbcs r7, r1",
        "sbcs r2, r0",
        "sbcs r3, r0",
        "add r1, sp, #8",
        "stm r1!, {{r4-r7}}",
        "stm r1!, {{r2, r3}}",
        "bx lr",
    )
}

macro_rules! enter {
    () => {
        "push {{r4-r7, lr}}
        mov r4, r8
        mov r5, r9
        mov r6, r10
        mov r7, r11
        push {{r0-r7}}\n"
    };
}

macro_rules! leave {
    () => {
        "add sp, #112
        pop {{r4-r7}}
        mov r8, r4
        mov r9, r5
        mov r10, r6
        mov r11, r7
        pop {{r4-r7, pc}}\n"
    };
}

/// Three products of halves on the stack: sp+0 low, sp+32 high, sp+64 of the differences; sign at sp+108
macro_rules! products {
    () => {
        "ldm r1!, {{r4-r7}}
        mov r8, r2
        ldm r1, {{r0-r3}}
        subs r0, r0, r4
        sbcs r1, r5
        sbcs r2, r6
        sbcs r3, r7
        sbcs r4, r4
        eors r0, r4
        eors r1, r4
        eors r2, r4
        eors r3, r4
        subs r0, r0, r4
        sbcs r1, r4
        sbcs r2, r4
        sbcs r3, r4
        mov r7, r8
        mov r8, r4
        mov r9, r0
        mov r10, r1
        mov r11, r2
        mov r12, r3
        ldm r7!, {{r0, r1, r4, r5}}
        ldm r7, {{r2, r3, r6, r7}}
        subs r0, r0, r2
        sbcs r1, r3
        sbcs r4, r6
        sbcs r5, r7
        sbcs r2, r2
        eors r0, r2
        eors r1, r2
        eors r4, r2
        eors r5, r2
        subs r0, r0, r2
        sbcs r1, r2
        sbcs r4, r2
        sbcs r5, r2
        mov r3, r8
        eors r2, r3
        str r2, [sp, #12]
        mov r2, r9
        mov r3, r10
        mov r6, r11
        mov r7, r12
        sub sp, #32
        bl {mul128}
        ldr r7, [sp, #36]
        adds r7, r7, #16
        ldr r6, [sp, #40]
        adds r6, r6, #16
        ldm r6!, {{r0, r1}}
        ldm r7!, {{r2, r3}}
        ldm r6!, {{r4, r5}}
        ldm r7, {{r6, r7}}
        sub sp, #32
        bl {mul128}
        ldr r7, [sp, #68]
        ldr r6, [sp, #72]
        ldm r6!, {{r0, r1}}
        ldm r7!, {{r2, r3}}
        ldm r6!, {{r4, r5}}
        ldm r7, {{r6, r7}}
        sub sp, #32
        bl {mul128}\n"
    };
}

/// W = 38 * odd halves << 16, then + 38 * even halves: r0-r3, r7 += ; r4 -> words
macro_rules! times38 {
    ($cu:literal) => {
        concat!(
            "movs r5, #38
        ldrh r0, [r4, #2]
        muls r0, r5, r0
        ldrh r1, [r4, #6]
        muls r1, r5, r1
        ldrh r2, [r4, #10]
        muls r2, r5, r2
        ldrh r3, [r4, #14]
        muls r3, r5, r3
        lsrs r7, r3, #16
        lsls r3, r3, #16
        lsrs r6, r2, #16
        orrs r3, r6
        lsls r2, r2, #16
        lsrs r6, r1, #16
        orrs r2, r6
        lsls r1, r1, #16
        lsrs r6, r0, #16
        orrs r1, r6
        lsls r0, r0, #16
        ldrh r6, [r4]\n",
            $cu,
            "muls r6, r5, r6
        adds r0, r0, r6
        ldrh r6, [r4, #4]
        muls r6, r5, r6
        adcs r1, r6
        ldrh r6, [r4, #8]
        muls r6, r5, r6
        adcs r2, r6
        ldrh r6, [r4, #12]
        muls r6, r5, r6
        adcs r3, r6
        movs r6, #0
        adcs r7, r6
        mov r4, sp
        ldm r4, {{r4-r6}}
        adds r0, r0, r4
        adcs r1, r5
        adcs r2, r6
        ldr r4, [sp, #12]
        adcs r3, r4
        movs r4, #0
        adcs r7, r4\n"
        )
    };
}

/// lr kept.
#[unsafe(naked)]
extern "C" fn finish() {
    naked_asm!(
        // A
        "add r0, sp, #16",
        "ldm r0!, {{r4-r7}}",
        "ldm r0, {{r0-r3}}",
        "adds r0, r0, r4",
        "adcs r1, r5",
        "adcs r2, r6",
        "adcs r3, r7",
        "movs r4, #0",
        "adcs r4, r4",
        "mov r12, r4",
        "mov r8, r0",
        "mov r9, r1",
        "mov r10, r2",
        "mov r11, r3",
        // C
        "ldr r7, [sp, #108]",
        "add r4, sp, #80",
        "ldm r4, {{r4-r6}}",
        "eors r4, r7",
        "eors r5, r7",
        "eors r6, r7",
        "adds r0, r0, r4",
        "adcs r1, r5",
        "adcs r2, r6",
        "ldr r4, [sp, #92]",
        "eors r4, r7",
        "adcs r3, r4",
        "movs r4, #0",
        "adcs r7, r4",
        "add r4, sp, #80",
        "stm r4!, {{r0-r3}}",
        "str r7, [sp, #40]",
        // B
        "add r4, sp, #48",
        times38!("add r6, r12\n"),
        "mov r4, sp",
        "stm r4!, {{r0-r3}}",
        "mov r12, r7",
        // D
        "mov r4, r8",
        "adds r0, r0, r4",
        "mov r4, r9",
        "adcs r1, r4",
        "mov r4, r10",
        "adcs r2, r4",
        "mov r4, r11",
        "adcs r3, r4",
        "movs r7, #0",
        "adcs r7, r7",
        "ldr r6, [sp, #108]",
        "cmn r6, r6",
        "ldr r4, [sp, #64]",
        "eors r4, r6",
        "adcs r0, r4",
        "ldr r4, [sp, #68]",
        "eors r4, r6",
        "adcs r1, r4",
        "ldr r4, [sp, #72]",
        "eors r4, r6",
        "adcs r2, r4",
        "ldr r4, [sp, #76]",
        "eors r4, r6",
        "adcs r3, r4",
        "movs r4, #0",
        "adcs r7, r4",
        "movs r5, #1",
        "lsls r5, r5, #30",
        "adds r3, r3, r5",
        "adcs r7, r4",
        "lsls r3, r3, #1",
        "adcs r7, r7",
        "lsrs r3, r3, #1",
        "adds r3, r3, r5",
        "mov r5, r12",
        "adds r7, r7, r5",
        "adds r7, r7, r5",
        "subs r7, r7, #1",
        "movs r5, #19",
        "muls r7, r5, r7",
        "mov r8, r0",
        "mov r9, r1",
        "mov r10, r2",
        "mov r11, r3",
        "str r7, [sp, #36]",
        // E
        "add r4, sp, #80",
        times38!(""),
        "ldr r4, [sp, #36]",
        "asrs r5, r4, #31",
        "adds r0, r0, r4",
        "adcs r1, r5",
        "adcs r2, r5",
        "adcs r3, r5",
        "adcs r7, r5",
        // F
        "ldr r4, [sp, #96]",
        "stm r4!, {{r0-r3}}",
        "mov r5, r12",
        "adds r7, r7, r5",
        "ldr r5, [sp, #40]",
        "movs r6, #38",
        "muls r5, r6, r5",
        "adds r7, r7, r5",
        "asrs r6, r7, #31",
        "mov r0, r8",
        "mov r1, r9",
        "mov r2, r10",
        "mov r3, r11",
        "adds r0, r0, r7",
        "adcs r1, r6",
        "adcs r2, r6",
        "adcs r3, r6",
        "stm r4!, {{r0-r3}}",
        "bx lr",
    )
}

/// `out = a * b`: 1399 cycles, 192 bytes of stack.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn mul(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    naked_asm!(enter!(), products!(), "bl {finish}", leave!(), mul128 = sym mul128, finish = sym finish)
}

/// `out = a^2`: 965 cycles.
pub(in crate::low) fn square(out: &mut Limbs, a: &Limbs) {
    // SAFETY: both point to eight words.
    unsafe { squares(out.as_mut_ptr(), a.as_ptr(), 1) }
}

/// `a = a^(2^n)`, n > 0.
pub(in crate::low) fn square_n(a: &mut Limbs, n: u32) {
    let a = a.as_mut_ptr();
    // SAFETY: both point to the same eight words.
    unsafe { squares(a, a, n) }
}

/// `a` squared `n` times, n > 0. `out` and `a` point to eight words each, which may be the same.
#[unsafe(naked)]
unsafe extern "C" fn squares(out: *mut u32, a: *const u32, n: u32) {
    naked_asm!(enter!(),
        "2:",
        "ldm r1!, {{r4-r7}}",
        "ldm r1!, {{r2, r3}}",
        "ldm r1, {{r0, r1}}",
        "subs r2, r2, r4", "sbcs r3, r5", "sbcs r0, r6", "sbcs r1, r7", "sbcs r4, r4",
        "eors r2, r4", "eors r3, r4", "eors r0, r4", "eors r1, r4",
        "subs r2, r2, r4", "sbcs r3, r4", "sbcs r0, r4", "sbcs r1, r4",
        "sub sp, #32",
        "bl {square128}",
        "ldr r4, [sp, #36]",
        "adds r4, r4, #16",
        "ldm r4!, {{r2, r3}}",
        "ldm r4!, {{r0, r1}}",
        "sub sp, #32",
        "bl {square128}",
        "ldr r4, [sp, #68]",
        "ldm r4!, {{r2, r3}}",
        "ldm r4!, {{r0, r1}}",
        "sub sp, #32",
        "bl {square128}",
        "movs r0, #0", "mvns r0, r0", "str r0, [sp, #108]",
        "bl {finish}",
        "add sp, #96",
        "ldr r1, [sp]", "str r1, [sp, #4]",
        "ldr r0, [sp, #8]", "subs r0, r0, #1", "str r0, [sp, #8]",
        "bne 2b",
        "sub sp, #96",
        leave!(), square128 = sym square128, finish = sym finish)
}

/// `out = a + b`: 93 cycles, 16 bytes of stack.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn add(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    naked_asm!(
        "push {{r4-r7}}",
        "ldm r1!, {{r3, r4}}",
        "ldm r2!, {{r5, r6}}",
        "adds r3, r3, r5",
        "adcs r4, r6",
        "stm r0!, {{r3, r4}}",
        "ldm r1!, {{r3, r4}}",
        "ldm r2!, {{r5, r6}}",
        "adcs r3, r5",
        "adcs r4, r6",
        "stm r0!, {{r3, r4}}",
        "ldm r1!, {{r3, r4}}",
        "ldm r2!, {{r5, r6}}",
        "adcs r3, r5",
        "adcs r4, r6",
        "stm r0!, {{r3, r4}}",
        "ldm r1!, {{r3, r4}}",
        "ldm r2!, {{r5, r6}}",
        "adcs r3, r5",
        "adcs r4, r6",
        "movs r5, #0",
        "adcs r5, r5",
        "lsls r4, r4, #1",
        "adcs r5, r5",
        "lsrs r4, r4, #1",
        "movs r6, #19",
        "muls r5, r6, r5",
        "subs r0, r0, #24",
        "ldm r0!, {{r1, r2, r6, r7}}",
        "subs r0, r0, #16",
        "adds r1, r1, r5",
        "movs r5, #0",
        "adcs r2, r5",
        "adcs r6, r5",
        "adcs r7, r5",
        "stm r0!, {{r1, r2, r6, r7}}",
        "ldr r1, [r0]",
        "ldr r2, [r0, #4]",
        "adcs r1, r5",
        "adcs r2, r5",
        "adcs r3, r5",
        "adcs r4, r5",
        "stm r0!, {{r1-r4}}",
        "pop {{r4-r7}}",
        "bx lr",
    )
}

/// `out = a - b`: 97 cycles, 16 bytes of stack.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn sub(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    naked_asm!(
        "push {{r4-r7}}",
        "ldm r1!, {{r3, r4}}",
        "ldm r2!, {{r5, r6}}",
        "subs r3, r3, r5",
        "sbcs r4, r6",
        "stm r0!, {{r3, r4}}",
        "ldm r1!, {{r3, r4}}",
        "ldm r2!, {{r5, r6}}",
        "sbcs r3, r5",
        "sbcs r4, r6",
        "stm r0!, {{r3, r4}}",
        "ldm r1!, {{r3, r4}}",
        "ldm r2!, {{r5, r6}}",
        "sbcs r3, r5",
        "sbcs r4, r6",
        "stm r0!, {{r3, r4}}",
        "ldm r1!, {{r3, r4}}",
        "ldm r2!, {{r5, r6}}",
        "sbcs r3, r5",
        "sbcs r4, r6",
        // r5 = 19 (2 borrow + 1 - bit 255), and bit 255 set
        "sbcs r5, r5",
        "lsls r4, r4, #1",
        "adcs r5, r5",
        "subs r5, r5, #1",
        "movs r6, #19",
        "muls r5, r6, r5",
        "rsbs r5, r5, #0",
        "lsrs r4, r4, #1",
        "movs r6, #1",
        "lsls r6, r6, #31",
        "orrs r4, r6",
        "subs r0, r0, #24",
        "ldm r0!, {{r1, r2, r6, r7}}",
        "subs r0, r0, #16",
        "subs r1, r1, r5",
        "movs r5, #0",
        "sbcs r2, r5",
        "sbcs r6, r5",
        "sbcs r7, r5",
        "stm r0!, {{r1, r2, r6, r7}}",
        "ldr r1, [r0]",
        "ldr r2, [r0, #4]",
        "sbcs r1, r5",
        "sbcs r2, r5",
        "sbcs r3, r5",
        "sbcs r4, r5",
        "stm r0!, {{r1-r4}}",
        "pop {{r4-r7}}",
        "bx lr",
    )
}

/// 56130 = 121666 - 2^16.
macro_rules! times_121666 {
    ($v:literal, $o:literal) => {
        concat!(
            "
        ldm r1!, {{r3}}
        uxth r4, r3
        lsrs r3, r3, #16
        movs r5, r4
        muls r5, r2, r5
        adds r5, r5, ",
            $v,
            "
        movs ",
            $o,
            ", r3
        muls ",
            $o,
            ", r2, ",
            $o,
            "
        adds ",
            $o,
            ", ",
            $o,
            ", r4
        lsls r4, ",
            $o,
            ", #16
        lsrs ",
            $o,
            ", ",
            $o,
            ", #16
        adds r5, r5, r4
        adcs ",
            $o,
            ", r3
        stm r0!, {{r5}}\n"
        )
    };
}

/// `out = 121666 * a`: 153 cycles, 16 bytes of stack.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn mul_121666(out: &mut Limbs, a: &Limbs) {
    naked_asm!(
        "push {{r4-r7}}",
        "movs r2, #0xdb",
        "lsls r2, r2, #8",
        "adds r2, r2, #0x42",
        "ldr r3, [r1, #28]",
        "uxth r4, r3",
        "lsrs r3, r3, #16",
        "movs r5, r4",
        "muls r5, r2, r5",
        "movs r6, r3",
        "muls r6, r2, r6",
        "adds r6, r6, r4",
        "lsls r7, r6, #16",
        "lsrs r6, r6, #16",
        "adds r5, r5, r7",
        "adcs r6, r3",
        "lsls r5, r5, #1",
        "adcs r6, r6",
        "lsrs r5, r5, #1",
        "mov r12, r5",
        "movs r7, #19",
        "muls r7, r6, r7",
        times_121666!("r7", "r6"),
        times_121666!("r6", "r7"),
        times_121666!("r7", "r6"),
        times_121666!("r6", "r7"),
        times_121666!("r7", "r6"),
        times_121666!("r6", "r7"),
        times_121666!("r7", "r6"),
        "mov r3, r12",
        "adds r3, r3, r6",
        "stm r0!, {{r3}}",
        "pop {{r4-r7}}",
        "bx lr",
    )
}

/// `out = a * b`, the whole product: 1346 cycles, 192 bytes of stack.
#[unsafe(naked)]
pub(in crate::low) extern "C" fn mul_wide(out: &mut [u32; 16], a: &Limbs, b: &Limbs) {
    naked_asm!(enter!(), products!(),
        // out = low + high, carry in r12
        "ldr r0, [sp, #96]", "mov r1, sp", "add r2, sp, #32",
        "ldm r1!, {{r3, r4}}", "ldm r2!, {{r5, r6}}", "adds r3, r3, r5", "adcs r4, r6", "stm r0!, {{r3, r4}}",
        "ldm r1!, {{r3, r4}}", "ldm r2!, {{r5, r6}}", "adcs r3, r5", "adcs r4, r6", "stm r0!, {{r3, r4}}",
        "ldm r1!, {{r3, r4}}", "ldm r2!, {{r5, r6}}", "adcs r3, r5", "adcs r4, r6", "stm r0!, {{r3, r4}}",
        "ldm r1!, {{r3, r4}}", "ldm r2!, {{r5, r6}}", "adcs r3, r5", "adcs r4, r6", "stm r0!, {{r3, r4}}",
        "movs r3, #0", "adcs r3, r3", "mov r12, r3",
        // out +-= differences' product; r2 is at it
        "ldr r0, [sp, #96]", "ldr r7, [sp, #108]", "cmn r7, r7",
        "ldm r2!, {{r3, r4}}", "eors r3, r7", "eors r4, r7", "ldr r5, [r0]", "ldr r6, [r0, #4]", "adcs r3, r5", "adcs r4, r6", "stm r0!, {{r3, r4}}",
        "ldm r2!, {{r3, r4}}", "eors r3, r7", "eors r4, r7", "ldr r5, [r0]", "ldr r6, [r0, #4]", "adcs r3, r5", "adcs r4, r6", "stm r0!, {{r3, r4}}",
        "ldm r2!, {{r3, r4}}", "eors r3, r7", "eors r4, r7", "ldr r5, [r0]", "ldr r6, [r0, #4]", "adcs r3, r5", "adcs r4, r6", "stm r0!, {{r3, r4}}",
        "ldm r2!, {{r3, r4}}", "eors r3, r7", "eors r4, r7", "ldr r5, [r0]", "ldr r6, [r0, #4]", "adcs r3, r5", "adcs r4, r6", "stm r0!, {{r3, r4}}",
        "mov r3, r12", "adcs r7, r3",
        // out[4..] = words 4.. + it
        "ldr r0, [sp, #96]", "add r1, sp, #16", "add r2, sp, #16",
        "ldm r0!, {{r3, r4}}", "ldm r1!, {{r5, r6}}", "adds r3, r3, r5", "adcs r4, r6", "stm r2!, {{r3, r4}}",
        "ldm r0!, {{r3, r4}}", "ldm r1!, {{r5, r6}}", "adcs r3, r5", "adcs r4, r6", "stm r2!, {{r3, r4}}",
        "ldm r0!, {{r3, r4}}", "ldm r1!, {{r5, r6}}", "adcs r3, r5", "adcs r4, r6", "stm r2!, {{r3, r4}}",
        "ldm r0!, {{r3, r4}}", "ldm r1!, {{r5, r6}}", "adcs r3, r5", "adcs r4, r6", "stm r2!, {{r3, r4}}",
        "movs r0, #0", "ldm r1!, {{r3-r6}}", "adcs r3, r7", "adcs r4, r0", "adcs r5, r0", "adcs r6, r0",
        "ldr r0, [sp, #96]", "adds r0, r0, #48", "stm r0!, {{r3-r6}}",
        "subs r0, r0, #64", "mov r1, sp",
        "ldm r1!, {{r2-r7}}", "stm r0!, {{r2-r7}}",
        "ldm r1!, {{r2-r7}}", "stm r0!, {{r2-r7}}",
        leave!(), mul128 = sym mul128)
}
