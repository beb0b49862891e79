//! Who plays a board's memory. QEMU itself locks an EEPROM's file, but not the one of which a flash page is loaded; two
//! machines on one memory would be one node twice, each with counters of its own.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::Error;

/// The right to play the board whose memory lies in a file. The system takes it back however the program ends.
#[derive(Debug)]
pub(super) struct Claim(File);

impl Claim {
    /// Claims the memory at `path`, by a lock on a file beside it: the memory itself is replaced by renaming.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] if somebody else has it, or the file beside it cannot be made.
    pub(super) fn take(path: &Path) -> Result<Self, Error> {
        let lock = lock(path);
        let fault = |error: &io::Error| {
            Error::Line(format!("the board's lock {}: {error}", lock.display()))
        };
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).mode(0o600).open(&lock);
        let file = file.map_err(|error| fault(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::Line(format!(
                "the board's memory {} is in use: another gateway plays this board; end that one",
                path.display()
            ))),
            Err(TryLockError::Error(error)) => Err(fault(&error)),
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // By name and not only by closing it: a child that is being started holds a copy of the handle for a moment.
        let _ = self.0.unlock();
    }
}

fn lock(memory: &Path) -> PathBuf {
    let mut name = memory.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
