//! The backend is chosen as it is for the library.

#[path = "../../../core/build.rs"]
mod library;

fn main() {
    library::main();
    println!("cargo:rustc-cfg=saltbox_check");
}
