//! Instructions of 16 bits: DDI 0403, section A5.2.

use super::{bit, branch, count, memory, plain, register};
use crate::class::{Class, Insn, Jump, LR, PC, Registers, SP};

pub(super) fn read(code: u16) -> Insn {
    match code >> 12 {
        0b0000..=0b0011 => shift_add_move_compare(code),
        0b0100 if bit(code, 11) => load(register(code, 8, 3), PC),
        0b0100 if bit(code, 10) => high_registers(code),
        0b0100 => data_processing(code),
        0b0101 => indexed(code),
        // Words and bytes at an immediate offset, then halves.
        0b0110..=0b1000 => at_offset(register(code, 0, 3), register(code, 3, 3), bit(code, 11)),
        0b1001 => at_offset(register(code, 8, 3), SP, bit(code, 11)),
        // ADR and ADD to the stack pointer.
        0b1010 => alu(if bit(code, 11) { SP } else { 0 }, register(code, 8, 3)),
        0b1011 => miscellaneous(code),
        0b1100 => {
            let (base, list) = (register(code, 8, 3), code & 0xff);
            if bit(code, 11) {
                memory(Class::LoadMany(count(list)), 2, base, 0, list | base)
            } else {
                memory(Class::StoreMany(count(list)), 2, base, list, base)
            }
        }
        0b1101 => match code >> 8 & 0xf {
            0xe | 0xf => branch(Class::Exception, 2, 0, 0, Jump::Sometimes),
            _ => branch(Class::Branch, 2, 0, 0, Jump::Sometimes),
        },
        _ => branch(Class::Branch, 2, 0, 0, Jump::Always),
    }
}

/// How many instructions after this IT are conditional: the lowest one in its mask ends them.
pub(super) fn conditional_after(code: u16) -> u8 {
    let always = code >> 4 & 0xf == 0xe;
    if always { 0 } else { 4 - (code & 0xf).trailing_zeros() as u8 }
}

fn alu(reads: Registers, writes: Registers) -> Insn {
    plain(Class::Alu, 2, reads, writes)
}

fn load(to: Registers, address: Registers) -> Insn {
    memory(Class::Load, 2, address, 0, to)
}

fn at_offset(data: Registers, base: Registers, is_load: bool) -> Insn {
    if is_load { load(data, base) } else { memory(Class::Store, 2, base, data, 0) }
}

fn shift_add_move_compare(code: u16) -> Insn {
    let (low, middle, high) = (register(code, 0, 3), register(code, 3, 3), register(code, 6, 3));
    let wide = register(code, 8, 3);
    match code >> 11 {
        0b00011 if bit(code, 10) => alu(middle, low),
        0b00011 => alu(middle | high, low),
        0b00100 => alu(0, wide),
        0b00101 => alu(wide, 0),
        0b00110 | 0b00111 => alu(wide, wide),
        // Shifts by an immediate.
        _ => alu(middle, low),
    }
}

fn data_processing(code: u16) -> Insn {
    let (to, with) = (register(code, 0, 3), register(code, 3, 3));
    match code >> 6 & 0xf {
        // TST, CMP, CMN.
        0b1000 | 0b1010 | 0b1011 => alu(to | with, 0),
        // RSB, MVN.
        0b1001 | 0b1111 => alu(with, to),
        0b1101 => plain(Class::Multiply, 2, to | with, to),
        _ => alu(to | with, to),
    }
}

fn high_registers(code: u16) -> Insn {
    let with = register(code, 3, 4);
    let to = 1 << ((code & 7) | (code >> 4 & 8));
    match code >> 8 & 3 {
        0 => alu(to | with, to),
        1 => alu(to | with, 0),
        2 => alu(with, to),
        _ => {
            let link = if bit(code, 7) { LR } else { 0 };
            branch(Class::BranchRegister, 2, with, link, Jump::Always)
        }
    }
}

fn indexed(code: u16) -> Insn {
    let (data, address) = (register(code, 0, 3), register(code, 3, 3) | register(code, 6, 3));
    if code >> 9 & 7 < 3 {
        memory(Class::StoreIndexed, 2, address, data, 0)
    } else {
        load(data, address)
    }
}

fn miscellaneous(code: u16) -> Insn {
    match code >> 8 & 0xf {
        0b0000 => alu(SP, SP),
        // CBZ, CBNZ.
        0b0001 | 0b0011 | 0b1001 | 0b1011 => {
            branch(Class::Branch, 2, register(code, 0, 3), 0, Jump::Sometimes)
        }
        0b0100 | 0b0101 => {
            let list = (code & 0xff) | if bit(code, 8) { LR } else { 0 };
            memory(Class::StoreMany(count(list)), 2, SP, list, SP)
        }
        0b1100 | 0b1101 => {
            let list = (code & 0xff) | if bit(code, 8) { PC } else { 0 };
            memory(Class::LoadMany(count(list)), 2, SP, 0, list | SP)
        }
        0b0110 => plain(Class::Interrupts, 2, 0, 0),
        0b1110 => branch(Class::Exception, 2, 0, 0, Jump::Sometimes),
        0b1111 if code & 0xf != 0 => plain(Class::IfThen, 2, 0, 0),
        0b1111 => plain(Class::Nothing, 2, 0, 0),
        // Extensions and reversals.
        _ => alu(register(code, 3, 3), register(code, 0, 3)),
    }
}
