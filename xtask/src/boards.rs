//! The boards, and how an image is built for one.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;

/// A board of the firmware example.
#[derive(Debug, PartialEq)]
pub struct Board {
    /// Its name: also its folder and its package, and the machine of QEMU.
    pub name: &'static str,
    /// The core on it, for a person.
    pub core: &'static str,
    /// The compiler's name for that core.
    pub target: &'static str,
    /// What QEMU attaches to it besides what the machine has.
    pub devices: &'static [&'static str],
}

/// The temperature sensor on the I2C bus of the MPS2 boards.
const SENSOR: [&str; 2] = ["-device", "tmp105,id=t0,bus=i2c,address=0x48"];

/// Every board.
pub const BOARDS: [Board; 4] = [
    Board { name: "microbit", core: "Cortex-M0", target: "thumbv6m-none-eabi", devices: &[] },
    Board { name: "mps2-an385", core: "Cortex-M3", target: "thumbv7m-none-eabi", devices: &SENSOR },
    Board {
        name: "mps2-an386",
        core: "Cortex-M4F",
        target: "thumbv7em-none-eabihf",
        devices: &SENSOR,
    },
    Board {
        name: "mps2-an505",
        core: "Cortex-M33",
        target: "thumbv8m.main-none-eabihf",
        devices: &SENSOR,
    },
];

/// An image that every board has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bin {
    /// The sensor node: what is flashed. It has the name of the board.
    Node,
    /// Runs the vectors and ends by itself.
    Vectors,
    /// Compares the assembly for the core with its model and ends by itself.
    Low,
    /// Handles many secrets and ends by itself: for a trace.
    Secrets,
    /// Calls every public function of the library, to be looked at and not run.
    Audit,
}

impl Bin {
    /// The name of the binary in the package of `board`.
    pub fn name(self, board: &Board) -> &'static str {
        match self {
            Self::Node => board.name,
            Self::Vectors => "vectors",
            Self::Low => "low",
            Self::Secrets => "ct",
            Self::Audit => "audit",
        }
    }
}

impl Bin {
    /// What it is called when one speaks of all boards.
    pub fn label(self) -> &'static str {
        match self {
            Self::Node => "the node",
            Self::Vectors => "the vectors",
            Self::Low => "the assembly's check",
            Self::Secrets => "the check of constant time",
            Self::Audit => "the audit",
        }
    }
}

/// How an image is built, where it is not as it ships.
#[derive(Debug, Default)]
pub struct Build<'a> {
    /// Another level of optimisation: 0 to 3, s or z.
    pub level: Option<&'a str>,
    /// A `--cfg` of the library.
    pub cfg: Option<&'a str>,
    /// Variables of the environment that the build reads.
    pub env: &'a [(&'a str, &'a str)],
}

impl Build<'_> {
    /// What is different, to stand behind a name.
    pub fn said(&self) -> String {
        let level = self.level.map(|level| format!(", opt-level {level}"));
        let cfg = self.cfg.map(|cfg| format!(", --cfg {cfg}"));
        level.into_iter().chain(cfg).collect()
    }
}

impl Board {
    /// The board called `name`.
    pub fn named(name: &str) -> Result<&'static Self> {
        BOARDS.iter().find(|board| board.name == name).with_context(|| {
            let names: Vec<_> = BOARDS.iter().map(|board| board.name).collect();
            format!("there is no board {name}; there are {}", names.join(", "))
        })
    }

    /// Those called `names`; all of them if none is named.
    pub fn chosen(names: &[String]) -> Result<Vec<&'static Self>> {
        if names.is_empty() {
            Ok(BOARDS.iter().collect())
        } else {
            names.iter().map(|name| Self::named(name)).collect()
        }
    }

    /// Cargo with `verb`, for this board's package and target.
    pub fn cargo(&self, repo: &Repo, verb: &str) -> Cmd {
        let args = [verb, "--package", self.name, "--target", self.target];
        Cmd::cargo().args(args).within(repo.root(), "firmware-example/boards")
    }

    /// Builds an image as it ships and returns where it lies.
    pub fn build(&self, repo: &Repo, progress: &mut Progress, bin: Bin) -> Result<PathBuf> {
        self.build_as(repo, progress, bin, &Build::default())
    }

    /// Builds an image in another way and returns where it lies.
    pub fn build_as(
        &self,
        repo: &Repo,
        progress: &mut Progress,
        bin: Bin,
        build: &Build,
    ) -> Result<PathBuf> {
        let args = [
            "--quiet",
            "--release",
            "--bin",
            bin.name(self),
            "--message-format",
            "json-render-diagnostics",
        ];
        let mut cmd = self.cargo(repo, "build").args(args);
        if let Some(level) = build.level {
            // Of cargo's levels 0 to 3 are numbers and `s` and `z` strings.
            let level =
                if level.parse::<u8>().is_ok() { level.into() } else { format!("{level:?}") };
            cmd = cmd.args(["--config".to_owned(), format!("profile.release.opt-level={level}")]);
        }
        if let Some(name) = build.cfg {
            let flags = format!(r#"target.{}.rustflags=["--cfg", "{name}"]"#, self.target);
            cmd = cmd.args(["--config".to_owned(), flags]);
        }
        for (name, value) in build.env {
            cmd = cmd.env(name, value);
        }
        let ran =
            progress.run_for_stdout(&format!("build {} for {}", bin.label(), self.name), &cmd)?;
        match executables(&ran.output).pop() {
            Some(image) => Ok(image),
            None => bail!("cargo built no image `{}` for {}", bin.name(self), self.name),
        }
    }
}

/// The executables that cargo says it made, in its messages for programs.
fn executables(messages: &str) -> Vec<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executables_are_found_among_messages() {
        let messages = "{\"reason\":\"compiler-artifact\",\"executable\":null}\nnot json\n\
            {\"reason\":\"compiler-artifact\",\"executable\":\"/t/node\"}\n{\"reason\":\"build-finished\"}\n";
        assert_eq!(executables(messages), [PathBuf::from("/t/node")]);
    }

    #[test]
    fn an_unknown_board_is_an_error_that_names_the_known() {
        let error = Board::named("an500").unwrap_err().to_string();
        assert!(error.contains("microbit") && error.contains("mps2-an505"), "{error}");
    }
}
