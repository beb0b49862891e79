//! The commands that wait for their turn: a node takes one at a time.

use std::fmt;

use rusqlite::OptionalExtension;
use saltbox::telemetry::{Interval, NodeId};

use super::Tx;
use crate::Error;

/// A command as it is queued: a rotation names the key by its epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Take a reading every so often.
    SetInterval(Interval),
    /// Use the gateway's key of this epoch.
    RotateKey(u8),
    /// Send a status frame.
    RequestStatus,
}

impl Order {
    const fn row(self) -> (&'static str, Option<u32>) {
        match self {
            Self::SetInterval(interval) => ("set-interval", Some(interval.as_millis())),
            Self::RotateKey(epoch) => ("rotate-key", Some(epoch as u32)),
            Self::RequestStatus => ("request-status", None),
        }
    }

    fn from_row(kind: &str, argument: Option<u32>) -> Result<Self, Error> {
        match (kind, argument) {
            ("set-interval", Some(millis)) => {
                Some(Self::SetInterval(Interval::from_millis(millis)))
            }
            ("rotate-key", Some(epoch)) => u8::try_from(epoch).map(Self::RotateKey).ok(),
            ("request-status", None) => Some(Self::RequestStatus),
            _ => None,
        }
        .ok_or_else(|| Error::Damaged(format!("holds a command {kind:?} that is none")))
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetInterval(interval) => write!(f, "set-interval {interval}"),
            Self::RotateKey(epoch) => write!(f, "rotate-key to epoch {epoch}"),
            Self::RequestStatus => f.write_str("status"),
        }
    }
}

/// What became of a queued command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for its turn.
    Queued,
    /// It is sent until its reply comes.
    Waiting,
    /// The node obeyed.
    Done,
    /// The node could not.
    Failed,
    /// The node would not.
    Refused,
    /// It was never sent: the node was revoked, or the key rotated once more.
    Dropped,
}

impl State {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Queued, "queued"),
        (Self::Waiting, "waiting"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (Self::Refused, "refused"),
        (Self::Dropped, "dropped"),
    ];

    /// As it is kept and shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    fn named(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|(_, known)| *known == name);
        found
            .map(|(state, _)| state)
            .ok_or_else(|| Error::Damaged(format!("holds a command in a state {name:?}")))
    }
}

impl Tx<'_> {
    /// Queues `order` for `node`, to be sent at `due` or later. Returns its number.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn queue(&self, node: NodeId, order: Order, now: i64, due: i64) -> Result<i64, Error> {
        let (kind, argument) = order.row();
        self.db.execute(
            "INSERT INTO commands (node, kind, argument, state, created, due)
             VALUES (?1, ?2, ?3, 'queued', ?4, ?5)",
            (node.0, kind, argument, now, due),
        )?;
        Ok(self.db.last_insert_rowid())
    }

    /// The next command for `node` that is due: rotations first, because they have a deadline.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Damaged`].
    pub fn next_order(&self, node: NodeId, now: i64) -> Result<Option<(i64, Order)>, Error> {
        let sql = "SELECT id, kind, argument FROM commands
                   WHERE node = ?1 AND state = 'queued' AND due <= ?2
                   ORDER BY kind <> 'rotate-key', id LIMIT 1";
        self.order(sql, (node.0, now))
    }

    /// The command that was handed to `node`'s [`Peer`](saltbox::telemetry::Peer) and has no reply yet.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Damaged`].
    pub fn waiting_order(&self, node: NodeId) -> Result<Option<(i64, Order)>, Error> {
        let sql = "SELECT id, kind, argument FROM commands WHERE node = ?1 AND state = 'waiting'";
        self.order(sql, [node.0])
    }

    fn order(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Option<(i64, Order)>, Error> {
        let row = self.db.query_row(sql, parameters, |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?))
        });
        match row.optional()? {
            Some((id, kind, argument)) => Ok(Some((id, Order::from_row(&kind, argument)?))),
            None => Ok(None),
        }
    }

    /// Whether a rotation to `epoch` is queued or waits for its reply.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn rotation_pending(&self, node: NodeId, epoch: u8) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM commands WHERE node = ?1 AND kind = 'rotate-key'
                   AND argument = ?2 AND state IN ('queued', 'waiting')";
        Ok(self.one::<i64>(sql, (node.0, epoch))?.is_some())
    }

    /// All commands of `node` that are queued or wait.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Damaged`].
    pub fn open_orders(&self, node: NodeId) -> Result<Vec<Order>, Error> {
        let mut statement = self.db.prepare(
            "SELECT kind, argument FROM commands
             WHERE node = ?1 AND state IN ('queued', 'waiting') ORDER BY id",
        )?;
        let rows =
            statement.query_map([node.0], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        rows.map(|row| row.map_err(Error::from).and_then(|(k, a)| Order::from_row(&k, a))).collect()
    }

    /// Notes what became of a command.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn set_state(&self, id: i64, state: State, now: i64) -> Result<(), Error> {
        let ended = (!matches!(state, State::Queued | State::Waiting)).then_some(now);
        self.db.execute(
            "UPDATE commands SET state = ?2, ended = ?3 WHERE id = ?1",
            (id, state.name(), ended),
        )?;
        Ok(())
    }

    /// What became of a command.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Damaged`].
    pub fn state(&self, id: i64) -> Result<State, Error> {
        let name = self.one::<String>("SELECT state FROM commands WHERE id = ?1", [id])?;
        State::named(&name.unwrap_or_default())
    }

    /// Drops every open command of `node`.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn drop_orders(&self, node: NodeId, now: i64) -> Result<(), Error> {
        self.db.execute(
            "UPDATE commands SET state = 'dropped', ended = ?2
             WHERE node = ?1 AND state IN ('queued', 'waiting')",
            (node.0, now),
        )?;
        Ok(())
    }
}
