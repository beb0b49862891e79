//! What is said of a segment.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Instructions and what they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Exact.
    pub instructions: u64,
    /// Modelled.
    pub cycles: i64,
}

impl Counts {
    /// Adds `more`.
    pub fn add(&mut self, more: Self) {
        self.instructions += more.instructions;
        self.cycles += more.cycles;
    }

    fn json(self) -> Value {
        json!([self.instructions, self.cycles])
    }
}

/// What was executed between the return of `trace_begin` and the start of `trace_end`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// Everything.
    pub all: Counts,
    /// Bytes from the top of the stack to the lowest one that was touched; 0 if none was.
    pub stack: u32,
    /// A hash of the addresses of the instructions, in order.
    pub path: u64,
    /// A hash of the addresses of the data, in order, each with its size and whether it was stored.
    pub data: u64,
    /// Conditional instructions whose time depends on whether they are executed, which cannot be observed.
    pub unseen: u64,
    /// Instructions whose time depends on their operands, by function.
    pub variable: BTreeMap<String, u64>,
    /// By class of instruction.
    pub classes: BTreeMap<&'static str, Counts>,
    /// By function.
    pub functions: BTreeMap<String, Counts>,
}

impl Segment {
    /// The counts of a class.
    pub fn class(&mut self, name: &'static str) -> &mut Counts {
        self.classes.entry(name).or_default()
    }

    /// The counts of a function.
    pub fn function(&mut self, name: &str) -> &mut Counts {
        if !self.functions.contains_key(name) {
            self.functions.insert(name.to_owned(), Counts::default());
        }
        self.functions.entry(name.to_owned()).or_default()
    }

    /// As it is written.
    #[must_use]
    pub fn json(&self) -> Value {
        let classes: BTreeMap<_, _> =
            self.classes.iter().map(|(name, counts)| (*name, counts.json())).collect();
        let functions: BTreeMap<_, _> =
            self.functions.iter().map(|(name, counts)| (name, counts.json())).collect();
        json!({
            "instructions": self.all.instructions,
            "cycles": self.all.cycles,
            "stack": self.stack,
            "path": self.path,
            "data": self.data,
            "unseen": self.unseen,
            "variable": self.variable,
            "classes": classes,
            "functions": functions,
        })
    }
}
