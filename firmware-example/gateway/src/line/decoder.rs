//! Frames on a line: COBS, with a zero byte before and after each.

use saltbox::telemetry::MAX_FRAME;

/// Bytes of the longest frame after COBS.
const MAX_ENCODED: usize = cobs::max_encoding_length(MAX_FRAME);

/// What lay between two zero bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Something with the length of a frame.
    Frame(Vec<u8>),
    /// So many bytes that are no frame: a line that began in the middle, a wrong baud rate, text.
    Noise(usize),
}

/// Finds the frames in what comes over a line, whatever else comes over it.
///
/// Garbage costs at most the frame that it damages: every zero byte begins anew. Holds at most one frame, however long
/// the garbage.
#[derive(Debug, Default)]
pub struct Decoder {
    run: Vec<u8>,
    overlong: usize,
}

impl Decoder {
    /// Nothing received yet.
    #[must_use]
    pub fn new() -> Self {
        Self { run: Vec::with_capacity(MAX_ENCODED), overlong: 0 }
    }

    /// Takes the next byte, and says what it ended.
    pub fn push(&mut self, byte: u8) -> Option<Found> {
        if byte != 0 {
            match self.run.len() < MAX_ENCODED {
                true => self.run.push(byte),
                false => self.overlong = self.overlong.saturating_add(1),
            }
            return None;
        }
        let (length, overlong) = (self.run.len(), std::mem::take(&mut self.overlong));
        let decoded = if overlong == 0 { cobs::decode_in_place(&mut self.run).ok() } else { None };
        let found = match decoded {
            _ if length == 0 => None,
            Some(count @ 1..=MAX_FRAME) => {
                self.run.get(..count).map(|frame| Found::Frame(frame.to_vec()))
            }
            _ => Some(Found::Noise(length.saturating_add(overlong))),
        };
        self.run.clear();
        found
    }
}

/// `frame` as it goes over the line.
#[must_use]
pub fn encode(frame: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; cobs::max_encoding_length(frame.len()) + 2];
    let length = cobs::encode_including_sentinels(frame, &mut bytes);
    bytes.truncate(length);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> Vec<Found> {
        let mut decoder = Decoder::new();
        bytes.iter().filter_map(|byte| decoder.push(*byte)).collect()
    }

    #[test]
    fn every_length_comes_back() {
        for length in 1..=MAX_FRAME {
            for fill in [0, 1, 0xff] {
                let frame = vec![fill; length];
                assert_eq!(decode(&encode(&frame)), [Found::Frame(frame)]);
            }
        }
    }

    #[test]
    fn zeros_stand_before_and_after() {
        assert_eq!(encode(b"a\0b"), [0, 2, b'a', 2, b'b', 0]);
    }

    #[test]
    fn garbage_costs_no_frame_behind_a_zero() {
        let mut bytes = b"boot text\r\n".to_vec();
        bytes.extend(encode(b"frame"));
        bytes.extend([0; 9]);
        bytes.extend([0xff; 5_000]);
        bytes.extend(encode(b"other"));
        assert_eq!(
            decode(&bytes),
            [
                Found::Noise(11),
                Found::Frame(b"frame".to_vec()),
                Found::Noise(5_000),
                Found::Frame(b"other".to_vec())
            ]
        );
    }

    #[test]
    fn a_frame_that_is_too_long_is_noise() {
        let long = encode(&[7; MAX_FRAME + 1]);
        assert_eq!(decode(&long), [Found::Noise(long.len() - 2)]);
        // Whose front alone would be one.
        let mut zeros = vec![1; 200];
        zeros.push(0);
        assert_eq!(decode(&zeros), [Found::Noise(200)]);
    }
}
