//! The board's log: `defmt` over semihosting, decoded with the image that sent it.

use std::fmt;
use std::io::Read;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use defmt_decoder::{DecodeError, Table};

/// A line of the board's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// `error`, `warn`, `info`, `debug` or `trace`; none for text that is not `defmt`'s.
    pub level: Option<&'static str>,
    /// The text, without control characters.
    pub text: String,
}

/// Where the lines of the log go.
#[derive(Clone)]
pub struct Log(Arc<dyn Fn(LogLine) + Send + Sync>);

impl Log {
    /// Calls `sink` for each line, from a thread of its own.
    pub fn new(sink: impl Fn(LogLine) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    fn put(&self, level: Option<&'static str>, text: &str) {
        let text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        (self.0)(LogLine { level, text });
    }

    /// Decodes `stream` until it closes.
    pub(super) fn follow(
        self,
        image: &[u8],
        mut stream: impl Read + Send + 'static,
    ) -> JoinHandle<()> {
        let table = Table::parse(image);
        thread::spawn(move || {
            let table = match table {
                Ok(Some(table)) => table,
                Ok(None) => return self.put(Some("warn"), "the image has no log to decode"),
                Err(error) => {
                    return self.put(Some("warn"), &format!("the log cannot be decoded: {error}"));
                }
            };
            let mut decoder = table.new_stream_decoder();
            let mut bytes = [0; 1024];
            while let Ok(count @ 1..) = stream.read(&mut bytes) {
                decoder.received(bytes.get(..count).unwrap_or_default());
                loop {
                    match decoder.decode() {
                        Ok(frame) => {
                            let level = frame.level().map(|level| level.as_str());
                            self.put(level, &frame.display_message().to_string());
                        }
                        Err(DecodeError::UnexpectedEof) => break,
                        Err(DecodeError::Malformed) => {
                            self.put(Some("warn"), "part of the log was lost");
                            if !table.encoding().can_recover() {
                                return;
                            }
                        }
                    }
                }
            }
        })
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log(..)")
    }
}
