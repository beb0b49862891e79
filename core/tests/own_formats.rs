//! Does saltbox give the bytes of its own formats that another computation of them gives?
//!
//! Frames, stored records and memory slots, from `vectors/`, through the public API.

mod vectors;

use core::convert::Infallible;
use core::num::NonZeroU32;

use saltbox::keys::SecretKey;
use saltbox::nonce::CounterStore;
use saltbox::nvm::{Journal, NODE_MEMORY_LEN, NodeMemory, Nvm, Previous};
use saltbox::rng::{EntropyError, RandomSource};
use saltbox::telemetry::{
    Answer, Command, CommandReply, Downlink, Enrolled, Features, GATEWAY_KEYS_LEN, GatewayKeys,
    Header, Identity, Interval, Kind, MAX_FRAME, NodeId, Opening, Outcome, PEER_LEN, Peer,
    Provision, ReceiveError, Received, Refusal, SeenEphemerals, Status, Trouble, Troubles,
    ask_frame, notice_frame, trouble_frame,
};
use vectors::{Case, cases};

/// A source that gives one key, once.
struct Once(Option<[u8; 32]>);

impl Once {
    fn of(case: &Case, field: &str) -> Self {
        Self(Some(case.array(field)))
    }
}

impl RandomSource for Once {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        out.copy_from_slice(&self.0.take().expect("a second draw"));
        Ok(())
    }
}

fn u32_of(case: &Case, field: &str) -> u32 {
    u32::from_le_bytes(case.array(field))
}

fn u64_of(case: &Case, field: &str) -> u64 {
    u64::from_le_bytes(case.array(field))
}

fn identity(case: &Case) -> Identity {
    let gateway = SecretKey::from_bytes(case.array("gateway_secret")).public_key();
    let secret = SecretKey::from_bytes(case.array("node_secret"));
    let [epoch] = case.array("epoch");
    Identity::new(NodeId(u32_of(case, "node")), secret, epoch, gateway)
}

fn opening(case: &Case, identity: &Identity) -> Opening {
    let [features] = case.array("features");
    let features = Features::from_byte(features);
    let mut random = Once::of(case, "ephemeral_secret");
    let counter = u64_of(case, "counter");
    Opening::start(identity, counter, features, case.array("firmware"), &mut random).unwrap()
}

#[test]
fn sessions() {
    for case in cases("telemetry", "telemetry") {
        let id = case.id();
        let identity = identity(&case);
        let (node, [features]) = (identity.id(), case.array("features"));
        let interval = Interval::from_millis(u32_of(&case, "interval"));
        let secret = SecretKey::from_bytes(case.array("gateway_secret"));
        let keys = GatewayKeys::restore(identity.epoch(), secret, None);
        let mut peer = Peer::new(node, identity.public_key(), interval);
        let (mut seen, mut nothing) = (SeenEphemerals::<1>::new(), Once(None));

        let mut opening = opening(&case, &identity);
        assert_eq!(opening.frame()[..], case.bytes("open"), "{id}");
        let mut frame = case.bytes("open");
        let mut random = Once::of(&case, "answer_secret");
        let ack = match peer.receive(&keys, 0, &mut frame, &mut seen, &mut random) {
            Ok(Received::Opened { features: said, firmware, answer }) => {
                assert_eq!(said.to_byte(), features, "{id}");
                assert_eq!(firmware, case.array("firmware"), "{id}");
                answer
            }
            other => panic!("{id}: {other:?}"),
        };
        assert_eq!(ack[..], case.bytes("ack"), "{id}");
        let mut session = match opening.answer(&identity, &case.bytes("ack")) {
            Ok(Answer::Accepted { session, interval: wanted }) => {
                assert_eq!(wanted, interval, "{id}");
                session
            }
            other => panic!("{id}: {other:?}"),
        };

        // Up.
        let (data_counter, body) = (u64_of(&case, "data_counter"), case.bytes("data_body"));
        let mut out = [0; MAX_FRAME];
        let data = session.seal(Kind::Data, data_counter, &body, &mut out).unwrap();
        assert_eq!(data[..], case.bytes("data"), "{id}");
        let received = peer.receive(&keys, 0, data, &mut seen, &mut nothing);
        assert_eq!(received, Ok(Received::Data { counter: data_counter, body: &body }), "{id}");

        // Down.
        let body = case.bytes("command_body");
        let command = Command::decode(&body).unwrap();
        match command {
            Command::SetInterval(every) => assert_eq!(every.as_millis().to_le_bytes(), body[1..]),
            Command::RotateKey { epoch, key } => {
                assert_eq!((epoch, &key.as_bytes()[..]), (body[1], &body[2..]), "{id}");
            }
            _ => assert_eq!((command, &body[..]), (Command::RequestStatus, &[3][..]), "{id}"),
        }
        peer.command(command).unwrap();
        let frame = peer.command_frame(&mut out).unwrap().expect("it waits");
        assert_eq!(frame[..], case.bytes("command"), "{id}");
        assert_eq!(session.open(frame), Ok(Downlink::Command { number: 1, command }), "{id}");

        // As it is stored.
        let mut stored = [0; PEER_LEN];
        peer.expose_into(&mut stored);
        assert_eq!(stored[..], case.bytes("peer"), "{id}");
        let mut peer = Peer::from_bytes(&case.array("peer")).unwrap();

        // Up again, to the record that was read back.
        let status = Status {
            uptime_s: u32_of(&case, "uptime"),
            interval,
            troubles: troubles(u16::from_le_bytes(case.array("troubles"))),
        };
        let counter = data_counter + 1;
        let frame = session.seal(Kind::Status, counter, &status.encode(), &mut out).unwrap();
        assert_eq!(frame[..], case.bytes("status"), "{id}");
        let received = peer.receive(&keys, 0, frame, &mut seen, &mut nothing);
        assert_eq!(received, Ok(Received::Status { counter, status }), "{id}");
        let (counter, outcome) = (data_counter + 2, Outcome::Done);
        let reply = CommandReply { number: 1, outcome }.encode();
        let frame = session.seal(Kind::Reply, counter, &reply, &mut out).unwrap();
        assert_eq!(frame[..], case.bytes("reply"), "{id}");
        let received = peer.receive(&keys, 0, frame, &mut seen, &mut nothing);
        assert_eq!(received, Ok(Received::Reply { counter, command, outcome }), "{id}");

        refused(&case, &identity, &keys, &mut peer);
    }
}

