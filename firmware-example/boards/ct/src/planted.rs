//! Leaks that were put here on purpose: a check that does not catch them is worth nothing.

use core::hint::black_box;

use saltbox::nacl::secret_box;
use semihosting::println;

use crate::nacl::sealing;
use crate::{Secret, forged, traced, with_secrets};

pub(crate) fn run() {
    leak("a branch on a bit of the key", |secret| {
        traced(|| {
            let mut sum = 0_u32;
            for byte in secret {
                if byte & 1 == 1 {
                    sum = black_box(sum.wrapping_mul(3));
                }
            }
            sum
        });
    });
    leak("a table that a nibble of the key indexes", |secret| {
        let table: [u8; 16] = black_box(core::array::from_fn(|i| (i * 7) as u8));
        traced(|| {
            let look_up = |byte: &u8| table[usize::from(byte & 15)];
            secret.iter().map(look_up).fold(0, u8::wrapping_add)
        });
    });
    leak("a comparison of tags that stops at the first difference", |secret| {
        let (key, nonce, mut message) = sealing::<101>(secret);
        let tag = secret_box::seal_detached(&key, &nonce, &mut message);
        let (right, wrong) = (tag.as_bytes(), black_box(forged(tag.as_bytes(), secret)));
        traced(|| right.iter().zip(&wrong).position(|(a, b)| a != b));
    });
    #[cfg(divides)]
    variable("a division of one part of the key by another", |secret| {
        let [a, b] = [0, 4].map(|at| u32::from_le_bytes(core::array::from_fn(|i| secret[at + i])));
        traced(|| black_box(a).checked_div(black_box(b | 1)));
    });
}

fn leak(name: &str, work: fn(&Secret)) {
    println!("leak {name}");
    with_secrets(work);
}

/// Takes the same way with each secret, and not the same time. Of a core without a division there is none.
#[cfg(divides)]
fn variable(name: &str, work: fn(&Secret)) {
    println!("variable {name}");
    with_secrets(work);
}
