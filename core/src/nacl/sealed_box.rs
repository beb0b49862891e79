//! libsodium's `crypto_box_seal`: for a receiver whose public key is known, from a sender who stays anonymous.
//!
//! Each message has a fresh key pair of its own; its secret half is wiped before the call returns, so that not even
//! the sender can open the message again. The nonce follows from the two public keys.

use crate::error::Error;
use crate::keys::{PublicKey, SecretKey, SharedKey};
use crate::nacl::room;
use crate::nacl::secret_box::{self, TAG_LEN, Tag};
use crate::nonce::{NONCE_LEN, Nonce};
use crate::primitive::blake2b::Blake2b;
use crate::rng::RandomSource;

/// Bytes by which a sealed box is longer than its plaintext: a public key and a tag.
pub const OVERHEAD: usize = 48;

/// What stands before the ciphertext of a sealed box: `ephemeral public key || tag`.
pub type Header = [u8; OVERHEAD];

/// Seals `buffer` in place for the holder of `receiver` and returns what belongs before it.
///
/// `buffer` may have any length, also 0.
///
/// # Errors
///
/// [`Error::WeakKey`] if `receiver` is of low order, [`Error::Entropy`] if `random` fails; then `buffer` is unchanged.
///
/// # Security
///
/// Constant time in the ephemeral secret and the contents. Wipes the ephemeral key. The receiver learns nothing of who
/// sealed.
///
/// # Cost
///
/// Two X25519. No heap, never panics. Instructions and stack: `benches/README.md`.
///
/// # Specification
///
/// libsodium `crypto_box_seal`; nonce = BLAKE2b-192(ephemeral public key || receiver's public key).
///
/// # Example
///
/// ```
/// # #[cfg(feature = "getrandom")] {
/// use saltbox::keys::SecretKey;
/// use saltbox::nacl::sealed_box;
/// use saltbox::rng::OsRandom;
///
/// let doctor = SecretKey::generate(&mut OsRandom)?;
/// let mut report = *b"36.9 C";
/// let header = sealed_box::seal_detached(&doctor.public_key(), &mut report, &mut OsRandom)?;
/// sealed_box::open_detached(&doctor, &header, &mut report)?;
/// assert_eq!(&report, b"36.9 C");
/// # }
/// # Ok::<(), saltbox::Error>(())
/// ```
pub fn seal_detached(
    receiver: &PublicKey,
    buffer: &mut [u8],
    random: &mut impl RandomSource,
) -> Result<Header, Error> {
    let ephemeral = SecretKey::generate(random)?;
    let public = ephemeral.public_key();
    let key = SharedKey::agree(&ephemeral, receiver)?;
    let tag = secret_box::seal_detached(&key, &nonce(&public, receiver), buffer);
    let mut header = [0; OVERHEAD];
    let (front, back) = header.split_at_mut(OVERHEAD - TAG_LEN);
    front.copy_from_slice(public.as_bytes());
    back.copy_from_slice(tag.as_bytes());
    Ok(header)
}

/// Opens `buffer` in place after checking the tag in `header`.
///
/// # Errors
///
/// [`Error::Forged`] if the tag does not match, [`Error::WeakKey`] if the key in `header` is of low order; then
/// `buffer` is unchanged.
///
/// # Security
///
/// Says nothing of who sealed. Constant time in the secret key and the contents.
///
/// # Cost
///
/// Two X25519 (one for the receiver's public key). No heap, never panics.
///
/// # Specification
///
/// libsodium `crypto_box_seal_open`.
///
/// # Example
///
/// See [`seal_detached`].
pub fn open_detached(
    receiver: &SecretKey,
    header: &Header,
    buffer: &mut [u8],
) -> Result<(), Error> {
    let (key, nonce, tag) = begin_open(receiver, header)?;
    secret_box::open_detached(&key, &nonce, &tag, buffer)
}

/// Seals `message` into `out` as `ephemeral public key || tag || ciphertext`, and returns the `message.len() + 48`
/// bytes used.
///
/// # Errors
///
/// As [`seal_detached`], and [`Error::BufferTooSmall`] with the size needed. In each case nothing was written.
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
/// libsodium `crypto_box_seal`.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "getrandom")] {
/// use saltbox::keys::SecretKey;
/// use saltbox::nacl::sealed_box;
/// use saltbox::rng::OsRandom;
///
/// let doctor = SecretKey::generate(&mut OsRandom)?;
/// let (mut sealed, mut opened) = ([0; 64], [0; 64]);
/// let sealed = sealed_box::seal_into(&doctor.public_key(), b"36.9 C", &mut sealed, &mut OsRandom)?;
/// assert_eq!(sealed_box::open_into(&doctor, sealed, &mut opened)?, b"36.9 C");
/// # }
/// # Ok::<(), saltbox::Error>(())
/// ```
pub fn seal_into<'a>(
    receiver: &PublicKey,
    message: &[u8],
    out: &'a mut [u8],
    random: &mut impl RandomSource,
) -> Result<&'a mut [u8], Error> {
    let out = room(out, message.len().saturating_add(OVERHEAD))?;
    // Whatever can fail comes before the first byte is written.
    let ephemeral = SecretKey::generate(random)?;
    let public = ephemeral.public_key();
    let key = SharedKey::agree(&ephemeral, receiver)?;
    if let Some((front, boxed)) = out.split_first_chunk_mut() {
        *front = *public.as_bytes();
        secret_box::seal_into(&key, &nonce(&public, receiver), message, boxed)?;
    }
    Ok(out)
}

