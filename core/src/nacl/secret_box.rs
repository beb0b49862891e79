//! NaCl's `crypto_secretbox`, XSalsa20-Poly1305: sealing under a key that both sides have.
//!
//! **A nonce must never be used twice with one key**: two messages under the same nonce lose their secrecy, and
//! forgeries become possible. Draw it at random ([`Nonce::random`](crate::nonce::Nonce::random)) or count with
//! [`NonceSequence`](crate::nonce::NonceSequence).

use crate::error::Error;
use crate::keys::SharedKey;
use crate::nacl::room;
use crate::nonce::Nonce;
use crate::primitive::xsalsa20poly1305;

/// Bytes in a [`Tag`], and by which a sealed message is longer than its plaintext.
pub const TAG_LEN: usize = 16;

/// The 16-byte Poly1305 tag of a sealed message. Public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tag([u8; TAG_LEN]);

impl Tag {
    /// Takes a tag as it came over the wire.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; TAG_LEN]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; TAG_LEN] {
        &self.0
    }
}

/// Seals `buffer` in place and returns the tag.
///
/// `buffer` may have any length, also 0; on return it holds ciphertext of the same length.
///
/// # Security
///
/// Constant time in key and contents; time depends on `buffer.len()`. Wipes its locals.
///
/// # Cost
///
/// No heap, never panics. Instructions and stack: `benches/README.md`.
///
/// # Specification
///
/// NaCl `crypto_secretbox`; XSalsa20 (Bernstein 2011), Poly1305 (Bernstein 2005).
///
/// # Example
///
/// ```
/// use saltbox::keys::SharedKey;
/// use saltbox::nacl::secret_box;
/// use saltbox::nonce::Nonce;
///
/// let (key, nonce) = (SharedKey::from_bytes([1; 32]), Nonce::from_bytes([2; 24]));
/// let mut buffer = *b"21.5C";
/// let tag = secret_box::seal_detached(&key, &nonce, &mut buffer);
/// secret_box::open_detached(&key, &nonce, &tag, &mut buffer)?;
/// assert_eq!(&buffer, b"21.5C");
/// # Ok::<(), saltbox::Error>(())
/// ```
pub fn seal_detached(key: &SharedKey, nonce: &Nonce, buffer: &mut [u8]) -> Tag {
    Tag(xsalsa20poly1305::seal(key.expose_secret(), nonce.as_bytes(), buffer))
}

/// Opens `buffer` in place after checking that its tag is right.
///
/// `buffer` may have any length, also 0. On entry it holds ciphertext, on success the plaintext of the same length; on
/// failure it is unchanged.
///
/// # Errors
///
/// [`Error::Forged`] if the tag does not match.
///
/// # Security
///
/// Constant time in key and contents; time depends on `buffer.len()` and on whether the tag matched. Wipes its locals;
/// not the caller's copies.
///
/// # Cost
///
/// No heap, never panics. Instructions and stack: `benches/README.md`.
///
/// # Specification
///
/// NaCl `crypto_secretbox_open`.
///
/// # Example
///
/// See [`seal_detached`].
pub fn open_detached(
    key: &SharedKey,
    nonce: &Nonce,
    tag: &Tag,
    buffer: &mut [u8],
) -> Result<(), Error> {
    xsalsa20poly1305::open(key.expose_secret(), nonce.as_bytes(), &tag.0, buffer)
        .map_err(|_| Error::Forged)
}

/// Checks the tag of `sealed` without opening it.
pub(crate) fn check_detached(
    key: &SharedKey,
    nonce: &Nonce,
    tag: &Tag,
    sealed: &[u8],
) -> Result<(), Error> {
    xsalsa20poly1305::check(key.expose_secret(), nonce.as_bytes(), &tag.0, sealed)
        .map(|_| ())
        .map_err(|_| Error::Forged)
}

/// Seals `message` into `out` as `tag || ciphertext` and returns the `message.len() + 16` bytes used.
///
/// # Errors
///
/// [`Error::BufferTooSmall`] with the size needed; then nothing was written.
///
/// # Security
///
/// As [`seal_detached`].
///
/// # Cost
///
/// As [`seal_detached`], and a copy of the message.
///
/// # Specification
///
/// The layout of libsodium's `crypto_secretbox_easy`.
///
/// # Example
///
/// ```
/// use saltbox::keys::SharedKey;
/// use saltbox::nacl::secret_box;
/// use saltbox::nonce::Nonce;
///
/// let (key, nonce) = (SharedKey::from_bytes([1; 32]), Nonce::from_bytes([2; 24]));
/// let (mut sealed, mut opened) = ([0; 64], [0; 64]);
/// let sealed = secret_box::seal_into(&key, &nonce, b"21.5C", &mut sealed)?;
/// assert_eq!(sealed.len(), 5 + secret_box::TAG_LEN);
/// assert_eq!(secret_box::open_into(&key, &nonce, sealed, &mut opened)?, b"21.5C");
/// # Ok::<(), saltbox::Error>(())
/// ```
pub fn seal_into<'a>(
    key: &SharedKey,
    nonce: &Nonce,
    message: &[u8],
    out: &'a mut [u8],
) -> Result<&'a mut [u8], Error> {
    let out = room(out, message.len().saturating_add(TAG_LEN))?;
    if let Some((tag, body)) = out.split_first_chunk_mut() {
        body.copy_from_slice(message);
        *tag = seal_detached(key, nonce, body).0;
    }
    Ok(out)
}

