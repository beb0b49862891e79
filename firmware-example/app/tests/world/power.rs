//! Power for everything on the board, and the clock.

use std::cell::Cell;
use std::rc::Rc;

use saltbox_node::Clock;

#[derive(Clone)]
pub struct Power(Rc<Cell<bool>>);

impl Power {
    pub fn on() -> Self {
        Self(Rc::new(Cell::new(true)))
    }

    pub fn is_on(&self) -> bool {
        self.0.get()
    }

    /// The node runs on to the end of its step, but reaches nothing any more.
    pub fn cut(&self) {
        self.0.set(false);
    }

    pub fn restore(&self) {
        self.0.set(true);
    }
}

/// Milliseconds since the world began; the node's clock begins at its reset.
#[derive(Clone)]
pub struct Time {
    pub now: Rc<Cell<u64>>,
    pub reset: u64,
}

impl Clock for Time {
    fn now_ms(&mut self) -> u64 {
        self.now.get() - self.reset
    }
}
