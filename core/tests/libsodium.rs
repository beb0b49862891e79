//! Does saltbox give the bytes of libsodium, and open what libsodium sealed?
//!
//! 10,000 random cases a construction, of every length from 0 to 1,024 bytes, in both directions and by all three ways
//! in. libsodium is the system's, whose version is printed.
//!
//! The host computes with its own 64-bit arithmetic and vector units. With the environment variable
//! `RUSTFLAGS='--cfg curve25519_dalek_bits="32" --cfg curve25519_dalek_backend="serial" --cfg poly1305_backend="soft"'`
//! all tests of core run on the arithmetic that a Cortex-M gets.
#![cfg(feature = "heapless")]

mod random;

use std::sync::Once;

use libsodium_rs::{
    crypto_box, crypto_generichash, crypto_hash, crypto_scalarmult, crypto_secretbox, crypto_sign,
};
use random::Random;
use saltbox::keys::{PublicKey, SecretKey, SharedKey, SigningKey, VerifyingKey};
use saltbox::nacl::{hash, public_box, sealed_box, secret_box, sign};
use saltbox::nonce::Nonce;

const CASES: usize = 10_000;
const LONGEST: usize = 1024;
/// Room for the longest message and the longest overhead.
type Message = heapless::Vec<u8, 1100>;

fn start(stream: u64) -> Random {
    static PRINTED: Once = Once::new();
    libsodium_rs::ensure_init().unwrap();
    PRINTED.call_once(|| println!("libsodium {}", libsodium_rs::version::version_string()));
    Random::new(stream)
}

/// Random messages: each length from 0 to 1,024 nine times or more.
fn messages(random: &mut Random) -> impl Iterator<Item = (usize, Vec<u8>)> {
    (0..CASES).map(|case| case % (LONGEST + 1)).map(|len| (len, random.bytes(len)))
}

fn message(bytes: &[u8]) -> Message {
    Message::from_slice(bytes).unwrap()
}

#[test]
fn secret_box() {
    let (mut random, mut contents) = (start(1), start(2));
    for (len, plain) in messages(&mut contents) {
        let (key, nonce) = (random.array(), random.array());
        let theirs = crypto_secretbox::seal(
            &plain,
            &crypto_secretbox::Nonce::from_bytes(nonce),
            &crypto_secretbox::Key::from_bytes(&key).unwrap(),
        );
        box_equals(&SharedKey::from_bytes(key), &Nonce::from_bytes(nonce), &plain, &theirs);

        let opened = crypto_secretbox::open(
            &theirs,
            &crypto_secretbox::Nonce::from_bytes(nonce),
            &crypto_secretbox::Key::from_bytes(&key).unwrap(),
        );
        assert_eq!(opened.unwrap(), plain, "{len} bytes");
    }
}

/// All three ways seal to `sealed` and open it again; the functions are those of both boxes.
fn box_equals(key: &SharedKey, nonce: &Nonce, plain: &[u8], sealed: &[u8]) {
    let len = plain.len();
    let mut out = [0; 1100];
    assert_eq!(secret_box::seal_into(key, nonce, plain, &mut out).unwrap(), sealed, "{len} bytes");
    assert_eq!(secret_box::open_into(key, nonce, sealed, &mut out).unwrap(), plain, "{len} bytes");

    let mut buffer = plain.to_vec();
    let tag = secret_box::seal_detached(key, nonce, &mut buffer);
    assert_eq!([&tag.as_bytes()[..], &buffer].concat(), sealed, "{len} bytes");
    secret_box::open_detached(key, nonce, &tag, &mut buffer).unwrap();
    assert_eq!(buffer, plain, "{len} bytes");

    let mut buffer = message(plain);
    secret_box::seal_in_place(key, nonce, &mut buffer).unwrap();
    assert_eq!(buffer, sealed, "{len} bytes");
    secret_box::open_in_place(key, nonce, &mut buffer).unwrap();
    assert_eq!(buffer, plain, "{len} bytes");
}

