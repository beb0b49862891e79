//! Watches every sealed frame that passes: no key may meet a nonce twice.

use std::collections::{HashMap, HashSet};

use saltbox::telemetry::{HEADER_LEN, Header, Kind};

#[derive(Default)]
pub struct Nonces {
    /// Key and header of each sealed frame, and the frame.
    sealed: HashMap<(Vec<u8>, [u8; HEADER_LEN]), Vec<u8>>,
    ephemeral: Vec<u8>,
    responder: Vec<u8>,
    counters: HashSet<u64>,
    ephemerals: HashSet<Vec<u8>>,
    /// Sealed frames with a counter that another one had.
    pub repeated_counters: u64,
    /// Sessions with an ephemeral key that another one had.
    pub repeated_ephemerals: u64,
}

impl Nonces {
    /// A frame that the node sent, whether it arrives or not.
    pub fn up(&mut self, frame: &[u8]) {
        let header = Header::parse(frame).expect("the node sends frames only");
        let key = match header.kind {
            Kind::Open => {
                if self.ephemeral != frame[14..46] {
                    self.responder.clear();
                }
                self.ephemeral = frame[14..46].to_vec();
                self.ephemeral.clone()
            }
            Kind::Data | Kind::Status | Kind::Reply => {
                assert!(!self.responder.is_empty(), "sealed without a session");
                [&*self.ephemeral, &*self.responder].concat()
            }
            _ => return,
        };
        let place = (key, header.to_bytes());
        match self.sealed.get(&place) {
            None => {
                if header.kind == Kind::Open && !self.ephemerals.insert(frame[14..46].to_vec()) {
                    self.repeated_ephemerals += 1;
                }
                self.repeated_counters += u64::from(!self.counters.insert(header.counter));
                self.sealed.insert(place, frame.to_vec());
            }
            // Only an Open is ever repeated, and then as it was.
            Some(before) => {
                assert!(header.kind == Kind::Open && *before == frame, "a nonce was used twice");
            }
        }
    }

    /// A frame that reaches the node.
    pub fn down(&mut self, frame: &[u8]) {
        if Header::parse(frame).is_ok_and(|header| header.kind == Kind::Ack) {
            self.responder = frame[14..46].to_vec();
        }
    }

    pub fn sealed(&self) -> usize {
        self.sealed.len()
    }

    /// Counters below the highest that no frame used.
    pub fn skipped(&self) -> u64 {
        let highest = self.counters.iter().copied().max().unwrap_or(0);
        highest - self.counters.len() as u64
    }
}
