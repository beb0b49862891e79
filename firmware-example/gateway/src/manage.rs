//! What people do with nodes and keys: enrol, revoke, rotate, queue commands.

use std::time::{Duration, SystemTime};

use saltbox::keys::{PublicKey, SecretKey, SharedKey};
use saltbox::rng::{OsRandom, RandomSource, SEED_LEN};
use saltbox::telemetry::{Enrolled, Interval, NodeId, Peer, Provision};
use zeroize::Zeroizing;

use crate::store::nodes::Seen;
use crate::store::queue::{Order, State};
use crate::store::{Tx, millis, seconds};
use crate::{Error, Gateway};

/// The least overlap of a rotation: nodes that are heard once a minute have one chance to be told.
const OVERLAP_MIN: Duration = Duration::from_secs(60);
/// The most: a key that leaked is accepted no longer than this.
const OVERLAP_MAX: Duration = Duration::from_secs(366 * 86_400);

/// An enrolled node, as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What is kept of it in the clear.
    pub seen: Seen,
    /// Its public key.
    pub public: PublicKey,
    /// The highest counter accepted from it.
    pub floor: u64,
    /// The epoch of the gateway's key under which its session was opened, if one stands.
    pub epoch: Option<u8>,
    /// Whether a session stands, or waits for its first frame.
    pub session: bool,
    /// Whether it was revoked.
    pub revoked: bool,
    /// Its commands that are queued or wait for their reply.
    pub orders: Vec<Order>,
}

/// What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The epoch of the new key.
    pub epoch: u8,
    /// The new public key.
    pub public: PublicKey,
    /// The last second of Unix time in which the old key is accepted.
    pub until: u64,
    /// The nodes that are told, with the numbers of the queued commands.
    pub told: Vec<(NodeId, i64)>,
}

impl Gateway {
    /// The epoch and the public key that new nodes are enrolled with.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Damaged`].
    pub fn public_key(&mut self) -> Result<(u8, PublicKey), Error> {
        self.write(|_, keys| Ok((keys.epoch(), keys.public_key())))
    }

    /// What to send to a blank node to make it `node` of this gateway, with a fresh seed.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if a node of that number is enrolled, unless `replace`; [`Error::Database`].
    pub fn provision(&mut self, node: NodeId, replace: bool) -> Result<Provision, Error> {
        let mut seed = Zeroizing::new([0; SEED_LEN]);
        OsRandom.fill(&mut *seed)?;
        self.write(|tx, keys| {
            if tx.peer(node)?.is_some() && !replace {
                return Err(Error::Invalid(format!(
                    "node {node} is enrolled already: give another number, or --replace to put a \
                     new node in its place"
                )));
            }
            Ok(Provision::new(node, keys.epoch(), keys.public_key(), &seed))
        })
    }

    /// Keeps a node whose fingerprint people have compared. An earlier node of its number is gone.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the key is weak, belongs to a node that is enrolled already, or was made for another key
    /// of this gateway; [`Error::Database`].
    pub fn enrol(
        &mut self,
        enrolled: &Enrolled,
        interval: Interval,
        now: SystemTime,
    ) -> Result<(), Error> {
        let Enrolled { node, epoch, public, features } = *enrolled;
        self.write(|tx, keys| {
            if epoch != keys.epoch() {
                return Err(Error::Refused(format!(
                    "node {node} holds the gateway's key of epoch {epoch}, and the present one is \
                     {}: erase its memory and enrol it again",
                    keys.epoch()
                )));
            }
            if SharedKey::agree(keys.secret_key(), &public).is_err() {
                return Err(Error::Refused(format!("node {node} says a weak public key")));
            }
            for seen in tx.nodes()? {
                let peer = enrolled_peer(tx, seen.node)?;
                if peer.public_key() == public {
                    return Err(Error::Refused(format!(
                        "node {node} has the key with which node {} was enrolled: its memory is \
                         that one's or a copy of it; erase it and enrol again",
                        seen.node
                    )));
                }
            }
            tx.drop_orders(node, millis(now))?;
            tx.enrol(&Peer::new(node, public, interval), features, millis(now))
        })
    }

    /// Revokes a node: nothing of it is accepted from now on, in a run in progress as well.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if it is not enrolled, [`Error::Database`].
    pub fn revoke(&mut self, node: NodeId, now: SystemTime) -> Result<(), Error> {
        self.write(|tx, _| {
            let mut peer = enrolled_peer(tx, node)?;
            peer.revoke();
            tx.drop_orders(node, millis(now))?;
            tx.save_peer(&peer)
        })?;
        self.scrub_soon();
        Ok(())
    }

