//! Boxes, signatures, hashes: the key is a secret, and so is what is sealed.

use saltbox::keys::{SecretKey, SharedKey, SigningKey};
use saltbox::nacl::hash::{self, Blake2b};
use saltbox::nacl::{sealed_box, secret_box, sign};
use saltbox::nonce::Nonce;
use saltbox::rng::Drbg;

use crate::{Secret, half, op, other_half, traced};

/// Longer than a block of the key stream and no multiple of anything.
const LEN: usize = 101;

pub(crate) fn run() {
    secret_boxes();
    sealed_boxes();
    signatures();
    hashes();
}

fn secret_boxes() {
    op("secret_box::seal_detached", |secret| {
        let (key, nonce, mut message) = sealing(secret);
        traced(|| secret_box::seal_detached(&key, &nonce, &mut message));
    });
    op("secret_box::open_detached", |secret| {
        let (key, nonce, mut message) = sealing(secret);
        let tag = secret_box::seal_detached(&key, &nonce, &mut message);
        let opened = traced(|| secret_box::open_detached(&key, &nonce, &tag, &mut message));
        assert!(opened.is_ok());
    });
    op("secret_box::open_detached, forged", |secret| {
        let (key, nonce, mut message) = sealing(secret);
        let tag = secret_box::Tag::from_bytes(core::array::from_fn(|i| secret[48 + i]));
        let opened = traced(|| secret_box::open_detached(&key, &nonce, &tag, &mut message));
        assert!(opened.is_err());
    });
    op("secret_box::seal_into and open_into, at an odd address", |secret| {
        let (key, nonce, message) = sealing(secret);
        let (mut sealed, mut opened) = ([0; LEN + 17], [0; LEN]);
        traced(|| {
            let sealed =
                secret_box::seal_into(&key, &nonce, &message[1..], &mut sealed[1..]).ok()?;
            Some(secret_box::open_into(&key, &nonce, sealed, &mut opened).is_ok())
        });
    });
}

fn sealing(secret: &Secret) -> (SharedKey, Nonce, [u8; LEN]) {
    let message = core::array::from_fn(|i| secret[i % 64]);
    (SharedKey::from_bytes(half(secret)), Nonce::from_bytes([9; 24]), message)
}

fn sealed_boxes() {
    op("sealed_box::seal_detached", |secret| {
        let to = crate::keys::someone();
        let (mut random, mut message) = (Drbg::from_seed(&half(secret)), other_half(secret));
        let sealed = traced(|| sealed_box::seal_detached(&to, &mut message, &mut random));
        assert!(sealed.is_ok());
    });
    op("sealed_box::open_detached", |secret| {
        let (key, mut message) = (SecretKey::from_bytes(half(secret)), other_half(secret));
        let mut random = Drbg::from_seed(&[5; 32]);
        let sealed = sealed_box::seal_detached(&key.public_key(), &mut message, &mut random);
        let Ok(header) = sealed else { panic!("a sealed box was refused") };
        let opened = traced(|| sealed_box::open_detached(&key, &header, &mut message));
        assert!(opened.is_ok());
    });
}

fn signatures() {
    op("sign::sign", |secret| {
        let (key, message) = (SigningKey::from_seed(half(secret)), other_half(secret));
        traced(|| sign::sign(&key, &message));
    });
}

fn hashes() {
    op("Blake2b::keyed", |secret| {
        traced(|| {
            let mut hash = Blake2b::<32>::keyed(secret);
            hash.update(secret);
            hash.update(secret);
            hash.update(&secret[1..]);
            hash.finalize()
        });
    });
    op("hash::blake2b_into with a key", |secret| {
        let mut out = [0; 64];
        traced(|| hash::blake2b_into(secret, &secret[3..], &mut out)).ok();
    });
    op("hash::sha512", |secret| {
        traced(|| hash::sha512(secret));
    });
}
