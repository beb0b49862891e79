//! Saltbox.

use saltbox::keys::{PublicKey, SecretKey, SharedKey, SigningKey};
use saltbox::nacl::{secret_box, sign};
use saltbox::nonce::Nonce;

use crate::{Library, Message, Signing, Work};

/// Saltbox.
pub struct Saltbox;

impl Library for Saltbox {
    const NAME: &'static str = "saltbox";

    fn agreement(secret: [u8; 32], public: [u8; 32]) -> impl FnMut() -> Option<[u8; 32]> {
        let (secret, public) = (SecretKey::from_bytes(secret), PublicKey::from_bytes(public));
        move || Some(*SharedKey::agree(&secret, &public).ok()?.expose_secret())
    }

    fn keypair(secret: [u8; 32]) -> impl FnMut() -> [u8; 32] {
        let secret = SecretKey::from_bytes(secret);
        move || *secret.public_key().as_bytes()
    }

    fn sealing(key: [u8; 32], nonce: [u8; 24], message: Message) -> Work {
        let (key, nonce) = (SharedKey::from_bytes(key), Nonce::from_bytes(nonce));
        let mut out = vec![0; message.len() + secret_box::TAG_LEN];
        Box::new(move |take| {
            take(secret_box::seal_into(&key, &nonce, &message, &mut out).expect("there is room"));
        })
    }

    fn opening(key: [u8; 32], nonce: [u8; 24], sealed: Message) -> Work {
        let (key, nonce) = (SharedKey::from_bytes(key), Nonce::from_bytes(nonce));
        let mut out = vec![0; sealed.len()];
        Box::new(move |take| {
            take(secret_box::open_into(&key, &nonce, &sealed, &mut out).expect("it is genuine"));
        })
    }

    fn signing(seed: [u8; 32], message: [u8; 32]) -> Option<Signing> {
        let key = SigningKey::from_seed(seed);
        let (public, signature) = (key.verifying_key(), sign::sign(&key, &message));
        Some(Signing {
            sign: Box::new(move || *sign::sign(&key, &message).as_bytes()),
            verify: Box::new(move || sign::verify(&public, &message, &signature).is_ok()),
        })
    }
}
