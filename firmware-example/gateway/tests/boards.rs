//! The real node on emulated boards: killed at random, recorded and replayed, rotated.
//!
//! Needs QEMU and the boards' images, which `cargo xtask test` installs and builds first. Whoever runs these without them
//! sees them fail, and is told what to do: a test that did not run has not passed.

mod rig;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rig::{Dice, Scratch, kept};
use saltbox::telemetry::{Header, Interval, Kind, NodeId, Outcome, Reading, Refusal};
use saltbox_gateway::enrolment::{Enrolment, Step};
use saltbox_gateway::line::{Incoming, Line, Transport};
use saltbox_gateway::qemu::{BOARDS, Board, Emulated, Settings};
use saltbox_gateway::store::queue::Order;
use saltbox_gateway::watch::{Notice, Watch};
use saltbox_gateway::{Event, Gateway};

/// Counters in a lease of the node, as its app has it.
const LEASE: u64 = 1024;
const KILLS: usize = 40;
const LIMIT: Duration = Duration::from_secs(60);
const NODE: NodeId = NodeId(0x2a);

/// One emulated board at a time: two share a core with the clock that they are judged by.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn image(board: &Board) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let image = target.join(board.target).join("release").join(board.name);
    assert!(image.exists(), "{} is not built: run `cargo xtask test`", image.display());
    image
}

fn line(scratch: &Scratch, board: &'static Board, temperature: Option<i32>) -> Line {
    let memory = board.memory(&scratch.db());
    let settings = Settings { board, image: image(board), memory, temperature, log: None };
    Line::new(Transport::Qemu(Box::new(Emulated::new(settings))))
}

/// Makes the board on `line` a node, as people do it.
fn enrol(gateway: &mut Gateway, line: &mut Line) {
    let provision = gateway.provision(NODE, false).unwrap();
    let mut enrolment = Enrolment::new(provision, LIMIT);
    let enrolled = loop {
        if let Step::Enrolled(enrolled) = enrolment.step(line).unwrap() {
            break enrolled;
        }
    };
    line.machine().unwrap().keep_memory().unwrap();
    gateway.enrol(&enrolled, Interval::from_millis(100), SystemTime::now()).unwrap();
}

/// Steps until `enough` says so; returns everything that came.
fn until(watch: &mut Watch, mut enough: impl FnMut(&Notice) -> bool) -> Vec<Notice> {
    let (start, mut all) = (Instant::now(), Vec::new());
    loop {
        for notice in watch.step().unwrap() {
            let done = enough(&notice);
            all.push(notice);
            if done {
                return all;
            }
        }
        assert!(start.elapsed() < LIMIT, "not within {LIMIT:?}; last: {:?}", all.last());
    }
}

fn readings(watch: &mut Watch, count: usize) -> Vec<Notice> {
    let mut left = count;
    until(watch, |notice| {
        left -= usize::from(matches!(notice, Notice::Event(Event::Reading(_))));
        left == 0
    })
}

fn frames(notices: &[Notice]) -> Vec<Vec<u8>> {
    let frame = |notice: &Notice| match notice {
        Notice::Frame(frame) => Some(frame.clone()),
        _ => None,
    };
    notices.iter().filter_map(frame).collect()
}

/// What somebody who listens to the line knows of the node's nonces.
#[derive(Default)]
struct Listener {
    /// Every counter that was seen, with the frame that carried it.
    seen: BTreeMap<u64, Vec<u8>>,
    /// The highest counter before the last kill.
    highest: u64,
    kills: u64,
    most_skipped: u64,
}

impl Listener {
    fn listen(&mut self, frame: &[u8]) {
        let header = Header::parse(frame).unwrap();
        if !matches!(header.kind, Kind::Open | Kind::Data | Kind::Status | Kind::Reply) {
            return;
        }
        // An Open is repeated with the same bytes; nothing else may carry a counter twice.
        let before = self.seen.insert(header.counter, frame.to_vec());
        assert!(before.is_none_or(|before| before == frame), "counter {} twice", header.counter);
        if self.kills > 0 {
            assert!(header.counter > self.highest, "a counter from before the kill");
            let skipped = header.counter - self.highest - 1;
            assert!(skipped <= LEASE * self.kills, "{skipped} in {} kills", self.kills);
            self.most_skipped = self.most_skipped.max(skipped);
        } else if header.kind != Kind::Open {
            assert!(header.counter > self.highest);
        }
        (self.highest, self.kills) = (header.counter, 0);
    }
}

