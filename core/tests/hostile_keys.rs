//! Does saltbox refuse, and accept, the same hostile keys and signatures as libsodium?

mod random;
mod vectors;

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::montgomery::MontgomeryPoint;
use curve25519_dalek::scalar::Scalar;
use libsodium_rs::{crypto_box, crypto_sign};
use random::Random;
use saltbox::Error;
use saltbox::keys::{PublicKey, SecretKey, SharedKey, VerifyingKey};
use saltbox::nacl::{sealed_box, sign};
use saltbox::rng::Drbg;
use sha2::{Digest, Sha512};

/// The u of every point whose order is 1, 2, 4 or 8 on the curve or its twist, in each form below 2^255.
const LOW_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// The order of the group, L, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn start(stream: u64) -> Random {
    libsodium_rs::ensure_init().unwrap();
    Random::new(stream)
}

/// `SharedKey::agree`, after checking that libsodium gives the same.
fn agree(secret: [u8; 32], public: [u8; 32]) -> Result<SharedKey, Error> {
    let ours = SharedKey::agree(&SecretKey::from_bytes(secret), &PublicKey::from_bytes(public));
    let theirs = crypto_box::beforenm(
        &crypto_box::PublicKey::from_bytes_exact(public),
        &crypto_box::SecretKey::from_bytes_exact(secret),
    );
    let ours_bytes = ours.as_ref().ok().map(|key| *key.expose_secret());
    assert_eq!(ours_bytes, theirs.ok().map(|key| *key.as_bytes()), "{secret:x?} and {public:x?}");
    ours
}

fn low_order() -> impl Iterator<Item = [u8; 32]> {
    LOW_ORDER.into_iter().flat_map(|text| {
        let point: [u8; 32] = vectors::unhex(text).unwrap().try_into().unwrap();
        let mut with_high_bit = point;
        with_high_bit[31] |= 0x80;
        [point, with_high_bit]
    })
}

#[test]
fn x25519_of_low_order() {
    let mut random = start(20);
    for public in low_order() {
        for secret in [[0; 32], [0xff; 32], random.array(), random.array()] {
            assert_eq!(agree(secret, public), Err(Error::WeakKey), "{public:x?}");
        }
    }
}

#[test]
fn x25519_one_bit_beside_low_order() {
    let mut random = start(21);
    for public in low_order() {
        for bit in 0..255 {
            let mut beside = public;
            beside[bit / 8] ^= 1 << (bit % 8);
            if !low_order().any(|point| point == beside) {
                agree(random.array(), beside).unwrap();
            }
        }
    }
}

#[test]
fn x25519_not_canonical() {
    let mut random = start(22);
    for low in 0xed..=0xff {
        for high in [0x7f, 0xff] {
            let mut public = [0xff; 32];
            (public[0], public[31]) = (low, high);
            let secret = random.array();
            let key = agree(secret, public);
            // Reduced, it is 0 to 18.
            let mut reduced = [0; 32];
            reduced[0] = low - 0xed;
            assert_eq!(key, agree(secret, reduced), "{low:x}");
        }
    }
}

#[test]
fn x25519_on_curve_and_twist() {
    let (mut random, mut on_curve, mut on_twist) = (start(23), 0, 0);
    for _ in 0..2000 {
        let public = random.array();
        match MontgomeryPoint(public).to_edwards(0) {
            Some(_) => on_curve += 1,
            None => on_twist += 1,
        }
        agree(random.array(), public).unwrap();
    }
    assert!(on_curve > 800 && on_twist > 800, "{on_curve} on the curve, {on_twist} on the twist");
}

