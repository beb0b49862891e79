//! Sealing and opening: NaCl's box and secretbox, and libsodium's sealed box, byte for byte.

use saltbox::nacl::sealed_box;
use saltbox::nacl::secret_box::{self, Tag};
use saltbox::nonce::Nonce;
use saltbox::rng::OsRandom;

use crate::error::array;
use crate::guard::guard;
use crate::{PublicKey, SaltboxError, SecretKey, SharedKey};

/// Bytes in the longest message that a call takes: 128 MiB. A phone has little more to give for the copies of one.
const MAX_LEN: usize = 1 << 27;

#[uniffi::export]
impl SharedKey {
    /// Seals `message`, of up to 128 MiB, under a 24-byte `nonce` that this key has never seen: see `randomNonce`.
    ///
    /// Returns the 16-byte tag and the ciphertext, 16 bytes longer than the message: libsodium's `crypto_box_easy` and
    /// `crypto_secretbox_easy`. Send the nonce with it.
    ///
    /// Throws `InvalidLength` for the nonce, `TooLong`, `Closed`.
    ///
    /// Security: two messages under one nonce lose their secrecy. Constant time in key and contents.
    pub fn seal(&self, nonce: Vec<u8>, message: Vec<u8>) -> Result<Vec<u8>, SaltboxError> {
        self.seal_direct(&nonce, &message)
    }

    /// Opens what `seal` gave, after checking that a holder of the key made it.
    ///
    /// Throws `Forged` if nonce, key or a bit of `sealed` is another; `InvalidLength` for the nonce, `TooLong`, `Closed`.
    pub fn open(&self, nonce: Vec<u8>, sealed: Vec<u8>) -> Result<Vec<u8>, SaltboxError> {
        self.open_direct(&nonce, &sealed)
    }

    /// As `seal`, without copying the arguments. In Kotlin they are `ByteBuffer`s, read from position to limit: direct ones
    /// are passed as they are, others copied.
    pub fn seal_direct(&self, nonce: &[u8], message: &[u8]) -> Result<Vec<u8>, SaltboxError> {
        self.0.with(|key| {
            let nonce = Nonce::from_bytes(array(nonce, "a nonce")?);
            let mut sealed = vec![0; fits(message)? + secret_box::TAG_LEN];
            secret_box::seal_into(key, &nonce, message, &mut sealed)?;
            Ok(sealed)
        })
    }

    /// As `open`, without copying the arguments. In Kotlin they are `ByteBuffer`s, read from position to limit: direct ones
    /// are passed as they are, others copied.
    pub fn open_direct(&self, nonce: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SaltboxError> {
        self.0.with(|key| {
            let nonce = Nonce::from_bytes(array(nonce, "a nonce")?);
            fits(sealed)?;
            let (tag, body) = sealed.split_first_chunk().ok_or(SaltboxError::Forged)?;
            // A copy, read once: what is checked is what is decrypted, even if the app writes to its buffer meanwhile.
            let mut opened = body.to_vec();
            secret_box::open_detached(key, &nonce, &Tag::from_bytes(*tag), &mut opened)?;
            Ok(opened)
        })
    }
}

#[uniffi::export]
impl PublicKey {
    /// Seals `message`, of up to 128 MiB, so that the holder of the secret key alone can open it, and learns nothing of who
    /// sealed it. Not even the sender can open it again.
    ///
    /// Returns 48 bytes more than the message: libsodium's `crypto_box_seal`.
    ///
    /// Throws `WeakKey` if this key is of low order, `TooLong`, `EntropySourceFailed`.
    pub fn seal_anonymously(&self, message: Vec<u8>) -> Result<Vec<u8>, SaltboxError> {
        guard(|| {
            let mut sealed = vec![0; fits(&message)? + sealed_box::OVERHEAD];
            sealed_box::seal_into(&self.0, &message, &mut sealed, &mut OsRandom)?;
            Ok(sealed)
        })
    }
}

#[uniffi::export]
impl SecretKey {
    /// Opens what `PublicKey.sealAnonymously` or libsodium's `crypto_box_seal` made for this key.
    ///
    /// Throws `Forged`, `WeakKey` if the key in it is of low order, `TooLong`, `Closed`.
    pub fn open_anonymous(&self, sealed: Vec<u8>) -> Result<Vec<u8>, SaltboxError> {
        self.0.with(|key| {
            let mut opened = vec![0; fits(&sealed)?.saturating_sub(sealed_box::OVERHEAD)];
            sealed_box::open_into(key, &sealed, &mut opened)?;
            Ok(opened)
        })
    }
}

/// The length of `message`, if it is one that we take.
pub fn fits(message: &[u8]) -> Result<usize, SaltboxError> {
    if message.len() > MAX_LEN { Err(SaltboxError::TooLong) } else { Ok(message.len()) }
}
