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
//! Secrets are wiped when dropped and never printed; no function branches on or indexes by a secret in its source; what ends
//! in `_vartime` takes public inputs alone. Nobody has audited this crate.
//!
//! # Cores
//!
//! Which code runs is chosen from the target, no feature is needed:
//!
//! | target | cores | code |
//! |---|---|---|
//! | `thumbv6m`, `thumbv8m.base` | M0, M0+, M23 | assembly; constant time if the part has the single-cycle multiplier |
//! | `thumbv7m` | M3 | assembly without long multiplies, whose time there depends on the operands |
//! | `thumbv7em` | M4, M7 | assembly with UMAAL |
//! | `thumbv8m.main` | M33, with DSP | the same; a part **without DSP** needs `--cfg saltbox_no_dsp`, or the first key ends in a fault |
//! | any other | hosts, phones | the audited crates `curve25519-dalek`, `salsa20`, `poly1305` |
//!
//! On M0, M3, M4 and M33 `cargo xtask test ct` shows of the linked machine code that operations on secrets execute the same
//! instructions and touch the same addresses with eight secrets, edges and random ones, and run none whose time depends on
//! operands; `cargo xtask assure` takes 64, at opt-level 3, `s` and `z`. On other cores, the M7 and M23 among them, and on
//! hosts that has not been shown; for the M23 it has not even been assembled.
//!
//! `--cfg saltbox_portable` takes the crates on every target, the feature `small` on those where flash is short; on the M3
//! they are not constant time, so that `small` leaves its assembly alone.
//!
//! # Features
//!
//! | feature | default | gives |
//! |---|---|---|
//! | `heapless` | yes | sealing and opening in place in a `heapless::Vec<u8, N>` |
//! | `defmt` | no | `defmt::Format`: public types in full, secrets redacted |
//! | `rand_core` | no | adapters to and from `rand_core` 0.10 |
//! | `small` | no | portable code in place of assembly on Cortex-M other than the M3: slower; up to 3 KB less flash where nothing is signed, more where something is |
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
