//! The CMSDK UART.

use core::convert::Infallible;

use embedded_io::{ErrorType, Read, ReadReady, Write};

use crate::mmio::Registers;

const DATA: u8 = 0x00;
const STATE: u8 = 0x04;
const CTRL: u8 = 0x08;
const BAUDDIV: u8 = 0x10;

const TX_FULL: u32 = 1 << 0;
const RX_FULL: u32 = 1 << 1;

/// UART 0, polled.
#[derive(Debug)]
pub struct Uart(Registers);

impl Uart {
    pub(crate) fn new(mut registers: Registers) -> Self {
        // The least divider that the hardware takes; QEMU knows no baud rate.
        registers.write(BAUDDIV, 16);
        registers.write(CTRL, 0b11);
        Self(registers)
    }
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(self.0.read(STATE) & RX_FULL != 0)
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
            *byte = self.0.read(DATA) as u8;
            count += 1;
        }
        Ok(count)
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        for byte in bytes {
            while self.0.read(STATE) & TX_FULL != 0 {}
            self.0.write(DATA, u32::from(*byte));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while self.0.read(STATE) & TX_FULL != 0 {}
        Ok(())
    }
}
