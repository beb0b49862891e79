//! The crate `crypto_box` of RustCrypto. A box with its key ready is what `crypto_box` calls for it, `crypto_secretbox`:
//! its own type begins with X25519, which the flash of the box is not to hold.

use crypto_box::{PublicKey, SalsaBox, SecretKey};
use crypto_secretbox::aead::AeadInPlace;
use crypto_secretbox::{KeyInit, Nonce, Tag, XSalsa20Poly1305};

use crate::family::{Agree, Boxes};

/// Our secret key and their public key, and what comes of them.
pub struct Agreement {
    secret: SecretKey,
    theirs: PublicKey,
    shared: Option<SalsaBox>,
    ours: PublicKey,
}

impl Agree for Agreement {
    fn new(secret: [u8; 32], public: [u8; 32]) -> Self {
        let [theirs, ours] = [public, [0; 32]].map(PublicKey::from_bytes);
        Self { secret: SecretKey::from_bytes(secret), theirs, shared: None, ours }
    }

    fn x25519(&mut self) {
        self.shared = Some(SalsaBox::new(&self.theirs, &self.secret));
    }

    fn keypair(&mut self) {
        self.ours = self.secret.public_key();
    }

    fn shared(&self) -> Option<[u8; 32]> {
        None
    }

    fn public(&self) -> [u8; 32] {
        self.ours.to_bytes()
    }
}

/// A box of `N` bytes, sealed or to be sealed.
pub struct Sealing<const N: usize> {
    key: XSalsa20Poly1305,
    nonce: Nonce,
    buffer: [u8; N],
    tag: Tag,
    good: bool,
}

impl<const N: usize> Boxes<N> for Sealing<N> {
    fn new(key: [u8; 32], nonce: [u8; 24]) -> Self {
        let (key, nonce) = (XSalsa20Poly1305::new(&key.into()), nonce.into());
        Self { key, nonce, buffer: [5; N], tag: Tag::default(), good: true }
    }

    fn seal(&mut self) {
        match self.key.encrypt_in_place_detached(&self.nonce, &[], &mut self.buffer) {
            Ok(tag) => self.tag = tag,
            Err(_) => self.good = false,
        }
    }

    fn open(&mut self) {
        let Self { key, nonce, buffer, tag, good } = self;
        *good &= key.decrypt_in_place_detached(nonce, &[], buffer, tag).is_ok();
    }

    fn tag(&self) -> ([u8; 16], bool) {
        (self.tag.into(), self.good)
    }
}
