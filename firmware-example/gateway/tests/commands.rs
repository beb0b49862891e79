//! Commands: queued in the database, obeyed once, whatever is lost on the way.

mod rig;

use std::time::SystemTime;

use rig::{Dice, Node, Scratch, at, carry, exchange, stand, told};
use saltbox::telemetry::{
    Command, Features, Header, Interval, Kind, NodeId, Outcome, Reading, Refusal,
};
use saltbox_gateway::store::queue::{Order, State};
use saltbox_gateway::{Action, Event, Gateway};

const FAST: Order = Order::SetInterval(Interval::from_millis(500));
const SLOW: Order = Order::SetInterval(Interval::from_millis(60_000));

fn standing(scratch: &Scratch) -> (Gateway, Node) {
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    (gateway, node)
}

fn commands(actions: &[Action]) -> usize {
    let is_command = |frame: &Vec<u8>| Header::parse(frame).unwrap().kind == Kind::Command;
    actions.iter().filter(|a| matches!(a, Action::Send(frame) if is_command(frame))).count()
}

#[test]
fn a_command_is_sent_after_an_accepted_frame_and_repeated_every_two_seconds() {
    let scratch = Scratch::new();
    let (mut gateway, mut node) = standing(&scratch);
    let id = gateway.queue(node.id(), FAST, at(1)).unwrap();
    assert_eq!(gateway.state(id).unwrap(), State::Queued);
    let mut sent = Vec::new();
    for second in 10..17 {
        let frame = node.reading(1);
        let actions = gateway.handle(&frame, at(second)).unwrap();
        if commands(&actions) == 1 {
            sent.push(second);
        }
    }
    // A refused frame brings no command, also when one is due: whoever repeats it learns nothing.
    let frame = node.reading(1);
    gateway.handle(&frame, at(17)).unwrap();
    assert_eq!(commands(&gateway.handle(&frame, at(19)).unwrap()), 0);
    assert_eq!(sent, [10, 12, 14, 16]);
    assert_eq!(gateway.state(id).unwrap(), State::Waiting);

    let frame = node.reading(2);
    let events = exchange(&mut gateway, &mut node, frame, at(25));
    let reply = Event::Reply { node: node.id(), order: FAST, outcome: Outcome::Done, again: false };
    assert!(events.contains(&reply), "{events:?}");
    assert_eq!(node.obeyed, [Command::SetInterval(Interval::from_millis(500))]);
    assert_eq!(gateway.state(id).unwrap(), State::Done);
    let frame = node.reading(3);
    assert_eq!(commands(&gateway.handle(&frame, at(30)).unwrap()), 0);
}

#[test]
fn several_commands_wait_their_turn_and_survive_a_restart() {
    let scratch = Scratch::new();
    let (mut gateway, mut node) = standing(&scratch);
    for order in [SLOW, Order::RequestStatus, FAST] {
        gateway.queue(node.id(), order, at(1)).unwrap();
    }
    let mut frame = node.reading(1);
    gateway.handle(&frame, at(2)).unwrap();
    drop(gateway);
    let mut gateway = scratch.open();
    assert_eq!(gateway.nodes().unwrap()[0].orders, [SLOW, Order::RequestStatus, FAST]);
    for second in 3..9 {
        frame = node.reading(2);
        exchange(&mut gateway, &mut node, frame, at(second));
    }
    assert_eq!(
        node.obeyed,
        [
            Command::SetInterval(Interval::from_millis(60_000)),
            Command::RequestStatus,
            Command::SetInterval(Interval::from_millis(500)),
        ]
    );
    assert!(gateway.nodes().unwrap()[0].orders.is_empty());
}

#[test]
fn a_command_queued_by_another_program_is_sent_by_the_next_tick() {
    let scratch = Scratch::new();
    let (mut gateway, mut node) = standing(&scratch);
    let id = scratch.open().queue(node.id(), FAST, at(1)).unwrap();
    let actions = gateway.tick(at(2)).unwrap();
    assert_eq!(commands(&actions), 1);
    let mut events = Vec::new();
    for reply in carry(&mut node, actions, &mut events) {
        events.extend(told(&mut gateway, &reply, at(2)));
    }
    assert!(events.iter().any(|event| matches!(event, Event::Reply { .. })), "{events:?}");
    assert_eq!(gateway.state(id).unwrap(), State::Done);
    // Once: what follows goes with the frames of the node.
    assert_eq!(commands(&gateway.tick(at(9)).unwrap()), 0);
}

#[test]
fn a_gateway_that_has_not_heard_of_the_node_leaves_its_commands_to_others() {
    let scratch = Scratch::new();
    let (mut gateway, node) = standing(&scratch);
    let id = gateway.queue(node.id(), FAST, at(1)).unwrap();
    let mut other = scratch.open();
    assert_eq!(other.tick(at(2)).unwrap(), []);
    assert_eq!(other.state(id).unwrap(), State::Queued);
}

