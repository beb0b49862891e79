//! Counter leases in a journal.

use core::num::NonZeroU32;

use super::{Journal, Nvm, NvmError, Previous};
use crate::nonce::CounterStore;

/// Bytes of a lease record: ceiling u64, block u32, generation of the seed u32, 4 zero bytes.
pub const LEASE_LEN: usize = 20;

/// A [`CounterStore`] in two slots of a memory that may lose power at any byte.
///
/// The lease is written, and read back, before the first counter of it is used. Each record says how many counters the
/// lease after it may take at most; a larger one is announced by a record of its own. Where the other slot does not hold
/// the generation before, it may have held the one after: then that many counters are skipped. A torn write and a rotten
/// bit cost at most one block, the largest so far, and neither repeats a counter.
///
/// # Example
///
/// ```
/// # use core::convert::Infallible;
/// use core::num::NonZeroU32;
/// use saltbox::nonce::NonceSequence;
/// use saltbox::nvm::{CounterJournal, Nvm};
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
/// let block = NonZeroU32::new(16).unwrap();
/// CounterJournal::provision(&mut memory, 0, 1).unwrap();
///
/// let mut nonces = NonceSequence::new(CounterJournal::open(&mut memory, 0).unwrap(), block);
/// assert_eq!(nonces.next_counter(), Ok(1));
/// // After a reset:
/// let mut nonces = NonceSequence::new(CounterJournal::open(&mut memory, 0).unwrap(), block);
/// assert_eq!(nonces.next_counter(), Ok(17));
/// ```
///
/// # Security
///
/// No counter comes twice, whichever byte a cut tears and whichever single slot rots. A memory put back to an old copy is
/// not noticed here.
///
/// # Cost
///
/// A lease writes one slot, two if it is larger than all before it.
///
/// # Specification
///
/// The layout in the module [`nvm`](crate::nvm).
pub struct CounterJournal<M> {
    pub(super) nvm: M,
    journal: Journal<LEASE_LEN>,
    pub(super) generation: u32,
    pub(super) seed_generation: u32,
    /// The first counter never leased.
    ceiling: u64,
    /// Counters that the next lease may take without being announced.
    block: u32,
}

impl<M: Nvm> CounterJournal<M> {
    /// Writes a first record at `base`, with `first` as the first counter.
    ///
    /// # Errors
    ///
    /// [`NvmError::NotKept`], [`NvmError::Bus`]; after a failure provision again.
    pub fn provision(nvm: M, base: u32, first: u64) -> Result<(), NvmError<M::Error>> {
        let journal = Journal::at(base);
        let mut fresh =
            Self { nvm, journal, generation: 0, seed_generation: 1, ceiling: first, block: 0 };
        fresh.journal.erase(&mut fresh.nvm, 0)?;
        fresh.keep()
    }

    /// Reads the newest record at `base`.
    ///
    /// # Errors
    ///
    /// [`NvmError::Empty`] if it was never provisioned, [`NvmError::Exhausted`], [`NvmError::NotKept`],
    /// [`NvmError::Bus`].
    pub fn open(mut nvm: M, base: u32) -> Result<Self, NvmError<M::Error>> {
        let journal = Journal::<LEASE_LEN>::at(base);
        let loaded = journal.load(&mut nvm)?;
        let r = &loaded.record;
        let ceiling = u64::from_le_bytes([r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]]);
        let block = u32::from_le_bytes([r[8], r[9], r[10], r[11]]);
        let seed_generation = u32::from_le_bytes([r[12], r[13], r[14], r[15]]);
        let skipped = if loaded.previous == Previous::Kept { 0 } else { u64::from(block) };
        let mut opened = Self {
            nvm,
            journal,
            generation: loaded.generation,
            seed_generation,
            ceiling: ceiling.checked_add(skipped).ok_or(NvmError::Exhausted)?,
            block,
        };
        if skipped != 0 {
            // Kept at once: the slot that was lost may be lost again.
            opened.keep()?;
        }
        Ok(opened)
    }

    /// Writes the ceiling again, under a new generation, together with the seed's generation.
    pub(super) fn keep(&mut self) -> Result<(), NvmError<M::Error>> {
        self.store(self.ceiling, self.block)
    }

    fn store(&mut self, ceiling: u64, block: u32) -> Result<(), NvmError<M::Error>> {
        let generation = self.generation.checked_add(1).ok_or(NvmError::Exhausted)?;
        let mut record = [0; LEASE_LEN];
        let fields = ceiling
            .to_le_bytes()
            .into_iter()
            .chain(block.to_le_bytes())
            .chain(self.seed_generation.to_le_bytes());
        for (to, from) in record.iter_mut().zip(fields) {
            *to = from;
        }
        // Should the write fail half-way, the slot is tried again as the same generation: what it leased nobody has
        // used, and the other slot still holds the last good one.
        self.journal.store(&mut self.nvm, generation, &record)?;
        (self.generation, self.ceiling, self.block) = (generation, ceiling, block);
        Ok(())
    }
}

impl<M> core::fmt::Debug for CounterJournal<M> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // Not the memory: seeds lie in it.
        f.debug_struct("CounterJournal")
            .field("generation", &self.generation)
            .field("ceiling", &self.ceiling)
            .finish_non_exhaustive()
    }
}

impl<M: Nvm> CounterStore for CounterJournal<M> {
    type Error = NvmError<M::Error>;

    fn lease(&mut self, count: NonZeroU32) -> Result<u64, Self::Error> {
        let first = self.ceiling;
        let ceiling = first.checked_add(u64::from(count.get())).ok_or(NvmError::Exhausted)?;
        if count.get() > self.block {
            // Should the lease be lost, the record before it must say how much that was.
            self.store(first, count.get())?;
        }
        self.store(ceiling, self.block)?;
        Ok(first)
    }
}
