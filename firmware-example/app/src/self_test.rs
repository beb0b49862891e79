//! Known answers at boot: a part that computes wrongly must not seal anything.

use saltbox::keys::{SecretKey, SharedKey, SigningKey};
use saltbox::nacl::hash::Blake2b;
use saltbox::nacl::{public_box, sign};
use saltbox::nonce::Nonce;

const MESSAGE: &[u8; 7] = b"saltbox";
const SEALED_LEN: usize = MESSAGE.len() + public_box::TAG_LEN;

/// BLAKE2b-256 of the box and the signature below, as libsodium 1.0.18 computes them.
const ANSWER: [u8; 32] = [
    0x14, 0x4e, 0x3e, 0xec, 0xf1, 0x12, 0xac, 0x41, 0xdb, 0x9f, 0xa3, 0xaa, 0x13, 0x69, 0x3e, 0xe2,
    0xf8, 0x14, 0x93, 0x11, 0xa9, 0xe9, 0xb6, 0xdc, 0xa9, 0x2a, 0x6b, 0xe6, 0x4c, 0x01, 0xd4, 0x58,
];

/// Whether box, signature and hash come out as they do elsewhere, and a forged box stays closed.
///
/// Two X25519, two multiplications of the base point of Ed25519. A signature is not verified: no node does that, and
/// it would take the most stack of all.
pub(crate) fn passes() -> bool {
    answer().is_some_and(|answer| answer == ANSWER)
}

fn answer() -> Option<[u8; 32]> {
    let peer = SecretKey::from_bytes([2; 32]).public_key();
    let key = SharedKey::agree(&SecretKey::from_bytes([1; 32]), &peer).ok()?;
    let nonce = Nonce::from_bytes([3; 24]);

    let mut sealed = [0; SEALED_LEN];
    public_box::seal_into(&key, &nonce, MESSAGE, &mut sealed).ok()?;
    let mut hash = Blake2b::<32>::new();
    hash.update(&sealed);
    hash.update(sign::sign(&SigningKey::from_seed([4; 32]), MESSAGE).as_bytes());

    let mut opened = [0; MESSAGE.len()];
    public_box::open_into(&key, &nonce, &sealed, &mut opened).ok()?;
    if let Some(byte) = sealed.last_mut() {
        *byte ^= 1;
    }
    let forged = public_box::open_into(&key, &nonce, &sealed, &mut opened).is_err();
    (opened == *MESSAGE && forged).then(|| hash.finalize())
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_are_those_of_libsodium() {
        assert!(super::passes());
    }
}
