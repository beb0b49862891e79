//! Keys: made, agreed on, compared.

use core::hint::black_box;

use saltbox::keys::{PublicKey, SecretKey, SharedKey, SigningKey};

use crate::{half, op, other_half, traced};

pub(crate) fn run() {
    op("SecretKey::from_bytes, dropped", |secret| {
        let bytes = half(secret);
        traced(|| drop(black_box(SecretKey::from_bytes(bytes))));
    });
    op("SecretKey::public_key", |secret| {
        let key = SecretKey::from_bytes(half(secret));
        traced(|| key.public_key());
    });
    op("SecretKey ==", |secret| {
        let (a, b) =
            (SecretKey::from_bytes(half(secret)), SecretKey::from_bytes(other_half(secret)));
        traced(|| a == b);
    });
    op("SharedKey::agree", |secret| {
        let (key, public) = (SecretKey::from_bytes(half(secret)), someone());
        traced(|| SharedKey::agree(&key, &public)).ok();
    });
    op("SharedKey ==", |secret| {
        let (a, b) =
            (SharedKey::from_bytes(half(secret)), SharedKey::from_bytes(other_half(secret)));
        traced(|| a == b);
    });
    op("SigningKey::from_seed", |secret| {
        let seed = half(secret);
        traced(|| SigningKey::from_seed(seed));
    });
    op("SigningKey ==", |secret| {
        let (a, b) =
            (SigningKey::from_seed(half(secret)), SigningKey::from_seed(other_half(secret)));
        traced(|| a == b);
    });
}

/// A public key on the curve.
pub(crate) fn someone() -> PublicKey {
    SecretKey::from_bytes([7; 32]).public_key()
}
