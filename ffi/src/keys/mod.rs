//! Keys as objects: secrets never leave them but through a method whose name says so.

mod public;
mod secret;

pub use public::{PublicKey, VerifyingKey};
pub use secret::{SecretKey, SharedKey, SigningKey};
