//! Is every changed bit, missing byte and short buffer noticed before anything is written?
#![cfg(feature = "heapless")]

mod random;

use random::Random;
use saltbox::Error;
use saltbox::keys::{SecretKey, SharedKey, SigningKey, VerifyingKey};
use saltbox::nacl::{sealed_box, secret_box, sign};
use saltbox::nonce::Nonce;
use saltbox::rng::{Drbg, EntropyError, RandomSource};

/// Around the blocks of Poly1305 and Salsa20.
const LENGTHS: [usize; 12] = [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 150];
/// What stands in a buffer that must not be written to.
const CANARY: u8 = 0xa5;
type Message = heapless::Vec<u8, 256>;

/// `bytes` with each of its bits flipped, one after the other.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

/// A sealed message and what opens it.
struct Sealed {
    key: [u8; 32],
    nonce: [u8; 24],
    plain: Vec<u8>,
    sealed: Vec<u8>,
}

fn sealed(random: &mut Random, len: usize) -> Sealed {
    let (key, nonce, plain) = (random.array(), random.array(), random.bytes(len));
    let mut out = [0; 256];
    let shared = SharedKey::from_bytes(key);
    let used = secret_box::seal_into(&shared, &Nonce::from_bytes(nonce), &plain, &mut out);
    let sealed = used.unwrap().to_vec();
    Sealed { key, nonce, plain, sealed }
}

/// Opening fails by all ways, and leaves every buffer as it was.
fn box_is_forged(key: &[u8], nonce: &[u8], sealed: &[u8]) {
    let key = SharedKey::from_bytes(key.try_into().unwrap());
    let nonce = Nonce::from_slice(nonce).unwrap();
    let mut out = [CANARY; 256];
    let opened = secret_box::open_into(&key, &nonce, sealed, &mut out);
    assert_eq!(opened, Err(Error::Forged));
    assert_eq!(out, [CANARY; 256]);

    let mut buffer = Message::from_slice(sealed).unwrap();
    assert_eq!(secret_box::open_in_place(&key, &nonce, &mut buffer), Err(Error::Forged));
    assert_eq!(buffer, sealed);

    let Some((tag, body)) = sealed.split_first_chunk() else { return };
    let mut buffer = body.to_vec();
    let tag = secret_box::Tag::from_bytes(*tag);
    let opened = secret_box::open_detached(&key, &nonce, &tag, &mut buffer);
    assert_eq!(opened, Err(Error::Forged));
    assert_eq!(buffer, body);
}

#[test]
fn every_bit_of_a_box() {
    let (mut random, mut flipped) = (Random::new(50), 0);
    for len in LENGTHS {
        let good = sealed(&mut random, len);
        for tag_or_body in flips(&good.sealed) {
            box_is_forged(&good.key, &good.nonce, &tag_or_body);
            flipped += 1;
        }
        for nonce in flips(&good.nonce) {
            box_is_forged(&good.key, &nonce, &good.sealed);
            flipped += 1;
        }
        for key in flips(&good.key) {
            box_is_forged(&key, &good.nonce, &good.sealed);
            flipped += 1;
        }
    }
    println!("{flipped} bits");
    assert!(flipped > 10_000);
}

#[test]
fn every_truncation_and_extension_of_a_box() {
    let mut random = Random::new(51);
    for len in LENGTHS {
        let good = sealed(&mut random, len);
        for cut in 0..good.sealed.len() {
            box_is_forged(&good.key, &good.nonce, &good.sealed[..cut]);
            box_is_forged(&good.key, &good.nonce, &good.sealed[cut + 1..]);
        }
        for extra in [&[0][..], &[0; 15], &[0; 16], &[1], &[0x80]] {
            box_is_forged(&good.key, &good.nonce, &[&good.sealed[..], extra].concat());
            box_is_forged(&good.key, &good.nonce, &[extra, &good.sealed[..]].concat());
        }
    }
}

fn sealed_box_is_forged(receiver: &SecretKey, sealed: &[u8]) {
    let mut out = [CANARY; 256];
    assert_eq!(sealed_box::open_into(receiver, sealed, &mut out), Err(Error::Forged));
    assert_eq!(out, [CANARY; 256]);

    let mut buffer = Message::from_slice(sealed).unwrap();
    assert_eq!(sealed_box::open_in_place(receiver, &mut buffer), Err(Error::Forged));
    assert_eq!(buffer, sealed);

    let Some((header, body)) = sealed.split_first_chunk() else { return };
    let mut buffer = body.to_vec();
    assert_eq!(sealed_box::open_detached(receiver, header, &mut buffer), Err(Error::Forged));
    assert_eq!(buffer, body);
}

