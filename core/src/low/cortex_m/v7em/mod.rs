//! ARMv7E-M and ARMv8-M mainline with DSP: Cortex-M4, M7 and M33.

#[path = "../v7m/blake2b.rs"]
pub(in crate::low) mod blake2b;
pub(in crate::low) mod field;
pub(in crate::low) mod poly1305;
#[path = "../v7m/salsa20.rs"]
pub(in crate::low) mod salsa20;
