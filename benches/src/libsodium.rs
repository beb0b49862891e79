//! libsodium: the system's.

use libsodium_rs::{crypto_box, crypto_scalarmult, crypto_secretbox, crypto_sign};

use crate::{Library, Message, Signing, Work};

/// libsodium.
pub struct Libsodium;

/// libsodium wants this once, before anything else.
fn ready() {
    libsodium_rs::ensure_init().expect("libsodium starts");
}

impl Library for Libsodium {
    const NAME: &'static str = "libsodium";

    fn agreement(secret: [u8; 32], public: [u8; 32]) -> impl FnMut() -> Option<[u8; 32]> {
        ready();
        let secret = crypto_box::SecretKey::from_bytes(&secret).expect("32 bytes");
        let public = crypto_box::PublicKey::from_bytes(&public).expect("32 bytes");
        move || {
            let key = crypto_box::beforenm(&public, &secret).ok()?;
            Some(*key.as_bytes())
        }
    }

    fn keypair(secret: [u8; 32]) -> impl FnMut() -> [u8; 32] {
        ready();
        move || crypto_scalarmult::curve25519::scalarmult_base(&secret).expect("32 bytes")
    }

    fn sealing(key: [u8; 32], nonce: [u8; 24], message: Message) -> Work {
        ready();
        let key = crypto_secretbox::Key::from_bytes(&key).expect("32 bytes");
        let nonce = crypto_secretbox::Nonce::from_bytes(nonce);
        Box::new(move |take| take(&crypto_secretbox::seal(&message, &nonce, &key)))
    }

    fn opening(key: [u8; 32], nonce: [u8; 24], sealed: Message) -> Work {
        ready();
        let key = crypto_secretbox::Key::from_bytes(&key).expect("32 bytes");
        let nonce = crypto_secretbox::Nonce::from_bytes(nonce);
        Box::new(move |take| {
            take(&crypto_secretbox::open(&sealed, &nonce, &key).expect("it is genuine"))
        })
    }

    fn signing(seed: [u8; 32], message: [u8; 32]) -> Option<Signing> {
        ready();
        let pair = crypto_sign::KeyPair::from_seed(&seed).expect("32 bytes");
        let (secret, public) = (pair.secret_key, pair.public_key);
        let sign =
            move |secret: &_| crypto_sign::sign_detached(&message, secret).expect("32 bytes");
        let signature = sign(&secret);
        Some(Signing {
            sign: Box::new(move || sign(&secret)),
            verify: Box::new(move || crypto_sign::verify_detached(&signature, &message, &public)),
        })
    }
}
