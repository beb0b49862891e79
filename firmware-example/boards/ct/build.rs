//! Sets `divides` for a core that has an instruction for it: stable Rust shows a crate no `target_feature` of these cores.

fn main() {
    println!("cargo:rustc-check-cfg=cfg(divides)");
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("TARGET").is_ok_and(|target| !target.starts_with("thumbv6m")) {
        println!("cargo:rustc-cfg=divides");
    }
}
