//! One record in two slots.

use super::{Nvm, NvmError};
use crate::low::wipe::{Wiped, wipe};
use crate::primitive::blake2b::Blake2b;

/// Bytes around a record: generation and check.
const AROUND: usize = 12;
/// The longest slot, and the distance from one slot to the next.
///
/// Many EEPROMs write whole pages, of up to 128 bytes, also when they are given one byte: a slot never shares a page with
/// another one, if the base is a multiple of the page.
pub const SLOT_STRIDE: usize = 128;
const MAX_SLOT: usize = SLOT_STRIDE;

/// A record of `N` bytes (at most 116) kept in two slots, the newer of which counts.
///
/// # Example
///
/// ```
/// # use core::convert::Infallible;
/// use saltbox::nvm::{Journal, Nvm, Previous};
/// # struct Ram([u8; 256]);
/// # impl Nvm for Ram {
/// #     type Error = Infallible;
/// #     fn read(&mut self, at: u32, out: &mut [u8]) -> Result<(), Infallible> {
/// #         out.copy_from_slice(&self.0[at as usize..][..out.len()]);
/// #         Ok(())
/// #     }
/// #     fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Infallible> {
/// #         self.0[at as usize..][..bytes.len()].copy_from_slice(bytes);
/// #         Ok(())
/// #     }
/// # }
/// # let mut memory = Ram([0xff; 256]);
///
/// let journal = Journal::<5>::at(0);
/// journal.store(&mut memory, 1, b"first").unwrap();
/// journal.store(&mut memory, 2, b"other").unwrap();
/// let loaded = journal.load(&mut memory).unwrap();
/// assert_eq!((loaded.generation, &loaded.record), (2, b"other"));
/// assert_eq!(loaded.previous, Previous::Kept);
/// ```
///
/// # Security
///
/// The check is against torn writes and rotten bits, not against an attacker: it has no key. Buffers are wiped.
///
/// # Cost
///
/// A store writes and reads one slot; a load reads two. Each slot takes one or two BLAKE2b blocks.
///
/// # Specification
///
/// The layout in the module [`nvm`](crate::nvm).
#[derive(Clone, Copy, Debug)]
pub struct Journal<const N: usize> {
    base: u32,
}

/// The newest record of a [`Journal`]. Wiped when dropped.
pub struct Loaded<const N: usize> {
    /// The record's generation.
    pub generation: u32,
    /// The record.
    pub record: [u8; N],
    /// What the other slot holds.
    pub previous: Previous,
}

/// What the slot holds in which the generation before the newest one should lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Previous {
    /// That generation.
    Kept,
    /// Nothing but `0xff` or `0x00`: it was never written, or was erased, or does not answer.
    Empty,
    /// Anything else. A write was torn, a bit rotted, or an old copy was put back: it may have been the newest.
    Damaged,
}

impl<const N: usize> Drop for Loaded<N> {
    fn drop(&mut self) {
        wipe(&mut self.record);
    }
}

impl<const N: usize> core::fmt::Debug for Loaded<N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Loaded")
            .field("generation", &self.generation)
            .field("previous", &self.previous)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
enum Slot {
    Empty,
    Damaged,
    Holds(u32),
}

impl Slot {
    /// What this slot is to one that holds the newest generation.
    fn before(self, newest: u32) -> Previous {
        match self {
            Self::Empty => Previous::Empty,
            Self::Holds(generation) if generation.checked_add(1) == Some(newest) => Previous::Kept,
            _ => Previous::Damaged,
        }
    }
}

impl<const N: usize> Journal<N> {
    const SLOT_LEN: usize = N + AROUND;
    /// Bytes from the base of this journal to what may follow it.
    pub const LEN: usize = 2 * SLOT_STRIDE;

    /// The journal whose first slot begins at `base`.
    #[must_use]
    pub const fn at(base: u32) -> Self {
        const { assert!(N + AROUND <= MAX_SLOT, "a record has at most 116 bytes") };
        Self { base }
    }

