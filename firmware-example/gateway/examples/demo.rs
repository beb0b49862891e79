//! The main job, start to finish: an emulated Cortex-M4 reads a temperature over I2C, seals it and sends it over its
//! UART; this program opens it and shows the number that was set on the sensor. Then it plays the attacker.
//!
//! `cargo xtask demo` builds the image and runs this with its path. It fails if anything is not as it says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use saltbox::keys::{PublicKey, SecretKey};
use saltbox::rng::OsRandom;
use saltbox::telemetry::{
    Enrolled, Features, Identity, Interval, NodeId, Opening, Reading, Refusal,
};
use saltbox_gateway::line::{Line, Transport};
use saltbox_gateway::qemu::{Board, Emulated, Log, Settings};
use saltbox_gateway::store::unlock::{Secret, create_key_file};
use saltbox_gateway::watch::{Notice, Watch};
use saltbox_gateway::{Event, Gateway};

const NODE: NodeId = NodeId(0x5a17);
const BOARD: &str = "mps2-an386";
/// What is set on the sensor, in thousandths of a degree; the LM75 answers in halves.
const TEMPERATURES: [i32; 3] = [21_500, 36_500, -5_000];
const LIMIT: Duration = Duration::from_secs(60);

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(image), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: demo IMAGE FOLDER (or: cargo xtask demo)");
        return ExitCode::from(2);
    };
    match run(image, &folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the demo failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(image: PathBuf, folder: &Path) -> Outcome<()> {
    say("A gateway is set up: a database, and a key of its own.");
    let mut demo = Demo::start(image, folder)?;
    say(&format!(
        "QEMU boots a Cortex-M4 board ({BOARD}) with a sensor and an EEPROM on its I2C bus."
    ));
    demo.enrol()?;
    for millidegrees in TEMPERATURES {
        demo.measure(millidegrees)?;
    }
    demo.attack()?;
    say("Done: three readings arrived, four frames were refused, each for the right reason.");
    Ok(())
}

/// A gateway, and the board on its line.
struct Demo {
    watch: Watch,
    /// The last frame that held a reading.
    sealed: Vec<u8>,
}

impl Demo {
    fn start(image: PathBuf, folder: &Path) -> Outcome<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let key_file = folder.join("gateway.key");
        create_key_file(&key_file)?;
        let database = folder.join("gateway.db");
        let gateway = Gateway::create(&database, &Secret::KeyFile(key_file))?;
        let board = Board::named(BOARD).ok_or("the board is unknown")?;
        let settings = Settings {
            board,
            image,
            memory: board.memory(&database),
            temperature: Some(0),
            log: Some(Log::new(|line| println!("    board | {}", line.text))),
        };
        let line = Line::new(Transport::Qemu(Box::new(Emulated::new(settings))));
        Ok(Self { watch: Watch::new(gateway, line), sealed: Vec::new() })
    }

    /// Makes the blank board a node of this gateway.
    fn enrol(&mut self) -> Outcome<()> {
        let (_, gateway_key) = self.watch.gateway().public_key()?;
        let provision = self.watch.gateway().provision(NODE, false)?.to_frame();
        let mut next = Instant::now();
        let enrolled = self.until("the board's public key", |demo, notice| {
            if Instant::now() >= next {
                // Repeated, because a line may lose it; the node takes it once.
                demo.watch.line().send(&provision);
                next = Instant::now() + Duration::from_secs(1);
            }
            match notice {
                Some(Notice::Frame(frame)) => Enrolled::parse(frame).ok(),
                _ => None,
            }
        })?;
        say("The board is enrolled. Two people would now compare what both sides show:");
        println!("    gateway     {}", gateway_key.fingerprint());
        println!("    node {NODE}  {}", enrolled.public.fingerprint());
        let interval = Interval::from_millis(1_000);
        self.watch.gateway().enrol(&enrolled, interval, SystemTime::now())?;
        Ok(())
    }

    /// Sets a temperature and waits until just that arrives.
    fn measure(&mut self, millidegrees: i32) -> Outcome<()> {
        let set = Reading::Temperature { millidegrees };
        self.watch.line().machine().ok_or("QEMU has ended")?.set_temperature(millidegrees)?;
        say(&format!("The sensor is set to {set}."));
        let mut last = Vec::new();
        let kept = self.until("the reading", |_, notice| match notice {
            Some(Notice::Frame(frame)) => {
                last.clone_from(frame);
                None
            }
            Some(Notice::Event(Event::Reading(kept))) if kept.reading() == Some(set) => {
                Some(kept.clone())
            }
            _ => None,
        })?;
        println!("    on the line {}", hex(&last));
        println!("    opened      {set}, counter {}", kept.counter);
        self.sealed = last;
        Ok(())
    }

    fn attack(&mut self) -> Outcome<()> {
        say("Now an attacker on the line:");
        let mut tampered = self.sealed.clone();
        let last = tampered.last_mut().ok_or("no frame was captured")?;
        *last ^= 1;
        self.refused("changes one bit of that frame", &tampered, Refusal::Forged)?;
        let replayed = self.sealed.clone();
        self.refused("sends that frame again", &replayed, Refusal::Replayed)?;

        let (_, gateway_key) = self.watch.gateway().public_key()?;
        let stranger = opening(NodeId(0xbad), gateway_key)?;
        self.refused("opens a session as a node of its own", &stranger, Refusal::UnknownNode)?;
        let impostor = opening(NODE, gateway_key)?;
        self.refused("opens a session in the board's name", &impostor, Refusal::Forged)
    }

    fn refused(&mut self, what: &str, frame: &[u8], expected: Refusal) -> Outcome<()> {
        let notices = self.watch.inject(frame)?;
        let why = notices.iter().find_map(|notice| match notice {
            Notice::Event(Event::Refused { why, .. }) => Some(*why),
            _ => None,
        });
        if why != Some(expected) {
            return Err(format!("{what}: {why:?}, and not {expected:?}: {notices:?}").into());
        }
        println!("    it {what:<38} refused: {expected}");
        Ok(())
    }

    /// Runs the gateway until `found` finds something; it is also asked when nothing came.
    fn until<T>(
        &mut self,
        what: &str,
        mut found: impl FnMut(&mut Self, Option<&Notice>) -> Option<T>,
    ) -> Outcome<T> {
        let start = Instant::now();
        while start.elapsed() < LIMIT {
            let notices = self.watch.step()?;
            let all = std::iter::once(None).chain(notices.iter().map(Some));
            for notice in all {
                if let Some(value) = found(self, notice) {
                    return Ok(value);
                }
            }
        }
        Err(format!("{what} did not come within {} s", LIMIT.as_secs()).into())
    }
}

/// An Open by somebody who was never enrolled.
fn opening(node: NodeId, gateway: PublicKey) -> Outcome<Vec<u8>> {
    let identity = Identity::new(node, SecretKey::generate(&mut OsRandom)?, 0, gateway);
    let opening = Opening::start(&identity, 1_000_000, Features::NOISE, [0; 3], &mut OsRandom)?;
    Ok(opening.frame().to_vec())
}

fn say(text: &str) {
    println!("\n{text}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
