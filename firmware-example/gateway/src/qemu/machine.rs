//! One run of QEMU.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::json;

use super::board::{Kept, doubled};
use super::claim::Claim;
use super::qmp::Qmp;
use super::{Board, Log, Settings};
use crate::Error;

const PROGRAM: &str = "qemu-system-arm";
/// How long QEMU may take to open its sockets, and to end when asked.
const START_LIMIT: Duration = Duration::from_secs(20);
const STOP_LIMIT: Duration = Duration::from_secs(3);
const SETTLE_LIMIT: Duration = Duration::from_millis(500);

/// A board that is being played. Dropping it ends it: this child, by its handle, and no other.
#[derive(Debug)]
pub struct Machine {
    process: Process,
    qmp: Qmp,
    board: &'static Board,
    memory: PathBuf,
    /// Until QEMU has ended.
    claim: Option<Claim>,
    reader: Option<JoinHandle<()>>,
    _folder: Folder,
}

impl Machine {
    /// Starts QEMU, sets the temperature before the first instruction, and lets the board run. Also returns the other
    /// end of its serial port. The outer error is for good, the inner one may pass.
    ///
    /// # Errors
    ///
    /// Those of [`Settings::check`]; [`Error::Line`] if QEMU is missing, or the memory cannot be made or is being played.
    pub fn start(settings: &Settings) -> Result<io::Result<(Self, UnixStream)>, Error> {
        let image = settings.check()?;
        let claim = Claim::take(&settings.memory)?;
        prepare_memory(settings.board, &settings.memory).map_err(|error| {
            Error::Line(format!("the board's memory {}: {error}", settings.memory.display()))
        })?;
        let folder = Folder::new().map_err(|error| Error::Line(format!("sockets: {error}")))?;
        match Self::spawn(settings, &image, folder, claim) {
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::Line(format!(
                "{PROGRAM} is not installed: on Debian and Ubuntu, apt install qemu-system-arm"
            ))),
            result => Ok(result),
        }
    }

    fn spawn(
        settings: &Settings,
        image: &[u8],
        folder: Folder,
        claim: Claim,
    ) -> io::Result<(Self, UnixStream)> {
        // QEMU connects to us, so that not a byte of the boot is lost and nothing is retried.
        let (serial, qmp) = (folder.listen("serial")?, folder.listen("qmp")?);
        let socket = |name| {
            let path = doubled(&folder.0.join(name));
            ["-chardev".to_owned(), format!("socket,id={name},path={path}")]
        };
        let mut process = Process::start(
            Command::new(PROGRAM)
                .args(["-S", "-no-reboot", "-display", "none", "-monitor", "none"])
                .args(socket("serial"))
                .args(["-serial", "chardev:serial"])
                .args(socket("qmp"))
                .args(["-mon", "chardev=qmp,mode=control"])
                // What the board logs comes out of QEMU's standard output.
                .args(["-semihosting-config", "enable=on,target=native"])
                .args(settings.board.arguments(settings)),
        )?;
        let [serial, qmp] = match accept(&mut process.child, [&serial, &qmp]) {
            Ok(streams) => streams,
            Err(error) => {
                return Err(io::Error::other(format!("{}: {error}", process.end())));
            }
        };
        // Also read if nobody wants it: a full pipe would stop the board.
        let sink = settings.log.clone().unwrap_or_else(|| Log::new(|_| ()));
        let reader = process.child.stdout.take().map(|stdout| sink.follow(image, stdout));
        let mut machine = Self {
            qmp: Qmp::greet(qmp)?,
            process,
            board: settings.board,
            memory: settings.memory.clone(),
            claim: Some(claim),
            reader,
            _folder: folder,
        };
        if let Some(millidegrees) = settings.temperature {
            machine.set_temperature(millidegrees).map_err(io::Error::other)?;
        }
        machine.qmp.execute("cont", &json!({}))?;
        Ok((machine, serial))
    }

    /// Sets what the sensor measures, in thousandths of a degree Celsius; the sensor answers
    /// in steps of 0.5 °C, rounded down.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the board has no sensor; [`Error::Line`] if QEMU refuses: it takes -128 to 127 °C.
    pub fn set_temperature(&mut self, millidegrees: i32) -> Result<(), Error> {
        if !self.board.sensor {
            return Err(Error::Invalid(self.board.no_sensor()));
        }
        let path = "/machine/peripheral/t0";
        let arguments = json!({ "path": path, "property": "temperature", "value": millidegrees });
        self.qmp.execute("qom-set", &arguments).map(drop).map_err(|e| Error::Line(e.to_string()))
    }

    /// Keeps what the board has in its flash page for the next start; for a board whose memory QEMU keeps, does nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] if QEMU or the file system fails; then the file is as it was.
    pub fn keep_memory(&mut self) -> Result<(), Error> {
        let Kept::Flash { address, len } = self.board.kept else { return Ok(()) };
        let mut new = self.memory.as_os_str().to_owned();
        new.push(".new");
        let new = PathBuf::from(new);
        let mut keep = || {
            // Made here, so that the owner alone can read it; QEMU writes into the file that is there.
            match fs::remove_file(&new) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let file = File::options().write(true).create_new(true).mode(0o600).open(&new)?;
            let arguments =
                json!({ "val": address, "size": len, "filename": new.to_string_lossy() });
            self.qmp.execute("memsave", &arguments)?;
            if fs::metadata(&new)?.len() != u64::from(len) {
                return Err(io::Error::other("QEMU wrote too little"));
            }
            file.sync_all()?;
            fs::rename(&new, &self.memory)
        };
        keep().map_err(|error| {
            Error::Line(format!("the board's memory {}: {error}", self.memory.display()))
        })
    }

    /// Whether QEMU still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.process.child.try_wait(), Ok(None))
    }

    /// Asks QEMU to end, and kills it if it does not. Says how it ended.
    pub fn stop(&mut self) -> String {
        // It may be gone already, or not answer: what follows ends it in either case.
        let _ = self.qmp.execute("quit", &json!({}));
        self.wait(STOP_LIMIT);
        self.kill()
    }

    /// Waits a moment for a machine whose line was lost: its sockets close before it has ended.
    pub(super) fn settle(&mut self) {
        self.wait(SETTLE_LIMIT);
    }

    fn wait(&mut self, limit: Duration) {
        let start = Instant::now();
        while self.is_running() && start.elapsed() < limit {
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Kills QEMU, as a power cut ends a board. Says how it ended.
    pub fn kill(&mut self) -> String {
        let why = self.process.end();
        if let Some(reader) = self.reader.take() {
            // A log that panicked has nothing to say any more.
            let _ = reader.join();
        }
        self.claim = None;
        why
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.kill();
    }
}

fn prepare_memory(board: &Board, memory: &Path) -> io::Result<()> {
    match fs::metadata(memory) {
        Ok(metadata) if metadata.len() == u64::from(board.memory_len()) => Ok(()),
        Ok(_) => Err(io::Error::other(format!(
            "has not the {} bytes of this board's memory: move it away",
            board.memory_len()
        ))),
        Err(error) if error.kind() == ErrorKind::NotFound => board.blank(memory),
        Err(error) => Err(error),
    }
}

/// The child, ended when dropped.
#[derive(Debug)]
struct Process {
    child: Child,
    stderr: Option<JoinHandle<String>>,
}

impl Process {
    fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command
            .env_remove("SALTBOX_PASSPHRASE")
            // Ctrl-C on the terminal is for us: we end QEMU.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = child.stderr.take().map(collect);
        Ok(Self { child, stderr })
    }

    /// Ends the child if it still runs, and says how it ended and what it complained about.
    fn end(&mut self) -> String {
        let ended_itself = matches!(self.child.try_wait(), Ok(Some(_)));
        // Either may fail because it has ended: then there is nothing to do.
        let _ = self.child.kill();
        let status = self.child.wait().map_or_else(|e| e.to_string(), |status| status.to_string());
        let said = self.stderr.take().and_then(|reader| reader.join().ok()).unwrap_or_default();
        let hint = if said.contains("\"write\" lock") {
            "; another QEMU plays this board with the same memory: end that one"
        } else {
            ""
        };
        match (ended_itself, said.trim()) {
            (false, _) => "QEMU was ended".to_owned(),
            (true, "") => format!("QEMU ended by itself ({status})"),
            (true, said) => format!("QEMU ended by itself ({status}): {said}{hint}"),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Collects the end of what QEMU complains about.
fn collect(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let (mut said, mut bytes) = (Vec::new(), [0; 1024]);
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            said.extend_from_slice(bytes.get(..count).unwrap_or_default());
            let excess = said.len().saturating_sub(2_000);
            said.drain(..excess);
        }
        let clean = |c: char| if c.is_control() { ' ' } else { c };
        String::from_utf8_lossy(&said).chars().map(clean).collect()
    })
}

/// Waits for QEMU to connect to each of the sockets.
fn accept<const N: usize>(
    child: &mut Child,
    listeners: [&UnixListener; N],
) -> io::Result<[UnixStream; N]> {
    let start = Instant::now();
    let mut streams = Vec::new();
    for listener in listeners {
        listener.set_nonblocking(true)?;
        let stream = loop {
            match listener.accept() {
                Ok((stream, _)) => break stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            if child.try_wait()?.is_some() {
                return Err(io::Error::other("it ended at once"));
            }
            if start.elapsed() > START_LIMIT {
                return Err(io::Error::new(ErrorKind::TimedOut, "it does not open its sockets"));
            }
            thread::sleep(Duration::from_millis(5));
        };
        stream.set_nonblocking(false)?;
        streams.push(stream);
    }
    streams.try_into().map_err(|_| io::Error::other("sockets are missing"))
}

/// A folder that the owner alone can enter, removed when dropped. Sockets in it reach nobody else.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("saltbox-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                // Left over from a program that was killed: the next number is free.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn listen(&self, name: &str) -> io::Result<UnixListener> {
        UnixListener::bind(self.0.join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is an empty folder of sockets that nobody listens on.
        let _ = fs::remove_dir_all(&self.0);
    }
}
