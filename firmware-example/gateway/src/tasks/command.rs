//! Commands: queued in the database, sent by a run in progress or here.

use std::thread;
use std::time::{Duration, Instant, SystemTime};

use saltbox::telemetry::{NodeId, Outcome};
use saltbox_gateway::line::{Line, Transport};
use saltbox_gateway::presence::Presence;
use saltbox_gateway::store::queue::{Order, State};
use saltbox_gateway::watch::{Notice, Watch};
use saltbox_gateway::{Error, Event, Gateway, show};

use super::run::Screen;
use super::say;
use crate::cli::{SendArgs, StoreArgs};
use crate::signals::Signals;
use crate::unlock;

const PATIENCE: Duration = Duration::from_secs(60);

/// Queues a command for one node, and sends it if there is a line.
pub fn command(
    store: &StoreArgs,
    node: NodeId,
    order: Order,
    send: &SendArgs,
) -> Result<(), Error> {
    let transport = send.line.transport(&store.db)?;
    let mut gateway = unlock::open(store)?;
    let signals = Signals::listen()?;
    let id = gateway.queue(node, order, SystemTime::now())?;
    say(&format!("node {node}: {order} is queued"))?;
    deliver(store, gateway, &[(node, id)], (transport, send.timeout), &signals)
}

/// Makes a new key for the gateway and queues the command that tells every node.
pub fn rotate_key(
    store: &StoreArgs,
    overlap: Duration,
    force: bool,
    send: &SendArgs,
) -> Result<(), Error> {
    let transport = send.line.transport(&store.db)?;
    let mut gateway = unlock::open(store)?;
    let signals = Signals::listen()?;
    let rotation = gateway.rotate_key(overlap, force, SystemTime::now())?;
    // What was replaced is to be gone from the log as well.
    gateway.tick(SystemTime::now())?;
    let until = i64::try_from(rotation.until.saturating_mul(1_000)).unwrap_or(i64::MAX);
    say(&format!(
        "the gateway has a new key, epoch {}: {}\nthe old one is accepted until {}; a node that \
         is not told by then must be enrolled again",
        rotation.epoch,
        rotation.public.fingerprint(),
        show::utc(until)
    ))?;
    for (node, _) in &rotation.told {
        say(&format!("node {node}: rotate-key is queued"))?;
    }
    deliver(store, gateway, &rotation.told, (transport, send.timeout), &signals)
}

/// Sees to it that what was queued is sent, and says by whom.
fn deliver(
    store: &StoreArgs,
    gateway: Gateway,
    queued: &[(NodeId, i64)],
    (transport, timeout): (Option<Transport>, Option<Duration>),
    signals: &Signals,
) -> Result<(), Error> {
    if queued.is_empty() {
        return Ok(());
    }
    if let Some(transport) = transport {
        let watch = Watch::new(gateway, Line::new(transport));
        return here(watch, queued, timeout.unwrap_or(PATIENCE), signals);
    }
    let running = Presence::is_announced(&store.db)?;
    say(if running {
        "the run in progress sends it when it next hears of the node"
    } else {
        "no run is in progress: the next `saltbox-gateway run` sends it"
    })?;
    match timeout {
        Some(timeout) => elsewhere(gateway, queued, timeout, signals),
        None => Ok(()),
    }
}

/// Runs the line until every command is answered.
fn here(
    mut watch: Watch,
    queued: &[(NodeId, i64)],
    timeout: Duration,
    signals: &Signals,
) -> Result<(), Error> {
    let mut screen = Screen::new(watch.line().transport().to_string(), false);
    let start = Instant::now();
    let mut told = Vec::new();
    let result = loop {
        signals.check()?;
        for notice in watch.step()? {
            screen.show(&notice)?;
            if let Notice::Event(event) = notice {
                told.push(event);
            }
        }
        let states = states(watch.gateway(), queued)?;
        let done = !is_open(&states) && !awaits_status(&told);
        if done || start.elapsed() > timeout {
            break verdict(&states);
        }
    };
    watch.line().close();
    result
}

/// Whether a node said that it will tell how it is, and has not yet.
fn awaits_status(told: &[Event]) -> bool {
    let asked = |event: &Event| match event {
        Event::Reply { order: Order::RequestStatus, outcome: Outcome::Done, node, .. } => {
            Some(*node)
        }
        _ => None,
    };
    let Some((at, node)) = told.iter().enumerate().find_map(|(i, e)| Some((i, asked(e)?))) else {
        return false;
    };
    !told.iter().skip(at).any(|e| matches!(e, Event::Status { node: says, .. } if *says == node))
}

/// Waits for a run in progress to have every command answered.
fn elsewhere(
    mut gateway: Gateway,
    queued: &[(NodeId, i64)],
    timeout: Duration,
    signals: &Signals,
) -> Result<(), Error> {
    let start = Instant::now();
    loop {
        signals.check()?;
        let states = states(&mut gateway, queued)?;
        if !is_open(&states) || start.elapsed() > timeout {
            return verdict(&states);
        }
        thread::sleep(Duration::from_millis(200));
    }
}

fn states(gateway: &mut Gateway, queued: &[(NodeId, i64)]) -> Result<Vec<(NodeId, State)>, Error> {
    queued.iter().map(|(node, id)| gateway.state(*id).map(|state| (*node, state))).collect()
}

fn is_open(states: &[(NodeId, State)]) -> bool {
    states.iter().any(|(_, state)| matches!(state, State::Queued | State::Waiting))
}

fn verdict(states: &[(NodeId, State)]) -> Result<(), Error> {
    for (node, state) in states {
        say(&format!("node {node}: {}", state.name()))?;
    }
    let of = |wanted: &[State]| {
        let nodes: Vec<_> = states.iter().filter(|(_, state)| wanted.contains(state)).collect();
        let names: Vec<_> = nodes.iter().map(|(node, _)| node.to_string()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    if let Some(nodes) = of(&[State::Failed, State::Refused, State::Dropped]) {
        return Err(Error::Refused(format!("the command was not obeyed by {nodes}")));
    }
    if let Some(nodes) = of(&[State::Queued, State::Waiting]) {
        return Err(Error::NoAnswer(format!(
            "no reply in time from {nodes}: the command stays queued, and the next run sends it"
        )));
    }
    Ok(())
}
