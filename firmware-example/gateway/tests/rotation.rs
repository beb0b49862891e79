//! Rotating the gateway's key: the overlap, what comes after it, and what is lost on the way.

mod rig;

use std::time::Duration;

use rig::{Node, Scratch, at, exchange, refusal, stand, told};
use saltbox::telemetry::{Enrolled, Features, Header, Interval, Kind, NodeId, Outcome, Refusal};
use saltbox_gateway::store::queue::Order;
use saltbox_gateway::{Action, Event, Gateway};

const HOUR: Duration = Duration::from_secs(3_600);

fn epochs(gateway: &mut Gateway) -> Vec<Option<u8>> {
    gateway.nodes().unwrap().iter().map(|node| node.epoch).collect()
}

#[test]
fn every_node_is_told_and_the_old_key_holds_for_the_overlap() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut here = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    let mut away = Node::enrolled(2, 8, Features::MEMORY, &mut gateway);
    let _revoked = Node::enrolled(3, 9, Features::MEMORY, &mut gateway);
    gateway.revoke(NodeId(9), at(0)).unwrap();
    stand(&mut gateway, &mut here, at(0));
    stand(&mut gateway, &mut away, at(0));

    // By another program, as on the command line.
    let rotation = scratch.open().rotate_key(HOUR, false, at(10)).unwrap();
    assert_eq!(rotation.epoch, 1);
    assert_eq!(rotation.told.iter().map(|(n, _)| n.0).collect::<Vec<_>>(), [7, 8]);

    // One node hears of it with its next frame, and opens a session under the new key.
    let frame = here.reading(1);
    exchange(&mut gateway, &mut here, frame, at(11));
    assert_eq!(here.identity().epoch(), 1);
    assert_eq!(here.identity().gateway(), rotation.public);
    stand(&mut gateway, &mut here, at(12));
    assert_eq!(epochs(&mut gateway), [Some(1), Some(0), None]);

    // The other is away; until the last second of the overlap its frames are accepted.
    let frame = away.reading(2);
    assert!(rig::is_reading(&told(&mut gateway, &frame, at(3_610))));
    // From then on they are not, nor are new sessions: it is told why.
    for (second, frame) in [(3_611, away.reading(3)), (3_620, away.open())] {
        let actions = gateway.handle(&frame, at(second)).unwrap();
        let [Action::Send(notice), Action::Tell(Event::Refused { why, hint, .. })] = &actions[..]
        else {
            panic!("{actions:?}")
        };
        assert_eq!((*why, hint.is_some()), (Refusal::Retired, true));
        assert_eq!(Header::parse(notice).unwrap().kind, Kind::Notice);
    }
    // Not with every frame.
    let frame = away.reading(3);
    assert_eq!(refusal(&told(&mut gateway, &frame, at(3_622))), Refusal::Retired);
    assert_eq!(gateway.handle(&frame, at(3_623)).unwrap().len(), 1);

    assert_eq!(gateway.tick(at(3_630)).unwrap(), [Action::Tell(Event::KeyDestroyed { epoch: 0 })]);
    drop(gateway);
    let mut gateway = scratch.open();
    let frame = away.reading(4);
    assert_eq!(refusal(&told(&mut gateway, &frame, at(3_640))), Refusal::Retired);
    // A clock that is put back does not bring the key back.
    assert_eq!(refusal(&told(&mut gateway, &frame, at(100))), Refusal::Retired);
    let frame = here.reading(5);
    assert!(rig::is_reading(&told(&mut gateway, &frame, at(3_640))));
}

#[test]
fn a_second_rotation_waits_for_the_first() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    gateway.rotate_key(HOUR, false, at(10)).unwrap();
    let error = gateway.rotate_key(HOUR, false, at(20)).unwrap_err();
    assert_eq!(error.exit_code(), 7);
    assert!(error.to_string().contains("--force"), "{error}");
    // A rotation that was refused changes nothing.
    let frame = node.reading(1);
    assert!(rig::is_reading(&told(&mut gateway, &frame, at(21))));

    let forced = gateway.rotate_key(HOUR, true, at(30)).unwrap();
    assert_eq!(forced.epoch, 2);
    let frame = node.reading(2);
    assert_eq!(refusal(&told(&mut gateway, &frame, at(31))), Refusal::Retired);

    let mut again = gateway.rotate_key(HOUR, false, at(30 + 3_601)).unwrap();
    assert_eq!(again.epoch, 3);
    again = gateway.rotate_key(Duration::ZERO, true, at(30 + 7_300)).unwrap();
    assert_eq!(again.epoch, 4);
}

