//! Somebody recorded everything that went over the line, and sends it again.

mod world;

use saltbox::telemetry::Refusal;
use world::boards::{Both, Kit, MemoryOnly, NoiseOnly};
use world::gateway::Event;
use world::{World, settings};

/// Sends `frames` to the gateway, and its answers to the node. Only what is plain anyway may be shown.
fn replay<K: Kit>(world: &mut World<K>, frames: &[Vec<u8>]) {
    let sealed = |world: &World<K>| {
        world.gateway.count(|event| !matches!(event, Event::Trouble(_) | Event::Enrolled(_)))
    };
    let before = sealed(world);
    for frame in frames {
        world.arrive(frame);
    }
    assert_eq!(sealed(world), before, "a replay was accepted");
}

fn a_recorded_boot_is_not_accepted<K: Kit>() {
    let mut world = World::<K>::enrolled(1, settings(64));
    world.run_until_readings(10);
    let boot = world.recorded.clone();

    // While its session stands.
    replay(&mut world, &boot);
    world.run_until_readings(2);
    // After a restart of the gateway.
    world.gateway.restart();
    replay(&mut world, &boot);
    world.run_until_readings(2);
    // After a reset of the node, before it says anything.
    let boot = world.recorded.clone();
    world.reset();
    replay(&mut world, &boot);
    world.gateway.restart();
    replay(&mut world, &boot);
    // And after that, with the new session standing, and again restarted.
    world.run_until_readings(5);
    replay(&mut world, &boot);
    world.gateway.restart();
    replay(&mut world, &boot);
    world.run_until_readings(5);
    assert!(world.gateway.refusals.contains(&Refusal::Replayed));
    assert_eq!(world.nonces.repeated_ephemerals, 0);
}

#[test]
fn a_recorded_boot_of_a_node_without_a_memory_is_not_accepted() {
    a_recorded_boot_is_not_accepted::<NoiseOnly>();
}

#[test]
fn a_recorded_boot_of_a_node_with_a_memory_is_not_accepted() {
    a_recorded_boot_is_not_accepted::<MemoryOnly>();
    a_recorded_boot_is_not_accepted::<Both>();
}

#[test]
fn an_open_that_was_held_back_gets_nobody_a_session() {
    let mut world = World::<NoiseOnly>::enrolled(2, settings(64));
    world.run_until_readings(2);
    // The whole first try to open is held back and recorded.
    world.reset();
    world.loss = 100;
    let from = world.recorded.len();
    world.run(20_000);
    let held = world.recorded[from..].to_vec();
    assert!(!held.is_empty());
    // The node is reset and opens another one; then the old Open comes out, again and again.
    world.reset();
    world.loss = 0;
    world.run_until_readings(2);
    let readings = world.gateway.readings();
    for frame in &held {
        // The gateway must take this Open for a new one: it cannot know better, and no frame under it ever comes.
        world.arrive(frame);
        world.run(3_000);
    }
    assert!(world.gateway.readings() >= readings + 3 * held.len() - 1, "the node was put out");
    // Once heard, it is a replay.
    world.gateway.restart();
    world.reset();
    world.run_until_readings(2);
    replay(&mut world, &held);
}

#[test]
fn an_open_that_was_held_back_and_comes_in_between_costs_seconds() {
    let mut world = World::<NoiseOnly>::enrolled(4, settings(64));
    world.run_until_readings(2);
    world.loss = 100;
    let open = |world: &mut World<NoiseOnly>| {
        world.reset();
        let from = world.recorded.len();
        world.run(200);
        world.recorded[from].clone()
    };
    let held = open(&mut world);
    let fresh = open(&mut world);
    // The fresh one arrives and its Ack is lost; then the held one takes its place.
    assert!(world.gateway.receive(&fresh, 0).is_some());
    assert!(world.gateway.receive(&held, 0).is_some());
    world.loss = 0;
    world.run(1_000);
    assert!(world.gateway.refusals.contains(&Refusal::Replayed));
    let readings = world.gateway.readings();
    world.run_until(20_000, |world| world.gateway.readings() > readings);
}

#[test]
fn commands_and_acks_of_another_session_do_nothing() {
    let mut world = World::<MemoryOnly>::enrolled(3, settings(64));
    world.run_until_readings(2);
    world.gateway.rotate();
    let mut out = [0; 96];
    let peer = world.gateway.peer.as_ref().unwrap();
    let command = peer.command_frame(&mut out).unwrap().unwrap().to_vec();
    world.run_until_readings(2);
    let written = world.stock.bus.0.borrow().written;
    let replies = world.sent_of(saltbox::telemetry::Kind::Reply);
    for bit in 0..command.len() * 8 {
        let mut bad = command.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        world.deliver(&command);
        world.deliver(&bad);
        world.step();
    }
    assert_eq!(world.sent_of(saltbox::telemetry::Kind::Reply), replies);
    assert!(world.stock.bus.0.borrow().written - written <= 2 * 32, "leases only");
    world.run_until_readings(2);
}
