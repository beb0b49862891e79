//! libsodium's `crypto_sign`, Ed25519: a signature that everybody can check and only one key can make.
//!
//! [`verify`] accepts exactly what libsodium 1.0.18 accepts, which is less than many other libraries do: S below the
//! group order, no public key and no R of small order or in non-canonical form, and the equation without the cofactor.

use crate::error::Error;
use crate::keys::{SigningKey, VerifyingKey};
use crate::nacl::room;
use crate::primitive::ed25519;

/// Bytes in a [`Signature`].
pub const SIGNATURE_LEN: usize = 64;

/// A 64-byte Ed25519 signature, `R || S`. Public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Signature([u8; SIGNATURE_LEN]);

impl Signature {
    /// Takes a signature as it came over the wire.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; SIGNATURE_LEN]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; SIGNATURE_LEN] {
        &self.0
    }
}

/// Signs `message`, of any length.
///
/// # Security
///
/// Deterministic: needs no randomness. Constant time in the key, within the limits that the crate's front page names
/// for each core. Wipes its locals.
///
/// # Cost
///
/// Two hashes of the message and one multiplication of the base point. No heap, never panics. Instructions and stack:
/// `benches/README.md`.
///
/// # Specification
///
/// RFC 8032 Ed25519; libsodium `crypto_sign_detached`.
///
/// # Example
///
/// ```
/// use saltbox::keys::SigningKey;
/// use saltbox::nacl::sign;
///
/// let key = SigningKey::from_seed([1; 32]);
/// let signature = sign::sign(&key, b"firmware 1.2");
/// sign::verify(&key.verifying_key(), b"firmware 1.2", &signature)?;
/// assert!(sign::verify(&key.verifying_key(), b"firmware 1.3", &signature).is_err());
/// # Ok::<(), saltbox::Error>(())
/// ```
#[must_use]
pub fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    let public = key.verifying_key();
    Signature(ed25519::sign(key.expose_secret(), public.as_bytes(), message))
}

/// Checks that `signature` over `message` was made by the holder of `key`.
///
/// # Errors
///
/// [`Error::Forged`] if not.
///
/// # Security
///
/// Variable time: key, message and signature are public.
///
/// # Cost
///
/// One hash of the message and one double multiplication. No heap, never panics. Instructions and stack:
/// `benches/README.md`.
///
/// # Specification
///
/// libsodium 1.0.18 `crypto_sign_verify_detached` (cofactorless, strict; see the module).
///
/// # Example
///
/// See [`sign()`].
pub fn verify(key: &VerifyingKey, message: &[u8], signature: &Signature) -> Result<(), Error> {
    ed25519::verify_vartime(key.as_bytes(), message, &signature.0).map_err(|_| Error::Forged)
}

/// Signs `message` into `out` as `signature || message`, and returns the `message.len() + 64` bytes used.
///
/// # Errors
///
/// [`Error::BufferTooSmall`] with the size needed; then nothing was written.
///
/// # Security
///
/// As [`sign()`].
///
/// # Cost
///
/// As [`sign()`], and a copy of the message.
///
/// # Specification
///
/// libsodium `crypto_sign` (combined mode).
///
/// # Example
///
/// ```
/// use saltbox::keys::SigningKey;
/// use saltbox::nacl::sign;
///
/// let key = SigningKey::from_seed([1; 32]);
/// let mut out = [0; 80];
/// let signed = sign::sign_into(&key, b"firmware 1.2", &mut out)?;
/// assert_eq!(sign::verify_combined(&key.verifying_key(), signed)?, b"firmware 1.2");
/// # Ok::<(), saltbox::Error>(())
/// ```
pub fn sign_into<'a>(
    key: &SigningKey,
    message: &[u8],
    out: &'a mut [u8],
) -> Result<&'a mut [u8], Error> {
    let out = room(out, message.len().saturating_add(SIGNATURE_LEN))?;
    if let Some((front, body)) = out.split_first_chunk_mut() {
        body.copy_from_slice(message);
        *front = sign(key, body).0;
    }
    Ok(out)
}

/// Checks `signed` (`signature || message`) and returns the message in it.
///
/// # Errors
///
/// [`Error::Forged`] if the signature does not match or `signed` is shorter than one.
///
/// # Security
///
/// As [`verify`].
///
/// # Cost
///
/// As [`verify`]; nothing is copied.
///
/// # Specification
///
/// libsodium `crypto_sign_open` (combined mode).
///
/// # Example
///
/// See [`sign_into`].
pub fn verify_combined<'a>(key: &VerifyingKey, signed: &'a [u8]) -> Result<&'a [u8], Error> {
    let (signature, message) = signed.split_first_chunk().ok_or(Error::Forged)?;
    ed25519::verify_vartime(key.as_bytes(), message, signature).map_err(|_| Error::Forged)?;
    Ok(message)
}

/// Signs the contents of `message`, which become `signature || message`, 64 bytes longer.
///
/// # Errors
///
/// [`Error::BufferTooSmall`] with the capacity needed; then `message` is unchanged.
///
/// # Security
///
/// As [`sign()`].
///
/// # Cost
///
/// As [`sign()`], and moving the message by 64 bytes.
///
/// # Specification
///
/// libsodium `crypto_sign` (combined mode).
///
/// # Example
///
/// ```
/// use saltbox::keys::SigningKey;
/// use saltbox::nacl::sign;
///
/// let key = SigningKey::from_seed([1; 32]);
/// let mut message: heapless::Vec<u8, 80> = heapless::Vec::from_slice(b"firmware 1.2").unwrap();
/// sign::sign_in_place(&key, &mut message)?;
/// sign::verify_in_place(&key.verifying_key(), &mut message)?;
/// assert_eq!(message, b"firmware 1.2");
/// # Ok::<(), saltbox::Error>(())
/// ```
#[cfg(feature = "heapless")]
pub fn sign_in_place<const N: usize>(
    key: &SigningKey,
    message: &mut heapless::Vec<u8, N>,
) -> Result<(), Error> {
    super::grow_front(message, SIGNATURE_LEN)?;
    if let Some((front, body)) = message.split_first_chunk_mut() {
        *front = sign(key, body).0;
    }
    Ok(())
}

/// Checks the contents of `message` (`signature || message`), which become the message alone, 64 bytes shorter.
///
/// # Errors
///
/// As [`verify_combined`]; then `message` is unchanged.
///
/// # Security
///
/// As [`verify`].
///
/// # Cost
///
/// As [`verify`], and moving the message by 64 bytes.
///
/// # Specification
///
/// libsodium `crypto_sign_open` (combined mode).
///
/// # Example
///
/// See [`sign_in_place`].
#[cfg(feature = "heapless")]
pub fn verify_in_place<const N: usize>(
    key: &VerifyingKey,
    message: &mut heapless::Vec<u8, N>,
) -> Result<(), Error> {
    verify_combined(key, message)?;
    super::cut_front(message, SIGNATURE_LEN);
    Ok(())
}
