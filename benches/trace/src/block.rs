//! A translated block: straight code, and the ways in which it can be gone through.
//!
//! Only two things about a block are unknown when it is translated: whether its last instruction jumps, and which of its
//! conditional loads and stores are executed. Each gets a bit; what a way through the block costs is worked out when
//! that way is first taken, and from then on only counted.

use std::ops::Range;

use crate::class::{Class, Insn, Jump};
use crate::hash::Sequence;
use crate::model::Core;

/// What one way through a block costs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost {
    /// For each class of instruction how many there are and what they take.
    pub classes: Vec<(&'static str, u64, u64)>,
    /// All cycles together.
    pub cycles: u64,
}

/// A way through a block, and how often it was taken in this segment.
#[derive(Clone, Debug)]
struct Way {
    /// Which of the instructions with a bit were executed.
    executed: u64,
    runs: u64,
    cost: Cost,
}

/// A block of straight code.
#[derive(Clone, Debug)]
pub struct Block {
    /// Where its code lies.
    pub code: Range<u32>,
    /// Its instructions, to be appended to the path.
    pub path: Sequence,
    /// How many instructions it has: all of them are met, also those whose condition fails.
    pub instructions: u64,
    /// Instructions whose time depends on their condition, which cannot be observed: they count as executed.
    pub unseen: u64,
    /// Instructions whose time depends on their operands.
    pub variable: u64,
    /// What this reader does not understand in it: it cannot be part of a segment.
    pub unclear: Option<&'static str>,
    /// The function that it belongs to.
    pub function: Option<usize>,
    /// Whether it was entered in this segment.
    pub touched: bool,
    /// Cycles that this segment's circumstances added, by class.
    pub added: Vec<(&'static str, i64)>,
    insns: Vec<Insn>,
    /// The bit of each instruction that has one.
    bits: Vec<Option<u32>>,
    ways: Vec<Way>,
}

impl Block {
    /// The block of `insns` at `start`, for a core.
    #[must_use]
    pub fn new(core: Core, start: u32, insns: Vec<Insn>, function: Option<usize>) -> Self {
        let (mut path, mut at) = (Sequence::default(), start);
        for insn in &insns {
            path.push(u64::from(at));
            at += u32::from(insn.size);
        }
        let mut used = 0;
        let bits = insns.iter().map(|insn| {
            let open = insn.jump == Jump::Sometimes || insn.conditional && insn.class.is_memory();
            // A block with more than 64 of them does not come out of a compiler; the rest would count as executed.
            let bit = (open && used < u64::BITS).then_some(used);
            used += u32::from(bit.is_some());
            bit
        });
        let bits: Vec<_> = bits.collect();
        let unseen = insns.iter().zip(&bits).filter(|(insn, bit)| {
            insn.conditional && bit.is_none() && core.cycles(insn, None) != core.skipped()
        });
        let unseen = unseen.count() as u64;
        let variable = insns.iter().filter(|insn| core.is_variable(insn)).count() as u64;
        let (last, others) = insns.split_last().map_or((None, &[][..]), |it| (Some(it.0), it.1));
        let unclear = if others.iter().any(|insn| insn.jump != Jump::Never) {
            Some("a branch that is not its last instruction")
        } else if others.iter().chain(last).any(|insn| insn.class == Class::Unknown) {
            Some("an unknown instruction")
        } else {
            None
        };
        Self {
            code: start..at,
            path,
            instructions: insns.len() as u64,
            unseen,
            variable,
            unclear,
            function,
            touched: false,
            added: Vec::new(),
            insns,
            bits,
            ways: Vec::new(),
        }
    }

    /// The first instruction.
    #[must_use]
    pub fn first(&self) -> Option<&Insn> {
        self.insns.first()
    }

    /// The last instruction.
    #[must_use]
    pub fn last(&self) -> Option<&Insn> {
        self.insns.last()
    }

    /// The instruction at an index.
    #[must_use]
    pub fn insn(&self, at: usize) -> &Insn {
        &self.insns[at]
    }

    /// The bit that says that the instruction at an index was executed, if it has one.
    #[must_use]
    pub fn mask(&self, at: usize) -> u64 {
        self.bits[at].map_or(0, |bit| 1 << bit)
    }

    /// The bit that says that the block ended with a jump, if that is open.
    #[must_use]
    pub fn jump_mask(&self) -> u64 {
        match self.insns.last() {
            Some(last) if last.jump == Jump::Sometimes => self.mask(self.insns.len() - 1),
            _ => 0,
        }
    }

    /// Counts one run through the block.
    pub fn count(&mut self, core: Core, executed: u64) {
        if let Some(way) = self.ways.iter_mut().find(|way| way.executed == executed) {
            way.runs += 1;
        } else {
            let cost = self.cost(core, executed);
            self.ways.push(Way { executed, runs: 1, cost });
        }
    }

