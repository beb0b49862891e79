//! An emulated board behind a serial server: what its UART says goes over a TCP socket, as with a real converter.
//!
//! The samples in Kotlin and Swift are tested against it, and anybody may play with it:
//! `cargo run -p saltbox-gateway --example sensor -- IMAGE FOLDER`, where IMAGE is built by `cargo xtask sizes`. The first
//! line on standard output is `listening on ADDRESS`; then come the answers, a line each, to these lines on standard input:
//!
//! | line | what it does |
//! |---|---|
//! | `temperature 36500` | sets what the sensor measures, in thousandths of a degree; it answers in steps of 0.5 °C |
//! | `record` | an attacker keeps the last frame with a reading that went to a client |
//! | `replay` | and sends it to the client once more |
//! | `quit`, or the end of the input | ends the board |
//!
//! An answer is `done` or `failed: WHY`. What the board logs goes to standard error.
//!
//! One client has the line; a second one waits until the first has gone, as with one plug. The board goes on without a
//! client: what it says then is lost, as on a cable that is pulled.

use std::fmt::Display;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use clap::Parser;
use saltbox::telemetry::{Header, Kind};
use saltbox_gateway::line::{Decoder, Found, encode};
use saltbox_gateway::qemu::{Board, Log, Machine, Settings};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

/// How long a client may take to read; then it is hung up on, so that it cannot stop the board.
const PATIENCE: Duration = Duration::from_secs(2);

/// An emulated sensor behind a TCP socket
#[derive(Debug, Parser)]
#[command(name = "sensor")]
struct Arguments {
    /// The node's image: `cargo xtask sizes` builds it
    image: PathBuf,
    /// Where the board's EEPROM is kept from one start to the next
    folder: PathBuf,
    /// Port 0: whichever is free
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    #[arg(long, default_value = "mps2-an386")]
    board: String,
    /// In thousandths of a degree Celsius
    #[arg(long, default_value_t = 21_500, allow_negative_numbers = true)]
    temperature: i32,
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the sensor failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome<()> {
    let board = Board::named(&arguments.board)
        .ok_or_else(|| format!("there is no board {}", arguments.board))?;
    fs::create_dir_all(&arguments.folder)?;
    let settings = Settings {
        board,
        image: arguments.image.clone(),
        memory: board.memory(&arguments.folder.join("sensor")),
        temperature: board.sensor.then_some(arguments.temperature),
        log: Some(Log::new(|line| eprintln!("board | {}", line.text))),
    };
    let listener = TcpListener::bind(arguments.listen)
        .map_err(|error| format!("cannot listen on {}: {error}", arguments.listen))?;
    let (mut machine, serial) = Machine::start(&settings)??;
    println!("listening on {}", listener.local_addr()?);

    let cable = Arc::new(Cable::default());
    let (sender, events) = channel();
    carry_up(serial.try_clone()?, Arc::clone(&cable), sender.clone());
    carry_down(listener, serial, Arc::clone(&cable));
    read_orders(sender.clone());
    read_signals(sender)?;
    let ended = obey(&events, &mut machine, &cable);
    let how = machine.stop();
    ended.map_err(|why| format!("{why}: {how}").into())
}

/// What ends or changes the play.
enum Event {
    Order(String),
    /// Somebody asked for the end.
    Quit,
    /// The board's serial port closed by itself.
    BoardEnded,
}

/// Does what standard input says, until it is the end.
fn obey(events: &Receiver<Event>, machine: &mut Machine, cable: &Cable) -> Outcome<()> {
    for event in events {
        let order = match event {
            Event::Order(order) => order,
            Event::Quit => return Ok(()),
            Event::BoardEnded => return Err("the board ended by itself".into()),
        };
        let done = match order.split_whitespace().collect::<Vec<_>>()[..] {
            ["temperature", number] => match number.parse() {
                Ok(millidegrees) => machine.set_temperature(millidegrees).map_err(text),
                Err(_) => Err(format!("{number} is no number of thousandths of a degree")),
            },
            ["record"] => cable.record(),
            ["replay"] => cable.replay(),
            ["quit"] => return Ok(()),
            _ => Err("say `temperature MILLIDEGREES`, `record`, `replay` or `quit`".to_owned()),
        };
        match done {
            Ok(()) => println!("done"),
            Err(why) => println!("failed: {why}"),
        }
    }
    Ok(())
}

/// The cable to the client, and the attacker who listens on it.
#[derive(Default)]
struct Cable(Mutex<Ends>);

#[derive(Default)]
struct Ends {
    client: Option<TcpStream>,
    /// The last frame with a reading that went to a client.
    last: Option<Vec<u8>>,
    recorded: Option<Vec<u8>>,
}

impl Cable {
    fn lock(&self) -> MutexGuard<'_, Ends> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self) -> Result<(), String> {
        let mut ends = self.lock();
        let last = ends.last.clone().ok_or("no reading went to a client yet")?;
        ends.recorded = Some(last);
        Ok(())
    }

