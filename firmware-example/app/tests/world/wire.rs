//! The serial line between node and gateway.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::rc::Rc;

use embedded_io::{ErrorType, Read, ReadReady, Write};
use saltbox::telemetry::{LINE_MAX, Line};

use super::power::Power;

/// The node's end.
#[derive(Clone)]
pub struct Serial(pub Rc<RefCell<Wire>>);

pub struct Wire {
    pub down: VecDeque<u8>,
    pub up: Vec<u8>,
    power: Power,
}

impl Serial {
    pub fn new(power: Power) -> Self {
        Self(Rc::new(RefCell::new(Wire { down: VecDeque::new(), up: Vec::new(), power })))
    }

    pub fn send_down(&self, frame: &[u8]) {
        let mut bytes = [0; LINE_MAX];
        self.0.borrow_mut().down.extend(Line::encode(frame, &mut bytes).unwrap());
    }

    pub fn take_up(&self) -> Vec<u8> {
        core::mem::take(&mut self.0.borrow_mut().up)
    }
}

impl ErrorType for Serial {
    type Error = Infallible;
}

impl ReadReady for Serial {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        let wire = self.0.borrow();
        Ok(wire.power.is_on() && !wire.down.is_empty())
    }
}

impl Read for Serial {
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Infallible> {
        let down = &mut self.0.borrow_mut().down;
        let count = out.len().min(down.len());
        for (byte, sent) in out.iter_mut().zip(down.drain(..count)) {
            *byte = sent;
        }
        Ok(count)
    }
}

impl Write for Serial {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let mut wire = self.0.borrow_mut();
        if wire.power.is_on() {
            wire.up.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