/// The same Open once more, at a gateway that has not seen its key but its counter.
fn refused(case: &Case, identity: &Identity, keys: &GatewayKeys, peer: &mut Peer) {
    let (id, refused) = (case.id(), case.bytes("refused"));
    let [features] = case.array("features");
    let memory = Features::from_byte(features).has(Features::MEMORY);
    assert_eq!(memory, !refused.is_empty(), "{id}");
    if !memory {
        return;
    }
    let (mut frame, mut fresh) = (case.bytes("open"), SeenEphemerals::<1>::new());
    match peer.receive(keys, 0, &mut frame, &mut fresh, &mut Once(None)) {
        Err(ReceiveError::Answered { why: Refusal::RolledBack, answer }) => {
            assert_eq!(answer[..], refused, "{id}");
        }
        other => panic!("{id}: {other:?}"),
    }
    let answer = opening(case, identity).answer(identity, &refused);
    assert!(matches!(answer, Ok(Answer::RolledBack)), "{id}: {answer:?}");
}

fn troubles(bits: u16) -> Troubles {
    let mut troubles = Troubles::NONE;
    for trouble in Trouble::ALL {
        troubles.set(trouble, bits >> trouble as u8 & 1 == 1);
    }
    troubles
}

#[test]
fn plain_frames_and_identities() {
    for case in cases("telemetry", "telemetry") {
        let id = case.id();
        let identity = identity(&case);
        let (node, epoch) = (identity.id(), identity.epoch());
        let mut stored = [0; 69];
        identity.expose_into(&mut stored);
        assert_eq!(stored[..], case.bytes("identity"), "{id}");
        let read = Identity::from_bytes(&case.array("identity"));
        assert_eq!((read.id(), read.epoch()), (node, epoch), "{id}");
        assert_eq!(
            (read.public_key(), read.gateway()),
            (identity.public_key(), identity.gateway())
        );

        let provision = Provision::new(node, epoch, identity.gateway(), &case.array("seed"));
        assert_eq!(provision.to_frame()[..], case.bytes("provision"), "{id}");
        let read = Provision::parse(&case.bytes("provision")).unwrap();
        assert_eq!((read.node(), read.epoch(), read.gateway()), (node, epoch, identity.gateway()));
        assert_eq!(read.expose_seed()[..], case.bytes("seed"), "{id}");

        let [features] = case.array("features");
        let features = Features::from_byte(features);
        let enrolled = Enrolled { node, epoch, public: identity.public_key(), features };
        assert_eq!(enrolled.to_frame()[..], case.bytes("enrolled"), "{id}");
        assert_eq!(Enrolled::parse(&case.bytes("enrolled")), Ok(enrolled), "{id}");

        assert_eq!(trouble_frame(node, Trouble::Memory)[..], case.bytes("trouble"), "{id}");
        assert_eq!(notice_frame(node, epoch)[..], case.bytes("notice"), "{id}");
        assert_eq!(ask_frame(node)[..], case.bytes("ask"), "{id}");
        assert_eq!(Header::parse(&case.bytes("ask")).unwrap().kind, Kind::Ask, "{id}");
    }
}