#[test]
fn sealed_box_to_and_from_a_weak_key() {
    let mut random = start(24);
    let mut drbg = Drbg::from_seed(&random.array());
    let secret = random.array();
    let receiver = SecretKey::from_bytes(secret);
    for weak in low_order() {
        let weak_key = PublicKey::from_bytes(weak);
        let mut buffer = *b"reading";
        let sealed = sealed_box::seal_detached(&weak_key, &mut buffer, &mut drbg);
        assert_eq!((sealed, &buffer), (Err(Error::WeakKey), b"reading"));
        let mut out = [0xa5; 64];
        let sealed = sealed_box::seal_into(&weak_key, b"reading", &mut out, &mut drbg);
        assert_eq!(sealed, Err(Error::WeakKey));
        assert_eq!(out, [0xa5; 64]);

        let their_weak_key = crypto_box::PublicKey::from_bytes_exact(weak);
        assert!(crypto_box::seal_box(b"reading", &their_weak_key).is_err());

        let sealed = [&weak[..], &[0; 23]].concat();
        assert_eq!(sealed_box::open_into(&receiver, &sealed, &mut out), Err(Error::WeakKey));
        assert_eq!(out, [0xa5; 64]);
        let public = crypto_box::PublicKey::from_bytes_exact(*receiver.public_key().as_bytes());
        let secret = crypto_box::SecretKey::from_bytes_exact(secret);
        assert!(crypto_box::open_sealed_box(&sealed, &public, &secret).is_err());
    }
}

/// `sign::verify`, after checking that libsodium's verdict is the same.
fn verify(public: [u8; 32], message: &[u8], signature: [u8; 64]) -> bool {
    let key = VerifyingKey::from_bytes(public);
    let ours = sign::verify(&key, message, &sign::Signature::from_bytes(signature));
    let their_key = crypto_sign::PublicKey::from_bytes(&public).unwrap();
    let theirs = crypto_sign::verify_detached(&signature, message, &their_key);
    assert!(matches!(ours, Ok(()) | Err(Error::Forged)));
    assert_eq!(ours.is_ok(), theirs, "{public:x?}, {message:x?}, {signature:x?}");
    theirs
}

#[test]
fn ed25519_vectors() {
    libsodium_rs::ensure_init().unwrap();
    let mut accepted = Vec::new();
    for case in vectors::cases("ed25519_verify", "ed25519_verify") {
        let verdict = verify(case.array("public"), &case.bytes("message"), case.array("signature"));
        assert_eq!(verdict, case.is_ok("forged"), "{}", case.id());
        if verdict {
            accepted.push(case.id());
        }
    }
    // Of the twelve kinds in "Taming the many EdDSAs", only the third: right without the cofactor, nothing small.
    let speccheck: Vec<_> = accepted.iter().filter(|id| id.contains("speccheck")).collect();
    assert!(speccheck.len() == 1 && speccheck[0].contains("speccheck_3_"), "{speccheck:?}");
    assert_eq!(accepted.len(), 3, "{accepted:?}");
}

/// Each form of each point of small order: y or y + p, and where x is zero either sign.
fn small_order() -> Vec<[u8; 32]> {
    let mut forms: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|p| p.compress().to_bytes()).collect();
    for low in [0xec, 0xed, 0xee] {
        let mut form = [0xff; 32];
        form[0] = low;
        forms.push(form);
        form[31] = 0x7f;
        forms.push(form);
    }
    let mut one = [0; 32];
    (one[0], one[31]) = (1, 0x80);
    forms.push(one);
    forms.sort_unstable();
    forms.dedup();
    assert_eq!(forms.len(), 14);
    forms
}

#[test]
fn ed25519_of_small_order() {
    let mut random = start(25);
    let scalars = [
        [0; 32],
        Scalar::ONE.to_bytes(),
        (-Scalar::ONE).to_bytes(),
        random_scalar(&mut random).to_bytes(),
    ];
    for public in small_order() {
        for front in small_order() {
            for s in &scalars {
                assert!(!verify(public, &random.array::<8>(), join(&front, s)));
            }
        }
    }
}

/// A point with its discrete logarithm to the base point and to the generator of the torsion.
struct Known {
    scalar: Scalar,
    torsion: usize,
}

impl Known {
    fn random(random: &mut Random) -> Self {
        let scalar = if random.below(8) == 0 { Scalar::ZERO } else { random_scalar(random) };
        Self { scalar, torsion: if random.below(3) == 0 { 0 } else { random.below(8) } }
    }

    fn point(&self) -> EdwardsPoint {
        ED25519_BASEPOINT_POINT * self.scalar + EIGHT_TORSION[self.torsion]
    }
}

