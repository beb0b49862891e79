//! A whole session between a node and a gateway, and the frames of enrolment.

use saltbox::keys::{KEY_LEN, SecretKey};
use saltbox::rng::{EntropyError, RandomSource};
use saltbox::telemetry::{
    ACK_LEN, Answer, Command, CommandReply, Downlink, ENROLLED_LEN, Enrolled, Features,
    GatewayKeys, HEADER_LEN, IDENTITY_LEN, Identity, Interval, Kind, MAX_FRAME, NodeId, OPEN_LEN,
    Opening, Outcome, PEER_LEN, PROVISION_LEN, Peer, Provision, ReceiveError, Received, Refusal,
    SeenEphemerals, Status, TROUBLE_LEN, Trouble, Troubles, ask_frame, notice_frame, trouble_frame,
};

use crate::Case;

/// Every frame of a session, byte for byte.
pub struct Telemetry {
    pub id: &'static str,
    pub node_secret: &'static [u8; KEY_LEN],
    pub gateway_secret: &'static [u8; KEY_LEN],
    pub ephemeral_secret: &'static [u8; KEY_LEN],
    pub answer_secret: &'static [u8; KEY_LEN],
    pub node: &'static [u8; 4],
    pub epoch: &'static [u8; 1],
    pub counter: &'static [u8; 8],
    pub features: &'static [u8; 1],
    pub firmware: &'static [u8; 3],
    pub interval: &'static [u8; 4],
    pub open: &'static [u8; OPEN_LEN],
    pub ack: &'static [u8; ACK_LEN],
    /// Empty where the counters are not kept.
    pub refused: &'static [u8],
    pub data_counter: &'static [u8; 8],
    pub data_body: &'static [u8],
    pub data: &'static [u8],
    pub uptime: &'static [u8; 4],
    pub troubles: &'static [u8; 2],
    pub status: &'static [u8; 40],
    pub command_body: &'static [u8],
    pub command: &'static [u8],
    pub peer: &'static [u8; PEER_LEN],
    pub reply: &'static [u8; 39],
    pub identity: &'static [u8; IDENTITY_LEN],
    pub seed: &'static [u8; 32],
    pub provision: &'static [u8; PROVISION_LEN],
    pub enrolled: &'static [u8; ENROLLED_LEN],
    pub trouble: &'static [u8; TROUBLE_LEN],
    pub notice: &'static [u8; TROUBLE_LEN],
    pub ask: &'static [u8; HEADER_LEN],
}

impl Case for Telemetry {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        let identity = Identity::from_bytes(self.identity);
        let secret = SecretKey::from_bytes(*self.gateway_secret);
        let keys = GatewayKeys::restore(self.epoch[0], secret, None);
        self.enrols(&identity, &keys)
            && self.session(&identity, &keys).unwrap_or(false)
            && self.refusal(&identity, &keys).unwrap_or(false)
    }
}

impl Telemetry {
    fn features(&self) -> Features {
        Features::from_byte(self.features[0])
    }

    fn enrols(&self, identity: &Identity, keys: &GatewayKeys) -> bool {
        let (node, epoch) = (NodeId(u32::from_le_bytes(*self.node)), self.epoch[0]);
        let public = SecretKey::from_bytes(*self.node_secret).public_key();
        let mut stored = [0; IDENTITY_LEN];
        identity.expose_into(&mut stored);
        let enrolled = Enrolled { node, epoch, public, features: self.features() };
        stored == *self.identity
            && (identity.id(), identity.epoch()) == (node, epoch)
            && (identity.public_key(), identity.gateway()) == (public, keys.public_key())
            && Provision::new(node, epoch, keys.public_key(), self.seed).to_frame()
                == *self.provision
            && Provision::parse(self.provision).is_ok_and(|it| it.expose_seed() == self.seed)
            && enrolled.to_frame() == *self.enrolled
            && Enrolled::parse(self.enrolled) == Ok(enrolled)
            && trouble_frame(node, Trouble::Memory) == *self.trouble
            && notice_frame(node, epoch) == *self.notice
            && ask_frame(node) == *self.ask
    }

