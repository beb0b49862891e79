//! `saltbox-gateway enrol`.

use std::io::{self, BufRead, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, SystemTime};

use saltbox::telemetry::Enrolled;
use saltbox_gateway::enrolment::{Enrolment, Step};
use saltbox_gateway::line::{Line, Transport};
use saltbox_gateway::presence::Presence;
use saltbox_gateway::{Error, show};

use super::{say, unsaid};
use crate::cli::{EnrolArgs, StoreArgs};
use crate::signals::Signals;
use crate::unlock;

/// Makes a blank node one of this gateway's.
pub fn enrol(store: &StoreArgs, args: &EnrolArgs) -> Result<(), Error> {
    let transport = args.line.required(&store.db)?;
    let mut gateway = unlock::open(store)?;
    let signals = Signals::listen()?;
    let provision = gateway.provision(args.node, args.replace)?;
    if args.erase {
        erase(store, &transport)?;
    }
    let ours = provision.gateway().fingerprint();
    let mut line = Line::new(transport);
    let enrolled = ask_node(&mut line, Enrolment::new(provision, args.timeout), &signals)?;
    say(&format!(
        "gateway {ours}\nnode    {}  (number {})",
        enrolled.public.fingerprint(),
        args.node
    ))?;
    if !args.yes && !people_agree(&signals)? {
        return Err(Error::Refused(format!(
            "node {} is not enrolled; it holds this gateway's key all the same: erase its memory \
             before it is used elsewhere",
            args.node
        )));
    }
    // The board's memory first: a node that forgets is worse than one that is not believed yet.
    if let Some(machine) = line.machine() {
        machine.keep_memory()?;
    }
    gateway.enrol(&enrolled, args.interval, SystemTime::now())?;
    line.close();
    say(&format!("node {} is enrolled", args.node))
}

fn ask_node(
    line: &mut Line,
    mut enrolment: Enrolment,
    signals: &Signals,
) -> Result<Enrolled, Error> {
    let name = line.transport().to_string();
    loop {
        signals.check()?;
        match enrolment.step(line)? {
            Step::Enrolled(enrolled) => return Ok(enrolled),
            Step::Waiting(incoming) => {
                for text in incoming.iter().filter_map(|it| show::line_sentence(it, &name)) {
                    eprintln!("{text}");
                }
            }
        }
    }
}

fn erase(store: &StoreArgs, transport: &Transport) -> Result<(), Error> {
    let Transport::Qemu(emulated) = transport else { return Ok(()) };
    if Presence::is_announced(&store.db)? {
        return Err(Error::Invalid(
            "a run is in progress and may play this board: end it before its memory is erased"
                .to_owned(),
        ));
    }
    emulated.settings().erase()
}

/// Asks on the terminal. The answer is read by a thread, so that a signal ends the wait.
fn people_agree(signals: &Signals) -> Result<bool, Error> {
    let mut out = io::stdout().lock();
    write!(out, "Does the node show the same two? [y/N] ")
        .and_then(|()| out.flush())
        .map_err(unsaid)?;
    let (tell, answer) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        // No terminal, no answer: that is a no.
        let _ = io::stdin().lock().read_line(&mut line);
        // Nobody listens any more after a signal.
        let _ = tell.send(line);
    });
    loop {
        signals.check()?;
        match answer.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => return Ok(matches!(line.trim(), "y" | "Y" | "yes")),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(false),
        }
    }
}
