//! Poly1305: all that stands around its multiplications, which are `blocks` of each instruction set.
//!
//! The tag of a message cut into blocks c_1 to c_n, numbers below 2^129, is c_1 r^n + … + c_n r modulo p = 2^130 - 5, plus
//! the key's other half modulo 2^128. Source: Bernstein, "The Poly1305-AES message-authentication code" (2005); RFC 8439,
//! section 2.5.

use core::hint::black_box;
use core::slice;

use super::isa::poly1305::blocks;
use crate::low::wipe::Wiped;

/// What the blocks so far have come to, and what multiplies them. The assembly knows the layout.
#[repr(C)]
pub(in crate::low) struct State {
    /// h, in digits of 32 bits and not fully reduced; the last one has all the rest and is below 10 2^28.
    pub(super) h: [u32; 5],
    /// s_1 to s_3: s_j = 5/4 r_j is what r_j is where it reaches over 2^130.
    pub(super) s: [u32; 3],
    /// r, clamped: each digit is below 2^28, and all but the first are multiples of 4.
    pub(super) r: [u32; 4],
}

/// Poly1305 of `message` under the one-time `key`.
///
/// Constant time in both; the time depends on the message's length, and on the Cortex-M0 on its alignment.
pub(crate) fn poly1305(key: &[u8; 32], message: &[u8]) -> [u8; 16] {
    let mut state = Wiped::new(State::new(key));
    let (whole, rest) = message.as_chunks();
    blocks(&mut state, whole, 1);
    if !rest.is_empty() {
        // Not wiped: what this library authenticates is a ciphertext.
        let mut last = [0; 16];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        if let Some(end) = last.get_mut(rest.len()) {
            *end = 1;
        }
        blocks(&mut state, slice::from_ref(&last), 0);
    }
    state.tag(key)
}

// Written out, digit by digit: built for size, loops over the digits take three times as long.
impl State {
    /// Nothing yet, under the clamped first half of `key`.
    #[inline(always)]
    fn new(key: &[u8; 32]) -> Self {
        let r0 = digit(key, 0) & 0x0fff_ffff;
        let r1 = digit(key, 1) & 0x0fff_fffc;
        let r2 = digit(key, 2) & 0x0fff_fffc;
        let r3 = digit(key, 3) & 0x0fff_fffc;
        Self { h: [0; 5], s: [r1 + (r1 >> 2), r2 + (r2 >> 2), r3 + (r3 >> 2)], r: [r0, r1, r2, r3] }
    }

    /// (h mod p + the second half of `key`) mod 2^128.
    #[inline(always)]
    fn tag(&mut self, key: &[u8; 32]) -> [u8; 16] {
        let h = &mut self.h;
        // h4 = 4 q + t, and 4 q 2^128 = 5 q: with 5 q added, h < 2^130 + 2^32 < 2 p.
        let sum = &mut u64::from((h[4] >> 2) * 5);
        h[0] = next(sum, h[0]);
        h[1] = next(sum, h[1]);
        h[2] = next(sum, h[2]);
        h[3] = next(sum, h[3]);
        h[4] = next(sum, h[4] & 3);
        // h >= p exactly if h + 5 >= 2^130: 1 or 0, of which the compiler must not know that it is no other number, lest
        // it branch. Then h - p = h + 5 - 2^130, and 2^130 = 0 modulo 2^128.
        let sum = &mut 5;
        next(sum, h[0]);
        next(sum, h[1]);
        next(sum, h[2]);
        next(sum, h[3]);
        let over = black_box(next(sum, h[4]) >> 2);
        let low = u128::from(h[0])
            | u128::from(h[1]) << 32
            | u128::from(h[2]) << 64
            | u128::from(h[3]) << 96;
        let pad = u128::from_le_bytes(key.as_chunks().0[1]);
        low.wrapping_add(u128::from(over * 5)).wrapping_add(pad).to_le_bytes()
    }
}

/// The `i`-th digit of 32 bits.
#[inline(always)]
fn digit(key: &[u8; 32], i: usize) -> u32 {
    u32::from_le_bytes(key.as_chunks().0[i])
}

/// Adds `digit`; hands out the low 32 bits, and keeps the carry.
#[inline(always)]
fn next(sum: &mut u64, digit: u32) -> u32 {
    *sum += u64::from(digit);
    let low = *sum as u32;
    *sum >>= 32;
    low
}
