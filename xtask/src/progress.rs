//! Numbered steps: a line with the time each took; quiet on success, complete on failure.
//!
//! What a step prints goes to a file under `target/xtask/`. A step that fails shows that output and the command with
//! which to repeat it. Everything here goes to standard error: standard output is for answers.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::command::Cmd;
use crate::repo::Repo;

/// Lines that are shown of the beginning, and of the end, of a failed step's output; the file has the rest. A compiler
/// says the cause first, a test last.
const SHOWN: usize = 100;

/// How often a step that is not shown on a terminal says that it is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);

/// Counts and shows the steps of one run.
pub struct Progress {
    done: usize,
    total: usize,
    logs: PathBuf,
    terminal: bool,
}

/// A step that failed; what it said has been shown already.
#[derive(Debug)]
pub struct Failed {
    step: String,
    /// What its command wrote, if it was one.
    pub output: String,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.step)
    }
}

impl std::error::Error for Failed {}

/// A step that succeeded.
#[derive(Debug)]
pub struct Ran {
    /// What it wrote to standard output, and to standard error unless that was kept apart.
    pub output: String,
}

/// Where a step's standard output goes.
#[derive(Clone, Copy, PartialEq)]
enum Output {
    /// Into the log beside standard error, in the order in which it was written.
    Merged,
    /// Into a file of its own: it is for a program to read.
    Apart,
}

impl Progress {
    /// A run of no steps yet; [`Progress::expect`] announces them.
    pub fn new(repo: &Repo) -> Result<Self> {
        let logs = repo.logs();
        fs::create_dir_all(&logs).with_context(|| format!("cannot create {}", logs.display()))?;
        Ok(Self { done: 0, total: 0, logs, terminal: io::stderr().is_terminal() })
    }

    /// Announces `steps` more, so that each line can say how many there are.
    pub fn expect(&mut self, steps: usize) {
        self.total += steps;
    }

    /// Runs `cmd` as one step; its whole output is the result.
    pub fn run(&mut self, name: &str, cmd: &Cmd) -> Result<Ran> {
        self.command(name, cmd, Output::Merged)
    }

    /// Runs `cmd` as one step; only its standard output is the result.
    pub fn run_for_stdout(&mut self, name: &str, cmd: &Cmd) -> Result<Ran> {
        self.command(name, cmd, Output::Apart)
    }

    /// Runs `work` as one step. `repeat` is the command that does the same again.
    pub fn work<T>(
        &mut self,
        name: &str,
        repeat: &str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.begin(name);
        let start = Instant::now();
        match work() {
            Ok(value) => {
                self.end(name, "ok", start.elapsed());
                Ok(value)
            }
            Err(error) => {
                self.end(name, "FAILED", start.elapsed());
                eprintln!("{}\n  repeat it with: {repeat}", indented(&format!("{error:#}")));
                Err(Failed { step: name.to_owned(), output: String::new() }.into())
            }
        }
    }

    fn command(&mut self, name: &str, cmd: &Cmd, output: Output) -> Result<Ran> {
        self.begin(name);
        let start = Instant::now();
        let log = self.logs.join(format!("{}.log", slug(name)));
        let stdout = match output {
            Output::Merged => log.clone(),
            Output::Apart => self.logs.join(format!("{}.out", slug(name))),
        };
        let ok = self.execute(name, cmd, &log, &stdout, start);
        let elapsed = start.elapsed();
        match ok {
            Ok(true) => {
                self.end(name, "ok", elapsed);
                Ok(Ran { output: text(&stdout)? })
            }
            Ok(false) => {
                self.end(name, "FAILED", elapsed);
                let output = text(&log)?;
                eprintln!("{}", indented(&both_ends(&output, &log)));
                eprintln!("  repeat it with: {cmd}");
                Err(Failed { step: name.to_owned(), output }.into())
            }
            Err(error) => {
                self.end(name, "FAILED", elapsed);
                Err(error)
            }
        }
    }

