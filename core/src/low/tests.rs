//! Each backend against vectors and libsodium, where the public API does not reach.
//!
//! On the host the Cortex-M's stands on a model of its assembly; what the assembly itself does is asked on the boards.

#[path = "../../tests/random/mod.rs"]
mod random;
#[path = "../../tests/vectors/mod.rs"]
mod vectors;

/// The audited crates.
mod portable {
    use crate::low::portable as backend;

    #[path = "../questions.rs"]
    mod questions;
}

/// The ladder, the key stream and the rest that stands above the assembly.
mod cortex_m {
    use crate::low::cortex_m as backend;

    #[path = "../questions.rs"]
    #[allow(clippy::duplicate_mod)] // The same questions.
    mod questions;
}
