//! Opening a session.

use saltbox::telemetry::{Answer, OpenFrame, Opening, Trouble};

use crate::log::log;
use crate::node::{NEVER, RETRY, State, Works};
use crate::{Clock, Hardware};

/// Milliseconds until the Open is repeated, at first and at most.
const FIRST_PAUSE: u64 = 500;
const LONGEST_PAUSE: u64 = 8_000;
/// Milliseconds in which one Ask is heard.
const ASK_REST: u64 = 10_000;

impl<H: Hardware> Works<H> {
    /// Opens a session. Should that fail, one that stands goes on; without one the trouble is said in the clear.
    pub(crate) fn open(&mut self, now: u64) {
        match self.begin() {
            Ok(opening) => {
                let frame = *opening.frame();
                self.state = State::Opening(opening);
                self.due.pause = FIRST_PAUSE / 2;
                self.repeat_open(&frame);
            }
            Err(trouble) => {
                self.due.open = now + RETRY;
                match self.state {
                    State::Standing(_) => self.note(trouble, true, now),
                    _ => self.say(trouble),
                }
            }
        }
    }

    fn begin(&mut self) -> Result<Opening, Trouble> {
        let identity = self.identity.as_ref().ok_or(Trouble::NotProvisioned)?;
        self.roots.stir()?;
        let counter = self.roots.counter()?;
        let features = self.roots.features();
        let random = self.roots.random()?;
        // All that can fail from here on is the gateway's key, which was looked at before it was stored.
        Opening::start(identity, counter, features, self.settings.firmware, random)
            .map_err(|_| Trouble::StaleMemory)
    }

    /// Whether this Open was repeated often enough: its Ack may have been lost for good, and another one is due.
    pub(crate) const fn is_worn(&self) -> bool {
        self.due.pause >= LONGEST_PAUSE
    }

    /// Sends the Open, and says when to do so again: counted from now, since making it takes a Cortex-M0 long.
    pub(crate) fn repeat_open(&mut self, frame: &OpenFrame) {
        self.send(frame);
        self.due.pause = (2 * self.due.pause).min(LONGEST_PAUSE);
        self.due.open = self.clock.now_ms() + self.due.pause;
    }

    pub(crate) fn take_answer(&mut self, frame: &[u8], now: u64) {
        let (State::Opening(opening), Some(identity)) = (&mut self.state, &self.identity) else {
            return;
        };
        match opening.answer(identity, frame) {
            Ok(Answer::Accepted { session, interval }) => {
                log!(info, "session stands, a reading every {} ms", interval.as_millis());
                // The Opening is dropped, and with it the ephemeral key.
                self.state = State::Standing(session);
                self.interval = interval;
                self.due.open = NEVER;
                (self.due.status, self.due.reading) = (now, now);
                self.troubles.set(Trouble::Entropy, self.roots.noise_failed());
            }
            Ok(Answer::RolledBack) => {
                log!(error, "the gateway says that this memory is an old copy: provision afresh");
                self.state = State::RolledBack;
                self.due.trouble = now;
            }
            Err(_) => {}
        }
    }

    /// Opens another session, because the gateway does not know this one. Anybody can ask.
    pub(crate) fn take_ask(&mut self, now: u64) {
        if matches!(self.state, State::Standing(_)) && now >= self.due.ask {
            log!(info, "asked for another session");
            self.due.ask = now + ASK_REST;
            self.due.open = now;
        }
    }
}