#[test]
fn forty_kills_of_the_board_repeat_no_nonce_and_no_reading() {
    let _alone = alone();
    let scratch = Scratch::new();
    let board = Board::named("mps2-an386").unwrap();
    let mut gateway = scratch.create();
    let mut first = line(&scratch, board, Some(21_500));
    enrol(&mut gateway, &mut first);
    let mut watch = Watch::new(gateway, first);

    let (mut dice, mut listener) = (Dice::new(40), Listener::default());
    let (mut recorded, mut fruitful) = (Vec::new(), 0);
    for kill in 0..KILLS {
        // From the first instructions of the boot to the middle of a session.
        let mut end = None;
        let mut told = 0;
        loop {
            for notice in watch.step().unwrap() {
                match notice {
                    Notice::Frame(frame) => {
                        listener.listen(&frame);
                        recorded.push(frame);
                    }
                    Notice::Line(Incoming::Connected) => {
                        let lives = Duration::from_millis(dice.below(900) as u64);
                        end = Some(Instant::now() + lives);
                    }
                    Notice::Event(Event::Reading(kept)) => {
                        let reading = Reading::Temperature { millidegrees: 21_500 };
                        assert_eq!(kept.reading(), Some(reading));
                        told += 1;
                    }
                    Notice::Event(Event::Refused { why, .. }) => panic!("{why}"),
                    Notice::Fault(error) => panic!("{error}"),
                    _ => {}
                }
            }
            // The first board runs already.
            let end = *end.get_or_insert_with(|| Instant::now() + Duration::from_millis(400));
            if watch.line().machine().is_some() && Instant::now() >= end {
                break;
            }
        }
        fruitful += usize::from(told > 0);
        watch.line().machine().unwrap().kill();
        listener.kills += 1;
        if kill % 4 != 0 {
            // The gateway as well; every fourth time it goes on and finds the line lost.
            drop(watch);
            watch = Watch::new(scratch.open(), line(&scratch, board, Some(21_500)));
        }
    }
    assert!(fruitful >= KILLS / 4, "only {fruitful} of {KILLS} boots got to a reading");
    assert!(listener.most_skipped > 0, "no kill skipped a counter: nothing was tried");

    // Readings continue.
    for frame in frames(&readings(&mut watch, 3)) {
        listener.listen(&frame);
        recorded.push(frame);
    }
    watch.line().close();
    let before = kept(&scratch.db());
    let counters: Vec<_> = before.iter().map(|kept| kept.counter).collect();
    assert!(counters.is_sorted_by(|a, b| a < b), "accepted twice");

    // Everything that was ever on the line comes once more.
    let mut gateway = scratch.open();
    for frame in &recorded {
        let events = rig::told(&mut gateway, frame, SystemTime::now());
        assert!(events.iter().all(Event::is_unauthenticated), "{events:?}");
    }
    assert_eq!(kept(&scratch.db()), before);
    let node = gateway.nodes().unwrap().remove(0);
    println!(
        "{KILLS} kills, {fruitful} with readings; {} frames, {} readings, {} sessions; at most {} \
         counters skipped",
        recorded.len(),
        before.len(),
        node.seen.sessions,
        listener.most_skipped
    );
}

