//! BLAKE2b (RFC 7693) with a key and a length, as libsodium's `crypto_generichash`.

use crate::low::backend::{BLAKE2B_STACK, blake2b_compress};
use crate::low::blake2b::{BLOCK, IV, Row};
use crate::low::wipe::{Wiped, burn};

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
            if state.filled == 0 {
                data = state.compress_where_they_lie(data);
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
        state.compress(u32::MAX);
        burn::<BLAKE2B_STACK>();
        let hash = state.h.as_flattened().iter().flat_map(|word| word.to_le_bytes());
        for (to, from) in out.iter_mut().zip(hash) {
            *to = from;
        }
    }
}

impl State {
    /// Takes in the block; `last` is all ones for the last one and 0 for the others.
    fn compress(&mut self, last: u32) {
        self.count += self.filled as u64;
        blake2b_compress(&mut self.h, &self.block.0, self.count, last);
    }

    /// Takes in the blocks of `data` after which there is more, without a copy; what follows them.
    fn compress_where_they_lie<'a>(&mut self, mut data: &'a [u8]) -> &'a [u8] {
        while let Some((block, rest)) = data.split_first_chunk()
            && !rest.is_empty()
        {
            self.count += BLOCK as u64;
            blake2b_compress(&mut self.h, block, self.count, 0);
            data = rest;
        }
        data
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
