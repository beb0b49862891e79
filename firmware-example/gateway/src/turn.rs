//! What one frame of one node does, within its transaction.

use std::time::SystemTime;

use saltbox::rng::OsRandom;
use saltbox::telemetry::{
    Command, Enrolled, GatewayKeys, HEADER_LEN, Header, Kind, NodeId, Outcome, Peer, ReceiveError,
    Received, Refusal, TROUBLE_LEN, Trouble, ask_frame, notice_frame,
};

use crate::Error;
use crate::event::{Action, Event};
use crate::pace::{Answer, Paced};
use crate::store::queue::{Order, State};
use crate::store::readings::Kept;
use crate::store::{Tx, millis, seconds};

/// A node that could not rotate its key is asked again after so many milliseconds.
const AGAIN: i64 = 30_000;

/// One frame of an enrolled node.
pub(crate) struct Turn<'a> {
    tx: &'a Tx<'a>,
    keys: &'a GatewayKeys,
    now: i64,
    seconds: u64,
    peer: Peer,
    actions: Vec<Paced>,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(tx: &'a Tx<'a>, keys: &'a GatewayKeys, now: SystemTime, peer: Peer) -> Self {
        Self { tx, keys, now: millis(now), seconds: seconds(now), peer, actions: Vec::new() }
    }

    /// Takes the frame, and returns the node if it was accepted.
    pub(crate) fn take(
        mut self,
        header: &Header,
        frame: &mut [u8],
    ) -> Result<(Option<Peer>, Vec<Paced>), Error> {
        let mut ephemerals = self.tx;
        let (keys, random) = (self.keys, &mut OsRandom);
        let received = self.peer.receive(keys, self.seconds, frame, &mut ephemerals, random);
        let accepted = match received {
            Ok(received) => self.accept(header, received)?,
            Err(ReceiveError::Store(error)) => return Err(error),
            Err(ReceiveError::Answered { why, answer }) => {
                self.send(&answer, Some(Answer::RolledBack));
                self.refuse(header, why);
                false
            }
            Err(ReceiveError::Refused(why)) => {
                self.refuse(header, why);
                false
            }
        };
        if accepted {
            // An Open may have been held back for years: only what comes under its session is a sign of life.
            if header.kind != Kind::Open {
                self.tx.note_seen(header.node, self.now)?;
                take_order(self.tx, self.keys, &mut self.peer, self.now)?;
            }
            self.tx.save_peer(&self.peer)?;
        }
        Ok((accepted.then_some(self.peer), self.actions))
    }

    /// Keeps what came. Returns whether it is authentic.
    fn accept(&mut self, header: &Header, received: Received<'_>) -> Result<bool, Error> {
        let node = header.node;
        match received {
            Received::Opened { features, firmware, answer } => {
                self.tx.note_session(node, features, firmware)?;
                self.offer_rotation(header)?;
                self.send(&answer, None);
                self.tell(Event::Opened { node, epoch: header.epoch, features, firmware });
            }
            Received::OpenedAgain { answer } => {
                self.send(&answer, None);
                self.tell(Event::OpenedAgain { node });
                // Nothing changed, and anybody can send the same bytes again.
                return Ok(false);
            }
            Received::Data { counter, body } => {
                let session = self.tx.sessions(node)?;
                let kept = Kept { time: self.now, node, session, counter, body: body.to_vec() };
                self.tx.keep_reading(&kept)?;
                self.tell(Event::Reading(kept));
            }
            Received::Status { status, .. } => {
                self.tx.note_status(node, &status, self.now)?;
                self.tell(Event::Status { node, status });
            }
            Received::Reply { command, outcome, .. } => self.reply(header, command, outcome)?,
            Received::Trouble(trouble) => {
                self.tx.note_trouble(node, trouble, self.now)?;
                self.tell(Event::Trouble { node, enrolled: true, trouble });
                return Ok(false);
            }
            Received::Enrolled(Enrolled { public, .. }) => {
                self.tell(Event::Enrolled { node, public });
                return Ok(false);
            }
            // A late reply; and what this version does not know is authentic, but nothing to it.
            _ => {}
        }
        Ok(true)
    }

    fn reply(&mut self, header: &Header, command: Command, outcome: Outcome) -> Result<(), Error> {
        let node = header.node;
        let Some((id, order)) = self.tx.waiting_order(node)? else { return Ok(()) };
        let mut outcome = outcome;
        let mut again = false;
        if let (Command::RotateKey { epoch, .. }, Order::RotateKey(_)) = (command, order) {
            // The first reply was lost, and the node has the key already.
            if outcome == Outcome::Refused && header.epoch == epoch {
                outcome = Outcome::Done;
            }
            if outcome == Outcome::Failed && epoch == self.keys.epoch() {
                again = true;
                self.tx.queue(node, order, self.now, self.now + AGAIN)?;
            }
        }
        let state = match outcome {
            Outcome::Done => State::Done,
            Outcome::Failed => State::Failed,
            Outcome::Refused => State::Refused,
        };
        self.tx.set_state(id, state, self.now)?;
        self.tell(Event::Reply { node, order, outcome, again });
        Ok(())
    }

    /// A node that opens a session under the previous key, while nothing is on its way to tell it of the new one, lost
    /// the new one: a board whose memory was put back, or an emulated one that ended before it was kept.
    fn offer_rotation(&self, header: &Header) -> Result<(), Error> {
        let epoch = self.keys.epoch();
        if header.epoch < epoch && !self.tx.rotation_pending(header.node, epoch)? {
            self.tx.queue(header.node, Order::RotateKey(epoch), self.now, self.now)?;
        }
        Ok(())
    }

    fn refuse(&mut self, header: &Header, why: Refusal) {
        let node = header.node;
        let sealed = matches!(header.kind, Kind::Data | Kind::Status | Kind::Reply);
        let hint = match why {
            Refusal::Forged if header.epoch > self.keys.epoch() => Some(
                "it names a key of this gateway that does not exist yet: was an old copy of the database put back?",
            ),
            Refusal::Forged if sealed => {
                self.send(&ask_frame(node), Some(Answer::Ask));
                None
            }
            Refusal::Forged if header.kind == Kind::Open => {
                Some("changed on its way, or from a node that was enrolled elsewhere")
            }
            Refusal::Retired => {
                self.send(&notice_frame(node, header.epoch), Some(Answer::Notice));
                Some("erase its memory, then `saltbox-gateway enrol --replace`")
            }
            Refusal::RolledBack => Some(
                "held back by somebody on the line, or of a memory that was put back; if the node \
                 stays silent, erase its memory, then `saltbox-gateway enrol --replace`",
            ),
            _ => None,
        };
        self.tell(refused(Some(header), why, hint));
    }

    fn send(&mut self, frame: &[u8], pace: Option<Answer>) {
        self.actions.push(Paced(Action::Send(frame.to_vec()), pace));
    }

    fn tell(&mut self, event: Event) {
        self.actions.push(Paced::tell(event));
    }
}

