//! BLAKE2b (RFC 7693) with a key and a length, as libsodium's `crypto_generichash`.

use blake2::Blake2bVarCore;
use blake2::digest::block_api::{Buffer, UpdateCore, VariableOutputCore};

use crate::low::wipe::Wiped;

const BLOCK: usize = 128;

/// A running BLAKE2b hash of 1 to 64 bytes of output.
///
/// Both parts are wiped on drop: under a key the state is a secret.
pub(crate) struct Blake2b {
    core: Wiped<Blake2bVarCore>,
    buffer: Wiped<Buffer<Blake2bVarCore>>,
}

impl Blake2b {
    /// Starts a hash of `out_len` bytes (1 to 64) under a key of 0 to 64 bytes; longer ones are cut to 64.
    ///
    /// Both lengths are parameters of the hash, so that another length is another function.
    pub(crate) fn new(key: &[u8], out_len: usize) -> Self {
        let key = key.get(..64).unwrap_or(key);
        let out_len = out_len.clamp(1, 64);
        let mut hash = Self {
            core: Wiped::new(Blake2bVarCore::new_with_params(&[], &[], key.len(), out_len)),
            buffer: Wiped::new(Buffer::<Blake2bVarCore>::default()),
        };
        if !key.is_empty() {
            let mut block = Wiped::<[u8; BLOCK]>::zeroed();
            for (to, from) in block.iter_mut().zip(key) {
                *to = *from;
            }
            hash.update(&*block);
        }
        hash
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        let core = &mut self.core;
        self.buffer.digest_blocks(data, |blocks| core.update_blocks(blocks));
    }

    /// Writes the first `out.len()` bytes (at most 64) of the hash.
    pub(crate) fn finalize_into(mut self, out: &mut [u8]) {
        let mut full = Wiped::<[u8; 64]>::zeroed();
        self.core.finalize_variable_core(&mut self.buffer, (&mut *full).into());
        for (to, from) in out.iter_mut().zip(full.iter()) {
            *to = *from;
        }
    }
}
