//! A memory chip that loses power, tears writes and fails on the bus, and a ledger of what must never come twice.

use std::cell::RefCell;
use std::collections::{HashSet, VecDeque};
use std::num::NonZeroU32;
use std::rc::Rc;

use saltbox::nacl::hash::blake2b_into;
use saltbox::nonce::NonceSequence;
use saltbox::nvm::{NODE_MEMORY_LEN, NodeMemory, Nvm, NvmError};

/// Where the node's memory begins; what lies around it belongs to others.
pub const BASE: u32 = 128;

/// Where the slots lie from there, and how long they are: two leases, two seeds.
pub const SLOTS: [(usize, usize); 4] = [(0, 32), (128, 32), (256, 48), (384, 48)];

/// Bytes from there to the first seed.
pub const LEASES: usize = 256;

/// Bytes that a chip writes at once: when it is cut, it may lose them all.
const PAGE: usize = 128;
/// What lies around it.
const OTHERS: u8 = 0x5c;
/// Counters in a lease.
pub const BLOCK: u32 = 4;

/// What the chip does to the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is no power: nothing more happens until it is switched on.
    Off,
    /// The bus failed once.
    Bus,
}

/// What is left where a write was cut.
#[derive(Clone, Copy, Debug)]
pub enum Torn {
    /// The bytes before the cut are new and those after it old; of the one at the cut, the bits of the mask are new.
    Prefix(u8),
    /// All bytes of the pages that were written to were erased to ones, and none programmed.
    Erased,
    /// Of each byte, other bits are new, by a number that seeds them.
    Mixed(u64),
}

/// What goes wrong, counted from the fault before it.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Power is lost when that many bytes were written.
    Cut(usize, Torn),
    /// That operation, read or write, fails after the first bytes of it were transferred.
    Bus(usize, usize),
    /// That operation, if it reads, gives nothing but ones, as a bus does on which nobody answers.
    Ones(usize),
}

struct Chip {
    bytes: Vec<u8>,
    faults: VecDeque<Fault>,
    /// Bytes written and operations done since the last fault.
    written: usize,
    operations: usize,
    off: bool,
    /// The contents after each write, where they are recorded.
    history: Option<Vec<Vec<u8>>>,
}

/// A handle to the chip; clones share it.
#[derive(Clone)]
pub struct Memory(Rc<RefCell<Chip>>);

impl Memory {
    /// An erased chip.
    pub fn new() -> Self {
        let mut bytes = vec![0xff; NODE_MEMORY_LEN];
        bytes.splice(0..0, [OTHERS; BASE as usize]);
        bytes.extend([OTHERS; 16]);
        Self::of(bytes)
    }

    /// A chip with these contents.
    pub fn of(bytes: Vec<u8>) -> Self {
        let faults = VecDeque::new();
        let chip = Chip { bytes, faults, written: 0, operations: 0, off: false, history: None };
        Self(Rc::new(RefCell::new(chip)))
    }

    /// A chip that was provisioned as every node is in these tests.
    pub fn provisioned() -> Self {
        let memory = Self::new();
        NodeMemory::provision(memory.clone(), BASE, &[0x11; 32], 0).unwrap();
        memory.arm(&[]);
        memory
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.0.borrow().bytes.clone()
    }

    /// The contents after each write since the last call, and now.
    pub fn history(&self) -> Vec<Vec<u8>> {
        let chip = &mut *self.0.borrow_mut();
        let mut history = chip.history.replace(Vec::new()).unwrap_or_default();
        history.push(chip.bytes.clone());
        history
    }

    /// Switches power on, with these faults to come.
    pub fn arm(&self, faults: &[Fault]) {
        let chip = &mut *self.0.borrow_mut();
        chip.faults = faults.iter().copied().collect();
        (chip.written, chip.operations, chip.off) = (0, 0, false);
    }

    /// Switches power on again; the faults still to come remain.
    pub fn power_on(&self) {
        self.0.borrow_mut().off = false;
    }

