//! Frames on a serial line: COBS, with a zero byte before and after each.

use super::{MAX_FRAME, Refusal};
use cobs::{CobsEncoder, DecodeResult, DecoderState};

/// Bytes that the longest frame takes on the line: two delimiters and one byte of COBS.
pub const LINE_MAX: usize = MAX_FRAME + 3;

/// Finds the frames in what comes over a serial line, whatever else comes over it.
///
/// A zero byte ends everything, so that garbage costs at most the frame that it damages. A run that decodes to more
/// than [`MAX_FRAME`] bytes is dropped up to the next zero; so is an empty one. What comes out has the length of a
/// frame at most, and nothing else can be said of it.
///
/// # Cost
///
/// No heap; about 110 bytes. Never panics.
///
/// # Specification
///
/// Cheshire and Baker, "Consistent Overhead Byte Stuffing", 1999.
///
/// # Example
///
/// ```
/// use saltbox::telemetry::{LINE_MAX, Line};
///
/// let mut bytes = [0; LINE_MAX];
/// let bytes = Line::encode(b"a\0b", &mut bytes)?;
/// assert_eq!(bytes, [0, 2, b'a', 2, b'b', 0]);
///
/// let mut line = Line::new();
/// let frames = bytes.iter().filter_map(|byte| line.push(*byte).map(|frame| frame.to_vec()));
/// assert_eq!(frames.collect::<Vec<_>>(), [b"a\0b"]);
/// # Ok::<(), saltbox::telemetry::Refusal>(())
/// ```
pub struct Line {
    state: DecoderState,
    frame: [u8; MAX_FRAME],
    len: usize,
    overlong: bool,
}

impl Line {
    /// Nothing received yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: DecoderState::Idle, frame: [0; MAX_FRAME], len: 0, overlong: false }
    }

    /// Takes the next byte from the line. Returns the frame that it ended, of 1 to [`MAX_FRAME`] bytes.
    ///
    /// The frame lies in this value's buffer until the next byte comes; wipe it there if it held a secret.
    pub fn push(&mut self, byte: u8) -> Option<&mut [u8]> {
        if self.overlong {
            self.overlong = byte != 0;
            return None;
        }
        match self.state.feed(byte) {
            Ok(DecodeResult::DataStart) => self.len = 0,
            Ok(DecodeResult::DataContinue(byte)) => match self.frame.get_mut(self.len) {
                Some(free) => {
                    *free = byte;
                    self.len += 1;
                }
                None => (self.state, self.overlong) = (DecoderState::Idle, true),
            },
            Ok(DecodeResult::DataComplete) if self.len > 0 => {
                return self.frame.get_mut(..self.len);
            }
            // An error is a zero inside a run: the decoder is idle again, and the next frame begins.
            Ok(DecodeResult::DataComplete | DecodeResult::NoData) | Err(_) => {}
        }
        None
    }

    /// Writes `frame` as it goes over the line to the front of `out`, and returns the bytes to send.
    ///
    /// # Errors
    ///
    /// [`Refusal::TooLong`] for more than [`MAX_FRAME`] bytes.
    pub fn encode<'a>(frame: &[u8], out: &'a mut [u8; LINE_MAX]) -> Result<&'a [u8], Refusal> {
        if frame.len() > MAX_FRAME {
            return Err(Refusal::TooLong);
        }
        let [before, rest @ ..] = out;
        *before = 0;
        let mut encoder = CobsEncoder::new(rest);
        encoder.push(frame).map_err(|_| Refusal::TooLong)?;
        let len = encoder.finalize();
        *rest.get_mut(len).ok_or(Refusal::TooLong)? = 0;
        out.get(..len + 2).ok_or(Refusal::TooLong)
    }
}

impl Default for Line {
    fn default() -> Self {
        Self::new()
    }
}

impl core::fmt::Debug for Line {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // The buffer may hold a seed: it is not shown.
        f.debug_struct("Line").field("len", &self.len).finish_non_exhaustive()
    }
}
