//! All that the gateway keeps, in one SQLite file that its owner alone can read.
//!
//! One transaction a frame: what [`Store::write`] did is on the disk when it returns (WAL, `synchronous=FULL`), or not
//! done at all. The file is never opened while others can read it. `secure_delete` overwrites what is deleted; what a
//! flash disk, a file system or a backup keeps of it is out of reach.
//!
//! What this cannot see: the whole file put back to an older copy, whose sessions have gone on since. After a restore,
//! [`Gateway::end_sessions`](crate::Gateway::end_sessions).

pub mod keys;
pub mod nodes;
pub mod queue;
pub mod readings;
pub mod unlock;
pub mod vault;

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};
use saltbox::rng::{OsRandom, RandomSource};

use crate::Error;
use unlock::{Method, Secret};
use vault::{SALT_LEN, Vault};

/// "Salt", so that `file` and SQLite tell this database from others.
const APPLICATION_ID: i64 = 0x5361_6c74;
const FORMAT: i64 = 1;

/// The database, unlocked.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    db: Connection,
    vault: Vault,
}

/// One transaction.
pub struct Tx<'a> {
    db: &'a Transaction<'a>,
    vault: &'a Vault,
}

impl Store {
    /// Makes a new database at `path`, which must not exist.
    ///
    /// # Errors
    ///
    /// [`Error::Database`] as [`refuse_place`] or if it cannot be made, [`Error::Locked`] for a bad secret.
    pub fn create(path: &Path, secret: &Secret) -> Result<Self, Error> {
        refuse_place(path)?;
        let mut salt = [0; SALT_LEN];
        OsRandom.fill(&mut salt)?;
        let method = secret.method();
        // Before the file is made, so that a bad key file leaves nothing behind.
        let vault = secret.vault(method, &salt)?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| Error::Database(format!("{}: {error}", path.display())))?;
        let mut store = Self { path: path.to_owned(), db: connect(path)?, vault };
        let check = store.vault.check();
        store.write(|tx| {
            tx.db.execute_batch(include_str!("store/schema.sql"))?;
            tx.db.pragma_update(None, "application_id", APPLICATION_ID)?;
            tx.db.pragma_update(None, "user_version", FORMAT)?;
            let method = method.to_text();
            let rows = [("unlock", method.as_bytes()), ("salt", &salt[..]), ("check", &check[..])];
            for (name, value) in rows {
                tx.db.execute("INSERT INTO meta VALUES (?1, ?2)", (name, value))?;
            }
            Ok(())
        })?;
        Ok(store)
    }

    /// Opens the database at `path`; `secret` is asked for once it is known that there is one, and how it is unlocked.
    ///
    /// # Errors
    ///
    /// [`Error::Database`] if there is none or others can read it, [`Error::Damaged`], [`Error::Locked`] for a wrong
    /// passphrase or key file.
    pub fn open(
        path: &Path,
        secret: impl FnOnce(Method) -> Result<Secret, Error>,
    ) -> Result<Self, Error> {
        let db = open_file(path)?;
        let meta = |name: &str| -> Result<Vec<u8>, Error> {
            db.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0))
                .map_err(|error| Error::from(error).of(path))
        };
        let damaged = || Error::Damaged("damaged: put a backup in its place".to_owned()).of(path);
        let method = String::from_utf8(meta("unlock")?).map_err(|_| damaged())?;
        let method = Method::from_text(&method).map_err(|error| error.of(path))?;
        let salt = meta("salt")?.try_into().map_err(|_| damaged())?;
        let check = meta("check")?.try_into().map_err(|_| damaged())?;
        let vault = secret(method)?.vault(method, &salt).map_err(|error| error.of(path))?;
        if !vault.matches(&check) {
            return Err(Error::Locked(match method {
                Method::Passphrase(_) => {
                    format!("wrong passphrase for {}: try again", path.display())
                }
                Method::KeyFile => {
                    format!("this key file does not unlock {}: give the right one", path.display())
                }
            }));
        }
        Ok(Self { path: path.to_owned(), db, vault })
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `work` in one transaction: on the disk when this returns, or not done at all.
    ///
    /// # Errors
    ///
    /// Those of `work`, and of the database.
    pub fn write<T>(&mut self, work: impl FnOnce(&Tx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let (db, vault) = (&mut self.db, &self.vault);
        let run = || {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&Tx { db: &transaction, vault })?;
            transaction.commit()?;
            Ok(done)
        };
        run().map_err(|error: Error| error.of(&self.path))
    }

    /// Moves everything into the main file and empties the log, so that what was deleted is gone from both. Returns
    /// whether nobody was in the way.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn scrub(&self) -> Result<bool, Error> {
        let blocked: i64 = self
            .db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(|error| Error::from(error).of(&self.path))?;
        Ok(blocked == 0)
    }
}

