//! From the reset to the first try to open a session.

use saltbox::telemetry::{Identity, Trouble};

use crate::log::log;
use crate::node::{RETRY, State, Works};
use crate::{Hardware, identity_store, self_test};

impl<H: Hardware> Works<H> {
    pub(crate) fn start(&mut self, now: u64) {
        let [major, minor, patch] = self.settings.firmware;
        log!(info, "saltbox node {}.{}.{}", major, minor, patch);
        if !self_test::passes() {
            log!(error, "self-test failed: nothing will be sealed");
            self.state = State::Broken;
            return;
        }
        log!(info, "self-test passed");
        self.find_identity(now);
    }

    /// Looks for an identity; says what is wrong if there is none to be had.
    pub(crate) fn find_identity(&mut self, now: u64) {
        match identity_store::load(&mut self.roots.memory) {
            Ok(Some(identity)) => self.adopt(identity, now),
            Ok(None) => {
                self.state = State::Blank;
                self.complain(Trouble::NotProvisioned, now);
            }
            Err(_) => {
                self.state = State::Unread;
                self.complain(Trouble::Memory, now);
            }
        }
    }

    /// Becomes the node of `identity`.
    pub(crate) fn adopt(&mut self, identity: Identity, now: u64) {
        let (node, gateway) = (identity.public_key(), identity.gateway());
        log!(info, "node {:08x}, {}", identity.id().0, node.fingerprint());
        log!(info, "gateway key {}, {}", identity.epoch(), gateway.fingerprint());
        self.identity = Some(identity);
        self.state = State::Closed;
        self.due.open = now;
        self.due.trouble = now + RETRY;
    }
}
