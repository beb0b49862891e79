//! Cortex-M33: **approximate**. Arm publishes no timing table for it.
//!
//! The rules are the Cortex-M4's with the exceptions that published measurements show: loads and stores of x registers
//! by one instruction take x cycles instead of 1+x, and a single load takes 1, its result being there 2 cycles later:
//! an instruction that needs it at once waits 1.

use super::{REFILL, m4};
use crate::class::{Class, Insn, Jump};

pub(super) fn cycles(insn: &Insn, before: Option<&Insn>) -> u32 {
    let waits =
        before.is_some_and(|before| before.class == Class::Load && before.writes & insn.reads != 0);
    let refill = if insn.jump == Jump::Never { 0 } else { REFILL };
    let cycles = match insn.class {
        Class::Load | Class::Store | Class::StoreIndexed | Class::StoreExclusive => 1 + refill,
        Class::LoadPair | Class::StorePair => 2,
        Class::LoadMany(registers) | Class::StoreMany(registers) => u32::from(registers) + refill,
        Class::FloatLoad(words) | Class::FloatStore(words) => u32::from(words),
        Class::BranchTable => 2 + refill,
        _ => m4::cycles(insn, before),
    };
    cycles + u32::from(waits)
}

#[cfg(test)]
mod tests {
    use crate::model::Core;
    use crate::model::sequence::cost;

    fn cycles(code: &[u16]) -> u32 {
        cost(Core::M33, code)
    }

    #[test]
    fn many_registers_take_a_cycle_each() {
        assert_eq!(cycles(&[0xe8a0, 0x0ff0]), 8); // stmia r0!, {r4-r11}
        assert_eq!(cycles(&[0xb5f0]), 5); // push {r4-r7, lr}
        assert_eq!(cycles(&[0xbdf0]), 7); // pop {r4-r7, pc}
        assert_eq!(cycles(&[0xe9d1, 0x2300]), 2); // ldrd r2, r3, [r1]
    }

    #[test]
    fn a_load_is_there_two_cycles_later() {
        // ldr r0, [r1]; adds r2, r0, r2
        assert_eq!(cycles(&[0x6808, 0x1882]), 3);
        // ldr r0, [r1]; nop; adds r2, r0, r2
        assert_eq!(cycles(&[0x6808, 0xbf00, 0x1882]), 3);
        // ldr r0, [r1]; ldr r2, [r3]
        assert_eq!(cycles(&[0x6808, 0x681a]), 2);
        // adds r1, #4; ldr r0, [r1]
        assert_eq!(cycles(&[0x3104, 0x6808]), 2);
    }

    #[test]
    fn the_rest_is_as_on_the_m4() {
        assert_eq!(cycles(&[0xfbe2, 0x0163]), 1); // umaal r0, r1, r2, r3
        assert_eq!(cycles(&[0xe7fe]), 3); // b .
        assert_eq!(cycles(&[0xfbb1, 0xf0f2]), 12); // udiv r0, r1, r2
    }
}
