//! Chooses the backend of `src/low` from the target triple: stable Rust shows a crate no `target_feature` of these cores.
//!
//! Sets `saltbox_core` to the instruction set whose assembly is built in, and with it `saltbox_cortex_m`; neither means
//! the portable backend. `saltbox_v8m`: the assembler has to be told of the DSP extension.

use std::env;

/// Says which backend is built in.
pub fn main() {
    println!("cargo:rustc-check-cfg=cfg(saltbox_core, values(\"v6m\", \"v7m\", \"v7em\"))");
    println!("cargo:rustc-check-cfg=cfg(saltbox_cortex_m, saltbox_v8m)");
    println!("cargo:rustc-check-cfg=cfg(saltbox_portable, saltbox_no_dsp, saltbox_check)");
    println!("cargo:rerun-if-changed=build.rs");
    let target = env::var("TARGET").unwrap_or_default();
    if let Some(core) = core(&target) {
        if target.starts_with("thumbv8m") {
            println!("cargo:rustc-cfg=saltbox_v8m");
        }
        println!("cargo:rustc-cfg=saltbox_cortex_m");
        println!("cargo:rustc-cfg=saltbox_core=\"{core}\"");
    }
}

/// The instruction set of `target` for which there is assembly, if it is wanted.
fn core(target: &str) -> Option<&'static str> {
    let is_set = |name: &str| env::var_os(name).is_some();
    let core = match target.split('-').next()? {
        "thumbv6m" | "thumbv8m.base" => "v6m",
        "thumbv7m" => "v7m",
        "thumbv7em" => "v7em",
        "thumbv8m.main" if is_set("CARGO_CFG_SALTBOX_NO_DSP") => "v7m",
        "thumbv8m.main" => "v7em",
        _ => return None,
    };
    // The portable code is not constant time on the Cortex-M3: no flash is saved at that price.
    let small = is_set("CARGO_FEATURE_SMALL") && core != "v7m";
    (!small && !is_set("CARGO_CFG_SALTBOX_PORTABLE")).then_some(core)
}
