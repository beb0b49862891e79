//! Sessions, identities and what is stored of them: the keys are secrets, and so are the readings.

use saltbox::keys::{PublicKey, SecretKey};
use saltbox::rng::Drbg;
use saltbox::telemetry::{
    Answer, Command, CommandReply, Downlink, Features, GATEWAY_KEYS_LEN, GatewayKeys, IDENTITY_LEN,
    Identity, Interval, Kind, MAX_FRAME, NodeId, NodeSession, Opening, Outcome, PEER_LEN, Peer,
    Provision, Received, SeenEphemerals, Status, Trouble, Troubles,
};

use crate::keys::someone;
use crate::{Secret, half, op, other_half, traced};

pub(crate) fn run() {
    opening();
    frames();
    commands();
    provisioning();
    rotation();
    stored();
}

/// Both sides of a session, which all come from one secret.
struct Sides {
    identity: Identity,
    keys: GatewayKeys,
    peer: Peer,
    random: Drbg,
    seen: SeenEphemerals<1>,
}

impl Sides {
    fn new(secret: &Secret) -> Self {
        let node = SecretKey::from_bytes(half(secret));
        let gateway = SecretKey::from_bytes(other_half(secret));
        let (id, interval) = (NodeId(1), Interval::from_millis(1_000));
        Self {
            peer: Peer::new(id, node.public_key(), interval),
            identity: Identity::new(id, node, 0, gateway.public_key()),
            keys: GatewayKeys::new(gateway),
            random: Drbg::from_seed(&half(secret)),
            seen: SeenEphemerals::new(),
        }
    }

    fn start(&mut self) -> Opening {
        let opening = Opening::start(&self.identity, 1, Features::MEMORY, [0; 3], &mut self.random);
        let Ok(opening) = opening else { panic!("no opening") };
        opening
    }

    /// The gateway's answer to an opening.
    fn answer(&mut self, opening: &Opening) -> impl AsRef<[u8]> + use<> {
        let mut frame = *opening.frame();
        let Self { keys, peer, random, seen, .. } = self;
        let Ok(Received::Opened { answer, .. }) = peer.receive(keys, 0, &mut frame, seen, random)
        else {
            panic!("not opened")
        };
        answer
    }

    fn session(&mut self) -> NodeSession {
        let mut opening = self.start();
        let answer = self.answer(&opening);
        let accepted = opening.answer(&self.identity, answer.as_ref());
        let Ok(Answer::Accepted { session, .. }) = accepted else { panic!("no session") };
        session
    }

    /// A session under which a first frame has come, so that the gateway may command.
    fn standing(&mut self) -> NodeSession {
        let (mut session, mut out) = (self.session(), [0; MAX_FRAME]);
        let frame = sealed(&mut session, Kind::Data, 2, &[0; 8], &mut out);
        let Ok(Received::Data { .. }) = self.receive(frame) else { panic!("not received") };
        session
    }

    fn receive<'a>(&mut self, frame: &'a mut [u8]) -> Result<Received<'a>, ()> {
        let Self { keys, peer, random, seen, .. } = self;
        peer.receive(keys, 0, frame, seen, random).map_err(|_| ())
    }

    /// The command that waits, sealed.
    fn command<'a>(&self, out: &'a mut [u8]) -> &'a mut [u8] {
        let Ok(Some(frame)) = self.peer.command_frame(out) else { panic!("no command") };
        frame
    }
}

fn sealed<'a>(
    session: &mut NodeSession,
    kind: Kind,
    counter: u64,
    body: &[u8],
    out: &'a mut [u8],
) -> &'a mut [u8] {
    let Ok(frame) = session.seal(kind, counter, body, out) else { panic!("not sealed") };
    frame
}

fn opening() {
    op("telemetry: Opening::start", |secret| {
        let mut sides = Sides::new(secret);
        traced(|| sides.start());
    });
    op("telemetry: Peer::receive, an opening", |secret| {
        let mut sides = Sides::new(secret);
        let opening = sides.start();
        traced(|| sides.answer(&opening));
    });
    op("telemetry: Opening::answer", |secret| {
        let mut sides = Sides::new(secret);
        let mut opening = sides.start();
        let answer = sides.answer(&opening);
        let answer = answer.as_ref();
        traced(|| opening.answer(&sides.identity, answer)).ok();
    });
}

fn frames() {
    op("telemetry: NodeSession::seal", |secret| {
        let mut session = Sides::new(secret).session();
        let mut out = [0; MAX_FRAME];
        let sealed = traced(|| session.seal(Kind::Data, 2, &half(secret), &mut out).is_ok());
        assert!(sealed);
    });
    op("telemetry: Peer::receive, a reading", |secret| {
        let mut sides = Sides::new(secret);
        let mut session = sides.session();
        let mut out = [0; MAX_FRAME];
        let frame = sealed(&mut session, Kind::Data, 2, &half(secret)[..8], &mut out);
        let received = traced(|| sides.receive(frame));
        assert!(matches!(received, Ok(Received::Data { .. })));
    });
    op("telemetry: Peer::receive, a status", |secret| {
        let mut sides = Sides::new(secret);
        let (mut session, mut out) = (sides.standing(), [0; MAX_FRAME]);
        let body = status(secret).encode();
        let frame = sealed(&mut session, Kind::Status, 3, &body, &mut out);
        let received = traced(|| sides.receive(frame));
        assert!(matches!(received, Ok(Received::Status { .. })));
    });
}

