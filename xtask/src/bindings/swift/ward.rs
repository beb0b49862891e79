//! The sample `ward`, end to end: a gateway on the command line, an emulated sensor, an attacker, kills.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::bindings::sensor::{self, Sensor};
use crate::bindings::talk::Talk;
use crate::command::Cmd;
use crate::install::swift::Swift;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;

const LIMIT: Duration = Duration::from_secs(90);
/// Degrees, as the program shows them, in the steps that the sensor has.
const TEMPERATURES: [&str; 3] = ["36.5", "39.0", "-5.5"];
const KILLS: usize = 3;

/// What happens, in this order; each needs what came before.
const CHAPTERS: [(&str, Chapter); 5] = [
    ("names what is wrong", Story::names_what_is_wrong),
    ("enrols whom a person confirms", Story::enrols_whom_a_person_confirms),
    ("shows what is measured", Story::shows_what_is_measured),
    ("refuses a replay after a kill", Story::refuses_a_replay_after_a_kill),
    ("changes the interval", Story::changes_the_interval),
];

type Chapter = fn(&mut Story) -> Result<()>;

/// How many steps [`suite`] takes.
pub const STEPS: usize = sensor::STEPS + CHAPTERS.len();

/// Plays the story of `program`, which is built: a test a chapter.
pub fn suite(repo: &Repo, progress: &mut Progress, swift: &Swift, program: PathBuf) -> Suite {
    let mut suite = Suite::new("Swift sample ward");
    let told = begin(repo, progress, swift, program).and_then(|mut story| {
        for (name, chapter) in CHAPTERS {
            let repeat = "cargo xtask bindings swift";
            progress.work(&format!("ward {name}"), repeat, || chapter(&mut story))?;
            suite.count(true);
        }
        Ok(())
    });
    if let Err(error) = told {
        eprintln!("  {error:#}");
        suite.count(false);
    }
    suite.end();
    suite
}

fn begin(repo: &Repo, progress: &mut Progress, swift: &Swift, program: PathBuf) -> Result<Story> {
    let built = sensor::build(repo, progress)?;
    let folder = repo.path("target/swift/ward");
    let sensor = Sensor::blank(&built, &folder)?;
    Ok(Story { repo: repo.clone(), swift: swift.clone(), program, sensor, folder })
}

struct Story {
    repo: Repo,
    swift: Swift,
    program: PathBuf,
    sensor: Sensor,
    /// Everything lies in here.
    folder: PathBuf,
}

impl Story {
    fn names_what_is_wrong(&mut self) -> Result<()> {
        for (args, code, said) in [
            (&["watch"][..], 2, "--line HOST:PORT is missing"),
            (&["enrol", "5a17", "--line", "127.0.0.1:1"], 4, "is the serial server running?"),
            (&["interval", "5a17", "500", "--line", &self.sensor.address], 1, "unknown sensor"),
        ] {
            let cmd = self.cmd(args);
            let output =
                cmd.to_command().output().with_context(|| format!("cannot start: {cmd}"))?;
            let complaint = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.code() == Some(code) && complaint.contains(said), "{complaint}");
        }
        Ok(())
    }

    fn enrols_whom_a_person_confirms(&mut self) -> Result<()> {
        let mut ward = self.start(&["enrol", "5a17", "--every", "200"])?;
        let gateway = ward.hear("its fingerprint", LIMIT, |line| line.starts_with("gateway "))?;
        let sensor = ward.hear("the sensor's", LIMIT, |line| line.starts_with("sensor "))?;
        ward.hear("a question", LIMIT, |line| line.contains("Type yes or no"))?;
        let log = self.sensor.log()?;
        for (line, there) in [(gateway, "gateway key 0, "), (sensor, "node 00005a17, ")] {
            let fingerprint = line.split_once(' ').map_or("", |(_, rest)| rest.trim());
            ensure!(
                fingerprint.len() == 29 && log.contains(&format!("{there}{fingerprint}")),
                "`{line}`, and the board shows:\n{log}"
            );
        }
        ward.say("yes")?;
        ward.hear("that it is done", LIMIT, |line| line == "enrolled 5a17")?;
        ensure!(ward.end(LIMIT)? == Some(0), "it failed afterwards");
        Ok(())
    }

    fn shows_what_is_measured(&mut self) -> Result<()> {
        let mut watch = self.start(&["watch"])?;
        for degrees in TEMPERATURES {
            self.sensor.set_temperature((degrees.parse::<f64>()? * 1000.0) as i32)?;
            let wanted = format!(": {degrees} °C");
            let found = |line: &str| line.starts_with("reading ") && line.ends_with(&wanted);
            watch.hear(&format!("a reading of {degrees}"), LIMIT, found)?;
        }
        watch.kill()
    }

    /// The attacker records a reading; the gateway has it, and two more, when it is killed.
    fn refuses_a_replay_after_a_kill(&mut self) -> Result<()> {
        for _ in 0..KILLS {
            let mut watch = self.start(&["watch"])?;
            counter(&mut watch)?;
            self.sensor.record()?;
            counter(&mut watch)?;
            let before = counter(&mut watch)?;
            watch.kill()?;

            let mut watch = self.start(&["watch"])?;
            // The first line that it says of the sensor: no session was opened, the one before goes on.
            let line = watch.hear("of the sensor", LIMIT, |line| line != "listening")?;
            let next = read(&line)?;
            ensure!(next > before, "{next} follows {before}");
            self.sensor.replay()?;
            watch.hear("that it refuses", LIMIT, |line| line == "refused: replayed")?;
            counter(&mut watch)?;
            watch.kill()?;
        }
        Ok(())
    }

    fn changes_the_interval(&mut self) -> Result<()> {
        let mut order = self.start(&["interval", "5a17", "2000"])?;
        let reply = "reply of 5a17: setInterval(millis: 2000): done";
        order.hear("the reply", LIMIT, |line| line == reply)?;
        ensure!(order.end(LIMIT)? == Some(0), "it failed afterwards");
        let mut watch = self.start(&["watch", "--count", "3"])?;
        counter(&mut watch)?;
        let start = Instant::now();
        counter(&mut watch)?;
        counter(&mut watch)?;
        let passed = start.elapsed();
        ensure!(passed > Duration::from_secs(3), "two readings in {passed:?}, not in 4 s");
        ensure!(watch.end(LIMIT)? == Some(0), "it does not end after three readings");
        Ok(())
    }

    /// `ward` at work on the sensor's line.
    fn start(&self, args: &[&str]) -> Result<Talk> {
        let cmd = self.cmd(&[args, &["--line", &self.sensor.address]].concat());
        Talk::start(&cmd, &self.folder.join("ward.log"))
    }

    fn cmd(&self, args: &[&str]) -> Cmd {
        let store = self.folder.join("store").display().to_string();
        self.swift
            .cmd(&self.repo, "target/swift", &[], &self.program.display().to_string())
            .args(args.iter().copied())
            .args(["--store".to_owned(), store])
    }
}

/// The counter of the next reading.
fn counter(watch: &mut Talk) -> Result<u64> {
    read(&watch.hear("a reading", LIMIT, |line| line.starts_with("reading "))?)
}

fn read(line: &str) -> Result<u64> {
    let counter = line.strip_prefix("reading ").and_then(|rest| rest.split(' ').next());
    counter.and_then(|it| it.parse().ok()).with_context(|| format!("`{line}` is not a reading"))
}
