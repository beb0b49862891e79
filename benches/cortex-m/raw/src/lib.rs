//! Saltbox's XSalsa20 and Poly1305 by themselves, to be measured: its public API has only the two together.
//!
//! The room `low` of core is compiled here a second time, from the same files and by the same `build.rs`.
#![no_std]

#[allow(dead_code, unsafe_code, unused_imports)]
#[path = "../../../../core/src/low/mod.rs"]
mod low;

use low::backend::{self, KeyStream};

/// XORs the XSalsa20 key stream of `key` and `nonce` into `data`.
pub fn xsalsa20(key: &[u8; 32], nonce: &[u8; 24], data: &mut [u8]) {
    let (Some((input, nonce)), mut subkey) = (nonce.split_first_chunk(), [0; 32]) else { return };
    backend::hsalsa20(&mut subkey, key, input);
    if let Some(nonce) = nonce.first_chunk() {
        KeyStream::new(&subkey, nonce).xor(data);
    }
}

/// Poly1305 of `message` under the one-time `key`.
#[must_use]
pub fn poly1305(key: &[u8; 32], message: &[u8]) -> [u8; 16] {
    backend::poly1305(key, message)
}
