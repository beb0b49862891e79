//! What happens when a block is translated, when it is entered, and when data is touched.

use std::collections::HashMap;

use crate::block::Block;
use crate::class::Jump;
use crate::decode::Decoder;
use crate::hash::Sequence;
use crate::job::Job;
use crate::report::{Counts, Segment};

/// An access to data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Where.
    pub address: u32,
    /// How many bytes.
    pub size: u32,
    /// Whether it was a store.
    pub is_store: bool,
}

/// Where an instruction is: its block, and its index there.
#[derive(Clone, Copy, Debug)]
struct Place {
    block: usize,
    index: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Nothing is counted.
    Closed,
    /// In the function that begins a segment.
    Beginning,
    /// Everything is counted.
    Open,
}

/// Follows one run.
#[derive(Debug)]
pub struct Tracer {
    job: Job,
    blocks: Vec<Block>,
    places: Vec<Place>,
    /// Where a block ended between an IT and the last instruction that it concerns.
    broken: HashMap<u32, Decoder>,
    state: State,
    /// The block that is being executed, and which of its conditional accesses have happened.
    current: Option<usize>,
    executed: u64,
    touched: Vec<usize>,
    path: Sequence,
    data: Sequence,
    lowest: u32,
    finished: Vec<Segment>,
    failure: Option<String>,
}

impl Tracer {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new(job: Job) -> Self {
        let lowest = job.stack.end;
        Self {
            job,
            blocks: Vec::new(),
            places: Vec::new(),
            broken: HashMap::new(),
            state: State::Closed,
            current: None,
            executed: 0,
            touched: Vec::new(),
            path: Sequence::default(),
            data: Sequence::default(),
            lowest,
            finished: Vec::new(),
            failure: None,
        }
    }

    /// A block was translated: each of its instructions by its code. Returns its number, and the number of its first
    /// instruction, from which the others follow.
    pub fn translate(&mut self, start: u32, code: &[&[u8]]) -> (usize, usize) {
        let mut decoder = self.broken.get(&start).copied().unwrap_or_default();
        let insns: Vec<_> = code.iter().map(|bytes| decoder.next(bytes)).collect();
        let function = self.job.function_at(start);
        let block = Block::new(self.job.core, start, insns, function);
        if decoder != Decoder::default() {
            self.broken.insert(block.code.end, decoder);
        }
        let (id, first) = (self.blocks.len(), self.places.len());
        for index in 0..code.len() {
            self.places.push(Place { block: id, index });
        }
        self.blocks.push(block);
        (id, first)
    }

    /// Block `id` is entered.
    pub fn enter(&mut self, id: usize) {
        let start = self.blocks[id].code.start;
        match self.state {
            State::Closed if start == self.job.begin.start => self.state = State::Beginning,
            State::Closed if start == self.job.end => {
                self.fail("a segment ends that has not begun".to_owned());
            }
            State::Closed => {}
            State::Beginning if self.job.begin.contains(&start) => {}
            State::Beginning => {
                self.state = State::Open;
                self.step(id, start);
            }
            State::Open if start == self.job.begin.start => {
                self.fail("a segment begins within another".to_owned());
            }
            State::Open => self.step(id, start),
        }
    }

    /// Data was touched by instruction `insn`.
    #[inline]
    pub fn access(&mut self, insn: usize, access: Access) {
        if !self.is_open() {
            return;
        }
        let Place { block, index } = self.places[insn];
        let Access { address, size, is_store } = access;
        self.data.push(u64::from(address) | u64::from(size) << 32 | u64::from(is_store) << 40);
        if self.job.stack.contains(&address) {
            self.lowest = self.lowest.min(address);
        }
        let block = &mut self.blocks[block];
        self.executed |= block.mask(index);
        let extra = self.job.core.unaligned(size, address);
        if extra > 0 {
            let class = block.insn(index).class;
            block.add(class, i64::from(extra));
        }
        if !block.insn(index).class.is_memory() {
            let start = block.code.start;
            self.fail(format!("instruction {index} of the block at {start:#x} touches data"));
        }
    }

    /// Whether accesses to data are of interest now.
    #[inline]
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether a segment has ended since [`Self::finished`] was called.
    #[must_use]
    pub fn has_finished(&self) -> bool {
        !self.finished.is_empty()
    }

