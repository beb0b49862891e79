//! BLAKE2b's compression function F, RFC 7693, section 3.2, in Rust; and its constants, which the assembly takes from here.

/// A row of the matrix v, or half of the chain value h.
pub(crate) type Row = [u64; 4];

/// The bytes of a block.
pub(crate) const BLOCK: usize = 128;

/// The square roots of the first eight primes, their first 64 bits after the point.
pub(crate) static IV: [Row; 2] = [
    [0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1],
    [0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179],
];

/// Which words of the message go into which half of G, section 2.7: a line for each round, four columns and four diagonals.
#[rustfmt::skip]
const SIGMA: [[u8; 16]; 10] = [
    [ 0,  1,  2,  3,  4,  5,  6,  7,    8,  9, 10, 11, 12, 13, 14, 15],
    [14, 10,  4,  8,  9, 15, 13,  6,    1, 12,  0,  2, 11,  7,  5,  3],
    [11,  8, 12,  0,  5,  2, 15, 13,   10, 14,  3,  6,  7,  1,  9,  4],
    [ 7,  9,  3,  1, 13, 12, 11, 14,    2,  6,  5, 10,  4,  0, 15,  8],
    [ 9,  0,  5,  7,  2,  4, 10, 15,   14,  1, 11, 12,  6,  8,  3, 13],
    [ 2, 12,  6, 10,  0, 11,  8,  3,    4, 13,  7,  5, 15, 14,  1,  9],
    [12,  5,  1, 15, 14, 13,  4, 10,    0,  7,  6,  3,  9,  2,  8, 11],
    [13, 11,  7, 14, 12,  1,  3,  9,    5,  0, 15,  4,  8,  6,  2, 10],
    [ 6, 15, 14,  9, 11,  3,  0,  8,   12,  2, 13,  7,  1,  4, 10,  5],
    [10,  2,  8,  4,  7,  6,  1,  5,   15, 11,  9, 14,  3, 12, 13,  0],
];

/// [`SIGMA`] for all twelve rounds, as offsets in the block, which are multiples of 8 below 128.
#[repr(C)]
pub(in crate::low) struct Schedule {
    rounds: [[u8; 16]; 12],
    /// No offset: a loop that has loaded it is over.
    end: u8,
}

pub(in crate::low) static SCHEDULE: Schedule = {
    let mut rounds = [[0; 16]; 12];
    let mut at = 0;
    while at < 12 * 16 {
        rounds[at / 16][at % 16] = 8 * SIGMA[at / 16 % 10][at % 16];
        at += 1;
    }
    Schedule { rounds, end: u8::MAX }
};

#[cfg(any(not(saltbox_cortex_m), saltbox_check))]
pub(crate) use compression::compress;

#[cfg(any(not(saltbox_cortex_m), saltbox_check))]
mod compression {
    use super::{BLOCK, IV, Row, SCHEDULE};

    /// `h` takes in `block`.
    ///
    /// `count` is the number of bytes so far, with this block's; `last` is all ones for the last block and 0 for the others.
    #[inline(never)]
    pub(crate) fn compress(h: &mut [Row; 2], block: &[u8; BLOCK], count: u64, last: u32) {
        let ([h0, h1], [iv0, iv1]) = (*h, IV);
        let mut v = [h0, h1, iv0, iv1];
        v[3][0] ^= count;
        v[3][2] ^= u64::from(last) << 32 | u64::from(last);
        for offsets in &SCHEDULE.rounds {
            let (halves, _) = offsets.as_chunks();
            for (slant, offsets) in halves.iter().enumerate() {
                mix(&mut v, slant, offsets, block);
            }
        }
        let [v0, v1, v2, v3] = &v;
        let [h0, h1] = h;
        for (h, low, high) in [(h0, v0, v2), (h1, v1, v3)] {
            for ((h, low), high) in h.iter_mut().zip(low).zip(high) {
                *h ^= low ^ high;
            }
        }
    }

    /// The mixing function G, section 3.1, on the four columns; on the four diagonals with a `slant` of 1.
    fn mix([a, b, c, d]: &mut [Row; 4], slant: usize, offsets: &[u8; 8], block: &[u8; BLOCK]) {
        let (words, _) = block.as_chunks::<8>();
        let word = |offset: u8| u64::from_le_bytes(words[usize::from(offset / 8 % 16)]);
        let (offsets, _) = offsets.as_chunks();
        for (i, &[x, y]) in offsets.iter().enumerate() {
            let i = i & 3;
            let [a, b] = [&mut a[i], &mut b[(i + slant) & 3]];
            let [c, d] = [&mut c[(i + 2 * slant) & 3], &mut d[(i + 3 * slant) & 3]];
            *a = a.wrapping_add(*b).wrapping_add(word(x));
            *d = (*d ^ *a).rotate_right(32);
            *c = c.wrapping_add(*d);
            *b = (*b ^ *c).rotate_right(24);
            *a = a.wrapping_add(*b).wrapping_add(word(y));
            *d = (*d ^ *a).rotate_right(16);
            *c = c.wrapping_add(*d);
            *b = (*b ^ *c).rotate_right(63);
        }
    }
}