/// Opens `sealed` into `out` and returns the `sealed.len() - 48` bytes used.
///
/// # Errors
///
/// As [`open_detached`], [`Error::Forged`] also if `sealed` is shorter than 48 bytes, and [`Error::BufferTooSmall`]
/// with the size needed. In each case nothing was written.
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
/// libsodium `crypto_box_seal_open`.
///
/// # Example
///
/// See [`seal_into`].
pub fn open_into<'a>(
    receiver: &SecretKey,
    sealed: &[u8],
    out: &'a mut [u8],
) -> Result<&'a mut [u8], Error> {
    let (header, body) = sealed.split_first_chunk().ok_or(Error::Forged)?;
    room(out, body.len())?;
    let (key, nonce, _) = begin_open(receiver, header)?;
    let (_, boxed) = sealed.split_at(OVERHEAD - TAG_LEN);
    secret_box::open_into(&key, &nonce, boxed, out)
}

/// Seals the contents of `message`, which become `ephemeral public key || tag || ciphertext`, 48 bytes longer.
///
/// # Errors
///
/// As [`seal_detached`], and [`Error::BufferTooSmall`] with the capacity needed. In each case `message` is unchanged.
///
/// # Security
///
/// As [`seal_detached`].
///
/// # Cost
///
/// As [`seal_detached`], and moving the message by 48 bytes.
///
/// # Specification
///
/// libsodium `crypto_box_seal`.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "getrandom")] {
/// use saltbox::keys::SecretKey;
/// use saltbox::nacl::sealed_box;
/// use saltbox::rng::OsRandom;
///
/// let doctor = SecretKey::generate(&mut OsRandom)?;
/// let mut message: heapless::Vec<u8, 64> = heapless::Vec::from_slice(b"36.9 C").unwrap();
/// sealed_box::seal_in_place(&doctor.public_key(), &mut message, &mut OsRandom)?;
/// sealed_box::open_in_place(&doctor, &mut message)?;
/// assert_eq!(message, b"36.9 C");
/// # }
/// # Ok::<(), saltbox::Error>(())
/// ```
#[cfg(feature = "heapless")]
pub fn seal_in_place<const N: usize>(
    receiver: &PublicKey,
    message: &mut heapless::Vec<u8, N>,
    random: &mut impl RandomSource,
) -> Result<(), Error> {
    let needed = message.len().saturating_add(OVERHEAD);
    if needed > N {
        return Err(Error::BufferTooSmall { needed });
    }
    let header = seal_detached(receiver, message, random)?;
    super::grow_front(message, OVERHEAD)?;
    if let Some(front) = message.first_chunk_mut() {
        *front = header;
    }
    Ok(())
}

/// Opens the contents of `message`, which become the plaintext, 48 bytes shorter.
///
/// # Errors
///
/// As [`open_detached`], [`Error::Forged`] also if there are fewer than 48 bytes. In each case `message` is unchanged.
///
/// # Security
///
/// As [`open_detached`]. The 48 bytes that become free are wiped.
///
/// # Cost
///
/// As [`open_detached`], and moving the message by 48 bytes.
///
/// # Specification
///
/// libsodium `crypto_box_seal_open`.
///
/// # Example
///
/// See [`seal_in_place`].
#[cfg(feature = "heapless")]
pub fn open_in_place<const N: usize>(
    receiver: &SecretKey,
    message: &mut heapless::Vec<u8, N>,
) -> Result<(), Error> {
    let (header, body) = message.split_first_chunk_mut().ok_or(Error::Forged)?;
    open_detached(receiver, &*header, body)?;
    super::cut_front(message, OVERHEAD);
    Ok(())
}

fn begin_open(receiver: &SecretKey, header: &Header) -> Result<(SharedKey, Nonce, Tag), Error> {
    let ephemeral = PublicKey::from_bytes(core::array::from_fn(|i| header[i]));
    let tag = Tag::from_bytes(core::array::from_fn(|i| header[OVERHEAD - TAG_LEN + i]));
    let key = SharedKey::agree(receiver, &ephemeral)?;
    Ok((key, nonce(&ephemeral, &receiver.public_key()), tag))
}

fn nonce(ephemeral: &PublicKey, receiver: &PublicKey) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    let mut hash = Blake2b::new(&[], NONCE_LEN);
    hash.update(ephemeral.as_bytes());
    hash.update(receiver.as_bytes());
    hash.finalize_into(&mut bytes);
    Nonce::from_bytes(bytes)
}
