//! Does saltbox give the bytes that papers, RFCs and other implementations published?
//!
//! Runs every file of `vectors/` by every way in. `poly1305.json` is run by core's own tests, and saltbox's own formats by
//! `own_formats.rs`.
#![cfg(feature = "heapless")]

mod vectors;

use saltbox::Error;
use saltbox::keys::{PublicKey, SecretKey, SharedKey, SigningKey, VerifyingKey};
use saltbox::nacl::{hash, sealed_box, secret_box, sign};
use saltbox::nonce::Nonce;
use saltbox::rng::{Drbg, EntropyError, RandomSource};
use sha2::{Digest, Sha256};
use vectors::{Case, cases};

type Message = heapless::Vec<u8, 1200>;

/// Every file, and the algorithm in it.
const FILES: [(&str, &str); 21] = [
    ("blake2b", "blake2b"),
    ("blake2b_keyed", "blake2b"),
    ("drbg", "drbg"),
    ("ed25519_sign", "ed25519_sign"),
    ("ed25519_verify", "ed25519_verify"),
    ("fingerprint", "fingerprint"),
    ("gateway_keys", "gateway_keys"),
    ("nvm_boots", "nvm_boot"),
    ("nvm_slots", "nvm_slot"),
    ("poly1305", "poly1305"),
    ("public_box", "public_box"),
    ("sealed_box", "sealed_box"),
    ("secret_box", "secret_box"),
    ("secret_box_edges", "secret_box"),
    ("secret_box_forged", "secret_box_forged"),
    ("secret_box_lengths", "secret_box"),
    ("sha512", "sha512"),
    ("telemetry", "telemetry"),
    ("x25519", "x25519"),
    ("x25519_base", "x25519_base"),
    ("x25519_edges", "x25519"),
];

/// All cases of an algorithm, from however many files.
fn of(algorithm: &str) -> Vec<Case> {
    let files = FILES.iter().filter(|(_, of)| *of == algorithm);
    let cases: Vec<Case> = files.flat_map(|(name, of)| cases(name, of)).collect();
    assert!(!cases.is_empty(), "no case of {algorithm}");
    cases
}

#[test]
fn no_file_is_left_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            entry.unwrap().file_name().to_str()?.strip_suffix(".json").map(str::to_owned)
        })
        .collect();
    found.sort_unstable();
    let mut known = FILES.map(|(name, _)| name);
    known.sort_unstable();
    assert_eq!(found, known);
}

#[test]
fn x25519() {
    for case in of("x25519") {
        let secret = SecretKey::from_bytes(case.array("secret"));
        let public = PublicKey::from_bytes(case.array("public"));
        let key = SharedKey::agree(&secret, &public);
        if case.is_ok("weak_key") {
            let key = key.unwrap_or_else(|e| panic!("{}: {e}", case.id()));
            assert_eq!(key.expose_secret(), &case.array("box_key"), "{}", case.id());
        } else {
            assert_eq!(key, Err(Error::WeakKey), "{}", case.id());
        }
    }
    for case in of("x25519_base") {
        let public = SecretKey::from_bytes(case.array("secret")).public_key();
        assert_eq!(public.as_bytes(), &case.array("public"), "{}", case.id());
    }
}

fn box_equals(id: &str, key: &SharedKey, nonce: &Nonce, plain: &[u8], sealed: &[u8]) {
    let mut out = [0; 1200];
    assert_eq!(secret_box::seal_into(key, nonce, plain, &mut out).unwrap(), sealed, "{id}");
    assert_eq!(secret_box::open_into(key, nonce, sealed, &mut out).unwrap(), plain, "{id}");

    let mut buffer = plain.to_vec();
    let tag = secret_box::seal_detached(key, nonce, &mut buffer);
    assert_eq!([&tag.as_bytes()[..], &buffer].concat(), sealed, "{id}");
    secret_box::open_detached(key, nonce, &tag, &mut buffer).unwrap();
    assert_eq!(buffer, plain, "{id}");

    let mut buffer = Message::from_slice(plain).unwrap();
    secret_box::seal_in_place(key, nonce, &mut buffer).unwrap();
    assert_eq!(buffer, sealed, "{id}");
    secret_box::open_in_place(key, nonce, &mut buffer).unwrap();
    assert_eq!(buffer, plain, "{id}");
}

#[test]
fn secret_box() {
    for case in of("secret_box") {
        let key = SharedKey::from_bytes(case.array("key"));
        let nonce = Nonce::from_bytes(case.array("nonce"));
        box_equals(&case.id(), &key, &nonce, &case.bytes("message"), &case.bytes("sealed"));
    }
}

