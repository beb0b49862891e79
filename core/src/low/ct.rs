//! Comparison in constant time.

use core::hint::black_box;

/// Whether `a` and `b` hold the same bytes; time depends on `N` alone.
///
/// Every byte of both is read, a word at a time, and what differs is collected; only the end of it, which is public, is
/// looked at. That the compiler made no branch of it is shown on each core: `cargo xtask test ct`.
#[must_use]
pub(crate) fn equal<const N: usize>(a: &[u8; N], b: &[u8; N]) -> bool {
    let ((a_words, a_end), (b_words, b_end)) = (a.as_chunks(), b.as_chunks());
    let mut difference = 0;
    for (a, b) in a_words.iter().zip(b_words) {
        difference |= u32::from_ne_bytes(*a) ^ u32::from_ne_bytes(*b);
    }
    for (a, b) in a_end.iter().zip(b_end) {
        difference |= u32::from(a ^ b);
    }
    black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::equal;

    #[test]
    fn every_bit_counts() {
        let a = [0x5a; 23];
        assert!(equal(&a, &a));
        for bit in 0..23 * 8 {
            let mut b = a;
            b[bit / 8] ^= 1 << (bit % 8);
            assert!(!equal(&a, &b), "bit {bit}");
        }
        assert!(equal(&[], &[]));
    }
}
