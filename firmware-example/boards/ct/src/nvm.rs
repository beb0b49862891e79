//! A node's memory: the seed in it is a secret. That it is kept, and that it was never used, is not.

use core::convert::Infallible;

use saltbox::nvm::{NODE_MEMORY_LEN, NodeMemory, Nvm};

use crate::{half, op, other_half, traced};

pub(crate) fn run() {
    op("NodeMemory::provision", |secret| {
        let (mut memory, seed) = (Ram([0xff; NODE_MEMORY_LEN]), half(secret));
        assert!(traced(|| NodeMemory::provision(&mut memory, 0, &seed, 1)).is_ok());
    });
    op("NodeMemory::boot", |secret| {
        let (mut memory, noise) = (Ram([0xff; NODE_MEMORY_LEN]), other_half(secret));
        let mut seed = [0; 32];
        assert!(NodeMemory::provision(&mut memory, 0, &half(secret), 1).is_ok());
        assert!(traced(|| NodeMemory::boot(&mut memory, 0, &noise, &mut seed).is_ok()));
    });
    op("NodeMemory::boot, the second", |secret| {
        let mut memory = Ram([0xff; NODE_MEMORY_LEN]);
        let mut seed = [0; 32];
        assert!(NodeMemory::provision(&mut memory, 0, &half(secret), 1).is_ok());
        assert!(NodeMemory::boot(&mut memory, 0, &[], &mut seed).is_ok());
        assert!(traced(|| NodeMemory::boot(&mut memory, 0, &[], &mut seed).is_ok()));
    });
}

struct Ram([u8; NODE_MEMORY_LEN]);

impl Nvm for Ram {
    type Error = Infallible;

    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(&self.0[address as usize..][..out.len()]);
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.0[address as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}
