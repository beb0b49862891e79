//! Which other code a Thumb instruction leads to.
//!
//! A whole disassembler is not needed to find calls: the branches, the two ways in which a compiler puts the address of
//! a function into a register, and what ends a run of instructions. So the check needs neither a disassembler's text
//! nor its version. Encodings are from the Armv8-M Architecture Reference Manual (DDI 0553), C2.4; Armv6-M and Armv7-M
//! have subsets of them.

/// Code or data that is read by 16 and 32 bits at an address.
pub trait Memory {
    /// The halfword at `at`, if something is there.
    fn half(&self, at: u32) -> Option<u16>;

    /// The word at `at`, if something is there.
    fn word(&self, at: u32) -> Option<u32> {
        Some(u32::from(self.half(at)?) | u32::from(self.half(at.wrapping_add(2))?) << 16)
    }
}

/// Where an instruction leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Leads {
    /// A call or a jump to this address.
    Branch(u32),
    /// This value is put into a register; it may be a function's address (with bit 0 set, for Thumb).
    Value(u32),
}

/// An instruction, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instruction {
    /// Its address.
    pub at: u32,
    /// Where it leads, if elsewhere.
    pub leads: Option<Leads>,
    /// Whether it is a call, which comes back.
    pub calls: bool,
    /// Whether the next instruction is never reached from it.
    pub ends: bool,
}

/// Reads the instructions of one run of code in order.
pub struct Reader<'m, M> {
    memory: &'m M,
    at: u32,
    end: u32,
    /// What `movw` left in each register, until `movt` completes it.
    low: [Option<u16>; 16],
}

impl<'m, M: Memory> Reader<'m, M> {
    /// The instructions in `at..end`.
    pub fn new(memory: &'m M, at: u32, end: u32) -> Self {
        Self { memory, at, end, low: [None; 16] }
    }
}

impl<M: Memory> Iterator for Reader<'_, M> {
    type Item = Instruction;

    fn next(&mut self) -> Option<Instruction> {
        if self.at >= self.end {
            return None;
        }
        let at = self.at;
        let first = self.memory.half(at)?;
        if !is_wide(first) {
            self.at += 2;
            let leads = narrow_branch(at, first).or_else(|| self.narrow_value(at, first));
            let ends = narrow_end(first);
            return Some(Instruction { at, leads, calls: false, ends });
        }
        self.at += 4;
        let second = self.memory.half(at + 2)?;
        let leads = wide_branch(at, first, second).or_else(|| self.wide_value(at, first, second));
        let calls = first & 0xf800 == 0xf000 && second & 0xd000 == 0xd000;
        let ends = wide_end(first, second);
        Some(Instruction { at, leads, calls, ends })
    }
}

impl<M: Memory> Reader<'_, M> {
    /// `ldr rt, [pc, #imm]` (T2), and `movw` with `movt` (T3, T1).
    fn wide_value(&mut self, at: u32, first: u16, second: u16) -> Option<Leads> {
        if first & 0xff7f == 0xf85f {
            let offset = u32::from(second & 0xfff);
            let base = at.wrapping_add(4) & !3;
            let literal = if first & 0x80 != 0 {
                base.wrapping_add(offset)
            } else {
                base.wrapping_sub(offset)
            };
            return self.memory.word(literal).map(Leads::Value);
        }
        let immediate =
            (first & 0xf) << 12 | (first & 0x400) << 1 | (second & 0x7000) >> 4 | second & 0xff;
        let register = usize::from(second >> 8 & 0xf);
        match (first & 0xfbf0, second & 0x8000) {
            (0xf240, 0) => self.low[register] = Some(immediate),
            (0xf2c0, 0) => {
                let low = self.low[register].take()?;
                return Some(Leads::Value(u32::from(immediate) << 16 | u32::from(low)));
            }
            _ => {}
        }
        None
    }

    /// `ldr rt, [pc, #imm]` (T1).
    fn narrow_value(&self, at: u32, half: u16) -> Option<Leads> {
        if half & 0xf800 != 0x4800 {
            return None;
        }
        let literal = (at.wrapping_add(4) & !3).wrapping_add(u32::from(half & 0xff) * 4);
        self.memory.word(literal).map(Leads::Value)
    }
}