#[test]
fn secret_box_forged() {
    for case in of("secret_box_forged") {
        let key = SharedKey::from_bytes(case.array("key"));
        let nonce = Nonce::from_bytes(case.array("nonce"));
        let sealed = case.bytes("sealed");
        let mut out = [0xa5; 1200];
        let opened = secret_box::open_into(&key, &nonce, &sealed, &mut out);
        assert_eq!(opened, Err(Error::Forged), "{}", case.id());
        assert_eq!(out, [0xa5; 1200], "{}", case.id());
        let mut buffer = Message::from_slice(&sealed).unwrap();
        let opened = secret_box::open_in_place(&key, &nonce, &mut buffer);
        assert_eq!(opened, Err(Error::Forged), "{}", case.id());
        assert_eq!(buffer, sealed[..], "{}", case.id());
    }
}

#[test]
fn public_box() {
    for case in of("public_box") {
        let sender = SecretKey::from_bytes(case.array("sender_secret"));
        let receiver = SecretKey::from_bytes(case.array("receiver_secret"));
        assert_eq!(sender.public_key().as_bytes(), &case.array("sender_public"));
        assert_eq!(receiver.public_key().as_bytes(), &case.array("receiver_public"));
        let key = SharedKey::agree(&sender, &receiver.public_key()).unwrap();
        assert_eq!(key.expose_secret(), &case.array("box_key"));
        assert_eq!(key, SharedKey::agree(&receiver, &sender.public_key()).unwrap());
        let nonce = Nonce::from_bytes(case.array("nonce"));
        box_equals(&case.id(), &key, &nonce, &case.bytes("message"), &case.bytes("sealed"));
    }
}

/// NaCl's tests/stream: SHA-256 of the first 4 MiB of XSalsa20. Its first 32 bytes become the box's Poly1305 key, and
/// are the first half of what NaCl's tests/stream3 prints.
#[test]
fn xsalsa20_stream() {
    let key = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389";
    let nonce = "69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37";
    let first = "eea6a7251c1e72916d11c2cb214d3c252539121d8e234e652d651fa4c8cff880";
    let digest = "662b9d0e3463029156069b12f918691a98f7dfb2ca0393c96bbfc6b1fbd630a2";
    let bytes = |hex| vectors::unhex(hex).unwrap();
    let key = SharedKey::from_bytes(bytes(key).try_into().unwrap());
    let nonce = Nonce::from_slice(&bytes(nonce)).unwrap();
    let mut stream = vec![0; 4_194_304 - 32];
    let tag = secret_box::seal_detached(&key, &nonce, &mut stream);
    let hash = Sha256::new().chain_update(bytes(first)).chain_update(&stream).finalize();
    assert_eq!(hash[..], bytes(digest));
    secret_box::open_detached(&key, &nonce, &tag, &mut stream).unwrap();
    assert!(stream.iter().all(|byte| *byte == 0));
}

#[test]
fn sealed_box() {
    for case in of("sealed_box") {
        let receiver = SecretKey::from_bytes(case.array("receiver_secret"));
        let public = receiver.public_key();
        assert_eq!(public.as_bytes(), &case.array("receiver_public"), "{}", case.id());
        let mut ephemeral = Fixed(case.array("ephemeral_secret"));
        let (plain, sealed) = (case.bytes("message"), case.bytes("sealed"));
        let mut out = [0; 1200];
        let ours = sealed_box::seal_into(&public, &plain, &mut out, &mut ephemeral);
        assert_eq!(ours.unwrap(), sealed, "{}", case.id());
        let ours = sealed_box::open_into(&receiver, &sealed, &mut out);
        assert_eq!(ours.unwrap(), plain, "{}", case.id());

        let mut buffer = plain.clone();
        let header = sealed_box::seal_detached(&public, &mut buffer, &mut ephemeral).unwrap();
        assert_eq!([&header[..], &buffer].concat(), sealed, "{}", case.id());
        sealed_box::open_detached(&receiver, &header, &mut buffer).unwrap();
        assert_eq!(buffer, plain, "{}", case.id());

        let mut buffer = Message::from_slice(&plain).unwrap();
        sealed_box::seal_in_place(&public, &mut buffer, &mut ephemeral).unwrap();
        assert_eq!(buffer, sealed[..], "{}", case.id());
        sealed_box::open_in_place(&receiver, &mut buffer).unwrap();
        assert_eq!(buffer, plain[..], "{}", case.id());
    }
}

/// A source that gives the same key again and again.
struct Fixed([u8; 32]);

impl RandomSource for Fixed {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        out.copy_from_slice(&self.0);
        Ok(())
    }
}

