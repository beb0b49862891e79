//! Saltbox, by its public API; the raw cipher and authenticator as `low` has them.

use core::hint::black_box;

use saltbox::keys::{PublicKey, SecretKey, SharedKey, SigningKey, VerifyingKey};
use saltbox::nacl::hash::Blake2b;
use saltbox::nacl::public_box::{self, Tag};
use saltbox::nacl::sign::{self, Signature};
use saltbox::nonce::Nonce;
use saltbox::rng::Drbg;
use saltbox::telemetry::{
    Answer, Features, GatewayKeys, Identity, Interval, Kind, MAX_FRAME, NodeId, NodeSession,
    Opening, Peer, Reading, Received, SeenEphemerals,
};

use crate::family::{Agree, Boxes, Frame, Hash, LONG, Mac, Sign, Stream};

/// Our secret key and their public key, and what comes of them.
pub struct Agreement {
    secret: SecretKey,
    theirs: PublicKey,
    shared: Option<SharedKey>,
    ours: PublicKey,
}

impl Agree for Agreement {
    fn new(secret: [u8; 32], public: [u8; 32]) -> Self {
        let [theirs, ours] = [public, [0; 32]].map(PublicKey::from_bytes);
        Self { secret: SecretKey::from_bytes(secret), theirs, shared: None, ours }
    }

    fn x25519(&mut self) {
        self.shared = SharedKey::agree(&self.secret, &self.theirs).ok();
    }

    fn keypair(&mut self) {
        self.ours = self.secret.public_key();
    }

    fn shared(&self) -> Option<[u8; 32]> {
        Some(self.shared.as_ref().map_or([0; 32], |key| *key.expose_secret()))
    }

    fn public(&self) -> [u8; 32] {
        *self.ours.as_bytes()
    }
}

/// A box of `N` bytes, sealed or to be sealed.
pub struct Sealing<const N: usize> {
    key: SharedKey,
    nonce: Nonce,
    buffer: [u8; N],
    tag: Tag,
    good: bool,
}

impl<const N: usize> Boxes<N> for Sealing<N> {
    fn new(key: [u8; 32], nonce: [u8; 24]) -> Self {
        let (key, nonce) = (SharedKey::from_bytes(key), Nonce::from_bytes(nonce));
        Self { key, nonce, buffer: [5; N], tag: Tag::from_bytes([0; 16]), good: true }
    }

    fn seal(&mut self) {
        self.tag = public_box::seal_detached(&self.key, &self.nonce, &mut self.buffer);
    }

    fn open(&mut self) {
        let Self { key, nonce, buffer, tag, good } = self;
        *good &= public_box::open_detached(key, nonce, tag, buffer).is_ok();
    }

    fn tag(&self) -> ([u8; 16], bool) {
        (*self.tag.as_bytes(), self.good)
    }
}

/// What needs no state.
pub struct Library;

impl Stream for Library {
    fn xor(key: &[u8; 32], nonce: &[u8; 24], data: &mut [u8; LONG]) {
        saltbox_raw::xsalsa20(key, nonce, data);
    }
}

impl Mac for Library {
    fn mac(key: &[u8; 32], data: &[u8; LONG]) -> [u8; 16] {
        saltbox_raw::poly1305(key, data)
    }
}

impl Hash for Library {
    fn hash(data: &[u8; LONG]) -> [u8; 32] {
        Blake2b::<32>::digest(data)
    }
}

/// A message, signed or to be signed.
pub struct Signing {
    key: SigningKey,
    public: [u8; 32],
    message: [u8; 32],
    signature: Signature,
    good: bool,
}

impl Sign for Signing {
    fn new(seed: [u8; 32], message: [u8; 32]) -> Self {
        let key = SigningKey::from_seed(seed);
        let public = *key.verifying_key().as_bytes();
        Self { key, public, message, signature: Signature::from_bytes([0; 64]), good: true }
    }

    fn sign(&mut self) {
        self.signature = sign::sign(&self.key, &self.message);
    }

    fn verify(&mut self) {
        let public = VerifyingKey::from_bytes(self.public);
        self.good &= sign::verify(&public, &self.message, &self.signature).is_ok();
    }

    fn signature(&self) -> ([u8; 64], bool) {
        (*self.signature.as_bytes(), self.good)
    }
}

/// A node and its gateway with a session between them, and one frame.
pub struct Sending {
    session: NodeSession,
    peer: Peer,
    keys: GatewayKeys,
    seen: SeenEphemerals<1>,
    random: Drbg,
    counter: u64,
    frame: [u8; MAX_FRAME],
    len: usize,
    good: bool,
}

impl Sending {
    fn opened() -> Option<Self> {
        let (node, gateway) = (SecretKey::from_bytes([8; 32]), SecretKey::from_bytes([9; 32]));
        let mut peer = Peer::new(NodeId(1), node.public_key(), Interval::from_millis(1_000));
        let identity = Identity::new(NodeId(1), node, 0, gateway.public_key());
        let keys = GatewayKeys::new(gateway);
        let (mut seen, mut random) = (SeenEphemerals::<1>::new(), Drbg::from_seed(&[10; 32]));
        let mut opening =
            Opening::start(&identity, 1, Features::MEMORY, [0; 3], &mut random).ok()?;
        let mut frame = *opening.frame();
        let received = peer.receive(&keys, 0, &mut frame, &mut seen, &mut random);
        let Ok(Received::Opened { answer, .. }) = received else { return None };
        let Ok(Answer::Accepted { session, .. }) = opening.answer(&identity, &answer) else {
            return None;
        };
        let frame = [0; MAX_FRAME];
        Some(Self { session, peer, keys, seen, random, counter: 1, frame, len: 0, good: true })
    }
}

impl Frame for Sending {
    fn new() -> Self {
        let Some(mut sending) = Self::opened() else { panic!("no session") };
        // The first frame ends the opening; what is measured is every one after it.
        sending.seal();
        sending.open();
        sending
    }

    fn seal(&mut self) {
        self.counter += 1;
        let reading = Reading::Temperature { millidegrees: black_box(21_500) };
        let sealed =
            self.session.seal(Kind::Data, self.counter, &reading.encode(), &mut self.frame);
        self.len = sealed.map_or(0, |frame| frame.len());
    }

    fn open(&mut self) {
        let Self { peer, keys, seen, random, frame, len, .. } = self;
        let frame = frame.get_mut(..*len).unwrap_or_default();
        let received = peer.receive(keys, 0, frame, seen, random);
        self.good &= matches!(received, Ok(Received::Data { .. }));
    }

    fn is_good(&self) -> bool {
        self.good
    }
}
