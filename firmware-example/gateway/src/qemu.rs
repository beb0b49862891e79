//! Boards played by QEMU: the machine, its sensor, its memory, its log.

mod board;
mod claim;
mod log;
mod machine;
mod qmp;

use std::fmt;
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
    /// Looks at what trying again cannot mend, and reads the image.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for the temperature of a board without a sensor; [`Error::Line`] if the image is missing, or
    /// none for a board of this kind.
    pub fn check(&self) -> Result<Vec<u8>, Error> {
        if self.temperature.is_some() && !self.board.sensor {
            return Err(Error::Invalid(self.board.no_sensor()));
        }
        let named = |why: &dyn fmt::Display| {
            Error::Line(format!(
                "the image {}: {why}; `cargo xtask sizes` builds the images; run from the top of the \
                 checkout or name it with --image",
                self.image.display()
            ))
        };
        let image = fs::read(&self.image).map_err(|error| named(&error))?;
        if !is_elf_for_arm(&image) {
            return Err(named(&"is not an ELF file for a 32-bit ARM core"));
        }
        Ok(image)
    }

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

/// Whether `image` begins as an ELF file of class 32, little-endian, machine `EM_ARM`.
fn is_elf_for_arm(image: &[u8]) -> bool {
    image.starts_with(b"\x7fELF\x01\x01") && image.get(18..20) == Some(&[40, 0])
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
