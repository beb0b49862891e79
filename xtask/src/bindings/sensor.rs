//! The emulated sensor to which the samples talk: the gateway's example `sensor`, and the words that it understands.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::talk::Talk;
use crate::boards::{Bin, Board};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;

const BOARD: &str = "mps2-an386";
const LIMIT: Duration = Duration::from_secs(30);

/// How many steps [`build`] takes.
pub const STEPS: usize = 2;

/// What is built, ready to be played.
pub struct Built {
    program: PathBuf,
    image: PathBuf,
}

/// Builds the node's image and the program that plays it.
pub fn build(repo: &Repo, progress: &mut Progress) -> Result<Built> {
    let image = Board::named(BOARD)?.build(repo, progress, Bin::Node)?;
    let cmd = Cmd::cargo()
        .args(["build", "--quiet", "--package", "saltbox-gateway", "--example", "sensor"])
        .within(repo.root(), "");
    progress.run("build the emulated sensor", &cmd)?;
    Ok(Built { program: repo.path("target/debug/examples/sensor"), image })
}

/// A sensor that is played, on a TCP socket. It ends when this is dropped.
pub struct Sensor {
    talk: Talk,
    log: PathBuf,
    /// Host and port of its line.
    pub address: String,
}

impl Sensor {
    /// Plays a blank board, which keeps its memory in `folder`; that is emptied first. Its log goes there too.
    pub fn blank(built: &Built, folder: &Path) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)
                .with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let text = |path: &Path| path.display().to_string();
        let cmd = Cmd::new(&text(&built.program)).args([text(&built.image), text(folder)]);
        let log = folder.join("board.log");
        let mut talk = Talk::start(&cmd, &log)?;
        let greeting = "listening on ";
        let line = talk.hear("where it listens", LIMIT, |line| line.starts_with(greeting))?;
        Ok(Self { talk, log, address: line[greeting.len()..].to_owned() })
    }

    /// What the board has logged so far: as it is enrolled, both fingerprints that people compare.
    pub fn log(&self) -> Result<String> {
        fs::read_to_string(&self.log).with_context(|| format!("cannot read {}", self.log.display()))
    }

    /// Sets what it measures, in thousandths of a degree Celsius; it answers in steps of 0.5 °C.
    pub fn set_temperature(&mut self, millidegrees: i32) -> Result<()> {
        self.order(&format!("temperature {millidegrees}"))
    }

    /// An attacker on the line keeps the last reading that went to the client.
    pub fn record(&mut self) -> Result<()> {
        self.order("record")
    }

    /// And sends it to the client once more.
    pub fn replay(&mut self) -> Result<()> {
        self.order("replay")
    }

    fn order(&mut self, order: &str) -> Result<()> {
        self.talk.say(order)?;
        let answer = self.talk.hear("what became of it", LIMIT, |_| true)?;
        if answer != "done" {
            bail!("the sensor was told `{order}` and {answer}");
        }
        Ok(())
    }
}

impl Drop for Sensor {
    fn drop(&mut self) {
        // Closing its input lets it end QEMU; killing it, as `Talk` does next, would leave that behind.
        let _ = self.talk.end(LIMIT);
    }
}
