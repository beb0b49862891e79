//! The readings.

use std::path::Path;

use rusqlite::Connection;
use saltbox::telemetry::{NodeId, Reading};

use super::{Tx, open_file};
use crate::Error;

/// A reading that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// When it came, in milliseconds of Unix time.
    pub time: i64,
    /// From which node.
    pub node: NodeId,
    /// How many sessions the node had opened by then.
    pub session: i64,
    /// Its counter.
    pub counter: u64,
    /// The body as it was sealed.
    pub body: Vec<u8>,
}

impl Kept {
    /// What the body says, if it is a reading that this version knows.
    #[must_use]
    pub fn reading(&self) -> Option<Reading> {
        Reading::decode(&self.body).ok()
    }
}

/// The names of the sources, as they are kept and shown.
#[must_use]
pub const fn source(reading: &Reading) -> Option<(&'static str, i32)> {
    match reading {
        Reading::Temperature { millidegrees } => Some(("temperature", *millidegrees)),
        Reading::TestPattern { value } => Some(("test-pattern", *value)),
        _ => None,
    }
}

impl Tx<'_> {
    /// Keeps a reading.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn keep_reading(&self, kept: &Kept) -> Result<(), Error> {
        let (source, value) = kept.reading().as_ref().and_then(source).unzip();
        self.db.execute(
            "INSERT INTO readings (node, session, counter, time, source, value, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                kept.node.0,
                kept.session,
                kept.counter.cast_signed(),
                kept.time,
                source,
                value,
                &kept.body,
            ),
        )?;
        Ok(())
    }
}

/// The readings of a database, which are not sealed.
#[derive(Debug)]
pub struct Readings {
    db: Connection,
}

/// Which readings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query {
    /// Of one node, or of all.
    pub node: Option<NodeId>,
    /// Not before this time, in milliseconds of Unix time.
    pub since: Option<i64>,
    /// Only so many, the newest.
    pub last: Option<u32>,
}

impl Readings {
    /// Opens the database at `path`; no passphrase is needed.
    ///
    /// # Errors
    ///
    /// As [`Store::open`](super::Store::open).
    pub fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self { db: open_file(path)? })
    }

    /// The readings that were asked for, oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Damaged`].
    pub fn query(&self, query: &Query) -> Result<Vec<Kept>, Error> {
        let mut statement = self.db.prepare(
            "SELECT time, node, session, counter, body FROM (
                 SELECT * FROM readings
                 WHERE (?1 IS NULL OR node = ?1) AND (?2 IS NULL OR time >= ?2)
                 ORDER BY id DESC LIMIT ?3
             ) ORDER BY id",
        )?;
        let last = query.last.map_or(-1, i64::from);
        let rows =
            statement.query_map((query.node.map(|node| node.0), query.since, last), |row| {
                Ok(Kept {
                    time: row.get(0)?,
                    node: NodeId(row.get(1)?),
                    session: row.get(2)?,
                    counter: row.get::<_, i64>(3)?.cast_unsigned(),
                    body: row.get(4)?,
                })
            })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
