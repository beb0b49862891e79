//! Salsa20 and HSalsa20: what a caller asks for is cut into blocks here; all that is done to a block is the assembly's.
//!
//! Source: Bernstein, "The Salsa20 family of stream ciphers" (2007), and "Extending the Salsa20 nonce" (2011) for HSalsa20.

use super::isa::salsa20 as isa;
use crate::low::wipe::Wiped;

/// HSalsa20: a 32-byte subkey of `key` and `input`.
pub(crate) fn hsalsa20(out: &mut [u8; 32], key: &[u8; 32], input: &[u8; 16]) {
    isa::hsalsa20(out, key, input);
}

/// A Salsa20 key stream under one key and 8-byte nonce, from its first byte on.
pub(crate) struct KeyStream(Wiped<Position>);

/// The assembly knows the layout.
#[repr(C)]
pub(in crate::low) struct Position {
    /// Salsa20's matrix for the next block: constants on the diagonal, the key in two halves, nonce and counter between them.
    pub(super) state: [u32; 16],
    /// The block before it, as far as it is needed; before the first, anything.
    pub(super) rest: Rest,
    /// How many bytes at the end of `rest` are key stream that is not used yet.
    pub(super) left: usize,
}

/// A block, aligned as words are.
#[repr(C, align(4))]
pub(in crate::low) struct Rest(pub(super) [u8; BLOCK]);

const BLOCK: usize = 64;
const HALF: usize = BLOCK / 2;

impl KeyStream {
    pub(crate) fn new(key: &[u8; 32], nonce: &[u8; 8]) -> Self {
        Self(Wiped::new(isa::start(key, nonce)))
    }

    /// XORs the next `data.len()` bytes of the key stream into `data`.
    // Inlined, so that both of the calls that a short box makes go straight to the assembly.
    #[inline(always)]
    pub(crate) fn xor(&mut self, data: &mut [u8]) {
        // Half a block at a time, which is a Poly1305 key out of the stream, and a short message after it.
        match (self.0.left, data.as_chunks_mut()) {
            (0, ([half], [])) => self.0.begin_half(half),
            (HALF, ([half], [])) => self.0.end_half(half),
            _ => self.0.xor(data),
        }
    }
}

impl Position {
    /// XORs the first half of the next block into `half`.
    fn begin_half(&mut self, half: &mut [u8; HALF]) {
        isa::xor_half(half, &mut self.rest, &mut self.state);
        self.left = HALF;
    }

    /// XORs the second half of the last block into `half`, if no less is left of it.
    fn end_half(&mut self, half: &mut [u8; HALF]) {
        if let Some(rest) = self.rest.0.last_chunk() {
            isa::xor_32(half, rest);
        }
        self.left = 0;
    }

    /// XORs the next `data.len()` bytes of the key stream into `data`.
    fn xor(&mut self, data: &mut [u8]) {
        let data = self.use_rest(data);
        let (blocks, end) = data.as_chunks_mut();
        isa::xor_blocks(blocks, &mut self.state);
        if let Some((half, end)) = end.split_first_chunk_mut() {
            self.begin_half(half);
            self.use_rest(end);
        } else if !end.is_empty() {
            isa::next(&mut self.rest, &mut self.state);
            self.left = BLOCK;
            self.use_rest(end);
        }
    }

    /// XORs what is left of the last block into `data`, as far as either goes; the data after that.
    fn use_rest<'a>(&mut self, data: &'a mut [u8]) -> &'a mut [u8] {
        if self.left == HALF && data.len() >= HALF {
            let (half, after) = data.split_at_mut(HALF);
            if let Some(half) = half.first_chunk_mut() {
                self.end_half(half);
            }
            return after;
        }
        let used = BLOCK.wrapping_sub(self.left);
        let Some(rest) = self.rest.0.get(used..) else { return data };
        let now = rest.len().min(data.len());
        let (data, after) = data.split_at_mut(now);
        isa::xor(data, rest.split_at(now).0);
        self.left -= now;
        after
    }
}
