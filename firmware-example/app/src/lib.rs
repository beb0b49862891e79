//! The sensor node, without the board.
//!
//! A board gives its drivers as [`Parts`], says in [`Hardware`] what nonces rest on, and ends in one call:
//!
//! ```no_run
//! # use core::convert::Infallible;
//! # struct Uart;
//! # impl embedded_io::ErrorType for Uart { type Error = Infallible; }
//! # impl embedded_io::Read for Uart {
//! #     fn read(&mut self, _: &mut [u8]) -> Result<usize, Infallible> { Ok(0) }
//! # }
//! # impl embedded_io::ReadReady for Uart {
//! #     fn read_ready(&mut self) -> Result<bool, Infallible> { Ok(false) }
//! # }
//! # impl embedded_io::Write for Uart {
//! #     fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> { Ok(bytes.len()) }
//! #     fn flush(&mut self) -> Result<(), Infallible> { Ok(()) }
//! # }
//! # struct Timer;
//! # impl saltbox_node::Clock for Timer { fn now_ms(&mut self) -> u64 { 0 } }
//! # #[derive(Debug)]
//! # struct BusError;
//! # impl embedded_hal::i2c::Error for BusError {
//! #     fn kind(&self) -> embedded_hal::i2c::ErrorKind { embedded_hal::i2c::ErrorKind::Other }
//! # }
//! # struct Twi;
//! # impl embedded_hal::i2c::ErrorType for Twi { type Error = BusError; }
//! # impl embedded_hal::i2c::I2c for Twi {
//! #     fn transaction(&mut self, _: u8, _: &mut [embedded_hal::i2c::Operation<'_>]) -> Result<(), BusError> {
//! #         Err(BusError)
//! #     }
//! # }
//! use core::cell::RefCell;
//! use saltbox::telemetry::Features;
//! use saltbox_node::{Eeprom, Hardware, NoNoise, Node, Parts, Settings, Shared, Thermometer};
//!
//! struct Board;
//!
//! impl<'a> Hardware for &'a Board {
//!     type Serial = Uart;
//!     type Clock = Timer;
//!     type Sensor = Thermometer<Shared<'a, Twi>>;
//!     type Memory = Eeprom<Shared<'a, Twi>>;
//!     type Noise = NoNoise;
//!     const FEATURES: Features = Features::MEMORY;
//! }
//!
//! let bus = RefCell::new(Twi);
//! let parts = Parts {
//!     serial: Uart,
//!     clock: Timer,
//!     sensor: Thermometer::at(Shared::of(&bus), 0x48),
//!     memory: Eeprom::at(Shared::of(&bus), 0x50),
//!     noise: NoNoise,
//! };
//! Node::<&Board>::new(parts, Settings::default()).run()
//! ```
//!
//! # What a node does
//!
//! | it is | because | and sends |
//! |---|---|---|
//! | broken | the self-test failed | plain `Trouble(SelfTest)`, nothing else until it is reset |
//! | unread | the memory does not answer | plain `Trouble(Memory)`; tries again |
//! | blank | it was never provisioned | plain `Trouble(NotProvisioned)`; waits for `Provision` |
//! | closed | it cannot open a session: memory or noise fails | plain `Trouble`; tries again |
//! | opening | the gateway has not answered yet | the same `Open` at growing intervals; another one after 16 s |
//! | standing | a session stands | sealed `Status`, `Data` and `Reply` |
//! | rolled back | the gateway says that its counters ran backwards | plain `Trouble(RolledBack)` until it is reset |
//!
//! While a session stands, what fails is a bit in a sealed status frame: the sensor (no readings until it answers
//! again), the memory (no readings once the lease cannot be extended; 16 counters are kept back for status frames and
//! replies), the noise source (where there is a memory the seed carries on).
//!
//! # Security
//!
//! What a node's nonces rest on, what is plain and what the gateway refuses: [`saltbox::telemetry`]. The rest:
//!
//! - The identity lies unencrypted in the memory: whoever holds the board holds its key. Revoke a lost one.
//! - `Provision` is plain: enrol over a cable that you trust. A provisioned node refuses another one until its memory
//!   is erased, which only who has the board in hand can do.
//! - `Ask` is plain too: whoever can write to the line can make the node open a session every ten seconds, no more.
//! - A command sent again costs the node one reply each half second at most, and none of the counters kept back.
#![no_std]

mod bus;
mod closed;
mod eeprom;
mod enrolment;
mod hardware;
pub mod identity_store;
mod log;
mod node;
mod noise;
mod opening;
mod roots;
mod self_test;
mod sensor;
mod settings;
mod standing;

pub use bus::{BusError, Shared};
pub use eeprom::{Eeprom, EepromError};
pub use hardware::{Clock, Hardware, Parts};
pub use node::Node;
pub use noise::NoNoise;
pub use sensor::{Sensor, TestPattern, Thermometer};
pub use settings::Settings;
