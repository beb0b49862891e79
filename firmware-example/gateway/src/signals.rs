//! Ending cleanly on SIGINT and SIGTERM.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use saltbox_gateway::Error;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Whether a signal asked the program to end.
#[derive(Debug)]
pub struct Signals(Arc<AtomicBool>);

impl Signals {
    /// From now on a signal asks. Before, and so while a passphrase is asked for, it ends the program.
    pub fn listen() -> Result<Self, Error> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            flag::register(signal, Arc::clone(&asked))
                .map_err(|error| Error::Refused(format!("signals cannot be caught: {error}")))?;
        }
        Ok(Self(asked))
    }

    /// Whether to end.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// [`Error::Interrupted`] if so.
    pub fn check(&self) -> Result<(), Error> {
        if self.asked() { Err(Error::Interrupted) } else { Ok(()) }
    }
}
