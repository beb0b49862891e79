//! Salsa20 as its specification words it.
//!
//! Source: Bernstein, "The Salsa20 family of stream ciphers" (2007), section 4.

use crate::low::cortex_m::salsa20::{Position, Rest};

/// HSalsa20: the eight words of the matrix after 20 rounds of which nobody can know before what was added to them.
pub(in crate::low) fn hsalsa20(out: &mut [u8; 32], key: &[u8; 32], input: &[u8; 16]) {
    let x = rounds(&matrix(key, input));
    for (to, i) in out.chunks_exact_mut(4).zip([0, 5, 10, 15, 6, 7, 8, 9]) {
        to.copy_from_slice(&x[i].to_le_bytes());
    }
}

/// Where a key stream begins.
pub(in crate::low) fn start(key: &[u8; 32], nonce: &[u8; 8]) -> Position {
    let mut input = [0; 16];
    input[..8].copy_from_slice(nonce);
    Position { state: matrix(key, &input), rest: Rest([0; 64]), left: 0 }
}

/// XORs the next blocks of the key stream into `blocks`; the counter in words 8 and 9 of `state` goes on.
pub(in crate::low) fn xor_blocks(blocks: &mut [[u8; 64]], state: &mut [u32; 16]) {
    let mut stream = Rest([0; 64]);
    for block in blocks {
        next(&mut stream, state);
        xor(block, &stream.0);
    }
}

/// XORs the first half of the next block of the key stream into `data` and leaves the second at the end of `rest`; the
/// counter goes on.
pub(in crate::low) fn xor_half(data: &mut [u8; 32], rest: &mut Rest, state: &mut [u32; 16]) {
    let mut stream = Rest([0; 64]);
    next(&mut stream, state);
    xor(data, &stream.0[..32]);
    rest.0[32..].copy_from_slice(&stream.0[32..]);
}

/// Leaves the next block of the key stream in `rest`; the counter goes on.
pub(in crate::low) fn next(rest: &mut Rest, state: &mut [u32; 16]) {
    let mut stream = [0; 16];
    block(&mut stream, state);
    for (to, word) in rest.0.chunks_exact_mut(4).zip(stream) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    let counter = (u64::from(state[8]) | u64::from(state[9]) << 32).wrapping_add(1);
    (state[8], state[9]) = (counter as u32, (counter >> 32) as u32);
}

/// XORs `stream` into `data`, which is as long.
pub(in crate::low) fn xor(data: &mut [u8], stream: &[u8]) {
    assert_eq!(data.len(), stream.len());
    for (byte, key) in data.iter_mut().zip(stream) {
        *byte ^= key;
    }
}

/// XORs `stream` into `data`.
pub(in crate::low) fn xor_32(data: &mut [u8; 32], stream: &[u8; 32]) {
    xor(data, stream);
}

/// The constants on the diagonal, the key in two halves, `input` between them.
fn matrix(key: &[u8; 32], input: &[u8; 16]) -> [u32; 16] {
    let mut bytes = [0; 64];
    for (at, part) in [(0, &b"expa"[..]), (20, b"nd 3"), (40, b"2-by"), (60, b"te k")] {
        bytes[at..at + 4].copy_from_slice(part);
    }
    bytes[4..20].copy_from_slice(&key[..16]);
    bytes[24..40].copy_from_slice(input);
    bytes[44..60].copy_from_slice(&key[16..]);
    let mut matrix = [0; 16];
    for (word, bytes) in matrix.iter_mut().zip(bytes.chunks_exact(4)) {
        *word = u32::from_le_bytes(bytes.try_into().unwrap());
    }
    matrix
}

/// The Salsa20 core: 20 rounds, then the input is added.
pub(in crate::low) fn block(out: &mut [u32; 16], input: &[u32; 16]) {
    *out = rounds(input);
    for (word, input) in out.iter_mut().zip(input) {
        *word = word.wrapping_add(*input);
    }
}

/// 20 rounds: a round on the columns and one on the rows, ten times.
fn rounds(input: &[u32; 16]) -> [u32; 16] {
    let mut x = *input;
    for _ in 0..10 {
        for [a, b, c, d] in [[0, 4, 8, 12], [5, 9, 13, 1], [10, 14, 2, 6], [15, 3, 7, 11]] {
            quarter_round(&mut x, a, b, c, d);
        }
        for [a, b, c, d] in [[0, 1, 2, 3], [5, 6, 7, 4], [10, 11, 8, 9], [15, 12, 13, 14]] {
            quarter_round(&mut x, a, b, c, d);
        }
    }
    x
}

fn quarter_round(x: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    x[b] ^= x[a].wrapping_add(x[d]).rotate_left(7);
    x[c] ^= x[b].wrapping_add(x[a]).rotate_left(9);
    x[d] ^= x[c].wrapping_add(x[b]).rotate_left(13);
    x[a] ^= x[d].wrapping_add(x[c]).rotate_left(18);
}
