//! Non-volatile memory that may lose power in the middle of any byte, and what must survive in it.
//!
//! - [`Journal`] keeps one record in two slots, so that a torn write leaves the older one.
//! - [`CounterJournal`] makes a [`CounterStore`](crate::nonce::CounterStore) of it.
//! - [`NodeMemory`] adds the seed of a board without a noise source, and ties the two together.
//!
//! # Layout
//!
//! A slot is `generation (u32, little-endian) || record (N bytes) || check (8 bytes)`; the check is BLAKE2b-64 over
//! `"saltbox slot"`, the slot's address, generation and record. Generation g lies in slot g mod 2. A slot of nothing but
//! `0xff` or `0x00` is empty; any other without a valid check is damaged.
//!
//! | address | what |
//! |---:|---|
//! | 0, 128 | lease, slots 0 and 1: ceiling u64, largest block u32, generation of the seed u32, 4 zero bytes |
//! | 256, 384 | seed, slots 0 and 1: seed 32, generation of the lease u32 |
//!
//! [`NODE_MEMORY_LEN`] = 512 bytes in all, from a base address that must be a multiple of the memory's page. Slots lie
//! [`SLOT_STRIDE`] = 128 bytes apart, because many EEPROMs write a whole page when they are given one byte, and lose it
//! when the power fails: two slots never share a page of up to 128 bytes.

mod counter;
mod journal;
mod node;

use core::fmt;

pub use counter::{CounterJournal, LEASE_LEN};
pub use journal::{Journal, Loaded, Previous, SLOT_STRIDE};
pub use node::{NODE_MEMORY_LEN, NodeMemory};

/// A byte-addressed memory that keeps its contents without power: an EEPROM or FRAM.
///
/// A flash page that is erased to be written does not qualify: a power cut in between loses both slots.
pub trait Nvm {
    /// What can go wrong on the bus.
    type Error;

    /// Fills `out` from `address` on.
    ///
    /// # Errors
    ///
    /// The driver's own.
    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Self::Error>;

    /// Writes `bytes` from `address` on, and returns when they are kept.
    ///
    /// A power cut may leave any part of them written, and one byte half.
    ///
    /// # Errors
    ///
    /// The driver's own.
    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Self::Error>;
}

impl<M: Nvm + ?Sized> Nvm for &mut M {
    type Error = M::Error;

    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Self::Error> {
        (**self).read(address, out)
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        (**self).write(address, bytes)
    }
}

/// Why the memory cannot be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum NvmError<E> {
    /// The bus or the chip failed: try again, or go on without memory where that is safe.
    Bus(E),
    /// What was read back is not what was written: the chip is worn out or protected.
    NotKept,
    /// There is no record: the memory was never provisioned, or was erased.
    Empty,
    /// Seed and lease do not belong together: one of them is older than what was in use. Provision afresh.
    Stale,
    /// All counters are used up.
    Exhausted,
}

impl<E: fmt::Display> fmt::Display for NvmError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bus(error) => write!(f, "the memory does not answer: {error}"),
            Self::NotKept => f.write_str("the memory does not keep what is written to it"),
            Self::Empty => f.write_str("the memory holds no record"),
            Self::Stale => f.write_str("seed and lease do not belong together: provision afresh"),
            Self::Exhausted => f.write_str("all counters are used up: provision afresh"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for NvmError<E> {}