/// Keys and signatures of every make, honest, mixed, small, in odd forms and broken: 20,000 of them.
#[test]
fn ed25519_mutated() {
    let mut random = start(26);
    let (mut accepted, mut accepted_mixed) = (0, 0);
    for case in 0..20_000 {
        let (a, r) = (Known::random(&mut random), Known::random(&mut random));
        let mut public = odd_form(&mut random, a.point());
        let front = odd_form(&mut random, r.point());
        // Without the cofactor the torsion of R must be what -k A has; one message in eight does that.
        let wants_equation = random.below(4) != 0;
        let (mut message, k) = (0..100)
            .map(|_| random.bytes(case % 40 + 8))
            .map(|message| (challenge(&front, &public, &message), message))
            .find(|(k, _)| {
                !wants_equation
                    || (usize::from(k.as_bytes()[0] % 8) * a.torsion + r.torsion) % 8 == 0
            })
            .map_or_else(|| (random.bytes(8), Scalar::ZERO), |(k, message)| (message, k));
        let mut signature = join(&front, &(r.scalar + k * a.scalar).to_bytes());

        match random.below(8) {
            0 => flip(&mut random, &mut signature),
            1 => flip(&mut random, &mut public),
            2 => flip(&mut random, &mut message),
            3 => add_order(&mut signature, 1 + random.below(14)),
            _ => {}
        }
        let verdict = verify(public, &message, signature);
        accepted += usize::from(verdict);
        accepted_mixed += usize::from(verdict && a.torsion != 0);
    }
    println!("{accepted} of 20,000 accepted, {accepted_mixed} under a key of mixed order");
    assert!(accepted > 2000 && accepted < 18_000, "{accepted} accepted");
    assert!(accepted_mixed > 500, "{accepted_mixed} accepted under a key of mixed order");
}

/// Honest signatures with each of their bits flipped, one at a time, and each bit of the key.
#[test]
fn ed25519_every_bit() {
    let mut random = start(27);
    let key = crypto_sign::KeyPair::from_seed(&random.array::<32>()).unwrap();
    let public = *key.public_key.as_bytes();
    let good = crypto_sign::sign_detached(b"reading", &key.secret_key).unwrap();
    assert!(verify(public, b"reading", good));
    for bit in 0..512 {
        let mut signature = good;
        signature[bit / 8] ^= 1 << (bit % 8);
        assert!(!verify(public, b"reading", signature), "bit {bit} of the signature");
    }
    for bit in 0..256 {
        let mut other = public;
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(!verify(other, b"reading", good), "bit {bit} of the key");
    }
}

/// Points that decode from y at or above p, and any 32 bytes at all, as key and as R.
#[test]
fn ed25519_forms_of_no_point() {
    let (mut random, mut decoded) = (start(28), 0);
    for low in 0xed..=0xff_u8 {
        for high in [0x7f, 0xff] {
            let mut form = [0xff; 32];
            (form[0], form[31]) = (low, high);
            decoded += usize::from(CompressedEdwardsY(form).decompress().is_some());
            let s = random_scalar(&mut random).to_bytes();
            assert!(!verify(form, b"reading", join(&random.array(), &s)));
            assert!(!verify(random.array(), b"reading", join(&form, &s)));
        }
    }
    assert!(decoded > 10, "only {decoded} of these are points");
    for _ in 0..2000 {
        assert!(!verify(random.array(), b"reading", random.array()));
    }
}

fn random_scalar(random: &mut Random) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&random.array())
}

fn challenge(front: &[u8; 32], public: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(front).chain_update(public).chain_update(message);
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

fn join(front: &[u8; 32], back: &[u8; 32]) -> [u8; 64] {
    [*front, *back].concat().try_into().unwrap()
}

/// The point's canonical form, or now and then another one that decodes to the same point.
fn odd_form(random: &mut Random, point: EdwardsPoint) -> [u8; 32] {
    let canonical = point.compress();
    if random.below(4) != 0 {
        return canonical.to_bytes();
    }
    let mut same = small_order();
    same.retain(|form| CompressedEdwardsY(*form).decompress() == Some(point));
    if same.is_empty() { canonical.to_bytes() } else { same[random.below(same.len())] }
}

fn flip(random: &mut Random, bytes: &mut [u8]) {
    let bit = random.below(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

/// Adds L to S that many times, which fits 256 bits up to 14 times.
fn add_order(signature: &mut [u8; 64], times: usize) {
    for _ in 0..times {
        let mut carry = 0;
        for (byte, order) in signature[32..].iter_mut().zip(ORDER) {
            carry += u16::from(*byte) + u16::from(order);
            (*byte, carry) = (carry as u8, carry >> 8);
        }
    }
}
