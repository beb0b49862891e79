//! The program killed again and again while a node sends: nothing accepted is lost, nothing is accepted twice.

mod rig;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rig::{Dice, Node, Scratch, kept};
use rusqlite::Connection;
use saltbox::telemetry::{Features, Reading};
use saltbox_gateway::line::{Decoder, Found, encode};

const KILLS: usize = 50;

/// What the simulated node did.
#[derive(Default)]
struct Sent {
    /// The counters of its readings, in order; each reading's value is its counter.
    counters: Vec<u64>,
    /// Every frame that it sent, for replaying.
    frames: Vec<Vec<u8>>,
    /// How often a gateway connected.
    connections: usize,
}

/// A node behind a socket that sends a reading every few milliseconds, and often enough one of its own old frames.
fn node_behind_a_socket(
    mut node: Node,
    stop: Arc<AtomicBool>,
) -> (SocketAddr, Arc<Mutex<Sent>>, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let sent = Arc::new(Mutex::new(Sent::default()));
    let shared = Arc::clone(&sent);
    let thread = thread::spawn(move || {
        let mut dice = Dice::new(7);
        while !stop.load(Ordering::Relaxed) {
            match listener.accept() {
                Ok((stream, _)) => {
                    shared.lock().unwrap().connections += 1;
                    serve(stream, &mut node, &shared, &mut dice, &stop);
                }
                Err(_) => thread::sleep(Duration::from_millis(2)),
            }
        }
    });
    (address, sent, thread)
}

/// Talks to one gateway until it is gone.
fn serve(
    mut stream: TcpStream,
    node: &mut Node,
    sent: &Mutex<Sent>,
    dice: &mut Dice,
    stop: &AtomicBool,
) {
    stream.set_nonblocking(false).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(3))).unwrap();
    let mut decoder = Decoder::new();
    let mut last_open = Instant::now() - Duration::from_secs(1);
    while !stop.load(Ordering::Relaxed) {
        let mut bytes = [0; 256];
        let count = match stream.read(&mut bytes) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => 0,
            Err(_) => return,
        };
        let mut up = Vec::new();
        for byte in &bytes[..count] {
            if let Some(Found::Frame(frame)) = decoder.push(*byte) {
                up.extend(node.take(&frame));
            }
        }
        if node.session.is_some() {
            let mut sent = sent.lock().unwrap();
            // Sent before it is known whether it arrives, as on any line.
            let counter = node.counter + 1;
            sent.counters.push(counter);
            up.push(node.reading(i32::try_from(counter).unwrap()));
            sent.frames.extend(up.iter().cloned());
            if dice.below(4) == 0 {
                let replay = dice.below(sent.frames.len());
                up.push(sent.frames[replay].clone());
            }
        } else if last_open.elapsed() > Duration::from_millis(50) {
            last_open = Instant::now();
            up.push(match &node.opening {
                Some(opening) => opening.frame().to_vec(),
                None => node.open(),
            });
        }
        if up.iter().any(|frame| stream.write_all(&encode(frame)).is_err()) {
            return;
        }
    }
}

/// The program, and the counters of the readings that it printed.
struct Program {
    child: Child,
    reader: thread::JoinHandle<Vec<u64>>,
}

impl Program {
    fn start(scratch: &Scratch, address: SocketAddr) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_saltbox-gateway"))
            .args(["run", "--json", "--tcp", &address.to_string()])
            .arg("--db")
            .arg(scratch.db())
            .arg("--key-file")
            .arg(scratch.key_file())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let reader = thread::spawn(move || {
            let lines = stdout.split(b'\n').map_while(Result::ok);
            // A line that the kill cut off is no line.
            let values =
                lines.filter_map(|line| serde_json::from_slice::<serde_json::Value>(&line).ok());
            let readings = values.filter(|value| value["event"] == "reading");
            readings.map(|reading| reading["counter"].as_u64().unwrap()).collect()
        });
        Self { child, reader }
    }

    /// SIGKILL.
    fn kill(mut self) -> Vec<u64> {
        assert!(self.child.try_wait().unwrap().is_none(), "the program ended by itself");
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.reader.join().unwrap()
    }
}

#[test]
fn fifty_kills_lose_nothing_accepted_and_accept_nothing_twice() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    drop(gateway);
    let stop = Arc::new(AtomicBool::new(false));
    let (address, sent, thread) = node_behind_a_socket(node, Arc::clone(&stop));

    let mut dice = Dice::new(50);
    let (mut printed, mut fruitful, mut floor) = (Vec::new(), 0, 0);
    for _ in 0..KILLS {
        let program = Program::start(&scratch, address);
        // From before it has opened the database to the middle of a transaction.
        thread::sleep(Duration::from_millis(20 + dice.below(380) as u64));
        let told = program.kill();
        fruitful += usize::from(!told.is_empty());
        printed.extend(told);
        // What was printed is on the disk now, not later.
        let stored: BTreeSet<_> = kept(&scratch.db()).iter().map(|kept| kept.counter).collect();
        let lost: Vec<_> = printed.iter().filter(|counter| !stored.contains(counter)).collect();
        assert!(lost.is_empty(), "told and lost: {lost:?}");
        let node = scratch.open().nodes().unwrap().remove(0);
        assert!(node.floor >= floor, "the floor sank");
        assert!(stored.last().is_none_or(|highest| *highest <= node.floor));
        floor = node.floor;
    }
    stop.store(true, Ordering::Relaxed);
    thread.join().unwrap();
    let sent = sent.lock().unwrap();
    assert!(fruitful > KILLS / 2, "only {fruitful} of {KILLS} runs got to a reading");
    assert!(sent.connections > KILLS / 2, "{} connections", sent.connections);

    let readings = kept(&scratch.db());
    assert!(readings.len() > 200, "only {} readings", readings.len());
    let counters: Vec<_> = readings.iter().map(|kept| kept.counter).collect();
    // Not sorted: a frame that a kill swallowed may be accepted when it comes again.
    assert!(is_unique(&counters), "accepted twice");
    assert!(counters.iter().all(|counter| sent.counters.contains(counter)));
    for kept in &readings {
        let millidegrees = i32::try_from(kept.counter).unwrap();
        assert_eq!(kept.reading(), Some(Reading::Temperature { millidegrees }));
    }
    assert!(is_unique(&printed), "told twice");

    // One session through it all, and the file is sound.
    assert!(readings.iter().all(|kept| kept.session == 1));
    let db = Connection::open(scratch.db()).unwrap();
    let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");

    // After the last restart everything that was ever sent comes again. What never arrived may be accepted now, once.
    let mut gateway = scratch.open();
    let mut late = 0;
    for _ in 0..2 {
        late = sent
            .frames
            .iter()
            .filter(|frame| rig::is_reading(&rig::told(&mut gateway, frame, rig::at(0))))
            .count();
    }
    assert_eq!(late, 0);
    let counters: Vec<_> = kept(&scratch.db()).iter().map(|kept| kept.counter).collect();
    assert!(is_unique(&counters), "accepted twice");
}

fn is_unique(counters: &[u64]) -> bool {
    counters.iter().collect::<BTreeSet<_>>().len() == counters.len()
}
