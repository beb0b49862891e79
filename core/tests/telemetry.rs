//! What the gateway accepts of a node, and what it refuses, frame by frame and bit by bit.

use saltbox::keys::SecretKey;
use saltbox::rng::Drbg;
use saltbox::telemetry::{
    ACK_LEN, Answer, COMMAND_MAX, Command, CommandReply, DATA_OVERHEAD, Downlink, Enrolled,
    Features, GatewayKeys, HEADER_LEN, Header, Identity, Interval, Kind, MAX_BODY, MAX_FRAME,
    NodeId, NodeSession, OPEN_LEN, Opening, Outcome, PEER_LEN, Peer, Provision, Reading,
    ReceiveError, Received, Refusal, SeenEphemerals, Status, Trouble, Troubles, ask_frame,
    trouble_frame,
};

const NODE: NodeId = NodeId(0x0102_0304);
const NOW: u64 = 1_800_000_000;

/// A gateway with one node enrolled, and that node.
struct World {
    keys: GatewayKeys,
    peer: Peer,
    seen: SeenEphemerals<64>,
    identity: Identity,
    random: Drbg,
    now: u64,
}

/// What the gateway made of a frame, without the borrow.
#[derive(Debug, PartialEq)]
enum Heard {
    Opened([u8; ACK_LEN]),
    OpenedAgain([u8; ACK_LEN]),
    Data(u64, Vec<u8>),
    Other,
}

impl World {
    fn new() -> Self {
        let (node, gateway) = (SecretKey::from_bytes([2; 32]), SecretKey::from_bytes([3; 32]));
        Self {
            peer: Peer::new(NODE, node.public_key(), Interval::from_millis(1_000)),
            identity: Identity::new(NODE, node, 0, gateway.public_key()),
            keys: GatewayKeys::new(gateway),
            seen: SeenEphemerals::new(),
            random: Drbg::from_seed(&[1; 32]),
            now: NOW,
        }
    }

    fn start(&mut self, counter: u64, features: Features) -> Opening {
        Opening::start(&self.identity, counter, features, [1, 2, 3], &mut self.random).unwrap()
    }

    /// Gives `frame` to the gateway; a refused frame must come back unchanged.
    fn hear(&mut self, frame: &[u8]) -> Result<Heard, Refusal> {
        let mut copy = frame.to_vec();
        let before = self.stored();
        let heard = match self.peer.receive(
            &self.keys,
            self.now,
            &mut copy,
            &mut self.seen,
            &mut self.random,
        ) {
            Ok(Received::Opened { answer, .. }) => Ok(Heard::Opened(answer)),
            Ok(Received::OpenedAgain { answer }) => Ok(Heard::OpenedAgain(answer)),
            Ok(Received::Data { counter, body }) => Ok(Heard::Data(counter, body.to_vec())),
            Ok(_) => Ok(Heard::Other),
            Err(error) => Err(error.refusal().expect("the store holds")),
        };
        if heard.is_err() {
            assert_eq!(copy, frame, "a refused frame was changed");
            assert_eq!(self.stored(), before, "a refused frame changed the record");
        }
        heard
    }

    fn stored(&self) -> [u8; PEER_LEN] {
        let mut bytes = [0; PEER_LEN];
        self.peer.expose_into(&mut bytes);
        bytes
    }

    /// The gateway stops and starts again with what it kept.
    fn restart(&mut self) {
        self.peer = Peer::from_bytes(&self.stored()).unwrap();
    }

    fn session(&mut self, counter: u64, features: Features) -> NodeSession {
        let mut opening = self.start(counter, features);
        let Ok(Heard::Opened(ack)) = self.hear(opening.frame()) else { panic!("not opened") };
        match opening.answer(&self.identity, &ack).unwrap() {
            Answer::Accepted { session, .. } => session,
            Answer::RolledBack => panic!("rolled back"),
        }
    }
}

fn data(session: &mut NodeSession, counter: u64, body: &[u8]) -> Vec<u8> {
    let mut out = [0; MAX_FRAME];
    session.seal(Kind::Data, counter, body, &mut out).unwrap().to_vec()
}

