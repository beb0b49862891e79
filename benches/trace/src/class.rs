//! What an instruction does, as far as its time depends on it.

/// A set of core registers: bit n is register n.
pub type Registers = u16;

/// The stack pointer.
pub const SP: Registers = 1 << 13;
/// The link register.
pub const LR: Registers = 1 << 14;
/// The program counter.
pub const PC: Registers = 1 << 15;

/// A multiplication with a result of 64 bits: what leaks on a Cortex-M3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Long {
    /// Unsigned.
    Umull,
    /// Signed.
    Smull,
    /// Unsigned, added to 64 bits.
    Umlal,
    /// Signed, added to 64 bits; also its forms for halves.
    Smlal,
    /// Unsigned, added to two words.
    Umaal,
}

/// What an instruction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Moves, arithmetic, logic, shifts, comparisons, bit fields: one cycle everywhere.
    Alu,
    /// A multiplication with a result of 32 bits.
    Multiply,
    /// The same, added or subtracted (MLA, MLS).
    MultiplyAdd,
    /// A multiplication of the DSP extension, with or without an addition.
    Dsp,
    /// A multiplication with a result of 64 bits.
    Long(Long),
    /// A division.
    Divide,
    /// A load of one register.
    Load,
    /// A store of one register, at an immediate offset.
    Store,
    /// A store of one register, at an offset in a register.
    StoreIndexed,
    /// An exclusive store, which is timed as a load.
    StoreExclusive,
    /// A load of two registers (LDRD).
    LoadPair,
    /// A store of two registers (STRD).
    StorePair,
    /// A load of so many registers (LDM, POP).
    LoadMany(u8),
    /// A store of so many registers (STM, PUSH).
    StoreMany(u8),
    /// A branch to an address in the instruction, conditional or not.
    Branch,
    /// The same with a link (BL).
    Call,
    /// A branch to an address in a register (BX, BLX).
    BranchRegister,
    /// A branch through a table (TBB, TBH).
    BranchTable,
    /// The instruction that makes the next ones conditional.
    IfThen,
    /// An instruction that only takes its time (NOP and what a core executes as NOP).
    Nothing,
    /// A move from or to a special register (MRS, MSR).
    Special,
    /// Interrupts on or off (CPS).
    Interrupts,
    /// A data barrier (DMB, DSB).
    DataBarrier,
    /// An instruction barrier (ISB).
    InstructionBarrier,
    /// An exception on purpose (SVC, BKPT, UDF).
    Exception,
    /// One cycle in the floating-point unit.
    Float,
    /// A move between the core's registers and those of the floating-point unit.
    FloatMove,
    /// A floating-point multiplication with an addition.
    FloatMultiplyAdd,
    /// A floating-point division or square root.
    FloatDivide,
    /// A load of so many words into the floating-point unit.
    FloatLoad(u8),
    /// A store of so many words out of the floating-point unit.
    FloatStore(u8),
    /// None that this reader knows.
    Unknown,
}

impl Class {
    /// The name in a histogram.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Alu => "alu",
            Self::Multiply => "mul",
            Self::MultiplyAdd => "mla, mls",
            Self::Dsp => "dsp multiply",
            Self::Long(Long::Umull) => "umull",
            Self::Long(Long::Smull) => "smull",
            Self::Long(Long::Umlal) => "umlal",
            Self::Long(Long::Smlal) => "smlal",
            Self::Long(Long::Umaal) => "umaal",
            Self::Divide => "udiv, sdiv",
            Self::Load => "ldr",
            Self::Store | Self::StoreIndexed | Self::StoreExclusive => "str",
            Self::LoadPair => "ldrd",
            Self::StorePair => "strd",
            Self::LoadMany(_) => "ldm, pop",
            Self::StoreMany(_) => "stm, push",
            Self::Branch => "b",
            Self::Call => "bl",
            Self::BranchRegister => "bx, blx",
            Self::BranchTable => "tbb, tbh",
            Self::IfThen => "it",
            Self::Nothing => "nop",
            Self::Special => "mrs, msr",
            Self::Interrupts => "cps",
            Self::DataBarrier => "dmb, dsb",
            Self::InstructionBarrier => "isb",
            Self::Exception => "svc, bkpt, udf",
            Self::Float | Self::FloatMove | Self::FloatMultiplyAdd | Self::FloatDivide => "float",
            Self::FloatLoad(_) => "vldr, vldm",
            Self::FloatStore(_) => "vstr, vstm",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it touches data in memory.
    #[must_use]
    pub fn is_memory(self) -> bool {
        matches!(
            self,
            Self::Load
                | Self::Store
                | Self::StoreIndexed
                | Self::StoreExclusive
                | Self::LoadPair
                | Self::StorePair
                | Self::LoadMany(_)
                | Self::StoreMany(_)
                | Self::BranchTable
                | Self::FloatLoad(_)
                | Self::FloatStore(_)
        )
    }

    /// Whether its result comes out of the arithmetic unit, and not out of memory.
    #[must_use]
    pub fn is_arithmetic(self) -> bool {
        matches!(
            self,
            Self::Alu
                | Self::Multiply
                | Self::MultiplyAdd
                | Self::Dsp
                | Self::Long(_)
                | Self::Divide
        )
    }
}

/// Whether an instruction goes on somewhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// Never: the next one follows.
    Never,
    /// It depends.
    Sometimes,
    /// Always.
    Always,
}

/// An instruction, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Insn {
    /// What it does.
    pub class: Class,
    /// Bytes of its code.
    pub size: u8,
    /// The registers that it reads, those of its address among them.
    pub reads: Registers,
    /// The registers that make up the address of its data.
    pub address: Registers,
    /// The registers that it writes.
    pub writes: Registers,
    /// Whether it goes on somewhere else.
    pub jump: Jump,
    /// Whether an IT before it decides if it is executed.
    pub conditional: bool,
}
