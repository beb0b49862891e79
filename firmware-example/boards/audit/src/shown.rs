//! What every type can do by a trait of `core` or `defmt`, called for one type by name.

use core::fmt::{self, Debug, Display, Write};
use core::hash::{Hash, Hasher};
use core::hint::black_box;

use crate::{given, taken};

/// Formatted text goes here.
struct Sink;

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        taken(text);
        given(Ok(()))
    }
}

/// `Clone`, `Debug` and `PartialEq`.
pub(crate) fn plain<T: Clone + Debug + PartialEq>(value: &T) {
    taken(<T as Clone>::clone(black_box(value)));
    debug::<T>(value);
    equal::<T>(value, value);
}

/// `Debug`, short and long.
pub(crate) fn debug<T: Debug>(value: &T) {
    taken(write!(Sink, "{:?} {:#?}", black_box(value), black_box(value)));
}

/// `Display`.
pub(crate) fn display<T: Display>(value: &T) {
    taken(write!(Sink, "{} {:>40}", black_box(value), black_box(value)));
}

/// `defmt::Format`.
pub(crate) fn format<T: defmt::Format>(value: &T) {
    defmt::info!("{}", black_box(value));
}

/// `PartialEq`.
pub(crate) fn equal<T: PartialEq>(a: &T, b: &T) {
    taken(<T as PartialEq>::eq(black_box(a), black_box(b)));
}

/// `Ord` and `PartialOrd`.
pub(crate) fn order<T: Ord>(a: &T, b: &T) {
    taken(<T as Ord>::cmp(black_box(a), black_box(b)));
    taken(<T as PartialOrd>::partial_cmp(black_box(a), black_box(b)));
}

/// `Hash`.
pub(crate) fn hash<T: Hash>(value: &T) {
    struct Sum(u64);
    impl Hasher for Sum {
        fn finish(&self) -> u64 {
            self.0
        }

        fn write(&mut self, bytes: &[u8]) {
            taken(bytes);
        }
    }
    let mut sum = Sum(given(0));
    <T as Hash>::hash(black_box(value), &mut sum);
    taken(sum.finish());
}
