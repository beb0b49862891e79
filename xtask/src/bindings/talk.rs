//! A program that one talks to, a line at a time: the sensor, and the samples while they run.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::command::Cmd;

/// How many of its last lines are shown when a program does not say what is waited for.
const SHOWN: usize = 20;

/// A program that runs. Dropping it kills it: this one, by its handle, and no other.
#[derive(Debug)]
pub struct Talk {
    cmd: String,
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    heard: Vec<String>,
}

impl Talk {
    /// Starts `cmd`. Its complaints go to the file `complaints`.
    pub fn start(cmd: &Cmd, complaints: &Path) -> Result<Self> {
        let file = File::create(complaints)
            .with_context(|| format!("cannot write {}", complaints.display()))?;
        let mut command = cmd.to_command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(file);
        let mut child = command.spawn().with_context(|| format!("cannot start: {cmd}"))?;
        let (sender, lines) = channel();
        let output = child.stdout.take().context("it has no output")?;
        thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Ok(Self { cmd: cmd.to_string(), child, input, lines, heard: Vec::new() })
    }

    /// Says `line` to it.
    pub fn say(&mut self, line: &str) -> Result<()> {
        let input = self.input.as_mut().context("its input is closed")?;
        writeln!(input, "{line}").with_context(|| format!("{} does not listen", self.cmd))
    }

    /// Waits for a line that is `wanted`, and returns it; what comes before it is passed over.
    pub fn hear(
        &mut self,
        what: &str,
        limit: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<String> {
        let end = Instant::now() + limit;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    self.heard.push(line.clone());
                    if wanted(&line) {
                        return Ok(line);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    return Err(self.silent(what, &format!("within {} s", limit.as_secs())));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(self.silent(what, "before it ended"));
                }
            }
        }
    }

    /// Kills it, as a power cut or a system short of memory does: it learns nothing of it.
    pub fn kill(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("{} was to be killed, and had ended by itself: {status}", self.cmd);
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Closes its input, waits until it ends, and returns its exit code.
    pub fn end(&mut self, limit: Duration) -> Result<Option<i32>> {
        self.input = None;
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status.code());
            }
            if start.elapsed() > limit {
                bail!("{} did not end within {} s", self.cmd, limit.as_secs());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn silent(&self, what: &str, when: &str) -> anyhow::Error {
        let skipped = self.heard.len().saturating_sub(SHOWN);
        let last = self.heard[skipped..].join("\n    ");
        anyhow!("{} did not say {what} {when}; its last lines:\n    {last}", self.cmd)
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // Either may fail because it has ended by itself; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    const LIMIT: Duration = Duration::from_secs(20);

    fn shell(scratch: &Scratch, script: &str) -> Talk {
        let cmd = Cmd::new("sh").args(["-c", script]);
        Talk::start(&cmd, &scratch.path().join("complaints")).unwrap()
    }

    #[test]
    fn lines_are_said_and_heard() {
        let scratch = Scratch::new("talk");
        let mut talk =
            shell(&scratch, "read word; echo no; echo \"$word\" again; read rest; exit 7");
        talk.say("once").unwrap();
        let line = talk.hear("its echo", LIMIT, |line| line.starts_with("once")).unwrap();
        assert_eq!(line, "once again");
        assert_eq!(talk.end(LIMIT).unwrap(), Some(7));
    }

    #[test]
    fn silence_and_an_early_end_are_errors() {
        let scratch = Scratch::new("talk-silent");
        let mut talk = shell(&scratch, "echo one; read word");
        let short = Duration::from_millis(300);
        let error = talk.hear("two", short, |line| line == "two").unwrap_err().to_string();
        assert!(error.contains("did not say two within") && error.ends_with("    one"), "{error}");
        assert!(talk.end(LIMIT).is_ok());
        let error = talk.hear("two", LIMIT, |line| line == "two").unwrap_err().to_string();
        assert!(error.contains("before it ended"), "{error}");
        assert!(talk.kill().unwrap_err().to_string().contains("had ended by itself"));
    }

    #[test]
    fn who_is_killed_learns_nothing_of_it() {
        let scratch = Scratch::new("talk-killed");
        let mark = scratch.path().join("mark");
        let script = format!("trap 'touch {}' EXIT TERM INT; echo up; read word", mark.display());
        let mut talk = shell(&scratch, &script);
        talk.hear("that it is up", LIMIT, |line| line == "up").unwrap();
        talk.kill().unwrap();
        assert!(!mark.exists());
    }
}
