//! The crate `x25519-dalek`, with its default features.

use x25519_dalek::{PublicKey, SharedSecret, StaticSecret};

use crate::family::Agree;

/// Our secret key and their public key, and what comes of them.
pub struct Agreement {
    secret: StaticSecret,
    theirs: PublicKey,
    shared: Option<SharedSecret>,
    ours: PublicKey,
}

impl Agree for Agreement {
    fn new(secret: [u8; 32], public: [u8; 32]) -> Self {
        let [theirs, ours] = [public, [0; 32]].map(PublicKey::from);
        Self { secret: StaticSecret::from(secret), theirs, shared: None, ours }
    }

    fn x25519(&mut self) {
        self.shared = Some(self.secret.diffie_hellman(&self.theirs));
    }

    fn keypair(&mut self) {
        self.ours = PublicKey::from(&self.secret);
    }

    fn shared(&self) -> Option<[u8; 32]> {
        Some(self.shared.as_ref().map_or([0; 32], SharedSecret::to_bytes))
    }

    fn public(&self) -> [u8; 32] {
        self.ours.to_bytes()
    }
}
