//! The node's side.

use saltbox::telemetry::{
    Answer, Downlink, Features, IDENTITY_LEN, Identity, Kind, NodeId, NodeSession, Opening,
};

use super::{public, secret};
use crate::shown::{debug, plain};
use crate::{given, rng, room, some, taken};

#[inline(never)]
pub(crate) fn call() {
    let identity = identity();
    let mut random = rng::healthy();
    let features = given(Features::MEMORY);
    let opening = Opening::start(&identity, given(1), features, given([1, 2, 3]), &mut random);
    if let Ok(mut opening) = given(opening) {
        taken(Opening::frame(&opening));
        debug::<Opening>(&opening);
        if let Ok(answer) = given(Opening::answer(&mut opening, &identity, some(&given([1; 90])))) {
            debug::<Answer>(&answer);
            if let Answer::Accepted { session, .. } = answer {
                use_session(given(session));
            }
        }
    }
}

fn identity() -> Identity {
    taken(Identity::from_bytes(&given([1; IDENTITY_LEN])));
    let mut identity = given(Identity::new(NodeId(given(1)), secret(), given(2), public()));
    taken(Identity::id(&identity));
    taken(Identity::epoch(&identity));
    taken(Identity::public_key(&identity));
    taken(Identity::gateway(&identity));
    taken(Identity::rotate(&mut identity, given(3), public()));
    let mut out = [0; IDENTITY_LEN];
    Identity::expose_into(&identity, given(&mut out));
    taken(out);
    debug::<Identity>(&identity);
    given(identity)
}

fn use_session(mut session: NodeSession) {
    let (body, mut out) = (given([1; 40]), given([0; 100]));
    taken(NodeSession::seal(
        &mut session,
        given(Kind::Data),
        given(1),
        some(&body),
        room(&mut out),
    ));
    if let Ok(downlink) = given(NodeSession::open(&mut session, room(&mut out))) {
        plain::<Downlink>(&downlink);
    }
    debug::<NodeSession>(&session);
}
