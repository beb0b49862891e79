//! How notices are shown: to people, and to programs.

mod utc;

use std::fmt::Write;

use saltbox::telemetry::{Features, Kind, Outcome, Reading, Status, Trouble, Troubles};
use serde_json::{Value, json};

use crate::line::Incoming;
use crate::store::readings::{Kept, source};
use crate::{Error, Event, Node};

pub use utc::utc;

/// The head of the table of readings.
pub const HEAD: &str =
    "time (UTC)               node      source                 reading     counter";

/// A reading as a row of the table.
#[must_use]
pub fn row(kept: &Kept) -> String {
    let (source, reading) = match kept.reading() {
        Some(Reading::Temperature { millidegrees }) => {
            ("temperature", Reading::Temperature { millidegrees }.to_string())
        }
        Some(Reading::TestPattern { value }) => ("test pattern", value.to_string()),
        _ => ("unknown", hex(&kept.body)),
    };
    format!("{}  {}  {source:<12}  {reading:>16}  {:>10}", utc(kept.time), kept.node, kept.counter)
}

/// A reading for programs.
#[must_use]
pub fn reading_json(kept: &Kept) -> Value {
    let mut value = json!({
        "event": "reading",
        "time": utc(kept.time),
        "node": kept.node.to_string(),
        "session": kept.session,
        "counter": kept.counter,
    });
    let reading = kept.reading();
    let fields = match (&reading, reading.as_ref().and_then(source)) {
        (Some(Reading::Temperature { millidegrees }), Some((source, _))) => json!({
            "source": source,
            "measured": true,
            "celsius": f64::from(*millidegrees) / 1000.0,
            "millidegrees": millidegrees,
        }),
        (Some(_), Some((source, count))) => {
            json!({ "source": source, "measured": false, "value": count })
        }
        _ => json!({ "source": null, "body": hex(&kept.body) }),
    };
    merge(&mut value, fields);
    value
}

/// An event other than a reading, as a sentence.
#[must_use]
pub fn sentence(event: &Event) -> String {
    match event {
        Event::Reading(kept) => row(kept),
        Event::Opened { node, epoch, features, firmware: [major, minor, patch] } => format!(
            "node {node} opened a session: firmware {major}.{minor}.{patch}, {}, key epoch {epoch}",
            features_text(*features)
        ),
        Event::OpenedAgain { node } => format!("node {node} asked for the same answer again"),
        Event::Status { node, status } => format!("node {node} status: {}", status_text(status)),
        Event::Sent { node, order } => format!("node {node} is told: {order}"),
        Event::Reply { node, order, outcome, again } => format!(
            "node {node} answers {order}: {}{}",
            outcome_text(*outcome),
            if *again { "; it is asked again in 30 s" } else { "" }
        ),
        Event::Trouble { node, enrolled: false, trouble: Trouble::NotProvisioned }
            if node.0 == 0 =>
        {
            "unauthenticated: a blank node is on the line; make it yours with `saltbox-gateway \
             enrol`"
                .to_owned()
        }
        Event::Trouble { node, enrolled, trouble } => format!(
            "unauthenticated: node {node}{} says: {trouble}",
            if *enrolled { "" } else { " (not enrolled here)" }
        ),
        Event::Enrolled { node, public } => {
            format!("unauthenticated: node {node} says its key is {}", public.fingerprint())
        }
        Event::Refused { node, kind, why, hint } => {
            let mut text = "refused".to_owned();
            if let (Some(kind), Some(node)) = (kind, node) {
                // Writing into a string cannot fail.
                let _ = write!(text, " {} from node {node}", kind_name(*kind));
            }
            let _ = write!(text, ": {why}");
            if let Some(hint) = hint {
                let _ = write!(text, " ({hint})");
            }
            text
        }
        Event::KeyDestroyed { epoch } => {
            format!("the overlap is over: the gateway's key of epoch {epoch} was destroyed")
        }
    }
}

/// An event for programs; `now` in milliseconds of Unix time.
#[must_use]
pub fn event_json(event: &Event, now: i64) -> Value {
    let fields = match event {
        Event::Reading(kept) => return reading_json(kept),
        Event::Opened { node, epoch, features, firmware: [major, minor, patch] } => json!({
            "node": node.to_string(), "epoch": epoch, "firmware": format!("{major}.{minor}.{patch}"),
            "memory": features.has(Features::MEMORY), "noise": features.has(Features::NOISE),
        }),
        Event::OpenedAgain { node } => json!({ "node": node.to_string() }),
        Event::Status { node, status } => {
            let mut value = json!({ "node": node.to_string() });
            merge(&mut value, status_json(status));
            value
        }
        Event::Sent { node, order } => {
            json!({ "node": node.to_string(), "command": order.to_string() })
        }
        Event::Reply { node, order, outcome, again } => json!({
            "node": node.to_string(), "command": order.to_string(),
            "outcome": outcome_text(*outcome), "again": again,
        }),
        Event::Trouble { node, enrolled, trouble } => json!({
            "node": node.to_string(), "enrolled": enrolled, "trouble": trouble.to_string(),
        }),
        Event::Enrolled { node, public } => json!({
            "node": node.to_string(), "fingerprint": public.fingerprint().as_str(),
        }),
        Event::Refused { node, kind, why, hint } => json!({
            "node": node.map(|node| node.to_string()), "kind": kind.map(kind_name),
            "why": why.to_string(), "hint": hint,
        }),
        Event::KeyDestroyed { epoch } => json!({ "epoch": epoch }),
    };
    let mut value = json!({
        "event": event.name(),
        "time": utc(now),
        "authenticated": !event.is_unauthenticated(),
    });
    merge(&mut value, fields);
    value
}

