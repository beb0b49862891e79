//! The gateway: owns the serial line to a sensor node, opens its frames, keeps its readings, sends it commands.
#[cfg(not(unix))]
compile_error!("the gateway relies on the file permissions of Unix");

mod error;
pub mod store;

pub use error::Error;
