//! A line that carries anything: no panic, nothing accepted, and the next good frame still counts.

mod rig;

use rig::{Dice, Node, Scratch, at, exchange, is_reading, kept, stand};
use saltbox::telemetry::{Features, Kind, NodeId, Trouble, ask_frame, notice_frame, trouble_frame};
use saltbox_gateway::line::{Decoder, Found, encode};
use saltbox_gateway::{Action, Event, Gateway};

const BYTES: usize = 1_000_000;
const FRAMES: usize = 100_000;

/// What a frame that must not be accepted may lead to.
fn assert_nothing_accepted(actions: &[Action], frame: &[u8]) {
    for action in actions {
        match action {
            Action::Tell(event) => assert!(
                event.is_unauthenticated() || matches!(event, Event::OpenedAgain { .. }),
                "{event:?} of {frame:02x?}"
            ),
            Action::Send(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

struct Bench {
    scratch: Scratch,
    gateway: Gateway,
    node: Node,
    /// One authentic frame of each kind, of both directions, all taken already.
    recorded: Vec<Vec<u8>>,
}

fn bench() -> Bench {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    let provision = gateway.provision(NodeId(8), false).unwrap().to_frame();
    let mut recorded = vec![
        provision.to_vec(),
        Node::blank(2, Features::NOISE).provision(&provision),
        trouble_frame(NodeId(7), Trouble::Sensor).to_vec(),
        notice_frame(NodeId(7), 0).to_vec(),
        ask_frame(NodeId(7)).to_vec(),
        node.open(),
    ];
    let order = saltbox_gateway::store::queue::Order::RequestStatus;
    gateway.queue(NodeId(7), order, at(0)).unwrap();
    let mut up = vec![recorded[5].clone()];
    while let Some(frame) = up.pop() {
        for action in gateway.handle(&frame, at(0)).unwrap() {
            if let Action::Send(down) = action {
                up.extend(node.take(&down));
                recorded.push(down);
            }
        }
        recorded.push(frame);
        if recorded.iter().filter(|frame| frame[0] == 0x11).count() < 3 {
            up.insert(0, node.reading(21_500));
        }
    }
    for kind in [0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x18, 0x19, 0x1b, 0x1c, 0x1d] {
        assert!(recorded.iter().any(|frame| frame[0] == kind), "kind {kind:02x}");
    }
    Bench { scratch, gateway, node, recorded }
}

/// Bytes of any value; or what good frames look like on the line, cut, joined and changed; or changed before.
fn garbage(dice: &mut Dice, recorded: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0; 1 + dice.below(300)];
    let change = |bytes: &mut [u8], dice: &mut Dice| {
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len());
            bytes[at] = u8::try_from(dice.below(256)).unwrap();
        }
    };
    let frame = &recorded[dice.below(recorded.len())];
    match dice.below(3) {
        0 => dice.fill(&mut bytes),
        1 => {
            bytes = encode(frame);
            change(&mut bytes, dice);
            bytes.truncate(1 + dice.below(bytes.len()));
        }
        _ => {
            let mut frame = frame.clone();
            change(&mut frame, dice);
            bytes = encode(&frame);
        }
    }
    bytes
}

#[test]
fn a_million_random_or_mutated_bytes_are_accepted_as_nothing() {
    let Bench { scratch, mut gateway, mut node, recorded } = bench();
    let before = kept(&scratch.db()).len();
    let (mut dice, mut decoder) = (Dice::new(1), Decoder::new());
    let (mut count, mut frames, mut noise) = (0, 0, 0);
    while count < BYTES {
        let bytes = garbage(&mut dice, &recorded);
        count += bytes.len();
        for byte in bytes {
            match decoder.push(byte) {
                Some(Found::Frame(frame)) => {
                    frames += 1;
                    assert_nothing_accepted(&gateway.handle(&frame, at(60)).unwrap(), &frame);
                }
                Some(Found::Noise(_)) => noise += 1,
                None => {}
            }
        }
    }
    assert!(frames > 1_000 && noise > 1_000, "{frames} frames, {noise} runs of noise");
    assert_eq!(kept(&scratch.db()).len(), before);

    // What comes behind the next zero counts.
    let good = node.reading(1);
    let found: Vec<_> = encode(&good).into_iter().filter_map(|byte| decoder.push(byte)).collect();
    assert_eq!(found.last(), Some(&Found::Frame(good.clone())));
    assert!(is_reading(&exchange(&mut gateway, &mut node, good, at(61))));
}

#[test]
fn a_hundred_thousand_mutated_frames_are_accepted_as_nothing() {
    let Bench { scratch, mut gateway, mut node, recorded } = bench();
    let before = (kept(&scratch.db()).len(), gateway.nodes().unwrap());
    let mut dice = Dice::new(2);
    for i in 0..FRAMES {
        // Every third one was never seen before.
        let mut frame = match i % 3 {
            0 => node.seal(Kind::Data, &[1, 2, 3, 4, 5]),
            _ => recorded[dice.below(recorded.len())].clone(),
        };
        let original = frame.clone();
        match dice.below(5) {
            0 => frame.truncate(dice.below(frame.len())),
            1 => frame.push(0),
            2 => {
                let other = &recorded[dice.below(recorded.len())];
                let at = dice.below(frame.len().min(other.len()));
                frame[..at].copy_from_slice(&other[..at]);
            }
            _ => {
                for _ in 0..=dice.below(3) {
                    let at = dice.below(frame.len());
                    frame[at] ^= 1 << dice.below(8);
                }
            }
        }
        if frame == original && i % 3 == 0 {
            continue;
        }
        assert_nothing_accepted(&gateway.handle(&frame, at(60)).unwrap(), &frame);
    }
    let mut after = (kept(&scratch.db()).len(), gateway.nodes().unwrap());
    // Trouble is plain, and so anybody may say it; that is all that may have changed.
    after.1[0].seen.trouble = before.1[0].seen.trouble;
    assert_eq!(before, after);
    let good = node.reading(1);
    assert!(is_reading(&exchange(&mut gateway, &mut node, good, at(61))));
}

/// The two above would not notice if nothing at all were accepted: this is what they must not find.
#[test]
fn an_unchanged_frame_is_accepted_by_the_same_bench() {
    let Bench { scratch, mut gateway, mut node, .. } = bench();
    let before = kept(&scratch.db()).len();
    let frame = node.seal(Kind::Data, &[1, 2, 3, 4, 5]);
    let actions = gateway.handle(&frame, at(60)).unwrap();
    assert!(std::panic::catch_unwind(|| assert_nothing_accepted(&actions, &frame)).is_err());
    assert_eq!(kept(&scratch.db()).len(), before + 1);
    stand(&mut gateway, &mut node, at(61));
}