/// Of the header too: of the ephemeral key also the highest bit, which X25519 ignores and the nonce does not.
#[test]
fn every_bit_and_truncation_of_a_sealed_box() {
    let mut random = Random::new(52);
    let mut drbg = Drbg::from_seed(&random.array());
    for len in [0, 1, 16, 33] {
        let secret: [u8; 32] = random.array();
        let receiver = SecretKey::from_bytes(secret);
        let plain = random.bytes(len);
        let mut out = [0; 256];
        let public = receiver.public_key();
        let good = sealed_box::seal_into(&public, &plain, &mut out, &mut drbg).unwrap().to_vec();
        for flipped in flips(&good) {
            sealed_box_is_forged(&receiver, &flipped);
        }
        for cut in 0..good.len() {
            sealed_box_is_forged(&receiver, &good[..cut]);
        }
        sealed_box_is_forged(&receiver, &[&good[..], &[0]].concat());
        sealed_box_is_forged(&SecretKey::from_bytes(random.array()), &good);
    }
}

fn signature_is_forged(key: &VerifyingKey, signed: &[u8]) {
    assert_eq!(sign::verify_combined(key, signed), Err(Error::Forged));
    let mut buffer = Message::from_slice(signed).unwrap();
    assert_eq!(sign::verify_in_place(key, &mut buffer), Err(Error::Forged));
    assert_eq!(buffer, signed);
    let Some((signature, message)) = signed.split_first_chunk() else { return };
    let signature = sign::Signature::from_bytes(*signature);
    assert_eq!(sign::verify(key, message, &signature), Err(Error::Forged));
}

#[test]
fn every_bit_and_truncation_of_a_signed_message() {
    let mut random = Random::new(53);
    for len in [0, 1, 64, 130] {
        let key = SigningKey::from_seed(random.array());
        let public = key.verifying_key();
        let mut out = [0; 256];
        let good = sign::sign_into(&key, &random.bytes(len), &mut out).unwrap().to_vec();
        for flipped in flips(&good) {
            signature_is_forged(&public, &flipped);
        }
        for cut in 0..good.len() {
            signature_is_forged(&public, &good[..cut]);
        }
        signature_is_forged(&public, &[&good[..], &[0]].concat());
    }
}

/// Runs `write` with every buffer below `needed`, with one that just fits, and with a longer one.
fn needs(needed: usize, mut write: impl FnMut(&mut [u8]) -> Result<usize, Error>) {
    for len in 0..needed {
        let mut out = vec![CANARY; len];
        assert_eq!(write(&mut out), Err(Error::BufferTooSmall { needed }), "{len} bytes");
        assert!(out.iter().all(|byte| *byte == CANARY), "wrote into {len} bytes");
    }
    for len in needed..needed + 40 {
        let mut out = vec![CANARY; len];
        assert_eq!(write(&mut out), Ok(needed));
        assert!(out[needed..].iter().all(|byte| *byte == CANARY), "wrote beyond {needed}");
    }
}

#[test]
fn every_small_buffer() {
    let mut random = Random::new(54);
    let mut drbg = Drbg::from_seed(&random.array());
    for len in [0, 1, 16, 50] {
        let good = sealed(&mut random, len);
        let (key, nonce) = (SharedKey::from_bytes(good.key), Nonce::from_bytes(good.nonce));
        needs(len + 16, |out| Ok(secret_box::seal_into(&key, &nonce, &good.plain, out)?.len()));
        needs(len, |out| Ok(secret_box::open_into(&key, &nonce, &good.sealed, out)?.len()));

        let receiver = SecretKey::from_bytes(random.array());
        let public = receiver.public_key();
        needs(len + 48, |out| {
            Ok(sealed_box::seal_into(&public, &good.plain, out, &mut drbg)?.len())
        });
        let mut out = [0; 256];
        let boxed = sealed_box::seal_into(&public, &good.plain, &mut out, &mut drbg).unwrap();
        needs(len, |out| Ok(sealed_box::open_into(&receiver, boxed, out)?.len()));

        let signer = SigningKey::from_seed(random.array());
        needs(len + 64, |out| Ok(sign::sign_into(&signer, &good.plain, out)?.len()));
    }
}

