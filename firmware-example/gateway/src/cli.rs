//! The arguments of the program.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use saltbox::telemetry::{Interval, NodeId};
use saltbox_gateway::Error;
use saltbox_gateway::line::Transport;
use saltbox_gateway::qemu::{BOARDS, Board, Emulated, Log, LogLine, Settings};

const AFTER: &str = "\
Exit codes:
  0  done; a `run` that was asked to end
  1  a fault of the program itself
  2  the arguments make no sense, or not now
  3  the database is missing, damaged, or readable by others
  4  the passphrase or key file is missing or wrong
  5  the serial port, socket or emulator cannot be used
  6  the node did not answer in time
  7  a person, the node or the gateway said no
130  ended by a signal, before it was done
141  whoever read the output went away, before it was done

The passphrase is asked for on the terminal, or taken from SALTBOX_PASSPHRASE.
Node ids are hexadecimal, as they are shown.";

/// Opens the frames of Saltbox sensor nodes, keeps their readings, sends them commands.
#[derive(Debug, Parser)]
#[command(name = "saltbox-gateway", version, after_help = AFTER, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub task: Task,
    #[command(flatten)]
    pub store: StoreArgs,
}

#[derive(Debug, Args)]
pub struct StoreArgs {
    /// The database
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "SALTBOX_DB",
        default_value = "saltbox-gateway.db"
    )]
    pub db: PathBuf,
    /// Unlock the database with the 32 bytes of this file, instead of a passphrase
    #[arg(long, global = true, env = "SALTBOX_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Task {
    /// Makes the database and the gateway's key
    ///
    /// Refuses to overwrite. With --key-file, the file is made if it is not there; without, a passphrase is asked for.
    Init,
    /// Makes a blank node one of this gateway's
    ///
    /// Sends the node its provisioning in the clear: do this at a bench, over a cable that you trust. Then compare both
    /// fingerprints with those that the node shows.
    Enrol(EnrolArgs),
    /// Accepts nothing of a node from now on, as when it was stolen; holds at once in a run in progress
    Revoke {
        /// The node
        #[arg(value_name = "NODE", value_parser = node_id)]
        node: NodeId,
    },
    /// Lists the nodes: fingerprint, last frame, session, key epoch, commands, trouble
    Nodes {
        /// A line of JSON a node
        #[arg(long)]
        json: bool,
    },
    /// Opens frames as they come and sends what is queued, until it is ended
    ///
    /// Readings go to standard output as a table, everything else to standard error. With --json, all of it goes to
    /// standard output, a line each. Several runs may share a database, each on its own line.
    Run {
        /// A line of JSON a reading and an event
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        line: LineArgs,
    },
    /// Shows the readings that were kept; needs no passphrase
    Readings {
        /// Only this node's
        #[arg(long, value_parser = node_id)]
        node: Option<NodeId>,
        /// Only the last so many
        #[arg(long, value_name = "COUNT")]
        last: Option<u32>,
        /// Only those of the last so long, such as 1h
        #[arg(long, value_name = "TIME", value_parser = duration)]
        since: Option<Duration>,
        /// A line of JSON a reading
        #[arg(long)]
        json: bool,
    },
    /// Tells a node how often to take a reading, from 100ms to 7d
    SetInterval {
        /// The node
        #[arg(value_name = "NODE", value_parser = node_id)]
        node: NodeId,
        /// Such as 500ms, 10s, 5m
        #[arg(value_parser = interval)]
        interval: Interval,
        #[command(flatten)]
        send: SendArgs,
    },
    /// Asks a node how it is
    Status {
        /// The node
        #[arg(value_name = "NODE", value_parser = node_id)]
        node: NodeId,
        #[command(flatten)]
        send: SendArgs,
    },
    /// Makes a database safe again that was put back from a backup
    ///
    /// Ends the session of every node, so that each opens a new one. Without it, the gateway would accept again what came
    /// since the backup was made. No run may be in progress.
    Restored,
    /// Makes a new key for the gateway and tells every node
    ///
    /// The old key is accepted for the time of the overlap, then destroyed. A node that was not reached by then is
    /// refused as retired and must be enrolled again.
    RotateKey {
        /// How long the old key is accepted, from 60s to 366d
        #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1h")]
        overlap: Duration,
        /// Also with a shorter overlap, and during that of an earlier rotation, whose old key is then destroyed at once
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        send: SendArgs,
    },
}

