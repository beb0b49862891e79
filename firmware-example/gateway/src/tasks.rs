//! What the subcommands do.

mod command;
mod enrol;
mod run;

use std::io::{self, ErrorKind, Write};
use std::time::{Duration, SystemTime};

use saltbox::telemetry::NodeId;
use saltbox_gateway::presence::Presence;
use saltbox_gateway::store::readings::{Query, Readings};
use saltbox_gateway::store::{millis, refuse_place};
use saltbox_gateway::{Error, Gateway, show};

use crate::cli::StoreArgs;
use crate::unlock;

pub use command::{command, rotate_key};
pub use enrol::enrol;
pub use run::run;
pub use saltbox_gateway::store::queue::Order::{RequestStatus, SetInterval};

/// Makes the database.
pub fn init(store: &StoreArgs) -> Result<(), Error> {
    refuse_place(&store.db)?;
    let (secret, unlocked) = unlock::choose(store)?;
    let mut gateway = Gateway::create(&store.db, &secret)?;
    let (_, public) = gateway.public_key()?;
    say(&format!(
        "{}: made, {unlocked}\ngateway's fingerprint: {}",
        store.db.display(),
        public.fingerprint()
    ))
}

/// Shows readings.
pub fn readings(
    store: &StoreArgs,
    node: Option<NodeId>,
    last: Option<u32>,
    since: Option<Duration>,
    json: bool,
) -> Result<(), Error> {
    let now = SystemTime::now();
    let since = since.map(|since| millis(now.checked_sub(since).unwrap_or(SystemTime::UNIX_EPOCH)));
    let kept = Readings::open(&store.db)?.query(&Query { node, since, last })?;
    if !json {
        say(show::HEAD)?;
    }
    for kept in &kept {
        say(&if json { show::reading_json(kept).to_string() } else { show::row(kept) })?;
    }
    Ok(())
}

/// Lists nodes.
pub fn nodes(store: &StoreArgs, json: bool) -> Result<(), Error> {
    let mut gateway = unlock::open(store)?;
    let nodes = gateway.nodes()?;
    if json {
        return nodes.iter().try_for_each(|node| say(&show::node_json(node).to_string()));
    }
    let (epoch, public) = gateway.public_key()?;
    say(&format!("gateway   {}  key epoch {epoch}", public.fingerprint()))?;
    nodes.iter().try_for_each(|node| say(&show::node(node)))
}

/// Revokes a node.
pub fn revoke(store: &StoreArgs, node: NodeId) -> Result<(), Error> {
    let mut gateway = unlock::open(store)?;
    gateway.revoke(node, SystemTime::now())?;
    // Its session keys are to be gone from the log as well.
    gateway.tick(SystemTime::now())?;
    let at_once =
        if Presence::is_announced(&store.db)? { ", by the run in progress too" } else { "" };
    say(&format!("node {node} is revoked: nothing of it is accepted from now on{at_once}"))
}

/// Ends all sessions.
pub fn restored(store: &StoreArgs) -> Result<(), Error> {
    let mut gateway = unlock::open(store)?;
    if Presence::is_announced(&store.db)? {
        return Err(Error::Invalid(format!(
            "a run is in progress on {}: end it first, it may have kept what the backup lacks",
            store.db.display()
        )));
    }
    gateway.end_sessions()?;
    gateway.tick(SystemTime::now())?;
    say("every session is ended: the nodes open new ones when they are next heard")
}

/// A line to standard output. A reader that has gone away ends the program, quietly.
fn say(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(unsaid)
}

fn unsaid(error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::BrokenPipe => Error::Unread,
        _ => Error::Refused(format!("standard output: {error}")),
    }
}
