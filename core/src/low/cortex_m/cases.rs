//! What the field is asked, on the host and on the boards.

use super::field::Limbs;

/// Where carries run far and reductions end: 0, 1, p - 1, p, p + 1, 2 p - 1, 2 p, 2^255, 2^256 - 38, 2^256 - 1, full limbs.
pub(crate) const EDGES: [Limbs; 16] = {
    const F: u32 = u32::MAX;
    [
        [0; 8],
        [1, 0, 0, 0, 0, 0, 0, 0],
        [19, 0, 0, 0, 0, 0, 0, 0],
        [F - 19, F, F, F, F, F, F, F >> 1],
        [F - 18, F, F, F, F, F, F, F >> 1],
        [F - 17, F, F, F, F, F, F, F >> 1],
        [F, F, F, F, F, F, F, F >> 1],
        [0, 0, 0, 0, 0, 0, 0, 1 << 31],
        [F - 38, F, F, F, F, F, F, F],
        [F - 37, F, F, F, F, F, F, F],
        [F - 36, F, F, F, F, F, F, F],
        [F; 8],
        [F, 0, F, 0, F, 0, F, 0],
        [0, F, 0, F, 0, F, 0, F],
        [0xffff, 0xffff_0000, 0xffff, 0xffff_0000, 0xffff, 0xffff_0000, 0xffff, 0xffff_0000],
        [0, 0, 0, 0, F, F, F, F],
    ]
};

/// Digits in which runs of ones and of zeros are as likely as random bits.
pub(crate) struct Digits(u64);

impl Digits {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(0x9e37_79b9_7f4a_7c15 ^ (seed << 1))
    }

    /// The next eight.
    pub(crate) fn next(&mut self) -> Limbs {
        let shape = self.word();
        core::array::from_fn(|i| match (shape >> (4 * i)) & 7 {
            0 => 0,
            1 => u32::MAX,
            2 => u32::MAX << (self.word() & 31),
            3 => u32::MAX >> (self.word() & 31),
            _ => self.word(),
        })
    }

    #[cfg(saltbox_check)]
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.word() as u8;
        }
    }

    /// Marsaglia's xorshift64*.
    fn word(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    }
}
