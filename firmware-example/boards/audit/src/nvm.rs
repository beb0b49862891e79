//! `saltbox::nvm`.

use core::num::NonZeroU32;

use saltbox::nonce::CounterStore;
use saltbox::nvm::{CounterJournal, Journal, Loaded, NodeMemory, Nvm, NvmError, Previous};

use crate::shown::{debug, display, format, plain};
use crate::{Broken, given, some, taken};

#[inline(never)]
pub(crate) fn call() {
    journal();
    counters();
    node();

    let error = given(NvmError::Bus(Broken));
    plain::<NvmError<Broken>>(&error);
    display::<NvmError<Broken>>(&error);
    format::<NvmError<Broken>>(&error);
}

fn journal() {
    let mut memory = Memory;
    taken(<&mut Memory as Nvm>::read(&mut &mut memory, given(1), &mut given([0; 9])));
    taken(<&mut Memory as Nvm>::write(&mut &mut memory, given(1), some(&given([0; 9]))));

    let journal = given(Journal::<69>::at(given(3)));
    taken(Journal::store(&journal, &mut memory, given(1), &given([1; 69])));
    if let Ok(loaded) = given(Journal::load(&journal, &mut memory)) {
        debug::<Loaded<69>>(&loaded);
        plain::<Previous>(&loaded.previous);
        format::<Previous>(&loaded.previous);
    }
    taken(Journal::erase(&journal, &mut memory, given(2)));
    taken(<Journal<69> as Clone>::clone(&journal));
    debug::<Journal<69>>(&journal);
}

fn counters() {
    taken(CounterJournal::provision(Memory, given(1), given(2)));
    if let Ok(mut counters) = given(CounterJournal::open(Memory, given(1))) {
        taken(<CounterJournal<Memory> as CounterStore>::lease(&mut counters, some_count()));
        debug::<CounterJournal<Memory>>(&counters);
    }
}

fn node() {
    let mut seed = given([0; 32]);
    taken(NodeMemory::provision(Memory, given(1), &seed, given(2)));
    if let Ok(mut memory) =
        given(NodeMemory::boot(Memory, given(1), some(&given([3; 8])), &mut seed))
    {
        taken(<NodeMemory<Memory> as CounterStore>::lease(&mut memory, some_count()));
        taken(NodeMemory::nvm_mut(&mut memory));
        debug::<NodeMemory<Memory>>(&memory);
    }
    taken(seed);
    taken(NodeMemory::erase(Memory, given(1)));
}

fn some_count() -> NonZeroU32 {
    given(NonZeroU32::MIN)
}

/// A memory that may hold anything.
#[derive(Debug)]
struct Memory;

impl Nvm for Memory {
    type Error = Broken;

    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Broken> {
        taken(address);
        out.fill(given(7));
        given(Ok(()))
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Broken> {
        taken((address, bytes));
        given(Ok(()))
    }
}
