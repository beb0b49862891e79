//! What is asked of every backend: the vectors, and libsodium.

use libsodium_rs::{crypto_box, crypto_onetimeauth, crypto_scalarmult, crypto_stream};

use super::backend;
use crate::low::tests::random::Random;
use crate::low::tests::vectors;

#[test]
fn poly1305_vectors() {
    for case in vectors::cases("poly1305", "poly1305") {
        let tag = backend::poly1305(&case.array("key"), &case.bytes("message"));
        assert_eq!(tag, case.array("tag"), "{}", case.id());
    }
}

/// From poly1305-donna: the tag of the tags of 0 to 255 bytes, each of the length's value, under keys of it as well.
#[test]
fn poly1305_of_all_lengths() {
    let key = "01020304050607fffefdfcfbfaf9ffffffffffffffffffffffffffff00000000";
    let key = vectors::unhex(key).unwrap().try_into().unwrap();
    let tags: Vec<u8> = (0..=255)
        .flat_map(|n: u8| backend::poly1305(&[n; 32], &[n; 255][..usize::from(n)]))
        .collect();
    let tag = vectors::unhex("64afe2e8d6ad7bbdd287f97c44623d39").unwrap();
    assert_eq!(&backend::poly1305(&key, &tags)[..], tag);
}

/// Keys and messages of runs of ones and zeros, where limbs are full and carries run far.
#[test]
fn poly1305_against_libsodium() {
    libsodium_rs::ensure_init().unwrap();
    let mut random = Random::new(40);
    for case in 0..20_000 {
        let (mut key, mut message) = ([0; 32], [0; 100]);
        runs(&mut random, &mut key);
        runs(&mut random, &mut message);
        let message = &message[..case % 101];
        let their_key = crypto_onetimeauth::Key::from_bytes(&key).unwrap();
        let theirs = crypto_onetimeauth::onetimeauth(message, &their_key);
        assert_eq!(backend::poly1305(&key, message), theirs.as_bytes(), "{key:x?} {message:x?}");
    }
}

/// Fills `out` with runs of 0 to 40 bits, each run all ones, all zeros or random.
fn runs(random: &mut Random, out: &mut [u8]) {
    let (mut left, mut kind) = (0, 0);
    for bit in 0..out.len() * 8 {
        if left == 0 {
            (left, kind) = (1 + random.below(40), random.below(3));
        }
        left -= 1;
        let value = if kind == 2 { random.byte() & 1 } else { kind as u8 };
        out[bit / 8] |= value << (bit % 8);
    }
}

#[test]
fn x25519_vectors() {
    let mut weak = 0;
    for name in ["x25519", "x25519_edges"] {
        for case in vectors::cases(name, "x25519") {
            let mut out = [0xa5; 32];
            backend::x25519(&mut out, &case.array("secret"), &case.array("public"));
            if case.is_ok("weak_key") {
                assert_eq!(out, case.array("raw"), "{}", case.id());
            } else {
                assert_eq!(out, [0; 32], "{}", case.id());
                weak += 1;
            }
        }
    }
    assert!(weak >= 14);
    for case in vectors::cases("x25519_base", "x25519_base") {
        let mut out = [0; 32];
        backend::x25519_base(&mut out, &case.array("secret"));
        assert_eq!(out, case.array("public"), "{}", case.id());
    }
}

/// RFC 7748, section 5.2: u becomes the scalar, the result the new u.
#[test]
fn x25519_iterated_1000_times() {
    let mut nine = [0; 32];
    nine[0] = 9;
    let (mut k, mut u) = (nine, nine);
    for round in 1..=1000 {
        let mut out = [0; 32];
        backend::x25519(&mut out, &k, &u);
        (k, u) = (out, k);
        let expected = match round {
            1 => "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
            1000 => "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
            _ => continue,
        };
        assert_eq!(&k[..], vectors::unhex(expected).unwrap(), "round {round}");
    }
}

#[test]
fn x25519_against_libsodium() {
    libsodium_rs::ensure_init().unwrap();
    let mut random = Random::new(41);
    for _ in 0..2000 {
        let (mut secret, mut public) = ([0; 32], [0; 32]);
        runs(&mut random, &mut secret);
        runs(&mut random, &mut public);
        let mut ours = [0; 32];
        backend::x25519(&mut ours, &secret, &public);
        let theirs = crypto_scalarmult::curve25519::scalarmult(&secret, &public);
        assert_eq!(ours, theirs.unwrap_or([0; 32]), "{secret:x?} {public:x?}");
    }
}

/// `crypto_box_beforenm` is HSalsa20 under the X25519 result.
#[test]
fn hsalsa20_against_libsodium() {
    libsodium_rs::ensure_init().unwrap();
    let mut random = Random::new(43);
    for _ in 0..200 {
        let (secret, other) = (random.array::<32>(), random.array::<32>());
        let (mut public, mut shared, mut key) = ([0; 32], [0; 32], [0; 32]);
        backend::x25519_base(&mut public, &other);
        backend::x25519(&mut shared, &secret, &public);
        backend::hsalsa20(&mut key, &shared, &[0; 16]);
        let theirs = crypto_box::beforenm(
            &crypto_box::PublicKey::from_bytes(&public).unwrap(),
            &crypto_box::SecretKey::from_bytes(&secret).unwrap(),
        );
        assert_eq!(&key, theirs.unwrap().as_bytes());
    }
}

/// However the stream is cut into requests.
#[test]
fn key_stream_against_libsodium() {
    libsodium_rs::ensure_init().unwrap();
    let mut random = Random::new(42);
    for _ in 0..2000 {
        let (key, nonce) = (random.array(), random.array());
        let mut ours = [0; 400];
        let mut stream = backend::KeyStream::new(&key, &nonce);
        let mut rest = &mut ours[..];
        while !rest.is_empty() {
            let (part, after) = rest.split_at_mut(1 + random.below(rest.len()));
            stream.xor(part);
            rest = after;
        }
        let theirs = crypto_stream::salsa20::stream(
            ours.len(),
            &crypto_stream::salsa20::Nonce::from_bytes(nonce),
            &crypto_stream::Key::from_slice(&key).unwrap(),
        );
        assert_eq!(&ours[..], theirs);
    }
}
