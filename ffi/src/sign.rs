//! Signatures: libsodium's `crypto_sign`, Ed25519.

use saltbox::nacl::sign::{self, Signature};

use crate::boxes::fits;
use crate::error::array;
use crate::guard::guard;
use crate::{SaltboxError, SigningKey, VerifyingKey};

#[uniffi::export]
impl SigningKey {
    /// Signs `message`, of up to 128 MiB. Returns the 64-byte signature: RFC 8032 Ed25519, libsodium's
    /// `crypto_sign_detached`.
    ///
    /// Throws `TooLong`, `Closed`.
    pub fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, SaltboxError> {
        self.0.with(|key| {
            fits(&message)?;
            Ok(sign::sign(key, &message).as_bytes().to_vec())
        })
    }
}

#[uniffi::export]
impl VerifyingKey {
    /// Checks that the holder of the signing key made the 64-byte `signature` over `message`. Returns nothing.
    ///
    /// Throws `Forged` if not, `InvalidLength` for the signature, `TooLong`. Strict, as libsodium 1.0.18.
    pub fn verify(&self, message: Vec<u8>, signature: Vec<u8>) -> Result<(), SaltboxError> {
        guard(|| {
            fits(&message)?;
            let signature = Signature::from_bytes(array(&signature, "a signature")?);
            Ok(sign::verify(&self.0, &message, &signature)?)
        })
    }
}