    /// The segments that have ended since this was last asked.
    pub fn finished(&mut self) -> Vec<Segment> {
        std::mem::take(&mut self.finished)
    }

    /// What went wrong, if something did.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match &self.failure {
            Some(failure) => Some(failure),
            None if self.state != State::Closed => Some("a segment did not end"),
            None => None,
        }
    }

    /// In an open segment: one block is left, the next one entered.
    #[inline]
    fn step(&mut self, id: usize, start: u32) {
        self.leave(start, id);
        if start == self.job.end {
            self.close();
            return;
        }
        let block = &mut self.blocks[id];
        if !block.touched {
            block.touched = true;
            self.touched.push(id);
            if let Some(what) = block.unclear {
                self.fail(format!("the block at {start:#x} has {what}"));
            }
        }
        self.path.append(&self.blocks[id].path);
        self.current = Some(id);
        self.executed = 0;
    }

    /// The block that was executed until now is left for block `next`, which begins at `start`.
    #[inline]
    fn leave(&mut self, start: u32, next: usize) {
        let Some(id) = self.current else { return };
        let block = &mut self.blocks[id];
        let follows = start == block.code.end;
        let jumped = if follows { 0 } else { block.jump_mask() };
        block.count(self.job.core, self.executed | jumped);
        if block.last().is_some_and(|last| last.jump == Jump::Never) {
            if follows {
                self.continued(id, next);
            } else {
                let end = block.code.end;
                self.fail(format!(
                    "the code before {end:#x} went on at {start:#x} without a branch"
                ));
            }
        }
    }

    /// One block runs on into the next: its last instruction may make the next one's first faster or slower.
    fn continued(&mut self, id: usize, next: usize) {
        let was_executed = self.executed;
        let before = {
            let block = &self.blocks[id];
            let mask = block.mask((block.instructions as usize).saturating_sub(1));
            block.last().filter(|_| mask == 0 || was_executed & mask != 0).copied()
        };
        let next = &mut self.blocks[next];
        // Whether a conditional one is executed is not known yet: it counts as unpaired.
        let Some(first) = next.first().filter(|first| !first.conditional).copied() else { return };
        if first.jump == Jump::Sometimes {
            return;
        }
        let core = self.job.core;
        let change =
            i64::from(core.cycles(&first, before.as_ref())) - i64::from(core.cycles(&first, None));
        if change != 0 {
            next.add(first.class, change);
        }
    }

    fn close(&mut self) {
        let mut segment = Segment {
            path: self.path.value(),
            data: self.data.value(),
            stack: self.job.stack.end - self.lowest,
            ..Segment::default()
        };
        for id in self.touched.drain(..) {
            let block = &mut self.blocks[id];
            let added: i64 = block.added.iter().map(|(_, cycles)| cycles).sum();
            let mut all = Counts { instructions: 0, cycles: added };
            for (name, cycles) in &block.added {
                segment.class(name).cycles += cycles;
            }
            let (instructions, unseen, variable) =
                (block.instructions, block.unseen, block.variable);
            let mut all_runs = 0;
            block.take(|runs, cost| {
                all_runs += runs;
                all.instructions += runs * instructions;
                all.cycles += (runs * cost.cycles) as i64;
                segment.unseen += runs * unseen;
                for (name, number, cycles) in &cost.classes {
                    let class = segment.class(name);
                    class.instructions += runs * number;
                    class.cycles += (runs * cycles) as i64;
                }
            });
            segment.all.add(all);
            let function = self.blocks[id].function;
            let name = function.map_or("?", |at| self.job.functions[at].name.as_str());
            segment.function(name).add(all);
            if variable > 0 {
                *segment.variable.entry(name.to_owned()).or_default() += all_runs * variable;
            }
        }
        self.finished.push(segment);
        self.state = State::Closed;
        self.current = None;
        self.path = Sequence::default();
        self.data = Sequence::default();
        self.lowest = self.job.stack.end;
    }

    /// The first failure is the cause of the others.
    fn fail(&mut self, what: String) {
        self.failure.get_or_insert(what);
    }
}

#[cfg(test)]
mod tests;
