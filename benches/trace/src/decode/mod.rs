//! Reads Thumb machine code (ARMv6-M to ARMv8-M) as far as timing needs it.
//!
//! The encodings are those of the Armv7-M Architecture Reference Manual (DDI 0403), chapter A5, and of the Armv8-M one
//! (DDI 0553), chapter C2. What QEMU has translated is a valid instruction, so that this reader need not tell valid from
//! invalid ones; but what it takes for data or for no branch is checked against what then happens: see
//! [`crate::tracer`].

mod float;
mod narrow;
mod wide;

use crate::class::{Class, Insn, Jump, PC, Registers};

/// Reads one instruction after the other; an IT concerns those that follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decoder {
    /// How many of the next instructions are conditional.
    conditional: u8,
}

impl Decoder {
    /// Reads the instruction at the start of `code`, which is two bytes or more.
    ///
    /// Its first half says how long it is. The length of `code` does not: QEMU 7.2 looks ahead at the end of a page, and
    /// takes what it saw for a part of the last instruction.
    pub fn next(&mut self, code: &[u8]) -> Insn {
        let half = |at: usize| u16::from_le_bytes([code[at], code[at + 1]]);
        let first = half(0);
        let is_wide = first >> 11 >= 0b11101;
        let mut insn = if is_wide { wide::read(first, half(2)) } else { narrow::read(first) };
        if self.conditional > 0 {
            self.conditional -= 1;
            insn.conditional = true;
            if insn.jump == Jump::Always {
                insn.jump = Jump::Sometimes;
            }
        } else if insn.class == Class::IfThen {
            self.conditional = narrow::conditional_after(first);
        }
        insn
    }
}

/// Bit `n` of `code`.
fn bit(code: u16, n: u32) -> bool {
    code >> n & 1 == 1
}

/// The register whose number lies in `width` bits from `at`.
fn register(code: u16, at: u32, width: u32) -> Registers {
    1 << (code >> at & ((1 << width) - 1))
}

/// An instruction that goes on with the next one.
fn plain(class: Class, size: u8, reads: Registers, writes: Registers) -> Insn {
    let jump = if writes & PC != 0 { Jump::Always } else { Jump::Never };
    // The address of the instruction itself is always known.
    let reads = reads & !PC;
    Insn { class, size, reads, address: 0, writes: writes & !PC, jump, conditional: false }
}

/// An instruction that touches memory; `address` need not be repeated in `reads`.
fn memory(class: Class, size: u8, address: Registers, reads: Registers, writes: Registers) -> Insn {
    let address = address & !PC;
    Insn { address, ..plain(class, size, reads | address, writes) }
}

/// An instruction that branches.
fn branch(class: Class, size: u8, reads: Registers, writes: Registers, jump: Jump) -> Insn {
    Insn { jump, ..plain(class, size, reads, writes) }
}

/// How many registers are in a set.
fn count(registers: Registers) -> u8 {
    registers.count_ones() as u8
}

#[cfg(test)]
mod tests;
