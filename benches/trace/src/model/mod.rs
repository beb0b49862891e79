//! What an instruction costs: one module a core, each with the manual's table and row.
//!
//! Zero wait states everywhere, for code and data. Where a manual gives a range, [`REFILL`] says which value is taken for
//! a taken branch; of every other range it is the most. A conditional instruction that is not executed, and a branch
//! that is not taken, take one cycle on every core.

mod m0;
mod m3;
mod m33;
mod m4;
mod pairing;

use crate::class::{Class, Insn};

/// P, the cycles that refill the pipeline of a Cortex-M3, M4 or M33 after a taken branch. The manuals say 1 to 3
/// "depending on the alignment and width of the target instruction, and whether the processor manages to speculate the
/// address early" (DDI 0337 and DDI 0439, section 3.3.1).
pub const REFILL: u32 = 2;

/// A core whose time is modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Core {
    /// Cortex-M0 with the multiplier of one cycle.
    M0,
    /// Cortex-M3.
    M3,
    /// Cortex-M4, with or without its floating-point unit.
    M4,
    /// Cortex-M33: an approximation.
    M33,
}

impl Core {
    /// The core called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "m0" => Some(Self::M0),
            "m3" => Some(Self::M3),
            "m4" => Some(Self::M4),
            "m33" => Some(Self::M33),
            _ => None,
        }
    }

    /// Cycles of `insn`, which is executed (a branch: taken), after `before`; none if it follows a branch or an
    /// instruction that was not executed.
    #[must_use]
    pub fn cycles(self, insn: &Insn, before: Option<&Insn>) -> u32 {
        match self {
            Self::M0 => m0::cycles(insn),
            Self::M3 => m3::cycles(insn, before),
            Self::M4 => m4::cycles(insn, before),
            Self::M33 => m33::cycles(insn, before),
        }
    }

    /// Whether the time of `insn` depends on the values that it works on: a division on every core that has one, and on a
    /// Cortex-M3 a multiplication with a result of 64 bits (DDI 0337I, notes to table 3-1).
    #[must_use]
    pub fn is_variable(self, insn: &Insn) -> bool {
        match insn.class {
            Class::Divide => true,
            Class::Long(_) => self == Self::M3,
            _ => false,
        }
    }

    /// Cycles of an instruction whose condition fails.
    #[must_use]
    pub fn skipped(self) -> u32 {
        1
    }

    /// Cycles that an access of `size` bytes at `address` takes on top because it is not aligned.
    #[must_use]
    pub fn unaligned(self, size: u32, address: u32) -> u32 {
        match self {
            // It is a fault there.
            Self::M0 => 0,
            Self::M3 | Self::M4 | Self::M33 => pairing::unaligned(size, address),
        }
    }
}

#[cfg(test)]
mod sequence;
