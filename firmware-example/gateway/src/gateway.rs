//! What a frame does: one transaction each, and only then an answer.

use std::collections::HashSet;
use std::path::Path;
use std::time::SystemTime;

use saltbox::keys::SecretKey;
use saltbox::rng::OsRandom;
use saltbox::telemetry::{GatewayKeys, Header, Kind, MAX_FRAME, NodeId, Peer, Refusal};

use crate::Error;
use crate::event::{Action, Event};
use crate::pace::{Answer, Pace, Paced};
use crate::store::unlock::{Method, Secret};
use crate::store::{Store, Tx, millis, seconds};
use crate::turn::{Turn, refused, stranger, take_order};

/// A gateway: its database, and what it remembers between two frames.
///
/// The database decides: what another program changes there (a node revoked, a key rotated, a command queued) holds for
/// the next frame. Nothing that matters is kept in memory alone.
#[derive(Debug)]
pub struct Gateway {
    store: Store,
    keys: Cached,
    pace: Pace,
    /// The nodes of which a frame under a session was accepted here: commands for them can be sent here.
    heard: HashSet<NodeId>,
    /// A key was deleted, and the log of the database may still hold it.
    scrub: bool,
}

/// The gateway's keys, read again when those in the database are others.
#[derive(Debug)]
struct Cached {
    keys: GatewayKeys,
    stamp: (i64, i64),
}

impl Cached {
    fn read(tx: &Tx<'_>) -> Result<Self, Error> {
        Ok(Self { keys: tx.keys()?, stamp: tx.keys_stamp()? })
    }

    fn refresh(&mut self, tx: &Tx<'_>) -> Result<&GatewayKeys, Error> {
        if tx.keys_stamp()? != self.stamp {
            *self = Self::read(tx)?;
        }
        Ok(&self.keys)
    }
}

impl Gateway {
    /// Makes a new database with a new key.
    ///
    /// # Errors
    ///
    /// As [`Store::create`].
    pub fn create(path: &Path, secret: &Secret) -> Result<Self, Error> {
        let key = SecretKey::generate(&mut OsRandom)?;
        let mut store = Store::create(path, secret)?;
        store.write(|tx| tx.save_keys(&GatewayKeys::new(key)))?;
        Self::of(store)
    }

    /// Opens a database.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn open(
        path: &Path,
        secret: impl FnOnce(Method) -> Result<Secret, Error>,
    ) -> Result<Self, Error> {
        Self::of(Store::open(path, secret)?)
    }

    fn of(mut store: Store) -> Result<Self, Error> {
        let keys = store.write(Cached::read)?;
        // A key that was deleted shortly before the last end may still lie in the log.
        Ok(Self { store, keys, pace: Pace::default(), heard: HashSet::new(), scrub: true })
    }

    /// The database, for all that is not about a frame.
    pub const fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Runs `work` in one transaction, with the keys that hold in it.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Tx<'_>, &GatewayKeys) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let keys = &mut self.keys;
        self.store.write(|tx| work(tx, keys.refresh(tx)?))
    }

    /// What was deleted is to be gone from the log of the database as well, by the next [`tick`](Self::tick).
    pub(crate) const fn scrub_soon(&mut self) {
        self.scrub = true;
    }

    /// Takes a frame from the line. Whatever is accepted is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Damaged`]: then nothing was accepted and nothing must be answered. A frame that is
    /// refused is no error but an [`Event::Refused`].
    pub fn handle(&mut self, frame: &[u8], now: SystemTime) -> Result<Vec<Action>, Error> {
        let mut buffer = [0; MAX_FRAME];
        let (header, buffer) = match (Header::parse(frame), buffer.get_mut(..frame.len())) {
            (Ok(header), Some(buffer)) => (header, buffer),
            _ => return Ok(vec![Action::Tell(refused(None, Refusal::Malformed, None))]),
        };
        buffer.copy_from_slice(frame);
        let node = header.node;
        let keys = &mut self.keys;
        let (peer, actions) = self.store.write(|tx| {
            let keys = keys.refresh(tx)?;
            let Some(peer) = tx.peer(node)? else {
                return Ok((None, vec![Paced::tell(stranger(&header, buffer))]));
            };
            Turn::new(tx, keys, now, peer).take(&header, buffer)
        })?;
        let mut actions = self.paced(node, actions, now);
        // Not after an Open: the node cannot open what is sealed before its answer came.
        if let Some(peer) = peer.filter(|_| header.kind != Kind::Open) {
            self.heard.insert(node);
            actions.extend(self.command(&peer, now)?);
        }
        Ok(actions)
    }

    /// Does what time brings: destroys an old key, sends what was queued for the nodes heard here. Twice a second is
    /// often enough.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Damaged`].
    pub fn tick(&mut self, now: SystemTime) -> Result<Vec<Action>, Error> {
        let (keys, heard) = (&mut self.keys, &self.heard);
        let (destroyed, taken) = self.store.write(|tx| {
            let keys = keys.refresh(tx)?;
            let over = keys.previous().is_some_and(|(_, until)| seconds(now) > until);
            let destroyed = over.then(|| keys.epoch().saturating_sub(1));
            if over {
                let mut keys = tx.keys()?;
                keys.expire(seconds(now));
                tx.save_keys(&keys)?;
            }
            let mut taken = Vec::new();
            for node in heard {
                if tx.next_order(*node, millis(now))?.is_none() {
                    continue;
                }
                if let Some(mut peer) = tx.peer(*node)?
                    && take_order(tx, keys, &mut peer, millis(now))?
                {
                    tx.save_peer(&peer)?;
                    taken.push(peer);
                }
            }
            Ok((destroyed, taken))
        })?;
        let mut actions = Vec::new();
        if let Some(epoch) = destroyed {
            actions.push(Action::Tell(Event::KeyDestroyed { epoch }));
            self.scrub = true;
        }
        if self.scrub {
            self.scrub = !self.store.scrub()?;
        }
        for peer in taken {
            actions.extend(self.command(&peer, now)?);
        }
        Ok(actions)
    }

    /// Lets through what may be said now.
    fn paced(&mut self, node: NodeId, actions: Vec<Paced>, now: SystemTime) -> Vec<Action> {
        let allowed = actions.into_iter().filter_map(|Paced(action, pace)| match pace {
            Some(answer) => self.pace.allows(node, answer, now).then_some(action),
            None => Some(action),
        });
        allowed.collect()
    }

    /// The waiting command of `peer`, if there is one and it was not just sent.
    fn command(&mut self, peer: &Peer, now: SystemTime) -> Result<Vec<Action>, Error> {
        if peer.waiting().is_none() {
            return Ok(Vec::new());
        }
        let node = peer.id();
        let mut out = [0; MAX_FRAME];
        let frame = peer.command_frame(&mut out);
        let (Ok(Some(frame)), Some((id, order))) =
            (frame, self.store.write(|tx| tx.waiting_order(node))?)
        else {
            return Ok(Vec::new());
        };
        if !self.pace.allows(node, Answer::Command(id), now) {
            return Ok(Vec::new());
        }
        Ok(vec![Action::Send(frame.to_vec()), Action::Tell(Event::Sent { node, order })])
    }
}
