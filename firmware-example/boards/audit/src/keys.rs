//! `saltbox::keys`, `Text` and `Error`.

use core::ops::Deref;

use saltbox::keys::{PublicKey, SecretKey, SharedKey, SigningKey, VerifyingKey};
use saltbox::rng::EntropyError;
use saltbox::{Error, Text};

use crate::shown::{debug, display, equal, format, hash, plain};
use crate::{given, rng, taken};

#[inline(never)]
pub(crate) fn call() {
    public();
    verifying();
    secret();
    text();
    errors();
}

fn public() {
    let key = given(PublicKey::from_bytes(given([1; 32])));
    taken(PublicKey::as_bytes(&key));
    taken(PublicKey::to_hex(&key));
    taken(PublicKey::from_hex(given("00")));
    taken(PublicKey::to_base64(&key));
    taken(PublicKey::from_base64(given("AA==")));
    taken(PublicKey::fingerprint(&key));
    plain::<PublicKey>(&key);
    format::<PublicKey>(&key);
    hash::<PublicKey>(&key);
}

fn verifying() {
    let key = given(VerifyingKey::from_bytes(given([1; 32])));
    taken(VerifyingKey::as_bytes(&key));
    taken(VerifyingKey::to_hex(&key));
    taken(VerifyingKey::from_hex(given("00")));
    taken(VerifyingKey::to_base64(&key));
    taken(VerifyingKey::from_base64(given("AA==")));
    taken(VerifyingKey::fingerprint(&key));
    plain::<VerifyingKey>(&key);
    format::<VerifyingKey>(&key);
    hash::<VerifyingKey>(&key);
}

fn secret() {
    let mut random = rng::drbg();
    let public = given(PublicKey::from_bytes(given([1; 32])));

    let key = given(SecretKey::from_bytes(given([2; 32])));
    taken(SecretKey::generate(&mut random));
    taken(SecretKey::expose_secret(&key));
    taken(SecretKey::public_key(&key));
    debug::<SecretKey>(&key);
    format::<SecretKey>(&key);
    equal::<SecretKey>(&key, &key);

    taken(SharedKey::agree(&key, &public));
    taken(SharedKey::generate(&mut random));
    let key = given(SharedKey::from_bytes(given([3; 32])));
    taken(SharedKey::expose_secret(&key));
    debug::<SharedKey>(&key);
    format::<SharedKey>(&key);
    equal::<SharedKey>(&key, &key);

    taken(SigningKey::generate(&mut random));
    let key = given(SigningKey::from_seed(given([4; 32])));
    taken(SigningKey::expose_secret(&key));
    taken(SigningKey::verifying_key(&key));
    debug::<SigningKey>(&key);
    format::<SigningKey>(&key);
    equal::<SigningKey>(&key, &key);
}

fn text() {
    let text = given(PublicKey::from_bytes(given([1; 32])).to_hex());
    taken(Text::as_str(&text));
    taken(<Text<64> as Deref>::deref(&text));
    plain::<Text<64>>(&text);
    display::<Text<64>>(&text);
    format::<Text<64>>(&text);
}

fn errors() {
    let cause = given(EntropyError::SourceFailed);
    let error = given(<Error as From<EntropyError>>::from(cause));
    plain::<Error>(&error);
    display::<Error>(&error);
    format::<Error>(&error);
}
