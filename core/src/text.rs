//! Hex and base64 of a fixed length, without a heap.

use core::fmt;
use core::ops::Deref;

/// `N` ASCII characters: the hex, base64 or fingerprint of a public value. Derefs to `str`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<const N: usize>([u8; N]);

impl<const N: usize> Text<N> {
    /// `bytes` must be ASCII; should one not be, the text reads as empty.
    pub(crate) const fn from_ascii(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    /// The text as a `str` of `N` characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl<const N: usize> Deref for Text<N> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nothing in it needs an escape; `str` would link the tables of those that do.
        write!(f, "\"{}\"", self.as_str())
    }
}

#[cfg(feature = "defmt")]
impl<const N: usize> defmt::Format for Text<N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=str}", self.as_str());
    }
}
