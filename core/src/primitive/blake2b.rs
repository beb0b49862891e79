//! BLAKE2b (RFC 7693) with a key and a length, as libsodium's `crypto_generichash`.

use crate::low::wipe::Wiped;

const BLOCK: usize = 128;

type Row = [u64; 4];

/// The square roots of the first eight primes, their first 64 bits after the point.
const IV: [Row; 2] = [
    [0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1],
    [0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179],
];

/// Which words of the message go into which half of G, section 2.7: a line for each round, of four columns and four diagonals.
#[rustfmt::skip]
static SIGMA: [[[[u8; 2]; 4]; 2]; 10] = [
    [[[ 0,  1], [ 2,  3], [ 4,  5], [ 6,  7]], [[ 8,  9], [10, 11], [12, 13], [14, 15]]],
    [[[14, 10], [ 4,  8], [ 9, 15], [13,  6]], [[ 1, 12], [ 0,  2], [11,  7], [ 5,  3]]],
    [[[11,  8], [12,  0], [ 5,  2], [15, 13]], [[10, 14], [ 3,  6], [ 7,  1], [ 9,  4]]],
    [[[ 7,  9], [ 3,  1], [13, 12], [11, 14]], [[ 2,  6], [ 5, 10], [ 4,  0], [15,  8]]],
    [[[ 9,  0], [ 5,  7], [ 2,  4], [10, 15]], [[14,  1], [11, 12], [ 6,  8], [ 3, 13]]],
    [[[ 2, 12], [ 6, 10], [ 0, 11], [ 8,  3]], [[ 4, 13], [ 7,  5], [15, 14], [ 1,  9]]],
    [[[12,  5], [ 1, 15], [14, 13], [ 4, 10]], [[ 0,  7], [ 6,  3], [ 9,  2], [ 8, 11]]],
    [[[13, 11], [ 7, 14], [12,  1], [ 3,  9]], [[ 5,  0], [15,  4], [ 8,  6], [ 2, 10]]],
    [[[ 6, 15], [14,  9], [11,  3], [ 0,  8]], [[12,  2], [13,  7], [ 1,  4], [10,  5]]],
    [[[10,  2], [ 8,  4], [ 7,  6], [ 1,  5]], [[15, 11], [ 9, 14], [ 3, 12], [13,  0]]],
];

/// A running BLAKE2b hash of 1 to 64 bytes of output.
///
/// Wiped on drop: under a key the state is a secret.
pub(crate) struct Blake2b(Wiped<State>);

struct State {
    h: [Row; 2],
    /// The bytes of all blocks that were compressed.
    count: u64,
    /// The block that comes next. The last is compressed in another way, so that a full one waits until there is more.
    block: Block,
    filled: usize,
}

/// Aligned, so that words of it can be loaded as such.
#[repr(align(8))]
struct Block([u8; BLOCK]);

impl Blake2b {
    /// Starts a hash of `out_len` bytes (1 to 64) under a key of 0 to 64 bytes; longer ones are cut to 64.
    ///
    /// Both lengths are parameters of the hash, so that another length is another function.
    pub(crate) fn new(key: &[u8], out_len: usize) -> Self {
        let key = key.get(..64).unwrap_or(key);
        let mut h = IV;
        // Section 2.5: no tree, so fan-out and depth are 1.
        h[0][0] ^= 0x0101_0000 ^ (key.len() as u64) << 8 ^ out_len.clamp(1, 64) as u64;
        let mut state = Wiped::new(State { h, count: 0, block: Block([0; BLOCK]), filled: 0 });
        if !key.is_empty() {
            for (to, from) in state.block.0.iter_mut().zip(key) {
                *to = *from;
            }
            state.filled = BLOCK;
        }
        Self(state)
    }

