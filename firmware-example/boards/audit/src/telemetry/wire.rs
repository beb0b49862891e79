//! What both sides send and read.

use saltbox::Error;
use saltbox::keys::PublicKey;
use saltbox::rng::EntropyError;
use saltbox::telemetry::{
    self, Command, CommandReply, Enrolled, Features, Header, Interval, Kind, LINE_MAX, Line,
    NodeId, Outcome, Provision, Reading, Refusal, ReplayWindow, Status, Trouble, Troubles,
};

use super::public;
use crate::shown::{debug, display, format, hash, order, plain};
use crate::{given, some, taken};

#[inline(never)]
pub(crate) fn call() {
    header();
    commands();
    reports();
    plain_frames();
    window();
    refusals();
}

fn header() {
    let header = given(Header {
        kind: given(Kind::Open),
        epoch: given(1),
        node: NodeId(given(2)),
        counter: given(3),
    });
    taken(Header::parse(some(&given([0; 20]))));
    taken(Header::to_bytes(&header));
    plain::<Header>(&header);
    format::<Header>(&header);

    plain::<Kind>(&header.kind);
    format::<Kind>(&header.kind);
    hash::<Kind>(&header.kind);

    plain::<NodeId>(&header.node);
    display::<NodeId>(&header.node);
    format::<NodeId>(&header.node);
    hash::<NodeId>(&header.node);
    order::<NodeId>(&header.node, &header.node);

    let interval = given(Interval::from_millis(given(1)));
    taken(Interval::as_millis(interval));
    plain::<Interval>(&interval);
    display::<Interval>(&interval);
    format::<Interval>(&interval);
    order::<Interval>(&interval, &interval);

    let features = given(Features::and(given(Features::MEMORY), given(Features::NOISE)));
    taken(Features::has(features, given(Features::NOISE)));
    taken(Features::to_byte(features));
    taken(Features::from_byte(given(1)));
    plain::<Features>(&features);
    format::<Features>(&features);
}

fn commands() {
    let command = given(Command::RotateKey { epoch: given(1), key: public() });
    taken(Command::encode(&command, &mut given([0; telemetry::COMMAND_MAX])));
    taken(Command::decode(some(&given([0; 40]))));
    plain::<Command>(&command);
    format::<Command>(&command);

    let reply = given(CommandReply { number: given(1), outcome: given(Outcome::Done) });
    taken(CommandReply::encode(&reply));
    taken(CommandReply::decode(some(&given([0; 12]))));
    plain::<CommandReply>(&reply);
    format::<CommandReply>(&reply);
    plain::<Outcome>(&reply.outcome);
    format::<Outcome>(&reply.outcome);
}

fn reports() {
    let reading = given(Reading::Temperature { millidegrees: given(1) });
    taken(Reading::encode(&reading));
    taken(Reading::decode(some(&given([0; 8]))));
    plain::<Reading>(&reading);
    display::<Reading>(&reading);

    let trouble = given(Trouble::Sensor);
    taken(Trouble::from_code(given(1)));
    plain::<Trouble>(&trouble);
    display::<Trouble>(&trouble);
    format::<Trouble>(&trouble);
    hash::<Trouble>(&trouble);

    let mut troubles = given(<Troubles as Default>::default());
    Troubles::set(&mut troubles, trouble, given(true));
    taken(Troubles::has(troubles, trouble));
    for trouble in Troubles::iter(given(troubles)) {
        taken(trouble);
    }
    plain::<Troubles>(&troubles);
    format::<Troubles>(&troubles);

    let interval = Interval::from_millis(given(2));
    let status = given(Status { uptime_s: given(1), interval, troubles });
    taken(Status::encode(&status));
    taken(Status::decode(some(&given([0; 12]))));
    plain::<Status>(&status);
    format::<Status>(&status);
}

fn plain_frames() {
    let node = given(NodeId(given(1)));
    let provision = given(Provision::new(node, given(2), public(), &given([3; 32])));
    taken(Provision::node(&provision));
    taken(Provision::epoch(&provision));
    taken::<PublicKey>(Provision::gateway(&provision));
    taken(Provision::expose_seed(&provision));
    taken(Provision::to_frame(&provision));
    taken(Provision::parse(some(&given([4; 100]))));
    debug::<Provision>(&provision);

    let features = given(Features::NOISE);
    let enrolled = given(Enrolled { node, epoch: given(2), public: public(), features });
    taken(Enrolled::to_frame(&enrolled));
    taken(Enrolled::parse(some(&given([4; 60]))));
    plain::<Enrolled>(&enrolled);
    format::<Enrolled>(&enrolled);

    taken(telemetry::trouble_frame(node, given(Trouble::Memory)));
    taken(telemetry::parse_trouble(some(&given([9; 20]))));
    line();
    taken(telemetry::notice_frame(node, given(1)));
    taken(telemetry::ask_frame(node));
}

fn window() {
    let mut window = given(ReplayWindow::after(given(1)));
    taken(ReplayWindow::accept(&mut window, given(2)));
    taken(ReplayWindow::highest(&window));
    taken(ReplayWindow::to_bytes(&window));
    taken(ReplayWindow::from_bytes(&given([3; 24])));
    plain::<ReplayWindow>(&window);
}

fn refusals() {
    taken(<Refusal as From<Error>>::from(given(Error::Forged)));
    let cause = given(EntropyError::SourceFailed);
    let refusal = given(<Refusal as From<EntropyError>>::from(cause));
    plain::<Refusal>(&refusal);
    display::<Refusal>(&refusal);
    format::<Refusal>(&refusal);
}

fn line() {
    let mut line = given(Line::new());
    taken(<Line as Default>::default());
    debug::<Line>(&line);
    taken(Line::push(&mut line, given(1)).map(|frame| frame.len()));
    taken(Line::encode(some(&given([9; 100])), &mut given([0; LINE_MAX])));
}
