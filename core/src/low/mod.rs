//! The platform: one backend a core, chosen here and nowhere else, and the only room where `unsafe` may stand.
//!
//! Every backend has the names of [`portable`]; the rooms above see them as [`backend`].

pub(crate) mod ct;
pub(crate) mod portable;
#[cfg(test)]
mod tests;
pub(crate) mod wipe;

pub(crate) use portable as backend;