/// A short buffer says nothing of whether the box is good, and a forged box in it writes nothing either.
#[test]
fn a_forged_box_and_a_small_buffer() {
    let good = sealed(&mut Random::new(55), 40);
    let (key, nonce) = (SharedKey::from_bytes(good.key), Nonce::from_bytes(good.nonce));
    for forged in flips(&good.sealed) {
        let mut out = [CANARY; 39];
        assert!(secret_box::open_into(&key, &nonce, &forged, &mut out).is_err());
        assert_eq!(out, [CANARY; 39]);
    }
}

/// `heapless::Vec`s of every capacity from 0 to 95 that hold 31 bytes, or as many as fit.
#[test]
fn every_small_vector() {
    fn with<const N: usize>() {
        let mut random = Random::new(56);
        let mut drbg = Drbg::from_seed(&random.array());
        let (key, nonce) = (SharedKey::from_bytes([1; 32]), Nonce::from_bytes([2; 24]));
        let (secret, signer) = (SecretKey::from_bytes([3; 32]), SigningKey::from_seed([4; 32]));
        let plain = random.bytes(N.min(31));
        let fresh = || heapless::Vec::<u8, N>::from_slice(&plain).unwrap();
        let check = |result: Result<(), Error>, after: heapless::Vec<u8, N>, overhead: usize| {
            let needed = plain.len() + overhead;
            if needed <= N {
                assert_eq!((result, after.len()), (Ok(()), needed));
            } else {
                assert_eq!(result, Err(Error::BufferTooSmall { needed }));
                assert_eq!(after, plain[..]);
            }
        };
        let mut message = fresh();
        check(secret_box::seal_in_place(&key, &nonce, &mut message), message, 16);
        let mut message = fresh();
        let public = secret.public_key();
        check(sealed_box::seal_in_place(&public, &mut message, &mut drbg), message, 48);
        let mut message = fresh();
        check(sign::sign_in_place(&signer, &mut message), message, 64);
    }
    macro_rules! capacities {
        ($($tens:literal)*) => {$(
            with::<$tens>(); with::<{ $tens + 1 }>(); with::<{ $tens + 2 }>(); with::<{ $tens + 3 }>();
        )*};
    }
    capacities!(0 4 8 12 16 20 24 28 32 36 40 44 48 52 56 60 64 68 72 76 80 84 88 92);
}

/// Gives some bytes, and then fails.
struct Failing(usize);

impl RandomSource for Failing {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        let given = out.len().min(self.0);
        out[..given].fill(7);
        self.0 -= given;
        if given == out.len() { Ok(()) } else { Err(EntropyError::SourceFailed) }
    }
}

#[test]
fn a_random_source_that_fails() {
    let public = SecretKey::from_bytes([3; 32]).public_key();
    let failed = Error::Entropy(EntropyError::SourceFailed);
    for given in 0..32 {
        let mut buffer = *b"reading";
        let sealed = sealed_box::seal_detached(&public, &mut buffer, &mut Failing(given));
        assert_eq!((sealed, &buffer), (Err(failed), b"reading"));

        let mut out = [CANARY; 64];
        let sealed = sealed_box::seal_into(&public, b"reading", &mut out, &mut Failing(given));
        assert_eq!(sealed, Err(failed));
        assert_eq!(out, [CANARY; 64]);

        let mut message = Message::from_slice(b"reading").unwrap();
        let sealed = sealed_box::seal_in_place(&public, &mut message, &mut Failing(given));
        assert_eq!(sealed, Err(failed));
        assert_eq!(message, b"reading");

        assert_eq!(
            SecretKey::generate(&mut Failing(given)).err(),
            Some(EntropyError::SourceFailed)
        );
        assert_eq!(
            SharedKey::generate(&mut Failing(given)).err(),
            Some(EntropyError::SourceFailed)
        );
        assert_eq!(
            SigningKey::generate(&mut Failing(given)).err(),
            Some(EntropyError::SourceFailed)
        );
        assert_eq!(Nonce::random(&mut Failing(given % 24)).err(), Some(EntropyError::SourceFailed));
    }
    let mut out = [0; 64];
    sealed_box::seal_into(&public, b"reading", &mut out, &mut Failing(32)).unwrap();
}
