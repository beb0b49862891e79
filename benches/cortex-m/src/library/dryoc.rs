//! The crate `dryoc`, by its classic API. Nothing that is measured takes random bytes, so that the function which
//! `getrandom_backend="custom"` asks for is never called, nor linked.

use dryoc::classic::crypto_box::{
    crypto_box_beforenm, crypto_box_detached_afternm_inplace,
    crypto_box_open_detached_afternm_inplace,
};
use dryoc::classic::crypto_core::crypto_scalarmult_base;
use dryoc::classic::crypto_generichash::crypto_generichash;
use dryoc::classic::crypto_onetimeauth::crypto_onetimeauth;
use dryoc::classic::crypto_sign::{
    crypto_sign_detached, crypto_sign_seed_keypair, crypto_sign_verify_detached,
};

use crate::family::{Agree, Boxes, Hash, LONG, Mac, Sign};

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
        self.shared = crypto_box_beforenm(&self.theirs, &self.secret).unwrap_or_default();
    }

    fn keypair(&mut self) {
        crypto_scalarmult_base(&mut self.ours, &self.secret);
    }

    fn shared(&self) -> Option<[u8; 32]> {
        Some(self.shared)
    }

    fn public(&self) -> [u8; 32] {
        self.ours
    }
}

/// A box of `N` bytes, sealed or to be sealed.
pub struct Sealing<const N: usize> {
    key: [u8; 32],
    nonce: [u8; 24],
    buffer: [u8; N],
    tag: [u8; 16],
    good: bool,
}

impl<const N: usize> Boxes<N> for Sealing<N> {
    fn new(key: [u8; 32], nonce: [u8; 24]) -> Self {
        Self { key, nonce, buffer: [5; N], tag: [0; 16], good: true }
    }

    fn seal(&mut self) {
        let Self { key, nonce, buffer, tag, .. } = self;
        crypto_box_detached_afternm_inplace(buffer, tag, nonce, key);
    }

    fn open(&mut self) {
        let Self { key, nonce, buffer, tag, good } = self;
        *good &= crypto_box_open_detached_afternm_inplace(buffer, tag, nonce, key).is_ok();
    }

    fn tag(&self) -> ([u8; 16], bool) {
        (self.tag, self.good)
    }
}

/// What needs no state.
pub struct Library;

impl Mac for Library {
    fn mac(key: &[u8; 32], data: &[u8; LONG]) -> [u8; 16] {
        let mut tag = [0; 16];
        crypto_onetimeauth(&mut tag, data, key);
        tag
    }
}

impl Hash for Library {
    fn hash(data: &[u8; LONG]) -> [u8; 32] {
        let mut hash = [0; 32];
        let hashed = crypto_generichash(&mut hash, data, None);
        assert!(hashed.is_ok());
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
    fn new(seed: [u8; 32], message: [u8; 32]) -> Self {
        let (public, secret) = crypto_sign_seed_keypair(&seed);
        Self { secret, public, message, signature: [0; 64], good: true }
    }

    fn sign(&mut self) {
        let Self { secret, message, signature, good, .. } = self;
        *good &= crypto_sign_detached(signature, message, secret).is_ok();
    }

    fn verify(&mut self) {
        let Self { public, message, signature, good, .. } = self;
        *good &= crypto_sign_verify_detached(signature, message, public).is_ok();
    }

    fn signature(&self) -> ([u8; 64], bool) {
        (self.signature, self.good)
    }
}
