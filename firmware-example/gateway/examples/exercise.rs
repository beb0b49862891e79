//! Lets a board do everything that a node does - enrolment, two sessions, readings, each command - and prints, as a line
//! of JSON, the most stack that it took: `{"peak_stack":N}`. `cargo xtask budgets` runs it.

use std::collections::VecDeque;
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
    let mut exercise = Exercise { watch: Watch::new(gateway, line), waiting: VecDeque::new() };

    let provision = exercise.watch.gateway().provision(NODE, false)?.to_frame();
    let mut next = Instant::now();
    let enrolled = exercise.until("its public key", |watch, notice| {
        if Instant::now() >= next {
            watch.line().send(&provision);
            next = Instant::now() + Duration::from_secs(1);
        }
        match notice {
            Some(Notice::Frame(frame)) => Enrolled::parse(frame).ok(),
            _ => None,
        }
    })?;
    exercise.watch.gateway().enrol(&enrolled, Interval::from_millis(200), SystemTime::now())?;
    exercise.readings(3)?;
    exercise.watch.gateway().queue(NODE, Order::RequestStatus, SystemTime::now())?;
    exercise.obeyed()?;
    let interval = Order::SetInterval(Interval::from_millis(100));
    exercise.watch.gateway().queue(NODE, interval, SystemTime::now())?;
    exercise.obeyed()?;
    exercise.watch.gateway().rotate_key(Duration::from_secs(3600), false, SystemTime::now())?;
    exercise.obeyed()?;
    exercise.until("a session under the new key", |_, notice| match notice {
        Some(Notice::Event(Event::Opened { epoch: 1, .. })) => Some(()),
        _ => None,
    })?;
    // The board looks at its stack once in 256 turns.
    exercise.readings(20)?;
    match peak.load(Ordering::Relaxed) {
        0 => Err("it said nothing of its stack".into()),
        peak => Ok(peak),
    }
}

/// A node and its gateway, and what was noticed and not asked for yet.
struct Exercise {
    watch: Watch,
    waiting: VecDeque<Notice>,
}

impl Exercise {
    fn readings(&mut self, count: usize) -> Done<()> {
        let mut left = count;
        self.until("a reading", |_, notice| {
            left -= usize::from(matches!(notice, Some(Notice::Event(Event::Reading(_)))));
            (left == 0).then_some(())
        })
    }

    fn obeyed(&mut self) -> Done<()> {
        self.until("a reply", |_, notice| match notice {
            Some(Notice::Event(Event::Reply { outcome: Outcome::Done, .. })) => Some(()),
            _ => None,
        })
    }

    /// Waits for what `found` looks for. What comes after it, perhaps in the same step, is kept for the next question.
    fn until<T>(
        &mut self,
        what: &str,
        mut found: impl FnMut(&mut Watch, Option<&Notice>) -> Option<T>,
    ) -> Done<T> {
        let start = Instant::now();
        while start.elapsed() < LIMIT {
            let notice = self.waiting.pop_front();
            if let Some(value) = found(&mut self.watch, notice.as_ref()) {
                return Ok(value);
            }
            if self.waiting.is_empty() {
                self.waiting.extend(self.watch.step()?);
            }
        }
        Err(format!("{what} did not come within {} s", LIMIT.as_secs()).into())
    }
}
