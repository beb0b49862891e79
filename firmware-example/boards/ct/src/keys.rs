//! Keys: made, agreed on, compared.

use core::hint::black_box;

use saltbox::keys::{PublicKey, SecretKey, SharedKey, SigningKey};
use saltbox::rng::Drbg;

use crate::{forged, half, op, other_half, traced};

pub(crate) fn run() {
    made();
    used();
    compared();
}

fn made() {
    op("SecretKey::from_bytes, dropped", |secret| {
        let bytes = half(secret);
        traced(|| drop(black_box(SecretKey::from_bytes(bytes))));
    });
    op("SecretKey::generate", |secret| {
        let mut random = Drbg::from_seed(&half(secret));
        assert!(traced(|| SecretKey::generate(&mut random)).is_ok());
    });
    op("SharedKey::generate", |secret| {
        let mut random = Drbg::from_seed(&half(secret));
        assert!(traced(|| SharedKey::generate(&mut random)).is_ok());
    });
    op("SigningKey::from_seed", |secret| {
        let seed = half(secret);
        traced(|| SigningKey::from_seed(seed));
    });
    op("SigningKey::generate", |secret| {
        let mut random = Drbg::from_seed(&half(secret));
        assert!(traced(|| SigningKey::generate(&mut random)).is_ok());
    });
}

fn used() {
    op("SecretKey::public_key", |secret| {
        let key = SecretKey::from_bytes(half(secret));
        traced(|| key.public_key());
    });
    op("SharedKey::agree", |secret| {
        let (key, public) = (SecretKey::from_bytes(half(secret)), someone());
        traced(|| SharedKey::agree(&key, &public)).ok();
    });
}

/// Keys that have nothing in common, and keys that differ in one bit: what stops at the first difference stops elsewhere.
fn compared() {
    op("SecretKey ==", |secret| {
        let (a, b) =
            (SecretKey::from_bytes(half(secret)), SecretKey::from_bytes(other_half(secret)));
        traced(|| a == b);
    });
    op("SecretKey ==, all but a bit", |secret| {
        let a = half(secret);
        let (a, b) = (SecretKey::from_bytes(a), SecretKey::from_bytes(forged(&a, secret)));
        assert!(!traced(|| a == b));
    });
    op("SharedKey ==", |secret| {
        let (a, b) =
            (SharedKey::from_bytes(half(secret)), SharedKey::from_bytes(other_half(secret)));
        traced(|| a == b);
    });
    op("SharedKey ==, all but a bit", |secret| {
        let a = half(secret);
        let (a, b) = (SharedKey::from_bytes(a), SharedKey::from_bytes(forged(&a, secret)));
        assert!(!traced(|| a == b));
    });
    op("SigningKey ==", |secret| {
        let (a, b) =
            (SigningKey::from_seed(half(secret)), SigningKey::from_seed(other_half(secret)));
        traced(|| a == b);
    });
    op("SigningKey ==, all but a bit", |secret| {
        let a = half(secret);
        let (a, b) = (SigningKey::from_seed(a), SigningKey::from_seed(forged(&a, secret)));
        assert!(!traced(|| a == b));
    });
}

/// A public key on the curve.
pub(crate) fn someone() -> PublicKey {
    SecretKey::from_bytes([7; 32]).public_key()
}
