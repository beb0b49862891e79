//! The gateway's side: a board can be one.

use saltbox::telemetry::{
    Command, Ephemerals, Full, GATEWAY_KEYS_LEN, GatewayKeys, Interval, NodeId, PEER_LEN, Peer,
    ReceiveError, Received, Refusal, SeenEphemerals,
};

use super::{public, secret};
use crate::shown::{debug, display, equal, plain};
use crate::{Broken, given, rng, room, taken};

#[inline(never)]
pub(crate) fn call() {
    let keys = keys();
    peer(&keys);
    ephemerals();
    errors();
}

fn keys() -> GatewayKeys {
    taken(GatewayKeys::new(secret()));
    let mut keys = given(GatewayKeys::restore(given(1), secret(), given(Some((secret(), 2)))));
    taken(GatewayKeys::rotate(&mut keys, secret(), given(3)));
    taken(GatewayKeys::expire(&mut keys, given(4)));
    taken(GatewayKeys::epoch(&keys));
    taken(GatewayKeys::public_key(&keys));
    taken(GatewayKeys::secret_key(&keys));
    taken(GatewayKeys::previous(&keys));
    taken(GatewayKeys::check(&keys, given(5), given(6)));
    let mut stored = given([7; GATEWAY_KEYS_LEN]);
    GatewayKeys::expose_into(&keys, &mut stored);
    taken(GatewayKeys::from_bytes(&given(stored)));
    debug::<GatewayKeys>(&keys);
    given(keys)
}

fn peer(keys: &GatewayKeys) {
    taken(Peer::new(NodeId(given(1)), public(), Interval::from_millis(given(2))));
    let Ok(mut peer) = given(Peer::from_bytes(&given([3; PEER_LEN]))) else { return };
    let mut random = rng::healthy();
    let mut seen = given(SeenEphemerals::<4>::new());
    let mut frame = given([4; 100]);
    let received =
        Peer::receive(&mut peer, keys, given(5), room(&mut frame), &mut seen, &mut random);
    if let Ok(received) = given(received) {
        debug::<Received<'_>>(&received);
        equal::<Received<'_>>(&received, &received);
    }
    taken(Peer::command(&mut peer, given(Command::RequestStatus)));
    taken(Peer::waiting(&peer));
    taken(Peer::command_frame(&peer, room(&mut frame)));
    let mut out = [0; PEER_LEN];
    Peer::expose_into(&peer, given(&mut out));
    taken(out);

    taken(Peer::id(&peer));
    taken(Peer::public_key(&peer));
    taken(Peer::floor(&peer));
    taken(Peer::interval(&peer));
    taken(Peer::has_session(&peer));
    taken(Peer::epoch(&peer));
    taken(Peer::is_revoked(&peer));
    debug::<Peer>(&peer);
    Peer::end_sessions(&mut peer);
    Peer::revoke(&mut peer);
    taken(peer);
}

fn ephemerals() {
    let mut seen = given(<SeenEphemerals<3> as Default>::default());
    let node = NodeId(given(1));
    taken(<SeenEphemerals<3> as Ephemerals>::seen(&mut seen, node, &public()));
    taken(<SeenEphemerals<3> as Ephemerals>::remember(&mut seen, node, &public()));
    debug::<SeenEphemerals<3>>(&seen);
    plain::<Full>(&given(Full));
}

fn errors() {
    let refusal = given(Refusal::Forged);
    let error = given(<ReceiveError<Broken> as From<Refusal>>::from(refusal));
    taken(ReceiveError::refusal(&error));
    plain::<ReceiveError<Broken>>(&error);
    display::<ReceiveError<Broken>>(&error);
}
