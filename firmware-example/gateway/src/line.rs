//! The line to a node: a serial port, a socket, or an emulated board. It comes and goes.

mod decoder;

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use decoder::{Decoder, Found, encode};

use crate::Error;
use crate::qemu::{Emulated, Machine};

/// How long a read waits for the first byte.
const PATIENCE: Duration = Duration::from_millis(100);
const WRITE_LIMIT: Duration = Duration::from_secs(2);
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LAST_DELAY: Duration = Duration::from_secs(30);

/// What the line leads to.
#[derive(Debug)]
#[non_exhaustive]
pub enum Transport {
    /// A serial port, opened for this program alone.
    Serial {
        /// Such as `/dev/ttyUSB0`.
        path: PathBuf,
        /// Bits a second.
        baud: u32,
    },
    /// A serial line behind a socket.
    Tcp {
        /// Host and port.
        address: String,
    },
    /// A board played by QEMU.
    Qemu(Box<Emulated>),
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial { path, .. } => write!(f, "{}", path.display()),
            Self::Tcp { address } => f.write_str(address),
            Self::Qemu(emulated) => write!(f, "QEMU {}", emulated.settings().board.name),
        }
    }
}

/// What came over the line, or became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incoming {
    /// The line stands.
    Connected,
    /// The line is gone, or still not there; it is tried again by itself.
    Lost {
        /// Why.
        why: String,
        /// When it is tried again.
        again_in: Duration,
    },
    /// Something with the length of a frame.
    Frame(Vec<u8>),
    /// So many bytes that are no frame.
    Noise(usize),
}

/// A connected line.
trait Port: Read + Write + Send {}
impl<T: Read + Write + Send> Port for T {}

/// The line to a node. Reconnects by itself, ever more slowly until a frame comes.
pub struct Line {
    transport: Transport,
    port: Option<Box<dyn Port>>,
    decoder: Decoder,
    delay: Duration,
    next_try: Instant,
}

impl Line {
    /// A line that is connected by the first [`poll`](Self::poll).
    #[must_use]
    pub fn new(transport: Transport) -> Self {
        Self {
            transport,
            port: None,
            decoder: Decoder::new(),
            delay: FIRST_DELAY,
            next_try: Instant::now(),
        }
    }

    /// What the line leads to.
    #[must_use]
    pub const fn transport(&self) -> &Transport {
        &self.transport
    }

    /// The emulated board, if the line leads to one that runs.
    pub fn machine(&mut self) -> Option<&mut Machine> {
        match &mut self.transport {
            Transport::Qemu(emulated) => emulated.machine(),
            _ => None,
        }
    }

    /// Waits up to a tenth of a second for what comes.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] for what trying again cannot mend, such as a missing emulator.
    pub fn poll(&mut self) -> Result<Vec<Incoming>, Error> {
        let Some(port) = &mut self.port else { return self.connect() };
        let mut bytes = [0; 512];
        match port.read(&mut bytes) {
            Ok(0) => Ok(vec![self.lost("closed by the other side")]),
            Ok(count) => Ok(self.take(bytes.get(..count).unwrap_or_default())),
            Err(error) if is_patience(&error) => Ok(Vec::new()),
            Err(error) => Ok(vec![self.lost(&error.to_string())]),
        }
    }

    /// Sends a frame, and says if that lost the line. On a line that is not there the frame is lost, as on any bad line:
    /// both sides repeat what matters.
    pub fn send(&mut self, frame: &[u8]) -> Option<Incoming> {
        let bytes = encode(frame);
        let port = self.port.as_mut()?;
        let sent = port.write_all(&bytes).and_then(|()| port.flush());
        sent.err().map(|error| self.lost(&error.to_string()))
    }

    /// Lets go of the line; an emulated board is asked to end.
    pub fn close(&mut self) {
        if let Some(machine) = self.machine() {
            machine.stop();
        }
        self.port = None;
    }

    fn take(&mut self, bytes: &[u8]) -> Vec<Incoming> {
        let mut incoming = Vec::new();
        for byte in bytes {
            match self.decoder.push(*byte) {
                Some(Found::Frame(frame)) => {
                    self.delay = FIRST_DELAY;
                    incoming.push(Incoming::Frame(frame));
                }
                Some(Found::Noise(count)) => incoming.push(Incoming::Noise(count)),
                None => {}
            }
        }
        incoming
    }

    fn connect(&mut self) -> Result<Vec<Incoming>, Error> {
        let wait = self.next_try.saturating_duration_since(Instant::now());
        if !wait.is_zero() {
            std::thread::sleep(wait.min(PATIENCE));
            return Ok(Vec::new());
        }
        match self.transport.connect()? {
            Ok(port) => {
                self.port = Some(port);
                self.decoder = Decoder::new();
                Ok(vec![Incoming::Connected])
            }
            Err(error) => Ok(vec![self.lost(&error.to_string())]),
        }
    }

    fn lost(&mut self, why: &str) -> Incoming {
        self.port = None;
        let why = match &mut self.transport {
            Transport::Qemu(emulated) => emulated.end().unwrap_or_else(|| why.to_owned()),
            _ => why.to_owned(),
        };
        let again_in = self.delay;
        self.next_try = Instant::now() + again_in;
        self.delay = (again_in * 2).min(LAST_DELAY);
        Incoming::Lost { why, again_in }
    }
}

impl Transport {
    /// The outer error is for good, the inner one may pass.
    fn connect(&mut self) -> Result<io::Result<Box<dyn Port>>, Error> {
        Ok(match self {
            Self::Serial { path, baud } => serial(path, *baud),
            Self::Tcp { address } => tcp(address),
            Self::Qemu(emulated) => {
                return Ok(emulated.start()?.and_then(|stream: UnixStream| {
                    stream.set_read_timeout(Some(PATIENCE))?;
                    stream.set_write_timeout(Some(WRITE_LIMIT))?;
                    Ok(Box::new(stream) as Box<dyn Port>)
                }));
            }
        })
    }
}

fn serial(path: &std::path::Path, baud: u32) -> io::Result<Box<dyn Port>> {
    // Exclusive is how this library opens by default: two gateways on one port would take each other's bytes.
    let port = serialport::new(path.to_string_lossy(), baud).timeout(PATIENCE).open();
    let port = port.map_err(|error| {
        let error = io::Error::from(error);
        let hint = match error.kind() {
            ErrorKind::NotFound => "there is no such port: is the board plugged in?",
            ErrorKind::PermissionDenied => {
                "not allowed: join the group that owns the port (often dialout), or choose another"
            }
            _ => return error,
        };
        io::Error::new(error.kind(), hint)
    })?;
    Ok(Box::new(port))
}

fn tcp(address: &str) -> io::Result<Box<dyn Port>> {
    let mut last = io::Error::new(ErrorKind::NotFound, "the name leads nowhere");
    for address in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT_LIMIT) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(WRITE_LIMIT))?;
                return Ok(Box::new(stream));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn is_patience(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line")
            .field("transport", &self.transport)
            .field("connected", &self.port.is_some())
            .finish_non_exhaustive()
    }
}
