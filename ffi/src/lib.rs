//! Saltbox for Swift and Kotlin, through UniFFI: objects over `saltbox`, and nothing that it does not have.
//!
//! The law of this crate:
//!
//! - A feature is built in core; here it is a line or two that convert arguments, call core and convert the result.
//! - A secret crosses only inside an object. Three ways lead out: a method whose name begins with `expose`, the
//!   `SecretStore` in which an app keeps a gateway's keys, and `provision_frame`, which holds a sensor's seed.
//! - Whatever takes a caller's bytes throws: a wrong length is [`SaltboxError::InvalidLength`], a panic is caught by
//!   `guard` and becomes [`SaltboxError::Internal`], and the process lives on.
//! - Objects may be used from many threads and wiped more than once; after that they throw [`SaltboxError::Closed`].
//! - What is said here in comments is what app developers read in KDoc and in Xcode, so that it speaks to them.
//!
//! # What is wiped
//!
//! Keys when they are wiped or dropped, and every block of memory that this library frees: UniFFI passes arguments and
//! results through buffers that would otherwise keep a copy. What the JVM and Swift copy is theirs: see the READMEs.

mod boxes;
mod error;
mod guard;
mod hash;
mod held;
mod keys;
mod random;
mod sign;
mod telemetry;

pub use error::SaltboxError;
pub use hash::{blake2b, sha512};
pub use keys::{PublicKey, SecretKey, SharedKey, SigningKey, VerifyingKey};
pub use random::{random_bytes, random_nonce};
pub use telemetry::{
    Command, Enrolled, Gateway, LineDecoder, Node, NonceSource, Outcome, PeerStore, Reading,
    Received, Refusal, SecretStore, StoreError, Trouble, Turn, ask_frame, encode_line,
};

uniffi::setup_scaffolding!("saltbox");

/// Wipes what it frees.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);
