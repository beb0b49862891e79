//! What a board may choose.

use core::num::NonZeroU32;

/// What a board may choose; the default fits all of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Major, minor and patch of the firmware, told to the gateway.
    pub firmware: [u8; 3],
    /// Counters that are leased ahead at most, and that a reset skips at most. The memory is written once for each but
    /// the last 32 of them.
    ///
    /// At a reading a second, 1,024 wear out an EEPROM of a million writes in some thirty years.
    pub lease: NonZeroU32,
    /// Milliseconds between two status frames that nothing but time calls for. A reading's interval if that is longer.
    pub status_ms: u32,
}

impl Default for Settings {
    fn default() -> Self {
        const LEASE: NonZeroU32 = NonZeroU32::new(1024).unwrap();
        Self { firmware: [0, 1, 0], lease: LEASE, status_ms: 60_000 }
    }
}
