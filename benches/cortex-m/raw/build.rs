//! What core's `build.rs` does: it chooses the backend.

#[path = "../../../core/build.rs"]
mod core;

fn main() {
    core::main();
}
