//! Hashes.

use saltbox::nacl::hash;

use crate::SaltboxError;
use crate::boxes::fits;
use crate::guard::guard;

/// BLAKE2b of `message` in `length` bytes, 1 to 64, under a `key` of 0 to 64 bytes: libsodium's `crypto_generichash`.
///
/// Under a key of 16 bytes or more it authenticates the message. Hashes of different lengths have nothing in common.
///
/// Throws `InvalidLength` for key or length, `TooLong` for a message above 128 MiB.
#[uniffi::export]
pub fn blake2b(message: Vec<u8>, key: Vec<u8>, length: u32) -> Result<Vec<u8>, SaltboxError> {
    guard(|| {
        fits(&message)?;
        in_range("a BLAKE2b key", "0 to 64", key.len() as u64, 0)?;
        in_range("a BLAKE2b hash", "1 to 64", length.into(), 1)?;
        let mut out = vec![0; length as usize];
        hash::blake2b_into(&key, &message, &mut out)?;
        Ok(out)
    })
}

/// SHA-512 of `message`, of up to 128 MiB: 64 bytes, NaCl's `crypto_hash`. To authenticate, use `blake2b` with a key.
///
/// Throws `TooLong`.
#[uniffi::export]
pub fn sha512(message: Vec<u8>) -> Result<Vec<u8>, SaltboxError> {
    guard(|| {
        fits(&message)?;
        Ok(hash::sha512(&message).to_vec())
    })
}

fn in_range(
    what: &'static str,
    expected: &'static str,
    actual: u64,
    least: u64,
) -> Result<(), SaltboxError> {
    if (least..=64).contains(&actual) {
        Ok(())
    } else {
        Err(SaltboxError::InvalidLength { what, expected: expected.to_owned(), actual })
    }
}
