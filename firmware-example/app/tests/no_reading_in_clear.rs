//! Nothing that goes over the line shows a reading, whatever happens.

mod world;

use saltbox::telemetry::{Command, Kind, Reading};
use world::boards::{Both, Kit, MemoryOnly, Mood, NoiseOnly};
use world::eeprom::Health;
use world::gateway::Event;
use world::{World, settings};

/// A value none of whose four bytes is in a frame by itself.
const HUNDREDTHS: i32 = 7_350;

fn appears(frame: &[u8], reading: Reading) -> bool {
    let body = reading.encode();
    let raw = ((HUNDREDTHS * 16 / 100) << 4).to_be_bytes();
    let celsius = (HUNDREDTHS as f32 / 100.0).to_le_bytes();
    let forms: [&[u8]; 4] = [&body, &body[1..], &raw[2..], &celsius];
    // Two bytes alone may come by chance in a ciphertext; three may not.
    forms.iter().any(|form| form.len() > 2 && frame.windows(form.len()).any(|part| part == *form))
}

/// A life with everything that can happen to a node.
fn whole_life<K: Kit>(seed: u64) -> World<K> {
    let mut world = World::<K>::new(seed, settings(32));
    world.stock.bus.0.borrow_mut().temperature = Some(HUNDREDTHS);
    world.run(10_000);
    world.enrol();
    world.run_until_readings(5);
    world.gateway.rotate();
    world.run_until_readings(5);
    world.gateway.peer.as_mut().unwrap().command(Command::RequestStatus).unwrap();
    world.loss = 50;
    world.run(60_000);
    world.stock.bus.0.borrow_mut().health = Health::Missing;
    world.run(120_000);
    world.reset();
    world.run(30_000);
    world.stock.bus.0.borrow_mut().health = Health::Works;
    *world.stock.noise.mood.borrow_mut() = Mood::Stuck;
    world.reset();
    world.run(30_000);
    *world.stock.noise.mood.borrow_mut() = Mood::Works;
    world.loss = 0;
    world.reset();
    world.run_until_readings(5);
    world
}

#[test]
fn no_frame_shows_a_temperature() {
    let reading = Reading::Temperature { millidegrees: HUNDREDTHS * 10 };
    for seed in 0..10 {
        let (one, other) = (whole_life::<MemoryOnly>(seed), whole_life::<Both>(seed));
        for frame in one.recorded.iter().chain(&other.recorded) {
            assert!(!appears(frame, reading), "{frame:02x?}");
        }
        assert!(one.gateway.readings() > 10);
    }
}

#[test]
fn no_frame_shows_a_test_pattern() {
    let world = whole_life::<NoiseOnly>(1);
    for value in 1..200 {
        let body = Reading::TestPattern { value }.encode();
        for frame in &world.recorded {
            assert!(!frame.windows(5).any(|part| part == body), "{frame:02x?}");
        }
    }
}

#[test]
fn every_reading_is_taken_anew_and_sent_once() {
    let mut world = World::<NoiseOnly>::enrolled(2, settings(32));
    world.loss = 40;
    world.run_until_readings(100);
    // The pattern counts up with every reading that is taken.
    let values: Vec<_> = world
        .gateway
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Reading(Reading::TestPattern { value }) => Some(*value),
            _ => None,
        })
        .collect();
    assert!(values.is_sorted_by(|a, b| a < b), "{values:?}");
    let last = values.last().copied().unwrap_or(0);
    assert!(last.unsigned_abs() as usize >= world.sent_of(Kind::Data), "{last}");
}