#[test]
fn public_box() {
    let (mut random, mut contents) = (start(3), start(4));
    for (len, plain) in messages(&mut contents) {
        let (alice, bob) = (random.array(), random.array());
        let (our_alice, our_bob) = (SecretKey::from_bytes(alice), SecretKey::from_bytes(bob));
        let their_alice = crypto_box::SecretKey::from_bytes_exact(alice);
        let their_bob = crypto_box::SecretKey::from_bytes_exact(bob);
        let alice_public = crypto_scalarmult::curve25519::scalarmult_base(&alice).unwrap();
        let bob_public = crypto_scalarmult::curve25519::scalarmult_base(&bob).unwrap();
        assert_eq!(our_alice.public_key().as_bytes(), &alice_public);
        assert_eq!(our_bob.public_key().as_bytes(), &bob_public);
        let nonce = random.array();
        let their_nonce = crypto_box::Nonce::from_bytes_exact(nonce);
        let nonce = Nonce::from_bytes(nonce);

        // Alice is libsodium, Bob saltbox.
        let to_bob = crypto_box::PublicKey::from_bytes_exact(bob_public);
        let theirs = crypto_box::seal(&plain, &their_nonce, &to_bob, &their_alice).unwrap();
        let key = SharedKey::agree(&our_bob, &PublicKey::from_bytes(alice_public)).unwrap();
        box_equals(&key, &nonce, &plain, &theirs);

        // The other way round.
        let key = SharedKey::agree(&our_alice, &PublicKey::from_bytes(bob_public)).unwrap();
        let mut out = [0; 1100];
        let ours = public_box::seal_into(&key, &nonce, &plain, &mut out).unwrap();
        let from_alice = crypto_box::PublicKey::from_bytes_exact(alice_public);
        let opened = crypto_box::open(ours, &their_nonce, &from_alice, &their_bob).unwrap();
        assert_eq!(opened, plain, "{len} bytes");
    }
}

#[test]
fn agreed_keys() {
    let mut random = start(5);
    for _ in 0..CASES {
        // Any 32 bytes are a public key: half of these lie on the twist, half have their highest bit set.
        let (secret, public) = (random.array(), random.array());
        let key = SharedKey::agree(&SecretKey::from_bytes(secret), &PublicKey::from_bytes(public));
        let theirs = crypto_box::beforenm(
            &crypto_box::PublicKey::from_bytes_exact(public),
            &crypto_box::SecretKey::from_bytes_exact(secret),
        );
        assert_eq!(key.unwrap().expose_secret(), theirs.unwrap().as_bytes());
    }
}

#[test]
fn sealed_box() {
    let (mut random, mut contents) = (start(6), start(7));
    for (len, plain) in messages(&mut contents) {
        let secret = random.array();
        let receiver = SecretKey::from_bytes(secret);
        let public = receiver.public_key();
        let their_secret = crypto_box::SecretKey::from_bytes_exact(secret);
        let their_public = crypto_box::PublicKey::from_bytes_exact(*public.as_bytes());

        // They seal, we open.
        let theirs = crypto_box::seal_box(&plain, &their_public).unwrap();
        let mut out = [0; 1100];
        assert_eq!(sealed_box::open_into(&receiver, &theirs, &mut out).unwrap(), plain);
        let (header, body) = theirs.split_first_chunk().unwrap();
        let mut buffer = body.to_vec();
        sealed_box::open_detached(&receiver, header, &mut buffer).unwrap();
        assert_eq!(buffer, plain, "{len} bytes");
        let mut buffer = message(&theirs);
        sealed_box::open_in_place(&receiver, &mut buffer).unwrap();
        assert_eq!(buffer, plain[..], "{len} bytes");

        // We seal, by each way under the same ephemeral key; they open.
        let mut ephemeral = Fixed(random.array());
        let ours = sealed_box::seal_into(&public, &plain, &mut out, &mut ephemeral).unwrap();
        let mut buffer = plain.clone();
        let header = sealed_box::seal_detached(&public, &mut buffer, &mut ephemeral).unwrap();
        assert_eq!([&header[..], &buffer].concat(), ours, "{len} bytes");
        let mut buffer = message(&plain);
        sealed_box::seal_in_place(&public, &mut buffer, &mut ephemeral).unwrap();
        assert_eq!(buffer, ours, "{len} bytes");
        let opened = crypto_box::open_sealed_box(ours, &their_public, &their_secret).unwrap();
        assert_eq!(opened, plain, "{len} bytes");
    }
}

