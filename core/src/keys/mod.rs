//! Keys as types: wiped when dropped, never printed, compared in constant time.
//!
//! | type | bytes | holds |
//! |---|---:|---|
//! | [`SecretKey`] | 32 | an X25519 secret |
//! | [`PublicKey`] | 32 | an X25519 public key |
//! | [`SharedKey`] | 32 | the key of a box, agreed or already shared |
//! | [`SigningKey`] | 32 + 32 | an Ed25519 seed and its public key |
//! | [`VerifyingKey`] | 32 | an Ed25519 public key |
//!
//! A key that is moved leaves a copy behind that Rust gives no means to wipe: keep long-lived keys where they are
//! made, and pass references.

mod public;
mod secret;

pub use public::{FINGERPRINT_LEN, Fingerprint, PublicKey, VerifyingKey};
pub use secret::{SecretKey, SharedKey, SigningKey};

/// Bytes in every key.
pub const KEY_LEN: usize = 32;
