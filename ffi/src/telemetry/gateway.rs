//! A gateway over the stores of an app.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use saltbox::keys::{SecretKey, SharedKey};
use saltbox::rng::{OsRandom, RandomSource};
use saltbox::telemetry::{
    self, GATEWAY_KEYS_LEN, GatewayKeys, Header, Interval, Kind, MAX_FRAME, NodeId, Peer,
    Provision, ReceiveError,
};
use zeroize::Zeroizing;

use super::frames::nonce_sources;
use super::store::{Records, Seen};
use super::{Command, Enrolled, Node, PeerStore, Reading, Received, Refusal, SecretStore, Turn};
use crate::guard::guard;
use crate::held::Held;
use crate::{PublicKey, SaltboxError};

/// Under these names a gateway keeps its secrets.
const KEYS: &str = "saltbox.gateway.keys";
const RECORDS: &str = "saltbox.gateway.records";

thread_local! {
    /// Whether this thread is inside a gateway.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// A gateway: enrols sensors, opens their frames, sends them commands.
///
/// Each call loads the sensor's record from the store, changes it and keeps it before anything is answered, so that an app
/// that is killed at any time continues where it was: what was accepted once is refused as `Replayed` from then on.
///
/// Security: the gateway's keys stay in native memory, and the records leave it sealed. Safe to use from many threads;
/// calls follow one another.
#[derive(uniffi::Object)]
pub struct Gateway(Held<Inner>);

struct Inner {
    keys: GatewayKeys,
    secrets: Arc<dyn SecretStore>,
    records: Records,
}

#[uniffi::export]
impl Gateway {
    /// Opens the gateway whose keys are in `secrets`; the first time, draws them and keeps them there.
    ///
    /// Throws `Store`, `StoreDamaged`, `EntropySourceFailed`.
    #[uniffi::constructor]
    pub fn open(
        secrets: Arc<dyn SecretStore>,
        peers: Arc<dyn PeerStore>,
    ) -> Result<Arc<Self>, SaltboxError> {
        guard(|| {
            let key = load_or_make(&*secrets, RECORDS, || {
                Ok(SharedKey::generate(&mut OsRandom)?.expose_secret().to_vec())
            })?;
            let key = key.try_into().map_err(|_| SaltboxError::StoreDamaged)?;
            let keys = load_or_make(&*secrets, KEYS, || {
                Ok(stored(&GatewayKeys::new(SecretKey::generate(&mut OsRandom)?)).to_vec())
            })?;
            let keys: &[u8; GATEWAY_KEYS_LEN] =
                keys.as_slice().try_into().map_err(|_| SaltboxError::StoreDamaged)?;
            let keys = GatewayKeys::from_bytes(keys).map_err(|_| SaltboxError::StoreDamaged)?;
            let records = Records { key: SharedKey::from_bytes(key), store: peers };
            Ok(Arc::new(Self(Held::new(Inner { keys, secrets, records }))))
        })
    }

    /// The public key that sensors are given: people compare its fingerprint at enrolment.
    ///
    /// Throws `Closed`.
    pub fn public_key(&self) -> Result<Arc<PublicKey>, SaltboxError> {
        self.look(|inner| Ok(Arc::new(PublicKey(inner.keys.public_key()))))
    }

    /// How often the key was rotated.
    ///
    /// Throws `Closed`.
    pub fn epoch(&self) -> Result<u8, SaltboxError> {
        self.look(|inner| Ok(inner.keys.epoch()))
    }

    /// A frame that makes the blank sensor on the line number `node` of this gateway; send it until
    /// `Received.EnrolmentOffered` comes.
    ///
    /// Security: holds a secret seed in the clear. Enrol at a bench, over a cable that you trust.
    ///
    /// Throws `EntropySourceFailed`, `Closed`.
    pub fn provision_frame(&self, node: u32) -> Result<Vec<u8>, SaltboxError> {
        self.look(|inner| {
            let mut seed = Zeroizing::new([0; 32]);
            OsRandom.fill(&mut *seed)?;
            let (epoch, key) = (inner.keys.epoch(), inner.keys.public_key());
            Ok(Provision::new(NodeId(node), epoch, key, &seed).to_frame().to_vec())
        })
    }

    /// Enrols a sensor, after two people have compared its fingerprint. A reading comes every `intervalMillis`.
    ///
    /// Throws `AlreadyEnrolled` unless the sensor of that number was revoked; `StoreDamaged` if its record is damaged: then
    /// call `replace`; `Store`, `Closed`.
    pub fn enrol(&self, enrolled: &Enrolled, interval_millis: u32) -> Result<(), SaltboxError> {
        self.turn(|inner| {
            if inner.records.load(NodeId(enrolled.node))?.is_some_and(|peer| !peer.is_revoked()) {
                return Err(SaltboxError::AlreadyEnrolled);
            }
            inner.enrol(enrolled, interval_millis)
        })
    }

    /// As `enrol`, in place of a sensor of the same number, which is forgotten, whatever its record is like.
    ///
    /// Throws `Store`, `Closed`.
    pub fn replace(&self, enrolled: &Enrolled, interval_millis: u32) -> Result<(), SaltboxError> {
        self.turn(|inner| inner.enrol(enrolled, interval_millis))
    }

    /// Takes a frame from the line; `now` decides whether a replaced key is still accepted.
    ///
    /// A frame that is not accepted is no error but `Received.Refused`: it happens on every line. Whatever is accepted is in
    /// the store when this returns; send what is in `send`, and commands that wait are among it.
    ///
    /// An app that is killed between this and what it does with the reading loses that reading, and never sees it twice.
    ///
    /// Throws `Store`, and then nothing was accepted and nothing must be answered; `StoreDamaged`, `EntropySourceFailed`,
    /// `Closed`.
    pub fn receive(&self, frame: Vec<u8>, now: SystemTime) -> Result<Turn, SaltboxError> {
        self.turn(|inner| inner.receive(frame, now))
    }

    /// What is known of a sensor, or nothing if there is none of that number.
    ///
    /// Throws `Store`, `StoreDamaged`, `Closed`.
    pub fn node(&self, node: u32) -> Result<Option<Node>, SaltboxError> {
        self.turn(|inner| Ok(inner.records.load(NodeId(node))?.as_ref().map(Node::from)))
    }

    /// Gives a sensor a command, which waits until its reply comes; sessions and restarts of the app may pass.
    ///
    /// Returns the frame to send, if a session stands; it also comes in `send` after every frame of the sensor.
    ///
    /// Throws `Busy` while another waits, `UnknownNode`, `Revoked`, `Store`, `StoreDamaged`, `Closed`.
    pub fn command(&self, node: u32, command: Command) -> Result<Option<Vec<u8>>, SaltboxError> {
        self.turn(|inner| {
            let mut peer = inner.peer(node)?;
            peer.command(command.to_core(&inner.keys))?;
            inner.records.save(&peer, None)?;
            command_frame(&peer)
        })
    }

    /// Revokes a sensor that was stolen or taken out of service: nothing of it is accepted from now on.
    ///
    /// Throws `UnknownNode`, `Store`, `StoreDamaged`, `Closed`.
    pub fn revoke(&self, node: u32) -> Result<(), SaltboxError> {
        self.change(node, Peer::revoke)
    }

    /// Forgets a sensor's sessions, so that it must open a new one: after a backup of the store was put back.
    ///
    /// Throws `UnknownNode`, `Store`, `StoreDamaged`, `Closed`.
    pub fn end_sessions(&self, node: u32) -> Result<(), SaltboxError> {
        self.change(node, Peer::end_sessions)
    }

    /// Draws a new key for the gateway; the one before is accepted up to and including `until`, which should give every
    /// sensor time to obey `Command.RotateKey`.
    ///
    /// Throws `TooLong` after the 255th time, `Store`, `EntropySourceFailed`, `Closed`.
    pub fn rotate(&self, until: SystemTime) -> Result<(), SaltboxError> {
        self.turn(|inner| {
            let mut keys = copy(&inner.keys);
            keys.rotate(SecretKey::generate(&mut OsRandom)?, seconds(until))?;
            inner.secrets.save(KEYS.to_owned(), stored(&keys).to_vec())?;
            inner.keys = keys;
            Ok(())
        })
    }

    /// Wipes the gateway's keys from memory now, not from the store. Every other call throws `Closed` from then on.
    ///
    /// Throws only `Busy`, if a store calls it.
    pub fn wipe(&self) -> Result<(), SaltboxError> {
        outside()?;
        self.0.wipe();
        Ok(())
    }
}

impl Gateway {
    /// Runs `work` alone, and never within itself.
    fn turn<T>(
        &self,
        work: impl FnOnce(&mut Inner) -> Result<T, SaltboxError>,
    ) -> Result<T, SaltboxError> {
        outside()?;
        INSIDE.set(true);
        let result = self.0.with_mut(work);
        INSIDE.set(false);
        result
    }

    /// Runs `work`, which calls no store.
    fn look<T>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, SaltboxError>,
    ) -> Result<T, SaltboxError> {
        outside()?;
        self.0.with(work)
    }

    fn change(&self, node: u32, change: impl FnOnce(&mut Peer)) -> Result<(), SaltboxError> {
        self.turn(|inner| {
            let mut peer = inner.peer(node)?;
            change(&mut peer);
            inner.records.save(&peer, None)
        })
    }
}

