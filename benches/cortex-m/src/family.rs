//! The families of operations: what a library has to bring for each, and how it is measured.
//!
//! Every library starts from the same bytes and must come to the same result. The operations of a family are measured in
//! the order in which they stand in `cargo xtask bench`.

use core::hint::black_box;

use crate::expected::{
    AGREED, HASHED, MACED, OURS, RAW, SIGNED, STREAMED, TAG_32, TAG_1024, THEIRS,
};
use crate::measure::{measure, nothing};

/// What is hashed, encrypted and authenticated to count by the byte.
pub const LONG: usize = 4096;

const SECRET: [u8; 32] = [1; 32];
const KEY: [u8; 32] = [3; 32];
const NONCE: [u8; 24] = [4; 24];
const SEED: [u8; 32] = [6; 32];
const MESSAGE: [u8; 32] = [7; 32];

/// X25519.
pub trait Agree {
    /// With our secret key and their public key, both decoded.
    fn new(secret: [u8; 32], public: [u8; 32]) -> Self;
    /// The key that both share; NaCl's, with HSalsa20, where the library has that.
    fn x25519(&mut self);
    /// Our public key, encoded.
    fn keypair(&mut self);
    /// The shared key, if the library shows it.
    fn shared(&self) -> Option<[u8; 32]>;
    /// The public key.
    fn public(&self) -> [u8; 32];
}

/// Measures `x25519`, `keypair`.
pub fn agree<L: Agree>() {
    let mut it = L::new(black_box(SECRET), black_box(THEIRS));
    measure(&mut it, nothing, L::x25519);
    measure(&mut it, nothing, L::keypair);
    assert!(it.public() == OURS);
    assert!(it.shared().is_none_or(|shared| shared == RAW || shared == AGREED));
}

/// XSalsa20-Poly1305 in place, with the key ready.
pub trait Boxes<const N: usize> {
    /// With a message of `N` bytes of 5.
    fn new(key: [u8; 32], nonce: [u8; 24]) -> Self;
    /// Encrypts what is in the buffer.
    fn seal(&mut self);
    /// Decrypts what is in the buffer.
    fn open(&mut self);
    /// The tag, and whether every opening succeeded.
    fn tag(&self) -> ([u8; 16], bool);
}

/// Measures `seal_32`, `open_32`, `seal_1024`, `open_1024`.
pub fn boxes<L: Boxes<32>, M: Boxes<1024>>() {
    boxes_of::<32, L>(TAG_32);
    boxes_of::<1024, M>(TAG_1024);
}

fn boxes_of<const N: usize, L: Boxes<N>>(tag: [u8; 16]) {
    let mut it = L::new(black_box(KEY), black_box(NONCE));
    measure(&mut it, nothing, L::seal);
    assert!(it.tag() == (tag, true));
    it = L::new(black_box(KEY), black_box(NONCE));
    measure(&mut it, L::seal, L::open);
    assert!(it.tag() == (tag, true));
}

/// XSalsa20 over [`LONG`] bytes.
pub trait Stream {
    /// Encrypts `data`.
    fn xor(key: &[u8; 32], nonce: &[u8; 24], data: &mut [u8; LONG]);
}

/// Measures `xsalsa20_per_byte`.
pub fn stream<L: Stream>() {
    let mut it = (black_box(KEY), black_box(NONCE), [5; LONG]);
    measure(&mut it, nothing, |(key, nonce, data)| L::xor(key, nonce, data));
    let last = it.2.last_chunk();
    assert!(last == Some(&STREAMED));
}

/// Poly1305 over [`LONG`] bytes.
pub trait Mac {
    /// The tag of `data`.
    fn mac(key: &[u8; 32], data: &[u8; LONG]) -> [u8; 16];
}

/// Measures `poly1305_per_byte`.
pub fn mac<L: Mac>() {
    let mut it = (black_box(KEY), black_box([5; LONG]), [0; 16]);
    measure(&mut it, nothing, |(key, data, tag)| *tag = L::mac(key, data));
    assert!(it.2 == MACED);
}

/// Ed25519 over a message of 32 bytes.
pub trait Sign {
    /// With the key pair ready.
    fn new(seed: [u8; 32], message: [u8; 32]) -> Self;
    /// Signs.
    fn sign(&mut self);
    /// Verifies what was signed, beginning with the 32 bytes of the public key.
    fn verify(&mut self);
    /// The signature, and whether every verification succeeded.
    fn signature(&self) -> ([u8; 64], bool);
}

/// Measures `ed25519_sign`, `ed25519_verify`.
pub fn sign<L: Sign>() {
    let mut it = L::new(black_box(SEED), black_box(MESSAGE));
    measure(&mut it, nothing, L::sign);
    measure(&mut it, nothing, L::verify);
    assert!(it.signature() == (SIGNED, true));
}

/// BLAKE2b over [`LONG`] bytes.
pub trait Hash {
    /// The hash of 32 bytes of `data`.
    fn hash(data: &[u8; LONG]) -> [u8; 32];
}

/// Measures `blake2b_per_byte`.
pub fn hash<L: Hash>() {
    let mut it = (black_box([5; LONG]), [0; 32]);
    measure(&mut it, nothing, |(data, hash)| *hash = L::hash(data));
    assert!(it.1 == HASHED);
}

/// A reading from a node to its gateway.
pub trait Frame {
    /// With a session between the two.
    fn new() -> Self;
    /// On the node: a reading, encoded and sealed.
    fn seal(&mut self);
    /// At the gateway: the frame, checked, opened and counted.
    fn open(&mut self);
    /// Whether every frame was accepted.
    fn is_good(&self) -> bool;
}

/// Measures `frame`, `frame_open`.
pub fn frame<L: Frame>() {
    let mut it = L::new();
    measure(&mut it, nothing, L::seal);
    // What was sealed above arrives, or the next would be the first that the gateway sees.
    it.open();
    measure(&mut it, L::seal, L::open);
    assert!(it.is_good());
}