/// A source that gives the same key again and again.
struct Fixed([u8; 32]);

impl saltbox::rng::RandomSource for Fixed {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), saltbox::rng::EntropyError> {
        out.copy_from_slice(&self.0);
        Ok(())
    }
}

#[test]
fn sign() {
    let (mut random, mut contents) = (start(8), start(9));
    for (len, plain) in messages(&mut contents) {
        let seed = random.array();
        let key = SigningKey::from_seed(seed);
        let theirs = crypto_sign::KeyPair::from_seed(&seed).unwrap();
        assert_eq!(key.verifying_key().as_bytes(), theirs.public_key.as_bytes());
        let public = VerifyingKey::from_bytes(*theirs.public_key.as_bytes());

        // They sign, we verify.
        let combined = crypto_sign::sign(&plain, &theirs.secret_key).unwrap();
        assert_eq!(sign::verify_combined(&public, &combined).unwrap(), plain, "{len} bytes");
        let detached = crypto_sign::sign_detached(&plain, &theirs.secret_key).unwrap();
        sign::verify(&public, &plain, &sign::Signature::from_bytes(detached)).unwrap();
        let mut buffer = message(&combined);
        sign::verify_in_place(&public, &mut buffer).unwrap();
        assert_eq!(buffer, plain[..], "{len} bytes");

        // We sign: the same bytes, so that they verify; and say so.
        let mut out = [0; 1100];
        let signed = sign::sign_into(&key, &plain, &mut out).unwrap();
        assert_eq!(signed, combined, "{len} bytes");
        let signature = sign::sign(&key, &plain);
        assert_eq!(signature.as_bytes(), &detached, "{len} bytes");
        let mut buffer = message(&plain);
        sign::sign_in_place(&key, &mut buffer).unwrap();
        assert_eq!(buffer, combined[..], "{len} bytes");
        assert_eq!(crypto_sign::verify(signed, &theirs.public_key).unwrap(), plain);
        assert!(crypto_sign::verify_detached(signature.as_bytes(), &plain, &theirs.public_key));
    }
}

#[test]
fn generichash() {
    let (mut random, mut contents) = (start(10), start(11));
    for (len, plain) in messages(&mut contents) {
        // libsodium's own limits; the others are among the vectors.
        let key_len = random.below(50);
        let key = random.bytes(if key_len == 0 { 0 } else { key_len + 15 });
        let mut out = vec![0; 16 + random.below(49)];
        hash::blake2b_into(&key, &plain, &mut out).unwrap();
        let their_key = (!key.is_empty()).then_some(&key[..]);
        let theirs = crypto_generichash::generichash(&plain, their_key, out.len()).unwrap();
        assert_eq!(out, theirs, "{len} bytes under a key of {}", key.len());
    }
}

#[test]
fn generichash_in_parts() {
    let (mut random, mut contents) = (start(12), start(13));
    for (len, plain) in messages(&mut contents) {
        let key: [u8; 32] = random.array();
        let mut ours = hash::Blake2b::<32>::keyed(&key);
        let mut rest = &plain[..];
        while !rest.is_empty() {
            let (part, after) = rest.split_at(1 + random.below(rest.len()));
            ours.update(part);
            rest = after;
        }
        let theirs = crypto_generichash::generichash(&plain, Some(&key), 32).unwrap();
        assert_eq!(&ours.finalize()[..], theirs, "{len} bytes");
    }
}

#[test]
fn sha512() {
    for (len, plain) in messages(&mut start(14)) {
        assert_eq!(hash::sha512(&plain), crypto_hash::hash_sha512(&plain)[..], "{len} bytes");
    }
}
