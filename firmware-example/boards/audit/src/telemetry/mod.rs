//! `saltbox::telemetry`.

mod gateway;
mod node;
mod wire;

use saltbox::keys::{PublicKey, SecretKey};

use crate::given;

#[inline(never)]
pub(crate) fn call() {
    wire::call();
    node::call();
    gateway::call();
}

fn secret() -> SecretKey {
    given(SecretKey::from_bytes(given([1; 32])))
}

fn public() -> PublicKey {
    given(PublicKey::from_bytes(given([2; 32])))
}