    /// What was counted, with how often each; everything begins again from zero.
    pub fn take(&mut self, mut tell: impl FnMut(u64, &Cost)) {
        for way in self.ways.iter_mut().filter(|way| way.runs > 0) {
            tell(way.runs, &way.cost);
            way.runs = 0;
        }
        self.touched = false;
        self.added.clear();
    }

    /// Adds cycles to a class.
    pub fn add(&mut self, class: Class, cycles: i64) {
        let name = class.name();
        match self.added.iter_mut().find(|(other, _)| *other == name) {
            Some((_, sum)) => *sum += cycles,
            None => self.added.push((name, cycles)),
        }
    }

    /// What this way through the block costs when it is entered by a branch.
    fn cost(&self, core: Core, executed: u64) -> Cost {
        let mut cost = Cost::default();
        let mut before = None;
        for (insn, bit) in self.insns.iter().zip(&self.bits) {
            let is_executed = bit.is_none_or(|bit| executed >> bit & 1 == 1);
            let cycles = if is_executed { core.cycles(insn, before) } else { core.skipped() };
            before = is_executed.then_some(insn);
            cost.cycles += u64::from(cycles);
            let name = insn.class.name();
            match cost.classes.iter_mut().find(|(other, ..)| *other == name) {
                Some((_, number, sum)) => {
                    *number += 1;
                    *sum += u64::from(cycles);
                }
                None => cost.classes.push((name, 1, u64::from(cycles))),
            }
        }
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Decoder;

    /// The block of halfwords at 0x100.
    fn block(code: &[&[u16]]) -> Block {
        let mut decoder = Decoder::default();
        let insns = code.iter().map(|halves| {
            let bytes: Vec<u8> = halves.iter().flat_map(|half| half.to_le_bytes()).collect();
            decoder.next(&bytes)
        });
        Block::new(Core::M3, 0x100, insns.collect(), None)
    }

    fn cycles(block: &mut Block, executed: u64) -> u64 {
        block.count(Core::M4, executed);
        let mut cycles = 0;
        block.take(|runs, cost| cycles += runs * cost.cycles);
        cycles
    }

    #[test]
    fn a_branch_costs_by_where_it_goes() {
        let mut block = block(&[&[0x3801], &[0xd1fd]]); // subs r0, #1; bne
        assert_eq!((block.code.clone(), block.jump_mask()), (0x100..0x104, 1));
        assert_eq!((cycles(&mut block, 0), cycles(&mut block, 1)), (2, 4));
    }

    #[test]
    fn a_conditional_access_costs_by_whether_it_happens() {
        // itt ne; ldrne r0, [r1]; ldrne r2, [r3]; ldr r4, [r3]
        let mut block = block(&[&[0xbf1c], &[0x6808], &[0x681a], &[0x681c]]);
        let masks = [block.mask(0), block.mask(1), block.mask(2), block.mask(3)];
        assert_eq!(masks, [0, 1, 2, 0]);
        // Executed, the three loads are paired; skipped, the last one stands alone.
        assert_eq!((cycles(&mut block, 3), cycles(&mut block, 0)), (1 + 2 + 1 + 1, 1 + 1 + 1 + 2));
        assert_eq!(block.unseen, 0);
    }

    #[test]
    fn a_conditional_multiplication_cannot_be_seen() {
        // it ne; mlane r0, r1, r2, r3
        let block = block(&[&[0xbf18], &[0xfb01, 0x3002]]);
        assert_eq!((block.unseen, block.variable, block.jump_mask()), (1, 0, 0));
    }

    #[test]
    fn a_long_multiplication_leaks_on_this_core() {
        let block = block(&[&[0xfba2, 0x0103], &[0x4348]]); // umull r0, r1, r2, r3; muls r0, r1
        assert_eq!((block.unseen, block.variable), (0, 1));
    }

    #[test]
    fn a_branch_in_the_middle_is_unclear() {
        assert!(block(&[&[0xe7fe], &[0xbf00]]).unclear.is_some());
        assert!(block(&[&[0xec40, 0x0000]]).unclear.is_some());
        assert!(block(&[&[0xbf00], &[0xe7fe]]).unclear.is_none());
    }

    #[test]
    fn runs_are_counted_by_way_and_class() {
        let mut block = block(&[&[0x6808], &[0x3801], &[0xd1fd]]); // ldr r0, [r1]; subs r0, #1; bne
        for executed in [1, 1, 0] {
            block.count(Core::M0, executed);
        }
        let mut told = Vec::new();
        block.take(|runs, cost| told.push((runs, cost.clone())));
        let classes = |branch| vec![("ldr", 1, 2), ("alu", 1, 1), ("b", 1, branch)];
        let cost = |branch| Cost { classes: classes(branch), cycles: 3 + branch };
        assert_eq!(told, [(2, cost(3)), (1, cost(1))]);
        block.take(|_, _| panic!("it was taken"));
    }
}
