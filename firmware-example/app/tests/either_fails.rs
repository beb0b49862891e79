//! With a memory and a noise source, either may fail: the nonces stay unique.

mod world;

use saltbox::telemetry::{Kind, Refusal, Trouble, ask_frame};
use world::boards::{Both, MemoryOnly, Mood};
use world::gateway::{Event, NODE};
use world::{World, settings};

#[test]
fn noise_that_repeats_at_each_reset_repeats_no_nonce() {
    let mut world = World::<Both>::new(1, settings(64));
    *world.stock.noise.mood.borrow_mut() = Mood::Repeats;
    world.enrol();
    for _ in 0..30 {
        world.run_until_readings(3);
        world.reset();
    }
    // The watch on key and nonce has seen all; the seed keeps even the ephemeral keys apart.
    assert_eq!(world.nonces.repeated_counters, 0);
    assert_eq!(world.nonces.repeated_ephemerals, 0);
    assert_eq!(world.gateway.refusals, []);
}

#[test]
fn a_memory_that_is_put_back_repeats_no_nonce_and_is_told_so() {
    let mut world = World::<Both>::enrolled(2, settings(64));
    world.run_until_readings(3);
    let old = world.stock.bus.0.borrow().cells.clone();
    for _ in 0..3 {
        world.reset();
        world.run_until_readings(3);
    }
    world.stock.bus.0.borrow_mut().cells.clone_from(&old);
    world.reset();
    let readings = world.gateway.readings();
    world.run(60_000);
    assert_eq!(world.gateway.readings(), readings);
    assert_eq!(world.gateway.refusals, [Refusal::RolledBack]);
    assert!(world.gateway.troubles(Trouble::RolledBack) >= 10);
    // Counters come again, but under fresh keys.
    assert!(world.nonces.repeated_counters > 0);
    assert_eq!(world.nonces.repeated_ephemerals, 0);
    // It has stopped, and an Ask does not start it.
    let opens = world.sent_of(Kind::Open);
    world.deliver(&ask_frame(NODE));
    world.run(30_000);
    assert_eq!(world.sent_of(Kind::Open), opens);
}

/// Puts a memory back to what it was `resets` resets ago, and gives the node a minute.
fn put_back(resets: usize) {
    let mut world = World::<MemoryOnly>::enrolled(3, settings(64));
    world.run_until_readings(3);
    let old = world.stock.bus.0.borrow().cells.clone();
    for _ in 0..resets {
        world.reset();
        world.run_until_readings(3);
    }
    world.stock.bus.0.borrow_mut().cells.clone_from(&old);
    world.stock.bus.0.borrow_mut().temperature = Some(9_900);
    world.reset();
    let (events, sealed) = (world.gateway.events.len(), world.nonces.sealed());
    world.run(60_000);
    // The very Open of then, which is known to the gateway: the node is told, and seals nothing.
    assert_eq!(world.nonces.sealed(), sealed);
    assert_eq!(world.gateway.refusals, [Refusal::Replayed]);
    assert!(world.gateway.troubles(Trouble::RolledBack) >= 10);
    let believed = |event: &Event| !matches!(event, Event::Trouble(_));
    assert!(!world.gateway.events[events..].iter().any(believed));
}

#[test]
fn a_memory_alone_that_is_put_back_by_several_boots_seals_nothing() {
    put_back(3);
}

#[test]
fn a_memory_alone_that_is_put_back_by_one_boot_does_not_get_the_same_session() {
    put_back(1);
}
