//! `saltbox::nacl`.

use heapless::Vec;
use saltbox::keys::{PublicKey, SecretKey, SharedKey, SigningKey, VerifyingKey};
use saltbox::nacl::hash::{self, Blake2b};
use saltbox::nacl::sealed_box;
use saltbox::nacl::secret_box::{self, Tag};
use saltbox::nacl::sign::{self, Signature};
use saltbox::nonce::Nonce;

use crate::shown::{debug, format, plain};
use crate::{given, rng, room, some, taken};

#[inline(never)]
pub(crate) fn call() {
    secret_box();
    sealed_box();
    sign();
    hash();
}

fn secret_box() {
    let (key, nonce) = (SharedKey::from_bytes(given([1; 32])), Nonce::from_bytes(given([2; 24])));
    let mut out = given([0; 64]);
    let message = given([3; 48]);

    let tag = given(secret_box::seal_detached(&key, &nonce, room(&mut out)));
    taken(secret_box::open_detached(&key, &nonce, &tag, room(&mut out)));
    taken(secret_box::seal_into(&key, &nonce, some(&message), room(&mut out)));
    taken(secret_box::open_into(&key, &nonce, some(&message), room(&mut out)));

    let mut buffer = buffer();
    taken(secret_box::seal_in_place(&key, &nonce, &mut buffer));
    taken(secret_box::open_in_place(&key, &nonce, &mut buffer));
    taken(buffer);

    taken(Tag::as_bytes(&tag));
    let tag = given(Tag::from_bytes(given([4; 16])));
    plain::<Tag>(&tag);
    format::<Tag>(&tag);
}

fn sealed_box() {
    let mut random = rng::healthy();
    let (secret, public) =
        (SecretKey::from_bytes(given([1; 32])), PublicKey::from_bytes(given([2; 32])));
    let mut out = given([0; 96]);
    let (message, header) = (given([3; 64]), given([4; 48]));

    taken(sealed_box::seal_detached(&public, room(&mut out), &mut random));
    taken(sealed_box::open_detached(&secret, &header, room(&mut out)));
    taken(sealed_box::seal_into(&public, some(&message), room(&mut out), &mut random));
    taken(sealed_box::open_into(&secret, some(&message), room(&mut out)));

    let mut buffer = buffer();
    taken(sealed_box::seal_in_place(&public, &mut buffer, &mut random));
    taken(sealed_box::open_in_place(&secret, &mut buffer));
    taken(buffer);
}

fn sign() {
    let key = SigningKey::from_seed(given([1; 32]));
    let public = given(VerifyingKey::from_bytes(given([2; 32])));
    let mut out = given([0; 96]);
    let message = given([3; 80]);

    let signature = given(sign::sign(&key, some(&message)));
    taken(sign::verify(&public, some(&message), &signature));
    taken(sign::sign_into(&key, some(&message), room(&mut out)));
    taken(sign::verify_combined(&public, some(&message)));

    let mut buffer = buffer();
    taken(sign::sign_in_place(&key, &mut buffer));
    taken(sign::verify_in_place(&public, &mut buffer));
    taken(buffer);

    taken(Signature::as_bytes(&signature));
    let signature = given(Signature::from_bytes(given([4; 64])));
    plain::<Signature>(&signature);
    format::<Signature>(&signature);
}

fn hash() {
    let message = given([1; 200]);
    let mut out = given([0; 64]);
    taken(hash::blake2b_into(some(&message), some(&message), room(&mut out)));
    taken(hash::sha512(some(&message)));
    taken(Blake2b::<32>::digest(some(&message)));
    taken(Blake2b::<64>::new());
    let mut running = given(Blake2b::<24>::keyed(&given([2; 40])));
    Blake2b::update(&mut running, some(&message));
    debug::<Blake2b<24>>(&running);
    taken(Blake2b::finalize(running));
    taken(<Blake2b<1> as Default>::default());
}

/// A vector of unknown length.
fn buffer() -> Vec<u8, 112> {
    given(Vec::from_slice(some(&given([5; 80]))).unwrap_or_default())
}
