//! Each backend against vectors and libsodium, where the public API does not reach.
//!
//! On the host the Cortex-M's stands on a model of its assembly; what the assembly itself does is asked on the boards.

mod cortex_m;
mod portable;
#[path = "../../../tests/random/mod.rs"]
mod random;
#[path = "../../../tests/vectors/mod.rs"]
mod vectors;
