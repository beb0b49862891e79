//! The gateway: owns the serial line to a sensor node, opens its frames, keeps its readings, sends it commands.
//!
//! The program is `saltbox-gateway`; this library is what it is made of, so that tests and demonstrations can drive it.
//!
//! | to do | use |
//! |---|---|
//! | keep keys, nodes and readings | [`Gateway`]: [`create`](Gateway::create), [`open`](Gateway::open) |
//! | take a frame, from wherever | [`Gateway::handle`], then do what the [`Action`]s say |
//! | own a serial port, a socket or an emulated board | [`line::Line`] |
//! | play a board under QEMU | [`qemu::Machine`] |
//! | make a blank node this gateway's | [`Gateway::provision`], [`enrolment::Enrolment`], [`Gateway::enrol`] |
//! | all of it together | [`watch::Watch`] |
//!
//! # Security
//!
//! The gateway's secret keys and all that is kept of a node lie in the database only sealed: see [`store::vault`].
//! Readings are not sealed; the database is readable by its owner alone. While the program runs, it holds the keys in
//! memory: they are wiped when dropped, but the copies that the system swaps out or writes to a core file are not.
#[cfg(not(unix))]
compile_error!("the gateway relies on the file permissions of Unix");

pub mod enrolment;
mod error;
mod event;
mod gateway;
pub mod line;
mod manage;
mod pace;
pub mod presence;
pub mod qemu;
pub mod show;
pub mod store;
mod turn;
pub mod watch;

pub use error::Error;
pub use event::{Action, Event};
pub use gateway::Gateway;
pub use manage::{Node, Rotation};