    /// Faults still to come.
    pub fn pending(&self) -> usize {
        self.0.borrow().faults.len()
    }

    /// Bytes written and operations done since the last fault.
    pub fn done(&self) -> (usize, usize) {
        let chip = self.0.borrow();
        (chip.written, chip.operations)
    }
}

impl Chip {
    /// The fault that strikes an operation which writes `len` bytes.
    fn strikes(&mut self, len: usize) -> Option<Fault> {
        let strikes = match *self.faults.front()? {
            Fault::Cut(at, _) => at < self.written + len,
            Fault::Bus(at, _) | Fault::Ones(at) => at == self.operations,
        };
        strikes.then(|| self.faults.pop_front()).flatten()
    }

    fn counted(&mut self, fault: Option<Fault>, written: usize) {
        if fault.is_some() {
            (self.written, self.operations) = (0, 0);
        } else {
            (self.written, self.operations) = (self.written + written, self.operations + 1);
        }
    }
}

impl Nvm for Memory {
    type Error = Trouble;

    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Trouble> {
        let chip = &mut *self.0.borrow_mut();
        if chip.off {
            return Err(Trouble::Off);
        }
        let fault = chip.strikes(0);
        chip.counted(fault, 0);
        let stored = &chip.bytes[address as usize..][..out.len()];
        match fault {
            Some(Fault::Bus(_, part)) => {
                let part = part.min(out.len());
                out[..part].copy_from_slice(&stored[..part]);
                Err(Trouble::Bus)
            }
            Some(Fault::Ones(_)) => {
                out.fill(0xff);
                Ok(())
            }
            _ => {
                out.copy_from_slice(stored);
                Ok(())
            }
        }
    }

    fn write(&mut self, address: u32, new: &[u8]) -> Result<(), Trouble> {
        let chip = &mut *self.0.borrow_mut();
        if chip.off {
            return Err(Trouble::Off);
        }
        let before = chip.written;
        let fault = chip.strikes(new.len());
        chip.counted(fault, new.len());
        let address = address as usize;
        if let Some(Fault::Cut(_, Torn::Erased)) = fault {
            let pages = address / PAGE * PAGE..(address + new.len()).next_multiple_of(PAGE);
            chip.bytes[pages].fill(0xff);
        }
        let stored = &mut chip.bytes[address..][..new.len()];
        match fault {
            Some(Fault::Cut(at, torn)) => {
                tear(stored, new, at - before, torn);
                chip.off = true;
                Err(Trouble::Off)
            }
            Some(Fault::Bus(_, part)) => {
                let part = part.min(new.len());
                stored[..part].copy_from_slice(&new[..part]);
                Err(Trouble::Bus)
            }
            _ => {
                stored.copy_from_slice(new);
                if let Some(history) = &mut chip.history {
                    history.push(chip.bytes.clone());
                }
                Ok(())
            }
        }
    }
}

fn tear(stored: &mut [u8], new: &[u8], at: usize, torn: Torn) {
    match torn {
        Torn::Prefix(mask) => {
            stored[..at].copy_from_slice(&new[..at]);
            stored[at] = (stored[at] & !mask) | (new[at] & mask);
        }
        Torn::Erased => stored.fill(0xff),
        Torn::Mixed(mut state) => {
            for (old, new) in stored.iter_mut().zip(new) {
                state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                // Often a whole byte, so that slots that are nearly one or the other come up too.
                let mask = [0, 0xff, 0, 0xff, (state >> 40) as u8][(state >> 33) as usize % 5];
                *old = (*old & !mask) | (new & mask);
            }
        }
    }
}

/// What was handed out in all boots of one node.
pub struct Ledger {
    counters: HashSet<u64>,
    seeds: HashSet<[u8; 32]>,
    highest: Option<u64>,
    /// Boots begun after the first, of which each followed a loss of power or a failure on the bus.
    resets: u64,
    boots: u64,
    noise: bool,
}

impl Ledger {
    pub fn new() -> Self {
        let (counters, seeds) = (HashSet::new(), HashSet::new());
        Self { counters, seeds, highest: None, resets: 0, boots: 0, noise: false }
    }

