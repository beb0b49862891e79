//! `defmt` where it is on, and nothing where it is not.
//!
//! No secret is ever logged, and no reading: not at any level.

/// `log!(info, "counter {}", counter)`: a level of `defmt`, and what its macro takes.
#[cfg(feature = "defmt")]
macro_rules! log {
    ($level:ident, $($args:tt)*) => { ::defmt::$level!($($args)*) };
}

#[cfg(not(feature = "defmt"))]
macro_rules! log {
    ($level:ident, $format:literal $(, $arg:expr)*) => {{ $( let _ = &$arg; )* }};
}

pub(crate) use log;
