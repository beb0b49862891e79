//! The seed of a board without a noise source, tied to its counter lease.

use core::num::NonZeroU32;

use super::{CounterJournal, Journal, LEASE_LEN, Nvm, NvmError, Previous};
use crate::low::wipe::{Wiped, wipe};
use crate::nonce::CounterStore;
use crate::primitive::blake2b::Blake2b;
use crate::rng::SEED_LEN;

/// Bytes of a seed record: seed, generation of the lease.
const SEED_RECORD: usize = SEED_LEN + 4;
const SEED_BASE: u32 = Journal::<LEASE_LEN>::LEN as u32;

/// Bytes that a [`NodeMemory`] takes.
pub const NODE_MEMORY_LEN: usize = SEED_BASE as usize + Journal::<SEED_RECORD>::LEN;

/// Seed and counters of one node in one memory, each naming the other's generation.
///
/// At boot, before the stored seed is used for anything:
///
/// 1. its successor is written, as the next generation, naming the lease;
/// 2. the lease is written again, naming that generation;
/// 3. the old seed is overwritten, so that nobody who steals the board can compute what was drawn in this boot.
///
/// A power cut between any two bytes leaves a seed that was never used. A seed that is older than the lease knows, or a
/// lease older than the seed knows, is [`NvmError::Stale`]; a lease that knows only the seed before is taken for a cut
/// between 1 and 2 if that seed is still there, which it is not after 3. Not noticed here are a lease put back to an
/// older one of the same boot, whose keys the next boot does not use, and a whole memory put back to an old copy: see
/// [`telemetry`](crate::telemetry) for how the gateway does.
///
/// # Example
///
/// ```
/// # use core::convert::Infallible;
/// use core::num::NonZeroU32;
/// use saltbox::nonce::NonceSequence;
/// use saltbox::nvm::{NODE_MEMORY_LEN, NodeMemory, Nvm};
/// use saltbox::rng::Drbg;
/// # struct Ram([u8; NODE_MEMORY_LEN]);
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
/// # let mut memory = Ram([0xff; NODE_MEMORY_LEN]);
///
/// // Once, at the bench; the seed comes from a host and is used nowhere else.
/// NodeMemory::provision(&mut memory, 0, &[7; 32], 1).unwrap();
///
/// // At every boot.
/// let (mut first, mut second) = ([0; 32], [0; 32]);
/// let node = NodeMemory::boot(&mut memory, 0, &[], &mut first).unwrap();
/// let random = Drbg::from_seed(&first);
/// let mut counters = NonceSequence::new(node, NonZeroU32::new(64).unwrap());
/// assert_eq!(counters.next_counter(), Ok(1));
///
/// // After a reset: another seed, and no counter twice.
/// let node = NodeMemory::boot(&mut memory, 0, &[], &mut second).unwrap();
/// assert_ne!(first, second);
/// assert_eq!(NonceSequence::new(node, NonZeroU32::new(64).unwrap()).next_counter(), Ok(65));
/// ```
///
/// # Security
///
/// A board that depends on the seed alone is as random as what was provisioned, and its seed can be read by whoever
/// reads the memory *before* the boot that uses it. With a noise source beside it, mix both: see [`boot`](Self::boot).
///
/// # Specification
///
/// Seed file: Ferguson and Schneier, "Practical Cryptography", 10.6 (Fortuna). Successor and boot seed are BLAKE2b-256
/// keyed with the stored seed over `"saltbox seed next"` and `"saltbox seed boot"` and the caller's noise.
pub struct NodeMemory<M> {
    lease: CounterJournal<M>,
}

impl<M: Nvm> NodeMemory<M> {
    /// Makes the memory at `base` that of a new node: a seed of full entropy, and counters from `first` on.
    ///
    /// # Errors
    ///
    /// [`NvmError::NotKept`], [`NvmError::Bus`]; after a failure provision again.
    pub fn provision(
        mut nvm: M,
        base: u32,
        seed: &[u8; SEED_LEN],
        first: u64,
    ) -> Result<(), NvmError<M::Error>> {
        let seeds = seed_journal(base);
        seeds.erase(&mut nvm, 0)?;
        let mut record = Wiped::zeroed();
        fill(&mut record, seed, 1);
        seeds.store(&mut nvm, 1, &record)?;
        CounterJournal::provision(nvm, base, first)
    }