fn flips(frame: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..frame.len() * 8).map(|bit| {
        let mut flipped = frame.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn a_data_frame_costs_thirty_bytes() {
    let mut world = World::new();
    let mut session = world.session(1, Features::MEMORY);
    let frame = data(&mut session, 2, &[0; 5]);
    assert_eq!(frame.len() - 5, DATA_OVERHEAD);
    const { assert!(DATA_OVERHEAD <= 32) };
}

#[test]
fn every_flipped_bit_is_refused() {
    let mut world = World::new();
    let mut opening = world.start(1, Features::MEMORY);
    for flipped in flips(opening.frame()) {
        let why = world.hear(&flipped).expect_err("a flipped Open was accepted");
        // A flip in version or kind is no Open; in the epoch, a key that never was; in the id, a stranger.
        assert!(matches!(why, Refusal::Forged | Refusal::Malformed | Refusal::UnknownNode));
    }
    let Ok(Heard::Opened(ack)) = world.hear(opening.frame()) else { panic!() };
    for flipped in flips(&ack) {
        assert!(opening.answer(&world.identity, &flipped).is_err(), "a flipped Ack was accepted");
    }
    let Ok(Answer::Accepted { mut session, .. }) = opening.answer(&world.identity, &ack) else {
        panic!()
    };

    let frame = data(&mut session, 2, b"21.5C");
    for (bit, flipped) in flips(&frame).enumerate() {
        let why = world.hear(&flipped).expect_err("a flipped reading was accepted");
        if bit >= HEADER_LEN * 8 {
            assert_eq!(why, Refusal::Forged);
        }
    }
    assert_eq!(world.hear(&frame), Ok(Heard::Data(2, b"21.5C".to_vec())));

    world.peer.command(Command::RequestStatus).unwrap();
    let mut out = [0; MAX_FRAME];
    let command = world.peer.command_frame(&mut out).unwrap().unwrap().to_vec();
    for mut flipped in flips(&command) {
        let before = flipped.clone();
        assert!(session.open(&mut flipped).is_err(), "a flipped command was obeyed");
        assert_eq!(flipped, before);
    }
    assert!(session.open(&mut command.clone()).is_ok());
}

#[test]
fn every_truncation_is_refused() {
    let mut world = World::new();
    let opening = world.start(1, Features::MEMORY);
    for len in 0..OPEN_LEN {
        assert!(world.hear(&opening.frame()[..len]).is_err());
    }
    let mut session = world.session(2, Features::MEMORY);
    let frame = data(&mut session, 3, b"reading");
    for len in 0..frame.len() {
        assert!(world.hear(&frame[..len]).is_err());
    }
    let mut longer = frame.clone();
    longer.push(0);
    assert_eq!(world.hear(&longer), Err(Refusal::Forged));
}

#[test]
fn a_small_buffer_says_what_is_needed() {
    let mut world = World::new();
    let mut session = world.session(1, Features::MEMORY);
    for size in 0..DATA_OVERHEAD + 5 {
        let mut out = vec![0xa5; size];
        let refused = session.seal(Kind::Data, 2, b"21.5C", &mut out).unwrap_err();
        assert_eq!(refused, Refusal::BufferTooSmall { needed: DATA_OVERHEAD + 5 });
        assert!(out.iter().all(|byte| *byte == 0xa5));
    }
    let mut out = [0; 200];
    assert_eq!(
        session.seal(Kind::Data, 2, &[0; MAX_BODY + 1], &mut out).unwrap_err(),
        Refusal::TooLong
    );
}

#[test]
fn a_replay_is_refused_also_after_a_restart() {
    let mut world = World::new();
    let mut session = world.session(1, Features::MEMORY);
    let frames: Vec<_> = (2..400).map(|counter| data(&mut session, counter, b"r")).collect();
    for frame in &frames {
        assert!(world.hear(frame).is_ok());
    }
    world.restart();
    for frame in &frames {
        assert_eq!(world.hear(frame), Err(Refusal::Replayed));
    }
}

#[test]
fn frames_may_overtake_each_other() {
    let mut world = World::new();
    let mut session = world.session(1, Features::MEMORY);
    let frames: Vec<_> = (2..66).map(|counter| data(&mut session, counter, b"r")).collect();
    for frame in frames.iter().rev() {
        assert!(world.hear(frame).is_ok());
        world.restart();
    }
    for frame in &frames {
        assert_eq!(world.hear(frame), Err(Refusal::Replayed));
    }
}

#[test]
fn an_open_is_answered_the_same_until_it_is_old() {
    let mut world = World::new();
    let first = world.start(1, Features::MEMORY);
    let Ok(Heard::Opened(ack)) = world.hear(first.frame()) else { panic!() };
    assert_eq!(world.hear(first.frame()), Ok(Heard::OpenedAgain(ack)));
    world.restart();
    assert_eq!(world.hear(first.frame()), Ok(Heard::OpenedAgain(ack)));
    // The session of a later boot takes its place: from then on the first one is a replay.
    let mut second = world.session(10, Features::MEMORY);
    world.hear(&data(&mut second, 11, b"r")).unwrap();
    assert_eq!(world.hear(first.frame()), Err(Refusal::Replayed));
}

#[test]
fn a_recorded_open_opens_nothing() {
    let mut world = World::new();
    // Recorded on the line, but never delivered: the gateway has not seen its key. No memory, so no floor either.
    let withheld = world.start(1, Features::NOISE);
    let mut session = world.session(2, Features::NOISE);
    world.hear(&data(&mut session, 3, b"r")).unwrap();
    assert!(matches!(world.hear(withheld.frame()), Ok(Heard::Opened(_))));
    // It waits for a frame that only the node could make; the standing session goes on meanwhile.
    assert_eq!(world.hear(&data(&mut session, 4, b"r")), Ok(Heard::Data(4, b"r".to_vec())));
}

#[test]
fn a_memory_put_back_is_rolled_back() {
    let mut world = World::new();
    let mut session = world.session(64, Features::MEMORY);
    world.hear(&data(&mut session, 70, b"r")).unwrap();
    for counter in [1, 64, 70] {
        let mut opening = world.start(counter, Features::MEMORY);
        let mut frame = *opening.frame();
        let World { keys, peer, seen, random, .. } = &mut world;
        let Err(ReceiveError::Answered { why: Refusal::RolledBack, answer }) =
            peer.receive(keys, NOW, &mut frame, seen, random)
        else {
            panic!("counter {counter} was accepted")
        };
        assert!(matches!(opening.answer(&world.identity, &answer), Ok(Answer::RolledBack)));
        for flipped in flips(&answer) {
            assert!(opening.answer(&world.identity, &flipped).is_err());
        }
        // Not an answer to any other Open.
        let mut other = world.start(counter, Features::MEMORY);
        assert!(other.answer(&world.identity, &answer).is_err());
    }
    let fresh = world.start(71, Features::MEMORY);
    assert!(matches!(world.hear(fresh.frame()), Ok(Heard::Opened(_))));
}

#[test]
fn a_revoked_node_is_refused_at_once_and_after_a_restart() {
    let mut world = World::new();
    let mut session = world.session(1, Features::MEMORY);
    world.peer.revoke();
    for counter in 2..4 {
        assert_eq!(world.hear(&data(&mut session, counter, b"r")), Err(Refusal::Revoked));
        let opening = world.start(5, Features::MEMORY);
        assert_eq!(world.hear(opening.frame()), Err(Refusal::Revoked));
        assert_eq!(world.peer.command(Command::RequestStatus), Err(Refusal::Revoked));
        world.restart();
    }
}

#[test]
fn an_old_gateway_key_is_retired_after_the_overlap() {
    let mut world = World::new();
    let mut session = world.session(1, Features::MEMORY);
    let next = SecretKey::from_bytes([9; 32]);
    let next_public = next.public_key();
    world.keys.rotate(next, NOW + 100).unwrap();
    assert!(world.hear(&data(&mut session, 2, b"r")).is_ok());
    let old = world.start(3, Features::MEMORY);
    assert!(matches!(world.hear(old.frame()), Ok(Heard::Opened(_))));

    world.now = NOW + 101;
    assert_eq!(world.hear(&data(&mut session, 4, b"r")), Err(Refusal::Retired));
    let old = world.start(5, Features::MEMORY);
    assert_eq!(world.hear(old.frame()), Err(Refusal::Retired));

    assert_eq!(world.identity.rotate(2, next_public), Err(Refusal::Retired));
    world.identity.rotate(1, next_public).unwrap();
    let mut session = world.session(6, Features::MEMORY);
    assert!(world.hear(&data(&mut session, 7, b"r")).is_ok());
    assert_eq!(world.peer.epoch(), Some(1));
}

#[test]
fn a_command_is_obeyed_once_and_survives_restarts_and_sessions() {
    let mut world = World::new();
    let mut session = world.session(1, Features::MEMORY);
    world.hear(&data(&mut session, 2, b"r")).unwrap();
    let command = Command::SetInterval(Interval::from_millis(5_000));
    world.peer.command(command).unwrap();
    assert_eq!(world.peer.command(Command::RequestStatus), Err(Refusal::Busy));

    let mut out = [0; MAX_FRAME];
    let first = world.peer.command_frame(&mut out).unwrap().unwrap().to_vec();
    world.restart();
    let again = world.peer.command_frame(&mut out).unwrap().unwrap().to_vec();
    assert_eq!(first, again);
    assert_eq!(session.open(&mut first.clone()), Ok(Downlink::Command { number: 1, command }));
    assert_eq!(session.open(&mut again.clone()), Ok(Downlink::Repeated { number: 1 }));

    let reply = CommandReply { number: 1, outcome: Outcome::Done }.encode();
    let mut out = [0; MAX_FRAME];
    let reply = session.seal(Kind::Reply, 3, &reply, &mut out).unwrap().to_vec();
    assert_eq!(world.hear(&reply), Ok(Heard::Other));
    assert_eq!(world.peer.waiting(), None);

    world.peer.command(Command::RequestStatus).unwrap();
    let second = world.peer.command_frame(&mut out).unwrap().unwrap().to_vec();
    assert!(matches!(session.open(&mut second.clone()), Ok(Downlink::Command { number: 2, .. })));
    assert_eq!(session.open(&mut first.clone()), Err(Refusal::Replayed));

    // The reply is lost with a reset: the command comes again in the next session, the old frame does not open there.
    let mut next = world.session(10, Features::MEMORY);
    world.hear(&data(&mut next, 11, b"r")).unwrap();
    assert_eq!(next.open(&mut second.clone()), Err(Refusal::Forged));
    let third = world.peer.command_frame(&mut out).unwrap().unwrap().to_vec();
    assert!(matches!(next.open(&mut third.clone()), Ok(Downlink::Command { number: 2, .. })));
}

#[test]
fn the_wrong_direction_and_the_wrong_node_are_refused() {
    let mut world = World::new();
    let mut session = world.session(1, Features::MEMORY);
    let frame = data(&mut session, 2, b"r");
    assert_eq!(session.open(&mut frame.clone()), Err(Refusal::Malformed));
    world.hear(&frame).unwrap();
    world.peer.command(Command::RequestStatus).unwrap();
    let mut out = [0; MAX_FRAME];
    let command = world.peer.command_frame(&mut out).unwrap().unwrap().to_vec();
    assert_eq!(world.hear(&command), Err(Refusal::Malformed));

    let stranger = Identity::new(NODE, SecretKey::from_bytes([8; 32]), 0, world.keys.public_key());
    let opening =
        Opening::start(&stranger, 9, Features::MEMORY, [0; 3], &mut world.random).unwrap();
    assert_eq!(world.hear(opening.frame()), Err(Refusal::Forged));
    let elsewhere =
        Identity::new(NodeId(5), SecretKey::from_bytes([8; 32]), 0, world.keys.public_key());
    let opening =
        Opening::start(&elsewhere, 9, Features::MEMORY, [0; 3], &mut world.random).unwrap();
    assert_eq!(world.hear(opening.frame()), Err(Refusal::UnknownNode));
}

#[test]
fn an_authentic_body_that_means_nothing_changes_nothing() {
    let mut world = World::new();
    let mut session = world.session(1, Features::MEMORY);
    let mut out = [0; MAX_FRAME];
    for (counter, kind) in [(2, Kind::Status), (3, Kind::Reply)] {
        let frame = session.seal(kind, counter, b"?", &mut out).unwrap().to_vec();
        assert_eq!(world.hear(&frame), Err(Refusal::Malformed));
    }
}

#[test]
fn plain_frames_carry_no_weight() {
    let mut world = World::new();
    let before = world.stored();
    assert_eq!(world.hear(&trouble_frame(NODE, Trouble::Sensor)), Ok(Heard::Other));
    let public = SecretKey::from_bytes([8; 32]).public_key();
    let enrolled = Enrolled { node: NODE, epoch: 0, public, features: Features::NOISE };
    assert_eq!(world.hear(&enrolled.to_frame()), Ok(Heard::Other));
    assert_eq!(world.stored(), before);
    assert_eq!(world.hear(&ask_frame(NODE)), Err(Refusal::Malformed));
    assert_eq!(Header::parse(&ask_frame(NODE)).unwrap().kind, Kind::Ask);
}

#[test]
fn damaged_enrolment_frames_are_refused() {
    let gateway = SecretKey::from_bytes([1; 32]).public_key();
    let provision = Provision::new(NODE, 3, gateway, &[7; 32]).to_frame();
    for flipped in flips(&provision) {
        assert!(Provision::parse(&flipped).is_err());
    }
    let parsed = Provision::parse(&provision).unwrap();
    assert_eq!((parsed.node(), parsed.epoch(), parsed.gateway()), (NODE, 3, gateway));
    assert_eq!(parsed.expose_seed(), &[7; 32]);
    let enrolled =
        Enrolled { node: NODE, epoch: 3, public: gateway, features: Features::MEMORY }.to_frame();
    for flipped in flips(&enrolled) {
        assert!(Enrolled::parse(&flipped).is_err());
    }
}

#[test]
fn a_weak_ephemeral_key_is_refused() {
    let mut world = World::new();
    let opening = world.start(1, Features::MEMORY);
    let mut frame = *opening.frame();
    frame[HEADER_LEN..HEADER_LEN + 32].fill(0);
    assert_eq!(world.hear(&frame), Err(Refusal::WeakKey));
}

#[test]
fn a_failing_store_accepts_no_session() {
    let mut world = World::new();
    let mut full = SeenEphemerals::<0>::new();
    let mut frame = *world.start(1, Features::MEMORY).frame();
    let before = world.stored();
    let World { keys, peer, random, .. } = &mut world;
    let refused = peer.receive(keys, NOW, &mut frame, &mut full, random);
    assert!(matches!(refused, Err(ReceiveError::Store(_))));
    assert_eq!(world.stored(), before);
}

#[test]
fn a_damaged_record_is_refused_or_harmless() {
    let mut world = World::new();
    world.session(1, Features::MEMORY);
    let stored = world.stored();
    assert!(Peer::from_bytes(&[0; PEER_LEN]).is_err());
    for bit in 0..8 {
        let mut other = stored;
        other[0] ^= 1 << bit;
        // Bit 7 says revoked; all others are the format.
        assert_eq!(Peer::from_bytes(&other).is_ok(), bit == 7);
    }
}

#[test]
fn messages_come_back_as_they_went() {
    let mut buffer = [0; COMMAND_MAX];
    let key = SecretKey::from_bytes([4; 32]).public_key();
    for command in [
        Command::SetInterval(Interval::from_millis(100)),
        Command::RotateKey { epoch: 255, key },
        Command::RequestStatus,
    ] {
        assert_eq!(Command::decode(command.encode(&mut buffer)), Ok(command));
    }
    for bytes in [&[][..], &[0], &[1, 2, 3, 4], &[2, 1], &[3, 0], &[4]] {
        assert_eq!(Command::decode(bytes), Err(Refusal::Malformed));
    }
    let mut troubles = Troubles::NONE;
    troubles.set(Trouble::Memory, true);
    troubles.set(Trouble::Sensor, true);
    troubles.set(Trouble::Sensor, false);
    assert_eq!(troubles.iter().collect::<Vec<_>>(), [Trouble::Memory]);
    let status = Status { uptime_s: 7, interval: Interval::from_millis(0), troubles };
    assert_eq!(Status::decode(&status.encode()), Ok(status));
    assert_eq!(status.interval.as_millis(), 100);
    for (reading, text) in [
        (Reading::Temperature { millidegrees: -500 }, "-0.500 °C"),
        (Reading::Temperature { millidegrees: 21_500 }, "21.500 °C"),
        (Reading::TestPattern { value: 3 }, "test pattern 3"),
    ] {
        assert_eq!(Reading::decode(&reading.encode()), Ok(reading));
        assert_eq!(reading.to_string(), text);
    }
    assert_eq!(Reading::decode(&[2, 0, 0, 0, 0]), Err(Refusal::Malformed));
}

#[test]
fn a_memory_put_back_by_one_boot_gets_no_ack_again() {
    let mut world = World::new();
    // The boot from which the memory is copied: its E follows from the seed, and comes again.
    let mut first = world.start(64, Features::MEMORY);
    let Ok(Heard::Opened(ack)) = world.hear(first.frame()) else { panic!() };
    let Ok(Answer::Accepted { mut session, .. }) = first.answer(&world.identity, &ack) else {
        panic!()
    };
    world.hear(&data(&mut session, 65, b"r")).unwrap();

    let mut frame = *first.frame();
    let World { keys, peer, seen, random, .. } = &mut world;
    let refused = peer.receive(keys, NOW, &mut frame, seen, random);
    let Err(ReceiveError::Answered { why: Refusal::Replayed, answer }) = refused else {
        panic!("{refused:?}")
    };
    // The restored node makes the very same Open, and this stops it.
    let identity = &world.identity;
    let mut again =
        Opening::start(identity, 64, Features::MEMORY, [1, 2, 3], &mut Drbg::from_seed(&[1; 32]))
            .unwrap();
    assert_eq!(again.frame(), first.frame());
    assert!(matches!(again.answer(identity, &answer), Ok(Answer::RolledBack)));
}

#[test]
fn an_ack_is_taken_once() {
    let mut world = World::new();
    let mut opening = world.start(1, Features::MEMORY);
    let Ok(Heard::Opened(ack)) = world.hear(opening.frame()) else { panic!() };
    assert!(opening.answer(&world.identity, &ack).is_ok());
    assert_eq!(opening.answer(&world.identity, &ack).unwrap_err(), Refusal::Replayed);
}

#[test]
fn a_session_seals_no_counter_twice_and_no_foreign_kind() {
    let mut world = World::new();
    let mut session = world.session(5, Features::MEMORY);
    let mut out = [0; MAX_FRAME];
    for counter in [0, 5] {
        assert_eq!(session.seal(Kind::Data, counter, b"r", &mut out), Err(Refusal::Replayed));
    }
    assert!(session.seal(Kind::Data, 6, b"r", &mut out).is_ok());
    assert_eq!(session.seal(Kind::Status, 6, b"r", &mut out), Err(Refusal::Replayed));
    for kind in [Kind::Open, Kind::Command, Kind::Ack, Kind::Trouble] {
        assert_eq!(session.seal(kind, 7, b"r", &mut out), Err(Refusal::Malformed));
    }
}

#[test]
fn an_old_command_leaves_its_frame_unchanged() {
    let mut world = World::new();
    let mut session = world.session(1, Features::MEMORY);
    world.hear(&data(&mut session, 2, b"r")).unwrap();
    let mut out = [0; MAX_FRAME];
    let mut frames = Vec::new();
    for counter in [3, 4] {
        world.peer.command(Command::RequestStatus).unwrap();
        let frame = world.peer.command_frame(&mut out).unwrap().unwrap().to_vec();
        let Ok(Downlink::Command { number, .. }) = session.open(&mut frame.clone()) else {
            panic!()
        };
        frames.push(frame);
        let reply = CommandReply { number, outcome: Outcome::Done }.encode();
        let reply = session.seal(Kind::Reply, counter, &reply, &mut out).unwrap().to_vec();
        world.hear(&reply).unwrap();
    }
    let mut old = frames[0].clone();
    assert_eq!(session.open(&mut old), Err(Refusal::Replayed));
    assert_eq!(old, frames[0]);
}

#[test]
fn counters_without_a_memory_raise_no_floor() {
    let mut world = World::new();
    let mut session = world.session(1, Features::NOISE);
    world.hear(&data(&mut session, 5_000, b"r")).unwrap();
    assert_eq!(world.peer.floor(), 0);
    world.session(10, Features::MEMORY);
    assert_eq!(world.peer.floor(), 10);
}

#[test]
fn a_weak_gateway_key_is_not_rotated_to() {
    let mut world = World::new();
    let weak = saltbox::keys::PublicKey::from_bytes([0; 32]);
    assert_eq!(world.identity.rotate(1, weak), Err(Refusal::WeakKey));
    assert_eq!(world.identity.epoch(), 0);
}