#[test]
fn what_a_node_refuses_or_cannot_do_is_kept_as_such() {
    let scratch = Scratch::new();
    let (mut gateway, mut node) = standing(&scratch);
    for (outcome, state) in [(Outcome::Failed, State::Failed), (Outcome::Refused, State::Refused)] {
        node.outcome = outcome;
        let id = gateway.queue(node.id(), FAST, at(1)).unwrap();
        let frame = node.reading(1);
        let events = exchange(&mut gateway, &mut node, frame, at(2));
        let reply = Event::Reply { node: node.id(), order: FAST, outcome, again: false };
        assert!(events.contains(&reply), "{events:?}");
        assert_eq!(gateway.state(id).unwrap(), state);
    }
    assert!(node.obeyed.is_empty());
}

#[test]
fn a_command_for_nobody_is_an_error_that_says_so() {
    let scratch = Scratch::new();
    let (mut gateway, node) = standing(&scratch);
    let error = gateway.queue(NodeId(8), FAST, at(1)).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("node 00000008 is not enrolled"), "{error}");
    gateway.revoke(node.id(), at(1)).unwrap();
    let error = gateway.queue(node.id(), FAST, at(1)).unwrap_err();
    assert!(error.to_string().contains("was revoked"), "{error}");
}

#[test]
fn a_changed_command_reaches_nobody() {
    let scratch = Scratch::new();
    let (mut gateway, mut node) = standing(&scratch);
    gateway.queue(node.id(), FAST, at(1)).unwrap();
    let frame = node.reading(1);
    for action in gateway.handle(&frame, at(2)).unwrap() {
        let Action::Send(frame) = action else { continue };
        for bit in 0..frame.len() * 8 {
            let mut changed = frame.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            if Header::parse(&changed).is_ok_and(|header| header.kind == Kind::Command) {
                assert!(node.take(&changed).is_empty());
            }
        }
    }
    assert!(node.obeyed.is_empty());
}

/// Every frame is lost with a probability of 30 %, each way; now and then one side restarts.
#[test]
fn on_a_lossy_line_every_session_opens_and_every_command_is_obeyed_once() {
    for seed in 0..6 {
        let scratch = Scratch::new();
        let mut dice = Dice::new(seed);
        let mut gateway = scratch.create();
        let mut node = Node::enrolled(seed.into(), 7, Features::MEMORY, &mut gateway);
        let wanted: Vec<_> =
            (1..=8).map(|i| Interval::from_millis(1_000 * i)).map(Order::SetInterval).collect();
        let mut queue = wanted.iter();
        let (mut sent, mut sessions) = (Vec::new(), 0);
        let mut second = 0;
        while sent.len() < 350 || gateway.nodes().unwrap()[0].orders.len() + queue.len() > 0 {
            second += 1;
            assert!(second < 4_000, "seed {seed}: commands are stuck");
            if second % 40 == 0
                && let Some(order) = queue.next()
            {
                gateway.queue(node.id(), *order, at(second)).unwrap();
            }
            if dice.below(200) == 0 {
                drop(gateway);
                gateway = scratch.open();
            }
            let frame = match (&node.session, &node.opening) {
                (Some(_), _) => {
                    sent.push(i32::try_from(second).unwrap());
                    node.reading(*sent.last().unwrap())
                }
                (None, Some(opening)) => opening.frame().to_vec(),
                (None, None) => {
                    sessions += 1;
                    node.open()
                }
            };
            lossy(&mut gateway, &mut node, frame, at(second), &mut dice);
        }
        assert_eq!(sessions, 1, "seed {seed}");
        let obeyed = node.obeyed.iter().map(|command| match command {
            Command::SetInterval(interval) => Order::SetInterval(*interval),
            other => panic!("{other:?}"),
        });
        assert_eq!(obeyed.collect::<Vec<_>>(), wanted, "seed {seed}");

        let kept: Vec<_> = rig::kept(&scratch.db()).iter().map(|kept| kept.reading()).collect();
        let mut values = kept.iter().map(|reading| match reading {
            Some(Reading::Temperature { millidegrees }) => *millidegrees,
            other => panic!("{other:?}"),
        });
        assert!(values.clone().is_sorted_by(|a, b| a < b), "seed {seed}: twice or out of order");
        assert!(values.all(|value| sent.contains(&value)));
        assert!(kept.len() * 10 > sent.len() * 6, "seed {seed}: {} of {}", kept.len(), sent.len());
    }
}

fn lossy(gateway: &mut Gateway, node: &mut Node, frame: Vec<u8>, now: SystemTime, dice: &mut Dice) {
    let mut up = vec![frame];
    while let Some(frame) = up.pop() {
        if dice.below(10) < 3 {
            continue;
        }
        for action in gateway.handle(&frame, now).unwrap() {
            match action {
                Action::Send(frame) if dice.below(10) >= 3 => up.extend(node.take(&frame)),
                Action::Tell(Event::Refused { why, .. }) => assert_ne!(why, Refusal::Forged),
                _ => {}
            }
        }
    }
}
