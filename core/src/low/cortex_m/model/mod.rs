//! What the assembly does, in plain Rust: it runs on the host below everything that stands above the assembly, and on each
//! core beside the assembly itself.
//!
//! Written to be obvious, not to be fast, and **not constant time**: no release contains it.

pub(in crate::low) mod blake2b;
pub(in crate::low) mod field;
mod ladder;
pub(in crate::low) mod poly1305;
pub(in crate::low) mod salsa20;
