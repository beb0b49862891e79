//! What a frame does to the record of a node.

use super::{Ephemerals, Peer, REFUSED_LEN, ReceiveError, Received, Session};
use crate::keys::{PublicKey, SecretKey};
use crate::nacl::secret_box::TAG_LEN;
use crate::rng::RandomSource;
use crate::telemetry::frame::{HEADER_LEN, Header, Kind, check, close, open, seal};
use crate::telemetry::handshake::{Features, Handshake, Interval, OPEN_SEALED, split_public};
use crate::telemetry::plain::parse_trouble;
use crate::telemetry::{CommandReply, Enrolled, GatewayKeys, Refusal, ReplayWindow, Status};

impl Peer {
    /// Takes a frame from the line; `now` is Unix time in seconds.
    ///
    /// The body is opened in `frame`; if the frame is refused, `frame` is unchanged.
    ///
    /// # Errors
    ///
    /// [`ReceiveError`] that says why; then nothing but `seen` can have been read, and `self` is unchanged.
    ///
    /// # Security
    ///
    /// Nothing of the frame is believed before its tag is right.
    ///
    /// # Cost
    ///
    /// An Open takes five X25519 (es, ss, the answer's public key, ee, se), every other frame none.
    ///
    /// # Example
    ///
    /// See the [module](crate::telemetry).
    pub fn receive<'a, S: Ephemerals>(
        &mut self,
        keys: &GatewayKeys,
        now: u64,
        frame: &'a mut [u8],
        seen: &mut S,
        random: &mut impl RandomSource,
    ) -> Result<Received<'a>, ReceiveError<S::Error>> {
        let header = Header::parse(frame)?;
        if header.node != self.id {
            return Err(Refusal::UnknownNode.into());
        }
        if self.revoked {
            return Err(Refusal::Revoked.into());
        }
        match header.kind {
            Kind::Open => self.receive_open(&header, keys, now, frame, seen, random),
            Kind::Data | Kind::Status | Kind::Reply => {
                keys.check(header.epoch, now)?;
                Ok(self.receive_sealed(&header, frame)?)
            }
            Kind::Trouble => Ok(Received::Trouble(parse_trouble(frame)?)),
            Kind::Enrolled => Ok(Received::Enrolled(Enrolled::parse(frame)?)),
            _ => Err(Refusal::Malformed.into()),
        }
    }

    fn receive_open<'a, S: Ephemerals>(
        &mut self,
        header: &Header,
        keys: &GatewayKeys,
        now: u64,
        frame: &mut [u8],
        seen: &mut S,
        random: &mut impl RandomSource,
    ) -> Result<Received<'a>, ReceiveError<S::Error>> {
        let gateway = keys.pair(header.epoch, now)?;
        let (ephemeral, sealed) = split_public(frame)?;
        let handshake =
            Handshake::gateway(header, &ephemeral, &self.public, &gateway.secret, &gateway.public)?;
        // A copy, so that the caller's frame stays as it was.
        let mut sealed: [u8; OPEN_SEALED] =
            (&*sealed).try_into().map_err(|_| Refusal::Malformed)?;
        let (features, firmware) = handshake.open_open(header, &mut sealed)?;

        // Once a frame has come under the session, its Ack is not given again: a node that opens it anew has forgotten
        // which counters it used.
        if let Some(pending) = self.pending.as_ref().filter(|it| it.is_of(header, &ephemeral)) {
            return Ok(Received::OpenedAgain { answer: pending.ack });
        }
        let memory = features.has(Features::MEMORY);
        let replayed = seen.seen(self.id, &ephemeral).map_err(ReceiveError::Store)?;
        let why = if replayed { Refusal::Replayed } else { Refusal::RolledBack };
        if memory && (replayed || header.counter <= self.floor) {
            let header = Header { kind: Kind::Refused, ..*header };
            let mut answer = [0; REFUSED_LEN];
            seal(&handshake.refusal_key(), &header, &[], &[1], &mut answer)?;
            return Err(ReceiveError::Answered { why, answer });
        }
        if replayed {
            return Err(why.into());
        }

        let node = (&ephemeral, &self.public);
        let session = Session::accept(&handshake, header, node, memory, self.interval, random)?;
        seen.remember(self.id, &ephemeral).map_err(ReceiveError::Store)?;
        let answer = session.ack;
        if memory {
            self.floor = self.floor.max(header.counter);
        }
        self.pending = Some(session);
        Ok(Received::Opened { features, firmware, answer })
    }

    fn receive_sealed<'a>(
        &mut self,
        header: &Header,
        frame: &'a mut [u8],
    ) -> Result<Received<'a>, Refusal> {
        let sealed = frame.get_mut(HEADER_LEN..).ok_or(Refusal::Malformed)?;
        // In this order: frames that were on their way when the node opened a new session still count.
        let current = self.current.as_ref().map(|session| session.take(header, sealed));
        let (promoted, window) = match (current, &self.pending) {
            (Some(Ok(window)), _) => (false, window),
            (Some(Err(Refusal::Forged)) | None, Some(pending)) => {
                (true, pending.take(header, sealed)?)
            }
            (Some(Err(refusal)), _) => return Err(refusal),
            (None, None) => return Err(Refusal::Forged),
        };
        let session = if promoted { &self.pending } else { &self.current };
        let (Some(session), Some(body)) = (session, sealed.get_mut(TAG_LEN..)) else {
            return Err(Refusal::Forged);
        };
        let memory = session.memory;
        let received = match self.understand(header, body) {
            Ok(received) => received,
            Err(refusal) => {
                close(&session.keys.up, header, body);
                return Err(refusal);
            }
        };
        if promoted {
            self.current = self.pending.take();
        }
        if let Some(session) = &mut self.current {
            session.window = window;
        }
        if matches!(received, Some(Received::Reply { .. })) {
            self.waiting = None;
        }
        if memory {
            self.floor = self.floor.max(header.counter);
        }
        Ok(received.unwrap_or(Received::Data { counter: header.counter, body }))
    }

    /// What an authentic body says; `None` for a reading, which is the application's.
    fn understand(
        &self,
        header: &Header,
        body: &[u8],
    ) -> Result<Option<Received<'static>>, Refusal> {
        let counter = header.counter;
        Ok(match header.kind {
            Kind::Status => Some(Received::Status { counter, status: Status::decode(body)? }),
            Kind::Reply => {
                let reply = CommandReply::decode(body)?;
                Some(match self.waiting {
                    Some((number, command)) if number == reply.number => {
                        Received::Reply { counter, command, outcome: reply.outcome }
                    }
                    _ => Received::LateReply { counter },
                })
            }
            _ => None,
        })
    }
}