    /// Starts `cmd` and waits for it, showing that time passes.
    fn execute(
        &self,
        name: &str,
        cmd: &Cmd,
        log: &Path,
        stdout: &Path,
        start: Instant,
    ) -> Result<bool> {
        let errors = emptied(log)?;
        let answers = if stdout == log { errors.try_clone()? } else { emptied(stdout)? };
        let mut child = cmd
            .to_command()
            .stdin(Stdio::null())
            .stdout(answers)
            .stderr(errors)
            .spawn()
            .with_context(|| format!("cannot start: {cmd}"))?;
        let mut told = Duration::ZERO;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status.success());
            }
            thread::sleep(Duration::from_millis(50));
            let passed = start.elapsed();
            let every = if self.terminal { Duration::from_secs(1) } else { SIGN_OF_LIFE };
            if passed - told >= every {
                told = passed;
                self.alive(name, passed);
            }
        }
    }

    fn begin(&mut self, name: &str) {
        self.done += 1;
        self.total = self.total.max(self.done);
        if self.terminal {
            eprint!("\r\x1b[K{} {name}", self.number());
            let _ = io::stderr().flush();
        }
    }

    fn alive(&self, name: &str, passed: Duration) {
        if self.terminal {
            eprint!("\r\x1b[K{} {name:<44} {:>9}", self.number(), human(passed));
            let _ = io::stderr().flush();
        } else {
            eprintln!("{} {name:<44} {:>9}  still running", self.number(), human(passed));
        }
    }

    fn end(&self, name: &str, verdict: &str, elapsed: Duration) {
        let over = if self.terminal { "\r\x1b[K" } else { "" };
        eprintln!("{over}{} {name:<44} {:>9}  {verdict}", self.number(), human(elapsed));
    }

    fn number(&self) -> String {
        let width = self.total.to_string().len();
        format!("[{:>width$}/{}]", self.done, self.total)
    }
}

/// A time as people say it: `0.4 s`, `3 min 05 s`.
pub fn human(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 100 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// A step's name as a file's.
fn slug(name: &str) -> String {
    let words: Vec<_> = name
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .filter(|w| !w.is_empty())
        .collect();
    words.join("-").to_lowercase()
}

/// `path`, empty; two writers append to it without overwriting each other.
fn emptied(path: &Path) -> Result<File> {
    File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    OpenOptions::new()
        .append(true)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))
}

fn text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn both_ends(text: &str, log: &Path) -> String {
    let lines: Vec<_> = text.lines().collect();
    let Some(left_out) = lines.len().checked_sub(2 * SHOWN).filter(|&number| number > 0) else {
        return lines.join("\n");
    };
    let (head, tail) = (lines[..SHOWN].join("\n"), lines[SHOWN + left_out..].join("\n"));
    format!("{head}\n… {left_out} lines more in {}\n{tail}", log.display())
}

fn indented(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn both_outputs_of_a_step_are_kept_in_order() {
        let scratch = Scratch::new("progress-merged");
        let mut progress = Progress::new(&Repo::at(scratch.path())).unwrap();
        let cmd = Cmd::new("sh").args(["-c", "echo one; echo two >&2; echo three"]);
        assert_eq!(progress.run("order", &cmd).unwrap().output, "one\ntwo\nthree\n");
        assert_eq!(progress.run_for_stdout("order", &cmd).unwrap().output, "one\nthree\n");
    }

    #[test]
    fn a_step_that_fails_is_an_error() {
        let scratch = Scratch::new("progress-failed");
        let mut progress = Progress::new(&Repo::at(scratch.path())).unwrap();
        let error = progress.run("bad step", &Cmd::new("false")).unwrap_err();
        assert_eq!(error.to_string(), "bad step failed");
        let error =
            progress.run("bad words", &Cmd::new("sh").args(["-c", "echo why; false"])).unwrap_err();
        assert_eq!(error.downcast::<Failed>().unwrap().output, "why\n");
        let error = progress.run("no such", &Cmd::new("saltbox-has-no-such-program")).unwrap_err();
        assert!(error.to_string().starts_with("cannot start"), "{error}");
        let error = progress
            .work("inner", "cargo xtask", || -> Result<()> { anyhow::bail!("why") })
            .unwrap_err();
        assert_eq!(error.to_string(), "inner failed");
    }

    #[test]
    fn times_read_well() {
        assert_eq!(human(Duration::from_millis(449)), "0.4 s");
        assert_eq!(human(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn long_output_is_cut_in_the_middle() {
        let text = |lines: usize| (0..lines).map(|n| format!("line {n}\n")).collect::<String>();
        let shown = both_ends(&text(2 * SHOWN + 3), Path::new("x.log"));
        assert!(shown.starts_with("line 0\n") && shown.ends_with("\nline 202"), "{shown}");
        assert!(shown.contains("line 99\n… 3 lines more in x.log\nline 103\n"), "{shown}");
        assert_eq!(both_ends(&text(2 * SHOWN), Path::new("x.log")), text(2 * SHOWN).trim_end());
    }
}
