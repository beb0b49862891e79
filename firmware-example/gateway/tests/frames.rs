//! One frame, one transaction: what is accepted, what is refused and why, and what a restart leaves.

mod rig;

use rig::{Node, Scratch, at, exchange, is_reading, kept, refusal, stand, told};
use saltbox::telemetry::{Features, Header, Kind, NodeId, Refusal, Trouble, trouble_frame};
use saltbox_gateway::{Action, Event, Gateway};

#[test]
fn a_reading_is_on_the_disk_when_it_is_told() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 0x2a, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(1));
    let frame = node.reading(21_500);
    let events = told(&mut gateway, &frame, at(2));
    let [Event::Reading(told)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(kept(&scratch.db()), std::slice::from_ref(told));
    assert_eq!(told.reading().unwrap().to_string(), "21.500 °C");
    assert_eq!((told.node, told.session, told.counter), (NodeId(0x2a), 1, node.counter));
}

#[test]
fn a_session_survives_a_restart_and_a_replay_does_not() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    let open = node.open();
    exchange(&mut gateway, &mut node, open.clone(), at(1));
    let first = node.reading(1);
    assert!(is_reading(&told(&mut gateway, &first, at(2))));
    drop(gateway);

    let mut gateway = scratch.open();
    assert_eq!(refusal(&told(&mut gateway, &first, at(3))), Refusal::Replayed);
    let second = node.reading(2);
    assert!(is_reading(&told(&mut gateway, &second, at(4))));
    // Nor does the Open of the session that stands.
    assert_eq!(refusal(&told(&mut gateway, &open, at(5))), Refusal::Replayed);
    let third = node.reading(3);
    assert!(is_reading(&told(&mut gateway, &third, at(6))));
    assert_eq!(kept(&scratch.db()).len(), 3);
}

#[test]
fn an_open_whose_answer_was_lost_is_answered_again_after_a_restart() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::NOISE, &mut gateway);
    let open = node.open();
    let first = gateway.handle(&open, at(1)).unwrap();
    drop(gateway);
    let mut gateway = scratch.open();
    let again = gateway.handle(&open, at(2)).unwrap();
    assert_eq!(first[0], again[0]);
    assert_eq!(again[1], Action::Tell(Event::OpenedAgain { node: NodeId(7) }));
    exchange(&mut gateway, &mut node, open, at(3));
    let frame = node.reading(1);
    assert!(is_reading(&told(&mut gateway, &frame, at(4))));
    assert_eq!(kept(&scratch.db())[0].session, 1);
}

#[test]
fn an_open_alone_is_no_sign_of_life() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::NOISE, &mut gateway);
    // Held back by somebody on the line, and let through later.
    let held_back = node.open();
    stand(&mut gateway, &mut node, at(10));
    let before = gateway.nodes().unwrap()[0].seen.last_seen;
    assert!(before.is_some());
    assert!(matches!(told(&mut gateway, &held_back, at(999))[..], [Event::Opened { .. }]));
    assert_eq!(gateway.nodes().unwrap()[0].seen.last_seen, before);
    // Nor does it end the session that stands.
    let frame = node.reading(1);
    assert!(is_reading(&told(&mut gateway, &frame, at(1_000))));
}

#[test]
fn after_a_restore_and_its_command_nothing_is_accepted_again() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    gateway.store().scrub().unwrap();
    let backup = std::fs::read(scratch.db()).unwrap();
    let frames: Vec<_> = (0..10).map(|i| node.reading(i)).collect();
    for frame in &frames {
        assert!(is_reading(&told(&mut gateway, frame, at(1))));
    }
    drop(gateway);

    std::fs::write(scratch.db(), &backup).unwrap();
    // What the file itself cannot tell, and what the command is there for.
    assert!(is_reading(&told(&mut scratch.open(), &frames[0], at(2))));
    std::fs::write(scratch.db(), &backup).unwrap();
    scratch.open().end_sessions().unwrap();
    let mut gateway = scratch.open();
    for frame in &frames {
        assert_eq!(refusal(&told(&mut gateway, frame, at(2))), Refusal::Forged);
    }
    stand(&mut gateway, &mut node, at(3));
    let frame = node.reading(11);
    assert!(is_reading(&told(&mut gateway, &frame, at(4))));
}

#[test]
fn a_recorded_boot_of_a_node_without_memory_opens_nothing() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::NOISE, &mut gateway);
    let mut recorded = vec![node.open()];
    for action in gateway.handle(&recorded[0], at(1)).unwrap() {
        if let Action::Send(frame) = action {
            recorded.extend(node.take(&frame));
        }
    }
    for i in 0..10 {
        recorded.push(node.reading(i));
    }
    for frame in &recorded[1..] {
        assert_eq!(told(&mut gateway, frame, at(2)).len(), 1);
    }
    assert_eq!(kept(&scratch.db()).len(), 10);

    // The node reboots and opens a session of its own; its counters begin anew.
    node.reboot();
    stand(&mut gateway, &mut node, at(3));
    drop(gateway);
    let mut gateway = scratch.open();
    for (i, frame) in recorded.iter().enumerate() {
        let why = refusal(&told(&mut gateway, frame, at(4)));
        let expected = if i == 0 { Refusal::Replayed } else { Refusal::Forged };
        assert_eq!(why, expected, "frame {i}");
    }
    let frame = node.reading(99);
    assert!(is_reading(&told(&mut gateway, &frame, at(5))));
    assert_eq!(kept(&scratch.db()).len(), 11);
}

