//! The boards, and how QEMU is told to play them.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::Settings;

/// A board of the firmware example.
#[derive(Debug, PartialEq, Eq)]
pub struct Board {
    /// Its name, and that of QEMU's machine.
    pub name: &'static str,
    /// The compiler's name for its core: images lie in a folder of that name.
    pub target: &'static str,
    /// Where its keys are kept.
    pub kept: Kept,
    /// Whether it has a sensor of which the temperature can be set.
    pub sensor: bool,
}

/// Where a board keeps its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In an EEPROM on the I2C bus: QEMU keeps its contents in the file.
    Eeprom {
        /// Bytes.
        len: u32,
    },
    /// In a page of flash, which QEMU does not keep: it is loaded from the file at the start, and read back into it.
    Flash {
        /// Where the page begins.
        address: u32,
        /// Bytes.
        len: u32,
    },
}

const EEPROM: Kept = Kept::Eeprom { len: 32 * 1024 };
const PAGE: Kept = Kept::Flash { address: 0x3f000, len: 1024 };

/// Every board.
pub const BOARDS: [Board; 4] = [
    Board { name: "mps2-an386", target: "thumbv7em-none-eabihf", kept: EEPROM, sensor: true },
    Board { name: "mps2-an385", target: "thumbv7m-none-eabi", kept: EEPROM, sensor: true },
    Board { name: "mps2-an505", target: "thumbv8m.main-none-eabihf", kept: EEPROM, sensor: true },
    Board { name: "microbit", target: "thumbv6m-none-eabi", kept: PAGE, sensor: false },
];

impl Board {
    /// The board called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        BOARDS.iter().find(|board| board.name == name)
    }

    /// Where `cargo xtask` leaves the node's image, from the top folder of the checkout.
    #[must_use]
    pub fn image(&self) -> PathBuf {
        ["target", self.target, "release", self.name].iter().collect()
    }

    /// The file beside the database at `database` in which the board's memory is kept.
    #[must_use]
    pub fn memory(&self, database: &Path) -> PathBuf {
        let kind = match self.kept {
            Kept::Eeprom { .. } => "eeprom",
            Kept::Flash { .. } => "flash",
        };
        let mut name = database.as_os_str().to_owned();
        name.push(format!(".{}.{kind}", self.name));
        PathBuf::from(name)
    }

    /// Bytes of the memory.
    #[must_use]
    pub const fn memory_len(&self) -> u32 {
        match self.kept {
            Kept::Eeprom { len } | Kept::Flash { len, .. } => len,
        }
    }

    /// Writes an erased memory, all `0xff`, that the owner alone can read. Refuses to overwrite one.
    ///
    /// # Errors
    ///
    /// That of the file system.
    pub fn blank(&self, memory: &Path) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(memory)?;
        file.write_all(&vec![0xff; self.memory_len() as usize])?;
        file.sync_all()
    }

    /// What to say when its temperature is to be set all the same.
    pub(super) fn no_sensor(&self) -> String {
        format!("{} has no sensor: its readings are a test pattern", self.name)
    }

    /// QEMU's arguments, but for the sockets.
    pub(super) fn arguments(&self, settings: &Settings) -> Vec<String> {
        let (image, memory) = (settings.image.display(), doubled(&settings.memory));
        let mut arguments = vec!["-machine".to_owned(), self.name.to_owned()];
        arguments.extend(["-kernel".to_owned(), image.to_string()]);
        let mut device = |text: String| arguments.extend(["-device".to_owned(), text]);
        if self.sensor {
            device("tmp105,id=t0,bus=i2c,address=0x48".to_owned());
        }
        match self.kept {
            Kept::Eeprom { len } => {
                device(format!("at24c-eeprom,bus=i2c,address=0x50,rom-size={len},drive=e0"));
                arguments.extend([
                    "-drive".to_owned(),
                    format!("if=none,id=e0,format=raw,file={memory}"),
                ]);
            }
            Kept::Flash { address, .. } => {
                device(format!("loader,file={memory},addr={address:#x},force-raw=on"));
            }
        }
        arguments
    }
}

/// A comma in a value is doubled: QEMU's options are lists.
pub(super) fn doubled(path: &Path) -> String {
    path.display().to_string().replace(',', ",,")
}
