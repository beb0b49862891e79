//! The UniFFI layer over `saltbox` for Swift and Kotlin. Nothing of it exists yet.
