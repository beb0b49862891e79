//! Does any counter or seed come twice, whatever happens to the power, the bus and the bits?
//!
//! Each life of a node ends its boots by losing power. Where it is lost in the middle of a write, at every byte in turn,
//! the write is torn in several ways. A [`Ledger`] notes every counter and every boot's seed.

mod chip;
mod random;

use std::num::NonZeroU32;

use chip::{BASE, BLOCK, Fault, LEASES, Ledger, Memory, SLOTS, Torn, Trouble, boot_seed};
use random::Random;
use saltbox::nonce::{CounterStore, NonceSequence};
use saltbox::nvm::{CounterJournal, Journal, LEASE_LEN, NodeMemory, Nvm, NvmError};

/// Counters that a boot draws: more than a lease, so that it ends within its second.
const DRAWS: usize = 6;

const TEARS: [Torn; 6] = [
    Torn::Prefix(0x00),
    Torn::Prefix(0xff),
    Torn::Prefix(0x35),
    Torn::Prefix(0xca),
    Torn::Erased,
    Torn::Mixed(0),
];

/// The same tear, with other bits where it is mixed.
fn tear(kind: usize, seed: u64) -> Torn {
    match TEARS[kind % TEARS.len()] {
        Torn::Mixed(_) => Torn::Mixed(seed),
        other => other,
    }
}

/// Boots until every fault has struck, then twice more without any; gives the faults that struck.
fn live(faults: &[Fault], mut ledger: Ledger) -> usize {
    let memory = Memory::provisioned();
    memory.arm(faults);
    for _ in 0..20 {
        match ledger.boot(&memory, DRAWS) {
            Ok(()) => {}
            Err(NvmError::Bus(Trouble::Off)) => memory.power_on(),
            Err(error) => panic!("{faults:x?}: {error:?}"),
        }
        if memory.pending() == 0 {
            break;
        }
    }
    let struck = faults.len() - memory.pending();
    memory.arm(&[]);
    for _ in 0..2 {
        ledger.boot(&memory, DRAWS).unwrap_or_else(|e| panic!("{faults:x?}: not mended: {e:?}"));
    }
    let errors = faults.iter().filter(|fault| !matches!(fault, Fault::Cut(..))).count();
    ledger.check_skipped(errors as u64);
    struck
}

/// Bytes written and operations done in that many boots without a fault.
fn extent(boots: usize) -> (usize, usize) {
    let (memory, mut ledger) = (Memory::provisioned(), Ledger::new());
    for _ in 0..boots {
        ledger.boot(&memory, DRAWS).unwrap();
    }
    memory.done()
}

#[test]
fn one_cut_at_every_byte() {
    let (bytes, _) = extent(4);
    let mut cuts = 0;
    for at in 0..bytes {
        for kind in 0..TEARS.len() {
            cuts += live(&[Fault::Cut(at, tear(kind, at as u64))], Ledger::new());
            cuts += live(&[Fault::Cut(at, tear(kind, at as u64))], Ledger::with_noise());
        }
    }
    println!("{cuts} cuts");
    assert_eq!(cuts, bytes * TEARS.len() * 2);
    assert!(bytes > 700, "{bytes} bytes are written");
}

/// The second cut comes at every byte of the two boots after the first: also in the repair of it.
#[test]
fn two_cuts_at_every_pair_of_bytes() {
    let ((first, _), (second, _)) = (extent(2), extent(1));
    let mut cuts = 0;
    for one in 0..first {
        for other in 0..second + 48 {
            let (kind, seed) = (one + other, (one * 1000 + other) as u64);
            let faults = [
                Fault::Cut(one, tear(kind, seed)),
                Fault::Cut(other, tear(kind / TEARS.len(), !seed)),
            ];
            cuts += live(&faults, Ledger::new());
        }
    }
    println!("{cuts} cuts");
    assert_eq!(cuts, first * (second + 48) * 2);
}

