//! Making a blank node one of a gateway's: the part that needs the line.

use std::time::{Duration, Instant};

use saltbox::telemetry::{Enrolled, Header, Kind, NodeId, Provision, TROUBLE_LEN, Trouble};

use crate::Error;
use crate::line::{Incoming, Line};

/// How often the provisioning is sent.
const EVERY: Duration = Duration::from_secs(2);

/// A node being asked to become one of a gateway's.
///
/// What comes out is only what a node on the line *says*: people compare the fingerprints, then
/// [`Gateway::enrol`](crate::Gateway::enrol).
#[derive(Debug)]
pub struct Enrolment {
    provision: Provision,
    started: Instant,
    timeout: Duration,
    sent: Option<Instant>,
    last: String,
}

/// What a step brought.
#[derive(Debug)]
pub enum Step {
    /// Nothing yet; what became of the line.
    Waiting(Vec<Incoming>),
    /// The node said its key.
    Enrolled(Enrolled),
}

impl Enrolment {
    /// From [`Gateway::provision`](crate::Gateway::provision).
    #[must_use]
    pub fn new(provision: Provision, timeout: Duration) -> Self {
        let last = "it said nothing: is it the right line, and the board powered?".to_owned();
        Self { provision, started: Instant::now(), timeout, sent: None, last }
    }

    /// Sends what is due, and waits up to a tenth of a second for an answer.
    ///
    /// # Errors
    ///
    /// [`Error::NoAnswer`] when the time is over, [`Error::Refused`] if the node on the line is somebody's already,
    /// [`Error::Line`].
    pub fn step(&mut self, line: &mut Line) -> Result<Step, Error> {
        let mut incoming = line.poll()?;
        for incoming in &incoming {
            match incoming {
                Incoming::Connected => self.sent = None,
                Incoming::Frame(frame) => {
                    if let Some(enrolled) = self.take(frame)? {
                        return Ok(Step::Enrolled(enrolled));
                    }
                }
                _ => {}
            }
        }
        if self.started.elapsed() > self.timeout {
            let (name, last) = (line.transport(), &self.last);
            return Err(Error::NoAnswer(format!("{name}: no node was enrolled; {last}")));
        }
        if self.sent.is_none_or(|sent| sent.elapsed() >= EVERY) {
            self.sent = Some(Instant::now());
            incoming.extend(line.send(&self.provision.to_frame()));
        }
        Ok(Step::Waiting(incoming))
    }

    fn take(&mut self, frame: &[u8]) -> Result<Option<Enrolled>, Error> {
        let Ok(header) = Header::parse(frame) else { return Ok(None) };
        let node = header.node;
        match (header.kind, frame) {
            (Kind::Enrolled, _) => {
                let Ok(enrolled) = Enrolled::parse(frame) else { return Ok(None) };
                let wanted = (self.provision.node(), self.provision.epoch());
                if (enrolled.node, enrolled.epoch) == wanted {
                    return Ok(Some(enrolled));
                }
                self.last = format!("node {node} said its key, for another enrolment");
            }
            (Kind::Trouble, [.., code]) if frame.len() == TROUBLE_LEN => {
                match Trouble::from_code(*code) {
                    Ok(Trouble::AlreadyProvisioned) => return Err(self.provisioned(node)),
                    Ok(trouble) => self.last = format!("node {node} said: {trouble}"),
                    Err(_) => {}
                }
            }
            (kind, _) => {
                self.last = format!("node {node} sent {kind:?} frames: it is somebody's already");
            }
        }
        Ok(None)
    }

    fn provisioned(&self, says: NodeId) -> Error {
        Error::Refused(format!(
            "the board on the line is node {says} already, and cannot become node {} of this \
             gateway: erase its memory (an emulated board's: --erase) and try again",
            self.provision.node()
        ))
    }
}
