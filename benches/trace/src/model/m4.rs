//! Cortex-M4: its Technical Reference Manual (DDI 0439B; later 100166), section 3.3, table 3-1 and "Load/store timings";
//! for the floating-point unit section 7.2, table 7-1.

use super::m3;
use crate::class::{Class, Insn};

pub(super) fn cycles(insn: &Insn, before: Option<&Insn>) -> u32 {
    match insn.class {
        // Row Multiply: all take 1, the long ones too; so do the DSP extension's.
        Class::MultiplyAdd | Class::Dsp | Class::Long(_) => 1,
        _ => float(insn).unwrap_or_else(|| m3::shared(insn, before)),
    }
}

/// Table 7-1: loads and stores 1+N words, multiplications with an addition 3, divisions and roots 14, moves to and from
/// two core registers or one 2.
pub(super) fn float(insn: &Insn) -> Option<u32> {
    match insn.class {
        Class::FloatLoad(words) | Class::FloatStore(words) => Some(1 + u32::from(words)),
        Class::FloatMultiplyAdd => Some(3),
        Class::FloatDivide => Some(14),
        Class::FloatMove => Some(2),
        Class::Float => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Core;
    use crate::model::sequence::cost;

    fn cycles(code: &[u16]) -> u32 {
        cost(Core::M4, code)
    }

    #[test]
    fn examples_of_the_manual() {
        assert_eq!(cycles(&[0x6808, 0x6811]), 3);
        assert_eq!(cycles(&[0x5888, 0x6158]), 3);
        assert_eq!(cycles(&[0x5888, 0x5099]), 3);
        assert_eq!(cycles(&[0x5948, 0x6811, 0x685a]), 4);
        assert_eq!(cycles(&[0xe9d1, 0x2300]), 3);
        assert_eq!(cycles(&[0xe8a0, 0x0ff0]), 9);
    }

    #[test]
    fn multiplications_take_one_cycle() {
        for code in [
            [0xfb01, 0x3002], // mla r0, r1, r2, r3
            [0xfba2, 0x0103], // umull r0, r1, r2, r3
            [0xfbe2, 0x0103], // umlal r0, r1, r2, r3
            [0xfbe2, 0x0163], // umaal r0, r1, r2, r3
            [0xfb11, 0x3002], // smlabb r0, r1, r2, r3
            [0xfbc2, 0x0183], // smlalbb r0, r1, r2, r3
        ] {
            assert_eq!(cycles(&code), 1, "{code:04x?}");
        }
        assert_eq!(cycles(&[0xfbb1, 0xf0f2]), 12);
    }

    #[test]
    fn rows_of_the_floating_point_table() {
        for (code, most) in [
            ([0xed2d, 0x8b10], 17), // vpush {d8-d15}
            ([0xecbd, 0x8b10], 17), // vpop {d8-d15}
            ([0xed90, 0x0a00], 2),  // vldr s0, [r0]
            ([0xed90, 0x0b00], 3),  // vldr d0, [r0]
            ([0xed80, 0x0a00], 2),  // vstr s0, [r0]
            ([0xee30, 0x0a20], 1),  // vadd.f32 s0, s0, s1
            ([0xee80, 0x0a20], 14), // vdiv.f32 s0, s0, s1
            ([0xeeb1, 0x0ae0], 14), // vsqrt.f32 s0, s1
            ([0xee00, 0x0a20], 3),  // vmla.f32 s0, s0, s1
            ([0xee00, 0x0a10], 2),  // vmov s0, r0
            ([0xec51, 0x0b10], 2),  // vmov r0, r1, d0
            ([0xeef1, 0xfa10], 1),  // vmrs apsr_nzcv, fpscr
        ] {
            assert_eq!(cycles(&code), most, "{code:04x?}");
        }
    }
}