#[test]
fn many_random_cuts_and_bus_errors() {
    let (mut random, mut struck) = (Random::new(70), 0);
    for _ in 0..10_000 {
        let faults: Vec<Fault> = (0..3 + random.below(4))
            .map(|_| match random.below(3) {
                0 => Fault::Bus(random.below(40), random.below(50)),
                _ => Fault::Cut(
                    random.below(300),
                    tear(random.below(6), u64::from_le_bytes(random.array())),
                ),
            })
            .collect();
        struck += live(&faults, Ledger::new());
    }
    println!("{struck} faults");
    assert!(struck > 30_000, "only {struck} faults struck");
}

/// Every operation fails once, after none, some or all of its bytes, and is tried again.
#[test]
fn a_bus_error_at_every_operation() {
    let (_, operations) = extent(3);
    let mut struck = 0;
    for at in 0..operations {
        for part in [0, 1, 5, 16, 31, 47, 1000] {
            struck += live(&[Fault::Bus(at, part)], Ledger::new());
        }
    }
    println!("{struck} bus errors");
    assert_eq!(struck, operations * 7);
    assert!(operations > 40, "{operations} operations");
}

/// The attempt after the bus error is torn as well.
#[test]
fn a_bus_error_and_a_cut_after_it() {
    let (_, operations) = extent(2);
    let mut struck = 0;
    for at in 0..operations {
        for part in [0, 1, 16, 1000] {
            for cut in 0..150 {
                let kind = at + part + cut;
                let faults = [Fault::Bus(at, part), Fault::Cut(cut, tear(kind, kind as u64))];
                struck += live(&faults, Ledger::new());
            }
        }
    }
    println!("{struck} faults");
    assert_eq!(struck, operations * 4 * 150 * 2);
}

/// A read that gives ones without an error, as from a bus on which nobody answers: the node may stop, never repeat.
#[test]
fn a_read_of_ones_at_every_operation() {
    let (_, operations) = extent(4);
    let (mut struck, mut stopped) = (0, 0);
    for at in 0..operations {
        let (memory, mut ledger) = (Memory::provisioned(), Ledger::new());
        memory.arm(&[Fault::Ones(at)]);
        for _ in 0..6 {
            match ledger.boot(&memory, DRAWS) {
                Ok(()) => {}
                Err(NvmError::Stale | NvmError::Empty) => stopped += 1,
                Err(error) => panic!("operation {at}: {error:?}"),
            }
        }
        struck += 1 - memory.pending();
    }
    println!("{struck} reads of ones, after which {stopped} boots stopped");
    assert!(struck > 30 && stopped < struck);
}

/// The states of a memory: after provisioning, and after every boot and counter of four boots.
fn states() -> Vec<(Vec<u8>, usize)> {
    let (memory, mut ledger) = (Memory::provisioned(), Ledger::new());
    let mut states = vec![(memory.bytes(), 0)];
    for boot in 1..=4 {
        let node = ledger.start(&memory).unwrap();
        states.push((memory.bytes(), boot));
        let mut counters = NonceSequence::new(node, NonZeroU32::new(BLOCK).unwrap());
        for _ in 0..DRAWS {
            ledger.hand_out(counters.next_counter().unwrap());
            states.push((memory.bytes(), boot));
        }
    }
    states
}

/// The node that comes to the state of that index, with what it handed out on the way.
fn arrive(index: usize) -> (Memory, Ledger) {
    let (memory, mut ledger) = (Memory::provisioned(), Ledger::new());
    let mut left = index;
    while left > 0 {
        ledger.boot(&memory, (left - 1).min(DRAWS)).unwrap();
        left = left.saturating_sub(DRAWS + 1);
    }
    (memory, ledger)
}

/// A boot cut before the lease knew of its seed, and then leases as they were before the last one of the boot before it.
#[test]
fn leases_older_than_the_seed_in_a_boot_that_was_cut() {
    let (memory, mut ledger) = arrive(DRAWS + 1);
    let mut before = Vec::new();
    for left in 0..BLOCK as usize + 1 {
        let (memory, _) = arrive(DRAWS + 1 - left);
        before.push(memory.bytes());
    }
    // The seed's slot is written, and the power goes before the first byte of the lease's.
    memory.arm(&[Fault::Cut(48, Torn::Prefix(0))]);
    assert_eq!(ledger.boot(&memory, 1), Err(NvmError::Bus(Trouble::Off)));
    let cut = memory.bytes();
    let leases = BASE as usize..BASE as usize + LEASES;
    let (mut stale, mut went_on) = (0, 0);
    for before in before {
        let mut bytes = cut.clone();
        bytes[leases.clone()].copy_from_slice(&before[leases.clone()]);
        match NodeMemory::boot(Memory::of(bytes), BASE, &[], &mut [0; 32]).map(drop) {
            Ok(()) => went_on += 1,
            Err(error) => stale += usize::from(error == NvmError::Stale),
        }
    }
    // The newest lease covers the last two counters.
    assert_eq!((went_on, stale), (2, 3));
}

