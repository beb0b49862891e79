//! RustCrypto: the crate `crypto_box`, and for a box with its key ready `crypto_secretbox`, which the former calls.

use std::hint::black_box;

use crypto_box::{PublicKey, SalsaBox, SecretKey};
use crypto_secretbox::aead::AeadInPlace;
use crypto_secretbox::{KeyInit, Nonce, Tag, XSalsa20Poly1305};

use crate::{Library, Message, Signing, Work};

/// RustCrypto.
pub struct RustCrypto;

impl Library for RustCrypto {
    const NAME: &'static str = "crypto_box";

    fn agreement(secret: [u8; 32], public: [u8; 32]) -> impl FnMut() -> Option<[u8; 32]> {
        let (secret, public) = (SecretKey::from_bytes(secret), PublicKey::from_bytes(public));
        move || {
            black_box(SalsaBox::new(&public, &secret));
            None
        }
    }

    fn keypair(secret: [u8; 32]) -> impl FnMut() -> [u8; 32] {
        let secret = SecretKey::from_bytes(secret);
        move || secret.public_key().to_bytes()
    }

    fn sealing(key: [u8; 32], nonce: [u8; 24], message: Message) -> Work {
        let (key, nonce) = (XSalsa20Poly1305::new(&key.into()), Nonce::from(nonce));
        let mut out = vec![0; message.len() + 16];
        Box::new(move |take| {
            let (tag, sealed) = out.split_at_mut(16);
            sealed.copy_from_slice(&message);
            let made = key.encrypt_in_place_detached(&nonce, &[], sealed).expect("it seals");
            tag.copy_from_slice(&made);
            take(&out);
        })
    }

    fn opening(key: [u8; 32], nonce: [u8; 24], sealed: Message) -> Work {
        let (key, nonce) = (XSalsa20Poly1305::new(&key.into()), Nonce::from(nonce));
        let mut out = vec![0; sealed.len() - 16];
        Box::new(move |take| {
            let (tag, sealed) = sealed.split_at(16);
            out.copy_from_slice(sealed);
            let tag = Tag::from_slice(tag);
            key.decrypt_in_place_detached(&nonce, &[], &mut out, tag).expect("it is genuine");
            take(&out);
        })
    }

    fn signing(_: [u8; 32], _: [u8; 32]) -> Option<Signing> {
        None
    }
}
