//! Public keys: compared, shown, and read from text.

use std::fmt;
use std::sync::Arc;

use saltbox::keys;

use crate::SaltboxError;
use crate::error::array;
use crate::guard::guard;

macro_rules! public_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, PartialEq, Eq, Hash, uniffi::Object)]
        #[uniffi::export(Eq, Hash, Display)]
        pub struct $name(pub(crate) keys::$name);

        #[uniffi::export]
        impl $name {
            /// Takes the 32 bytes as they are; whether they are a good key shows when they are used.
            ///
            /// Throws `InvalidLength`.
            #[uniffi::constructor]
            pub fn from_bytes(bytes: Vec<u8>) -> Result<Arc<Self>, SaltboxError> {
                guard(|| Ok(Arc::new(Self(keys::$name::from_bytes(array(&bytes, "a public key")?)))))
            }

            /// Reads 64 characters of hex, in either case.
            ///
            /// Throws `Encoding` for any other length or character.
            #[uniffi::constructor]
            pub fn from_hex(hex: String) -> Result<Arc<Self>, SaltboxError> {
                guard(|| Ok(Arc::new(Self(keys::$name::from_hex(&hex)?))))
            }

            /// Reads 44 characters of padded base64 (RFC 4648, section 4).
            ///
            /// Throws `Encoding` for any other length or character.
            #[uniffi::constructor]
            pub fn from_base64(base64: String) -> Result<Arc<Self>, SaltboxError> {
                guard(|| Ok(Arc::new(Self(keys::$name::from_base64(&base64)?))))
            }

            /// The 32 bytes.
            pub fn to_bytes(&self) -> Vec<u8> {
                self.0.as_bytes().to_vec()
            }

            /// 64 characters of lower-case hex.
            pub fn to_hex(&self) -> String {
                self.0.to_hex().to_string()
            }

            /// 44 characters of padded base64.
            pub fn to_base64(&self) -> String {
                self.0.to_base64().to_string()
            }

            /// 25 decimal digits in five groups: what two people compare, by eye or voice, before they trust the key.
            ///
            /// About 83 bits of a BLAKE2b hash: making another key with the same fingerprint takes some 2^83 tries.
            pub fn fingerprint(&self) -> String {
                self.0.fingerprint().to_string()
            }
        }

        /// Hex.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0.to_hex())
            }
        }
    };
}

public_key! {
    /// An X25519 public key, 32 bytes: to whom a box is sealed. Equal to another with the same bytes.
    PublicKey
}

public_key! {
    /// An Ed25519 public key, 32 bytes: whose signatures are checked. Equal to another with the same bytes.
    VerifyingKey
}
