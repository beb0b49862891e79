//! A gateway with one node: the real [`Peer`], a store that survives restarts, and what a program around it does.

use std::collections::HashSet;

use saltbox::keys::{PublicKey, SecretKey};
use saltbox::rng::{Drbg, RandomSource};
use saltbox::telemetry::{
    Command, Enrolled, Ephemerals, GatewayKeys, Header, Interval, Kind, NodeId, Outcome, PEER_LEN,
    Peer, Provision, Reading, ReceiveError, Received, Refusal, Status, Trouble, ask_frame,
};

pub const NODE: NodeId = NodeId(0x5a17);
/// Milliseconds between two sendings of a waiting command, and between two Asks.
const AGAIN: u64 = 1_000;

/// What the gateway believed, or showed to people.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Opened { counter: u64 },
    Reading(Reading),
    Status(Status),
    Reply(Command, Outcome),
    Trouble(Trouble),
    Enrolled(Enrolled),
}

pub struct Gateway {
    pub keys: GatewayKeys,
    pub peer: Option<Peer>,
    pub events: Vec<Event>,
    pub refusals: Vec<Refusal>,
    pub interval: Interval,
    pub random: Drbg,
    seen: Seen,
    accepted: HashSet<Vec<u8>>,
    next_command: u64,
    next_ask: u64,
}

impl Gateway {
    pub fn new(seed: &[u8; 32]) -> Self {
        let mut random = Drbg::from_seed(seed);
        Self {
            keys: GatewayKeys::new(SecretKey::generate(&mut random).unwrap()),
            peer: None,
            events: Vec::new(),
            refusals: Vec::new(),
            interval: Interval::from_millis(1_000),
            random,
            seen: Seen::default(),
            accepted: HashSet::new(),
            next_command: 0,
            next_ask: 0,
        }
    }

    /// A Provision with a fresh seed.
    pub fn provision(&mut self) -> Provision {
        let mut seed = [0; 32];
        self.random.fill(&mut seed).unwrap();
        Provision::new(NODE, self.keys.epoch(), self.keys.public_key(), &seed)
    }

    /// Takes the node whose key people have compared.
    pub fn enrol(&mut self, public: PublicKey) {
        self.peer = Some(Peer::new(NODE, public, self.interval));
    }

    /// As after a restart of the program: everything goes through its stored form.
    pub fn restart(&mut self) {
        let peer = self.peer.take().map(|peer| {
            let mut bytes = [0; PEER_LEN];
            peer.expose_into(&mut bytes);
            Peer::from_bytes(&bytes).unwrap()
        });
        self.peer = peer;
    }

    /// Takes a frame from the line, and returns what to send.
    pub fn receive(&mut self, frame: &[u8], now: u64) -> Option<Vec<u8>> {
        let header = Header::parse(frame).ok()?;
        let Some(peer) = &mut self.peer else {
            match header.kind {
                Kind::Enrolled => {
                    self.events.push(Event::Enrolled(Enrolled::parse(frame).unwrap()));
                }
                Kind::Trouble => {
                    self.events.push(Event::Trouble(Trouble::from_code(frame[14]).unwrap()));
                }
                _ => {}
            }
            return None;
        };
        if header.node == NodeId(0) && header.kind == Kind::Trouble {
            self.events.push(Event::Trouble(Trouble::from_code(frame[14]).unwrap()));
            return None;
        }
        let mut buffer = frame.to_vec();
        match peer.receive(&self.keys, 0, &mut buffer, &mut self.seen, &mut self.random) {
            Ok(Received::OpenedAgain { answer }) => Some(answer.to_vec()),
            Ok(Received::Trouble(trouble)) => {
                self.events.push(Event::Trouble(trouble));
                None
            }
            Ok(Received::Enrolled(enrolled)) => {
                self.events.push(Event::Enrolled(enrolled));
                None
            }
            Ok(received) => {
                let mut answer = None;
                let event = match received {
                    Received::Opened { answer: ack, .. } => {
                        answer = Some(ack.to_vec());
                        Some(Event::Opened { counter: header.counter })
                    }
                    Received::Data { body, .. } => {
                        Some(Event::Reading(Reading::decode(body).unwrap()))
                    }
                    Received::Status { status, .. } => Some(Event::Status(status)),
                    Received::Reply { command, outcome, .. } => {
                        Some(Event::Reply(command, outcome))
                    }
                    _ => None,
                };
                self.events.extend(event);
                assert!(self.accepted.insert(frame.to_vec()), "a frame was accepted twice");
                answer
            }
            Err(error) => {
                assert_eq!(buffer, frame, "a refused frame was changed");
                self.refusals.extend(error.refusal());
                match error {
                    ReceiveError::Answered { answer, .. } => Some(answer.to_vec()),
                    ReceiveError::Refused(Refusal::Forged) if now >= self.next_ask => {
                        self.next_ask = now + AGAIN;
                        Some(ask_frame(NODE).to_vec())
                    }
                    _ => None,
                }
            }
        }
    }

    /// What is to be sent now.
    pub fn tick(&mut self, now: u64) -> Option<Vec<u8>> {
        if now < self.next_command {
            return None;
        }
        let mut out = [0; 96];
        let frame = self.peer.as_ref()?.command_frame(&mut out).unwrap()?.to_vec();
        self.next_command = now + AGAIN;
        Some(frame)
    }

    /// Replaces the gateway's key, and tells the node.
    pub fn rotate(&mut self) -> Command {
        let secret = SecretKey::generate(&mut self.random).unwrap();
        self.keys.rotate(secret, u64::MAX).unwrap();
        let command = Command::RotateKey { epoch: self.keys.epoch(), key: self.keys.public_key() };
        self.peer.as_mut().unwrap().command(command).unwrap();
        command
    }

    pub fn readings(&self) -> usize {
        self.count(|event| matches!(event, Event::Reading(_)))
    }

    pub fn troubles(&self, trouble: Trouble) -> usize {
        self.count(|event| *event == Event::Trouble(trouble))
    }

    pub fn count(&self, what: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|event| what(event)).count()
    }

    pub fn last_status(&self) -> Option<Status> {
        self.events.iter().rev().find_map(|event| match event {
            Event::Status(status) => Some(*status),
            _ => None,
        })
    }
}

/// Survives restarts, as a database does.
#[derive(Default)]
struct Seen(HashSet<[u8; 32]>);

impl Ephemerals for Seen {
    type Error = core::convert::Infallible;

    fn seen(&mut self, _: NodeId, key: &PublicKey) -> Result<bool, Self::Error> {
        Ok(self.0.contains(key.as_bytes()))
    }

    fn remember(&mut self, _: NodeId, key: &PublicKey) -> Result<(), Self::Error> {
        self.0.insert(*key.as_bytes());
        Ok(())
    }
}
