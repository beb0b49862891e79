//! Becoming a gateway's node.

use saltbox::keys::{PublicKey, SecretKey, SharedKey};
use saltbox::nacl::hash::Blake2b;
use saltbox::rng::Drbg;
use saltbox::telemetry::{Enrolled, Identity, NodeId, Provision, Trouble};

use crate::log::log;
use crate::node::Works;
use crate::roots::{Roots, Seed, trouble};
use crate::{Hardware, identity_store};

impl<H: Hardware> Works<H> {
    /// Takes a Provision. Answers with Enrolled, also when it asks for what the node already is, since the first
    /// answer may have been lost; or with a plain trouble.
    pub(crate) fn provision(&mut self, frame: &[u8], now: u64) {
        let Ok(provision) = Provision::parse(frame) else { return };
        // No node: 0 stands for a blank one. No gateway: nothing could be agreed with it.
        if provision.node() == NodeId(0) || is_weak(&provision.gateway()) {
            log!(warn, "a Provision without a proper node number or key");
            return;
        }
        match self.become_node(&provision, now) {
            Ok(enrolled) => self.send(&enrolled.to_frame()),
            Err(trouble) => self.say(trouble),
        }
    }

    fn become_node(&mut self, provision: &Provision, now: u64) -> Result<Enrolled, Trouble> {
        if self.identity.is_none() {
            let found =
                identity_store::load(&mut self.roots.memory).map_err(|error| trouble(&error))?;
            let identity = match found {
                Some(identity) => identity,
                None => self.roots.enrol(provision)?,
            };
            self.adopt(identity, now);
        }
        match &self.identity {
            Some(identity) if is_asked_for(identity, provision) => Ok(Enrolled {
                node: identity.id(),
                epoch: identity.epoch(),
                public: identity.public_key(),
                features: self.roots.features(),
            }),
            _ => Err(Trouble::AlreadyProvisioned),
        }
    }
}

impl<H: Hardware> Roots<H> {
    /// Makes a new identity. It is written last, so that a cut before leaves a blank node.
    fn enrol(&mut self, provision: &Provision) -> Result<Identity, Trouble> {
        let mut noise = Seed::default();
        let noise = self.noise(&mut noise)?;
        let stored = derive(provision, b"saltbox node seed", noise);
        let key = derive(provision, b"saltbox node key", noise);

        let secret =
            SecretKey::generate(&mut Drbg::from_seed(&key)).map_err(|_| Trouble::Entropy)?;
        let identity =
            Identity::new(provision.node(), secret, provision.epoch(), provision.gateway());
        self.provision(&stored)?;
        self.keep(&identity)?;
        Ok(identity)
    }

    /// Writes `identity`: twice where a byte can be written alone, so that a bit that rots does not make a blank node.
    /// (A flash page would be erased for the second.)
    pub(crate) fn keep(&mut self, identity: &Identity) -> Result<(), Trouble> {
        identity_store::keep(&mut self.memory, identity).map_err(|error| trouble(&error))?;
        if Self::HAS_MEMORY && identity_store::keep(&mut self.memory, identity).is_err() {
            log!(warn, "only one copy of the identity was kept");
        }
        Ok(())
    }
}

/// Two uses of one provisioned seed that tell nothing of each other.
fn derive(provision: &Provision, label: &[u8], noise: &[u8]) -> Seed {
    let mut hash = Blake2b::keyed(provision.expose_seed());
    hash.update(label);
    hash.update(noise);
    Seed::new(hash.finalize())
}

fn is_asked_for(identity: &Identity, provision: &Provision) -> bool {
    (identity.id(), identity.epoch(), identity.gateway())
        == (provision.node(), provision.epoch(), provision.gateway())
}

/// Whether nothing can be agreed with the holder of `key`. A point of low order gives zero with every secret.
fn is_weak(key: &PublicKey) -> bool {
    SharedKey::agree(&SecretKey::from_bytes([1; 32]), key).is_err()
}