#[test]
fn a_stranger_is_unknown_and_a_blank_node_is_seen() {
    let scratch = Scratch::new();
    let other = Scratch::new();
    let (mut gateway, mut elsewhere) = (scratch.create(), other.create());
    let mut stranger = Node::enrolled(1, 7, Features::MEMORY, &mut elsewhere);
    let open = stranger.open();
    assert_eq!(refusal(&told(&mut gateway, &open, at(1))), Refusal::UnknownNode);
    stand(&mut elsewhere, &mut stranger, at(1));
    let frame = stranger.reading(1);
    assert_eq!(refusal(&told(&mut gateway, &frame, at(1))), Refusal::UnknownNode);
    assert!(gateway.handle(&frame, at(1)).unwrap().iter().all(|a| matches!(a, Action::Tell(_))));

    let blank = trouble_frame(NodeId(0), Trouble::NotProvisioned);
    let trouble = Trouble::NotProvisioned;
    let event = Event::Trouble { node: NodeId(0), enrolled: false, trouble };
    assert_eq!(told(&mut gateway, &blank, at(1)), [event]);
    assert_eq!(refusal(&told(&mut gateway, &blank[..14], at(1))), Refusal::Malformed);
}

#[test]
fn a_node_of_another_gateway_with_the_same_number_is_forged() {
    let scratch = Scratch::new();
    let other = Scratch::new();
    let (mut gateway, mut elsewhere) = (scratch.create(), other.create());
    let _ours = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    let mut theirs = Node::enrolled(2, 7, Features::MEMORY, &mut elsewhere);
    let open = theirs.open();
    assert_eq!(refusal(&told(&mut gateway, &open, at(1))), Refusal::Forged);
}

#[test]
fn a_frame_that_nothing_opens_asks_for_a_session_at_most_every_five_seconds() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    let mut frame = node.reading(1);
    *frame.last_mut().unwrap() ^= 1;
    let mut asks = Vec::new();
    for second in 0..12 {
        for action in gateway.handle(&frame, at(second)).unwrap() {
            if let Action::Send(frame) = action {
                assert_eq!(Header::parse(&frame).unwrap().kind, Kind::Ask);
                asks.push(second);
            }
        }
    }
    assert_eq!(asks, [0, 5, 10]);
    assert!(kept(&scratch.db()).is_empty());
    // The node opens another session, and its readings count again.
    let open = node.open();
    exchange(&mut gateway, &mut node, open, at(12));
    let frame = node.reading(2);
    assert!(is_reading(&told(&mut gateway, &frame, at(13))));
}

#[test]
fn a_memory_that_was_put_back_is_told_so() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    node.counter = 100;
    stand(&mut gateway, &mut node, at(0));
    node.reboot();
    node.counter = 50;
    let open = node.open();
    let actions = gateway.handle(&open, at(1)).unwrap();
    let [Action::Send(answer), Action::Tell(Event::Refused { why, hint, .. })] = &actions[..]
    else {
        panic!("{actions:?}")
    };
    assert_eq!(*why, Refusal::RolledBack);
    assert!(hint.is_some());
    let answer = node.answer(answer).unwrap().unwrap();
    assert!(matches!(answer, saltbox::telemetry::Answer::RolledBack));
}

#[test]
fn trouble_is_shown_as_unauthenticated_and_changes_nothing_else() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    let before = gateway.nodes().unwrap();
    for trouble in Trouble::ALL {
        let events = told(&mut gateway, &trouble_frame(NodeId(7), trouble), at(1));
        assert_eq!(events, [Event::Trouble { node: NodeId(7), enrolled: true, trouble }]);
        assert!(events[0].is_unauthenticated());
    }
    let mut after = gateway.nodes().unwrap();
    // The first is noted; those within ten seconds of it are not, since anybody can say them.
    assert_eq!(after[0].seen.trouble.take().unwrap().0, Trouble::ALL[0]);
    assert_eq!(before, after);
    let frame = node.reading(1);
    assert!(is_reading(&told(&mut gateway, &frame, at(2))));
}

#[test]
fn a_key_of_the_future_points_at_an_old_database() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    let mut frame = node.reading(1);
    frame[1] = 1;
    let events = told(&mut gateway, &frame, at(1));
    let [Event::Refused { why: Refusal::Forged, hint: Some(hint), .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert!(hint.contains("old copy of the database"), "{hint}");
}

#[test]
fn two_gateways_on_one_database_accept_a_frame_once() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    let frames: Vec<_> = (0..200).map(|i| node.reading(i)).collect();
    let accepted = |mut gateway: Gateway| {
        frames.iter().filter(|frame| is_reading(&told(&mut gateway, frame, at(1)))).count()
    };
    let other = scratch.open();
    let counts = std::thread::scope(|scope| {
        let threads = [gateway, other].map(|gateway| scope.spawn(|| accepted(gateway)));
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(counts.iter().sum::<usize>(), 200, "{counts:?}");
    assert_eq!(kept(&scratch.db()).len(), 200);
}

#[test]
fn a_frame_that_cannot_be_kept_is_not_accepted_and_counts_later() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    let frame = node.reading(1);
    let other = rusqlite::Connection::open(scratch.db()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = gateway.handle(&frame, at(1)).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    assert!(error.to_string().contains("another program"), "{error}");
    other.execute_batch("COMMIT").unwrap();
    assert!(is_reading(&told(&mut gateway, &frame, at(2))));
    assert_eq!(kept(&scratch.db()).len(), 1);
}
