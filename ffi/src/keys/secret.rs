//! Secret keys: opaque, wiped, redacted.

use std::sync::Arc;

use saltbox::keys;
use saltbox::rng::OsRandom;

use super::{PublicKey, VerifyingKey};
use crate::SaltboxError;
use crate::error::array;
use crate::guard::guard;
use crate::held::Held;

/// An X25519 secret key: opens what is sealed for its public key.
///
/// Security: the 32 bytes stay in native memory and are wiped by `wipe`, by `close` in Kotlin, and when the last
/// reference to the object is gone. Printing the object shows nothing of them. Safe to use from many threads.
#[derive(uniffi::Object)]
pub struct SecretKey(pub(crate) Held<keys::SecretKey>);

#[uniffi::export]
impl SecretKey {
    /// Draws a new key from the operating system.
    ///
    /// Throws `EntropySourceFailed`; there is no fallback.
    #[uniffi::constructor]
    pub fn generate() -> Result<Arc<Self>, SaltboxError> {
        guard(|| Ok(Arc::new(Self(Held::new(keys::SecretKey::generate(&mut OsRandom)?)))))
    }

    /// Takes 32 secret bytes; wipe your own copy of them.
    ///
    /// Throws `InvalidLength`.
    #[uniffi::constructor]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Arc<Self>, SaltboxError> {
        guard(|| {
            let bytes = array(&bytes, "a secret key")?;
            Ok(Arc::new(Self(Held::new(keys::SecretKey::from_bytes(bytes)))))
        })
    }

    /// The 32 secret bytes, for storing the key in a keystore: never print them, wipe your copy.
    ///
    /// Throws `Closed`.
    pub fn expose_secret(&self) -> Result<Vec<u8>, SaltboxError> {
        self.0.with(|key| Ok(key.expose_secret().to_vec()))
    }

    /// The public key that belongs to this one: give it to everybody.
    ///
    /// Throws `Closed`.
    pub fn public_key(&self) -> Result<Arc<PublicKey>, SaltboxError> {
        self.0.with(|key| Ok(Arc::new(PublicKey(key.public_key()))))
    }

    /// Wipes the key now, whoever still holds the object. Every other call throws `Closed` from then on.
    pub fn wipe(&self) {
        self.0.wipe();
    }
}

/// The key of a box: what two peers agreed on, or a key that both already had.
///
/// Agreeing takes one X25519; seal and open many messages with the result.
///
/// Security: as `SecretKey`. Both directions of a conversation share the key, so that both sides must never use the same
/// nonce; random nonces never meet.
#[derive(uniffi::Object)]
pub struct SharedKey(pub(crate) Held<keys::SharedKey>);

#[uniffi::export]
impl SharedKey {
    /// Agrees on a key with the holder of `public_key`.
    ///
    /// Throws `WeakKey` if `public_key` is of low order, `Closed`.
    #[uniffi::constructor]
    pub fn agree(
        secret_key: &SecretKey,
        public_key: &PublicKey,
    ) -> Result<Arc<Self>, SaltboxError> {
        secret_key.0.with(|secret| {
            Ok(Arc::new(Self(Held::new(keys::SharedKey::agree(secret, &public_key.0)?))))
        })
    }

    /// Draws a new key from the operating system.
    ///
    /// Throws `EntropySourceFailed`; there is no fallback.
    #[uniffi::constructor]
    pub fn generate() -> Result<Arc<Self>, SaltboxError> {
        guard(|| Ok(Arc::new(Self(Held::new(keys::SharedKey::generate(&mut OsRandom)?)))))
    }

    /// Takes 32 secret bytes; wipe your own copy of them.
    ///
    /// Throws `InvalidLength`.
    #[uniffi::constructor]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Arc<Self>, SaltboxError> {
        guard(|| {
            let bytes = array(&bytes, "a shared key")?;
            Ok(Arc::new(Self(Held::new(keys::SharedKey::from_bytes(bytes)))))
        })
    }

    /// The 32 secret bytes, for storing the key in a keystore: never print them, wipe your copy.
    ///
    /// Throws `Closed`.
    pub fn expose_secret(&self) -> Result<Vec<u8>, SaltboxError> {
        self.0.with(|key| Ok(key.expose_secret().to_vec()))
    }

    /// Wipes the key now, whoever still holds the object. Every other call throws `Closed` from then on.
    pub fn wipe(&self) {
        self.0.wipe();
    }
}

/// An Ed25519 signing key.
///
/// Security: as `SecretKey`.
#[derive(uniffi::Object)]
pub struct SigningKey(pub(crate) Held<keys::SigningKey>);

#[uniffi::export]
impl SigningKey {
    /// Draws a new key from the operating system.
    ///
    /// Throws `EntropySourceFailed`; there is no fallback.
    #[uniffi::constructor]
    pub fn generate() -> Result<Arc<Self>, SaltboxError> {
        guard(|| Ok(Arc::new(Self(Held::new(keys::SigningKey::generate(&mut OsRandom)?)))))
    }

    /// Takes a 32-byte seed (RFC 8032's secret key; the first half of libsodium's 64 bytes); wipe your own copy of it.
    ///
    /// Throws `InvalidLength`.
    #[uniffi::constructor]
    pub fn from_seed(seed: Vec<u8>) -> Result<Arc<Self>, SaltboxError> {
        guard(|| {
            let seed = array(&seed, "a seed")?;
            Ok(Arc::new(Self(Held::new(keys::SigningKey::from_seed(seed)))))
        })
    }

    /// The 32-byte seed, for storing the key in a keystore: never print it, wipe your copy.
    ///
    /// Throws `Closed`.
    pub fn expose_secret(&self) -> Result<Vec<u8>, SaltboxError> {
        self.0.with(|key| Ok(key.expose_secret().to_vec()))
    }

    /// The public key that checks this key's signatures: give it to everybody.
    ///
    /// Throws `Closed`.
    pub fn verifying_key(&self) -> Result<Arc<VerifyingKey>, SaltboxError> {
        self.0.with(|key| Ok(Arc::new(VerifyingKey(key.verifying_key()))))
    }

    /// Wipes the key now, whoever still holds the object. Every other call throws `Closed` from then on.
    pub fn wipe(&self) {
        self.0.wipe();
    }
}
