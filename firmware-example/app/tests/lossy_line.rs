//! Three of ten frames are lost, each way.

mod world;

use saltbox::telemetry::{Command, Interval, Kind, Outcome, ask_frame};
use world::boards::{Both, Kit, MemoryOnly, NoiseOnly};
use world::gateway::{Event, NODE};
use world::{World, settings};

const LOSS: u64 = 30;

/// Enrols over a good line, and then loses frames. Status frames come only with a session or a command.
fn lossy<K: Kit>(seed: u64) -> World<K> {
    let settings = saltbox_node::Settings { status_ms: u32::MAX, ..settings(64) };
    let mut world = World::<K>::new(seed, settings);
    world.enrol();
    // What the bench saw is not counted.
    world.reset();
    world.recorded.clear();
    world.gateway.events.clear();
    world.loss = LOSS;
    world
}

/// Sessions that the node believes in: it sends one status frame for each, and one for each time it is asked.
fn sessions_and_requests<K: Kit>(world: &World<K>) -> usize {
    world.sent_of(Kind::Status)
}

fn every_session_opens<K: Kit>() {
    for seed in 0..200 {
        let mut world = lossy::<K>(seed);
        for _ in 0..5 {
            let before = world.gateway.readings();
            world.run_until(60_000, |world| world.gateway.readings() > before);
            world.reset();
        }
        assert_eq!(world.nonces.repeated_ephemerals, 0);
    }
}

#[test]
fn every_session_of_a_node_with_a_memory_opens() {
    every_session_opens::<MemoryOnly>();
}

#[test]
fn every_session_of_a_node_with_a_noise_source_opens() {
    every_session_opens::<NoiseOnly>();
}

#[test]
fn every_session_of_a_node_with_both_opens() {
    every_session_opens::<Both>();
}

#[test]
fn every_command_is_obeyed_once() {
    let mut repeated = 0;
    for seed in 0..100 {
        let mut world = lossy::<MemoryOnly>(seed);
        world.run_until(60_000, |world| world.gateway.readings() > 0);
        let (mut requests, mut replies, mut rotations) = (0, 0, 0);
        for round in 0..12 {
            let written = world.stock.bus.0.borrow().written;
            let command = match round % 3 {
                0 => Command::RequestStatus,
                1 => Command::SetInterval(Interval::from_millis(900 + round)),
                _ => world.gateway.rotate(),
            };
            if round % 3 != 2 {
                world.gateway.peer.as_mut().unwrap().command(command).unwrap();
            }
            let sent = world.sent_of(Kind::Reply);
            world.run_until(120_000, |world| {
                world.gateway.peer.as_ref().unwrap().waiting().is_none()
            });
            repeated += world.sent_of(Kind::Reply) - sent - 1;
            replies += 1;
            requests += usize::from(round % 3 == 0);
            rotations += usize::from(round % 3 == 2);
            if round % 3 == 2 {
                // Two copies of the identity of 81 bytes, and a lease of 32 at most a few times.
                let written = world.stock.bus.0.borrow().written - written;
                assert_eq!((written - 162) % 32, 0, "the identity was not written once");
                assert!(written < 162 + 6 * 32);
            }
            // Old commands come again while nothing waits.
            world.run(2_000);
        }
        // What the node sent tells how often it obeyed, also where it did not arrive.
        world.loss = 0;
        world.run(20_000);
        // Each session that stood began with a status frame: the first one, and one after each rotation.
        assert_eq!(sessions_and_requests(&world), 1 + rotations + requests, "seed {seed}");
        let done = |event: &Event| matches!(event, Event::Reply(_, Outcome::Done));
        assert_eq!(world.gateway.count(done), replies);
        world.gateway.peer.as_mut().unwrap().command(Command::RequestStatus).unwrap();
        world.run(2_000);
        let status = world.gateway.last_status().unwrap();
        assert_eq!(status.interval.as_millis(), 910, "the last interval holds");
    }
    println!("1200 commands, {repeated} replies repeated");
    assert!(repeated > 100, "the line was not lossy");
}

#[test]
fn a_command_is_not_obeyed_again_in_another_session() {
    let mut world = lossy::<MemoryOnly>(1);
    world.loss = 0;
    world.run_until_readings(2);
    world.gateway.peer.as_mut().unwrap().command(Command::RequestStatus).unwrap();
    let before = sessions_and_requests(&world);
    let mut out = [0; 96];
    let peer = world.gateway.peer.as_ref().unwrap();
    let command = peer.command_frame(&mut out).unwrap().unwrap().to_vec();
    world.deliver(&command);
    // It is obeyed and the reply lost, and then somebody asks for another session.
    world.loss = 100;
    world.run(200);
    assert_eq!(sessions_and_requests(&world), before + 1);
    world.loss = 0;
    world.deliver(&ask_frame(NODE));
    world.run_until(30_000, |world| world.gateway.peer.as_ref().unwrap().waiting().is_none());
    // One more for the session, none for the command.
    assert_eq!(sessions_and_requests(&world), before + 2);
}
