//! The crate `dryoc`, by its classic API.

use dryoc::classic::crypto_box::crypto_box_beforenm;
use dryoc::classic::crypto_core::crypto_scalarmult_base;
use dryoc::classic::crypto_secretbox::{crypto_secretbox_easy, crypto_secretbox_open_easy};
use dryoc::classic::crypto_sign::{
    crypto_sign_detached, crypto_sign_seed_keypair, crypto_sign_verify_detached,
};

use crate::{Library, Message, Signing, Work};

/// dryoc.
pub struct Dryoc;

impl Library for Dryoc {
    const NAME: &'static str = "dryoc";

    fn agreement(secret: [u8; 32], public: [u8; 32]) -> impl FnMut() -> Option<[u8; 32]> {
        move || crypto_box_beforenm(&public, &secret).ok()
    }

    fn keypair(secret: [u8; 32]) -> impl FnMut() -> [u8; 32] {
        move || {
            let mut public = [0; 32];
            crypto_scalarmult_base(&mut public, &secret);
            public
        }
    }

    fn sealing(key: [u8; 32], nonce: [u8; 24], message: Message) -> Work {
        let mut out = vec![0; message.len() + 16];
        Box::new(move |take| {
            crypto_secretbox_easy(&mut out, &message, &nonce, &key).expect("there is room");
            take(&out);
        })
    }

    fn opening(key: [u8; 32], nonce: [u8; 24], sealed: Message) -> Work {
        let mut out = vec![0; sealed.len() - 16];
        Box::new(move |take| {
            crypto_secretbox_open_easy(&mut out, &sealed, &nonce, &key).expect("it is genuine");
            take(&out);
        })
    }

    fn signing(seed: [u8; 32], message: [u8; 32]) -> Option<Signing> {
        let (public, secret) = crypto_sign_seed_keypair(&seed);
        let sign = move || {
            let mut signature = [0; 64];
            crypto_sign_detached(&mut signature, &message, &secret).expect("it signs");
            signature
        };
        let signature = sign();
        let verify = move || crypto_sign_verify_detached(&signature, &message, &public).is_ok();
        Some(Signing { sign: Box::new(sign), verify: Box::new(verify) })
    }
}
