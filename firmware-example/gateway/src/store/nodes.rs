//! The enrolled nodes, and the ephemeral keys of their sessions.

use saltbox::keys::PublicKey;
use saltbox::telemetry::{Ephemerals, Features, NodeId, PEER_LEN, Peer, Status, Trouble};
use zeroize::Zeroizing;

use super::Tx;
use super::vault::Role;
use crate::Error;

/// What is kept of a node in the clear, for people to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which node.
    pub node: NodeId,
    /// When it was enrolled; this and all times in milliseconds of Unix time.
    pub enrolled: i64,
    /// When a frame was last accepted from it.
    pub last_seen: Option<i64>,
    /// How many sessions it has opened.
    pub sessions: i64,
    /// What its nonces rest on, as it said when it last opened a session.
    pub features: Option<Features>,
    /// Its firmware, as it said then.
    pub firmware: Option<String>,
    /// How it last said it was, and when.
    pub status: Option<(Status, i64)>,
    /// The last plain trouble, **not authenticated**, and when.
    pub trouble: Option<(Trouble, i64)>,
}

impl Tx<'_> {
    /// All that is kept of `node`, if it is enrolled.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] if it is not what was sealed.
    pub fn peer(&self, node: NodeId) -> Result<Option<Peer>, Error> {
        let sealed = self.one::<Vec<u8>>("SELECT sealed FROM nodes WHERE id = ?1", [node.0])?;
        let Some(sealed) = sealed else { return Ok(None) };
        let bytes = self.vault.open::<PEER_LEN>(Role::Peer, node.0.into(), &sealed)?;
        let peer = Peer::from_bytes(&bytes).ok().filter(|peer| peer.id() == node);
        peer.map(Some).ok_or_else(|| {
            Error::Damaged(format!("what is kept of node {node} is of another version"))
        })
    }

    /// Keeps the changed `peer` of an enrolled node.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn save_peer(&self, peer: &Peer) -> Result<(), Error> {
        let sealed = self.seal_peer(peer)?;
        let id = peer.id();
        match self.db.execute("UPDATE nodes SET sealed = ?2 WHERE id = ?1", (id.0, sealed))? {
            1 => Ok(()),
            _ => Err(Error::Database(format!("node {id} is gone"))),
        }
    }

    /// Enrols `peer`; what was kept of an earlier node of this number is overwritten, but for its ephemeral keys and the
    /// count of sessions.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn enrol(&self, peer: &Peer, features: Features, now: i64) -> Result<(), Error> {
        let (id, sealed) = (peer.id(), self.seal_peer(peer)?);
        let sessions = self.sessions(id)?;
        self.db.execute("DELETE FROM nodes WHERE id = ?1", [id.0])?;
        self.db.execute(
            "INSERT INTO nodes (id, sealed, enrolled, sessions, features)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (id.0, sealed, now, sessions, features.to_byte()),
        )?;
        Ok(())
    }

    fn seal_peer(&self, peer: &Peer) -> Result<Vec<u8>, Error> {
        let mut bytes = Zeroizing::new([0; PEER_LEN]);
        peer.expose_into(&mut bytes);
        self.vault.seal(Role::Peer, peer.id().0.into(), &*bytes)
    }

    /// Notes that a frame of `node` was accepted.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn note_seen(&self, node: NodeId, now: i64) -> Result<(), Error> {
        self.db.execute("UPDATE nodes SET last_seen = ?2 WHERE id = ?1", (node.0, now))?;
        Ok(())
    }

    /// Notes that `node` opened a session.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn note_session(
        &self,
        node: NodeId,
        features: Features,
        firmware: [u8; 3],
    ) -> Result<(), Error> {
        let [major, minor, patch] = firmware;
        self.db.execute(
            "UPDATE nodes SET sessions = sessions + 1, features = ?2, firmware = ?3 WHERE id = ?1",
            (node.0, features.to_byte(), format!("{major}.{minor}.{patch}")),
        )?;
        Ok(())
    }

    /// Notes how `node` says it is.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn note_status(&self, node: NodeId, status: &Status, now: i64) -> Result<(), Error> {
        self.db.execute(
            "UPDATE nodes SET status = ?2, status_at = ?3 WHERE id = ?1",
            (node.0, status.encode(), now),
        )?;
        Ok(())
    }

    /// Notes a plain trouble. The same one is written at most every ten seconds, since anybody can say it.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn note_trouble(&self, node: NodeId, trouble: Trouble, now: i64) -> Result<(), Error> {
        self.db.execute(
            "UPDATE nodes SET trouble = ?2, trouble_at = ?3
             WHERE id = ?1 AND (trouble_at IS NULL OR abs(?3 - trouble_at) >= 10000)",
            (node.0, trouble as u8, now),
        )?;
        Ok(())
    }

    /// How many sessions `node` has opened.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn sessions(&self, node: NodeId) -> Result<i64, Error> {
        Ok(self.one("SELECT sessions FROM nodes WHERE id = ?1", [node.0])?.unwrap_or(0))
    }

    /// All enrolled nodes, revoked ones too.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn nodes(&self) -> Result<Vec<Seen>, Error> {
        let mut statement = self.db.prepare(
            "SELECT id, enrolled, last_seen, sessions, features, firmware, trouble, trouble_at,
                    status, status_at
             FROM nodes ORDER BY id",
        )?;
        let rows = statement.query_map([], |row| {
            let trouble = row.get::<_, Option<u8>>(6)?;
            let trouble = trouble.and_then(|code| Trouble::from_code(code).ok());
            let status = row.get::<_, Option<Vec<u8>>>(8)?;
            let status = status.and_then(|body| Status::decode(&body).ok());
            Ok(Seen {
                node: NodeId(row.get(0)?),
                enrolled: row.get(1)?,
                last_seen: row.get(2)?,
                sessions: row.get(3)?,
                features: row.get::<_, Option<u8>>(4)?.map(Features::from_byte),
                firmware: row.get(5)?,
                status: status.zip(row.get(9)?),
                trouble: trouble.zip(row.get(7)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The ephemeral keys, within the transaction that also keeps the changed node.
impl Ephemerals for &Tx<'_> {
    type Error = Error;

    fn seen(&mut self, node: NodeId, key: &PublicKey) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM ephemerals WHERE node = ?1 AND key = ?2";
        Ok(self.one::<i64>(sql, (node.0, key.as_bytes()))?.is_some())
    }

    fn remember(&mut self, node: NodeId, key: &PublicKey) -> Result<(), Error> {
        self.db.execute("INSERT INTO ephemerals VALUES (?1, ?2)", (node.0, key.as_bytes()))?;
        Ok(())
    }
}
