//! For the models' tests: what a sequence of instructions costs, all of them executed.

use super::Core;
use crate::decode::Decoder;

/// Cycles of the instructions in `code`, given as halfwords.
pub fn cost(core: Core, code: &[u16]) -> u32 {
    let bytes: Vec<u8> = code.iter().flat_map(|half| half.to_le_bytes()).collect();
    let (mut at, mut before, mut cycles, mut decoder) = (0, None, 0, Decoder::default());
    while at < bytes.len() {
        let insn = decoder.next(&bytes[at..]);
        cycles += core.cycles(&insn, before.as_ref());
        before = Some(insn);
        at += usize::from(insn.size);
    }
    cycles
}
