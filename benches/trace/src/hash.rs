//! A hash of a sequence that does not depend on how the sequence is cut into pieces.
//!
//! Two runs over the same instructions may meet them in blocks that QEMU cut differently. A polynomial over the field
//! of 2^61 - 1 elements, whose coefficients are the mixed elements, gives both runs the same value, and appends a whole
//! block with one multiplication. It tells sequences apart that differ by accident; nobody attacks it.

const PRIME: u64 = (1 << 61) - 1;
/// Where the polynomial is evaluated; any large number will do.
const POINT: u64 = 0x0b7e_1516_28ae_d2a7;

/// The hash of a sequence, with what it takes to append it to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence {
    value: u64,
    /// `POINT` to the power of the length.
    shift: u64,
}

impl Default for Sequence {
    /// No elements.
    fn default() -> Self {
        Self { value: 0, shift: 1 }
    }
}

impl Sequence {
    /// Appends one element.
    pub fn push(&mut self, element: u64) {
        self.value = reduced(u128::from(times(self.value, POINT)) + u128::from(mixed(element)));
        self.shift = times(self.shift, POINT);
    }

    /// Appends all elements of `other`.
    pub fn append(&mut self, other: &Self) {
        self.value = reduced(u128::from(times(self.value, other.shift)) + u128::from(other.value));
        self.shift = times(self.shift, other.shift);
    }

    /// The hash; the length is part of it.
    #[must_use]
    pub fn value(&self) -> u64 {
        reduced(u128::from(times(self.value, POINT)) + u128::from(self.shift))
    }
}

fn times(a: u64, b: u64) -> u64 {
    reduced(u128::from(a) * u128::from(b))
}

/// `x` modulo the prime: 2^61 is 1 there. `x` is at most the square of a reduced number, below 2^122 - 2^63, so that
/// the sum is below twice the prime.
fn reduced(x: u128) -> u64 {
    let folded = (x as u64 & PRIME) + (x >> 61) as u64;
    if folded >= PRIME { folded - PRIME } else { folded }
}

/// A permutation of 64 bits (the finisher of SplitMix64, Steele, Lea and Flood 2014), so that neighbouring addresses
/// lie far apart, reduced to the field.
fn mixed(element: u64) -> u64 {
    let mut x = element.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    reduced(u128::from(x ^ (x >> 31)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(elements: &[u64]) -> Sequence {
        let mut sequence = Sequence::default();
        elements.iter().for_each(|&element| sequence.push(element));
        sequence
    }

    #[test]
    fn the_cut_does_not_matter() {
        let elements: Vec<u64> = (0..20).map(|n| n * n * 0x1_0001).collect();
        for at in 0..=elements.len() {
            let mut cut = of(&elements[..at]);
            cut.append(&of(&elements[at..]));
            assert_eq!(cut, of(&elements));
        }
    }

    #[test]
    fn order_length_and_elements_matter() {
        let all = [
            of(&[]).value(),
            of(&[0]).value(),
            of(&[0, 0]).value(),
            of(&[1, 2]).value(),
            of(&[2, 1]).value(),
            of(&[1, 2, 3]).value(),
        ];
        for (at, value) in all.iter().enumerate() {
            assert!(!all[..at].contains(value) && *value < PRIME);
        }
    }

    #[test]
    fn the_field_is_reduced() {
        assert_eq!(reduced(u128::from(PRIME)), 0);
        assert_eq!(reduced(u128::from(u64::MAX)), 7);
        assert_eq!(times(PRIME - 1, PRIME - 1), 1);
        assert_eq!(times(PRIME - 1, 12345), PRIME - 12345);
    }
}