/// Whether a new database can be made at `path`: worth asking before a secret is asked for or made.
///
/// # Errors
///
/// [`Error::Database`] if there is something at `path`, or no folder for it: a folder is not made, because one that is
/// missing is more often mistyped, or a disk that is not mounted.
pub fn refuse_place(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Error::Database(format!(
            "there is no folder {}: make it, or choose another file with --db",
            folder.display()
        )));
    }
    if unlock::exists(path) {
        return Err(Error::Database(format!(
            "{} exists: choose another file with --db, or move that one away",
            path.display()
        )));
    }
    Ok(())
}

/// A database for which no secret is needed: readings are not sealed.
///
/// # Errors
///
/// As [`Store::open`].
pub(crate) fn open_file(path: &Path) -> Result<Connection, Error> {
    if !unlock::exists(path) {
        return Err(Error::Database(format!(
            "{} is not there: make it with `saltbox-gateway init`, or name another with --db",
            path.display()
        )));
    }
    if path.is_dir() {
        return Err(Error::Database(format!(
            "{} is a folder: name the database in it with --db",
            path.display()
        )));
    }
    for file in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(file);
        refuse_exposed(Path::new(&name))?;
    }
    let db = connect(path)?;
    let number = |pragma| -> Result<i64, Error> {
        db.pragma_query_value(None, pragma, |row| row.get(0))
            .map_err(|error| Error::from(error).of(path))
    };
    if number("application_id")? != APPLICATION_ID {
        return Err(Error::Damaged(
            "no database of this program, or one that was never finished: move it away and run \
             `saltbox-gateway init`"
                .to_owned(),
        )
        .of(path));
    }
    let format = number("user_version")?;
    if format != FORMAT {
        return Err(Error::Database(format!(
            "has format {format}, and this program knows format {FORMAT}: use the program that made it"
        ))
        .of(path));
    }
    Ok(db)
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let connect = || -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.pragma_update(None, "trusted_schema", false)?;
        db.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
        db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        db.pragma_update(None, "synchronous", "FULL")?;
        Ok(db)
    };
    connect().map_err(|error| Error::from(error).of(path))
}

fn refuse_exposed(path: &Path) -> Result<(), Error> {
    let mode = match fs::metadata(path) {
        Ok(metadata) => metadata.permissions().mode(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::Database(format!("{}: {error}", path.display()))),
    };
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::Database(format!(
        "{} can be read or written by others (mode {:03o}): chmod 600 {}",
        path.display(),
        mode & 0o777,
        path.display()
    )))
}

impl Tx<'_> {
    /// The one value that `sql` gives, if it gives a row.
    fn one<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Option<T>, Error> {
        Ok(self.db.query_row(sql, parameters, |row| row.get(0)).optional()?)
    }
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx(..)")
    }
}

/// `now` as it is kept: milliseconds of Unix time.
#[must_use]
pub fn millis(now: SystemTime) -> i64 {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// `now` as [`GatewayKeys`](saltbox::telemetry::GatewayKeys) counts it: seconds of Unix time.
#[must_use]
pub fn seconds(now: SystemTime) -> u64 {
    now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
