//! Boards played by QEMU: the machine, its sensor, its memory, its log.

mod board;
mod claim;
mod log;
mod machine;
mod qmp;

use std::fs;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

pub use board::{BOARDS, Board, Kept};
pub use log::{Log, LogLine};
pub use machine::Machine;

use crate::Error;
use claim::Claim;

/// Which board is played, and with what.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The board.
    pub board: &'static Board,
    /// The node's image, an ELF file.
    pub image: PathBuf,
    /// The file in which the board's memory is kept from one start to the next: it holds the node's keys.
    pub memory: PathBuf,
    /// What the sensor measures, in thousandths of a degree Celsius; the board's own default if not set.
    pub temperature: Option<i32>,
    /// Where the board's log goes.
    pub log: Option<Log>,
}

impl Settings {
    /// Erases the board's memory: it is blank at the next start.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] if the board is being played, or the file cannot be removed.
    pub fn erase(&self) -> Result<(), Error> {
        let _claim = Claim::take(&self.memory)?;
        match fs::remove_file(&self.memory) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::Line(format!("the board's memory {}: {error}", self.memory.display())))
            }
            _ => Ok(()),
        }
    }
}

/// A board that is played again whenever its machine ends.
#[derive(Debug)]
pub struct Emulated {
    settings: Settings,
    machine: Option<Machine>,
}

impl Emulated {
    /// A board that is not played yet.
    #[must_use]
    pub const fn new(settings: Settings) -> Self {
        Self { settings, machine: None }
    }

    /// Which board, and with what.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The machine, if it runs.
    pub const fn machine(&mut self) -> Option<&mut Machine> {
        self.machine.as_mut()
    }

    /// Sets what the sensor measures, now and after every restart.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] if the machine does not take it.
    pub fn set_temperature(&mut self, millidegrees: i32) -> Result<(), Error> {
        self.settings.temperature = Some(millidegrees);
        self.machine.as_mut().map_or(Ok(()), |machine| machine.set_temperature(millidegrees))
    }

    /// Starts the machine and returns its serial port. The outer error is for good.
    pub(crate) fn start(&mut self) -> Result<io::Result<UnixStream>, Error> {
        self.end();
        let (machine, serial) = match Machine::start(&self.settings)? {
            Ok(started) => started,
            Err(why) => return Ok(Err(why)),
        };
        self.machine = Some(machine);
        Ok(Ok(serial))
    }

    /// Ends the machine if it still runs; says how it ended. One that is about to end by itself may say why.
    pub(crate) fn end(&mut self) -> Option<String> {
        self.machine.take().map(|mut machine| {
            machine.settle();
            machine.kill()
        })
    }
}
