//! XSalsa20-Poly1305: NaCl's `crypto_secretbox`, detached and in place.
//!
//! The first 32 bytes of the key stream are the one-time Poly1305 key; the message is encrypted with what follows, and
//! the tag is over the ciphertext. Source: Bernstein, "Cryptography in NaCl" (2009), sections 7 to 9.

use super::Rejected;
use crate::low::{backend, ct, wipe::Wiped};

/// Encrypts `buffer` and returns the tag.
pub(crate) fn seal(key: &[u8; 32], nonce: &[u8; 24], buffer: &mut [u8]) -> [u8; 16] {
    let mut stream = stream(key, nonce);
    let mut tag_key = Wiped::zeroed();
    stream.xor(&mut *tag_key);
    stream.xor(buffer);
    backend::poly1305(&tag_key, buffer)
}

/// Checks `tag` over `sealed`, and only then writes the plaintext to `out`, which is as long.
pub(crate) fn open_copy(
    key: &[u8; 32],
    nonce: &[u8; 24],
    tag: &[u8; 16],
    sealed: &[u8],
    out: &mut [u8],
) -> Result<(), Rejected> {
    let mut stream = stream(key, nonce);
    let mut tag_key = Wiped::zeroed();
    stream.xor(&mut *tag_key);
    verify(&tag_key, tag, sealed)?;
    for (to, from) in out.iter_mut().zip(sealed) {
        *to = *from;
    }
    stream.xor(out);
    Ok(())
}

/// Checks `tag` over `buffer`, and only then decrypts it.
pub(crate) fn open(
    key: &[u8; 32],
    nonce: &[u8; 24],
    tag: &[u8; 16],
    buffer: &mut [u8],
) -> Result<(), Rejected> {
    let mut stream = stream(key, nonce);
    let mut tag_key = Wiped::zeroed();
    stream.xor(&mut *tag_key);
    verify(&tag_key, tag, buffer)?;
    stream.xor(buffer);
    Ok(())
}

/// Checks `tag` over `sealed`, and decrypts nothing.
pub(crate) fn check(
    key: &[u8; 32],
    nonce: &[u8; 24],
    tag: &[u8; 16],
    sealed: &[u8],
) -> Result<(), Rejected> {
    let mut tag_key = Wiped::zeroed();
    stream(key, nonce).xor(&mut *tag_key);
    verify(&tag_key, tag, sealed)
}

/// Whether `tag` is that of `sealed`.
fn verify(tag_key: &[u8; 32], tag: &[u8; 16], sealed: &[u8]) -> Result<(), Rejected> {
    let expected = Wiped::new(backend::poly1305(tag_key, sealed));
    if ct::equal(&expected, tag) { Ok(()) } else { Err(Rejected) }
}

/// The key stream of `key` and `nonce`: the Poly1305 key, then what encrypts the message.
fn stream(key: &[u8; 32], nonce: &[u8; 24]) -> backend::KeyStream {
    let [for_subkey @ .., _, _, _, _, _, _, _, _] = nonce;
    let [_, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, for_stream @ ..] = nonce;
    let mut subkey = Wiped::zeroed();
    backend::hsalsa20(&mut subkey, key, for_subkey);
    backend::KeyStream::new(&subkey, for_stream)
}
