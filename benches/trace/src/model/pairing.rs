//! Loads and stores of the Cortex-M3 and M4: DDI 0337I and DDI 0439B, section 3.3 ("Load/store timings"), the same
//! sentences in both.

use crate::class::{Class, Insn, Jump};

/// Cycles of a load or store of one register that follows `before`.
///
/// Row *Load* of the tables: 2; row *Store*: 2; with the note that neighbouring single loads and stores can pipeline
/// their address and data phases. The section says which: a store at an immediate offset always takes 1. A load, or a
/// store at a register offset, takes 1 after a load whose result its address does not need; nothing is pipelined after
/// a store. An exclusive store is pipelined like a load, and so is what follows an exclusive load.
pub(super) fn single(insn: &Insn, before: Option<&Insn>) -> u32 {
    let after_load = before
        .is_some_and(|before| before.class == Class::Load && before.writes & insn.address == 0);
    let cycles = match insn.class {
        Class::Store => 1,
        // "LDR PC,[any] is always a blocking operation … at least five cycles."
        Class::Load if insn.jump != Jump::Never => 5,
        _ if after_load => 1,
        _ => 2,
    };
    cycles + address_stall(insn, before)
}

/// "Any load or store that generates an address dependent on the result of a preceding data processing operation stalls
/// the pipeline for an additional cycle while the register bank is updated."
pub(super) fn address_stall(insn: &Insn, before: Option<&Insn>) -> u32 {
    let stalls = |before: &Insn| before.class.is_arithmetic() && before.writes & insn.address != 0;
    u32::from(before.is_some_and(stalls))
}

/// "A byte aligned halfword load or store adds one extra cycle … A halfword aligned word load or store adds one extra
/// cycle … A byte-aligned word load or store adds two extra cycles."
pub(super) fn unaligned(size: u32, address: u32) -> u32 {
    match (size, address % 4) {
        (2, 1 | 3) | (4, 2) => 1,
        (4, 1 | 3) => 2,
        _ => 0,
    }
}