/// Refuses a store that calls a gateway: it would wait for itself.
fn outside() -> Result<(), SaltboxError> {
    if INSIDE.get() { Err(SaltboxError::Busy) } else { Ok(()) }
}

impl Inner {
    fn peer(&self, node: u32) -> Result<Peer, SaltboxError> {
        self.records.load(NodeId(node))?.ok_or(SaltboxError::UnknownNode)
    }

    fn enrol(&self, enrolled: &Enrolled, interval_millis: u32) -> Result<(), SaltboxError> {
        let interval = Interval::from_millis(interval_millis);
        let peer = Peer::new(NodeId(enrolled.node), enrolled.public_key.0, interval);
        self.records.save(&peer, None)
    }

    fn receive(&mut self, mut frame: Vec<u8>, now: SystemTime) -> Result<Turn, SaltboxError> {
        let header = match Header::parse(&frame) {
            Ok(header) if frame.len() <= MAX_FRAME => header,
            _ => return Ok(refused(None, Refusal::Malformed)),
        };
        let node = Some(header.node.0);
        self.expire(now)?;
        // Plain, and about a sensor as it is now: whatever is known of another of that number does not matter.
        if header.kind == Kind::Enrolled {
            return Ok(offered(&header, &frame));
        }
        let Some(mut peer) = self.records.load(header.node)? else {
            return Ok(stranger(&header, &frame));
        };
        let mut seen = Seen { store: &*self.records.store, remembered: None };
        let received =
            match peer.receive(&self.keys, seconds(now), &mut frame, &mut seen, &mut OsRandom) {
                Ok(received) => understand(header.node.0, received)?,
                Err(ReceiveError::Answered { why, answer }) => {
                    return Ok(Turn { send: vec![answer.to_vec()], ..blame(node, why)? });
                }
                Err(ReceiveError::Refused(why)) => return blame(node, why),
                Err(ReceiveError::Store(error)) => return Err(error.into()),
            };
        let remembered = seen.remembered;
        let (received, mut send) = match received {
            Understood::Accepted(received, answer) => {
                self.records.save(&peer, remembered)?;
                (received, answer)
            }
            Understood::Unchanged(received, answer) => (received, answer),
        };
        // Not after an Open: the sensor cannot open what is sealed before its answer came.
        if matches!(header.kind, Kind::Data | Kind::Status | Kind::Reply) {
            send.extend(command_frame(&peer)?);
        }
        Ok(Turn { received, send })
    }

