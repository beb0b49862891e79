//! What a node's nonces and keys rest on: noise, memory, or both.

use core::num::NonZeroU32;

use saltbox::nonce::{CounterStore, NonceSequence};
use saltbox::nvm::{NodeMemory, Nvm, NvmError};
use saltbox::rng::{Drbg, SEED_LEN};
use saltbox::telemetry::{Features, Trouble};
use zeroize::Zeroizing;

use crate::Hardware;
use crate::noise::Noise;

/// Where the node memory begins.
const NODE_BASE: u32 = 0;
/// Counters that only status frames and replies may use.
const RESERVE: u32 = 16;

/// Noise, memory and what was made of them in this boot.
pub(crate) struct Roots<H: Hardware> {
    pub(crate) memory: H::Memory,
    noise: Noise<H::Noise>,
    lease: NonZeroU32,
    boot: Option<Boot<H::Memory>>,
}

struct Boot<M> {
    random: Drbg,
    counters: NonceSequence<Counters<M>>,
}

enum Counters<M> {
    InMemory(NodeMemory<M>),
    /// Counts from 1 in each boot; the value is the next one.
    FreshKeys(u64),
}

/// A number from which everything else can be drawn, once.
pub(crate) type Seed = Zeroizing<[u8; SEED_LEN]>;

impl<H: Hardware> Roots<H> {
    pub(crate) const HAS_MEMORY: bool = H::FEATURES.has(Features::MEMORY);
    const HAS_NOISE: bool = H::FEATURES.has(Features::NOISE);

    pub(crate) fn new(memory: H::Memory, noise: H::Noise, lease: NonZeroU32) -> Self {
        const {
            assert!(
                Self::HAS_MEMORY || Self::HAS_NOISE,
                "nonces must rest on a memory, on a noise source, or on both"
            );
        }
        Self { memory, noise: Noise::Untested(noise), lease, boot: None }
    }

    /// What the nonces of this boot rest on, now.
    pub(crate) fn features(&self) -> Features {
        match (Self::HAS_MEMORY, Self::HAS_NOISE && !self.noise.has_failed()) {
            (true, true) => Features::MEMORY.and(Features::NOISE),
            (true, false) => Features::MEMORY,
            (false, _) => Features::NOISE,
        }
    }

    /// Whether there is a noise source, and it failed.
    pub(crate) const fn noise_failed(&self) -> bool {
        Self::HAS_NOISE && self.noise.has_failed()
    }

    /// Fresh noise into `out`, and how much of it there is: none without a source, and none from one that failed where
    /// a memory carries on.
    pub(crate) fn noise<'a>(&mut self, out: &'a mut Seed) -> Result<&'a [u8], Trouble> {
        if Self::HAS_NOISE {
            if self.noise.draw(out).is_ok() {
                return Ok(&**out);
            }
            if !Self::HAS_MEMORY {
                return Err(Trouble::Entropy);
            }
        }
        Ok(&[])
    }

    /// Starts the randomness and the counters of this boot; does nothing when they run.
    fn start(&mut self) -> Result<(), Trouble> {
        if self.boot.is_some() {
            return Ok(());
        }
        let (mut noise, mut seed) = (Seed::default(), Seed::default());
        let counters = if Self::HAS_MEMORY {
            let noise = self.noise(&mut noise)?;
            let memory = NodeMemory::boot(self.memory.clone(), NODE_BASE, noise, &mut seed);
            Counters::InMemory(memory.map_err(|error| trouble(&error))?)
        } else {
            self.noise(&mut seed)?;
            Counters::FreshKeys(1)
        };
        let counters = NonceSequence::new(counters, self.part());
        self.boot = Some(Boot { random: Drbg::from_seed(&seed), counters });
        Ok(())
    }

    /// Mixes fresh noise into the randomness of this boot.
    pub(crate) fn stir(&mut self) -> Result<(), Trouble> {
        if self.boot.is_none() {
            // It starts from noise that was just drawn.
            return self.start();
        }
        let mut noise = Seed::default();
        let noise = self.noise(&mut noise)?;
        self.random()?.reseed(noise);
        Ok(())
    }

    /// The randomness of this boot.
    pub(crate) fn random(&mut self) -> Result<&mut Drbg, Trouble> {
        self.boot.as_mut().map(|boot| &mut boot.random).ok_or(Trouble::Entropy)
    }

    /// A counter for an Open: never one of those kept back.
    pub(crate) fn counter(&mut self) -> Result<u64, Trouble> {
        self.start()?;
        let reserve = self.reserve();
        let counters = self.counters()?;
        if counters.remaining() <= reserve {
            counters.top_up().map_err(|error| trouble(&error))?;
        }
        counters.next_counter().map_err(|error| trouble(&error))
    }

    /// A counter of those that are leased, if need be of those kept back; `None` if there are no more.
    pub(crate) fn last_counter(&mut self) -> Option<u64> {
        let counters = self.counters().ok()?;
        if counters.remaining() == 0 {
            return None;
        }
        counters.next_counter().ok()
    }

    /// Whether only the counters kept back remain, or so few more that the lease should be extended.
    pub(crate) fn is_low(&self) -> bool {
        self.remaining() <= 2 * self.reserve()
    }

    /// Whether only the counters kept back remain.
    pub(crate) fn is_spent(&self) -> bool {
        self.remaining() <= self.reserve()
    }

    /// Extends the lease.
    pub(crate) fn top_up(&mut self) -> Result<(), Trouble> {
        self.counters()?.top_up().map_err(|error| trouble(&error))
    }

    /// Makes the memory that of a new node.
    pub(crate) fn provision(&mut self, seed: &Seed) -> Result<(), Trouble> {
        if !Self::HAS_MEMORY {
            return Ok(());
        }
        NodeMemory::provision(&mut self.memory, NODE_BASE, seed, 1).map_err(|error| trouble(&error))
    }

    fn counters(&mut self) -> Result<&mut NonceSequence<Counters<H::Memory>>, Trouble> {
        self.boot.as_mut().map(|boot| &mut boot.counters).ok_or(Trouble::Memory)
    }

    fn remaining(&self) -> u32 {
        self.boot.as_ref().map_or(0, |boot| boot.counters.remaining())
    }

    /// At most a quarter of a lease.
    fn reserve(&self) -> u32 {
        RESERVE.min(self.lease.get() / 4)
    }

    /// What is leased at a time, while up to twice the reserve may be left: together never more than a lease, so that a
    /// reset never costs more.
    fn part(&self) -> NonZeroU32 {
        let part = self.lease.get().saturating_sub(2 * self.reserve());
        NonZeroU32::new(part).unwrap_or(NonZeroU32::MIN)
    }
}

impl<M: Nvm> CounterStore for Counters<M> {
    type Error = NvmError<M::Error>;

    fn lease(&mut self, count: NonZeroU32) -> Result<u64, Self::Error> {
        match self {
            Self::InMemory(memory) => memory.lease(count),
            Self::FreshKeys(next) => {
                let first = *next;
                *next = first.checked_add(count.get().into()).ok_or(NvmError::Exhausted)?;
                Ok(first)
            }
        }
    }
}

/// What a person can do about it.
pub(crate) const fn trouble<E>(error: &NvmError<E>) -> Trouble {
    match error {
        // An identity without seed and lease: part of the memory is gone.
        NvmError::Stale | NvmError::Empty => Trouble::StaleMemory,
        _ => Trouble::Memory,
    }
}
