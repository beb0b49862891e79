//! NaCl's `crypto_box`: X25519, XSalsa20 and Poly1305. Only the two holders of the secret keys can seal or open.
//!
//! Agree once on a [`SharedKey`](crate::keys::SharedKey) and use it for every message: from there on a box *is* a
//! [`secret_box`](super::secret_box), in NaCl as here, and the functions are the same ones.
//!
//! Neither side can prove to a third who sealed a message: both could have. To prove it, [`sign`](super::sign).
//!
//! ```
//! use saltbox::keys::{SecretKey, SharedKey};
//! use saltbox::nacl::public_box;
//! use saltbox::nonce::Nonce;
//!
//! let (alice, bob) = (SecretKey::from_bytes([1; 32]), SecretKey::from_bytes([2; 32]));
//! let nonce = Nonce::from_bytes([0; 24]);
//!
//! let mut buffer = *b"attack at dawn";
//! let key = SharedKey::agree(&alice, &bob.public_key())?;
//! let tag = public_box::seal_detached(&key, &nonce, &mut buffer);
//!
//! let key = SharedKey::agree(&bob, &alice.public_key())?;
//! public_box::open_detached(&key, &nonce, &tag, &mut buffer)?;
//! assert_eq!(&buffer, b"attack at dawn");
//! # Ok::<(), saltbox::Error>(())
//! ```

pub use super::secret_box::{TAG_LEN, Tag, open_detached, open_into, seal_detached, seal_into};
#[cfg(feature = "heapless")]
pub use super::secret_box::{open_in_place, seal_in_place};
