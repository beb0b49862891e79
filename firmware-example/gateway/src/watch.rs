//! A gateway on a line: what `saltbox-gateway run` does, step by step.

use std::time::{Duration, Instant, SystemTime};

use saltbox::telemetry::Outcome;

use crate::line::{Incoming, Line};
use crate::store::queue::Order;
use crate::{Action, Error, Event, Gateway};

/// How often the database is asked whether something was queued.
const TICK: Duration = Duration::from_millis(500);

/// What a step brought.
#[derive(Debug)]
#[non_exhaustive]
pub enum Notice {
    /// What became of the line, or noise on it; never a frame.
    Line(Incoming),
    /// A frame as it came, before what became of it.
    Frame(Vec<u8>),
    /// What happened.
    Event(Event),
    /// A frame could not be kept, and so was neither accepted nor answered; the next one may be.
    Fault(Error),
}

/// A gateway on a line.
#[derive(Debug)]
pub struct Watch {
    gateway: Gateway,
    line: Line,
    next_tick: Instant,
}

impl Watch {
    /// Puts `gateway` on `line`.
    #[must_use]
    pub fn new(gateway: Gateway, line: Line) -> Self {
        Self { gateway, line, next_tick: Instant::now() }
    }

    /// The gateway.
    pub const fn gateway(&mut self) -> &mut Gateway {
        &mut self.gateway
    }

    /// The line.
    pub const fn line(&mut self) -> &mut Line {
        &mut self.line
    }

    /// Waits up to a tenth of a second for what comes, and does what is to be done about it.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] for what trying again cannot mend, [`Error::Damaged`]. Other faults of the database are notices.
    pub fn step(&mut self) -> Result<Vec<Notice>, Error> {
        let mut notices = Vec::new();
        for incoming in self.line.poll()? {
            match incoming {
                Incoming::Frame(frame) => {
                    notices.extend(self.inject(&frame)?);
                }
                other => notices.push(Notice::Line(other)),
            }
        }
        if Instant::now() >= self.next_tick {
            self.next_tick = Instant::now() + TICK;
            let actions = self.gateway.tick(SystemTime::now());
            self.act(actions, &mut notices)?;
        }
        Ok(notices)
    }

    /// Takes a frame as if it had come over the line, where the answers go as well.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`].
    pub fn inject(&mut self, frame: &[u8]) -> Result<Vec<Notice>, Error> {
        let mut notices = vec![Notice::Frame(frame.to_vec())];
        let actions = self.gateway.handle(frame, SystemTime::now());
        self.act(actions, &mut notices)?;
        Ok(notices)
    }

    fn act(
        &mut self,
        actions: Result<Vec<Action>, Error>,
        notices: &mut Vec<Notice>,
    ) -> Result<(), Error> {
        let actions = match actions {
            Ok(actions) => actions,
            Err(error @ Error::Damaged(_)) => return Err(error),
            Err(error) => {
                notices.push(Notice::Fault(error));
                return Ok(());
            }
        };
        for action in actions {
            match action {
                Action::Send(frame) => notices.extend(self.line.send(&frame).map(Notice::Line)),
                Action::Tell(event) => {
                    notices.extend(self.keep_memory(&event));
                    notices.push(Notice::Event(event));
                }
            }
        }
        Ok(())
    }

    /// An emulated board's flash page now holds the new key: into the file with it, for the next start.
    fn keep_memory(&mut self, event: &Event) -> Option<Notice> {
        let rotated = matches!(
            event,
            Event::Reply { order: Order::RotateKey(_), outcome: Outcome::Done, .. }
        );
        let machine = self.line.machine().filter(|_| rotated)?;
        machine.keep_memory().err().map(Notice::Fault)
    }
}
