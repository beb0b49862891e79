//! The ladder, the key stream and the rest that stands above the assembly.
#![allow(clippy::duplicate_mod)] // The same questions.

use crate::low::cortex_m as backend;

#[path = "questions.rs"]
mod questions;
