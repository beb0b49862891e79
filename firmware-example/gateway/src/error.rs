//! What can go wrong, sorted by what the caller can do about it.

use std::fmt;
use std::path::Path;

use rusqlite::ErrorCode;

/// Why something could not be done. The text says which file, port or node it was, and what to do next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The request itself makes no sense, or not now.
    Invalid(String),
    /// The database is not there, cannot be read or written, or lets others read it.
    Database(String),
    /// The database is damaged, or somebody changed it.
    Damaged(String),
    /// The passphrase or key file is missing or wrong.
    Locked(String),
    /// The serial port, socket or emulator cannot be used.
    Line(String),
    /// The node did not answer in time.
    NoAnswer(String),
    /// A person, the node or this program said no.
    Refused(String),
    /// A signal asked the program to end.
    Interrupted,
    /// Whoever read the output has gone away, as `head` does: nobody is there to be told.
    Unread,
}

impl Error {
    /// The exit code of the program: see `saltbox-gateway --help`.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Invalid(_) => 2,
            Self::Database(_) | Self::Damaged(_) => 3,
            Self::Locked(_) => 4,
            Self::Line(_) => 5,
            Self::NoAnswer(_) => 6,
            Self::Refused(_) => 7,
            Self::Interrupted => 130,
            // What a shell shows for SIGPIPE.
            Self::Unread => 141,
        }
    }

    /// The same, said of `path`.
    #[must_use]
    pub(crate) fn of(self, path: &Path) -> Self {
        let of = |text| format!("{}: {text}", path.display());
        match self {
            Self::Database(text) => Self::Database(of(text)),
            Self::Damaged(text) => Self::Damaged(of(text)),
            other => other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(text)
            | Self::Database(text)
            | Self::Damaged(text)
            | Self::Locked(text)
            | Self::Line(text)
            | Self::NoAnswer(text)
            | Self::Refused(text) => f.write_str(text),
            Self::Interrupted => f.write_str("interrupted"),
            Self::Unread => f.write_str("nobody reads the output any more"),
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as Sql;
        // A value that this program never writes.
        if let Sql::InvalidColumnType(..)
        | Sql::IntegralValueOutOfRange(..)
        | Sql::FromSqlConversionFailure(..)
        | Sql::Utf8Error(..)
        | Sql::QueryReturnedNoRows = error
        {
            return Self::Damaged(format!("damaged ({error}): put a backup in its place"));
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(format!(
                "damaged, or no database of this program ({error}): put a backup in its place"
            )),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Database(
                "another program has held the database for over 5 seconds: end it and try again"
                    .to_owned(),
            ),
            Some(ErrorCode::DiskFull) => {
                Self::Database("the disk is full: make room and try again".to_owned())
            }
            // Also what SQLite says when a full disk keeps the log's index from growing.
            Some(ErrorCode::SystemIoFailure) => Self::Database(format!(
                "{error}: see whether the disk is full or failing, then try again"
            )),
            _ => Self::Database(error.to_string()),
        }
    }
}

impl From<saltbox::rng::EntropyError> for Error {
    fn from(error: saltbox::rng::EntropyError) -> Self {
        Self::Refused(format!("the operating system gives no random bytes: {error}"))
    }
}
