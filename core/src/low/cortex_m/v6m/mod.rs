//! ARMv6-M: Cortex-M0 and M0+; also the M23 (ARMv8-M baseline).

pub(in crate::low) mod blake2b;
pub(in crate::low) mod field;
pub(in crate::low) mod poly1305;
pub(in crate::low) mod salsa20;