    fn opening(&self, identity: &Identity) -> Option<Opening> {
        let counter = u64::from_le_bytes(*self.counter);
        let random = &mut Once(Some(self.ephemeral_secret));
        Opening::start(identity, counter, self.features(), *self.firmware, random).ok()
    }

    fn session(&self, identity: &Identity, keys: &GatewayKeys) -> Option<bool> {
        let interval = Interval::from_millis(u32::from_le_bytes(*self.interval));
        let mut peer = Peer::new(identity.id(), identity.public_key(), interval);
        let mut seen = SeenEphemerals::<1>::new();
        let mut opening = self.opening(identity)?;
        let (mut open, random) = (*self.open, &mut Once(Some(self.answer_secret)));
        let opened = match peer.receive(keys, 0, &mut open, &mut seen, random).ok()? {
            Received::Opened { features, firmware, answer } => {
                features == self.features()
                    && firmware == *self.firmware
                    && answer == *self.ack
                    && opening.frame() == self.open
            }
            _ => false,
        };
        let Answer::Accepted { mut session, interval: wanted } =
            opening.answer(identity, self.ack).ok()?
        else {
            return None;
        };

        let (mut out, mut counter) = ([0; MAX_FRAME], u64::from_le_bytes(*self.data_counter));
        let data = session.seal(Kind::Data, counter, self.data_body, &mut out).ok()?;
        let sealed = data == self.data
            && peer.receive(keys, 0, data, &mut seen, random)
                == Ok(Received::Data { counter, body: self.data_body });

        let command = Command::decode(self.command_body).ok()?;
        peer.command(command).ok()?;
        let frame = peer.command_frame(&mut out).ok()??;
        let commanded = frame == self.command
            && session.open(frame) == Ok(Downlink::Command { number: 1, command });
        let mut stored = [0; PEER_LEN];
        peer.expose_into(&mut stored);

        let status = Status {
            uptime_s: u32::from_le_bytes(*self.uptime),
            interval,
            troubles: troubles(u16::from_le_bytes(*self.troubles)),
        };
        counter += 1;
        let frame = session.seal(Kind::Status, counter, &status.encode(), &mut out).ok()?;
        let reported = frame == self.status
            && peer.receive(keys, 0, frame, &mut seen, random)
                == Ok(Received::Status { counter, status });
        let outcome = Outcome::Done;
        let reply = CommandReply { number: 1, outcome }.encode();
        counter += 1;
        let frame = session.seal(Kind::Reply, counter, &reply, &mut out).ok()?;
        let replied = frame == self.reply
            && peer.receive(keys, 0, frame, &mut seen, random)
                == Ok(Received::Reply { counter, command, outcome });
        let good = opened && sealed && commanded && reported && replied;
        Some(good && wanted == interval && stored == *self.peer)
    }

    /// The same Open, at a gateway that has not seen its key but its counter.
    fn refusal(&self, identity: &Identity, keys: &GatewayKeys) -> Option<bool> {
        if !self.features().has(Features::MEMORY) {
            return Some(self.refused.is_empty());
        }
        let (mut peer, mut seen) = (Peer::from_bytes(self.peer).ok()?, SeenEphemerals::<1>::new());
        let mut open = *self.open;
        let given = match peer.receive(keys, 0, &mut open, &mut seen, &mut Once(None)) {
            Err(ReceiveError::Answered { why, answer }) => {
                why == Refusal::RolledBack && answer == *self.refused
            }
            _ => false,
        };
        let taken = self.opening(identity)?.answer(identity, self.refused);
        Some(given && matches!(taken, Ok(Answer::RolledBack)))
    }
}

fn troubles(bits: u16) -> Troubles {
    let mut troubles = Troubles::NONE;
    for trouble in Trouble::ALL {
        troubles.set(trouble, bits >> trouble as u8 & 1 == 1);
    }
    troubles
}

/// A source that gives one key, once.
struct Once(Option<&'static [u8; KEY_LEN]>);

impl RandomSource for Once {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        // A second draw leaves zeros, which no vector has.
        if let Some(key) = self.0.take() {
            out.copy_from_slice(key);
        }
        Ok(())
    }
}
