//! Anything may come over the line.

mod world;

use saltbox::telemetry::{LINE_MAX, Line, MAX_FRAME, Refusal};
use world::boards::MemoryOnly;
use world::dice::Dice;
use world::{World, settings};

#[test]
fn every_frame_comes_through_as_it_was() {
    let mut dice = Dice::new(1);
    let mut line = Line::new();
    let mut bytes = [0; LINE_MAX];
    for round in 0..20_000 {
        let len = 1 + dice.below(MAX_FRAME as u64) as usize;
        // Zeros are what COBS is about.
        let zeros = round % 101;
        let frame: Vec<_> =
            (0..len).map(|_| if dice.percent(zeros) { 0 } else { dice.byte() }).collect();
        let sent = Line::encode(&frame, &mut bytes).unwrap();
        assert!(sent[1..sent.len() - 1].iter().all(|byte| *byte != 0));
        assert_eq!((sent[0], sent.last()), (0, Some(&0)));
        let mut came = Vec::new();
        for byte in sent {
            came.extend(line.push(*byte).map(|frame| frame.to_vec()));
        }
        assert_eq!(came, [frame]);
    }
    assert_eq!(Line::encode(&[1; MAX_FRAME + 1], &mut bytes), Err(Refusal::TooLong));
}

#[test]
fn a_frame_after_garbage_comes_through() {
    let mut dice = Dice::new(2);
    let mut line = Line::new();
    let mut bytes = [0; LINE_MAX];
    for _ in 0..20_000 {
        for _ in 0..dice.below(300) {
            let byte = if dice.one_in(3) { [0, 0xff][dice.below(2) as usize] } else { dice.byte() };
            if let Some(frame) = line.push(byte) {
                assert!((1..=MAX_FRAME).contains(&frame.len()));
            }
        }
        let mut came = None;
        for byte in Line::encode(b"after\0garbage", &mut bytes).unwrap() {
            came = line.push(*byte).map(|frame| frame.to_vec()).or(came);
        }
        assert_eq!(came.as_deref(), Some(&b"after\0garbage"[..]));
    }
}

#[test]
fn overlong_runs_are_dropped_to_the_next_zero() {
    let mut line = Line::new();
    for len in [MAX_FRAME + 2, 200, 253, 254, 255, 256, 1_000, 100_000] {
        // 1 is a zero of the frame, so that any end of such a run would be a frame by itself.
        for filler in [1, 2, 0xff] {
            let run = core::iter::once(0).chain(core::iter::repeat_n(filler, len)).chain([0]);
            assert!(run.into_iter().all(|byte| line.push(byte).is_none()), "{len} of {filler}");
        }
    }
    let mut bytes = [0; LINE_MAX];
    let sent = Line::encode(&[7; MAX_FRAME], &mut bytes).unwrap();
    assert_eq!(sent.iter().filter(|byte| line.push(**byte).is_some()).count(), 1);
}

#[test]
fn a_node_on_a_noisy_line_keeps_working() {
    let mut world = World::<MemoryOnly>::enrolled(3, settings(64));
    world.run_until_readings(2);
    let mut dice = Dice::new(4);
    let before = world.gateway.readings();
    for step in 0..20_000 {
        {
            let mut wire = world.serial.0.borrow_mut();
            let room = 200_u64.saturating_sub(wire.down.len() as u64);
            for _ in 0..room {
                wire.down.push_back(dice.byte());
            }
        }
        // Frames of the line itself, changed in one bit: those of the gateway, and the node's own.
        let mut frame = world.recorded[dice.below(world.recorded.len() as u64) as usize].clone();
        if step % 2 == 0 {
            frame[0] = 0x18 | dice.byte() & 7;
        }
        let at = dice.below(frame.len() as u64) as usize;
        frame[at] ^= 1 << dice.below(8);
        world.serial.send_down(&frame);
        world.step();
    }
    // 1,000 seconds, in which sessions are asked for in the node's name by chance at most.
    assert!(world.gateway.readings() - before >= 950);
    assert_eq!(world.nonces.repeated_counters, 0);
    world.run_until_readings(2);
}
