//! Parts fail, and the node does what is left.

mod world;

use saltbox::keys::PublicKey;
use saltbox::nvm::SLOT_STRIDE;
use saltbox::telemetry::{
    Command, Features, Interval, Kind, Outcome, Reading, Status, Trouble, ask_frame,
};
use saltbox_node::identity_store::IDENTITY_BASE;
use world::boards::{Both, Kit, MemoryOnly, Mood, NoiseOnly};
use world::eeprom::Health;
use world::gateway::{Event, NODE};
use world::{World, settings};

fn set_memory<K: Kit>(world: &World<K>, health: Health) {
    world.stock.bus.0.borrow_mut().health = health;
}

fn status_says<K: Kit>(world: &World<K>, trouble: Trouble, present: bool) -> bool {
    let status = world.gateway.last_status();
    status.is_some_and(|status: Status| status.troubles.has(trouble) == present)
}

/// Runs for `millis` and returns the readings that came.
fn readings_in<K: Kit>(world: &mut World<K>, millis: u64) -> usize {
    let before = world.gateway.readings();
    world.run(millis);
    world.gateway.readings() - before
}

#[test]
fn without_a_sensor_there_is_no_reading_until_it_is_back() {
    let mut world = World::<MemoryOnly>::enrolled(1, settings(64));
    world.run_until_readings(3);
    world.stock.bus.0.borrow_mut().temperature = None;
    world.run_until(3_000, |world| status_says(world, Trouble::Sensor, true));
    assert_eq!(readings_in(&mut world, 30_000), 0);

    world.stock.bus.0.borrow_mut().temperature = Some(-550);
    world.run_until(3_000, |world| status_says(world, Trouble::Sensor, false));
    world.run_until_readings(2);
    let cold = Reading::Temperature { millidegrees: -5_500 };
    assert!(world.gateway.count(|event| *event == Event::Reading(cold)) >= 2);
    assert_eq!(world.gateway.troubles(Trouble::Sensor), 0, "never in the clear");
}

fn memory_fails_in_a_session<K: Kit>(health: Health) {
    const LEASE: u32 = 64;
    let mut world = World::<K>::enrolled(2, settings(LEASE));
    world.run_until_readings(3);
    set_memory(&world, health);
    // The rest of the lease is used, but for what is kept back; then there are no readings.
    world.run_until(100_000, |world| status_says(world, Trouble::Memory, true));
    world.run(60_000);
    assert_eq!(readings_in(&mut world, 60_000), 0);
    // Told and sealed, many times, but ever more rarely; and commands are still replied to.
    let statuses = world.sent_of(Kind::Status);
    world.run(600_000);
    assert!((1..=6).contains(&(world.sent_of(Kind::Status) - statuses)));
    world.gateway.peer.as_mut().unwrap().command(Command::RequestStatus).unwrap();
    world.run_until(5_000, |world| {
        let done = |event: &Event| *event == Event::Reply(Command::RequestStatus, Outcome::Done);
        world.gateway.count(done) == 1
    });
    // In the end not even that can be sealed.
    world.run(9 * 3_600_000);
    assert!(world.gateway.troubles(Trouble::Memory) > 1);
    let sealed = world.nonces.sealed();
    world.run(3_600_000);
    assert_eq!(world.nonces.sealed(), sealed);
    assert_eq!(world.gateway.troubles(Trouble::RolledBack), 0);

    set_memory(&world, Health::Works);
    world.run_until_readings(3);
    assert!(status_says(&world, Trouble::Memory, false));
    assert_eq!(world.nonces.repeated_counters, 0);
    world.reset();
    world.run_until_readings(3);
    assert_eq!(world.nonces.repeated_counters, 0);
    assert_eq!(world.gateway.refusals, []);
}

#[test]
fn a_memory_that_goes_missing_is_told_of_with_the_last_counters() {
    memory_fails_in_a_session::<MemoryOnly>(Health::Missing);
    memory_fails_in_a_session::<Both>(Health::Missing);
}

#[test]
fn a_memory_that_keeps_nothing_is_told_of_with_the_last_counters() {
    memory_fails_in_a_session::<MemoryOnly>(Health::Protected);
}

#[test]
fn a_short_failure_of_the_memory_stops_no_reading() {
    let mut world = World::<MemoryOnly>::enrolled(3, settings(64));
    world.run_until_readings(3);
    set_memory(&world, Health::Missing);
    world.run_until(100_000, |world| status_says(world, Trouble::Memory, true));
    set_memory(&world, Health::Works);
    assert!(readings_in(&mut world, 30_000) >= 29);
    assert!(status_says(&world, Trouble::Memory, false));
}

