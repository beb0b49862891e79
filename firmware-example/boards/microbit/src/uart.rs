//! The nRF51 UART.

use core::convert::Infallible;

use embedded_io::{ErrorType, Read, ReadReady, Write};

use crate::mmio::Registers;

const STARTRX: u16 = 0x000;
const STARTTX: u16 = 0x008;
const RXDRDY: u16 = 0x108;
const TXDRDY: u16 = 0x11c;
const ENABLE: u16 = 0x500;
const PSELTXD: u16 = 0x50c;
const PSELRXD: u16 = 0x514;
const RXD: u16 = 0x518;
const TXD: u16 = 0x51c;
const BAUDRATE: u16 = 0x524;

/// UART 0, polled, 115,200 baud to the interface chip's USB port.
#[derive(Debug)]
pub struct Uart(Registers);

impl Uart {
    pub(crate) fn new(mut registers: Registers) -> Self {
        registers.write(PSELTXD, 24);
        registers.write(PSELRXD, 25);
        registers.write(BAUDRATE, 0x01d7_e000);
        registers.write(ENABLE, 4);
        registers.write(STARTRX, 1);
        registers.write(STARTTX, 1);
        Self(registers)
    }
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(self.0.read(RXDRDY) != 0)
    }
}

impl Read for Uart {
    /// Waits for one byte, then takes what is there.
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Infallible> {
        let mut count = 0;
        for byte in out {
            while count == 0 && !self.read_ready()? {}
            if !self.read_ready()? {
                break;
            }
            // Cleared first: the next byte sets it again.
            self.0.write(RXDRDY, 0);
            *byte = self.0.read(RXD) as u8;
            count += 1;
        }
        Ok(count)
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        for byte in bytes {
            self.0.write(TXDRDY, 0);
            self.0.write(TXD, u32::from(*byte));
            while self.0.read(TXDRDY) == 0 {}
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
