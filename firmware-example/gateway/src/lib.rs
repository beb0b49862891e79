//! The gateway: owns the serial line to a sensor node, opens its frames, keeps its readings, sends it commands.
#[cfg(not(unix))]
compile_error!("the gateway relies on the file permissions of Unix");

mod error;
mod event;
mod gateway;
pub mod line;
mod manage;
mod pace;
pub mod qemu;
pub mod store;
mod turn;

pub use error::Error;
pub use event::{Action, Event};
pub use gateway::Gateway;
pub use manage::{Node, Rotation};
