//! Cortex-M3: its Technical Reference Manual (DDI 0337I; later 100165), section 3.3, table 3-1 and "Load/store timings".

use super::{REFILL, pairing};
use crate::class::{Class, Insn, Jump, Long};

pub(super) fn cycles(insn: &Insn, before: Option<&Insn>) -> u32 {
    match insn.class {
        // Row Multiply: MLA, MLS 2; SMULL, UMULL 3 to 5 and SMLAL, UMLAL 4 to 7, early or late by the operands: that is
        // why they leak.
        Class::MultiplyAdd => 2,
        Class::Long(Long::Umull | Long::Smull) => 5,
        Class::Long(Long::Umlal | Long::Smlal | Long::Umaal) => 7,
        _ => shared(insn, before),
    }
}

/// The rows that the tables of the Cortex-M3 and M4 have in common.
pub(super) fn shared(insn: &Insn, before: Option<&Insn>) -> u32 {
    let refill = if insn.jump == Jump::Never { 0 } else { REFILL };
    let stall = || pairing::address_stall(insn, before);
    match insn.class {
        Class::Load | Class::Store | Class::StoreIndexed | Class::StoreExclusive => {
            pairing::single(insn, before)
        }
        // Rows Load and Store: pairs and multiple 1+N, and P more with the PC. "LDRD and STRD [and] LDM and STM cannot be
        // pipelined with preceding or following instructions."
        Class::LoadPair | Class::StorePair => 3 + stall(),
        Class::LoadMany(registers) | Class::StoreMany(registers) => {
            1 + u32::from(registers) + refill + stall()
        }
        // Row Divide: 2 to 12, early by the operands.
        Class::Divide => 12,
        // Row Branch: 1+P taken. A table branch is blocking: "at least six cycles" (Load/store timings).
        Class::BranchTable => 6 + stall(),
        // Row State change: MRS, MSR and CPS 1 or 2. An IT may be folded into the instruction before it; here it is not.
        Class::Special | Class::Interrupts => 2,
        // Row Barriers: 1+B; of DMB and DSB B is at least 0, of ISB it is a refill.
        Class::InstructionBarrier => 1 + REFILL,
        _ => 1 + refill,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Core;
    use crate::model::sequence::cost;

    fn cycles(code: &[u16]) -> u32 {
        cost(Core::M3, code)
    }

    #[test]
    fn examples_of_the_manual() {
        // LDR R0,[R1]; LDR R1,[R2]: three cycles in total.
        assert_eq!(cycles(&[0x6808, 0x6811]), 3);
        // LDR R0,[R1,R2]; STR R0,[R3,#20]: three.
        assert_eq!(cycles(&[0x5888, 0x6158]), 3);
        // LDR R0,[R1,R2]; STR R1,[R3,R2]: three.
        assert_eq!(cycles(&[0x5888, 0x5099]), 3);
        // LDR R0,[R1,R5]; LDR R1,[R2]; LDR R2,[R3,#4]: four.
        assert_eq!(cycles(&[0x5948, 0x6811, 0x685a]), 4);
        // STR Rx,[Ry,#imm] is always one cycle.
        assert_eq!(cycles(&[0x6158]), 1);
        // LDRD: three cycles. An eight element store takes nine.
        assert_eq!(cycles(&[0xe9d1, 0x2300]), 3);
        assert_eq!(cycles(&[0xe8a0, 0x0ff0]), 9);
    }

    #[test]
    fn what_is_not_pipelined() {
        // ldr r0, [r1]; ldr r2, [r0]: the address is the result.
        assert_eq!(cycles(&[0x6808, 0x6802]), 4);
        // str r0, [r1]; ldr r2, [r3]: nothing is pipelined after a store.
        assert_eq!(cycles(&[0x6008, 0x681a]), 3);
        // str r0, [r1, r2]; ldr r4, [r3]
        assert_eq!(cycles(&[0x5088, 0x681c]), 4);
        // ldr r0, [r1]; adds r2, #1; ldr r3, [r4]
        assert_eq!(cycles(&[0x6808, 0x3201, 0x6823]), 5);
        // ldr r0, [r1]; ldm r2!, {r3, r4}; ldr r5, [r6]
        assert_eq!(cycles(&[0x6808, 0xca18, 0x6835]), 7);
    }

    #[test]
    fn an_address_just_computed_stalls() {
        // adds r1, #4; ldr r0, [r1]
        assert_eq!(cycles(&[0x3104, 0x6808]), 4);
        // adds r1, #4; nop; ldr r0, [r1]
        assert_eq!(cycles(&[0x3104, 0xbf00, 0x6808]), 4);
        // adds r0, #4; str r0, [r1]: the data may come late.
        assert_eq!(cycles(&[0x3004, 0x6008]), 2);
    }

    #[test]
    fn rows_of_the_table() {
        for (code, most) in [
            (&[0x4348][..], 1),      // muls r0, r1
            (&[0xfb01, 0x3002], 2),  // mla r0, r1, r2, r3
            (&[0xfb01, 0x3012], 2),  // mls r0, r1, r2, r3
            (&[0xfba2, 0x0103], 5),  // umull r0, r1, r2, r3
            (&[0xfb82, 0x0103], 5),  // smull r0, r1, r2, r3
            (&[0xfbe2, 0x0103], 7),  // umlal r0, r1, r2, r3
            (&[0xfbc2, 0x0103], 7),  // smlal r0, r1, r2, r3
            (&[0xfbb1, 0xf0f2], 12), // udiv r0, r1, r2
            (&[0xe7fe], 3),          // b .
            (&[0xf7ff, 0xfffe], 3),  // bl .
            (&[0x4770], 3),          // bx lr
            (&[0xbdf0], 8),          // pop {r4-r7, pc}
            (&[0xb5f0], 6),          // push {r4-r7, lr}
            (&[0xe8df, 0xf000], 6),  // tbb [pc, r0]
            (&[0xf8df, 0xf004], 5),  // ldr pc, [pc, #4]
            (&[0xf3bf, 0x8f4f], 1),  // dsb
            (&[0xf3bf, 0x8f6f], 3),  // isb
            (&[0xf3ef, 0x8010], 2),  // mrs r0, primask
            (&[0xea80, 0x2071], 1),  // eor r0, r0, r1, ror #9
        ] {
            assert_eq!(cycles(code), most, "{code:04x?}");
        }
    }

    #[test]
    fn unaligned_accesses_take_longer() {
        let extra = |size, address| Core::M3.unaligned(size, address);
        assert_eq!([0, 1, 2, 3].map(|at| extra(4, at)), [0, 2, 1, 2]);
        assert_eq!([0, 1, 2, 3].map(|at| extra(2, at)), [0, 1, 0, 1]);
        assert_eq!(extra(1, 1), 0);
    }
}