    /// Wipes the previous key, here and in the store, once its time is over.
    fn expire(&mut self, now: SystemTime) -> Result<(), SaltboxError> {
        let over = self.keys.previous().is_some_and(|(_, until)| seconds(now) > until);
        if over {
            let mut keys = copy(&self.keys);
            keys.expire(seconds(now));
            self.secrets.save(KEYS.to_owned(), stored(&keys).to_vec())?;
            self.keys = keys;
        }
        Ok(())
    }
}

/// A plain frame that asks sensor `node` to open a session anew. Anybody can make it: it tells nothing and changes nothing
/// but that.
#[uniffi::export]
pub fn ask_frame(node: u32) -> Vec<u8> {
    telemetry::ask_frame(NodeId(node)).to_vec()
}

/// What was received, with the answer to send.
enum Understood {
    /// The record has changed.
    Accepted(Received, Vec<Vec<u8>>),
    /// It has not.
    Unchanged(Received, Vec<Vec<u8>>),
}

fn understand(node: u32, received: telemetry::Received<'_>) -> Result<Understood, SaltboxError> {
    use telemetry::Received as Core;
    let received = match received {
        Core::Opened { features, firmware: [major, minor, patch], answer } => {
            let firmware = format!("{major}.{minor}.{patch}");
            let opened = Received::Opened { node, nonces: nonce_sources(features), firmware };
            return Ok(Understood::Accepted(opened, vec![answer.to_vec()]));
        }
        Core::OpenedAgain { answer } => {
            let again = Received::OpenedAgain { node };
            return Ok(Understood::Unchanged(again, vec![answer.to_vec()]));
        }
        Core::Trouble(trouble) => {
            let reported = Received::TroubleReported { node, trouble: trouble.into() };
            return Ok(Understood::Unchanged(reported, Vec::new()));
        }
        Core::Data { counter, body } => {
            Received::Data { node, counter, reading: Reading::of_body(body), body: body.to_vec() }
        }
        Core::Status { counter, status } => Received::Status {
            node,
            counter,
            uptime_seconds: status.uptime_s,
            interval_millis: status.interval.as_millis(),
            troubles: status.troubles.iter().map(Into::into).collect(),
        },
        Core::Reply { command, outcome, .. } => {
            let command = Command::of_core(command).ok_or(SaltboxError::Internal)?;
            Received::Reply { node, command, outcome: outcome.into() }
        }
        Core::LateReply { .. } => Received::LateReply { node },
        _ => return Err(SaltboxError::Internal),
    };
    Ok(Understood::Accepted(received, Vec::new()))
}

