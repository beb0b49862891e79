//! The platform: one backend a core, chosen here and nowhere else, and the only room where `unsafe` may stand.
//!
//! Every backend has the names of [`portable`]; the rooms above see them as [`backend`]. `build.rs` tells the cores apart.
//! Why the assembly is sound: [`asm_safety`].

mod asm_safety;
pub(crate) mod blake2b;
#[cfg(any(saltbox_cortex_m, test))]
pub(crate) mod cortex_m;
pub(crate) mod ct;
#[cfg(any(not(saltbox_cortex_m), saltbox_check))]
pub(crate) mod portable;
#[cfg(test)]
mod tests;
pub(crate) mod wipe;

#[cfg(saltbox_cortex_m)]
pub(crate) use cortex_m as backend;
#[cfg(not(saltbox_cortex_m))]
pub(crate) use portable as backend;