    /// Reads the newer of the two records.
    ///
    /// # Errors
    ///
    /// [`NvmError::Empty`] when neither slot holds one, [`NvmError::Bus`].
    pub fn load<M: Nvm>(&self, nvm: &mut M) -> Result<Loaded<N>, NvmError<M::Error>> {
        let mut first = Loaded { generation: 0, record: [0; N], previous: Previous::Damaged };
        let mut second = Loaded { generation: 0, record: [0; N], previous: Previous::Damaged };
        let (zero, one) =
            (self.read(nvm, 0, &mut first.record)?, self.read(nvm, 1, &mut second.record)?);
        match (zero, one) {
            (Slot::Holds(a), Slot::Holds(b)) if a > b => {
                Ok(Loaded { generation: a, previous: one.before(a), ..first })
            }
            (_, Slot::Holds(b)) => Ok(Loaded { generation: b, previous: zero.before(b), ..second }),
            (Slot::Holds(a), _) => Ok(Loaded { generation: a, previous: one.before(a), ..first }),
            _ => Err(NvmError::Empty),
        }
    }

    /// Writes `record` as `generation`, over the slot of the generation before the last, and reads it back.
    ///
    /// # Errors
    ///
    /// [`NvmError::NotKept`], [`NvmError::Bus`]: then the slot may hold the record or not.
    pub fn store<M: Nvm>(
        &self,
        nvm: &mut M,
        generation: u32,
        record: &[u8; N],
    ) -> Result<(), NvmError<M::Error>> {
        let mut slot = Wiped::<[u8; MAX_SLOT]>::zeroed();
        let check = self.check(generation, record);
        // By reference: an iterator over the array itself would leave a copy of a secret behind.
        let record = record.iter().copied();
        let parts = generation.to_le_bytes().into_iter().chain(record).chain(check);
        for (to, from) in slot.iter_mut().zip(parts) {
            *to = from;
        }
        self.write_verified(nvm, generation, &slot[..Self::SLOT_LEN])
    }

    /// Overwrites the slot of `generation` with zeros, which leaves it empty.
    ///
    /// # Errors
    ///
    /// As [`store`](Self::store).
    pub fn erase<M: Nvm>(&self, nvm: &mut M, generation: u32) -> Result<(), NvmError<M::Error>> {
        self.write_verified(nvm, generation, &[0; MAX_SLOT][..Self::SLOT_LEN])
    }

    fn write_verified<M: Nvm>(
        &self,
        nvm: &mut M,
        generation: u32,
        slot: &[u8],
    ) -> Result<(), NvmError<M::Error>> {
        let address = self.address(generation);
        nvm.write(address, slot).map_err(NvmError::Bus)?;
        let mut kept = Wiped::<[u8; MAX_SLOT]>::zeroed();
        let kept = &mut kept[..Self::SLOT_LEN];
        nvm.read(address, kept).map_err(NvmError::Bus)?;
        if kept == slot { Ok(()) } else { Err(NvmError::NotKept) }
    }

    fn read<M: Nvm>(
        &self,
        nvm: &mut M,
        index: u32,
        record: &mut [u8; N],
    ) -> Result<Slot, NvmError<M::Error>> {
        let mut slot = Wiped::<[u8; MAX_SLOT]>::zeroed();
        let slot = &mut slot[..Self::SLOT_LEN];
        nvm.read(self.address(index), slot).map_err(NvmError::Bus)?;
        if slot.iter().all(|byte| *byte == 0xff) || slot.iter().all(|byte| *byte == 0) {
            return Ok(Slot::Empty);
        }
        let Some((generation, rest)) = slot.split_first_chunk::<4>() else {
            return Ok(Slot::Damaged);
        };
        let Some((body, check)) = rest.split_first_chunk::<N>() else {
            return Ok(Slot::Damaged);
        };
        let generation = u32::from_le_bytes(*generation);
        if self.check(generation, body) != check || generation % 2 != index {
            return Ok(Slot::Damaged);
        }
        *record = *body;
        Ok(Slot::Holds(generation))
    }

    const fn address(&self, generation: u32) -> u32 {
        self.base.saturating_add((generation % 2) * SLOT_STRIDE as u32)
    }

    fn check(&self, generation: u32, record: &[u8; N]) -> [u8; 8] {
        let mut check = [0; 8];
        let mut hash = Blake2b::new(&[], check.len());
        hash.update(b"saltbox slot");
        hash.update(&self.address(generation).to_le_bytes());
        hash.update(&generation.to_le_bytes());
        hash.update(record);
        hash.finalize_into(&mut check);
        check
    }
}
