//! What the tests stand on: a folder of their own, a node without a board, and a gateway.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use saltbox::keys::SecretKey;
use saltbox::rng::{Drbg, RandomSource};
use saltbox::telemetry::{
    Answer, Command, CommandReply, Downlink, Enrolled, Features, Header, Identity, Interval, Kind,
    MAX_FRAME, NodeId, NodeSession, Opening, Outcome, Provision, Reading, Refusal, Status,
    Troubles,
};
use saltbox_gateway::store::unlock::{Secret, create_key_file};
use saltbox_gateway::{Action, Error, Event, Gateway};

/// A folder that is removed when the test ends.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("saltbox-gateway-test-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn db(&self) -> PathBuf {
        self.path("gateway.db")
    }

    pub fn key_file(&self) -> PathBuf {
        let path = self.path("gateway.key");
        if !path.exists() {
            create_key_file(&path).unwrap();
        }
        path
    }

    /// A new gateway, unlocked by a key file.
    pub fn create(&self) -> Gateway {
        Gateway::create(&self.db(), &Secret::KeyFile(self.key_file())).unwrap()
    }

    /// The same gateway after a restart.
    pub fn open(&self) -> Gateway {
        self.try_open().unwrap()
    }

    pub fn try_open(&self) -> Result<Gateway, Error> {
        Gateway::open(&self.db(), |_| Ok(Secret::KeyFile(self.key_file())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The beginning of an ELF file for a 32-bit ARM core: enough to be taken for an image, and to fail as one.
pub fn elf() -> Vec<u8> {
    let mut elf = b"\x7fELF\x01\x01\x01".to_vec();
    elf.resize(16, 0);
    elf.extend([2, 0, 40, 0]);
    elf
}

/// Seconds after an arbitrary start.
pub fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

/// A node as `saltbox::telemetry` makes one, without the app and without a board.
pub struct Node {
    pub random: Drbg,
    pub features: Features,
    pub identity: Option<Identity>,
    /// The last counter used; with [`Features::MEMORY`] it survives [`reboot`](Self::reboot).
    pub counter: u64,
    pub opening: Option<Opening>,
    pub session: Option<NodeSession>,
    /// Every command obeyed, in order.
    pub obeyed: Vec<Command>,
    /// What the node answers to commands.
    pub outcome: Outcome,
    last: Option<(u64, Outcome)>,
}

impl Node {
    pub fn blank(seed: u64, features: Features) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self {
            random: Drbg::from_seed(&bytes),
            features,
            identity: None,
            counter: 0,
            opening: None,
            session: None,
            obeyed: Vec::new(),
            outcome: Outcome::Done,
            last: None,
        }
    }

    /// A node enrolled at `gateway`, as people do it.
    pub fn enrolled(seed: u64, id: u32, features: Features, gateway: &mut Gateway) -> Self {
        let mut node = Self::blank(seed, features);
        let provision = gateway.provision(NodeId(id), false).unwrap();
        let frame = node.provision(&provision.to_frame());
        let enrolled = Enrolled::parse(&frame).unwrap();
        gateway.enrol(&enrolled, Interval::from_millis(1_000), at(0)).unwrap();
        node
    }

    pub fn provision(&mut self, frame: &[u8]) -> Vec<u8> {
        let provision = Provision::parse(frame).unwrap();
        let secret = SecretKey::generate(&mut self.random).unwrap();
        let identity =
            Identity::new(provision.node(), secret, provision.epoch(), provision.gateway());
        let enrolled = Enrolled {
            node: identity.id(),
            epoch: identity.epoch(),
            public: identity.public_key(),
            features: self.features,
        };
        self.identity = Some(identity);
        enrolled.to_frame().to_vec()
    }

    pub fn identity(&self) -> &Identity {
        self.identity.as_ref().unwrap()
    }

    pub fn id(&self) -> NodeId {
        self.identity().id()
    }

    pub fn next_counter(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Loses everything but the memory; a node with one skips what was left of its lease.
    pub fn reboot(&mut self) {
        (self.opening, self.session, self.last) = (None, None, None);
        self.counter = if self.features.has(Features::MEMORY) { self.counter + 16 } else { 0 };
    }

    /// An Open with a fresh key.
    pub fn open(&mut self) -> Vec<u8> {
        let counter = self.next_counter();
        let identity = self.identity.as_ref().unwrap();
        let opening =
            Opening::start(identity, counter, self.features, [1, 2, 3], &mut self.random).unwrap();
        let frame = opening.frame().to_vec();
        self.opening = Some(opening);
        frame
    }

    pub fn seal(&mut self, kind: Kind, body: &[u8]) -> Vec<u8> {
        let counter = self.next_counter();
        let mut out = [0; MAX_FRAME];
        let session = self.session.as_mut().expect("a session stands");
        session.seal(kind, counter, body, &mut out).unwrap().to_vec()
    }

    pub fn reading(&mut self, millidegrees: i32) -> Vec<u8> {
        self.seal(Kind::Data, &Reading::Temperature { millidegrees }.encode())
    }

    pub fn status(&mut self) -> Vec<u8> {
        let status = Status {
            uptime_s: 5,
            interval: Interval::from_millis(1_000),
            troubles: Troubles::NONE,
        };
        self.seal(Kind::Status, &status.encode())
    }

    /// What a frame from the gateway says to the Open.
    pub fn answer(&mut self, frame: &[u8]) -> Option<Result<Answer, Refusal>> {
        let identity = self.identity.as_ref()?;
        self.opening.as_mut().map(|opening| opening.answer(identity, frame))
    }

    /// Takes a frame from the gateway; returns the frames that answer it.
    pub fn take(&mut self, frame: &[u8]) -> Vec<Vec<u8>> {
        match Header::parse(frame).unwrap().kind {
            Kind::Ack => {
                let answer = self.answer(frame);
                if let Some(Ok(Answer::Accepted { session, .. })) = answer {
                    (self.session, self.opening, self.last) = (Some(session), None, None);
                    return vec![self.status()];
                }
                Vec::new()
            }
            Kind::Ask if self.opening.is_none() => vec![self.open()],
            Kind::Command => self.obey(frame),
            _ => Vec::new(),
        }
    }

    fn obey(&mut self, frame: &[u8]) -> Vec<Vec<u8>> {
        let Some(session) = &mut self.session else { return Vec::new() };
        let (number, outcome) = match session.open(&mut frame.to_vec()) {
            Ok(Downlink::Command { number, command }) => {
                let mut outcome = self.outcome;
                let mut obeyed = outcome == Outcome::Done;
                if let (Command::RotateKey { epoch, key }, true) = (command, obeyed) {
                    let identity = self.identity.as_mut().unwrap();
                    if identity.rotate(epoch, key).is_err() {
                        (outcome, obeyed) = (Outcome::Refused, false);
                    }
                }
                if obeyed {
                    self.obeyed.push(command);
                }
                (number, outcome)
            }
            Ok(Downlink::Repeated { number }) => match self.last {
                Some((last, outcome)) if last == number => (number, outcome),
                _ => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        self.last = Some((number, outcome));
        vec![self.seal(Kind::Reply, &CommandReply { number, outcome }.encode())]
    }
}

/// Hands `frame` to the gateway and carries answers to and fro until both are silent. Returns what happened.
pub fn exchange(
    gateway: &mut Gateway,
    node: &mut Node,
    frame: Vec<u8>,
    now: SystemTime,
) -> Vec<Event> {
    let (mut events, mut up) = (Vec::new(), vec![frame]);
    while !up.is_empty() {
        for frame in std::mem::take(&mut up) {
            let actions = gateway.handle(&frame, now).unwrap();
            up.extend(carry(node, actions, &mut events));
        }
    }
    events
}

/// Hands what the gateway does to the node; returns what the node sends.
pub fn carry(node: &mut Node, actions: Vec<Action>, events: &mut Vec<Event>) -> Vec<Vec<u8>> {
    let mut up = Vec::new();
    for action in actions {
        match action {
            Action::Send(frame) => up.extend(node.take(&frame)),
            Action::Tell(event) => events.push(event),
            other => panic!("{other:?}"),
        }
    }
    up
}

/// Opens a session.
pub fn stand(gateway: &mut Gateway, node: &mut Node, now: SystemTime) {
    let frame = node.open();
    exchange(gateway, node, frame, now);
    assert!(node.session.is_some(), "the session was not opened");
}

/// The only refusal among `events`.
pub fn refusal(events: &[Event]) -> Refusal {
    match events {
        [Event::Refused { why, .. }] => *why,
        other => panic!("{other:?}"),
    }
}

/// What the gateway tells of `frame` alone; answers are dropped.
pub fn told(gateway: &mut Gateway, frame: &[u8], now: SystemTime) -> Vec<Event> {
    let tells = |action| match action {
        Action::Tell(event) => Some(event),
        _ => None,
    };
    gateway.handle(frame, now).unwrap().into_iter().filter_map(tells).collect()
}

/// Whether `events` hold a reading.
pub fn is_reading(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::Reading(_)))
}

/// The number of readings kept.
pub fn kept(db: &Path) -> Vec<saltbox_gateway::store::readings::Kept> {
    use saltbox_gateway::store::readings::{Query, Readings};
    Readings::open(db).unwrap().query(&Query::default()).unwrap()
}

/// Numbers that are the same in every run.
pub struct Dice(Drbg);

impl Dice {
    pub fn new(seed: u8) -> Self {
        Self(Drbg::from_seed(&[seed; 32]))
    }

    pub fn fill(&mut self, out: &mut [u8]) {
        self.0.fill(out).unwrap();
    }

    /// Below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % limit as u64).unwrap()
    }
}