#[derive(Debug, Args)]
pub struct EnrolArgs {
    /// The number that the node gets, 1 to ffffffff
    #[arg(value_name = "NODE", value_parser = node_id)]
    pub node: NodeId,
    /// Do not ask whether the fingerprints match: for scripts
    #[arg(long)]
    pub yes: bool,
    /// Put the new node in the place of an enrolled one of the same number
    #[arg(long)]
    pub replace: bool,
    /// How often the node takes a reading
    #[arg(long, value_name = "TIME", value_parser = interval, default_value = "1s")]
    pub interval: Interval,
    /// How long to wait for the node
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "60s")]
    pub timeout: Duration,
    /// Erase the emulated board's memory first
    #[arg(long, requires = "qemu")]
    pub erase: bool,
    #[command(flatten)]
    pub line: LineArgs,
}

/// A command is queued; with a line it is also sent, and its reply waited for.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// How long to wait for the reply [default: 60s with a line, not at all without]
    ///
    /// Without a line, a run in progress sends the command.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
    #[command(flatten)]
    pub line: LineArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Line to the node")]
pub struct LineArgs {
    /// A serial port, such as /dev/ttyUSB0
    #[arg(long, value_name = "PATH", conflicts_with_all = ["tcp", "qemu"])]
    pub serial: Option<PathBuf>,
    /// Bits a second on the serial port
    #[arg(long, value_name = "RATE", default_value_t = 115_200)]
    pub baud: u32,
    /// A serial line behind a socket
    #[arg(long, value_name = "HOST:PORT", value_parser = address, conflicts_with = "qemu")]
    pub tcp: Option<String>,
    /// A board played by QEMU, its memory kept in a file beside the database: mps2-an386, mps2-an385, mps2-an505,
    /// microbit
    #[arg(long, value_name = "BOARD", value_parser = board)]
    pub qemu: Option<&'static Board>,
    /// The node's image for --qemu [default: where `cargo xtask` leaves it]
    #[arg(long, value_name = "FILE", requires = "qemu")]
    pub image: Option<PathBuf>,
    /// What the emulated board's sensor measures, in degrees Celsius; it answers in steps of 0.5, rounded down
    #[arg(long, value_name = "DEGREES", requires = "qemu", value_parser = celsius)]
    #[arg(allow_negative_numbers = true)]
    pub temperature: Option<i32>,
    /// Do not show the emulated board's log
    #[arg(long, requires = "qemu")]
    pub no_log: bool,
}

impl LineArgs {
    /// What the line leads to, if one was given. Before anything is changed: an argument that cannot work is found here.
    pub fn transport(&self, database: &Path) -> Result<Option<Transport>, Error> {
        if let Some(path) = &self.serial {
            return Ok(Some(Transport::Serial { path: path.clone(), baud: self.baud }));
        }
        if let Some(address) = &self.tcp {
            return Ok(Some(Transport::Tcp { address: address.clone() }));
        }
        let Some(board) = self.qemu else { return Ok(None) };
        let settings = Settings {
            board,
            image: self.image.clone().unwrap_or_else(|| board.image()),
            memory: board.memory(database),
            temperature: self.temperature,
            log: (!self.no_log).then(|| Log::new(|line| show_log(&line))),
        };
        settings.check()?;
        Ok(Some(Transport::Qemu(Box::new(Emulated::new(settings)))))
    }

    /// What the line leads to.
    pub fn required(&self, database: &Path) -> Result<Transport, Error> {
        self.transport(database)?.ok_or_else(|| {
            Error::Invalid("no line to the node: give --serial, --tcp or --qemu".to_owned())
        })
    }
}

