//! While a session stands: readings, status, commands.

use saltbox::keys::PublicKey;
use saltbox::telemetry::{
    Command, CommandReply, Downlink, IDENTITY_LEN, Identity, Kind, MAX_FRAME, Outcome, Status,
    Trouble, Troubles,
};
use zeroize::Zeroizing;

use crate::log::log;
use crate::node::{RETRY, State, Works};
use crate::{Hardware, Sensor};

/// Milliseconds in which one reply is repeated.
const REPLY_REST: u64 = 500;
/// The longest pause between two status frames while counters cannot be had.
const LONGEST_SILENCE: u64 = 3_600_000;

/// A command, and what became of it.
pub(crate) struct Obeyed {
    number: u64,
    /// `None` if it was not understood.
    command: Option<Command>,
    outcome: Outcome,
}

impl<H: Hardware> Works<H> {
    pub(crate) fn stand(&mut self, now: u64) {
        if now >= self.due.open {
            self.open(now);
        }
        if !matches!(self.state, State::Standing(_)) {
            return;
        }
        self.extend_lease(now);
        if now >= self.due.status {
            self.send_status(now);
        }
        if now >= self.due.reading {
            self.send_reading(now);
        }
    }

    /// Tops the lease up while counters are left with which to say that it failed.
    fn extend_lease(&mut self, now: u64) {
        let wanted = self.roots.is_low() || self.troubles.has(Trouble::Memory);
        if !wanted || now < self.due.lease {
            return;
        }
        let failed = self.roots.top_up().is_err();
        if failed {
            self.due.lease = now + RETRY;
        }
        self.note(Trouble::Memory, failed, now);
    }

    /// Takes one reading and sends it, once. Without a counter to spare there is none.
    fn send_reading(&mut self, now: u64) {
        let interval = u64::from(self.interval.as_millis());
        self.due.reading = self.due.reading.saturating_add(interval);
        if self.due.reading <= now {
            self.due.reading = now + interval;
        }
        let reading = self.sensor.read();
        self.note(Trouble::Sensor, reading.is_err(), now);
        if let Ok(reading) = reading
            && !self.roots.is_spent()
            && let Some(counter) = self.roots.last_counter()
        {
            self.seal(Kind::Data, counter, &reading.encode());
            log!(info, "reading sealed, counter {}", counter);
        }
    }

    fn send_status(&mut self, now: u64) {
        let Some(counter) = self.roots.last_counter() else {
            // Not even that can be sealed any more.
            self.due.status = now + RETRY;
            self.complain(Trouble::Memory, now);
            return;
        };
        let usual = u64::from(self.settings.status_ms.max(self.interval.as_millis()));
        self.due.pause = if self.troubles.has(Trouble::Memory) {
            // The counters that are left must last.
            (2 * self.due.pause).clamp(RETRY, LONGEST_SILENCE)
        } else if self.troubles == Troubles::NONE {
            usual
        } else {
            u64::from(self.settings.status_ms)
        };
        self.due.status = now + self.due.pause;
        let uptime_s = u32::try_from(now / 1000).unwrap_or(u32::MAX);
        let status = Status { uptime_s, interval: self.interval, troubles: self.troubles };
        self.seal(Kind::Status, counter, &status.encode());
        log!(info, "status sealed, counter {}", counter);
    }

    /// Notes that `trouble` is there or not, and has a change told at once.
    pub(crate) fn note(&mut self, trouble: Trouble, present: bool, now: u64) {
        if self.troubles.has(trouble) != present {
            log!(warn, "trouble: {}, {}", trouble, present);
            self.troubles.set(trouble, present);
            self.due.status = now;
            self.due.pause = 0;
        }
    }

    pub(crate) fn take_command(&mut self, frame: &mut [u8], now: u64) {
        let State::Standing(session) = &mut self.state else { return };
        let (number, command) = match session.open(frame) {
            Ok(Downlink::Command { number, command }) => (number, Some(command)),
            Ok(Downlink::Unknown { number }) => (number, None),
            Ok(Downlink::Repeated { number }) => return self.reply_again(number, now),
            Err(_) => return,
        };
        let outcome = match &self.last {
            // From before this session: the reply was lost.
            Some(last) if (last.number, last.command) == (number, command) => last.outcome,
            _ => command.map_or(Outcome::Refused, |command| self.obey(command, now)),
        };
        log!(info, "command {}: {}", number, outcome);
        self.last = Some(Obeyed { number, command, outcome });
        self.reply(number, outcome, now);
    }

    /// Replies once more. Anybody can send a command again: it costs no counter that is kept back.
    fn reply_again(&mut self, number: u64, now: u64) {
        if let Some(last) = &self.last
            && last.number == number
            && now >= self.due.reply
            && !self.roots.is_spent()
        {
            self.reply(number, last.outcome, now);
        }
    }

    fn reply(&mut self, number: u64, outcome: Outcome, now: u64) {
        if let Some(counter) = self.roots.last_counter() {
            self.due.reply = now + REPLY_REST;
            self.seal(Kind::Reply, counter, &CommandReply { number, outcome }.encode());
        }
    }

    fn obey(&mut self, command: Command, now: u64) -> Outcome {
        match command {
            Command::SetInterval(interval) => {
                self.interval = interval;
                let next = now + u64::from(interval.as_millis());
                self.due.reading = self.due.reading.min(next);
                Outcome::Done
            }
            Command::RotateKey { epoch, key } => self.rotate(epoch, key, now),
            Command::RequestStatus => {
                self.due.status = now;
                Outcome::Done
            }
            _ => Outcome::Refused,
        }
    }

    /// Takes the gateway's next key: stores it, and opens a session under it after the reply.
    fn rotate(&mut self, epoch: u8, key: PublicKey, now: u64) -> Outcome {
        let Some(identity) = &self.identity else { return Outcome::Refused };
        if (identity.epoch(), identity.gateway()) == (epoch, key) {
            return Outcome::Done;
        }
        let mut bytes = Zeroizing::new([0; IDENTITY_LEN]);
        identity.expose_into(&mut bytes);
        let mut next = Identity::from_bytes(&bytes);
        if next.rotate(epoch, key).is_err() {
            return Outcome::Refused;
        }
        if let Err(trouble) = self.roots.keep(&next) {
            self.note(trouble, true, now);
            return Outcome::Failed;
        }
        self.identity = Some(next);
        self.due.open = now;
        Outcome::Done
    }

    fn seal(&mut self, kind: Kind, counter: u64, body: &[u8]) {
        let State::Standing(session) = &mut self.state else { return };
        let mut out = [0; MAX_FRAME];
        // No body is longer than a frame can hold.
        if let Ok(frame) = session.seal(kind, counter, body, &mut out) {
            self.send(frame);
        }
    }
}
