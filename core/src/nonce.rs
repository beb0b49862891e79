//! Nonces: drawn at random, or counted so that no reset repeats one.

use core::fmt;
use core::num::NonZeroU32;

use crate::error::Error;
use crate::rng::{EntropyError, RandomSource};

/// Bytes in a [`Nonce`].
pub const NONCE_LEN: usize = 24;

/// The 24-byte nonce of a box. Public; never use one twice with the same key.
///
/// # Example
///
/// ```
/// use saltbox::nonce::Nonce;
///
/// let nonce = Nonce::from_counter(b"valve 7 upwards.", 258);
/// assert_eq!(nonce.as_bytes()[16..], [2, 1, 0, 0, 0, 0, 0, 0]);
/// assert_eq!(Nonce::from_slice(nonce.as_bytes()), Ok(nonce));
/// ```
///
/// # Security
///
/// Two messages under one nonce and one key give away the difference of their contents, and let anybody forge.
///
/// # Cost
///
/// 24 bytes, no computation.
///
/// # Specification
///
/// The extended nonce of XSalsa20 (Bernstein 2011).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Nonce([u8; NONCE_LEN]);

impl Nonce {
    /// Takes a nonce as it came over the wire.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; NONCE_LEN]) -> Self {
        Self(bytes)
    }

    /// Draws a nonce: at 192 bits, two random ones never meet in practice.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] if the source fails; there is no fallback.
    pub fn random(random: &mut impl RandomSource) -> Result<Self, EntropyError> {
        let mut bytes = [0; NONCE_LEN];
        random.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// 16 bytes that name the use (and the direction), then a counter in little-endian order.
    ///
    /// The two peers of one key must never share a prefix.
    #[must_use]
    pub fn from_counter(prefix: &[u8; 16], counter: u64) -> Self {
        let mut bytes = [0; NONCE_LEN];
        let (front, back) = bytes.split_at_mut(16);
        front.copy_from_slice(prefix);
        back.copy_from_slice(&counter.to_le_bytes());
        Self(bytes)
    }

    /// The 24 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; NONCE_LEN] {
        &self.0
    }

    /// Reads the 24 bytes of a slice.
    ///
    /// # Errors
    ///
    /// [`Error::Encoding`] for any other length.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        bytes.try_into().map(Self).map_err(|_| Error::Encoding)
    }
}

/// Where counters come from that are never handed out twice, whatever happens to the power.
///
/// [`nvm::CounterJournal`](crate::nvm::CounterJournal) makes one of any byte-addressed memory.
pub trait CounterStore {
    /// What can go wrong with the store.
    type Error;

    /// Reserves `count` counters that were never reserved before, and returns the first of them.
    ///
    /// The reservation must be durable when this returns. After an error it may be kept or not; since nobody has these
    /// counters, a later call may return them.
    ///
    /// # Errors
    ///
    /// The store's own.
    fn lease(&mut self, count: NonZeroU32) -> Result<u64, Self::Error>;
}

impl<S: CounterStore + ?Sized> CounterStore for &mut S {
    type Error = S::Error;

    fn lease(&mut self, count: NonZeroU32) -> Result<u64, Self::Error> {
        (**self).lease(count)
    }
}

/// Counters one after another, leased in blocks, so that the store is written once a block and not once a counter.
///
/// A reset loses what is left of the block, never more, and no counter comes twice.
///
/// # Example
///
/// ```
/// use core::convert::Infallible;
/// use core::num::NonZeroU32;
/// use saltbox::nonce::{CounterStore, NonceSequence};
///
/// /// Stands for a memory that survives resets.
/// struct Kept(u64);
///
/// impl CounterStore for Kept {
///     type Error = Infallible;
///     fn lease(&mut self, count: NonZeroU32) -> Result<u64, Infallible> {
///         let first = self.0;
///         self.0 += u64::from(count.get());
///         Ok(first)
///     }
/// }
///
/// let mut kept = Kept(0);
/// let block = NonZeroU32::new(16).unwrap();
/// assert_eq!(NonceSequence::new(&mut kept, block).next_counter(), Ok(0));
/// // A reset: the rest of the block is skipped, not repeated.
/// assert_eq!(NonceSequence::new(&mut kept, block).next_counter(), Ok(16));
/// ```
///
/// # Security
///
/// As good as the store: should that hand a counter out twice, so does this.
///
/// # Cost
///
/// One write of the store for each block.
///
/// # Specification
///
/// None: a counter. [`Nonce::from_counter`] says how it becomes a nonce.
pub struct NonceSequence<S> {
    store: S,
    block: NonZeroU32,
    next: u64,
    left: u32,
}