#[test]
fn an_overlap_is_long_enough_to_tell_the_nodes_and_ends() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let (least, most) = (Duration::from_secs(60), 366 * 24 * HOUR);
    let millisecond = Duration::from_millis(1);
    for (overlap, force, expected) in [
        (Duration::ZERO, false, "--force"),
        (least - millisecond, false, "at least 60s"),
        (most + millisecond, false, "at most 366d"),
        (Duration::MAX, true, "at most 366d"),
    ] {
        let error = gateway.rotate_key(overlap, force, at(0)).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert_eq!(gateway.public_key().unwrap().0, 0, "a rotation that was refused happened");
    assert_eq!(gateway.rotate_key(least, false, at(0)).unwrap().epoch, 1);
    assert_eq!(gateway.rotate_key(most, true, at(0)).unwrap().epoch, 2);
}

#[test]
fn a_node_that_has_rotated_while_its_reply_was_lost_is_done() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    let rotation = gateway.rotate_key(HOUR, false, at(1)).unwrap();
    // The command arrives, the reply does not.
    let frame = node.reading(1);
    for action in gateway.handle(&frame, at(2)).unwrap() {
        if let Action::Send(frame) = action {
            assert_eq!(node.take(&frame).len(), 1);
        }
    }
    assert_eq!(node.identity().epoch(), 1);
    // It is sent again in the new session, where the node refuses it: it has that key.
    let open = node.open();
    let events = exchange(&mut gateway, &mut node, open, at(5));
    let order = Order::RotateKey(1);
    let reply = Event::Reply { node: NodeId(7), order, outcome: Outcome::Done, again: false };
    assert!(events.contains(&reply), "{events:?}");
    assert!(gateway.nodes().unwrap()[0].orders.is_empty());
    assert_eq!(node.obeyed.len(), 1);
    assert_eq!(node.identity().gateway(), rotation.public);
}

#[test]
fn a_node_that_could_not_store_the_key_is_asked_again() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    gateway.rotate_key(HOUR, false, at(1)).unwrap();
    node.outcome = Outcome::Failed;
    let frame = node.reading(1);
    let events = exchange(&mut gateway, &mut node, frame, at(2));
    assert!(events.iter().any(|event| matches!(event, Event::Reply { again: true, .. })));
    node.outcome = Outcome::Done;
    let frame = node.reading(2);
    exchange(&mut gateway, &mut node, frame, at(31));
    assert_eq!(node.identity().epoch(), 0);
    let frame = node.reading(3);
    exchange(&mut gateway, &mut node, frame, at(32));
    assert_eq!(node.identity().epoch(), 1);
}

#[test]
fn a_board_that_lost_the_new_key_is_told_once_more() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::NOISE, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    let mut bytes = [0; saltbox::telemetry::IDENTITY_LEN];
    node.identity().expose_into(&mut bytes);
    gateway.rotate_key(HOUR, false, at(1)).unwrap();
    let frame = node.reading(1);
    exchange(&mut gateway, &mut node, frame, at(2));
    assert_eq!(node.identity().epoch(), 1);
    // An emulated board that ended before its page was kept.
    node.identity = Some(saltbox::telemetry::Identity::from_bytes(&bytes));
    node.reboot();
    let open = node.open();
    exchange(&mut gateway, &mut node, open, at(10));
    assert_eq!(node.identity().epoch(), 1);
    stand(&mut gateway, &mut node, at(11));
    assert_eq!(epochs(&mut gateway), [Some(1)]);
}

#[test]
fn rotations_go_before_other_commands() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    for _ in 0..3 {
        gateway.queue(NodeId(7), Order::RequestStatus, at(1)).unwrap();
    }
    gateway.rotate_key(HOUR, false, at(2)).unwrap();
    let frame = node.reading(1);
    gateway.handle(&frame, at(3)).unwrap();
    let (_, waiting) = gateway.store().write(|tx| tx.waiting_order(NodeId(7))).unwrap().unwrap();
    assert_eq!(waiting, Order::RotateKey(1));
}

#[test]
fn a_node_enrolled_for_an_older_key_is_refused() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let provision = gateway.provision(NodeId(7), false).unwrap();
    gateway.rotate_key(HOUR, false, at(1)).unwrap();
    let mut node = Node::blank(1, Features::MEMORY);
    let frame = node.provision(&provision.to_frame());
    let enrolled = Enrolled::parse(&frame).unwrap();
    let error = gateway.enrol(&enrolled, Interval::from_millis(1_000), at(2)).unwrap_err();
    assert!(error.to_string().contains("epoch 0"), "{error}");
}