/// Opens `sealed` (`tag || ciphertext`) into `out` and returns the `sealed.len() - 16` bytes used.
///
/// # Errors
///
/// [`Error::Forged`] if the tag does not match or `sealed` is shorter than a tag, [`Error::BufferTooSmall`] with the
/// size needed. In each case nothing was written.
///
/// # Security
///
/// As [`open_detached`].
///
/// # Cost
///
/// As [`open_detached`], and a copy of the message.
///
/// # Specification
///
/// The layout of libsodium's `crypto_secretbox_open_easy`.
///
/// # Example
///
/// See [`seal_into`].
pub fn open_into<'a>(
    key: &SharedKey,
    nonce: &Nonce,
    sealed: &[u8],
    out: &'a mut [u8],
) -> Result<&'a mut [u8], Error> {
    let (tag, body) = sealed.split_first_chunk().ok_or(Error::Forged)?;
    let out = room(out, body.len())?;
    xsalsa20poly1305::open_copy(key.expose_secret(), nonce.as_bytes(), tag, body, out)
        .map_err(|_| Error::Forged)?;
    Ok(out)
}

/// Seals the contents of `message`, which become `tag || ciphertext`, 16 bytes longer.
///
/// # Errors
///
/// [`Error::BufferTooSmall`] with the capacity needed; then `message` is unchanged.
///
/// # Security
///
/// As [`seal_detached`].
///
/// # Cost
///
/// As [`seal_detached`], and moving the message by 16 bytes.
///
/// # Specification
///
/// The layout of libsodium's `crypto_secretbox_easy`.
///
/// # Example
///
/// ```
/// use saltbox::keys::SharedKey;
/// use saltbox::nacl::secret_box;
/// use saltbox::nonce::Nonce;
///
/// let (key, nonce) = (SharedKey::from_bytes([1; 32]), Nonce::from_bytes([2; 24]));
/// let mut message: heapless::Vec<u8, 32> = heapless::Vec::from_slice(b"21.5C").unwrap();
/// secret_box::seal_in_place(&key, &nonce, &mut message)?;
/// assert_eq!(message.len(), 5 + secret_box::TAG_LEN);
/// secret_box::open_in_place(&key, &nonce, &mut message)?;
/// assert_eq!(message, b"21.5C");
/// # Ok::<(), saltbox::Error>(())
/// ```
#[cfg(feature = "heapless")]
pub fn seal_in_place<const N: usize>(
    key: &SharedKey,
    nonce: &Nonce,
    message: &mut heapless::Vec<u8, N>,
) -> Result<(), Error> {
    super::grow_front(message, TAG_LEN)?;
    if let Some((tag, body)) = message.split_first_chunk_mut() {
        *tag = seal_detached(key, nonce, body).0;
    }
    Ok(())
}

/// Opens the contents of `message` (`tag || ciphertext`), which become the plaintext, 16 bytes shorter.
///
/// # Errors
///
/// [`Error::Forged`] if the tag does not match or is not there; then `message` is unchanged.
///
/// # Security
///
/// As [`open_detached`]. The 16 bytes that become free are wiped.
///
/// # Cost
///
/// As [`open_detached`], and moving the message by 16 bytes.
///
/// # Specification
///
/// The layout of libsodium's `crypto_secretbox_open_easy`.
///
/// # Example
///
/// See [`seal_in_place`].
#[cfg(feature = "heapless")]
pub fn open_in_place<const N: usize>(
    key: &SharedKey,
    nonce: &Nonce,
    message: &mut heapless::Vec<u8, N>,
) -> Result<(), Error> {
    let (tag, body) = message.split_first_chunk_mut().ok_or(Error::Forged)?;
    let tag = Tag(*tag);
    open_detached(key, nonce, &tag, body)?;
    super::cut_front(message, TAG_LEN);
    Ok(())
}