    pub(crate) fn update(&mut self, mut data: &[u8]) {
        let state = &mut *self.0;
        while !data.is_empty() {
            if state.filled == BLOCK {
                state.compress(0);
                state.filled = 0;
            }
            let room = state.block.0.get_mut(state.filled..).unwrap_or_default();
            let len = room.len().min(data.len());
            for (to, from) in room.iter_mut().zip(data) {
                *to = *from;
            }
            state.filled += len;
            data = data.get(len..).unwrap_or_default();
        }
    }

    /// Writes the first `out.len()` bytes (at most 64) of the hash.
    pub(crate) fn finalize_into(mut self, out: &mut [u8]) {
        let state = &mut *self.0;
        state.block.0.iter_mut().skip(state.filled).for_each(|byte| *byte = 0);
        state.compress(u64::MAX);
        let hash = state.h.as_flattened().iter().flat_map(|word| word.to_le_bytes());
        for (to, from) in out.iter_mut().zip(hash) {
            *to = from;
        }
    }
}

impl State {
    /// The compression function F, section 3.2; `last` is all ones for the last block and 0 for the others.
    #[inline(never)]
    fn compress(&mut self, last: u64) {
        self.count += self.filled as u64;
        let ([h0, h1], [iv0, iv1]) = (self.h, IV);
        let mut v = [h0, h1, iv0, iv1];
        v[3][0] ^= self.count;
        v[3][2] ^= last;
        for round in 0..12 {
            let [columns, diagonals] = &SIGMA[round % 10];
            mix(&mut v, 0, columns, &self.block);
            mix(&mut v, 1, diagonals, &self.block);
        }
        let [v0, v1, v2, v3] = &v;
        let [h0, h1] = &mut self.h;
        for (h, low, high) in [(h0, v0, v2), (h1, v1, v3)] {
            for ((h, low), high) in h.iter_mut().zip(low).zip(high) {
                *h ^= low ^ high;
            }
        }
    }
}

/// The mixing function G, section 3.1, on the four columns; on the four diagonals with a `slant` of 1.
fn mix([a, b, c, d]: &mut [Row; 4], slant: usize, schedule: &[[u8; 2]; 4], block: &Block) {
    let (words, _) = block.0.as_chunks::<8>();
    let word = |at: u8| u64::from_le_bytes(words[usize::from(at & 15)]);
    for (i, &[x, y]) in schedule.iter().enumerate() {
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

#[cfg(test)]
mod tests {
    use blake2::Blake2bVarCore;
    use blake2::digest::block_api::{Buffer, UpdateCore, VariableOutputCore};

    use super::*;

    /// By the crate `blake2`.
    fn theirs(key: &[u8], message: &[u8], out: &mut [u8]) {
        let mut core = Blake2bVarCore::new_with_params(&[], &[], key.len(), out.len());
        let mut buffer = Buffer::<Blake2bVarCore>::default();
        let mut block = [0; BLOCK];
        block[..key.len()].copy_from_slice(key);
        for part in [&block[..if key.is_empty() { 0 } else { BLOCK }], message] {
            buffer.digest_blocks(part, |blocks| core.update_blocks(blocks));
        }
        let mut full = [0; 64];
        core.finalize_variable_core(&mut buffer, (&mut full).into());
        out.copy_from_slice(&full[..out.len()]);
    }

    /// Messages of up to some blocks in pieces of any length, under keys of every length.
    #[test]
    fn hashes_as_another_implementation() {
        let data: Vec<u8> = (0..600_u32).map(|i| (i * i / 7) as u8).collect();
        for len in 0..=520 {
            let key = &data[len..len + len % 65];
            let mut expected = [0; 64];
            let expected = &mut expected[..1 + len % 64];
            theirs(key, &data[..len], expected);
            for piece in [1, 7, 64, 127, 128, 129, 600] {
                let mut hash = Blake2b::new(key, expected.len());
                data[..len].chunks(piece).for_each(|piece| hash.update(piece));
                let mut out = [0; 64];
                let out = &mut out[..expected.len()];
                hash.finalize_into(out);
                assert_eq!(out, expected, "{len} in pieces of {piece}");
            }
        }
    }
}
