//! The node: its state, and one step of its life.

use embedded_io::{Read, ReadReady, Write};
use saltbox::telemetry::{
    HEADER_LEN, Header, Identity, Interval, Kind, LINE_MAX, Line, NodeId, NodeSession, Opening,
    Trouble, Troubles, trouble_frame,
};
use zeroize::{Zeroize, Zeroizing};

use crate::log::log;
use crate::roots::Roots;
use crate::standing::Obeyed;
use crate::{Clock, Hardware, Parts, Settings};

/// Milliseconds between two tries at what failed, and between two plain troubles.
pub(crate) const RETRY: u64 = 5_000;
/// A time that never comes.
pub(crate) const NEVER: u64 = u64::MAX;
/// Chunks read from the line before the node looks at its clock again.
const CHUNKS: usize = 8;

/// A sensor node.
///
/// # Cost
///
/// Without a heap; its size is that of the drivers and less than 1,024 bytes. Stack: X25519's, at boot Ed25519's
/// signing.
/// Never panics.
///
/// # Example
///
/// See the [crate](crate).
pub struct Node<H: Hardware> {
    line: Line,
    works: Works<H>,
}

/// The node but for what it receives with.
pub(crate) struct Works<H: Hardware> {
    pub(crate) serial: H::Serial,
    pub(crate) clock: H::Clock,
    pub(crate) sensor: H::Sensor,
    pub(crate) roots: Roots<H>,
    pub(crate) settings: Settings,
    pub(crate) identity: Option<Identity>,
    pub(crate) state: State,
    pub(crate) troubles: Troubles,
    pub(crate) interval: Interval,
    pub(crate) due: Due,
    /// The last command, so that it is not obeyed again when its reply is lost, not even in another session.
    pub(crate) last: Option<Obeyed>,
}

/// See the table in the [crate](crate).
pub(crate) enum State {
    Start,
    Broken,
    Unread,
    Blank,
    Closed,
    Opening(Opening),
    Standing(NodeSession),
    RolledBack,
}

/// When what is to be done next: milliseconds on the clock.
pub(crate) struct Due {
    /// A plain trouble.
    pub(crate) trouble: u64,
    /// To open a session, or to repeat the Open.
    pub(crate) open: u64,
    /// From when on an Ask is heard.
    pub(crate) ask: u64,
    /// From when on a reply is repeated.
    pub(crate) reply: u64,
    /// To extend the lease, if it is low.
    pub(crate) lease: u64,
    pub(crate) status: u64,
    pub(crate) reading: u64,
    /// Milliseconds from this Open to the next, or from this status frame to the next.
    pub(crate) pause: u64,
}

impl<H: Hardware> Node<H> {
    /// A node that has not begun yet: its first [`poll`](Self::poll) runs the self-test.
    #[must_use]
    pub fn new(parts: Parts<H>, settings: Settings) -> Self {
        const { assert!(size_of::<Self>() <= size_of::<Parts<H>>() + 1024, "the node has grown") };
        let Parts { serial, clock, sensor, memory, noise } = parts;
        let works = Works {
            serial,
            clock,
            sensor,
            roots: Roots::new(memory, noise, settings.lease),
            settings,
            identity: None,
            state: State::Start,
            troubles: Troubles::NONE,
            interval: Interval::from_millis(60_000),
            due: Due {
                trouble: 0,
                open: 0,
                ask: 0,
                reply: 0,
                lease: 0,
                status: 0,
                reading: 0,
                pause: 0,
            },
            last: None,
        };
        Self { line: Line::new(), works }
    }

    /// Takes what came over the line and does what is due. Waits for nothing but the drivers.
    pub fn poll(&mut self) {
        let now = self.works.clock.now_ms();
        if matches!(self.works.state, State::Start) {
            self.works.start(now);
        }
        self.listen(now);
        self.works.act(now);
    }

    /// Polls for ever.
    pub fn run(mut self) -> ! {
        loop {
            self.poll();
        }
    }

    fn listen(&mut self, now: u64) {
        // A Provision brings a seed.
        let mut chunk = Zeroizing::new([0; 32]);
        for _ in 0..CHUNKS {
            if !matches!(self.works.serial.read_ready(), Ok(true)) {
                return;
            }
            let Ok(count) = self.works.serial.read(&mut *chunk) else { return };
            for byte in chunk.iter().take(count) {
                if let Some(frame) = self.line.push(*byte) {
                    self.works.receive(frame, now);
                }
            }
        }
    }
}

impl<H: Hardware> core::fmt::Debug for Node<H> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Node").field("identity", &self.works.identity).finish_non_exhaustive()
    }
}

impl<H: Hardware> Works<H> {
    fn receive(&mut self, frame: &mut [u8], now: u64) {
        let Ok(header) = Header::parse(frame) else { return };
        if matches!(self.state, State::Start | State::Broken) {
            return;
        }
        if header.kind == Kind::Provision {
            self.provision(frame, now);
            frame.zeroize();
            return;
        }
        if header.node != self.id() {
            return;
        }
        match header.kind {
            Kind::Ack | Kind::Refused => self.take_answer(frame, now),
            Kind::Command => self.take_command(frame, now),
            Kind::Ask if frame.len() == HEADER_LEN => self.take_ask(now),
            // Plain, and so for people only.
            Kind::Notice => log!(warn, "the line says that the gateway's key was replaced"),
            _ => {}
        }
    }