/// Whether an instruction that starts with `first` has 32 bits.
fn is_wide(first: u16) -> bool {
    first >> 11 >= 0b11101
}

/// `b` (T2), `bx`, `pop {…, pc}`, `mov pc`, `add pc` and `udf`.
fn narrow_end(half: u16) -> bool {
    half & 0xf800 == 0xe000
        || matches!(half & 0xff87, 0x4700 | 0x4687 | 0x4487)
        || matches!(half & 0xff00, 0xbd00 | 0xde00)
}

/// `b` (T4), `pop.w {…, pc}`, `ldr pc`, `tbb`, `tbh` and `udf.w`.
fn wide_end(first: u16, second: u16) -> bool {
    first & 0xf800 == 0xf000 && second & 0xd000 == 0x9000
        || first == 0xe8bd && second & 0x8000 != 0
        || first & 0xff70 == 0xf850 && second & 0xf000 == 0xf000
        || first & 0xfff0 == 0xe8d0 && second & 0xffe0 == 0xf000
        || first & 0xfff0 == 0xf7f0 && second & 0xf000 == 0xa000
}

/// `b` (T1, T2), `cbz` and `cbnz`.
fn narrow_branch(at: u32, half: u16) -> Option<Leads> {
    let offset = if half & 0xf000 == 0xd000 && half & 0x0f00 < 0x0e00 {
        signed(u32::from(half & 0xff) << 1, 9)
    } else if half & 0xf800 == 0xe000 {
        signed(u32::from(half & 0x7ff) << 1, 12)
    } else if half & 0xf500 == 0xb100 {
        u32::from(half & 0x200) >> 3 | u32::from(half & 0xf8) >> 2
    } else {
        return None;
    };
    Some(Leads::Branch(at.wrapping_add(4).wrapping_add(offset)))
}

/// `bl` (T1) and `b` (T3, T4). There is no `blx` to an address on an M-profile core.
fn wide_branch(at: u32, first: u16, second: u16) -> Option<Leads> {
    if first & 0xf800 != 0xf000 || second & 0x8000 == 0 {
        return None;
    }
    let (first, second) = (u32::from(first), u32::from(second));
    let (s, j1, j2) = (first >> 10 & 1, second >> 13 & 1, second >> 11 & 1);
    let low = (second & 0x7ff) << 1;
    let offset = match second & 0xd000 {
        0xd000 | 0x9000 => {
            let (i1, i2) = (!(j1 ^ s) & 1, !(j2 ^ s) & 1);
            signed(s << 24 | i1 << 23 | i2 << 22 | (first & 0x3ff) << 12 | low, 25)
        }
        0x8000 if first >> 7 & 7 != 7 => {
            signed(s << 20 | j2 << 19 | j1 << 18 | (first & 0x3f) << 12 | low, 21)
        }
        _ => return None,
    };
    Some(Leads::Branch(at.wrapping_add(4).wrapping_add(offset)))
}

