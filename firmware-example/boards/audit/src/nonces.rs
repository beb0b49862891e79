//! `saltbox::nonce`.

use core::num::NonZeroU32;

use saltbox::nonce::{CounterStore, Nonce, NonceSequence};

use crate::shown::{debug, format, hash, plain};
use crate::{Broken, given, rng, some, taken};

#[inline(never)]
pub(crate) fn call() {
    let mut random = rng::drbg();
    let nonce = given(Nonce::from_bytes(given([1; 24])));
    taken(Nonce::random(&mut random));
    taken(Nonce::from_counter(&given([2; 16]), given(3)));
    taken(Nonce::as_bytes(&nonce));
    taken(Nonce::from_slice(some(&given([4; 30]))));
    plain::<Nonce>(&nonce);
    format::<Nonce>(&nonce);
    hash::<Nonce>(&nonce);

    let block = given(NonZeroU32::MIN);
    let mut store = Store;
    let mut counters = given(NonceSequence::new(&mut store, block));
    taken(NonceSequence::next_counter(&mut counters));
    taken(NonceSequence::remaining(&counters));
    taken(NonceSequence::top_up(&mut counters));
    taken(NonceSequence::next_nonce(&mut counters, &given([5; 16])));
    taken(<&mut Store as CounterStore>::lease(NonceSequence::store_mut(&mut counters), block));
    debug::<NonceSequence<&mut Store>>(&counters);
}

/// A store that may give any counter.
struct Store;

impl CounterStore for Store {
    type Error = Broken;

    fn lease(&mut self, count: NonZeroU32) -> Result<u64, Broken> {
        taken(count);
        given(Ok(7))
    }
}
