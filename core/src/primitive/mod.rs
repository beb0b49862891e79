//! One algorithm a file, in safe code: the mathematics of `low`'s backend given the shape that NaCl uses.

/// A check failed: the rooms above give it its name.
#[derive(Debug)]
pub(crate) struct Rejected;

pub(crate) mod blake2b;
pub(crate) mod ed25519;
pub(crate) mod x25519;
pub(crate) mod xsalsa20poly1305;
