//! Boxes, signatures, hashes: the key is a secret, and so is what is sealed.

use saltbox::keys::{SecretKey, SharedKey, SigningKey};
use saltbox::nacl::hash::{self, Blake2b};
use saltbox::nacl::{sealed_box, secret_box, sign};
use saltbox::nonce::Nonce;
use saltbox::rng::Drbg;

use crate::{Secret, forged, half, op, other_half, traced, vector};

/// Longer than a block of the key stream and no multiple of anything.
const LEN: usize = 101;

/// What a vector holds: the message and all that goes before it.
const ROOM: usize = LEN + 64;

pub(crate) fn run() {
    secret_boxes();
    lengths();
    sealed_boxes();
    signatures();
    hashes();
}

fn secret_boxes() {
    op("secret_box::seal_detached", |secret| {
        let (key, nonce, mut message) = sealing::<LEN>(secret);
        traced(|| secret_box::seal_detached(&key, &nonce, &mut message));
    });
    op("secret_box::open_detached", |secret| {
        let (key, nonce, mut message) = sealing::<LEN>(secret);
        let tag = secret_box::seal_detached(&key, &nonce, &mut message);
        let opened = traced(|| secret_box::open_detached(&key, &nonce, &tag, &mut message));
        assert!(opened.is_ok());
    });
    op("secret_box::open_detached, forged", |secret| {
        let (key, nonce, mut message) = sealing::<LEN>(secret);
        let tag = secret_box::seal_detached(&key, &nonce, &mut message);
        let tag = secret_box::Tag::from_bytes(forged(tag.as_bytes(), secret));
        let opened = traced(|| secret_box::open_detached(&key, &nonce, &tag, &mut message));
        assert!(opened.is_err());
    });
    op("secret_box::seal_into and open_into, at an odd address", |secret| {
        let (key, nonce, message) = sealing::<LEN>(secret);
        let (mut sealed, mut opened) = ([0; LEN + 17], [0; LEN]);
        traced(|| {
            let sealed =
                secret_box::seal_into(&key, &nonce, &message[1..], &mut sealed[1..]).ok()?;
            Some(secret_box::open_into(&key, &nonce, sealed, &mut opened).is_ok())
        });
    });
    op("secret_box::seal_in_place and open_in_place", |secret| {
        let (key, nonce, message) = sealing::<LEN>(secret);
        let mut message = vector(&message);
        let opened = traced(|| {
            secret_box::seal_in_place::<ROOM>(&key, &nonce, &mut message)?;
            secret_box::open_in_place(&key, &nonce, &mut message)
        });
        assert!(opened.is_ok());
    });
}

/// Every length of which some code makes a case of its own.
fn lengths() {
    length::<0>("secret_box, 0 bytes");
    length::<1>("secret_box, 1 byte");
    length::<16>("secret_box, 16 bytes");
    length::<32>("secret_box, 32 bytes");
    length::<64>("secret_box, 64 bytes");
    length::<65>("secret_box, 65 bytes");
    length::<200>("secret_box, 200 bytes");
}

fn length<const N: usize>(name: &str) {
    op(name, |secret| {
        let (key, nonce, mut message) = sealing::<N>(secret);
        let opened = traced(|| {
            let tag = secret_box::seal_detached(&key, &nonce, &mut message);
            secret_box::open_detached(&key, &nonce, &tag, &mut message)
        });
        assert!(opened.is_ok());
    });
}

pub(crate) fn sealing<const N: usize>(secret: &Secret) -> (SharedKey, Nonce, [u8; N]) {
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
        let (key, header, mut message) = sealed_to(secret);
        let opened = traced(|| sealed_box::open_detached(&key, &header, &mut message));
        assert!(opened.is_ok());
    });
    op("sealed_box::open_detached, forged", |secret| {
        let (key, mut header, mut message) = sealed_to(secret);
        if let Some(tag) = header.last_chunk_mut::<16>() {
            *tag = forged(tag, secret);
        }
        let opened = traced(|| sealed_box::open_detached(&key, &header, &mut message));
        assert!(opened.is_err());
    });
    op("sealed_box::seal_into and open_into", |secret| {
        let (key, mut random) = someones(secret);
        let (to, message) = (key.public_key(), other_half(secret));
        let (mut sealed, mut opened) = ([0; 32 + sealed_box::OVERHEAD], [0; 32]);
        let done = traced(|| {
            let sealed = sealed_box::seal_into(&to, &message, &mut sealed, &mut random)?;
            sealed_box::open_into(&key, sealed, &mut opened).map(|_| ())
        });
        assert!(done.is_ok());
    });
    op("sealed_box::seal_in_place and open_in_place", |secret| {
        let (key, mut random) = someones(secret);
        let (to, mut message) = (key.public_key(), vector(&secret[7..]));
        let done = traced(|| {
            sealed_box::seal_in_place::<ROOM>(&to, &mut message, &mut random)?;
            sealed_box::open_in_place(&key, &mut message)
        });
        assert!(done.is_ok());
    });
}

fn someones(secret: &Secret) -> (SecretKey, Drbg) {
    (SecretKey::from_bytes(half(secret)), Drbg::from_seed(&other_half(secret)))
}

fn sealed_to(secret: &Secret) -> (SecretKey, sealed_box::Header, [u8; 32]) {
    let (key, mut message) = (SecretKey::from_bytes(half(secret)), other_half(secret));
    let mut random = Drbg::from_seed(&[5; 32]);
    let sealed = sealed_box::seal_detached(&key.public_key(), &mut message, &mut random);
    let Ok(header) = sealed else { panic!("a sealed box was refused") };
    (key, header, message)
}

fn signatures() {
    op("sign::sign", |secret| {
        let (key, message) = (SigningKey::from_seed(half(secret)), other_half(secret));
        traced(|| sign::sign(&key, &message));
    });
    op("sign::sign_into", |secret| {
        let (key, message) = (SigningKey::from_seed(half(secret)), other_half(secret));
        let mut out = [0; 32 + sign::SIGNATURE_LEN];
        assert!(traced(|| sign::sign_into(&key, &message, &mut out).is_ok()));
    });
    op("sign::sign_in_place", |secret| {
        let (key, mut message) = (SigningKey::from_seed(half(secret)), vector(&secret[7..]));
        assert!(traced(|| sign::sign_in_place::<ROOM>(&key, &mut message)).is_ok());
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
