//! Instructions of 32 bits: DDI 0403, section A5.3.

use super::{bit, branch, count, float, memory, plain, register};
use crate::class::{Class, Insn, Jump, LR, Long, PC, Registers};

pub(super) fn read(first: u16, second: u16) -> Insn {
    match first >> 9 {
        0b1110100 if bit(first, 6) => pair_exclusive_table(first, second),
        0b1110100 => many(first, second),
        0b1110101 => data_processing(first, second, register(second, 0, 4)),
        0b1110110 | 0b1110111 | 0b1111110 | 0b1111111 => float::read(first, second),
        0b1111000..=0b1111011 if bit(second, 15) => branch_or_control(first, second),
        0b1111000..=0b1111011 if bit(first, 9) => plain_immediate(first, second),
        0b1111000..=0b1111011 => data_processing(first, second, 0),
        0b1111100 => single(first, second),
        _ => register_or_multiply(first, second),
    }
}

fn alu(reads: Registers, writes: Registers) -> Insn {
    plain(Class::Alu, 4, reads, writes)
}

/// The register `Rn`.
fn base(first: u16) -> Registers {
    register(first, 0, 4)
}

fn many(first: u16, second: u16) -> Insn {
    let (base, list) = (base(first), second);
    let writes = if bit(first, 5) { base } else { 0 };
    if bit(first, 4) {
        memory(Class::LoadMany(count(list)), 4, base, 0, list | writes)
    } else {
        memory(Class::StoreMany(count(list)), 4, base, list, writes)
    }
}

fn pair_exclusive_table(first: u16, second: u16) -> Insn {
    let (address, data) = (base(first), register(second, 12, 4));
    let (other, is_load) = (register(second, 8, 4), bit(first, 4));
    let writes_back = bit(first, 5);
    if !bit(first, 8) && !writes_back {
        // Not a pair: P and W are zero.
        if bit(first, 7) && is_load && second & 0xffe0 == 0xf000 {
            let index = register(second, 0, 4);
            return Insn {
                jump: Jump::Always,
                ..memory(Class::BranchTable, 4, address | index, 0, 0)
            };
        }
        if !bit(first, 7) && second & 0xf000 == 0xf000 && !is_load {
            // TT of ARMv8-M.
            return alu(address, other);
        }
        if is_load {
            return memory(Class::Load, 4, address, 0, data);
        }
        // LDA and STL of ARMv8-M have bit 7 of the second half set: a plain store. Else the status is written.
        if bit(first, 7) && second >> 4 & 0xf >= 8 && second & 0xf == 0xf {
            return memory(Class::Store, 4, address, data, 0);
        }
        let status = if bit(first, 7) { register(second, 0, 4) } else { other };
        return memory(Class::StoreExclusive, 4, address, data, status);
    }
    let writes = if writes_back { address } else { 0 };
    if is_load {
        memory(Class::LoadPair, 4, address, 0, data | other | writes)
    } else {
        memory(Class::StorePair, 4, address, data | other, writes)
    }
}

/// Data processing with a shifted register, or with none but an immediate.
fn data_processing(first: u16, second: u16, with: Registers) -> Insn {
    let (from, to) = (base(first), register(second, 8, 4));
    let sets_flags = bit(first, 4);
    match first >> 5 & 0xf {
        // TST, TEQ, CMN, CMP have no destination.
        0b0000 | 0b0100 | 0b1000 | 0b1101 if to == PC && sets_flags => alu(from | with, 0),
        // MOV and MVN have no first operand.
        _ => alu(from | with, to),
    }
}

fn plain_immediate(first: u16, second: u16) -> Insn {
    let (from, to) = (base(first), register(second, 8, 4));
    match first >> 4 & 0x1f {
        // MOVW.
        0b00100 => alu(0, to),
        // MOVT keeps the lower half.
        0b01100 => alu(to, to),
        // BFI, BFC keep what is around.
        0b10110 => alu(from | to, to),
        _ => alu(from, to),
    }
}

fn branch_or_control(first: u16, second: u16) -> Insn {
    match (bit(second, 14), bit(second, 12)) {
        (true, _) => branch(Class::Call, 4, 0, LR, Jump::Always),
        (false, true) => branch(Class::Branch, 4, 0, 0, Jump::Always),
        (false, false) if first >> 7 & 7 != 7 => branch(Class::Branch, 4, 0, 0, Jump::Sometimes),
        _ => match first >> 4 & 0x7f {
            0b011_1000 | 0b011_1001 => plain(Class::Special, 4, base(first), 0),
            0b011_1110 | 0b011_1111 => plain(Class::Special, 4, 0, register(second, 8, 4)),
            0b011_1010 => plain(Class::Nothing, 4, 0, 0),
            0b011_1011 => match second >> 4 & 0xf {
                4 | 5 => plain(Class::DataBarrier, 4, 0, 0),
                6 => plain(Class::InstructionBarrier, 4, 0, 0),
                _ => plain(Class::Nothing, 4, 0, 0),
            },
            _ => branch(Class::Exception, 4, 0, 0, Jump::Sometimes),
        },
    }
}

/// Loads and stores of one register.
fn single(first: u16, second: u16) -> Insn {
    let (address, data) = (base(first), register(second, 12, 4));
    let (is_load, is_word) = (bit(first, 4), first >> 5 & 3 == 2);
    let is_literal = address == PC && is_load;
    let is_register = !bit(first, 7) && !bit(second, 11) && !is_literal;
    // Pre- and post-indexed forms keep the new address.
    let is_indexed = !bit(first, 7) && bit(second, 11) && bit(second, 8) && !is_literal;
    let writes = if is_indexed { address } else { 0 };
    let address = if is_register { address | register(second, 0, 4) } else { address };
    if !is_load {
        let class = if is_register { Class::StoreIndexed } else { Class::Store };
        return memory(class, 4, address, data, writes);
    }
    if data == PC && !is_word {
        // PLD, PLI: no core here does anything about them.
        return plain(Class::Nothing, 4, address, 0);
    }
    memory(Class::Load, 4, address, 0, data | writes)
}

fn register_or_multiply(first: u16, second: u16) -> Insn {
    let (left, right, to) = (base(first), register(second, 0, 4), register(second, 8, 4));
    let third = register(second, 12, 4);
    if !bit(first, 8) {
        return alu(left | right, to);
    }
    let no_third = third == PC;
    let op = (first >> 4 & 7, second >> 4 & 0xf);
    if !bit(first, 7) {
        return match op {
            (0, 0) if no_third => plain(Class::Multiply, 4, left | right, to),
            (0, _) => plain(Class::MultiplyAdd, 4, left | right | third, to),
            _ => plain(Class::Dsp, 4, left | right | third, to),
        };
    }
    let long = |which, adds: bool| {
        let reads = left | right | if adds { third | to } else { 0 };
        plain(Class::Long(which), 4, reads, third | to)
    };
    match op {
        (1 | 3, 0xf) => plain(Class::Divide, 4, left | right, to),
        (0, _) => long(Long::Smull, false),
        (2, _) => long(Long::Umull, false),
        (6, 6) => long(Long::Umaal, true),
        (6, _) => long(Long::Umlal, true),
        _ => long(Long::Smlal, true),
    }
}
