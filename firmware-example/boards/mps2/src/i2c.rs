//! An I2C controller in software over the SBCon port: open drain, SCL on bit 0, SDA on bit 1.
//!
//! Only one controller is on the bus, and QEMU's devices do not stretch the clock: no arbitration, no waiting. On
//! hardware the loops below would need a delay of half a bit.

use core::fmt;

use embedded_hal::i2c::{Error, ErrorKind, ErrorType, NoAcknowledgeSource, Operation};

use crate::mmio::Registers;

const SET: u8 = 0x00;
const CLEAR: u8 = 0x04;
const SCL: u32 = 1 << 0;
const SDA: u32 = 1 << 1;

/// The target did not acknowledge: it is not there, or busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusError(NoAcknowledgeSource);

impl Error for BusError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::NoAcknowledge(self.0)
    }
}

impl fmt::Display for BusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no acknowledgement on the I2C bus")
    }
}

/// The bus.
#[derive(Debug)]
pub struct I2c(Registers);

impl ErrorType for I2c {
    type Error = BusError;
}

impl embedded_hal::i2c::I2c for I2c {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), BusError> {
        let result = self.run(address, operations);
        self.stop();
        result
    }
}

impl I2c {
    pub(crate) fn new(registers: Registers) -> Self {
        let mut bus = Self(registers);
        // A target that was cut off in the middle of a byte lets go after at most nine clocks.
        bus.high(SDA);
        for _ in 0..9 {
            bus.low(SCL);
            bus.high(SCL);
        }
        bus.stop();
        bus
    }

    fn run(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), BusError> {
        // None before the first operation, then whether the last one read.
        let mut direction = None;
        let mut operations = operations.iter_mut().peekable();
        while let Some(operation) = operations.next() {
            let reads = matches!(operation, Operation::Read(_));
            if direction != Some(reads) {
                self.start();
                self.write_byte(address << 1 | u8::from(reads), NoAcknowledgeSource::Address)?;
                direction = Some(reads);
            }
            match operation {
                Operation::Write(bytes) => {
                    for byte in bytes.iter() {
                        self.write_byte(*byte, NoAcknowledgeSource::Data)?;
                    }
                }
                Operation::Read(out) => {
                    let reads_on = matches!(operations.peek(), Some(Operation::Read(_)));
                    let mut out = out.iter_mut().peekable();
                    while let Some(byte) = out.next() {
                        // Without an acknowledgement the target lets go of SDA, so that a stop or a start can follow.
                        *byte = self.read_byte(reads_on || out.peek().is_some());
                    }
                }
            }
        }
        Ok(())
    }

    fn start(&mut self) {
        self.high(SDA);
        self.high(SCL);
        self.low(SDA);
        self.low(SCL);
    }

    fn stop(&mut self) {
        self.low(SCL);
        self.low(SDA);
        self.high(SCL);
        self.high(SDA);
    }

    fn write_byte(&mut self, byte: u8, source: NoAcknowledgeSource) -> Result<(), BusError> {
        for bit in (0..8).rev() {
            self.write_bit(byte >> bit & 1 == 0);
        }
        if self.read_bit() { Ok(()) } else { Err(BusError(source)) }
    }

    fn read_byte(&mut self, acknowledge: bool) -> u8 {
        let mut byte = 0;
        for _ in 0..8 {
            byte = byte << 1 | u8::from(!self.read_bit());
        }
        self.write_bit(acknowledge);
        byte
    }

    /// Sends a bit; `low` is a 0, or an acknowledgement.
    fn write_bit(&mut self, low: bool) {
        if low {
            self.low(SDA);
        } else {
            self.high(SDA);
        }
        self.high(SCL);
        self.low(SCL);
    }

    /// Reads a bit; true is a 0, or an acknowledgement.
    fn read_bit(&mut self) -> bool {
        self.high(SDA);
        self.high(SCL);
        let low = self.0.read(SET) & SDA == 0;
        self.low(SCL);
        low
    }

    fn high(&mut self, line: u32) {
        self.0.write(SET, line);
    }

    fn low(&mut self, line: u32) {
        self.0.write(CLEAR, line);
    }
}