    fn replay(&self) -> Result<(), String> {
        let mut ends = self.lock();
        let frame = ends.recorded.clone().ok_or("nothing was recorded")?;
        if ends.send(&encode(&frame)) { Ok(()) } else { Err("no client is on the line".to_owned()) }
    }
}

impl Ends {
    /// Whether there was a client who took it.
    fn send(&mut self, bytes: &[u8]) -> bool {
        let Some(client) = &mut self.client else { return false };
        let taken = client.write_all(bytes).is_ok();
        if !taken {
            // Wakes the thread that reads from it; if it has gone already, there is nobody to hang up on.
            let _ = client.shutdown(Shutdown::Both);
            self.client = None;
        }
        taken
    }
}

/// Carries what the board says to the client, and shows it to the attacker.
fn carry_up(mut serial: UnixStream, cable: Arc<Cable>, events: Sender<Event>) {
    thread::spawn(move || {
        let (mut decoder, mut bytes) = (Decoder::new(), [0; 512]);
        while let Ok(count @ 1..) = serial.read(&mut bytes) {
            let bytes = &bytes[..count];
            let mut ends = cable.lock();
            let taken = ends.send(bytes);
            for byte in bytes {
                if let Some(Found::Frame(frame)) = decoder.push(*byte)
                    && taken
                    && is_reading(&frame)
                {
                    ends.last = Some(frame);
                }
            }
        }
        // Nobody receives it when the play is over already.
        let _ = events.send(Event::BoardEnded);
    });
}

fn is_reading(frame: &[u8]) -> bool {
    Header::parse(frame).is_ok_and(|header| header.kind == Kind::Data)
}

/// Takes one client after the other, and carries what it says to the board.
fn carry_down(listener: TcpListener, serial: UnixStream, cable: Arc<Cable>) {
    thread::spawn(move || {
        for client in listener.incoming() {
            match client.and_then(|client| serve(client, &serial, &cable)) {
                Ok(()) => eprintln!("line  | the client has gone"),
                Err(error) => eprintln!("line  | the client was lost: {error}"),
            }
            cable.lock().client = None;
        }
    });
}

fn serve(mut client: TcpStream, mut serial: &UnixStream, cable: &Cable) -> io::Result<()> {
    client.set_nodelay(true)?;
    client.set_write_timeout(Some(PATIENCE))?;
    cable.lock().client = Some(client.try_clone()?);
    eprintln!("line  | a client is there");
    io::copy(&mut client, &mut serial).map(drop)
}

fn read_orders(events: Sender<Event>) {
    thread::spawn(move || {
        let orders = io::stdin().lines().map_while(Result::ok).map(Event::Order);
        for event in orders.chain([Event::Quit]) {
            if events.send(event).is_err() {
                return;
            }
        }
    });
}

fn read_signals(events: Sender<Event>) -> io::Result<()> {
    let (mut reader, writer) = UnixStream::pair()?;
    pipe::register(SIGINT, writer.try_clone()?)?;
    pipe::register(SIGTERM, writer)?;
    thread::spawn(move || {
        if reader.read_exact(&mut [0]).is_ok() {
            // Nobody receives it when the play is over already.
            let _ = events.send(Event::Quit);
        }
    });
    Ok(())
}

fn text(error: impl Display) -> String {
    error.to_string()
}