    fn act(&mut self, now: u64) {
        match &self.state {
            State::Start => {}
            State::Broken => self.complain(Trouble::SelfTest, now),
            State::Unread | State::Blank => {
                if now >= self.due.trouble {
                    self.find_identity(now);
                }
            }
            State::Closed => {
                if now >= self.due.open {
                    self.open(now);
                }
            }
            State::Opening(_) if now >= self.due.open && self.is_worn() => self.open(now),
            State::Opening(opening) => {
                if now >= self.due.open {
                    let frame = *opening.frame();
                    self.repeat_open(&frame);
                }
            }
            State::Standing(_) => self.stand(now),
            State::RolledBack => self.complain(Trouble::RolledBack, now),
        }
    }

    /// The node's number, 0 for a blank one.
    pub(crate) fn id(&self) -> NodeId {
        self.identity.as_ref().map_or(NodeId(0), Identity::id)
    }

    /// Says a plain trouble, if the last one is long enough ago.
    pub(crate) fn complain(&mut self, trouble: Trouble, now: u64) {
        if now >= self.due.trouble {
            self.due.trouble = now + RETRY;
            self.say(trouble);
        }
    }

    /// Says a plain trouble.
    pub(crate) fn say(&mut self, trouble: Trouble) {
        log!(warn, "plain trouble: {}", trouble);
        self.send(&trouble_frame(self.id(), trouble));
    }

    /// Sends a frame. One that the line does not take is lost, as on any line.
    pub(crate) fn send(&mut self, frame: &[u8]) {
        let mut out = [0; LINE_MAX];
        if let Ok(bytes) = Line::encode(frame, &mut out)
            && (self.serial.write_all(bytes).is_err() || self.serial.flush().is_err())
        {
            log!(info, "the line did not take a frame");
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use core::convert::Infallible;
    use std::vec::Vec;

    use embedded_io::ErrorType;
    use saltbox::keys::SecretKey;
    use saltbox::nvm::Nvm;
    use saltbox::telemetry::{Features, Provision};

    use super::*;
    use crate::{NoNoise, TestPattern};

    /// All parts in one: a line, a clock that the test turns, and a memory that is never read.
    #[derive(Clone, Default)]
    struct Bench {
        down: Vec<u8>,
        up: Vec<u8>,
        now: u64,
    }

    impl Hardware for Bench {
        type Serial = Self;
        type Clock = Self;
        type Sensor = TestPattern;
        type Memory = Self;
        type Noise = NoNoise;
        const FEATURES: Features = Features::MEMORY;
    }

    impl ErrorType for Bench {
        type Error = Infallible;
    }

    impl ReadReady for Bench {
        fn read_ready(&mut self) -> Result<bool, Infallible> {
            Ok(!self.down.is_empty())
        }
    }

    impl Read for Bench {
        fn read(&mut self, out: &mut [u8]) -> Result<usize, Infallible> {
            let count = out.len().min(self.down.len());
            for (to, from) in out.iter_mut().zip(self.down.drain(..count)) {
                *to = from;
            }
            Ok(count)
        }
    }

    impl Write for Bench {
        fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
            self.up.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> Result<(), Infallible> {
            Ok(())
        }
    }

    impl Clock for Bench {
        fn now_ms(&mut self) -> u64 {
            self.now
        }
    }

    impl Nvm for Bench {
        type Error = Infallible;

        fn read(&mut self, _: u32, _: &mut [u8]) -> Result<(), Infallible> {
            panic!("a broken part reads no key")
        }

        fn write(&mut self, _: u32, _: &[u8]) -> Result<(), Infallible> {
            panic!("a broken part writes no key")
        }
    }

    #[test]
    fn a_broken_part_says_so_and_nothing_else() {
        let bench = Bench::default;
        let sensor = TestPattern::default();
        let parts =
            Parts { serial: bench(), clock: bench(), sensor, memory: bench(), noise: NoNoise };
        let mut node = Node::<Bench>::new(parts, Settings::default());
        node.works.state = State::Broken;

        let gateway = SecretKey::from_bytes([1; 32]).public_key();
        let provision = Provision::new(NodeId(7), 0, gateway, &[2; 32]).to_frame();
        let mut bytes = [0; LINE_MAX];
        for _ in 0..60 {
            node.works.clock.now += 1_000;
            node.works.serial.down.extend(Line::encode(&provision, &mut bytes).unwrap());
            node.poll();
        }
        let trouble = trouble_frame(NodeId(0), Trouble::SelfTest);
        let once = Line::encode(&trouble, &mut bytes).unwrap();
        assert_eq!(node.works.serial.up, once.repeat(12));
    }
}
