//! What a node says: readings, status, trouble.

use core::fmt;

use super::{Interval, Refusal};

/// One reading of a sensor: the body of a data frame.
///
/// # Specification
///
/// `source u8 || value i32`, little-endian: 5 bytes.
///
/// # Example
///
/// ```
/// use saltbox::telemetry::Reading;
///
/// let reading = Reading::Temperature { millidegrees: 21_500 };
/// assert_eq!(Reading::decode(&reading.encode())?, reading);
/// assert_eq!(reading.encode().len(), 5);
/// # Ok::<(), saltbox::telemetry::Refusal>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// Source 1: a temperature, in thousandths of a degree Celsius.
    Temperature {
        /// Thousandths of a degree Celsius.
        millidegrees: i32,
    },
    /// Source 128: not measured, but counted up by a board without a sensor.
    TestPattern {
        /// The count.
        value: i32,
    },
}

impl Reading {
    /// The 5 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; 5] {
        let (source, value) = match self {
            Self::Temperature { millidegrees } => (1, millidegrees),
            Self::TestPattern { value } => (128, value),
        };
        let [a, b, c, d] = value.to_le_bytes();
        [source, a, b, c, d]
    }

    /// Reads the 5 bytes.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        match bytes {
            [source, a, b, c, d] => {
                let value = i32::from_le_bytes([*a, *b, *c, *d]);
                match source {
                    1 => Ok(Self::Temperature { millidegrees: value }),
                    128 => Ok(Self::TestPattern { value }),
                    _ => Err(Refusal::Malformed),
                }
            }
            _ => Err(Refusal::Malformed),
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Temperature { millidegrees } => {
                let sign = if *millidegrees < 0 { "-" } else { "" };
                let size = millidegrees.unsigned_abs();
                write!(f, "{sign}{}.{:03} °C", size / 1000, size % 1000)
            }
            Self::TestPattern { value } => write!(f, "test pattern {value}"),
        }
    }
}

/// Why a node cannot do all of its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Trouble {
    /// The sensor does not answer.
    Sensor = 0,
    /// The memory does not answer or does not keep what is written.
    Memory = 1,
    /// The noise source failed its tests.
    Entropy = 2,
    /// Not provisioned yet.
    NotProvisioned = 3,
    /// Provisioned already: erase the memory first.
    AlreadyProvisioned = 4,
    /// Seed and counter lease do not belong together: provision afresh.
    StaleMemory = 5,
    /// A known answer came out wrong: the part is broken.
    SelfTest = 6,
    /// The gateway says that the counters ran backwards: provision afresh.
    RolledBack = 7,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Sensor,
        Self::Memory,
        Self::Entropy,
        Self::NotProvisioned,
        Self::AlreadyProvisioned,
        Self::StaleMemory,
        Self::SelfTest,
        Self::RolledBack,
    ];

    /// Reads the code of a plain trouble frame.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] for a code that this version does not know.
    pub fn from_code(code: u8) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|trouble| *trouble as u8 == code).ok_or(Refusal::Malformed)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sensor => "sensor does not answer",
            Self::Memory => "memory does not answer",
            Self::Entropy => "noise source failed its tests",
            Self::NotProvisioned => "not provisioned",
            Self::AlreadyProvisioned => "provisioned already, erase its memory first",
            Self::StaleMemory => "seed and lease do not belong together, provision afresh",
            Self::SelfTest => "self-test failed",
            Self::RolledBack => "told that its memory is an old copy, provision afresh",
        })
    }
}

/// A set of [`Trouble`]s.
///
/// # Example
///
/// ```
/// use saltbox::telemetry::{Trouble, Troubles};
///
/// let mut troubles = Troubles::NONE;
/// troubles.set(Trouble::Sensor, true);
/// assert!(troubles.has(Trouble::Sensor));
/// assert_eq!(troubles.iter().count(), 1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Troubles(u16);

impl Troubles {
    /// None.
    pub const NONE: Self = Self(0);

    /// Adds or takes away one.
    pub const fn set(&mut self, trouble: Trouble, present: bool) {
        if present {
            self.0 |= 1 << trouble as u8;
        } else {
            self.0 &= !(1 << trouble as u8);
        }
    }

    /// Whether `trouble` is in it.
    #[must_use]
    pub const fn has(self, trouble: Trouble) -> bool {
        self.0 & 1 << trouble as u8 != 0
    }

    /// All in it.
    pub fn iter(self) -> impl Iterator<Item = Trouble> {
        Trouble::ALL.into_iter().filter(move |trouble| self.has(*trouble))
    }
}

/// The state of a node: the body of a status frame.
///
/// # Specification
///
/// `uptime seconds u32 || interval milliseconds u32 || troubles u16`, little-endian: 10 bytes.
///
/// # Example
///
/// ```
/// use saltbox::telemetry::{Interval, Status, Trouble, Troubles};
///
/// let mut troubles = Troubles::NONE;
/// troubles.set(Trouble::Sensor, true);
/// let status = Status { uptime_s: 60, interval: Interval::from_millis(1_000), troubles };
/// assert_eq!(Status::decode(&status.encode())?, status);
/// # Ok::<(), saltbox::telemetry::Refusal>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Status {
    /// Seconds since boot.
    pub uptime_s: u32,
    /// Time between two readings.
    pub interval: Interval,
    /// What does not work.
    pub troubles: Troubles,
}

impl Status {
    /// The 10 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; 10] {
        let [a, b, c, d] = self.uptime_s.to_le_bytes();
        let [e, f, g, h] = self.interval.as_millis().to_le_bytes();
        let [i, j] = self.troubles.0.to_le_bytes();
        [a, b, c, d, e, f, g, h, i, j]
    }

    /// Reads the 10 bytes.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        match *bytes {
            [a, b, c, d, e, f, g, h, i, j] => Ok(Self {
                uptime_s: u32::from_le_bytes([a, b, c, d]),
                interval: Interval::from_millis(u32::from_le_bytes([e, f, g, h])),
                troubles: Troubles(u16::from_le_bytes([i, j])),
            }),
            _ => Err(Refusal::Malformed),
        }
    }
}