#[test]
fn ed25519() {
    for case in of("ed25519_sign") {
        let key = SigningKey::from_seed(case.array("seed"));
        let public = key.verifying_key();
        assert_eq!(public.as_bytes(), &case.array("public"), "{}", case.id());
        let (plain, signature) = (case.bytes("message"), case.array("signature"));
        assert_eq!(sign::sign(&key, &plain).as_bytes(), &signature, "{}", case.id());
        sign::verify(&public, &plain, &sign::Signature::from_bytes(signature)).unwrap();

        let combined = [&signature[..], &plain].concat();
        let mut out = [0; 1200];
        assert_eq!(sign::sign_into(&key, &plain, &mut out).unwrap(), combined, "{}", case.id());
        assert_eq!(sign::verify_combined(&public, &combined).unwrap(), plain, "{}", case.id());
        let mut buffer = Message::from_slice(&plain).unwrap();
        sign::sign_in_place(&key, &mut buffer).unwrap();
        assert_eq!(buffer, combined[..], "{}", case.id());
        sign::verify_in_place(&public, &mut buffer).unwrap();
        assert_eq!(buffer, plain[..], "{}", case.id());
    }
    for case in of("ed25519_verify") {
        let key = VerifyingKey::from_bytes(case.array("public"));
        let signature = sign::Signature::from_bytes(case.array("signature"));
        let verdict = sign::verify(&key, &case.bytes("message"), &signature);
        let expected = if case.is_ok("forged") { Ok(()) } else { Err(Error::Forged) };
        assert_eq!(verdict, expected, "{}", case.id());
    }
}

#[test]
fn blake2b() {
    for case in of("blake2b") {
        let (key, message, expected) =
            (case.bytes("key"), case.bytes("message"), case.bytes("hash"));
        let mut out = vec![0; expected.len()];
        hash::blake2b_into(&key, &message, &mut out).unwrap();
        assert_eq!(out, expected, "{}", case.id());
        // In parts, where the lengths are known when this is compiled.
        let parts = |mut state: hash::Blake2b<64>| {
            message.chunks(13).for_each(|part| state.update(part));
            state.finalize()
        };
        match (<&[u8; 64]>::try_from(&key[..]), key.is_empty(), out.len()) {
            (Ok(key), _, 64) => assert_eq!(&parts(hash::Blake2b::keyed(key))[..], expected),
            (_, true, 64) => assert_eq!(&parts(hash::Blake2b::new())[..], expected),
            _ => {}
        }
    }
}

/// RFC 7693, appendix E: one hash over the hashes of many lengths, keyed and not.
#[test]
fn blake2b_rfc7693_e() {
    let sequence = |len: usize, seed: u32| -> Vec<u8> {
        let (mut a, mut b) = (0xdead_4bad_u32.wrapping_mul(seed), 1_u32);
        (0..len)
            .map(|_| {
                let t = a.wrapping_add(b);
                (a, b) = (b, t);
                (t >> 24) as u8
            })
            .collect()
    };
    let mut all = hash::Blake2b::<32>::new();
    for out_len in [20, 32, 48, 64] {
        for len in [0, 3, 128, 129, 255, 1024] {
            let message = sequence(len, len as u32);
            let mut out = vec![0; out_len];
            hash::blake2b_into(&[], &message, &mut out).unwrap();
            all.update(&out);
            let key = sequence(out_len, out_len as u32);
            hash::blake2b_into(&key, &message, &mut out).unwrap();
            all.update(&out);
        }
    }
    let expected = "c23a7800d98123bd10f506c61e29da5603d763b8bbad2e737f5e765a7bccd475";
    assert_eq!(&all.finalize()[..], vectors::unhex(expected).unwrap());
}

#[test]
fn sha512() {
    for case in of("sha512") {
        assert_eq!(hash::sha512(&case.bytes("message")), case.array("hash"), "{}", case.id());
    }
}

#[test]
fn drbg() {
    for case in of("drbg") {
        let mut drbg = Drbg::from_seed(&case.array("seed"));
        let (first, second) = (case.bytes("first"), case.bytes("second"));
        let (mut out_1, mut out_2) = (vec![0; first.len()], vec![0; second.len()]);
        drbg.fill_bytes(&mut out_1);
        drbg.reseed(&case.bytes("reseed"));
        drbg.fill_bytes(&mut out_2);
        assert_eq!((out_1, out_2), (first, second), "{}", case.id());
    }
}

#[test]
fn fingerprint() {
    for case in of("fingerprint") {
        let x25519 = PublicKey::from_bytes(case.array("public")).fingerprint();
        let ed25519 = VerifyingKey::from_bytes(case.array("public")).fingerprint();
        assert_eq!(x25519.as_bytes(), case.bytes("x25519"), "{}", case.id());
        assert_eq!(ed25519.as_bytes(), case.bytes("ed25519"), "{}", case.id());
    }
}
