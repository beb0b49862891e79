//! An app's stores in memory, and a sensor: core's own node.
#![allow(dead_code, reason = "each test takes the part that it needs")]

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use saltbox::keys::SecretKey;
use saltbox::rng::OsRandom;
use saltbox::telemetry::{
    self, Answer, Features, Identity, Kind, MAX_FRAME, NodeId, NodeSession, Opening, Provision,
};
use saltbox_ffi::{Gateway, PeerStore, Received, SecretStore, StoreError, Turn};

/// Both stores of an app; what is in them outlives the gateway, as a disk does.
#[derive(Default)]
pub struct Disk {
    secrets: Mutex<HashMap<String, Vec<u8>>>,
    records: Mutex<HashMap<u32, Vec<u8>>>,
    seen: Mutex<HashSet<(u32, Vec<u8>)>>,
    broken: AtomicBool,
}

impl Disk {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Every call fails from now on, or works again.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
    }

    /// An app that is started: everything is read from the disk again.
    pub fn start(self: &Arc<Self>) -> Arc<Gateway> {
        Gateway::open(self.clone(), self.clone()).unwrap()
    }

    pub fn records(&self) -> HashMap<u32, Vec<u8>> {
        self.records.lock().unwrap().clone()
    }

    pub fn put_record(&self, node: u32, record: Vec<u8>) {
        self.records.lock().unwrap().insert(node, record);
    }

    fn check(&self) -> Result<(), StoreError> {
        match self.broken.load(Ordering::Relaxed) {
            true => Err(StoreError::Failed { reason: "the disk is full".to_owned() }),
            false => Ok(()),
        }
    }
}

impl SecretStore for Disk {
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, StoreError> {
        self.check()?;
        Ok(self.secrets.lock().unwrap().get(&name).cloned())
    }

    fn save(&self, name: String, secret: Vec<u8>) -> Result<(), StoreError> {
        self.check()?;
        self.secrets.lock().unwrap().insert(name, secret);
        Ok(())
    }
}

impl PeerStore for Disk {
    fn load(&self, node: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.check()?;
        Ok(self.records().get(&node).cloned())
    }

    fn save(
        &self,
        node: u32,
        record: Vec<u8>,
        ephemeral: Option<Vec<u8>>,
    ) -> Result<(), StoreError> {
        self.check()?;
        self.put_record(node, record);
        self.seen.lock().unwrap().extend(ephemeral.map(|key| (node, key)));
        Ok(())
    }

    fn has_seen(&self, node: u32, ephemeral: Vec<u8>) -> Result<bool, StoreError> {
        self.check()?;
        Ok(self.seen.lock().unwrap().contains(&(node, ephemeral)))
    }
}

/// 1,000 seconds into 1970, and as many more as are given.
pub fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_000 + seconds)
}

/// A sensor with a memory.
pub struct Sensor {
    identity: Identity,
    pub session: Option<NodeSession>,
    counter: u64,
}

impl Sensor {
    /// Enrols a blank sensor, as people would at a bench.
    pub fn enrol(gateway: &Gateway, node: u32) -> Self {
        let frame = gateway.provision_frame(node).unwrap();
        let provision = Provision::parse(&frame).unwrap();
        let key = SecretKey::generate(&mut OsRandom).unwrap();
        let enrolled = telemetry::Enrolled {
            node: provision.node(),
            epoch: provision.epoch(),
            public: key.public_key(),
            features: Features::MEMORY,
        };
        let turn = gateway.receive(enrolled.to_frame().to_vec(), at(0)).unwrap();
        let Received::EnrolmentOffered { enrolled } = turn.received else { panic!() };
        gateway.enrol(&enrolled, 1_000).unwrap();
        let identity = Identity::new(NodeId(node), key, provision.epoch(), provision.gateway());
        Self { identity, session: None, counter: 1 }
    }

    /// Boots: a frame that opens a session, to be answered.
    pub fn open(&mut self) -> Opening {
        let (features, firmware) = (Features::MEMORY, [0, 1, 0]);
        let opening =
            Opening::start(&self.identity, self.counter, features, firmware, &mut OsRandom);
        self.counter += 1;
        opening.unwrap()
    }

    /// Takes the answer to `opening`.
    pub fn take(&mut self, opening: &mut Opening, answer: &[u8]) {
        match opening.answer(&self.identity, answer).unwrap() {
            Answer::Accepted { session, .. } => self.session = Some(session),
            _ => panic!("refused"),
        }
    }

    /// Boots, and has a session.
    pub fn boot(&mut self, gateway: &Gateway) {
        let mut opening = self.open();
        let Turn { received, send } = gateway.receive(opening.frame().to_vec(), at(0)).unwrap();
        assert!(matches!(received, Received::Opened { .. }));
        self.take(&mut opening, &send[0]);
    }

    /// Seals a frame under the next counter.
    pub fn seal(&mut self, kind: Kind, body: &[u8]) -> Vec<u8> {
        let session = self.session.as_mut().unwrap();
        let mut frame = [0; MAX_FRAME];
        let frame = session.seal(kind, self.counter, body, &mut frame).unwrap().to_vec();
        self.counter += 1;
        frame
    }

    /// A reading of so many thousandths of a degree.
    pub fn measure(&mut self, millidegrees: i32) -> Vec<u8> {
        let reading = telemetry::Reading::Temperature { millidegrees };
        self.seal(Kind::Data, &reading.encode())
    }
}