/// `value` of `bits` bits, extended by its sign.
fn signed(value: u32, bits: u32) -> u32 {
    let shift = 32 - bits;
    ((value << shift).cast_signed() >> shift).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Halfwords from an address on.
    struct At(u32, Vec<u16>);

    impl Memory for At {
        fn half(&self, at: u32) -> Option<u16> {
            self.1.get((at.checked_sub(self.0)? / 2) as usize).copied()
        }
    }

    fn read(at: u32, halves: &[u16]) -> Vec<(u32, Leads)> {
        let memory = At(at, halves.to_vec());
        let instructions = Reader::new(&memory, at, at + 2 * halves.len() as u32);
        instructions.filter_map(|found| Some((found.at, found.leads?))).collect()
    }

    // The bytes and targets below are what GNU objdump shows for linked images.

    #[test]
    fn calls_forward_and_backward() {
        assert_eq!(read(0x203e4, &[0xf000, 0xf922]), [(0x203e4, Leads::Branch(0x2062c))]);
        assert_eq!(read(0x20e12, &[0xf7ff, 0xff21]), [(0x20e12, Leads::Branch(0x20c58))]);
    }

    #[test]
    fn jumps_near_and_far() {
        assert_eq!(read(0x203ea, &[0xe7fd]), [(0x203ea, Leads::Branch(0x203e8))]);
        assert_eq!(read(0x2042c, &[0xd129]), [(0x2042c, Leads::Branch(0x20482))]);
        assert_eq!(read(0x2040a, &[0xd4d4]), [(0x2040a, Leads::Branch(0x203b6))]);
        // b.w, beq.w and cbz as GNU as assembles them at 0x8000
        assert_eq!(read(0x8000, &[0xf000, 0xb8fe]), [(0x8000, Leads::Branch(0x8200))]);
        assert_eq!(read(0x8000, &[0xf000, 0x80fe]), [(0x8000, Leads::Branch(0x8200))]);
        assert_eq!(read(0x8000, &[0xf43f, 0xaf7e]), [(0x8000, Leads::Branch(0x7f00))]);
        assert_eq!(read(0x8000, &[0xb140]), [(0x8000, Leads::Branch(0x8014))]);
    }

    #[test]
    fn values_from_literals_and_halves() {
        assert_eq!(
            read(0x100, &[0x4800, 0xbf00, 0x5679, 0x1234]),
            [(0x100, Leads::Value(0x1234_5679))]
        );
        assert_eq!(
            read(0x100, &[0xf8df, 0x3000, 0x5679, 0x1234]),
            [(0x100, Leads::Value(0x1234_5679))]
        );
        // movw r1, #0xd479; movt r1, #0x1234
        let (movw, movt) = ([0xf24d, 0x4179], [0xf2c1, 0x2134]);
        assert_eq!(
            read(0x100, &[movw[0], movw[1], movt[0], movt[1]]),
            [(0x104, Leads::Value(0x1234_d479))]
        );
        assert_eq!(read(0x100, &movt), []);
    }

    #[test]
    fn other_instructions_lead_nowhere() {
        // push, add, svc, udf, msr, udiv, ldr.w [r1], bx lr
        let code = [
            0xb580, 0xaf00, 0xdf01, 0xdefe, 0xf380, 0x8808, 0xfbb0, 0xf0f1, 0xf8d1, 0x0004, 0x4770,
        ];
        assert_eq!(read(0x100, &code), []);
    }

    #[test]
    fn ends_and_calls_are_told_from_the_rest() {
        let memory = |halves: &[u16]| At(0x100, halves.to_vec());
        // b, bx lr, pop {r7, pc}, mov pc r0, udf, b.w, pop.w, ldr pc, tbb, tbh, udf.w
        for code in [
            &[0xe7fd][..],
            &[0x4770],
            &[0xbd80],
            &[0x4687],
            &[0xdefe],
            &[0xf000, 0xb8fe],
            &[0xe8bd, 0x8ff0],
            &[0xf85d, 0xfb04],
            &[0xe8df, 0xf000],
            &[0xe8df, 0xf010],
            &[0xf7f0, 0xa000],
        ] {
            let memory = memory(code);
            let found = Reader::new(&memory, 0x100, 0x104).next().unwrap();
            assert!(found.ends && !found.calls, "{code:x?}");
        }
        // beq, blx r3, pop {r7}, svc, beq.w, bl, pop.w {r4}
        for code in [
            &[0xd0fe][..],
            &[0x4798],
            &[0xbc80],
            &[0xdf01],
            &[0xf000, 0x80fe],
            &[0xf000, 0xf922],
            &[0xe8bd, 0x0ff0],
        ] {
            let memory = memory(code);
            let found = Reader::new(&memory, 0x100, 0x104).next().unwrap();
            assert!(!found.ends, "{code:x?}");
            assert_eq!(found.calls, code == [0xf000, 0xf922], "{code:x?}");
        }
    }
}