fn memory_fails_at_boot<K: Kit>() {
    let mut world = World::<K>::enrolled(4, settings(64));
    world.run_until_readings(3);
    set_memory(&world, Health::Missing);
    world.reset();
    let sealed = world.nonces.sealed();
    world.run(60_000);
    assert!(world.gateway.troubles(Trouble::Memory) >= 10);
    assert_eq!(world.nonces.sealed(), sealed);
    let provision = world.gateway.provision();
    world.deliver(&provision.to_frame());
    world.run(1_000);
    set_memory(&world, Health::Works);
    world.run_until_readings(3);
    assert_eq!(world.nonces.repeated_counters, 0);
}

#[test]
fn without_a_memory_at_boot_the_node_is_nobody_until_it_is_back() {
    memory_fails_at_boot::<MemoryOnly>();
    memory_fails_at_boot::<Both>();
}

#[test]
fn a_memory_that_can_be_read_but_not_written_opens_no_session() {
    let mut world = World::<MemoryOnly>::enrolled(5, settings(64));
    world.run_until_readings(3);
    set_memory(&world, Health::Protected);
    world.reset();
    let sealed = world.nonces.sealed();
    world.run(60_000);
    assert!(world.gateway.troubles(Trouble::Memory) >= 10);
    assert_eq!(world.nonces.sealed(), sealed);
    set_memory(&world, Health::Works);
    world.run_until_readings(3);
}

#[test]
fn a_rotation_that_is_not_kept_fails_and_changes_nothing() {
    let mut world = World::<MemoryOnly>::enrolled(6, settings(64));
    world.run_until_readings(3);
    set_memory(&world, Health::Protected);
    let rotate = world.gateway.rotate();
    world.run_until(5_000, |world| {
        let failed = |event: &Event| *event == Event::Reply(rotate, Outcome::Failed);
        world.gateway.count(failed) == 1
    });
    assert!(status_says(&world, Trouble::Memory, true));
    world.run_until_readings(3);
    assert_eq!(world.gateway.peer.as_ref().unwrap().epoch(), Some(0));

    set_memory(&world, Health::Works);
    world.gateway.peer.as_mut().unwrap().command(rotate).unwrap();
    world.run_until(20_000, |world| world.gateway.peer.as_ref().unwrap().epoch() == Some(1));
    world.reset();
    world.run_until_readings(3);
    assert_eq!(world.gateway.peer.as_ref().unwrap().epoch(), Some(1));
    assert_eq!(world.gateway.refusals, []);
}

#[test]
fn a_rotation_that_makes_no_sense_is_refused() {
    let mut world = World::<MemoryOnly>::enrolled(7, settings(64));
    world.run_until_readings(1);
    let written = world.stock.bus.0.borrow().written;
    let key = PublicKey::from_bytes([5; 32]);
    let weak = PublicKey::from_bytes([0; 32]);
    for (epoch, key) in [(0, key), (2, key), (255, key), (1, weak)] {
        let command = Command::RotateKey { epoch, key };
        world.gateway.peer.as_mut().unwrap().command(command).unwrap();
        world.run_until(5_000, |world| {
            let refused = |event: &Event| *event == Event::Reply(command, Outcome::Refused);
            world.gateway.count(refused) == 1
        });
    }
    assert_eq!(world.stock.bus.0.borrow().written, written);
    world.run_until_readings(3);
}

#[test]
fn the_same_key_again_is_done_already() {
    let mut world = World::<MemoryOnly>::enrolled(8, settings(64));
    world.run_until_readings(1);
    let rotate = world.gateway.rotate();
    let done = |event: &Event| *event == Event::Reply(rotate, Outcome::Done);
    world.run_until(5_000, |world| world.gateway.count(done) == 1);
    world.run_until_readings(2);
    let opens = world.sent_of(Kind::Open);
    world.gateway.peer.as_mut().unwrap().command(rotate).unwrap();
    world.run_until(5_000, |world| world.gateway.count(done) == 2);
    world.run(20_000);
    assert_eq!(world.sent_of(Kind::Open), opens);
}

#[test]
fn without_noise_a_node_with_a_memory_goes_on_and_says_so() {
    let mut world = World::<Both>::enrolled(9, settings(64));
    world.run_until_readings(2);
    assert!(status_says(&world, Trouble::Entropy, false));
    for mood in [Mood::Stuck, Mood::Missing] {
        *world.stock.noise.mood.borrow_mut() = mood;
        world.reset();
        world.run_until_readings(2);
        assert!(status_says(&world, Trouble::Entropy, true), "{mood:?}");
    }
    assert_eq!(world.nonces.repeated_ephemerals, 0);
    assert_eq!(world.gateway.troubles(Trouble::Entropy), 0);
    *world.stock.noise.mood.borrow_mut() = Mood::Works;
    world.reset();
    world.run_until_readings(2);
    assert!(status_says(&world, Trouble::Entropy, false));
}

