//! Revoking a node: at once, in a run in progress, and after a restart.

mod rig;

use rig::{Node, Scratch, at, kept, refusal, stand, told};
use saltbox::telemetry::{Features, Interval, NodeId, Refusal, Trouble, trouble_frame};
use saltbox_gateway::store::queue::{Order, State};

#[test]
fn a_revoked_node_is_refused_at_once_by_a_gateway_that_runs() {
    let scratch = Scratch::new();
    let mut running = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut running);
    let mut other = Node::enrolled(2, 8, Features::MEMORY, &mut running);
    stand(&mut running, &mut node, at(0));
    stand(&mut running, &mut other, at(0));
    let frame = node.reading(1);
    assert!(rig::is_reading(&told(&mut running, &frame, at(1))));

    // Another program does it.
    scratch.open().revoke(NodeId(7), at(2)).unwrap();
    for frame in [node.reading(2), node.status(), node.open()] {
        assert_eq!(refusal(&told(&mut running, &frame, at(3))), Refusal::Revoked);
    }
    let plain = trouble_frame(NodeId(7), Trouble::Sensor);
    assert_eq!(refusal(&told(&mut running, &plain, at(3))), Refusal::Revoked);
    // The other one is not.
    let frame = other.reading(3);
    assert!(rig::is_reading(&told(&mut running, &frame, at(3))));

    drop(running);
    let mut restarted = scratch.open();
    let frame = node.open();
    assert_eq!(refusal(&told(&mut restarted, &frame, at(4))), Refusal::Revoked);
    assert_eq!(kept(&scratch.db()).len(), 2);
    assert!(restarted.nodes().unwrap()[0].revoked);
}

#[test]
fn revoking_drops_the_commands_and_can_be_repeated() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    let id = gateway.queue(NodeId(7), Order::RequestStatus, at(1)).unwrap();
    gateway.revoke(NodeId(7), at(2)).unwrap();
    gateway.revoke(NodeId(7), at(3)).unwrap();
    assert_eq!(gateway.state(id).unwrap(), State::Dropped);
    assert!(gateway.tick(at(4)).unwrap().is_empty());
    let error = gateway.revoke(NodeId(9), at(2)).unwrap_err();
    assert!(error.to_string().contains("node 00000009 is not enrolled"), "{error}");
}

#[test]
fn the_key_of_a_revoked_node_is_not_enrolled_again() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    gateway.revoke(NodeId(7), at(1)).unwrap();
    let interval = Interval::from_millis(1_000);
    for id in [7, 8] {
        let enrolled = saltbox::telemetry::Enrolled {
            node: NodeId(id),
            epoch: 0,
            public: node.identity().public_key(),
            features: Features::MEMORY,
        };
        let error = gateway.enrol(&enrolled, interval, at(2)).unwrap_err();
        assert_eq!(error.exit_code(), 7);
        assert!(error.to_string().contains("erase"), "{error}");
    }
    // Another node may have its number, if one says so.
    assert!(gateway.provision(NodeId(7), false).is_err());
    let provision = gateway.provision(NodeId(7), true).unwrap();
    node = Node::blank(2, Features::MEMORY);
    let frame = node.provision(&provision.to_frame());
    let enrolled = saltbox::telemetry::Enrolled::parse(&frame).unwrap();
    gateway.enrol(&enrolled, interval, at(3)).unwrap();
    stand(&mut gateway, &mut node, at(4));
    assert!(!gateway.nodes().unwrap()[0].revoked);
}

#[test]
fn a_weak_key_is_not_enrolled() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let enrolled = saltbox::telemetry::Enrolled {
        node: NodeId(7),
        epoch: 0,
        public: saltbox::keys::PublicKey::from_bytes([0; 32]),
        features: Features::MEMORY,
    };
    let error = gateway.enrol(&enrolled, Interval::from_millis(1_000), at(0)).unwrap_err();
    assert!(error.to_string().contains("weak"), "{error}");
}
