//! A 24C256 and a tmp105 on one I2C bus, with power that can be cut in the middle of any byte.

use std::cell::RefCell;
use std::rc::Rc;

use embedded_hal::i2c::{Error, ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};

use super::dice::Dice;
use super::power::Power;

pub const EEPROM: u8 = 0x50;
pub const TMP105: u8 = 0x48;
const LEN: usize = 32 * 1024;
const PAGE: usize = 64;
/// Times that the chip does not acknowledge after a page was written.
const BUSY: u32 = 5;

/// What a cut leaves of the page that is being written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tear {
    /// The bytes before the cut, and of the one under it some bits.
    InOrder,
    /// Any of the bytes, and of one some bits: a chip programs a page at once.
    Scattered,
    /// Anything in the whole page, also where nothing was to be written: a chip that erases it first.
    WholePage,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Health {
    Works,
    /// Does not acknowledge.
    Missing,
    /// Acknowledges writes and keeps nothing of them.
    Protected,
}

pub struct Chips {
    pub cells: Vec<u8>,
    pub health: Health,
    /// Hundredths of a degree; `None`: the sensor does not acknowledge.
    pub temperature: Option<i32>,
    /// Bytes that can be written until the power is cut.
    pub until_cut: Option<u64>,
    pub tear: Tear,
    /// Bytes written since the start.
    pub written: u64,
    /// Writes that were torn.
    pub torn: u64,
    pointer: usize,
    busy: u32,
    dice: Dice,
    power: Power,
}

impl Chips {
    pub fn new(power: Power, seed: u64) -> Self {
        Self {
            cells: vec![0xff; LEN],
            health: Health::Works,
            temperature: Some(2150),
            until_cut: None,
            tear: Tear::InOrder,
            written: 0,
            torn: 0,
            pointer: 0,
            busy: 0,
            dice: Dice::new(seed),
            power,
        }
    }

    fn run(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), Fault> {
        if !self.power.is_on() {
            return Err(Fault::Off);
        }
        match address {
            EEPROM => self.run_eeprom(operations),
            TMP105 => self.run_tmp105(operations),
            _ => Err(Fault::NoAcknowledge),
        }
    }

    fn run_eeprom(&mut self, operations: &mut [Operation<'_>]) -> Result<(), Fault> {
        if self.health == Health::Missing {
            return Err(Fault::NoAcknowledge);
        }
        if self.busy > 0 {
            self.busy -= 1;
            return Err(Fault::NoAcknowledge);
        }
        for operation in operations {
            match operation {
                Operation::Write([high, low, data @ ..]) => {
                    self.pointer = usize::from(*high) << 8 | usize::from(*low);
                    assert!(
                        self.pointer % PAGE + data.len() <= PAGE,
                        "a write across a page wraps in a real chip"
                    );
                    if !data.is_empty() && self.health == Health::Works {
                        self.program(data)?;
                    }
                }
                Operation::Write(_) => panic!("the chip takes addresses of two bytes"),
                Operation::Read(out) => {
                    for byte in out.iter_mut() {
                        *byte = self.cells[self.pointer % LEN];
                        self.pointer += 1;
                    }
                }
            }
        }
        Ok(())
    }

    fn program(&mut self, data: &[u8]) -> Result<(), Fault> {
        let before = self.pointer;
        let cut = self.until_cut.filter(|left| *left < data.len() as u64).map(|left| left as usize);
        for (i, new) in data.iter().enumerate() {
            let cell = &mut self.cells[before + i];
            let half = self.dice.byte();
            let half = *cell & half | *new & !half;
            *cell = match (cut, self.tear) {
                (None, _) => *new,
                (Some(cut), _) if i == cut => half,
                (Some(cut), Tear::InOrder) if i > cut => *cell,
                (Some(_), Tear::Scattered) if self.dice.one_in(2) => *cell,
                (Some(_), _) => *new,
            };
        }
        if cut.is_some() {
            if self.tear == Tear::WholePage {
                let erased = self.dice.one_in(2);
                let page = self.pointer / PAGE * PAGE;
                for cell in &mut self.cells[page..page + PAGE] {
                    *cell = if erased { 0xff } else { self.dice.byte() };
                }
            }
            self.until_cut = None;
            self.torn += 1;
            self.power.cut();
            return Err(Fault::Off);
        }
        self.written += data.len() as u64;
        if let Some(left) = &mut self.until_cut {
            *left -= data.len() as u64;
        }
        self.busy = BUSY;
        Ok(())
    }

    fn run_tmp105(&mut self, operations: &mut [Operation<'_>]) -> Result<(), Fault> {
        let Some(hundredths) = self.temperature else { return Err(Fault::NoAcknowledge) };
        // 1/16 degree in the twelve upper bits; the part rounds down to half a degree at power-on.
        let register = (((hundredths * 16 / 100) << 4) as u16 & 0xff80).to_be_bytes();
        for operation in operations {
            match operation {
                Operation::Write([0]) => {}
                Operation::Read([high, low]) => [*high, *low] = register,
                other => panic!("not what the lm75 driver does: {other:?}"),
            }
        }
        Ok(())
    }
}

#[derive(Clone)]
pub struct Bus(pub Rc<RefCell<Chips>>);

#[derive(Debug)]
pub enum Fault {
    NoAcknowledge,
    Off,
}

impl Error for Fault {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoAcknowledge => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address),
            Self::Off => ErrorKind::Other,
        }
    }
}

impl ErrorType for Bus {
    type Error = Fault;
}

impl I2c for Bus {
    fn transaction(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), Fault> {
        self.0.borrow_mut().run(address, operations)
    }
}
