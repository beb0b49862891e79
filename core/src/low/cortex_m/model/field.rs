//! Arithmetic modulo 2^255 - 19 as one learns it at school, in eight digits of 32 bits.

pub(in crate::low) use super::ladder::step;
use crate::low::cortex_m::field::Limbs;

/// `out` = `a` + `b`, modulo p.
pub(in crate::low) fn add(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    let mut wide = [0; 16];
    let mut carry = 0;
    for i in 0..8 {
        carry += u64::from(a[i]) + u64::from(b[i]);
        wide[i] = carry as u32;
        carry >>= 32;
    }
    wide[8] = carry as u32;
    reduce(out, &wide);
}

/// `out` = `a` - `b`, modulo p: 2 p and 2 p more are added first, so that nothing is negative.
pub(in crate::low) fn sub(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    // 4 p = 2^257 - 76.
    const FOUR_P: [i64; 9] = {
        let mut digits = [0xffff_ffff; 9];
        digits[0] = 0xffff_ffff - 75;
        digits[8] = 1;
        digits
    };
    let mut wide = [0; 16];
    let mut carry = 0;
    for i in 0..8 {
        carry += FOUR_P[i] + i64::from(a[i]) - i64::from(b[i]);
        wide[i] = carry as u32;
        carry >>= 32;
    }
    wide[8] = (FOUR_P[8] + carry) as u32;
    reduce(out, &wide);
}

/// `out` = `a` `b`, modulo p.
pub(in crate::low) fn mul(out: &mut Limbs, a: &Limbs, b: &Limbs) {
    let mut wide = [0; 16];
    mul_wide(&mut wide, a, b);
    reduce(out, &wide);
}

/// `out` = `a` squared, modulo p.
pub(in crate::low) fn square(out: &mut Limbs, a: &Limbs) {
    mul(out, a, a);
}

/// `a` squared `n` times.
pub(in crate::low) fn square_n(a: &mut Limbs, n: u32) {
    for _ in 0..n {
        let before = *a;
        square(a, &before);
    }
}

/// `out` = 121666 `a`, modulo p.
pub(in crate::low) fn mul_121666(out: &mut Limbs, a: &Limbs) {
    mul(out, a, &[121_666, 0, 0, 0, 0, 0, 0, 0]);
}

/// `out` = `a` `b`, all 512 bits.
pub(in crate::low) fn mul_wide(out: &mut [u32; 16], a: &Limbs, b: &Limbs) {
    *out = [0; 16];
    for (i, &a) in a.iter().enumerate() {
        let mut carry = 0;
        for (j, &b) in b.iter().enumerate() {
            // (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1.
            carry += u64::from(a) * u64::from(b) + u64::from(out[i + j]);
            out[i + j] = carry as u32;
            carry >>= 32;
        }
        out[i + 8] = carry as u32;
    }
}

/// 2^256 is 38 modulo p: what stands above it is multiplied by that and added, until nothing does.
fn reduce(out: &mut Limbs, wide: &[u32; 16]) {
    let mut wide = *wide;
    while wide[8..].iter().any(|&digit| digit != 0) {
        let mut next = [0; 16];
        let mut carry = 0;
        for i in 0..8 {
            carry += u64::from(wide[i]) + 38 * u64::from(wide[i + 8]);
            next[i] = carry as u32;
            carry >>= 32;
        }
        next[8] = carry as u32;
        wide = next;
    }
    out.copy_from_slice(&wide[..8]);
}