/// A sensor that says its public key.
fn offered(header: &Header, frame: &[u8]) -> Turn {
    match telemetry::Enrolled::parse(frame) {
        Ok(enrolled) => {
            let received = Received::EnrolmentOffered { enrolled: enrolled.into() };
            Turn { received, send: Vec::new() }
        }
        Err(_) => refused(Some(header.node.0), Refusal::Malformed),
    }
}

/// A frame of a sensor that is not enrolled here.
fn stranger(header: &Header, frame: &[u8]) -> Turn {
    let node = header.node.0;
    match (header.kind, telemetry::parse_trouble(frame)) {
        (Kind::Open | Kind::Data | Kind::Status | Kind::Reply, _) => {
            refused(Some(node), Refusal::UnknownNode)
        }
        (_, Ok(trouble)) => {
            let received = Received::TroubleReported { node, trouble: trouble.into() };
            Turn { received, send: Vec::new() }
        }
        _ => refused(Some(node), Refusal::Malformed),
    }
}

/// A refusal that the frame is to blame for; ours is an error.
fn blame(node: Option<u32>, why: telemetry::Refusal) -> Result<Turn, SaltboxError> {
    match Refusal::of_frame(why) {
        Some(refusal) => Ok(refused(node, refusal)),
        None => Err(why.into()),
    }
}

const fn refused(node: Option<u32>, why: Refusal) -> Turn {
    Turn { received: Received::Refused { node, why }, send: Vec::new() }
}

fn command_frame(peer: &Peer) -> Result<Option<Vec<u8>>, SaltboxError> {
    let mut out = [0; MAX_FRAME];
    Ok(peer.command_frame(&mut out)?.map(|frame| frame.to_vec()))
}

fn load_or_make(
    secrets: &dyn SecretStore,
    name: &str,
    make: impl FnOnce() -> Result<Vec<u8>, SaltboxError>,
) -> Result<Vec<u8>, SaltboxError> {
    match secrets.load(name.to_owned())? {
        Some(secret) => Ok(secret),
        None => {
            let secret = make()?;
            secrets.save(name.to_owned(), secret.clone())?;
            Ok(secret)
        }
    }
}

fn stored(keys: &GatewayKeys) -> Zeroizing<[u8; GATEWAY_KEYS_LEN]> {
    let mut bytes = Zeroizing::new([0; GATEWAY_KEYS_LEN]);
    keys.expose_into(&mut bytes);
    bytes
}

/// A copy to change and keep, before the change holds.
fn copy(keys: &GatewayKeys) -> GatewayKeys {
    let again = |key: &SecretKey| SecretKey::from_bytes(*key.expose_secret());
    let previous = keys.previous().map(|(key, until)| (again(key), until));
    GatewayKeys::restore(keys.epoch(), again(keys.secret_key()), previous)
}

/// Whole seconds of Unix time; 0 for what lies before it.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).as_ref().map_or(0, Duration::as_secs)
}
