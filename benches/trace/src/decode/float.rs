//! Instructions of the floating-point unit: DDI 0403, sections A6.4 to A6.7.

use super::{bit, memory, plain, register};
use crate::class::{Class, Insn};

pub(super) fn read(first: u16, second: u16) -> Insn {
    let coprocessor = second >> 8 & 0xf;
    if !(coprocessor == 10 || coprocessor == 11) {
        return plain(Class::Unknown, 4, 0, 0);
    }
    let core = register(second, 12, 4);
    match first >> 8 & 0xff {
        // Two core registers at once.
        0xec if first & 0xffe0 == 0xec40 => {
            let both = core | register(first, 0, 4);
            if bit(first, 4) {
                plain(Class::FloatMove, 4, 0, both)
            } else {
                plain(Class::FloatMove, 4, both, 0)
            }
        }
        0xec | 0xed => transfer(first, second),
        // Moves of one register; the last form is VMRS and VMSR.
        0xee if bit(second, 4) => {
            let is_status = first >> 5 & 7 == 7;
            let class =
                if is_status || coprocessor == 11 { Class::Float } else { Class::FloatMove };
            // VMRS to the program counter writes the flags.
            let core = if is_status && core == 1 << 15 { 0 } else { core };
            if bit(first, 4) { plain(class, 4, 0, core) } else { plain(class, 4, core, 0) }
        }
        0xee => plain(arithmetic(first, second), 4, 0, 0),
        _ => plain(Class::Float, 4, 0, 0),
    }
}

fn transfer(first: u16, second: u16) -> Insn {
    let base = register(first, 0, 4);
    let (is_load, writes_back) = (bit(first, 4), bit(first, 5));
    let is_single = bit(first, 8) && !writes_back;
    let words = if is_single { 1 + u8::from(bit(second, 8)) } else { (second & 0xff) as u8 };
    let class = if is_load { Class::FloatLoad(words) } else { Class::FloatStore(words) };
    memory(class, 4, base, 0, if writes_back { base } else { 0 })
}

fn arithmetic(first: u16, second: u16) -> Class {
    let op = (first >> 5 & 4) | (first >> 4 & 3);
    match op {
        0 | 1 | 5 | 6 => Class::FloatMultiplyAdd,
        4 => Class::FloatDivide,
        // VSQRT.
        7 if first & 0xf == 1 && second & 0xc0 == 0xc0 => Class::FloatDivide,
        _ => Class::Float,
    }
}
