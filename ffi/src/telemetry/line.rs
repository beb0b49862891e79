//! Frames on a serial line or a socket.

use std::sync::{Arc, Mutex, PoisonError};

use saltbox::telemetry::{LINE_MAX, Line};

use crate::SaltboxError;
use crate::guard::guard;

/// Finds the frames in what comes over a serial line or socket, whatever else comes over it.
///
/// COBS, with a zero byte before and after each frame. Garbage costs at most the frame that it damages. Holds at most one
/// frame, however long the garbage.
#[derive(uniffi::Object)]
pub struct LineDecoder(Mutex<Line>);

#[uniffi::export]
impl LineDecoder {
    /// Nothing received yet.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Line::new())))
    }

    /// Takes the next bytes from the line, however many. Returns the frames that they ended, in order.
    ///
    /// Throws only `Internal`.
    pub fn push(&self, bytes: Vec<u8>) -> Result<Vec<Vec<u8>>, SaltboxError> {
        guard(|| {
            let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let frames = bytes.iter().filter_map(|byte| line.push(*byte).map(|it| it.to_vec()));
            Ok(frames.collect())
        })
    }
}

/// `frame` as it goes over a serial line or socket.
///
/// Throws `TooLong` for what is longer than any frame, 96 bytes.
#[uniffi::export]
pub fn encode_line(frame: Vec<u8>) -> Result<Vec<u8>, SaltboxError> {
    guard(|| Ok(Line::encode(&frame, &mut [0; LINE_MAX])?.to_vec()))
}
