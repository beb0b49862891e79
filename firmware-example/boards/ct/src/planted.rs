//! Leaks that were put here on purpose: a check that does not catch them is worth nothing.

use core::hint::black_box;

use semihosting::println;

use crate::{Secret, traced, with_secrets};

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
    leak("a comparison that stops at the first difference", |secret| {
        let zeros = black_box([0; 64]);
        traced(|| secret.iter().zip(&zeros).position(|(a, b)| a != b));
    });
}

fn leak(name: &str, work: fn(&Secret)) {
    println!("leak {name}");
    with_secrets(work);
}