#[test]
fn a_recorded_boot_of_the_microbit_is_accepted_as_nothing() {
    let _alone = alone();
    let scratch = Scratch::new();
    let board = Board::named("microbit").unwrap();
    let mut gateway = scratch.create();
    let mut bench = line(&scratch, board, None);
    enrol(&mut gateway, &mut bench);
    bench.close();

    let mut watch = Watch::new(gateway, line(&scratch, board, None));
    let recorded = frames(&readings(&mut watch, 5));
    watch.line().machine().unwrap().kill();
    drop(watch);
    let kinds: Vec<_> = recorded.iter().map(|frame| Header::parse(frame).unwrap().kind).collect();
    assert!(kinds.contains(&Kind::Open) && kinds.contains(&Kind::Status), "{kinds:?}");

    let replay = |gateway: &mut Gateway, expected: Refusal| {
        let before = kept(&scratch.db());
        for frame in &recorded {
            let why = rig::refusal(&rig::told(gateway, frame, SystemTime::now()));
            let open = Header::parse(frame).unwrap().kind == Kind::Open;
            assert_eq!(why, if open { Refusal::Replayed } else { expected });
        }
        assert_eq!(kept(&scratch.db()), before);
    };
    // After the gateway's restart, while the node is away.
    replay(&mut scratch.open(), Refusal::Replayed);

    // After the node's reboot as well, which begins to count anew.
    let mut watch = Watch::new(scratch.open(), line(&scratch, board, None));
    let again = frames(&readings(&mut watch, 3));
    let counter = |frame: &Vec<u8>| Header::parse(frame).unwrap().counter;
    assert!(counter(&again[0]) <= counter(recorded.last().unwrap()));
    replay(watch.gateway(), Refusal::Forged);
    drop(watch);
    replay(&mut scratch.open(), Refusal::Forged);

    // The node is none the worse for it.
    let mut watch = Watch::new(scratch.open(), line(&scratch, board, None));
    readings(&mut watch, 1);
}

#[test]
fn every_board_measures_obeys_rotates_and_comes_back() {
    let _alone = alone();
    for board in &BOARDS {
        let scratch = Scratch::new();
        let mut gateway = scratch.create();
        let mut bench = line(&scratch, board, None);
        enrol(&mut gateway, &mut bench);
        bench.close();

        let mut watch = Watch::new(gateway, line(&scratch, board, board.sensor.then_some(-3_500)));
        readings(&mut watch, 1);
        for millidegrees in [21_500, 40_000].into_iter().filter(|_| board.sensor) {
            watch.line().machine().unwrap().set_temperature(millidegrees).unwrap();
            let wanted = Some(Reading::Temperature { millidegrees });
            until(
                &mut watch,
                |notice| matches!(notice, Notice::Event(Event::Reading(kept)) if kept.reading() == wanted),
            );
        }
        if !board.sensor {
            let last = kept(&scratch.db()).pop().unwrap();
            assert!(matches!(last.reading(), Some(Reading::TestPattern { .. })));
            assert!(watch.line().machine().unwrap().set_temperature(0).is_err());
        }

        let now = SystemTime::now();
        watch.gateway().queue(NODE, Order::RequestStatus, now).unwrap();
        let rotation = watch.gateway().rotate_key(Duration::from_secs(3_600), false, now).unwrap();
        let mut open = vec![Order::RotateKey(1), Order::RequestStatus];
        until(&mut watch, |notice| match notice {
            Notice::Event(Event::Reply { order: answered, outcome, .. }) => {
                assert_eq!(*outcome, Outcome::Done, "{}", board.name);
                open.retain(|order| order != answered);
                open.is_empty()
            }
            _ => false,
        });
        // Killed at once, and not ended: the new key is in the file already.
        watch.line().machine().unwrap().kill();
        drop(watch);
        let mut watch = Watch::new(scratch.open(), line(&scratch, board, None));
        for notice in readings(&mut watch, 2) {
            if let Notice::Event(Event::Opened { epoch, .. }) = notice {
                assert_eq!(epoch, rotation.epoch, "{} lost the key", board.name);
            }
        }
        let node = watch.gateway().nodes().unwrap().remove(0);
        assert_eq!(node.epoch, Some(rotation.epoch), "{}", board.name);
        // Without the overlap, too.
        let later = now + Duration::from_secs(3_601);
        watch.gateway().tick(later).unwrap();
        readings(&mut watch, 2);
        watch.line().close();
    }
}

#[test]
fn a_board_that_is_somebodys_refuses_another_enrolment() {
    let _alone = alone();
    let board = Board::named("mps2-an385").unwrap();
    let (ours, theirs) = (Scratch::new(), Scratch::new());
    let mut bench = line(&ours, board, None);
    enrol(&mut ours.create(), &mut bench);
    let provision = theirs.create().provision(NodeId(7), false).unwrap();
    let mut enrolment = Enrolment::new(provision, LIMIT);
    let error = loop {
        match enrolment.step(&mut bench) {
            Ok(Step::Waiting(_)) => {}
            Ok(Step::Enrolled(enrolled)) => panic!("{enrolled:?}"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.exit_code(), 7);
    assert!(error.to_string().contains("erase its memory"), "{error}");
}
