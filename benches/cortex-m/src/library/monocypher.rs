//! Monocypher's C, out of the crate `monocypher-sys`. Its box is XChaCha20-Poly1305 and not NaCl's, so that it is not here.
//!
//! The only `unsafe` of a peer: seven functions of C, declared as `monocypher.h` and `monocypher-ed25519.h` have them.
#![allow(unsafe_code)]

use crate::family::{Agree, Hash, LONG, Mac, Sign};

unsafe extern "C" {
    fn crypto_x25519(shared: *mut u8, secret: *const u8, public: *const u8);
    fn crypto_x25519_public_key(public: *mut u8, secret: *const u8);
    fn crypto_poly1305(mac: *mut u8, message: *const u8, len: usize, key: *const u8);
    fn crypto_blake2b(hash: *mut u8, hash_len: usize, message: *const u8, len: usize);
    fn crypto_ed25519_key_pair(secret: *mut u8, public: *mut u8, seed: *mut u8);
    fn crypto_ed25519_sign(signature: *mut u8, secret: *const u8, message: *const u8, len: usize);
    fn crypto_ed25519_check(
        signature: *const u8,
        public: *const u8,
        message: *const u8,
        len: usize,
    ) -> i32;
}

/// Our secret key and their public key, and what comes of them.
pub struct Agreement {
    secret: [u8; 32],
    theirs: [u8; 32],
    shared: [u8; 32],
    ours: [u8; 32],
}

impl Agree for Agreement {
    fn new(secret: [u8; 32], theirs: [u8; 32]) -> Self {
        Self { secret, theirs, shared: [0; 32], ours: [0; 32] }
    }

    fn x25519(&mut self) {
        let (shared, secret, theirs) =
            (self.shared.as_mut_ptr(), self.secret.as_ptr(), self.theirs.as_ptr());
        // SAFETY: three arrays of 32 bytes, as the function wants; it keeps no pointer.
        unsafe { crypto_x25519(shared, secret, theirs) }
    }

    fn keypair(&mut self) {
        // SAFETY: two arrays of 32 bytes.
        unsafe { crypto_x25519_public_key(self.ours.as_mut_ptr(), self.secret.as_ptr()) }
    }

    fn shared(&self) -> Option<[u8; 32]> {
        Some(self.shared)
    }

    fn public(&self) -> [u8; 32] {
        self.ours
    }
}

/// What needs no state.
pub struct Library;

impl Mac for Library {
    fn mac(key: &[u8; 32], data: &[u8; LONG]) -> [u8; 16] {
        let mut tag = [0; 16];
        // SAFETY: a tag of 16 bytes, a key of 32, and `LONG` bytes to read.
        unsafe { crypto_poly1305(tag.as_mut_ptr(), data.as_ptr(), LONG, key.as_ptr()) };
        tag
    }
}

impl Hash for Library {
    fn hash(data: &[u8; LONG]) -> [u8; 32] {
        let mut hash = [0; 32];
        // SAFETY: a hash of 32 bytes, as is said, and `LONG` bytes to read.
        unsafe { crypto_blake2b(hash.as_mut_ptr(), 32, data.as_ptr(), LONG) };
        hash
    }
}

/// A message, signed or to be signed.
pub struct Signing {
    secret: [u8; 64],
    public: [u8; 32],
    message: [u8; 32],
    signature: [u8; 64],
    good: bool,
}

impl Sign for Signing {
    fn new(mut seed: [u8; 32], message: [u8; 32]) -> Self {
        let (mut secret, mut public) = ([0; 64], [0; 32]);
        let seed = seed.as_mut_ptr();
        // SAFETY: 64, 32 and 32 bytes, all to be written; the seed is wiped.
        unsafe { crypto_ed25519_key_pair(secret.as_mut_ptr(), public.as_mut_ptr(), seed) };
        Self { secret, public, message, signature: [0; 64], good: true }
    }

    fn sign(&mut self) {
        let Self { secret, message, signature, .. } = self;
        let (message, len) = (message.as_ptr(), message.len());
        // SAFETY: a signature of 64 bytes, a secret key of 64, and `len` bytes to read.
        unsafe { crypto_ed25519_sign(signature.as_mut_ptr(), secret.as_ptr(), message, len) }
    }

    fn verify(&mut self) {
        let Self { public, message, signature, good, .. } = self;
        let (message, len) = (message.as_ptr(), message.len());
        // SAFETY: a signature of 64 bytes, a public key of 32, and `len` bytes, all to be read.
        *good &=
            unsafe { crypto_ed25519_check(signature.as_ptr(), public.as_ptr(), message, len) == 0 };
    }

    fn signature(&self) -> ([u8; 64], bool) {
        (self.signature, self.good)
    }
}
