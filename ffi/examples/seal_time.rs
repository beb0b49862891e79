//! What `SharedKey.seal` takes when Rust calls it: what the same call takes more from Kotlin is the price of the bridge.
//!
//! Prints `{"64":N,"16384":N}`, in nanoseconds: the fastest of many rounds. `cargo xtask bench-kotlin` runs it, with the
//! profile of the library that ships.

use std::hint::black_box;
use std::time::{Duration, Instant};

use saltbox_ffi::{SaltboxError, SharedKey};

const SIZES: [usize; 2] = [64, 16_384];
const ROUNDS: usize = 200;
/// Long against the clock's resolution, short against the system's time slice.
const ROUND: Duration = Duration::from_millis(2);

fn main() -> Result<(), SaltboxError> {
    let key = SharedKey::generate()?;
    let fields: Result<Vec<_>, SaltboxError> = SIZES
        .iter()
        .map(|&size| Ok(format!("\"{size}\":{:.1}", nanoseconds(&key, size)?)))
        .collect();
    println!("{{{}}}", fields?.join(","));
    Ok(())
}

fn nanoseconds(key: &SharedKey, size: usize) -> Result<f64, SaltboxError> {
    let (nonce, message) = ([0; 24], vec![0x5a; size]);
    let mut fastest = f64::INFINITY;
    for _ in 0..ROUNDS {
        let (start, mut calls) = (Instant::now(), 0);
        while start.elapsed() < ROUND {
            for _ in 0..10 {
                // Copied, as the bridge copies what comes from Kotlin.
                black_box(key.seal(black_box(nonce.to_vec()), black_box(message.clone()))?);
            }
            calls += 10;
        }
        fastest = fastest.min(start.elapsed().as_nanos() as f64 / f64::from(calls));
    }
    Ok(fastest)
}
