//! Generates the Kotlin sources. Run by `cargo xtask package kotlin`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
