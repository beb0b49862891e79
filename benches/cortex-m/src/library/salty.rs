//! The crate `salty`, made for the Cortex-M4 and M33.

use salty::agreement::{PublicKey, SecretKey, SharedSecret};
use salty::{Keypair, Signature};

use crate::family::{Agree, Sign};

/// Our secret key and their public key, and what comes of them.
pub struct Agreement {
    secret: SecretKey,
    theirs: PublicKey,
    shared: [u8; 32],
    ours: [u8; 32],
}

impl Agree for Agreement {
    fn new(secret: [u8; 32], public: [u8; 32]) -> Self {
        let (secret, theirs) = (SecretKey::from_seed(&secret), PublicKey::from(public));
        Self { secret, theirs, shared: [0; 32], ours: [0; 32] }
    }

    // The library keeps a field element; encoding it is part of the work.
    fn x25519(&mut self) {
        self.shared = SharedSecret::to_bytes(&self.secret.agree(&self.theirs));
    }

    fn keypair(&mut self) {
        self.ours = self.secret.public().to_bytes();
    }

    fn shared(&self) -> Option<[u8; 32]> {
        Some(self.shared)
    }

    fn public(&self) -> [u8; 32] {
        self.ours
    }
}

/// A message, signed or to be signed.
pub struct Signing {
    keys: Keypair,
    public: [u8; 32],
    message: [u8; 32],
    signature: Signature,
    good: bool,
}

impl Sign for Signing {
    fn new(seed: [u8; 32], message: [u8; 32]) -> Self {
        let keys = Keypair::from(&seed);
        let public = *keys.public.as_bytes();
        Self { keys, public, message, signature: Signature::from(&[0; 64]), good: true }
    }

    fn sign(&mut self) {
        self.signature = self.keys.sign(&self.message);
    }

    fn verify(&mut self) {
        let Self { public, message, signature, good, .. } = self;
        let verified =
            salty::PublicKey::try_from(&*public).and_then(|key| key.verify(message, signature));
        *good &= verified.is_ok();
    }

    fn signature(&self) -> ([u8; 64], bool) {
        (self.signature.to_bytes(), self.good)
    }
}