/// What became of the line, as a sentence; `name` is the line's.
#[must_use]
pub fn line_sentence(incoming: &Incoming, name: &str) -> Option<String> {
    match incoming {
        Incoming::Connected => Some(format!("{name}: connected")),
        Incoming::Lost { why, again_in } => {
            Some(format!("{name}: {why}; trying again in {} s", again_in.as_secs()))
        }
        Incoming::Noise(count) => Some(format!("{name}: {count} bytes that are no frame")),
        Incoming::Frame(_) => None,
    }
}

/// What became of the line, for programs.
#[must_use]
pub fn line_json(incoming: &Incoming, name: &str, now: i64) -> Option<Value> {
    let fields = match incoming {
        Incoming::Connected => json!({ "event": "connected" }),
        Incoming::Lost { why, again_in } => {
            json!({ "event": "lost", "why": why, "again_in_s": again_in.as_secs() })
        }
        Incoming::Noise(count) => json!({ "event": "noise", "bytes": count }),
        Incoming::Frame(_) => return None,
    };
    let mut value = json!({ "time": utc(now), "line": name });
    merge(&mut value, fields);
    Some(value)
}

/// A fault of the database, for programs.
#[must_use]
pub fn fault_json(error: &Error, now: i64) -> Value {
    json!({ "event": "fault", "time": utc(now), "why": error.to_string() })
}

/// An enrolled node, in a few lines.
#[must_use]
pub fn node(node: &Node) -> String {
    let seen = &node.seen;
    let mut text = format!("{}  {}", seen.node, node.public.fingerprint());
    let mut line = |label: &str, value: &str| {
        // Writing into a string cannot fail.
        let _ = write!(text, "\n          {label:<12}{value}");
    };
    if node.revoked {
        line("REVOKED", "nothing of it is accepted");
    }
    line("enrolled", &utc(seen.enrolled));
    line("last seen", &seen.last_seen.map_or("never".to_owned(), utc));
    let session = match (node.session, node.epoch) {
        (true, Some(epoch)) => format!("stands, key epoch {epoch}"),
        (true, None) => "opened, no frame yet".to_owned(),
        (false, _) => "none".to_owned(),
    };
    line("session", &format!("{session}; {} so far", seen.sessions));
    if seen.features.is_some_and(|features| features.has(Features::MEMORY)) {
        line("floor", &format!("counter {}", node.floor));
    }
    if let Some(features) = seen.features {
        let firmware = seen.firmware.as_deref().unwrap_or("unknown");
        line("node", &format!("firmware {firmware}, {}", features_text(features)));
    }
    if let Some((status, at)) = &seen.status {
        line("status", &format!("{} ({})", status_text(status), utc(*at)));
    }
    for order in &node.orders {
        line("command", &order.to_string());
    }
    if let Some((trouble, at)) = seen.trouble {
        line("trouble", &format!("{trouble} (unauthenticated, {})", utc(at)));
    }
    text
}

/// An enrolled node, for programs.
#[must_use]
pub fn node_json(node: &Node) -> Value {
    let seen = &node.seen;
    json!({
        "node": seen.node.to_string(),
        "fingerprint": node.public.fingerprint().as_str(),
        "public_key": node.public.to_hex().as_str(),
        "revoked": node.revoked,
        "enrolled": utc(seen.enrolled),
        "last_seen": seen.last_seen.map(utc),
        "session": node.session,
        "sessions": seen.sessions,
        "floor": node.floor,
        "epoch": node.epoch,
        "firmware": seen.firmware,
        "memory": seen.features.map(|features| features.has(Features::MEMORY)),
        "noise": seen.features.map(|features| features.has(Features::NOISE)),
        "status": seen.status.map(|(status, at)| {
            let mut value = json!({ "time": utc(at) });
            merge(&mut value, status_json(&status));
            value
        }),
        "commands": node.orders.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "unauthenticated_trouble": seen.trouble.map(|(trouble, at)| {
            json!({ "trouble": trouble.to_string(), "time": utc(at) })
        }),
    })
}

const fn outcome_text(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Failed => "failed",
        Outcome::Refused => "refused",
    }
}

fn features_text(features: Features) -> &'static str {
    match (features.has(Features::MEMORY), features.has(Features::NOISE)) {
        (true, true) => "counters kept and a noise source",
        (true, false) => "counters kept, no noise source",
        (false, true) => "a noise source, no counters kept",
        (false, false) => "neither counters kept nor a noise source",
    }
}

fn status_text(status: &Status) -> String {
    let (days, rest) = (status.uptime_s / 86_400, status.uptime_s % 86_400);
    let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!(
        "up {days} d {hours:02}:{minutes:02}:{seconds:02}, a reading every {}, {}",
        status.interval,
        troubles_text(status.troubles)
    )
}

fn status_json(status: &Status) -> Value {
    json!({
        "uptime_s": status.uptime_s,
        "interval_ms": status.interval.as_millis(),
        "troubles": status.troubles.iter().map(|t| t.to_string()).collect::<Vec<_>>(),
    })
}

fn troubles_text(troubles: Troubles) -> String {
    let all: Vec<_> = troubles.iter().map(|trouble| trouble.to_string()).collect();
    if all.is_empty() { "no trouble".to_owned() } else { format!("TROUBLE: {}", all.join("; ")) }
}

fn kind_name(kind: Kind) -> String {
    format!("{kind:?}").to_lowercase()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn merge(value: &mut Value, fields: Value) {
    if let (Value::Object(value), Value::Object(fields)) = (value, fields) {
        value.extend(fields);
    }
}
