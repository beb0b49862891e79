//! Generates the Swift sources, the C header and the module map. Run by `cargo xtask package swift`.

fn main() {
    uniffi::uniffi_bindgen_swift();
}
