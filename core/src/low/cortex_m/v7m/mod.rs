//! ARMv7-M without the DSP extension: Cortex-M3; also an M33 that was built without it.
//!
//! No long multiply stands here: on the M3 UMULL, SMULL, UMLAL and SMLAL take 3 to 7 cycles, depending on their operands.

pub(in crate::low) mod blake2b;
pub(in crate::low) mod field;
pub(in crate::low) mod poly1305;
pub(in crate::low) mod salsa20;