/// A memory whose first byte has the address `base`.
struct Ram {
    base: u32,
    bytes: [u8; NODE_MEMORY_LEN],
}

impl Ram {
    fn at(base: u32) -> Self {
        Self { base, bytes: [0xff; NODE_MEMORY_LEN] }
    }

    fn part(&mut self, address: u32, len: usize) -> &mut [u8] {
        &mut self.bytes[(address - self.base) as usize..][..len]
    }
}

impl Nvm for Ram {
    type Error = Infallible;

    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(self.part(address, out.len()));
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.part(address, bytes.len()).copy_from_slice(bytes);
        Ok(())
    }
}

#[test]
fn gateway_keys() {
    for case in cases("gateway_keys", "gateway_keys") {
        let id = case.id();
        let [epoch] = case.array("epoch");
        let key = |field: &str| SecretKey::from_bytes(case.array(field));
        let until = u64_of(&case, "until");
        let previous = (!case.bytes("previous").is_empty()).then(|| (key("previous"), until));
        let keys = GatewayKeys::restore(epoch, key("current"), previous);
        let mut stored = [0; GATEWAY_KEYS_LEN];
        keys.expose_into(&mut stored);
        assert_eq!(stored, case.array("stored"), "{id}");

        let read = GatewayKeys::from_bytes(&stored).unwrap();
        assert_eq!((read.epoch(), read.secret_key()), (epoch, keys.secret_key()), "{id}");
        assert_eq!(read.previous(), keys.previous(), "{id}");
        for (at, wrong) in [(0, 2), (34, 2)] {
            let mut damaged = stored;
            damaged[at] = wrong;
            let refused = GatewayKeys::from_bytes(&damaged);
            assert_eq!(refused.err(), Some(Refusal::Malformed), "{id}");
        }
    }
}

#[test]
fn memory_slots() {
    for case in cases("nvm_slots", "nvm_slot") {
        match case.bytes("record").len() {
            20 => memory_slot::<20>(&case),
            36 => memory_slot::<36>(&case),
            other => panic!("{}: a record of {other}", case.id()),
        }
    }
}

fn memory_slot<const N: usize>(case: &Case) {
    let (address, generation) = (u32_of(case, "address"), u32_of(case, "generation"));
    let (record, slot) = (case.array::<N>("record"), case.bytes("slot"));
    let base = address - generation % 2 * 128;
    let (mut ram, journal) = (Ram::at(base), Journal::<N>::at(base));
    journal.store(&mut ram, generation, &record).unwrap();
    assert_eq!(ram.part(address, slot.len()), slot, "{}", case.id());
    let mut ram = Ram::at(base);
    ram.part(address, slot.len()).copy_from_slice(&slot);
    let loaded = journal.load(&mut ram).unwrap();
    assert_eq!((loaded.generation, loaded.record), (generation, record), "{}", case.id());
    assert_eq!(loaded.previous, Previous::Empty, "{}", case.id());
}

#[test]
fn memory_boots() {
    for case in cases("nvm_boots", "nvm_boot") {
        let id = case.id();
        let (base, first) = (u32_of(&case, "base"), u64_of(&case, "first"));
        let block = NonZeroU32::new(u32_of(&case, "block")).unwrap();
        let (noise, mut seed) = (case.bytes("noise"), [0; 32]);
        let mut ram = Ram::at(base);
        NodeMemory::provision(&mut ram, base, &case.array("seed"), first).unwrap();
        assert_eq!(ram.bytes[..], case.bytes("provisioned"), "{id}");

        let mut node = NodeMemory::boot(&mut ram, base, &noise, &mut seed).unwrap();
        assert_eq!(seed, case.array("boot_seed"), "{id}");
        assert_eq!(node.nvm_mut().bytes[..], case.bytes("booted"), "{id}");
        assert_eq!(node.lease(block), Ok(first), "{id}");
        assert_eq!(ram.bytes[..], case.bytes("leased"), "{id}");

        let mut node = NodeMemory::boot(&mut ram, base, &noise, &mut seed).unwrap();
        assert_eq!(seed, case.array("second_boot_seed"), "{id}");
        assert_eq!(node.lease(block), Ok(first + u64::from(block.get())), "{id}");
        assert_eq!(ram.bytes[..], case.bytes("second_leased"), "{id}");
    }
}
