//! Sessions, identities and what is stored of them: the keys are secrets, and so are the readings.

use core::hint::black_box;

use saltbox::keys::SecretKey;
use saltbox::rng::Drbg;
use saltbox::telemetry::{
    Answer, Features, GATEWAY_KEYS_LEN, GatewayKeys, IDENTITY_LEN, Identity, Interval, Kind,
    MAX_FRAME, NodeId, NodeSession, Opening, PEER_LEN, Peer, Received, SeenEphemerals,
};

use crate::{Secret, half, op, other_half, traced};

pub(crate) fn run() {
    opening();
    frames();
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
        let Ok(frame) = session.seal(Kind::Data, 2, &half(secret)[..8], &mut out) else {
            panic!("not sealed")
        };
        let Sides { keys, peer, random, seen, .. } = &mut sides;
        traced(|| drop(black_box(peer.receive(keys, 0, frame, seen, random))));
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
    op("telemetry: GatewayKeys::rotate", |secret| {
        let mut keys = GatewayKeys::new(SecretKey::from_bytes(half(secret)));
        let next = SecretKey::from_bytes(other_half(secret));
        assert!(traced(|| keys.rotate(next, 3)).is_ok());
    });
}
