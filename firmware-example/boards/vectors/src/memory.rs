//! What lies in a node's memory.

use core::convert::Infallible;
use core::num::NonZeroU32;

use saltbox::nonce::CounterStore;
use saltbox::nvm::{Journal, LEASE_LEN, NODE_MEMORY_LEN, NodeMemory, Nvm, SLOT_STRIDE};

use crate::Case;

/// Bytes of a seed record.
const SEED_RECORD: usize = 36;

/// One record in its slot.
pub struct NvmSlot {
    pub id: &'static str,
    pub address: &'static [u8; 4],
    pub generation: &'static [u8; 4],
    pub record: &'static [u8],
    pub slot: &'static [u8],
}

impl Case for NvmSlot {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        if let Some(record) = self.record.as_array::<LEASE_LEN>() {
            self.keeps(record)
        } else if let Some(record) = self.record.as_array::<SEED_RECORD>() {
            self.keeps(record)
        } else {
            false
        }
    }
}

impl NvmSlot {
    fn keeps<const N: usize>(&self, record: &[u8; N]) -> bool {
        let generation = u32::from_le_bytes(*self.generation);
        let place = (generation % 2) as usize * SLOT_STRIDE;
        let base = u32::from_le_bytes(*self.address) - place as u32;
        let (mut ram, journal) = (Ram::at(base), Journal::<N>::at(base));
        journal.store(&mut ram, generation, record).is_ok()
            && ram.bytes[place..].starts_with(self.slot)
            && journal
                .load(&mut ram)
                .is_ok_and(|it| it.generation == generation && it.record == *record)
    }
}

/// Two boots, and a lease in each.
pub struct NvmBoot {
    pub id: &'static str,
    pub base: &'static [u8; 4],
    pub seed: &'static [u8; 32],
    pub first: &'static [u8; 8],
    pub noise: &'static [u8],
    pub block: &'static [u8; 4],
    pub provisioned: &'static [u8; NODE_MEMORY_LEN],
    pub boot_seed: &'static [u8; 32],
    pub booted: &'static [u8; NODE_MEMORY_LEN],
    pub leased: &'static [u8; NODE_MEMORY_LEN],
    pub second_boot_seed: &'static [u8; 32],
    pub second_leased: &'static [u8; NODE_MEMORY_LEN],
}

impl Case for NvmBoot {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        self.boots().unwrap_or(false)
    }
}

impl NvmBoot {
    fn boots(&self) -> Option<bool> {
        let (base, first) = (u32::from_le_bytes(*self.base), u64::from_le_bytes(*self.first));
        let block = NonZeroU32::new(u32::from_le_bytes(*self.block))?;
        let (mut ram, mut seed) = (Ram::at(base), [0; 32]);
        NodeMemory::provision(&mut ram, base, self.seed, first).ok()?;
        let provisioned = ram.bytes == *self.provisioned;

        let mut node = NodeMemory::boot(&mut ram, base, self.noise, &mut seed).ok()?;
        let booted = seed == *self.boot_seed && node.nvm_mut().bytes == *self.booted;
        let leased = node.lease(block) == Ok(first) && ram.bytes == *self.leased;

        let mut node = NodeMemory::boot(&mut ram, base, self.noise, &mut seed).ok()?;
        let again = node.lease(block) == Ok(first + u64::from(block.get()))
            && seed == *self.second_boot_seed
            && ram.bytes == *self.second_leased;
        Some(provisioned && booted && leased && again)
    }
}

/// A memory whose first byte has the address `base`.
struct Ram {
    base: u32,
    bytes: [u8; NODE_MEMORY_LEN],
}

impl Ram {
    fn at(base: u32) -> Self {
        Self { base, bytes: [0xff; NODE_MEMORY_LEN] }
    }

    fn part(&mut self, address: u32, len: usize) -> &mut [u8] {
        &mut self.bytes[(address - self.base) as usize..][..len]
    }
}

impl Nvm for Ram {
    type Error = Infallible;

    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(self.part(address, out.len()));
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.part(address, bytes.len()).copy_from_slice(bytes);
        Ok(())
    }
}
