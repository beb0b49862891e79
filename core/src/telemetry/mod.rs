//! Frames from a sensor node to a gateway, and commands back.
//!
//! The two know each other's X25519 key since enrolment. Each boot the node opens a session with a fresh key pair, the
//! gateway answers with one of its own, and from then on every frame is a box under keys that both forget.
//!
//! ```text
//! node                                                gateway
//!   | <-------- Provision (bench only, plain) ---------- |   enrolment: people compare both fingerprints
//!   | --------- Enrolled (plain) ----------------------> |
//!   |                                                    |
//!   | --------- Open   E, {features} ------------------> |   repeated until the Ack comes
//!   | <-------- Ack    F, {interval} ------------------- |   or Refused {RolledBack}
//!   | --------- Status, Data, Data, … -----------------> |   under keys from es, ss, ee and se
//!   | <-------- Command -------------------------------- |   repeated until the Reply comes
//!   | --------- Reply ---------------------------------> |
//! ```
//!
//! # Frame, version 1
//!
//! | offset | bytes | what |
//! |---:|---:|---|
//! | 0 | 1 | version 1 in the high half, [`Kind`] in the low half |
//! | 1 | 1 | epoch of the gateway's key, from 0 |
//! | 2 | 4 | node id, little-endian |
//! | 6 | 8 | counter, little-endian |
//! | 14 | 16 | Poly1305 tag |
//! | 30 | n | ciphertext, n at most [`MAX_BODY`] |
//!
//! `Open` and `Ack` have a 32-byte public key between header and tag; the kinds marked *plain* in [`Kind`] have no tag.
//! Integers are little-endian everywhere. A data frame is [`DATA_OVERHEAD`] = 30 bytes longer than its reading.
//!
//! | kind | counter in the header | body |
//! |---|---|---|
//! | `Open` | the node's next | [`Features`] u8, firmware major u8, minor u8, patch u8 |
//! | `Ack` | that of the Open | interval in milliseconds u32 |
//! | `Refused` | that of the Open | 1 |
//! | `Data` | the node's next | the reading: [`Reading`], or the application's own |
//! | `Status` | the node's next | [`Status`] |
//! | `Reply` | the node's next | [`CommandReply`] |
//! | `Command` | the command's number, from 1 | [`Command`] |
//! | `Trouble`, `Notice`, `Ask`, `Provision`, `Enrolled` | 0 | plain: [`trouble_frame`], [`notice_frame`], [`ask_frame`], [`Provision`], [`Enrolled`] |
//!
//! **The header is bound to the box** although NaCl has no associated data: the nonce *is* the header, followed by the
//! ten bytes `saltbox v1`. Another header is another nonce, under which the tag does not match.
//!
//! # Keys
//!
//! E and F are the ephemeral public keys, N and G the static ones; es = X25519(E, G), ss = X25519(N, G),
//! ee = X25519(E, F), se = X25519(N, F). BLAKE2b as `hash(input)` or `hash(key; input)`, `||` joins, the labels are ASCII.
//!
//! ```text
//! open key || chain  = BLAKE2b-512("saltbox telemetry v1 open" || Open's header || E || N || G || es || ss)
//! refusal key        = BLAKE2b-256(chain; "saltbox telemetry v1 refused")
//! up key || down key = BLAKE2b-512(chain; "saltbox telemetry v1 session" || Ack's header || F || ee || se)
//! ```
//!
//! The Open is sealed under the open key, the Ack under the down key, Refused under the refusal key. The agreements are
//! those of Noise's pattern KK: no static key is sent, because enrolment made both known. What follows:
//!
//! - both sides are authenticated; a recorded Open opens nothing, since a session needs the ee and se of a live node;
//! - who steals the node's key, or the gateway's, or both, cannot open sessions that have ended: ee is gone. The
//!   exception is the four bytes of an Open, which fall with the gateway's key. A session lasts until the node's next
//!   Open; until then its keys lie in both memories, and in the gateway's store;
//! - who steals the gateway's key can pass for the gateway, and can take nodes over for good by rotating them to a key
//!   of his own; he cannot pass for a node, which takes se;
//! - who steals a node's key can pass for that node until it is revoked.
//!
//! # When a nonce is unique
//!
//! Every session has a fresh key, and with a memory the counters run on over all sessions. With a counter memory *and* a
//! noise source, either may fail: a repeated E still meets fresh counters, and a rolled-back counter a fresh key. A board
//! with only a memory depends on it for both (the seed and the lease of [`nvm::NodeMemory`](crate::nvm::NodeMemory)); a
//! board with only a noise source depends on that.
//!
//! Such a memory put back to an old copy makes the node repeat an old Open. The gateway gives no Ack for it once a frame
//! has come under that session, so that the node seals nothing. What is left: who holds back *every* frame of a boot on
//! the line, and then puts the memory back to before that boot, sees two readings under one nonce.
//!
//! # What the gateway cannot see
//!
//! **Delay.** A frame that was held back on the line is accepted later, once, as long as its session stands and at most
//! 127 newer ones came: a reading's time is that of its arrival, unless the application seals one with it.
//!
//! # What the gateway refuses
//!
//! Everything that is not a fresh, authentic frame of an enrolled node, with a [`Refusal`] that says why. It remembers
//! the E of every session it accepted ([`Ephemerals`]) and the highest counter of every node; both, like all of
//! [`Peer`], must be kept on disk before an answer is sent.
//!
//! A complete run of both sides:
//!
//! ```
//! # use saltbox::keys::SecretKey;
//! # use saltbox::rng::Drbg;
//! use saltbox::telemetry::{
//!     Answer, Features, GatewayKeys, Identity, Interval, Kind, NodeId, Opening, Peer, Received,
//!     SeenEphemerals,
//! };
//!
//! # let mut random = Drbg::from_seed(&[1; 32]);
//! # let (node_key, gateway_key) = (SecretKey::from_bytes([2; 32]), SecretKey::from_bytes([3; 32]));
//! // What enrolment left on both sides.
//! let mut peer = Peer::new(NodeId(7), node_key.public_key(), Interval::from_millis(1_000));
//! let identity = Identity::new(NodeId(7), node_key, 0, gateway_key.public_key());
//! let keys = GatewayKeys::new(gateway_key);
//! let mut seen = SeenEphemerals::<16>::new();
//!
//! // The node opens, the gateway answers.
//! let mut opening = Opening::start(&identity, 1, Features::MEMORY, [0, 1, 0], &mut random)?;
//! let mut frame = *opening.frame();
//! let ack = match peer.receive(&keys, 0, &mut frame, &mut seen, &mut random) {
//!     Ok(Received::Opened { answer, .. }) => answer,
//!     other => panic!("{other:?}"),
//! };
//! let Answer::Accepted { mut session, interval } = opening.answer(&identity, &ack)? else { panic!() };
//! assert_eq!(interval.as_millis(), 1_000);
//!
//! // A reading.
//! let mut frame = [0; 64];
//! let frame = session.seal(Kind::Data, 2, b"21.5C", &mut frame)?;
//! match peer.receive(&keys, 0, frame, &mut seen, &mut random) {
//!     Ok(Received::Data { counter: 2, body: b"21.5C" }) => {}
//!     other => panic!("{other:?}"),
//! }
//! # Ok::<(), saltbox::telemetry::Refusal>(())
//! ```

mod command;
mod epochs;
mod frame;
mod handshake;
mod line;
mod node;
mod peer;
mod plain;
mod refusal;
mod report;
mod window;

pub use command::{COMMAND_MAX, Command, CommandReply, Outcome};
pub use epochs::{GATEWAY_KEYS_LEN, GatewayKeys};
pub use frame::{DATA_OVERHEAD, HEADER_LEN, Header, Kind, MAX_BODY, MAX_FRAME, NodeId};
pub use handshake::{ACK_LEN, AckFrame, Features, Interval, OPEN_LEN, OpenFrame};
pub use line::{LINE_MAX, Line};
pub use node::{Answer, Downlink, IDENTITY_LEN, Identity, NodeSession, Opening};
pub use peer::{
    Ephemerals, Full, PEER_LEN, Peer, REFUSED_LEN, ReceiveError, Received, SeenEphemerals,
};
pub use plain::{
    ENROLLED_LEN, Enrolled, PROVISION_LEN, Provision, TROUBLE_LEN, ask_frame, notice_frame,
    parse_trouble, trouble_frame,
};
pub use refusal::Refusal;
pub use report::{Reading, Status, Trouble, Troubles};
pub use window::ReplayWindow;
