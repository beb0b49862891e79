//! `saltbox-gateway run`.

use std::time::{Duration, Instant, SystemTime};

use saltbox_gateway::line::{Incoming, Line};
use saltbox_gateway::presence::Presence;
use saltbox_gateway::store::millis;
use saltbox_gateway::watch::{Notice, Watch};
use saltbox_gateway::{Error, Event, show};

use super::say;
use crate::cli::{LineArgs, StoreArgs};
use crate::signals::Signals;
use crate::unlock;

/// Lines a second about noise and refused frames: a line that is all noise is not to fill the disk that standard error
/// goes to.
const LOUD: u32 = 20;

/// Opens frames until a signal comes.
pub fn run(store: &StoreArgs, line: &LineArgs, json: bool) -> Result<(), Error> {
    let transport = line.required(&store.db)?;
    let gateway = unlock::open(store)?;
    let signals = Signals::listen()?;
    let _presence = Presence::announce(&store.db)?;
    let mut watch = Watch::new(gateway, Line::new(transport));
    let mut screen = Screen::new(watch.line().transport().to_string(), json);
    if !json {
        say(show::HEAD)?;
    }
    while !signals.asked() {
        for notice in watch.step()? {
            screen.show(&notice)?;
        }
    }
    watch.line().close();
    Ok(())
}

/// Where notices are shown.
pub struct Screen {
    name: String,
    json: bool,
    second: Instant,
    shown: u32,
    hidden: u32,
}

impl Screen {
    /// For a line called `name`.
    pub fn new(name: String, json: bool) -> Self {
        Self { name, json, second: Instant::now(), shown: 0, hidden: 0 }
    }

    /// Shows a notice.
    pub fn show(&mut self, notice: &Notice) -> Result<(), Error> {
        let cheap = matches!(
            notice,
            Notice::Line(Incoming::Noise(_))
                | Notice::Event(Event::Refused { .. } | Event::OpenedAgain { .. })
                | Notice::Event(Event::Trouble { .. } | Event::Enrolled { .. })
                | Notice::Fault(_)
        );
        if cheap && self.is_too_loud() {
            return Ok(());
        }
        let now = millis(SystemTime::now());
        if self.json {
            let value = match notice {
                Notice::Line(incoming) => show::line_json(incoming, &self.name, now),
                Notice::Event(event) => Some(show::event_json(event, now)),
                Notice::Fault(error) => Some(show::fault_json(error, now)),
                _ => None,
            };
            return value.map_or(Ok(()), |value| say(&value.to_string()));
        }
        match notice {
            Notice::Event(Event::Reading(kept)) => say(&show::row(kept))?,
            Notice::Event(event) => eprintln!("{}  {}", show::utc(now), show::sentence(event)),
            Notice::Line(incoming) => {
                if let Some(text) = show::line_sentence(incoming, &self.name) {
                    eprintln!("{}  {text}", show::utc(now));
                }
            }
            Notice::Fault(error) => {
                eprintln!("{}  a frame was not accepted: {error}", show::utc(now));
            }
            _ => {}
        }
        Ok(())
    }

    fn is_too_loud(&mut self) -> bool {
        if self.second.elapsed() >= Duration::from_secs(1) {
            if self.hidden > 0 {
                eprintln!("{}: {} lines more like these were not shown", self.name, self.hidden);
            }
            (self.second, self.shown, self.hidden) = (Instant::now(), 0, 0);
        }
        let loud = self.shown >= LOUD;
        if loud {
            self.hidden += 1
        } else {
            self.shown += 1
        }
        loud
    }
}