impl<S: CounterStore> NonceSequence<S> {
    /// Counts with blocks of `block` from `store`; nothing is leased before the first counter is asked for.
    pub const fn new(store: S, block: NonZeroU32) -> Self {
        Self { store, block, next: 0, left: 0 }
    }

    /// The next counter.
    ///
    /// # Errors
    ///
    /// The store's, when a new block is needed; no counter is lost or repeated by trying again.
    pub fn next_counter(&mut self) -> Result<u64, S::Error> {
        if self.left == 0 {
            self.top_up()?;
        }
        let counter = self.next;
        self.next = self.next.wrapping_add(1);
        self.left -= 1;
        Ok(counter)
    }

    /// Counters that can be given out before the store is needed again.
    #[must_use]
    pub const fn remaining(&self) -> u32 {
        self.left
    }

    /// Leases the next block now, while counters [remain](Self::remaining).
    ///
    /// For whoever must still be able to say that the store fails: after an error the remaining counters are there as
    /// before. A store that does not lease in one run makes them be skipped.
    ///
    /// # Errors
    ///
    /// The store's; no counter is lost or repeated by trying again.
    ///
    /// # Example
    ///
    /// ```
    /// # use core::num::NonZeroU32;
    /// use saltbox::nonce::{CounterStore, NonceSequence};
    ///
    /// # #[derive(Debug)]
    /// struct Fails;
    /// struct Kept(u64);
    /// # impl CounterStore for Kept {
    /// #     type Error = Fails;
    /// #     fn lease(&mut self, count: NonZeroU32) -> Result<u64, Fails> {
    /// #         if self.0 >= 20 {
    /// #             return Err(Fails);
    /// #         }
    /// #         let first = self.0;
    /// #         self.0 += u64::from(count.get());
    /// #         Ok(first)
    /// #     }
    /// # }
    ///
    /// // A memory that keeps two leases of 10, and then fails.
    /// let mut nonces = NonceSequence::new(Kept(0), NonZeroU32::new(10).unwrap());
    /// nonces.top_up()?;
    /// for counter in 0..8 {
    ///     assert_eq!(nonces.next_counter()?, counter);
    /// }
    /// nonces.top_up()?;
    /// assert_eq!(nonces.remaining(), 12);
    /// assert!(nonces.top_up().is_err());
    /// assert_eq!(nonces.next_counter()?, 8);
    /// # Ok::<(), Fails>(())
    /// ```
    pub fn top_up(&mut self) -> Result<(), S::Error> {
        let first = self.store.lease(self.block)?;
        let block = self.block.get();
        if self.left > 0 && self.next.checked_add(u64::from(self.left)) == Some(first) {
            // Should this not fit, the end of the block is skipped.
            self.left = self.left.saturating_add(block);
        } else {
            (self.next, self.left) = (first, block);
        }
        Ok(())
    }

    /// The next counter as a nonce; see [`Nonce::from_counter`].
    ///
    /// # Errors
    ///
    /// As [`next_counter`](Self::next_counter).
    pub fn next_nonce(&mut self, prefix: &[u8; 16]) -> Result<Nonce, S::Error> {
        Ok(Nonce::from_counter(prefix, self.next_counter()?))
    }

    /// The store, for what else it can do.
    pub const fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }
}

impl<S> fmt::Debug for NonceSequence<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NonceSequence")
            .field("next", &self.next)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}
