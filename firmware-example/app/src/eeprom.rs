//! A 24x256 EEPROM as the node's memory.

use eeprom24x::{Eeprom24x, SlaveAddr, addr_size, page_size, unique_serial};
use embedded_hal::i2c::{Error, ErrorKind, I2c};
use saltbox::nvm::Nvm;

/// Bytes in a page, which no single write may leave.
const PAGE: usize = 64;

/// How often a chip that is busy with a write is asked again. An answer takes 9 bits: at 1 MHz this is 18 ms, at 100 kHz
/// 180 ms; a page takes 5 ms.
const TRIES: u32 = 2000;

type Chip<I> = Eeprom24x<I, page_size::B64, addr_size::TwoBytes, unique_serial::No>;

/// A 24x256 EEPROM: 32 KiB in pages of 64 bytes.
#[derive(Clone, Debug)]
pub struct Eeprom<I> {
    bus: I,
    address: SlaveAddr,
}

/// Why the EEPROM did not do what it should.
pub type EepromError<E> = eeprom24x::Error<E>;

impl<I> Eeprom<I> {
    /// The chip at `address` of `bus`: 0x50, and the state of its pins A2, A1 and A0 in the three lowest bits.
    pub const fn at(bus: I, address: u8) -> Self {
        let (a2, a1, a0) = (address & 4 != 0, address & 2 != 0, address & 1 != 0);
        Self { bus, address: SlaveAddr::Alternative(a2, a1, a0) }
    }
}

impl<I: I2c + Clone> Eeprom<I> {
    /// Does `step`, again as long as the chip does not acknowledge its address.
    fn patiently(
        &self,
        mut step: impl FnMut(&mut Chip<I>) -> Result<(), EepromError<I::Error>>,
    ) -> Result<(), EepromError<I::Error>> {
        let mut chip = Eeprom24x::new_24x256(self.bus.clone(), self.address);
        let mut tries = 1;
        loop {
            match step(&mut chip) {
                Err(EepromError::I2C(error)) if tries < TRIES && is_busy(&error) => tries += 1,
                result => return result,
            }
        }
    }
}

fn is_busy(error: &impl Error) -> bool {
    matches!(error.kind(), ErrorKind::NoAcknowledge(_))
}

impl<I: I2c + Clone> Nvm for Eeprom<I> {
    type Error = EepromError<I::Error>;

    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Self::Error> {
        self.patiently(|chip| chip.read_data(address, out))
    }

    fn write(&mut self, mut address: u32, mut bytes: &[u8]) -> Result<(), Self::Error> {
        while !bytes.is_empty() {
            let room = PAGE - address as usize % PAGE;
            let (page, rest) = bytes.split_at(room.min(bytes.len()));
            self.patiently(|chip| chip.write_page(address, page))?;
            // Kept when the chip answers again.
            self.patiently(|chip| chip.read_byte(address).map(drop))?;
            address += page.len() as u32;
            bytes = rest;
        }
        Ok(())
    }
}
