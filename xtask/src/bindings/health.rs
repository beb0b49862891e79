//! The Kotlin sample `health`, end to end: a patient's phone, an emulated sensor, an attacker, a kill, three doctors.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::sensor::{self, Sensor};
use super::talk::Talk;
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;

const LIMIT: Duration = Duration::from_secs(90);
/// Degrees, as the program shows them, in the steps that the sensor has.
const TEMPERATURES: [&str; 3] = ["36.5", "39.0", "-5.5"];
const KILLS: usize = 3;

/// What happens, in this order; each needs what came before.
const CHAPTERS: [(&str, Chapter); 7] = [
    ("says what to do first", Story::says_what_to_do_first),
    ("enrols a sensor", Story::enrols),
    ("shows what is measured", Story::shows_what_is_measured),
    ("shows no more than it need", Story::shows_no_more_than_it_need),
    ("refuses a replay after a kill", Story::refuses_a_replay_after_a_kill),
    ("changes the interval", Story::changes_the_interval),
    ("reports to two doctors", Story::reports_to_two_doctors),
];

type Chapter = fn(&mut Story) -> Result<()>;

/// How many steps [`suite`] takes.
pub const STEPS: usize = sensor::STEPS + 1 + CHAPTERS.len();

/// Builds the sample, and plays its story: a test a chapter.
pub fn suite(repo: &Repo, progress: &mut Progress) -> Suite {
    let mut suite = Suite::new("Kotlin sample health");
    let told = begin(repo, progress).and_then(|mut story| {
        for (name, chapter) in CHAPTERS {
            let repeat = "cargo xtask bindings kotlin";
            progress.work(&format!("health {name}"), repeat, || chapter(&mut story))?;
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

fn begin(repo: &Repo, progress: &mut Progress) -> Result<Story> {
    let built = sensor::build(repo, progress)?;
    let maven = Cmd::new("mvn")
        .args(["--batch-mode", "--quiet", "--projects", "samples/health", "--also-make"])
        .args(["-Dmaven.test.skip=true", "package"])
        .within(repo.root(), "bindings/kotlin");
    progress.run("build the sample health", &maven)?;
    let folder = repo.path("target/kotlin/health");
    let sensor = Sensor::blank(&built, &folder)?;
    let jar = repo.path("target/kotlin/build/samples/health/health.jar");
    Ok(Story { sensor, jar, folder })
}

struct Story {
    sensor: Sensor,
    jar: PathBuf,
    /// Everything lies in here, the phone's folder and the doctors' too.
    folder: PathBuf,
}

impl Story {
    fn says_what_to_do_first(&mut self) -> Result<()> {
        let (code, said) = self.on_line(&["watch"])?;
        ensure!(code == Some(2) && said.contains("run `health enrol` first"), "{code:?}: {said}");
        let (code, said) = self.phone(&["enrol", "--line", "127.0.0.1:1"])?;
        ensure!(code == Some(4) && said.contains("is the serial server running?"), "{said}");
        Ok(())
    }

    fn enrols(&mut self) -> Result<()> {
        let (code, said) = self.on_line(&["enrol", "--yes", "--every", "200ms"])?;
        ensure!(code == Some(0), "{code:?}: {said}");
        let log = self.sensor.log()?;
        for (here, there) in [("phone", "gateway key 0, "), ("sensor", "node 00000001, ")] {
            let fingerprint = after(&said, here)?.trim();
            ensure!(
                fingerprint.len() == 29 && log.contains(&format!("{there}{fingerprint}")),
                "the phone shows {fingerprint}, the board:\n{log}"
            );
        }
        Ok(())
    }

    fn shows_what_is_measured(&mut self) -> Result<()> {
        let mut watch = self.watch(&["--show"])?;
        for degrees in TEMPERATURES {
            self.sensor.set_temperature((degrees.parse::<f64>()? * 1000.0) as i32)?;
            let wanted = format!(": {degrees} ");
            let found = |line: &str| line.starts_with("reading ") && line.contains(&wanted);
            watch.hear(&format!("a reading of {degrees}"), LIMIT, found)?;
        }
        watch.kill()
    }

    fn shows_no_more_than_it_need(&mut self) -> Result<()> {
        let (code, said) = self.on_line(&["watch", "--count", "3"])?;
        let readings = said.lines().filter_map(|line| line.strip_prefix("reading "));
        let numbers: Vec<_> = readings.map(str::parse::<u32>).collect::<Result<_, _>>()?;
        ensure!(code == Some(0) && numbers.len() == 3, "{code:?}: {said}");
        Ok(())
    }

    /// The attacker records a reading; the phone has it, and two more, when it is killed.
    fn refuses_a_replay_after_a_kill(&mut self) -> Result<()> {
        let refused = "refused: replayed";
        for _ in 0..KILLS {
            let mut watch = self.watch(&[])?;
            number(&mut watch)?;
            self.sensor.record()?;
            number(&mut watch)?;
            let before = number(&mut watch)?;
            watch.kill()?;

            let mut watch = self.watch(&[])?;
            // The first line that it says of the sensor: no session was opened, the one before goes on.
            let line = watch.hear("of the sensor", LIMIT, |line| line != "listening")?;
            let next: u32 = after(&line, "reading ")?.parse()?;
            // It may have kept some between what it said last and the kill.
            ensure!(next > before, "{next} follows {before}");
            self.sensor.replay()?;
            watch.hear(refused, LIMIT, |line| line == refused)?;
            number(&mut watch)?;
            watch.kill()?;
        }
        Ok(())
    }

    fn changes_the_interval(&mut self) -> Result<()> {
        let (code, said) = self.on_line(&["interval", "2s"])?;
        ensure!(code == Some(0) && said == "the sensor's reply: done\n", "{code:?}: {said}");
        let mut watch = self.watch(&[])?;
        number(&mut watch)?;
        let start = Instant::now();
        number(&mut watch)?;
        number(&mut watch)?;
        let passed = start.elapsed();
        ensure!(passed > Duration::from_secs(3), "two readings in {passed:?}, not in 4 s");
        watch.kill()
    }

    fn reports_to_two_doctors(&mut self) -> Result<()> {
        let patient = self.key(&self.phone(&["key"])?)?;
        let reports = ["report-1", "report-2"].map(|name| self.path(name));
        let mut report = vec!["report".to_owned()];
        for (doctor, file) in ["doctor-1", "doctor-2"].iter().zip(&reports) {
            let key = self.key(&self.doctor(doctor, &["key"])?)?;
            report.extend(["--doctor".to_owned(), format!("{key}={file}")]);
        }
        let report: Vec<_> = report.iter().map(String::as_str).collect();
        let (code, said) = self.phone(&report)?;
        ensure!(code == Some(0), "{code:?}: {said}");

        let (_, kept) = self.phone(&["readings"])?;
        for (index, file) in reports.iter().enumerate() {
            for doctor in ["doctor-1", "doctor-2", "doctor-3"] {
                let chart = self.path(&format!("{doctor}.svg"));
                let open = ["open", "--all", "--chart", &chart, "--patient", &patient, file];
                let (code, said) = self.doctor(doctor, &open)?;
                if doctor == format!("doctor-{}", index + 1) {
                    ensure!(code == Some(0) && said.contains(&kept), "{code:?}: {said}");
                    let points = circles(Path::new(&chart))?;
                    ensure!(points == kept.lines().count(), "{points} points in {chart}");
                } else {
                    let refused = code == Some(6) && said.contains("not sealed for this key");
                    ensure!(refused, "{doctor} opens {file}: {code:?}: {said}");
                }
            }
        }
        Ok(())
    }

    /// `health` at work on the sensor's line.
    fn watch(&self, args: &[&str]) -> Result<Talk> {
        let line = ["watch", "--line", &self.sensor.address];
        let cmd = self.cmd(&[&line, args].concat(), "phone");
        Talk::start(&cmd, &self.folder.join("health.log"))
    }

    fn on_line(&self, args: &[&str]) -> Result<(Option<i32>, String)> {
        self.phone(&[args, &["--line", &self.sensor.address]].concat())
    }

    fn phone(&self, args: &[&str]) -> Result<(Option<i32>, String)> {
        ran(&self.cmd(args, "phone"))
    }

    fn doctor(&self, name: &str, args: &[&str]) -> Result<(Option<i32>, String)> {
        ran(&self.cmd(&[&["doctor"], args].concat(), name))
    }

    fn cmd(&self, args: &[&str], whose: &str) -> Cmd {
        Cmd::new("java")
            .args(["-jar".to_owned(), self.jar.display().to_string()])
            .args(args.iter().copied())
            .args(["--folder".to_owned(), self.path(whose)])
            .env("HEALTH_PASSWORD", "of a test")
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// The public key that `health key` shows.
    fn key(&self, (code, said): &(Option<i32>, String)) -> Result<String> {
        ensure!(*code == Some(0), "{code:?}: {said}");
        Ok(after(said, "key ")?.trim().to_owned())
    }
}

/// Runs a command to its end; returns its exit code and what it said.
fn ran(cmd: &Cmd) -> Result<(Option<i32>, String)> {
    let output = cmd.to_command().output().with_context(|| format!("cannot start: {cmd}"))?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.code(), String::from_utf8_lossy(&said).into_owned()))
}

/// The number of the next reading.
fn number(watch: &mut Talk) -> Result<u32> {
    let line = watch.hear("a reading", LIMIT, |line| line.starts_with("reading "))?;
    Ok(after(&line, "reading ")?.parse()?)
}

/// The rest of the line that begins with `word`.
fn after<'a>(said: &'a str, word: &str) -> Result<&'a str> {
    let rest = said.lines().find_map(|line| line.strip_prefix(word));
    rest.with_context(|| format!("no line begins with `{word}`:\n{said}"))
}

/// How many points a chart has.
fn circles(svg: &Path) -> Result<usize> {
    let text = fs::read_to_string(svg).with_context(|| format!("cannot read {}", svg.display()))?;
    let document = roxmltree::Document::parse(&text)?;
    Ok(document.descendants().filter(|node| node.has_tag_name("circle")).count())
}
