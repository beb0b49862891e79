//! The audited crates.

use crate::low::portable as backend;

#[path = "questions.rs"]
mod questions;
