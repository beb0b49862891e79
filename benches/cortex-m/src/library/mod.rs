//! The library that this image measures, by the names that all have: `Agreement`, `Sealing`, `Signing`, `Sending`, and
//! `Library` for what needs no state.

macro_rules! libraries {
    ($($feature:literal $module:ident)*) => { $(
        #[cfg(feature = $feature)]
        mod $module;
        #[cfg(feature = $feature)]
        pub use self::$module::*;
    )* };
}

libraries! {
    "saltbox" saltbox
    "x25519-dalek" x25519_dalek
    "crypto_box" crypto_box
    "dryoc" dryoc
    "salty" salty
    "monocypher" monocypher
}
