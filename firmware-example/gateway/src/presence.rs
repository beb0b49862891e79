//! Whether a run is in progress on a database: it is the one that sends what others queue.
//!
//! A run holds a shared lock on a file beside the database; the system lets go of it however the run ends. Never on the
//! database file itself: closing a second handle of it would take away the locks of SQLite.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::Error;

/// Held by a run for as long as it lasts.
#[derive(Debug)]
pub struct Presence {
    _lock: File,
}

impl Presence {
    /// Says that a run on the database at `path` is in progress. Several may be, each on its own line.
    ///
    /// # Errors
    ///
    /// [`Error::Database`] if the file beside the database cannot be made.
    pub fn announce(path: &Path) -> Result<Self, Error> {
        let announce = || {
            let file = open(path)?;
            file.lock_shared()?;
            Ok(Self { _lock: file })
        };
        announce().map_err(|error| fault(path, &error))
    }

    /// Whether any run on the database at `path` is in progress.
    ///
    /// # Errors
    ///
    /// [`Error::Database`] if the file beside the database cannot be made.
    pub fn is_announced(path: &Path) -> Result<bool, Error> {
        match open(path).map_err(|error| fault(path, &error))?.try_lock() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(fault(path, &error)),
        }
    }
}

fn name(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".run");
    PathBuf::from(name)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(name(path))
}

fn fault(path: &Path, error: &io::Error) -> Error {
    Error::Database(format!("{}: {error}", name(path).display()))
}