    /// Starts a boot: replaces the stored seed, and gives this boot's seed.
    ///
    /// `noise` is mixed into both seeds: what a noise source gave, or nothing. `boot_seed` is for one
    /// [`Drbg`](crate::rng::Drbg); it is filled only when its successor is safe.
    ///
    /// # Errors
    ///
    /// [`NvmError::Empty`] if never provisioned, [`NvmError::Stale`] if seed and lease do not belong together,
    /// [`NvmError::NotKept`], [`NvmError::Bus`], [`NvmError::Exhausted`]. In each case no seed is given.
    pub fn boot(
        mut nvm: M,
        base: u32,
        noise: &[u8],
        boot_seed: &mut [u8; SEED_LEN],
    ) -> Result<Self, NvmError<M::Error>> {
        let seeds = seed_journal(base);
        let loaded = match seeds.load(&mut nvm) {
            // A lease without a seed is not a new memory.
            Err(NvmError::Empty) => {
                CounterJournal::open(&mut nvm, base)?;
                return Err(NvmError::Stale);
            }
            other => other?,
        };
        let mut lease = match CounterJournal::open(nvm, base) {
            Err(NvmError::Empty) => return Err(NvmError::Stale),
            other => other?,
        };
        let (old, named) = loaded.record.split_at(SEED_LEN);
        let named = named.try_into().map(u32::from_le_bytes).unwrap_or(u32::MAX);
        if lease.generation < named {
            return Err(NvmError::Stale);
        }
        if lease.seed_generation.checked_add(1) == Some(loaded.generation)
            && loaded.previous == Previous::Kept
        {
            // The last boot was cut between steps 1 and 2: do step 2 now.
            lease.seed_generation = loaded.generation;
            lease.keep()?;
        } else if lease.seed_generation != loaded.generation {
            return Err(NvmError::Stale);
        }

        let generation = loaded.generation.checked_add(1).ok_or(NvmError::Exhausted)?;
        let mut next = Wiped::zeroed();
        derive(&mut next, old, b"saltbox seed next", noise);
        let mut record = Wiped::zeroed();
        fill(&mut record, &next, lease.generation);
        seeds.store(&mut lease.nvm, generation, &record)?;
        lease.seed_generation = generation;
        lease.keep()?;
        seeds.erase(&mut lease.nvm, loaded.generation)?;
        derive(boot_seed, old, b"saltbox seed boot", noise);
        Ok(Self { lease })
    }

    /// Overwrites everything at `base`, so that the memory reads as never provisioned.
    ///
    /// # Errors
    ///
    /// [`NvmError::NotKept`], [`NvmError::Bus`].
    pub fn erase(mut nvm: M, base: u32) -> Result<(), NvmError<M::Error>> {
        for generation in 0..2 {
            seed_journal(base).erase(&mut nvm, generation)?;
            Journal::<LEASE_LEN>::at(base).erase(&mut nvm, generation)?;
        }
        Ok(())
    }

    /// The memory itself, for what else lies in it.
    pub const fn nvm_mut(&mut self) -> &mut M {
        &mut self.lease.nvm
    }
}

impl<M> core::fmt::Debug for NodeMemory<M> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NodeMemory").field("lease", &self.lease).finish()
    }
}

impl<M: Nvm> CounterStore for NodeMemory<M> {
    type Error = NvmError<M::Error>;

    fn lease(&mut self, count: NonZeroU32) -> Result<u64, Self::Error> {
        self.lease.lease(count)
    }
}

const fn seed_journal(base: u32) -> Journal<SEED_RECORD> {
    Journal::at(base.saturating_add(SEED_BASE))
}

fn fill(record: &mut [u8; SEED_RECORD], seed: &[u8; SEED_LEN], lease_generation: u32) {
    let (front, back) = record.split_at_mut(SEED_LEN);
    front.copy_from_slice(seed);
    back.copy_from_slice(&lease_generation.to_le_bytes());
}

fn derive(out: &mut [u8; SEED_LEN], seed: &[u8], label: &[u8], noise: &[u8]) {
    wipe(out);
    let mut hash = Blake2b::new(seed, SEED_LEN);
    hash.update(label);
    hash.update(noise);
    hash.finalize_into(out);
}
