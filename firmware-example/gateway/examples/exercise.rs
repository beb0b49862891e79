//! Lets a board do everything that a node does - enrolment, two sessions, readings, each command - and prints, as a line
//! of JSON, the most stack that it took: `{"peak_stack":N}`. `cargo xtask budgets` runs it.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use saltbox::telemetry::{Enrolled, Interval, NodeId, Outcome};
use saltbox_gateway::line::{Line, Transport};
use saltbox_gateway::qemu::{Board, Emulated, Log, Settings};
use saltbox_gateway::store::queue::Order;
use saltbox_gateway::store::unlock::{Secret, create_key_file};
use saltbox_gateway::watch::{Notice, Watch};
use saltbox_gateway::{Event, Gateway};

const NODE: NodeId = NodeId(1);
const LIMIT: Duration = Duration::from_secs(120);

type Done<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [board, image, folder] = &arguments[..] else {
        eprintln!("usage: exercise BOARD IMAGE FOLDER (or: cargo xtask budgets)");
        return ExitCode::from(2);
    };
    match run(board, image.into(), folder.into()) {
        Ok(peak) => {
            println!("{{\"peak_stack\":{peak}}}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{board} did not do it: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(name: &str, image: PathBuf, folder: PathBuf) -> Done<u64> {
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let key_file = folder.join("gateway.key");
    create_key_file(&key_file)?;
    let database = folder.join("gateway.db");
    let gateway = Gateway::create(&database, &Secret::KeyFile(key_file))?;
    let board = Board::named(name).ok_or("the board is unknown")?;
    let peak = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&peak);
    let log = Log::new(move |line| {
        let bytes = line.text.strip_prefix("stack peak ").and_then(|rest| rest.split(' ').next());
        seen.fetch_max(bytes.and_then(|bytes| bytes.parse().ok()).unwrap_or(0), Ordering::Relaxed);
    });
    let memory = board.memory(&database);
    let settings = Settings { board, image, memory, temperature: None, log: Some(log) };
    let line = Line::new(Transport::Qemu(Box::new(Emulated::new(settings))));
    let mut watch = Watch::new(gateway, line);

    let provision = watch.gateway().provision(NODE, false)?.to_frame();
    let mut next = Instant::now();
    let enrolled = until(&mut watch, "its public key", |watch, notice| {
        if Instant::now() >= next {
            watch.line().send(&provision);
            next = Instant::now() + Duration::from_secs(1);
        }
        match notice {
            Some(Notice::Frame(frame)) => Enrolled::parse(frame).ok(),
            _ => None,
        }
    })?;
    watch.gateway().enrol(&enrolled, Interval::from_millis(200), SystemTime::now())?;
    readings(&mut watch, 3)?;
    watch.gateway().queue(NODE, Order::RequestStatus, SystemTime::now())?;
    obeyed(&mut watch)?;
    let interval = Order::SetInterval(Interval::from_millis(100));
    watch.gateway().queue(NODE, interval, SystemTime::now())?;
    obeyed(&mut watch)?;
    watch.gateway().rotate_key(Duration::from_secs(3600), false, SystemTime::now())?;
    obeyed(&mut watch)?;
    until(&mut watch, "a session under the new key", |_, notice| match notice {
        Some(Notice::Event(Event::Opened { epoch: 1, .. })) => Some(()),
        _ => None,
    })?;
    // The board looks at its stack once in 256 turns.
    readings(&mut watch, 20)?;
    match peak.load(Ordering::Relaxed) {
        0 => Err("it said nothing of its stack".into()),
        peak => Ok(peak),
    }
}

fn readings(watch: &mut Watch, count: usize) -> Done<()> {
    let mut left = count;
    until(watch, "a reading", |_, notice| {
        left -= usize::from(matches!(notice, Some(Notice::Event(Event::Reading(_)))));
        (left == 0).then_some(())
    })
}

fn obeyed(watch: &mut Watch) -> Done<()> {
    until(watch, "a reply", |_, notice| match notice {
        Some(Notice::Event(Event::Reply { outcome: Outcome::Done, .. })) => Some(()),
        _ => None,
    })
}

fn until<T>(
    watch: &mut Watch,
    what: &str,
    mut found: impl FnMut(&mut Watch, Option<&Notice>) -> Option<T>,
) -> Done<T> {
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        let notices = watch.step()?;
        for notice in std::iter::once(None).chain(notices.iter().map(Some)) {
            if let Some(value) = found(watch, notice) {
                return Ok(value);
            }
        }
    }
    Err(format!("{what} did not come within {} s", LIMIT.as_secs()).into())
}