/// What became of a node whose memory was damaged.
#[derive(Default, Debug)]
struct Outcomes {
    went_on: usize,
    stale: usize,
}

impl Outcomes {
    /// Boots on damaged contents, twice.
    fn of(&mut self, bytes: Vec<u8>, mut ledger: Ledger) -> bool {
        let memory = Memory::of(bytes);
        match ledger.boot(&memory, DRAWS) {
            Ok(()) => {
                self.went_on += 1;
                ledger.boot(&memory, DRAWS).unwrap();
                true
            }
            Err(NvmError::Stale) => {
                self.stale += 1;
                // And so it stays.
                assert_eq!(ledger.boot(&memory, 1), Err(NvmError::Stale));
                false
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// Every bit of the memory, in every state. A lease that rots is skipped over; a seed that rots is missed.
#[test]
fn one_rotten_bit() {
    let (mut leases, mut seeds) = (Outcomes::default(), Outcomes::default());
    for (index, (state, _)) in states().iter().enumerate() {
        for bit in SLOTS.iter().flat_map(|(at, len)| at * 8..(at + len) * 8) {
            let (memory, ledger) = arrive(index);
            assert_eq!(&memory.bytes(), state);
            let mut bytes = memory.bytes();
            bytes[BASE as usize + bit / 8] ^= 1 << (bit % 8);
            let outcomes = if bit < LEASES * 8 { &mut leases } else { &mut seeds };
            outcomes.of(bytes, ledger);
        }
    }
    println!("leases: {leases:?}, seeds: {seeds:?}");
    assert!(leases.went_on > 0 && seeds.went_on > 0 && seeds.stale > 0);
}

/// Every slot, in every state, erased to ones or zeros or filled with anything.
#[test]
fn one_lost_slot() {
    let mut random = Random::new(71);
    let mut outcomes = Outcomes::default();
    for index in 0..states().len() {
        for (at, len) in SLOTS {
            for kind in 0..3 {
                let (memory, ledger) = arrive(index);
                let mut bytes = memory.bytes();
                let slot = &mut bytes[BASE as usize + at..][..len];
                match kind {
                    0 => slot.fill(0),
                    1 => slot.fill(0xff),
                    _ => slot.copy_from_slice(&random.bytes(len)),
                }
                outcomes.of(bytes, ledger);
            }
        }
    }
    println!("{outcomes:?}");
    assert!(outcomes.went_on > 50 && outcomes.stale > 50);
}

/// Seeds of one boot beside leases of another: noticed, whichever is older.
#[test]
fn seeds_and_leases_of_different_boots() {
    let states = states();
    let mut pairs = 0;
    for (seeds, seeds_boot) in &states {
        for (leases, leases_boot) in &states {
            if seeds_boot == leases_boot {
                continue;
            }
            let mut bytes = seeds.clone();
            let at = BASE as usize;
            bytes[at..at + LEASES].copy_from_slice(&leases[at..at + LEASES]);
            let mut seed = [0; 32];
            let node = NodeMemory::boot(Memory::of(bytes), BASE, &[], &mut seed).map(drop);
            assert!(
                matches!(node, Err(NvmError::Stale)),
                "seeds of boot {seeds_boot}, leases of boot {leases_boot}: {node:?}",
            );
            assert_eq!(seed, [0; 32]);
            pairs += 1;
        }
    }
    println!("{pairs} pairs");
    assert!(pairs > 400);
}

/// One slot put back to what it was at any time before. Leases as they once were in the same boot cannot be told from
/// those, and are left out: the boot that follows has other keys.
#[test]
fn one_slot_put_back() {
    const LEASES_AT: std::ops::Range<usize> = BASE as usize..BASE as usize + LEASES;
    let mut past: Vec<(Vec<u8>, usize)> = Vec::new();
    let (memory, mut ledger) = (Memory::provisioned(), Ledger::new());
    let (mut outcomes, mut same, mut index) = (Outcomes::default(), 0, 0);
    past.extend(memory.history().into_iter().map(|state| (state, 0)));
    for boot in 1..=4 {
        let node = ledger.start(&memory).unwrap();
        let mut counters = NonceSequence::new(node, NonZeroU32::new(BLOCK).unwrap());
        for draw in 0..=DRAWS {
            if draw > 0 {
                ledger.hand_out(counters.next_counter().unwrap());
            }
            past.extend(memory.history().into_iter().map(|state| (state, boot)));
            index += 1;
            let now = memory.bytes();
            for (before, _) in &past {
                for (at, len) in SLOTS {
                    let (mut bytes, slot) =
                        (now.clone(), BASE as usize + at..BASE as usize + at + len);
                    bytes[slot.clone()].copy_from_slice(&before[slot]);
                    let leases = &bytes[LEASES_AT];
                    if past.iter().any(|(state, of)| *of == boot && &state[LEASES_AT] == leases)
                        && at < LEASES
                    {
                        same += 1;
                    } else {
                        outcomes.of(bytes, arrive(index).1);
                    }
                }
            }
        }
    }
    println!("{outcomes:?}, {same} left out");
    assert!(outcomes.went_on > 100 && outcomes.stale > 100);
}

/// A node's memory is provisioned again, with power lost at any byte: afterwards the node has the old seed and counters,
/// or the new ones, or none; never the new seed's counters under an old seed.
#[test]
fn provisioning_again_with_a_cut() {
    const NEW: [u8; 32] = [0x22; 32];
    let provision = |memory: &Memory| NodeMemory::provision(memory.clone(), BASE, &NEW, 0);
    let (mut cuts, mut refused) = (0, 0);
    for index in 0..states().len() {
        for at in 0.. {
            let (memory, mut ledger) = arrive(index);
            memory.arm(&[Fault::Cut(at, tear(at + index, at as u64))]);
            let done = provision(&memory).is_ok();
            memory.arm(&[]);
            if done {
                break;
            }
            cuts += 1;
            let mut seed = [0; 32];
            match NodeMemory::boot(memory.clone(), BASE, &[], &mut seed) {
                Err(NvmError::Stale | NvmError::Empty) => refused += 1,
                Err(error) => panic!("{error:?}"),
                Ok(_) if seed == boot_seed(&NEW, &[]) => {}
                Ok(node) => {
                    ledger.check_seed(seed);
                    let mut counters = NonceSequence::new(node, NonZeroU32::new(BLOCK).unwrap());
                    (0..DRAWS).for_each(|_| ledger.hand_out(counters.next_counter().unwrap()));
                }
            }
            provision(&memory).unwrap();
            NodeMemory::boot(memory, BASE, &[], &mut seed).unwrap();
            assert_eq!(seed, boot_seed(&NEW, &[]));
        }
    }
    println!("{cuts} cuts, after {refused} of which the node waits to be provisioned");
    assert!(cuts > 1000 && refused > cuts / 2);
}

/// The first provisioning of a chip, with power lost at any byte: no node stands, and the next attempt succeeds.
#[test]
fn the_first_provisioning_with_a_cut() {
    let mut cuts = 0;
    for at in 0.. {
        let memory = Memory::new();
        memory.arm(&[Fault::Cut(at, tear(at, at as u64))]);
        let done = NodeMemory::provision(memory.clone(), BASE, &[1; 32], 0).is_ok();
        memory.arm(&[]);
        if done {
            break;
        }
        cuts += 1;
        let mut seed = [0; 32];
        match NodeMemory::boot(memory.clone(), BASE, &[], &mut seed) {
            Err(NvmError::Stale | NvmError::Empty) => {}
            // All but the last bits of the last byte, which happened to be right.
            Ok(_) => assert_eq!(seed, boot_seed(&[1; 32], &[])),
            Err(error) => panic!("{error:?}"),
        }
        NodeMemory::provision(memory.clone(), BASE, &[1; 32], 0).unwrap();
        Ledger::new().boot(&memory, DRAWS).unwrap();
    }
    assert!(cuts > 100, "{cuts} cuts");
}

/// A node is erased, with power lost at any byte: it goes on from where it was, or not at all.
#[test]
fn erasing_with_a_cut() {
    let (mut cuts, mut refused) = (0, 0);
    for index in 0..states().len() {
        for at in 0.. {
            let (memory, mut ledger) = arrive(index);
            memory.arm(&[Fault::Cut(at, tear(at + index, at as u64))]);
            let done = NodeMemory::erase(memory.clone(), BASE).is_ok();
            memory.arm(&[]);
            if done {
                assert_eq!(ledger.boot(&memory, 1), Err(NvmError::Empty));
                break;
            }
            cuts += 1;
            match ledger.boot(&memory, DRAWS) {
                Ok(()) => {}
                Err(NvmError::Stale | NvmError::Empty) => refused += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    println!("{cuts} cuts, after {refused} of which the node is no more");
    assert!(cuts > 1000 && refused > cuts / 2);
}

/// A [`CounterJournal`] alone, as on a board that has noise: leases of changing size, cuts, bus errors, rotten slots.
struct Counters {
    memory: Memory,
    ledger: Ledger,
}

impl Counters {
    fn new() -> Self {
        let memory = Memory::new();
        CounterJournal::provision(memory.clone(), BASE, 0).unwrap();
        Self { memory, ledger: Ledger::new() }
    }

    /// Opens the journal, and takes leases of these sizes.
    fn boot(&mut self, leases: &[u32]) -> Result<(), NvmError<Trouble>> {
        let mut journal = CounterJournal::open(self.memory.clone(), BASE)?;
        for count in leases {
            let first = journal.lease(NonZeroU32::new(*count).unwrap())?;
            (first..first + u64::from(*count)).for_each(|counter| self.ledger.hand_out(counter));
        }
        Ok(())
    }
}

const SIZES: [u32; 6] = [1, 8, 2, 2, 40, 3];

#[test]
fn leases_of_any_size_and_a_cut() {
    for at in 0.. {
        let mut counters = Counters::new();
        counters.memory.arm(&[Fault::Cut(at, tear(at, at as u64))]);
        let done = counters.boot(&SIZES).is_ok();
        counters.memory.arm(&[]);
        counters.boot(&SIZES).unwrap();
        if done {
            assert!(at > 150);
            break;
        }
    }
}

/// The newest lease rots, or the one before it, after each number of leases of each size; then the journal goes on.
#[test]
fn leases_of_any_size_and_a_rotten_slot() {
    let mut went_on = 0;
    for leases in 0..=SIZES.len() {
        for slot in 0..2 {
            for byte in 0..32 {
                for bit in [0, 7] {
                    let mut counters = Counters::new();
                    counters.boot(&SIZES[..leases]).unwrap();
                    let mut bytes = counters.memory.bytes();
                    bytes[BASE as usize + SLOTS[slot].0 + byte] ^= 1 << bit;
                    counters.memory = Memory::of(bytes);
                    match counters.boot(&SIZES) {
                        Ok(()) => went_on += 1,
                        Err(NvmError::Empty) => assert_eq!(leases, 0),
                        Err(error) => panic!("{error:?}"),
                    }
                }
            }
        }
    }
    assert!(went_on > 500, "{went_on}");
}

/// Slots rot again and again, with or without leases between: what was skipped once is not leased when the next one rots.
#[test]
fn slots_that_rot_one_after_the_other() {
    let (mut random, mut rotten) = (Random::new(72), 0);
    for _ in 0..2000 {
        let mut counters = Counters::new();
        counters.boot(&SIZES[..random.below(3)]).unwrap();
        for _ in 0..20 {
            let mut bytes = counters.memory.bytes();
            let (at, len) = SLOTS[random.below(2)];
            flip(&mut random, &mut bytes[BASE as usize + at..][..len]);
            counters.memory = Memory::of(bytes);
            let sizes: Vec<u32> = (0..random.below(3)).map(|_| SIZES[random.below(6)]).collect();
            match counters.boot(&sizes) {
                Ok(()) => rotten += 1,
                // The record of a journal without leases was the only one.
                Err(NvmError::Empty) => break,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    println!("{rotten} rotten slots");
    assert!(rotten > 20_000, "{rotten}");
}

fn flip(random: &mut Random, bytes: &mut [u8]) {
    let bit = random.below(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

/// The journal is begun anew over an old one, with power lost at any byte: the old leases are whole, or gone.
#[test]
fn beginning_anew_with_a_cut() {
    const FIRST: u64 = 1_000_000;
    for leases in 0..=SIZES.len() {
        for at in 0.. {
            let mut counters = Counters::new();
            counters.boot(&SIZES[..leases]).unwrap();
            counters.memory.arm(&[Fault::Cut(at, tear(at, at as u64))]);
            let done = CounterJournal::provision(counters.memory.clone(), BASE, FIRST).is_ok();
            counters.memory.arm(&[]);
            match counters.boot(&SIZES) {
                Ok(()) => {}
                Err(NvmError::Empty) => assert!(!done),
                Err(error) => panic!("{error:?}"),
            }
            if done {
                break;
            }
        }
    }
}

/// The end of all counters, and of all generations, is an error and no way round to the beginning.
#[test]
fn the_last_counter() {
    let memory = Memory::new();
    CounterJournal::provision(memory.clone(), BASE, u64::MAX - 9).unwrap();
    let journal = CounterJournal::open(memory.clone(), BASE).unwrap();
    let mut counters = NonceSequence::new(journal, NonZeroU32::new(BLOCK).unwrap());
    for counter in u64::MAX - 9..u64::MAX - 1 {
        assert_eq!(counters.next_counter(), Ok(counter));
    }
    assert_eq!(counters.next_counter(), Err(NvmError::Exhausted));
    assert_eq!(counters.next_counter(), Err(NvmError::Exhausted));

    // The same record as the newest there can be.
    let mut record = [0; LEASE_LEN];
    record[8..12].copy_from_slice(&BLOCK.to_le_bytes());
    let slots = Journal::<LEASE_LEN>::at(BASE);
    let mut memory = Memory::new();
    slots.store(&mut memory, u32::MAX - 1, &record).unwrap();
    slots.store(&mut memory, u32::MAX, &record).unwrap();
    let mut journal = CounterJournal::open(memory, BASE).unwrap();
    let count = NonZeroU32::new(BLOCK).unwrap();
    assert_eq!(journal.lease(count), Err(NvmError::Exhausted));
}

/// A chip that ignores writes, or one of its bits: nothing is leased, no seed is given.
#[test]
fn a_worn_out_chip() {
    struct Worn {
        memory: Memory,
        stuck: usize,
    }
    impl Nvm for Worn {
        type Error = Trouble;
        fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Trouble> {
            self.memory.read(address, out)
        }
        fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Trouble> {
            let kept = self.memory.bytes();
            self.memory.write(address, bytes)?;
            let at = self.stuck;
            if (address as usize..address as usize + bytes.len()).contains(&at) {
                self.memory.write(at as u32, &[kept[at] ^ 0x10])?;
            }
            Ok(())
        }
    }
    for stuck in SLOTS.iter().flat_map(|(at, len)| BASE as usize + at..BASE as usize + at + len) {
        let (memory, mut ledger) = arrive(3);
        let mut seed = [0; 32];
        match NodeMemory::boot(Worn { memory, stuck }, BASE, &[], &mut seed) {
            Err(NvmError::NotKept) => assert_eq!(seed, [0; 32]),
            Err(error) => panic!("{error:?}"),
            Ok(mut node) => {
                ledger.check_seed(seed);
                let count = NonZeroU32::new(BLOCK).unwrap();
                let leases = [node.lease(count), node.lease(count), node.lease(count)];
                assert!(leases.contains(&Err(NvmError::NotKept)), "byte {stuck}: {leases:?}");
            }
        }
    }
}