    /// A ledger of a node that has a noise source as well.
    pub fn with_noise() -> Self {
        Self { noise: true, ..Self::new() }
    }

    /// One boot that hands out `draws` counters; a failed operation is tried again, without power the boot ends.
    pub fn boot(&mut self, memory: &Memory, draws: usize) -> Result<(), NvmError<Trouble>> {
        let mut counters = NonceSequence::new(self.start(memory)?, NonZeroU32::new(BLOCK).unwrap());
        for _ in 0..draws {
            let counter = again(|| counters.next_counter())?;
            self.hand_out(counter);
        }
        Ok(())
    }

    /// The beginning of a boot: its seed never came before, and nothing in the memory leads back to it.
    pub fn start(&mut self, memory: &Memory) -> Result<NodeMemory<Memory>, NvmError<Trouble>> {
        self.resets += u64::from(self.boots > 0);
        self.boots += 1;
        let noise = self.boots.to_le_bytes();
        let noise = if self.noise { &noise[..] } else { &[] };
        let (mut stored, mut seed, mut attempts) = (Vec::new(), [0; 32], 0);
        let node = again(|| {
            attempts += 1;
            stored.extend(seeds(&memory.bytes()));
            let node = NodeMemory::boot(memory.clone(), BASE, noise, &mut seed);
            assert!(node.is_ok() || seed == [0; 32], "a seed was given by a boot that failed");
            node
        });
        self.resets += attempts - 1;
        let node = node?;
        let mother = stored.iter().find(|stored| boot_seed(stored, noise) == seed);
        let mother = mother.expect("this seed does not come from the stored one");
        self.check_seed(seed);
        let bytes = memory.bytes();
        for secret in [mother, &seed] {
            let left = bytes.windows(8).find(|left| secret.windows(8).any(|part| part == *left));
            assert_eq!(left, None, "a part of a seed that was used lies in the memory");
        }
        let around = [&bytes[..BASE as usize], &bytes[BASE as usize + NODE_MEMORY_LEN..]].concat();
        assert!(around.iter().all(|byte| *byte == OTHERS), "wrote outside its place");
        Ok(node)
    }

    /// Notes the seed of a boot.
    pub fn check_seed(&mut self, seed: [u8; 32]) {
        assert!(self.seeds.insert(seed), "the seed of a boot came twice");
    }

    pub fn hand_out(&mut self, counter: u64) {
        assert!(self.counters.insert(counter), "counter {counter} came twice");
        self.highest = self.highest.max(Some(counter));
    }

    /// At most one block of counters was skipped for each loss of power and each of the bus `errors`.
    pub fn check_skipped(&self, errors: u64) {
        let all = self.highest.map_or(0, |highest| highest + 1);
        let skipped = all - self.counters.len() as u64;
        let allowed = (self.resets + errors) * u64::from(BLOCK);
        assert!(skipped <= allowed, "{skipped} counters skipped in {} resets", self.resets);
    }
}

/// The two slots' seeds, as they are.
fn seeds(bytes: &[u8]) -> [[u8; 32]; 2] {
    [SLOTS[2].0 + 4, SLOTS[3].0 + 4].map(|at| bytes[BASE as usize + at..][..32].try_into().unwrap())
}

/// What [`NodeMemory`] specifies as the seed of a boot.
pub fn boot_seed(stored: &[u8; 32], noise: &[u8]) -> [u8; 32] {
    let mut seed = [0; 32];
    blake2b_into(stored, &[b"saltbox seed boot", noise].concat(), &mut seed).unwrap();
    seed
}

/// Tries again what failed on the bus or was not kept, as an application does.
fn again<T>(
    mut attempt: impl FnMut() -> Result<T, NvmError<Trouble>>,
) -> Result<T, NvmError<Trouble>> {
    for _ in 0..10 {
        match attempt() {
            Err(NvmError::Bus(Trouble::Bus) | NvmError::NotKept) => {}
            other => return other,
        }
    }
    attempt()
}
