//! XSalsa20-Poly1305: NaCl's `crypto_secretbox`, detached and in place.
//!
//! The first 32 bytes of the key stream are the one-time Poly1305 key; the message is encrypted with what follows, and
//! the tag is over the ciphertext. Source: Bernstein, "Cryptography in NaCl" (2009), sections 7 to 9.

use super::Rejected;
use crate::low::{backend, ct, wipe::Wiped};

/// Encrypts `buffer` and returns the tag.
pub(crate) fn seal(key: &[u8; 32], nonce: &[u8; 24], buffer: &mut [u8]) -> [u8; 16] {
    let (mut stream, tag_key) = begin(key, nonce);
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
    let mut stream = check(key, nonce, tag, sealed)?;
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
    check(key, nonce, tag, buffer)?.xor(buffer);
    Ok(())
}

/// The key stream at the first byte of `sealed`, if `tag` is right.
pub(crate) fn check(
    key: &[u8; 32],
    nonce: &[u8; 24],
    tag: &[u8; 16],
    sealed: &[u8],
) -> Result<backend::KeyStream, Rejected> {
    let (stream, tag_key) = begin(key, nonce);
    let expected = Wiped::new(backend::poly1305(&tag_key, sealed));
    if ct::equal(&expected, tag) { Ok(stream) } else { Err(Rejected) }
}

/// The key stream, at the first byte of the message, and the Poly1305 key before it.
fn begin(key: &[u8; 32], nonce: &[u8; 24]) -> (backend::KeyStream, Wiped<[u8; 32]>) {
    let [n @ .., t0, t1, t2, t3, t4, t5, t6, t7] = nonce;
    let mut subkey = Wiped::zeroed();
    backend::hsalsa20(&mut subkey, key, n);
    let mut stream = backend::KeyStream::new(&subkey, &[*t0, *t1, *t2, *t3, *t4, *t5, *t6, *t7]);
    let mut tag_key = Wiped::zeroed();
    stream.xor(&mut *tag_key);
    (stream, tag_key)
}
