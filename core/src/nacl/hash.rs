//! BLAKE2b with a key and a length (libsodium's `crypto_generichash`), and SHA-512 (NaCl's `crypto_hash`).

use sha2::{Digest, Sha512};

use crate::error::Error;
use crate::primitive::blake2b;

/// A running BLAKE2b hash of `OUT` bytes, 1 to 64 (libsodium allows 16 to 64).
///
/// Hashes of different lengths have nothing in common: a short one is not the front of a long one.
///
/// # Security
///
/// Under a key of 16 bytes or more, a message authentication code and a way to derive keys. The state is wiped when
/// dropped. Constant time in key and contents; time depends on the lengths.
///
/// # Cost
///
/// No heap, never panics. Instructions and stack: `benches/README.md`.
///
/// # Specification
///
/// RFC 7693; libsodium `crypto_generichash`.
///
/// # Example
///
/// ```
/// use saltbox::nacl::hash::Blake2b;
///
/// let whole = Blake2b::<32>::digest(b"abc");
/// let mut parts = Blake2b::<32>::new();
/// parts.update(b"a");
/// parts.update(b"bc");
/// assert_eq!(parts.finalize(), whole);
/// assert_ne!(Blake2b::<32>::keyed(&[1; 32]).finalize(), Blake2b::<32>::new().finalize());
/// ```
pub struct Blake2b<const OUT: usize>(blake2b::Blake2b);

impl<const OUT: usize> Blake2b<OUT> {
    const OUT_FITS: () = assert!(OUT >= 1 && OUT <= 64, "BLAKE2b gives 1 to 64 bytes");

    /// Starts a hash without a key.
    #[must_use]
    pub fn new() -> Self {
        let () = Self::OUT_FITS;
        Self(blake2b::Blake2b::new(&[], OUT))
    }

    /// Starts a hash under a key of 1 to 64 bytes; another length does not compile.
    #[must_use]
    pub fn keyed<const KEY: usize>(key: &[u8; KEY]) -> Self {
        let () = Self::OUT_FITS;
        const { assert!(KEY >= 1 && KEY <= 64, "a BLAKE2b key has 1 to 64 bytes") };
        Self(blake2b::Blake2b::new(key, OUT))
    }

    /// The hash of `message` without a key.
    #[must_use]
    pub fn digest(message: &[u8]) -> [u8; OUT] {
        let mut hash = Self::new();
        hash.update(message);
        hash.finalize()
    }

    /// Takes in the next part of the message.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// The hash of all parts.
    #[must_use]
    pub fn finalize(self) -> [u8; OUT] {
        let mut out = [0; OUT];
        self.0.finalize_into(&mut out);
        out
    }
}

impl<const OUT: usize> Default for Blake2b<OUT> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const OUT: usize> core::fmt::Debug for Blake2b<OUT> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Blake2b(..)")
    }
}

/// BLAKE2b of `message` under `key`, filling `out`: for lengths that are known only at run time.
///
/// # Errors
///
/// [`Error::Encoding`] unless `key` has 0 to 64 bytes and `out` 1 to 64; then `out` is unchanged.
///
/// # Security, cost and specification
///
/// As [`Blake2b`].
///
/// # Example
///
/// ```
/// use saltbox::nacl::hash::{Blake2b, blake2b_into};
///
/// let mut out = [0; 32];
/// blake2b_into(&[], b"abc", &mut out)?;
/// assert_eq!(out, Blake2b::<32>::digest(b"abc"));
/// # Ok::<(), saltbox::Error>(())
/// ```
pub fn blake2b_into(key: &[u8], message: &[u8], out: &mut [u8]) -> Result<(), Error> {
    if key.len() > 64 || out.is_empty() || out.len() > 64 {
        return Err(Error::Encoding);
    }
    let mut hash = blake2b::Blake2b::new(key, out.len());
    hash.update(message);
    hash.finalize_into(out);
    Ok(())
}

/// SHA-512 of `message`, which may have any length.
///
/// # Security
///
/// For messages that are not secret-prefixed: a hash of `secret || message` can be extended by anybody. To
/// authenticate, use [`Blake2b::keyed`].
///
/// # Cost
///
/// No heap, never panics.
///
/// # Specification
///
/// FIPS 180-4; NaCl `crypto_hash`.
///
/// # Example
///
/// ```
/// let hash = saltbox::nacl::hash::sha512(b"abc");
/// assert_eq!(hash[..4], [0xdd, 0xaf, 0x35, 0xa1]);
/// ```
#[must_use]
pub fn sha512(message: &[u8]) -> [u8; 64] {
    Sha512::digest(message).into()
}
