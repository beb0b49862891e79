//! What builds the native libraries of other systems: Rust's targets, and zig, which links for them, in a Python folder
//! below `target/`.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::{Step, System, apt, output, succeeds};
use crate::bindings::natives::{ANDROID, APPLE, DESKTOP, Form, Platform};
use crate::command::Cmd;
use crate::repo::Repo;

/// Zig and its cargo command, from PyPI.
const PACKAGES: [(&str, &str); 2] = [("ziglang", "0.17.1"), ("cargo-zigbuild", "0.24.0")];

/// `cargo zigbuild` with the zig that was installed for it; it takes cargo's arguments.
pub fn zigbuild(repo: &Repo) -> Cmd {
    let path = |below| folder(repo).join(below).display().to_string();
    Cmd::new(&path("bin/cargo-zigbuild"))
        .env("CARGO_ZIGBUILD_PYTHON_PATH", &path("bin/python"))
        .env("CARGO_ZIGBUILD_CACHE_DIR", &path("cache"))
}

/// A program that Rust's toolchain has for itself: `rust-objcopy`, `rust-lld`.
pub fn beside_rustc(repo: &Repo, program: &str) -> Result<Cmd> {
    let rustc = |print: &str| Cmd::new("rustc").args(["--print", print]).within(repo.root(), "");
    let sysroot = PathBuf::from(output(&rustc("sysroot")).trim());
    let host = output(&rustc("host-tuple"));
    let path = sysroot.join("lib/rustlib").join(host.trim()).join("bin").join(program);
    if !path.is_file() {
        bail!("{} is missing: `rustup toolchain install` repairs the toolchain", path.display());
    }
    Ok(Cmd::new(&path.display().to_string()))
}

/// What is missing for the jar and the AAR.
pub(super) fn missing(repo: &Repo, system: System) -> Result<Vec<Step>> {
    let platforms = [DESKTOP.as_slice(), &ANDROID].concat();
    Ok([targets(repo, &platforms)?, zig_steps(repo, system)?].concat())
}

/// What is missing for the XCFramework.
pub(super) fn missing_for_apple(repo: &Repo) -> Result<Vec<Step>> {
    let nightly =
        Cmd::new("rustup").args(["component", "list", "--installed", "--toolchain", "nightly"]);
    let mut steps = targets(repo, &APPLE)?;
    if !output(&nightly).lines().any(|line| line == "rust-src") {
        let install = ["toolchain", "install", "nightly", "--profile", "minimal"];
        let cmd = Cmd::new("rustup").args(install).args(["--component", "rust-src"]);
        steps.push(Step::Run("rustup toolchain install nightly", cmd));
    }
    Ok(steps)
}

/// Adds the targets of `platforms` for which Rust has a `std`.
fn targets(repo: &Repo, platforms: &[Platform]) -> Result<Vec<Step>> {
    let list = Cmd::new("rustup").args(["target", "list", "--installed"]).within(repo.root(), "");
    let installed = output(&list);
    if installed.is_empty() {
        bail!("`{list}` names no target: see https://rustup.rs");
    }
    let missing: Vec<_> = platforms
        .iter()
        .filter(|platform| platform.form != Form::StaticWithStd)
        .map(|platform| platform.target)
        .filter(|target| !installed.lines().any(|line| line == *target))
        .collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let add = Cmd::new("rustup").args(["target", "add"]).args(missing).within(repo.root(), "");
    Ok(vec![Step::Run("rustup target add", add)])
}

/// Installs zig; Python's own `venv` keeps it to the folder.
fn zig_steps(repo: &Repo, system: System) -> Result<Vec<Step>> {
    let folder = folder(repo);
    let python = folder.join("bin/python").display().to_string();
    let zig = output(&Cmd::new(&python).args(["-m", "ziglang", "version"]));
    let zigbuild = output(&zigbuild(repo).arg("--version"));
    if zig.trim() == PACKAGES[0].1 && zigbuild.trim().ends_with(PACKAGES[1].1) {
        return Ok(Vec::new());
    }
    let mut steps = Vec::new();
    if !succeeds(&Cmd::new("python3").args(["-c", "import ensurepip, venv"])) {
        match system {
            System::DebianRoot | System::DebianSudo => steps.extend(apt(system, &["python3-venv"])),
            System::ByHand(_) => {
                let how = "install Python 3 with its module venv: see https://www.python.org";
                return Ok(vec![Step::ByHand(how.to_owned())]);
            }
        }
    }
    let at = folder.display().to_string();
    let pinned = PACKAGES.map(|(name, version)| format!("{name}=={version}"));
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    steps.push(Step::Run(
        "folder for zig",
        Cmd::new("python3").args(["-m", "venv", "--clear", &at]),
    ));
    steps.push(Step::Run("pip install zig", Cmd::new(&python).args(pip).args(pinned)));
    Ok(steps)
}

/// Where zig lies; another version goes into another folder.
fn folder(repo: &Repo) -> PathBuf {
    repo.path("target/tools").join(format!("zig-{}", PACKAGES[0].1))
}