/// A status that says other things with each secret.
fn status(secret: &Secret) -> Status {
    let [a, b, c, d, e, f, g, ..] = *secret;
    let mut troubles = Troubles::NONE;
    for (bit, trouble) in Trouble::ALL.into_iter().enumerate() {
        troubles.set(trouble, g >> bit & 1 == 1);
    }
    Status {
        uptime_s: u32::from_le_bytes([a, b, c, d]),
        interval: Interval::from_millis(1_000 + u32::from(u16::from_le_bytes([e, f]))),
        troubles,
    }
}

/// The key that a command brings follows from the secret; which command it is does not.
fn commands() {
    op("telemetry: Peer::command_frame", |secret| {
        let mut sides = Sides::new(secret);
        let _session = sides.standing();
        assert!(sides.peer.command(rotate(secret)).is_ok());
        let mut out = [0; MAX_FRAME];
        let made = traced(|| sides.peer.command_frame(&mut out).is_ok_and(|it| it.is_some()));
        assert!(made);
    });
    op("telemetry: NodeSession::open, a command", |secret| {
        let mut sides = Sides::new(secret);
        let mut session = sides.standing();
        assert!(sides.peer.command(rotate(secret)).is_ok());
        let mut out = [0; MAX_FRAME];
        let frame = sides.command(&mut out);
        let opened = traced(|| session.open(frame));
        assert!(matches!(opened, Ok(Downlink::Command { .. })));
    });
    op("telemetry: Peer::receive, a reply", |secret| {
        let mut sides = Sides::new(secret);
        let mut session = sides.standing();
        assert!(sides.peer.command(rotate(secret)).is_ok());
        let mut out = [0; MAX_FRAME];
        let Ok(Downlink::Command { number, .. }) = session.open(sides.command(&mut out)) else {
            panic!("not opened")
        };
        let body = CommandReply { number, outcome: Outcome::Done }.encode();
        let mut out = [0; MAX_FRAME];
        let frame = sealed(&mut session, Kind::Reply, 3, &body, &mut out);
        let received = traced(|| sides.receive(frame));
        assert!(matches!(received, Ok(Received::Reply { .. })));
    });
}

fn rotate(secret: &Secret) -> Command {
    Command::RotateKey { epoch: 1, key: PublicKey::from_bytes(other_half(secret)) }
}

fn provisioning() {
    op("telemetry: Provision::new, to_frame, parse and expose_seed", |secret| {
        let (gateway, seed) = (someone(), half(secret));
        let parsed = traced(|| {
            let frame = Provision::new(NodeId(1), 0, gateway, &seed).to_frame();
            Provision::parse(&frame).map(|parsed| *parsed.expose_seed())
        });
        assert_eq!(parsed, Ok(seed));
    });
}

fn rotation() {
    op("telemetry: GatewayKeys::rotate", |secret| {
        let mut keys = GatewayKeys::new(SecretKey::from_bytes(half(secret)));
        let next = SecretKey::from_bytes(other_half(secret));
        assert!(traced(|| keys.rotate(next, 3)).is_ok());
    });
    op("telemetry: GatewayKeys::restore and expire", |secret| {
        let current = SecretKey::from_bytes(half(secret));
        let previous = SecretKey::from_bytes(other_half(secret));
        let expired = traced(|| {
            let mut keys = GatewayKeys::restore(1, current, Some((previous, 2)));
            (keys.expire(3), keys)
        });
        assert!(expired.0);
    });
    op("telemetry: Identity::rotate", |secret| {
        let mut identity = Sides::new(secret).identity;
        let next = someone();
        assert!(traced(|| identity.rotate(1, next)).is_ok());
    });
}

fn stored() {
    op("telemetry: Identity::expose_into and from_bytes", |secret| {
        let identity = Sides::new(secret).identity;
        let mut bytes = [0; IDENTITY_LEN];
        traced(|| {
            identity.expose_into(&mut bytes);
            Identity::from_bytes(&bytes)
        });
    });
    op("telemetry: GatewayKeys::expose_into and from_bytes", |secret| {
        let keys = Sides::new(secret).keys;
        let mut bytes = [0; GATEWAY_KEYS_LEN];
        traced(|| {
            keys.expose_into(&mut bytes);
            GatewayKeys::from_bytes(&bytes)
        })
        .ok();
    });
    op("telemetry: Peer::expose_into and from_bytes", |secret| {
        let mut sides = Sides::new(secret);
        let _ = sides.session();
        let mut bytes = [0; PEER_LEN];
        traced(|| {
            sides.peer.expose_into(&mut bytes);
            Peer::from_bytes(&bytes)
        })
        .ok();
    });
}