#[test]
fn a_node_that_enrols_without_its_noise_says_what_it_rests_on() {
    let mut world = World::<Both>::new(10, settings(64));
    *world.stock.noise.mood.borrow_mut() = Mood::Stuck;
    world.enrol();
    let says = |event: &Event| match event {
        Event::Enrolled(enrolled) => enrolled.features == Features::MEMORY,
        _ => false,
    };
    assert_eq!(world.gateway.count(says), 1);
    world.run_until_readings(2);
}

#[test]
fn without_noise_and_memory_there_is_no_session() {
    for mood in [Mood::Stuck, Mood::Missing] {
        let mut world = World::<NoiseOnly>::enrolled(11, settings(64));
        world.run_until_readings(2);
        *world.stock.noise.mood.borrow_mut() = mood;
        world.reset();
        let sealed = world.nonces.sealed();
        world.run(60_000);
        assert!(world.gateway.troubles(Trouble::Entropy) >= 10);
        assert_eq!(world.nonces.sealed(), sealed);
        // The source stays refused until a reset.
        *world.stock.noise.mood.borrow_mut() = Mood::Works;
        world.run(60_000);
        assert_eq!(world.nonces.sealed(), sealed);
        world.reset();
        world.run_until_readings(2);
    }
}

#[test]
fn noise_that_fails_in_a_session_leaves_the_session() {
    let mut world = World::<NoiseOnly>::enrolled(12, settings(64));
    world.run_until_readings(2);
    *world.stock.noise.mood.borrow_mut() = Mood::Stuck;
    world.deliver(&ask_frame(NODE));
    world.run_until(3_000, |world| status_says(world, Trouble::Entropy, true));
    world.run_until_readings(10);
    assert_eq!(world.gateway.troubles(Trouble::Entropy), 0);
}

#[test]
fn seed_and_lease_of_different_ages_open_no_session() {
    let mut world = World::<MemoryOnly>::enrolled(13, settings(64));
    world.run_until_readings(2);
    let old = world.stock.bus.0.borrow().cells[256..512].to_vec();
    for _ in 0..3 {
        world.reset();
        world.run_until_readings(1);
    }
    world.stock.bus.0.borrow_mut().cells[256..512].copy_from_slice(&old);
    world.reset();
    let sealed = world.nonces.sealed();
    world.run(60_000);
    assert!(world.gateway.troubles(Trouble::StaleMemory) >= 10);
    assert_eq!(world.nonces.sealed(), sealed);
    let provision = world.gateway.provision();
    world.deliver(&provision.to_frame());
    world.run(1_000);
    assert_eq!(world.gateway.readings(), 2 + 3, "erase it first");
}

#[test]
fn one_copy_of_the_identity_is_enough() {
    let slots = [0, SLOT_STRIDE].map(|slot| IDENTITY_BASE as usize + slot);
    for slot in slots {
        let mut world = World::<MemoryOnly>::enrolled(14, settings(64));
        world.run_until_readings(2);
        let old = core::mem::take(&mut world.stock.bus.0.borrow_mut().cells[slot + 40]);
        assert_ne!(old, 0xff, "nothing lay there");
        world.reset();
        let blank = world.gateway.troubles(Trouble::NotProvisioned);
        world.run_until_readings(2);
        assert_eq!(world.gateway.troubles(Trouble::NotProvisioned), blank);
    }
}

#[test]
fn an_ask_is_heard_once_in_ten_seconds() {
    let mut world = World::<NoiseOnly>::enrolled(15, settings(64));
    world.run_until_readings(2);
    let opens = world.sent_of(Kind::Open);
    for _ in 0..600 {
        world.deliver(&ask_frame(NODE));
        world.run(100);
    }
    let opens = world.sent_of(Kind::Open) - opens;
    assert!((5..=6).contains(&opens), "{opens} sessions in a minute");
}

#[test]
fn a_command_sent_again_by_anybody_costs_no_counter_kept_back() {
    let mut world = World::<MemoryOnly>::enrolled(16, settings(64));
    world.run_until_readings(2);
    let command = Command::SetInterval(Interval::from_millis(1_000));
    world.gateway.peer.as_mut().unwrap().command(command).unwrap();
    let mut out = [0; 96];
    let peer = world.gateway.peer.as_ref().unwrap();
    let frame = peer.command_frame(&mut out).unwrap().unwrap().to_vec();
    world.run(2_000);
    set_memory(&world, Health::Missing);
    for _ in 0..2_000 {
        world.deliver(&frame);
        world.step();
    }
    // The lease is used up to what is kept back, and that is still there.
    world.run(1_000);
    assert!(status_says(&world, Trouble::Memory, true));
    let again = |world: &World<MemoryOnly>| world.sent_of(Kind::Reply);
    let replies = again(&world);
    for _ in 0..200 {
        world.deliver(&frame);
        world.step();
    }
    assert_eq!(again(&world), replies);
    world.gateway.peer.as_mut().unwrap().command(Command::RequestStatus).unwrap();
    world.run_until(5_000, |world| world.gateway.peer.as_ref().unwrap().waiting().is_none());
}
