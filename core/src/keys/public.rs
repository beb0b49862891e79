//! Public keys, their text forms, and the fingerprint that two people compare.

use base64ct::{Base64, Encoding};

use super::KEY_LEN;
use crate::error::Error;
use crate::primitive::blake2b::Blake2b;
use crate::text::Text;

/// Characters in a [`Fingerprint`]: five groups of five digits, a space between.
pub const FINGERPRINT_LEN: usize = 29;

/// 25 decimal digits that two people compare by eye or voice, such as `04512 99310 20187 55546 71120`.
///
/// About 83 bits of a BLAKE2b hash of the key: making another key with the same fingerprint takes some 2^83 tries.
pub type Fingerprint = Text<FINGERPRINT_LEN>;

macro_rules! public_key {
    ($(#[$doc:meta])* $name:ident, $format:literal, $label:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name([u8; KEY_LEN]);

        impl $name {
            /// Takes the 32 bytes as they are; whether they are a good key shows when they are used.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; KEY_LEN]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; KEY_LEN] {
                &self.0
            }

            /// 64 characters of lower-case hex.
            #[must_use]
            pub fn to_hex(&self) -> Text<64> {
                let mut text = [b'0'; 64];
                // The length fits, so that this cannot fail.
                let _ = base16ct::lower::encode(&self.0, &mut text);
                Text::from_ascii(text)
            }

            /// Reads 64 characters of hex, in either case.
            ///
            /// # Errors
            ///
            /// [`Error::Encoding`] for any other length or character.
            pub fn from_hex(hex: &str) -> Result<Self, Error> {
                let mut key = [0; KEY_LEN];
                match base16ct::mixed::decode(hex, &mut key) {
                    Ok(bytes) if bytes.len() == KEY_LEN => Ok(Self(key)),
                    _ => Err(Error::Encoding),
                }
            }

            /// 44 characters of padded base64 (RFC 4648, section 4).
            #[must_use]
            pub fn to_base64(&self) -> Text<44> {
                let mut text = [b'='; 44];
                // The length fits, so that this cannot fail.
                let _ = Base64::encode(&self.0, &mut text);
                Text::from_ascii(text)
            }

            /// Reads 44 characters of padded base64.
            ///
            /// # Errors
            ///
            /// [`Error::Encoding`] for any other length or character.
            pub fn from_base64(base64: &str) -> Result<Self, Error> {
                let mut key = [0; KEY_LEN];
                match Base64::decode(base64, &mut key) {
                    Ok(bytes) if bytes.len() == KEY_LEN => Ok(Self(key)),
                    _ => Err(Error::Encoding),
                }
            }

            /// What two people compare before they trust the key.
            ///
            /// # Specification
            ///
            /// BLAKE2b-320 of the label (`saltbox fingerprint x25519` or `… ed25519`) and the key; each 8 bytes, read
            /// little-endian, modulo 100,000, are one group of five digits.
            #[must_use]
            pub fn fingerprint(&self) -> Fingerprint {
                let mut hash = [0; 40];
                let mut state = Blake2b::new(&[], hash.len());
                state.update($label);
                state.update(&self.0);
                state.finalize_into(&mut hash);
                digits(&hash)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.to_hex())
            }
        }

        #[cfg(feature = "defmt")]
        impl defmt::Format for $name {
            fn format(&self, f: defmt::Formatter<'_>) {
                defmt::write!(f, $format, &self.0[..]);
            }
        }
    };
}

public_key! {
    /// An X25519 public key: to whom a box is sealed.
    ///
    /// ```
    /// use saltbox::keys::{PublicKey, SecretKey};
    ///
    /// let key = SecretKey::from_bytes([7; 32]).public_key();
    /// assert_eq!(PublicKey::from_hex(&key.to_hex())?, key);
    /// assert_eq!(PublicKey::from_base64(&key.to_base64())?, key);
    /// assert_eq!(key.fingerprint().split(' ').count(), 5);
    /// # Ok::<(), saltbox::Error>(())
    /// ```
    PublicKey, "PublicKey({=[u8]:02x})", b"saltbox fingerprint x25519"
}

public_key! {
    /// An Ed25519 public key: whose signatures are checked.
    ///
    /// ```
    /// use saltbox::keys::{SigningKey, VerifyingKey};
    ///
    /// let key = SigningKey::from_seed([7; 32]).verifying_key();
    /// assert_eq!(VerifyingKey::from_hex(&key.to_hex())?, key);
    /// # Ok::<(), saltbox::Error>(())
    /// ```
    VerifyingKey, "VerifyingKey({=[u8]:02x})", b"saltbox fingerprint ed25519"
}

/// Five groups of five digits, each from 8 bytes of `hash`.
fn digits(hash: &[u8; 40]) -> Fingerprint {
    let mut text = [b' '; FINGERPRINT_LEN];
    let (groups, _) = hash.as_chunks::<8>();
    for (field, group) in text.chunks_mut(6).zip(groups) {
        let mut rest = u64::from_le_bytes(*group) % 100_000;
        for digit in field.iter_mut().take(5).rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    }
    Text::from_ascii(text)
}
