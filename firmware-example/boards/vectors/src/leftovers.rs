//! What an operation leaves of a secret on the stack once it has returned: nothing.
//!
//! The free stack is painted, the operation runs, and what lies below is searched for pieces of secrets that are known in
//! advance: those of RFC 7748, section 6.1, and the one-time key that "Cryptography in NaCl" makes of them.

use core::hint::black_box;

use saltbox::keys::{PublicKey, SecretKey, SharedKey, SigningKey};
use saltbox::nacl::{hash, secret_box, sign};
use saltbox::nonce::Nonce;
use semihosting::println;

/// The stack below the caller.
pub struct Stack {
    /// Fills it with a pattern.
    pub paint: fn(),
    /// Bytes that were in use at most since then, of all of it.
    pub peak: fn() -> usize,
    /// Whether these two words lie in it, at an address for words.
    pub holds: fn(&[u8; 8]) -> bool,
}

const ALICE: &str = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
const BOB_PUBLIC: &str = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
const RAW: &str = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
const BOX_KEY: &str = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389";
const ONE_TIME_KEY: &str = "eea6a7251c1e72916d11c2cb214d3c252539121d8e234e652d651fa4c8cff880";
const NONCE: [u8; 24] = [
    0x69, 0x69, 0x6e, 0xe9, 0x55, 0xb6, 0x2b, 0x73, 0xcd, 0x62, 0xbd, 0xa8, 0x75, 0xfc, 0x73, 0xd6,
    0x82, 0x19, 0xe0, 0x03, 0x6b, 0x7a, 0x0b, 0x37,
];

/// Runs each operation; whether all left nothing.
pub(crate) fn none(stack: &Stack) -> bool {
    let checks: [fn(&Stack) -> bool; 5] = [finds, agrees, boxes, makes_a_key, signs];
    checks.iter().fold(true, |good, check| good & check(stack))
}

/// The search finds what is there: a key that nobody wipes.
#[inline(never)]
fn finds(stack: &Stack) -> bool {
    #[inline(never)]
    fn leave(secret: &[u8; 32]) {
        black_box([*secret; 8]);
    }
    let secret = hex(RAW);
    (stack.paint)();
    leave(&secret);
    pieces_of(stack, &secret) > 0
}

#[inline(never)]
fn agrees(stack: &Stack) -> bool {
    let secrets = [hex(RAW), hex(BOX_KEY), hex(ALICE)];
    let secret = SecretKey::from_bytes(hex(ALICE));
    let public = PublicKey::from_bytes(hex(BOB_PUBLIC));
    (stack.paint)();
    let key = SharedKey::agree(&secret, &public);
    let good = nothing_of(stack, "SharedKey::agree", &secrets.each_ref());
    good & key.as_ref().is_ok_and(|key| *key.expose_secret() == hex(BOX_KEY))
}

#[inline(never)]
fn boxes(stack: &Stack) -> bool {
    let (key, nonce) = (SharedKey::from_bytes(hex(BOX_KEY)), Nonce::from_bytes(NONCE));
    let secrets = [hex(ONE_TIME_KEY), hex(BOX_KEY)];
    let mut good = true;
    let mut message = [7; 100];
    for len in [32, 100] {
        let part = &mut message[..len];
        (stack.paint)();
        let tag = black_box(secret_box::seal_detached(&key, &nonce, part));
        good &= nothing_of(stack, "secret_box::seal_detached", &secrets.each_ref());
        (stack.paint)();
        let opened = black_box(secret_box::open_detached(&key, &nonce, &tag, part));
        good &= nothing_of(stack, "secret_box::open_detached", &secrets.each_ref());
        good &= opened.is_ok();
    }
    good
}

#[inline(never)]
fn makes_a_key(stack: &Stack) -> bool {
    let (scalar, prefix) = halves();
    let seed = hex(ALICE);
    (stack.paint)();
    let key = SigningKey::from_seed(black_box(seed));
    let good = nothing_of(stack, "SigningKey::from_seed", &[&scalar, &prefix, &seed]);
    good & (*key.expose_secret() == seed)
}

#[inline(never)]
fn signs(stack: &Stack) -> bool {
    let (scalar, prefix) = halves();
    let seed = hex(ALICE);
    let key = SigningKey::from_seed(hex(ALICE));
    (stack.paint)();
    let signature = black_box(sign::sign(&key, b"saltbox"));
    let good = nothing_of(stack, "sign::sign", &[&scalar, &prefix, &seed]);
    good & sign::verify(&key.verifying_key(), b"saltbox", &signature).is_ok()
}

/// The clamped scalar and the prefix of the signing key whose seed is Alice's key.
fn halves() -> ([u8; 32], [u8; 32]) {
    let hash = hash::sha512(&hex(ALICE));
    let (mut scalar, mut prefix) = ([0; 32], [0; 32]);
    for (to, from) in scalar.iter_mut().chain(&mut prefix).zip(hash) {
        *to = from;
    }
    scalar[0] &= 0xf8;
    scalar[31] = scalar[31] & 0x7f | 0x40;
    (scalar, prefix)
}

/// Whether the stack holds no two neighbouring words of any of these.
// Inlined, as is what it calls: each frame below would overwrite what is looked for.
#[inline(always)]
fn nothing_of(stack: &Stack, name: &str, secrets: &[&[u8; 32]]) -> bool {
    let mut good = true;
    for (number, secret) in secrets.iter().enumerate() {
        let found = pieces_of(stack, secret);
        if found > 0 {
            println!("  {name}: {found} pieces of secret {number} lie on the stack");
        }
        good &= found == 0;
    }
    good
}

#[inline(always)]
fn pieces_of(stack: &Stack, secret: &[u8; 32]) -> usize {
    let piece = |at: usize| secret.get(at..).and_then(<[u8]>::first_chunk);
    let pieces = (0..=24).step_by(4).filter_map(piece);
    pieces.filter(|piece| (stack.holds)(piece)).count()
}

fn hex(digits: &str) -> [u8; 32] {
    PublicKey::from_hex(digits).map_or([0; 32], |key| *key.as_bytes())
}
