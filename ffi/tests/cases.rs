//! The shared cases in Rust: `cargo xtask test` writes them from `bindings/cases/cases.json`.
#![allow(
    unused_variables,
    unused_parens,
    clippy::needless_borrows_for_generic_args,
    reason = "generated: a step takes what it is given, whether it needs it or not"
)]

include!("../../target/bindings/rust/cases/cases.rs");
