//! Poly1305's multiplication as one learns it at school, in digits of 32 bits.

use crate::low::cortex_m::poly1305::State;

/// h = (h + block + `high` 2^128) r, for each block of `message`.
pub(in crate::low) fn blocks(state: &mut State, message: &[[u8; 16]], high: u32) {
    for block in message {
        let mut sum = state.h;
        let mut carry = 0;
        for (i, sum) in sum.iter_mut().enumerate() {
            let digit = block.as_chunks().0.get(i).map_or(high, |digit| u32::from_le_bytes(*digit));
            carry += u64::from(*sum) + u64::from(digit);
            *sum = carry as u32;
            carry >>= 32;
        }
        let mut wide = [0; 9];
        for i in 0..5 {
            let mut carry = 0;
            for j in 0..4 {
                carry += u64::from(wide[i + j]) + u64::from(sum[i]) * u64::from(state.r[j]);
                wide[i + j] = carry as u32;
                carry >>= 32;
            }
            wide[i + 4] = carry as u32;
        }
        // Below 2^284, 2^157, 2^131, and at last 2^130 + 5.
        for _ in 0..3 {
            wide = fold(&wide);
        }
        state.h.copy_from_slice(&wide[..5]);
    }
}

/// The same modulo p: the low 130 bits, and 5 times what is above them.
fn fold(wide: &[u32; 9]) -> [u32; 9] {
    let mut low = [0; 9];
    low[..4].copy_from_slice(&wide[..4]);
    low[4] = wide[4] & 3;
    let mut out = [0; 9];
    let mut carry = 0;
    for i in 0..9 {
        let digit = |at: usize| wide.get(at).copied().unwrap_or(0);
        let above = (digit(i + 4) >> 2) | (digit(i + 5) << 30);
        carry += u64::from(low[i]) + 5 * u64::from(above);
        out[i] = carry as u32;
        carry >>= 32;
    }
    out
}
