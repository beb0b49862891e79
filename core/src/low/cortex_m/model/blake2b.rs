//! BLAKE2b's compression, which is the portable backend's.

pub(crate) use crate::low::blake2b::compress;
pub(crate) use crate::low::portable::BLAKE2B_STACK as STACK;