    /// Ends the session of every node, so that each opens a new one: for a database that was put back to an older copy.
    /// The sessions in it have gone on since, and what came under them would be accepted again.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Damaged`].
    pub fn end_sessions(&mut self) -> Result<(), Error> {
        self.write(|tx, _| {
            for seen in tx.nodes()? {
                let mut peer = enrolled_peer(tx, seen.node)?;
                peer.end_sessions();
                tx.save_peer(&peer)?;
            }
            Ok(())
        })?;
        self.scrub_soon();
        Ok(())
    }

    /// Makes a new key and queues the command that tells every node; the old one is accepted for `overlap`, at
    /// most 366 days.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for an overlap of over 366 days, or of under 60 s unless `force`.
    /// [`Error::Refused`] during the overlap of an earlier rotation unless `force`, because that one's old key is
    /// destroyed at once; or after the 255th rotation. [`Error::Database`].
    pub fn rotate_key(
        &mut self,
        overlap: Duration,
        force: bool,
        now: SystemTime,
    ) -> Result<Rotation, Error> {
        if overlap > OVERLAP_MAX {
            return Err(Error::Invalid(
                "an overlap of over 366 days keeps an old key for too long: give at most 366d"
                    .to_owned(),
            ));
        }
        if overlap < OVERLAP_MIN && !force {
            return Err(Error::Invalid(
                "an overlap of under 60 s is too short to tell the nodes, and those that were not \
                 told must be enrolled again: give at least 60s, or --force"
                    .to_owned(),
            ));
        }
        let secret = SecretKey::generate(&mut OsRandom)?;
        let rotation = self.write(|tx, keys| {
            let standing = keys.previous().filter(|(_, until)| seconds(now) <= *until);
            if let (Some((_, until)), false) = (standing, force) {
                return Err(Error::Refused(format!(
                    "the overlap of the last rotation lasts {} s more, and nodes that still use \
                     the key before would be cut off: wait, or give --force",
                    until - seconds(now)
                )));
            }
            let until = seconds(now).saturating_add(overlap.as_secs());
            let mut keys = tx.keys()?;
            keys.rotate(secret, until).map_err(|_| {
                Error::Refused(
                    "the 255 rotations that node and gateway can count are used up: make a new \
                     database and enrol the nodes again"
                        .to_owned(),
                )
            })?;
            tx.save_keys(&keys)?;
            let (epoch, now) = (keys.epoch(), millis(now));
            let mut told = Vec::new();
            for seen in tx.nodes()? {
                if !enrolled_peer(tx, seen.node)?.is_revoked() {
                    told.push((seen.node, tx.queue(seen.node, Order::RotateKey(epoch), now, now)?));
                }
            }
            Ok(Rotation { epoch, public: keys.public_key(), until, told })
        })?;
        self.scrub_soon();
        Ok(rotation)
    }

    /// Queues a command. Returns its number, for [`state`](Self::state).
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the node is not enrolled or revoked, [`Error::Database`].
    pub fn queue(&mut self, node: NodeId, order: Order, now: SystemTime) -> Result<i64, Error> {
        self.write(|tx, _| {
            if enrolled_peer(tx, node)?.is_revoked() {
                return Err(Error::Invalid(format!("node {node} was revoked")));
            }
            tx.queue(node, order, millis(now), millis(now))
        })
    }

    /// What became of a queued command.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn state(&mut self, id: i64) -> Result<State, Error> {
        self.write(|tx, _| tx.state(id))
    }

    /// All nodes, revoked ones too.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Damaged`].
    pub fn nodes(&mut self) -> Result<Vec<Node>, Error> {
        self.write(|tx, _| {
            let of = |seen: Seen| {
                let peer = enrolled_peer(tx, seen.node)?;
                Ok(Node {
                    public: peer.public_key(),
                    floor: peer.floor(),
                    epoch: peer.epoch(),
                    session: peer.has_session(),
                    revoked: peer.is_revoked(),
                    orders: tx.open_orders(seen.node)?,
                    seen,
                })
            };
            tx.nodes()?.into_iter().map(of).collect()
        })
    }
}

fn enrolled_peer(tx: &Tx<'_>, node: NodeId) -> Result<Peer, Error> {
    tx.peer(node)?.ok_or_else(|| {
        Error::Invalid(format!(
            "node {node} is not enrolled here: `saltbox-gateway nodes` lists those that are"
        ))
    })
}
