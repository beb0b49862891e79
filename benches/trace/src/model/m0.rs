//! Cortex-M0: its Technical Reference Manual (DDI 0432C), section 3.3, table 3-1.
//!
//! The row *Multiply* says 1 or 32: the single-cycle multiplier is assumed. There is no pairing of any kind.

use crate::class::{Class, Insn, Jump};

pub(super) fn cycles(insn: &Insn) -> u32 {
    let jumps = insn.jump != Jump::Never;
    match insn.class {
        // Rows Load and Store: a single one takes 2, multiple ones 1+N, Pop with return 4+N; the note to that row
        // counts the PC among the N.
        Class::Load | Class::Store | Class::StoreIndexed => 2,
        Class::LoadMany(registers) if jumps => 4 + u32::from(registers),
        Class::LoadMany(registers) | Class::StoreMany(registers) => 1 + u32::from(registers),
        // Row Branch: conditional 3 if taken, unconditional 3, with link 4, with exchange 3, with link and exchange 3.
        Class::Branch | Class::BranchRegister => 3,
        Class::Call => 4,
        // Rows Move and Add, "Any to PC": 3.
        Class::Alu if jumps => 3,
        // Rows State change (MRS, MSR) and Barriers: 4.
        Class::Special | Class::DataBarrier | Class::InstructionBarrier => 4,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Core;
    use crate::model::sequence::cost;

    #[test]
    fn rows_of_the_table() {
        for (code, cycles) in [
            (&[0x2001][..], 1),     // movs r0, #1
            (&[0x4348], 1),         // muls r0, r1
            (&[0x4041], 1),         // eors r1, r0
            (&[0x6808], 2),         // ldr r0, [r1]
            (&[0x4801], 2),         // ldr r0, [pc, #4]
            (&[0x7008], 2),         // strb r0, [r1]
            (&[0xc80e], 4),         // ldmia r0!, {r1-r3}
            (&[0xc00e], 4),         // stmia r0!, {r1-r3}
            (&[0xb5f0], 6),         // push {r4-r7, lr}
            (&[0xbcf0], 5),         // pop {r4-r7}
            (&[0xbdf0], 9),         // pop {r4-r7, pc}
            (&[0xbd00], 5),         // pop {pc}
            (&[0xe7fe], 3),         // b .
            (&[0xf7ff, 0xfffe], 4), // bl .
            (&[0x4770], 3),         // bx lr
            (&[0x4780], 3),         // blx r0
            (&[0x4687], 3),         // mov pc, r0
            (&[0xf3ef, 0x8010], 4), // mrs r0, primask
            (&[0xf380, 0x8810], 4), // msr primask, r0
            (&[0xf3bf, 0x8f5f], 4), // dmb
            (&[0xf3bf, 0x8f6f], 4), // isb
            (&[0xb672], 1),         // cpsid i
            (&[0xbf00], 1),         // nop
        ] {
            assert_eq!(cost(Core::M0, code), cycles, "{code:04x?}");
        }
    }

    #[test]
    fn loads_are_not_paired() {
        // ldr r0, [r1]; ldr r2, [r3]; str r0, [r3]
        assert_eq!(cost(Core::M0, &[0x6808, 0x681a, 0x6018]), 6);
    }
}
