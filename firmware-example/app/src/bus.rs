//! One I2C bus for sensor and memory.

use core::cell::RefCell;
use core::fmt;

use embedded_hal::i2c::{Error, ErrorKind, ErrorType, I2c, Operation};

/// A handle to a bus that several drivers use in turn, in one thread.
///
/// `RefCellDevice` of `embedded-hal-bus` panics where this one returns [`BusError::Busy`].
#[derive(Debug)]
pub struct Shared<'a, B>(&'a RefCell<B>);

impl<'a, B> Shared<'a, B> {
    /// A handle to `bus`.
    pub const fn of(bus: &'a RefCell<B>) -> Self {
        Self(bus)
    }
}

impl<B> Clone for Shared<'_, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B> Copy for Shared<'_, B> {}

/// Why a shared bus did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusError<E> {
    /// The bus's own error.
    Bus(E),
    /// Another driver is in the middle of a transaction: a mistake in the program.
    Busy,
}

impl<E: Error> Error for BusError<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Bus(error) => error.kind(),
            Self::Busy => ErrorKind::Other,
        }
    }
}

impl<E: fmt::Display> fmt::Display for BusError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bus(error) => error.fmt(f),
            Self::Busy => f.write_str("the bus is in use"),
        }
    }
}

impl<B: ErrorType> ErrorType for Shared<'_, B> {
    type Error = BusError<B::Error>;
}

impl<B: I2c> I2c for Shared<'_, B> {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Self::Error> {
        let mut bus = self.0.try_borrow_mut().map_err(|_| BusError::Busy)?;
        bus.transaction(address, operations).map_err(BusError::Bus)
    }
}
