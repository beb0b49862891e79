//! The gateway's side of telemetry: a phone that enrols a sensor, opens its frames and sends it commands by itself.
//!
//! [`Gateway`] is the one object here without a twin in core: what core asks of every gateway (load the sensor's record,
//! let it take the frame, keep the changed record, and only then answer) is done in one call.

mod frames;
mod gateway;
mod line;
mod store;

pub use frames::{
    Command, Enrolled, Node, NonceSource, Outcome, Reading, Received, Refusal, Trouble, Turn,
};
pub use gateway::{Gateway, ask_frame};
pub use line::{LineDecoder, encode_line};
pub use store::{PeerStore, SecretStore, StoreError};