impl Session {
    fn accept(
        handshake: &Handshake,
        open: &Header,
        (ephemeral, node): (&PublicKey, &PublicKey),
        memory: bool,
        interval: Interval,
        random: &mut impl RandomSource,
    ) -> Result<Self, Refusal> {
        let header = Header { kind: Kind::Ack, ..*open };
        let answer = SecretKey::generate(random)?;
        let (keys, public) = handshake.gateway_session(&header, &answer, ephemeral, node)?;
        let ack = keys.seal_ack(&header, &public, interval)?;
        let window = ReplayWindow::after(open.counter);
        Ok(Self { epoch: open.epoch, memory, ephemeral: *ephemeral, keys, window, ack })
    }

    /// Whether the session was opened by just that Open.
    fn is_of(&self, open: &Header, ephemeral: &PublicKey) -> bool {
        let ack = Header { kind: Kind::Ack, ..*open };
        self.ephemeral == *ephemeral && self.ack.first_chunk() == Some(&ack.to_bytes())
    }

    /// Opens `sealed` (tag and ciphertext) in place if the tag is right and the counter new. Returns the window with the
    /// counter in it; otherwise `sealed` is unchanged.
    fn take(&self, header: &Header, sealed: &mut [u8]) -> Result<ReplayWindow, Refusal> {
        if header.epoch != self.epoch {
            return Err(Refusal::Forged);
        }
        let mut window = self.window;
        if let Err(replayed) = window.accept(header.counter) {
            check(&self.keys.up, header, sealed)?;
            return Err(replayed);
        }
        open(&self.keys.up, header, sealed)?;
        Ok(window)
    }
}
