//! NaCl end-to-end encryption without a heap, from a Cortex-M0 to a phone.
//!
//! What [`nacl`] seals, libsodium and TweetNaCl.js open, and the other way round. On top of it stands
//! [`telemetry`]: frames from a sensor to a gateway and commands back, safe across resets, replays and lost lines.
//!
//! ```
//! use saltbox::keys::{SecretKey, SharedKey};
//! use saltbox::nacl::public_box;
//! use saltbox::nonce::Nonce;
//!
//! // Never a fixed key outside an example: `SecretKey::generate` takes a random source.
//! let sensor = SecretKey::from_bytes([1; 32]);
//! let phone = SecretKey::from_bytes([2; 32]);
//! let nonce = Nonce::from_bytes([3; 24]);
//!
//! let mut sealed = [0; 21];
//! let shared = SharedKey::agree(&sensor, &phone.public_key())?;
//! let sealed = public_box::seal_into(&shared, &nonce, b"21.5C", &mut sealed)?;
//!
//! let mut opened = [0; 5];
//! let shared = SharedKey::agree(&phone, &sensor.public_key())?;
//! assert_eq!(public_box::open_into(&shared, &nonce, sealed, &mut opened)?, b"21.5C");
//! # Ok::<(), saltbox::Error>(())
//! ```
//!
//! | to do | use |
//! |---|---|
//! | seal for one known peer, many times | [`keys::SharedKey::agree`], then [`nacl::public_box`] |
//! | seal with a key that both already have | [`nacl::secret_box`] |
//! | seal for a peer without saying who sealed | [`nacl::sealed_box`] |
//! | sign, verify | [`nacl::sign`] |
//! | hash, derive a key | [`nacl::hash`] |
//! | nonces that no reset repeats | [`nonce::NonceSequence`] |
//! | random bytes on a microcontroller | [`rng`] |
//! | readings to a gateway, commands back | [`telemetry`] |
//!
//! # These pages
//!
//! A page names lengths, errors, security, cost and source, and shows an example that runs. What the page of a type says
//! of security, cost and source holds for its methods; what is particular to one of them stands there. "Instructions and
//! stack" are in `benches/README.md`, measured on four cores. Nothing here uses a heap, and nothing panics for any input.
//!
//! # Security
//!
//! Secrets are wiped when dropped and never printed; no function branches on or indexes by a secret in its source.
//! Whether the *machine code* is constant time depends on the core: the portable backend, the only one so far, is not
//! on the **Cortex-M3**, whose long multiplies take a time that depends on their operands. On the Cortex-M0 it is if
//! the part has the single-cycle multiplier. Nobody has audited this crate.
//!
//! # Features
//!
//! | feature | default | gives |
//! |---|---|---|
//! | `heapless` | yes | sealing and opening in place in a `heapless::Vec<u8, N>` |
//! | `defmt` | no | `defmt::Format`: public types in full, secrets redacted |
//! | `rand_core` | no | adapters to and from `rand_core` 0.10 |
//! | `getrandom` | no | [`rng`]'s source for hosts |
#![cfg_attr(not(test), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
pub mod keys;
mod low;
pub mod nacl;
pub mod nonce;
pub mod nvm;
mod primitive;
pub mod rng;
pub mod telemetry;
mod text;

pub use error::Error;
pub use text::Text;

/// The front page's example runs as well.
#[cfg(all(doctest, feature = "getrandom"))]
#[doc = include_str!("../../README.md")]
struct FrontPage;