fn show_log(line: &LogLine) {
    let level = line.level.unwrap_or("");
    // Dimmed where somebody looks, and named where somebody reads it later.
    let (dim, plain) = if io::stderr().is_terminal() { ("\x1b[2m", "\x1b[0m") } else { ("", "") };
    eprintln!("{dim}board: {level:<5} {}{plain}", line.text);
}

fn node_id(text: &str) -> Result<NodeId, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    match u32::from_str_radix(digits, 16) {
        Ok(0) => Err("0 stands for a blank node: choose another".to_owned()),
        Ok(id) if !digits.starts_with('+') => Ok(NodeId(id)),
        _ => Err("a node id is 1 to 8 hexadecimal digits, such as 2a".to_owned()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let unit = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err("a time is a number and its unit: 500ms, 10s, 5m, 1h, 7d".to_owned()),
    };
    let total = number.parse::<u64>().ok().and_then(|number| number.checked_mul(millis));
    total.map(Duration::from_millis).ok_or_else(|| "too long, or no number".to_owned())
}

fn interval(text: &str) -> Result<Interval, String> {
    let wanted = duration(text)?.as_millis();
    let interval = Interval::from_millis(u32::try_from(wanted).unwrap_or(u32::MAX));
    if u128::from(interval.as_millis()) == wanted {
        Ok(interval)
    } else {
        Err("an interval is 100ms to 7d".to_owned())
    }
}

fn address(text: &str) -> Result<String, String> {
    let port = |port: &str| port.parse::<u16>().is_ok_and(|number| number > 0);
    match text.rsplit_once(':') {
        Some((host, digits)) if !host.is_empty() && port(digits) => Ok(text.to_owned()),
        _ => Err("a host and a port from 1 to 65535, such as localhost:4000".to_owned()),
    }
}

fn board(name: &str) -> Result<&'static Board, String> {
    Board::named(name).ok_or_else(|| {
        let names: Vec<_> = BOARDS.iter().map(|board| board.name).collect();
        format!("there are {}", names.join(", "))
    })
}

fn celsius(text: &str) -> Result<i32, String> {
    match text.parse::<f64>() {
        Ok(degrees) if (-128.0..128.0).contains(&degrees) => Ok((degrees * 1_000.0).round() as i32),
        _ => Err("degrees Celsius, from -128 to below 128, such as 21.5".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }

    #[test]
    fn node_ids_are_read_as_they_are_shown() {
        assert_eq!(node_id("0000002a"), Ok(NodeId(42)));
        assert_eq!(node_id("0x2A"), Ok(NodeId(42)));
        assert_eq!(node_id(&NodeId(u32::MAX).to_string()), Ok(NodeId(u32::MAX)));
        for bad in ["", "0", "00000000", "+1", "0x", "100000000", "node"] {
            assert!(node_id(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_have_a_unit_and_a_limit() {
        assert_eq!(duration("90m"), Ok(Duration::from_secs(5_400)));
        assert_eq!(interval("100ms").map(|interval| interval.as_millis()), Ok(100));
        assert_eq!(interval("7d").map(|interval| interval.as_millis()), Ok(604_800_000));
        for bad in ["", "5", "s", "-1s", "1.5s", "99ms", "8d", "99999999999999999999d"] {
            assert!(interval(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_socket_has_a_port() {
        for good in ["a:1", "127.0.0.1:65535", "[::1]:4000"] {
            assert_eq!(address(good).as_deref(), Ok(good));
        }
        for bad in ["", "a", ":1", "a:", "a:0", "a:65536", "a:-1", "a:http", "[::1]"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn temperatures_are_those_of_the_sensor() {
        assert_eq!(celsius("21.5"), Ok(21_500));
        assert_eq!(celsius("-40"), Ok(-40_000));
        for bad in ["", "warm", "128", "-129", "nan", "inf"] {
            assert!(celsius(bad).is_err(), "{bad}");
        }
    }
}
