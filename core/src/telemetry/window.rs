//! The replay window.

use super::Refusal;

/// Which counters of a session were accepted: all up to a floor, and a bit for each of the 128 up to the highest.
///
/// Frames may arrive out of order by up to 127; an older one cannot be told from a replay and is refused.
///
/// # Example
///
/// ```
/// use saltbox::telemetry::{Refusal, ReplayWindow};
///
/// let mut window = ReplayWindow::after(100);
/// window.accept(103)?;
/// window.accept(101)?;
/// assert_eq!(window.accept(103), Err(Refusal::Replayed));
/// assert_eq!(window.accept(100), Err(Refusal::Replayed));
/// # Ok::<(), Refusal>(())
/// ```
///
/// # Security
///
/// Counters are public; ask only after the tag was right, else anybody can shut frames out.
///
/// # Cost
///
/// A shift and a comparison.
///
/// # Specification
///
/// The sliding window of RFC 4303, 3.4.3, 128 wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayWindow {
    highest: u64,
    /// Bit i stands for `highest - i`.
    seen: u128,
}

impl ReplayWindow {
    /// Counters that the window tells apart.
    pub const WIDTH: u32 = u128::BITS;

    /// A window that refuses everything up to and including `counter`.
    #[must_use]
    pub const fn after(counter: u64) -> Self {
        Self { highest: counter, seen: u128::MAX }
    }

    /// Takes `counter` in, once. Only for a frame whose tag was right.
    ///
    /// # Errors
    ///
    /// [`Refusal::Replayed`] if it was accepted before or lies below the window.
    pub fn accept(&mut self, counter: u64) -> Result<(), Refusal> {
        if let Some(ahead) = counter.checked_sub(self.highest).filter(|ahead| *ahead > 0) {
            let shift = u32::try_from(ahead).unwrap_or(u32::MAX);
            self.seen = self.seen.checked_shl(shift).unwrap_or(0) | 1;
            self.highest = counter;
            return Ok(());
        }
        let behind = u32::try_from(self.highest - counter).unwrap_or(u32::MAX);
        match 1_u128.checked_shl(behind) {
            Some(bit) if self.seen & bit == 0 => {
                self.seen |= bit;
                Ok(())
            }
            _ => Err(Refusal::Replayed),
        }
    }

    /// The highest counter accepted: the floor to keep for the next session.
    #[must_use]
    pub const fn highest(&self) -> u64 {
        self.highest
    }

    /// 24 bytes: highest, then the bits, little-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 24] {
        let (highest, seen) = (self.highest.to_le_bytes(), self.seen.to_le_bytes());
        core::array::from_fn(|i| if i < 8 { highest[i] } else { seen[i - 8] })
    }

    /// Reads what [`to_bytes`](Self::to_bytes) gave.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 24]) -> Self {
        Self {
            highest: u64::from_le_bytes(core::array::from_fn(|i| bytes[i])),
            seen: u128::from_le_bytes(core::array::from_fn(|i| bytes[8 + i])),
        }
    }
}