/// Hands the next queued command to `peer`, if none waits there, and says whether it did. The caller keeps the peer, in
/// the same transaction.
pub(crate) fn take_order(
    tx: &Tx<'_>,
    keys: &GatewayKeys,
    peer: &mut Peer,
    now: i64,
) -> Result<bool, Error> {
    if peer.is_revoked() || peer.waiting().is_some() {
        return Ok(false);
    }
    while let Some((id, order)) = tx.next_order(peer.id(), now)? {
        let command = match order {
            Order::SetInterval(interval) => Some(Command::SetInterval(interval)),
            Order::RequestStatus => Some(Command::RequestStatus),
            // Rotated once more since: that rotation is queued as well.
            Order::RotateKey(epoch) if epoch != keys.epoch() => None,
            Order::RotateKey(epoch) => Some(Command::RotateKey { epoch, key: keys.public_key() }),
        };
        match command.map(|command| peer.command(command)) {
            Some(Ok(())) => {
                tx.set_state(id, State::Waiting, now)?;
                return Ok(true);
            }
            Some(Err(_)) => return Ok(false),
            None => tx.set_state(id, State::Dropped, now)?,
        }
    }
    Ok(false)
}

/// What a frame of a node that is not enrolled is: a stranger's, or of a blank node that waits at the bench.
pub(crate) fn stranger(header: &Header, frame: &[u8]) -> Event {
    let node = header.node;
    let plain = match (header.kind, frame.get(HEADER_LEN)) {
        (Kind::Trouble, Some(code)) if frame.len() == TROUBLE_LEN => Trouble::from_code(*code)
            .map(|trouble| Event::Trouble { node, enrolled: false, trouble }),
        (Kind::Enrolled, _) => {
            Enrolled::parse(frame).map(|enrolled| Event::Enrolled { node, public: enrolled.public })
        }
        (Kind::Open | Kind::Data | Kind::Status | Kind::Reply, _) => Err(Refusal::UnknownNode),
        _ => Err(Refusal::Malformed),
    };
    plain.unwrap_or_else(|why| refused(Some(header), why, None))
}

pub(crate) fn refused(header: Option<&Header>, why: Refusal, hint: Option<&'static str>) -> Event {
    let (node, kind): (Option<NodeId>, Option<Kind>) =
        header.map(|header| (header.node, header.kind)).unzip();
    Event::Refused { node, kind, why, hint }
}
