//! A Java of the 64-bit ARM machines and `qemu-aarch64`, which runs it here: so that the library for them is not shipped
//! without ever having run.
//!
//! Debian has that Java; its packages are unpacked into a folder below `target/`, and the system stays as it is.

use std::path::PathBuf;

use super::{Step, System, apt, succeeds};
use crate::command::Cmd;
use crate::repo::Repo;

/// The Java that is unpacked.
const PACKAGE: &str = "openjdk-17-jre-headless";

/// Java on an emulated 64-bit ARM; it takes java's arguments.
pub fn java(repo: &Repo) -> Cmd {
    let root = folder(repo).join("root");
    let java = root.join("usr/lib/jvm/java-17-openjdk-arm64/bin/java");
    let [root, java] = [root, java].map(|path| path.display().to_string());
    // One thread of compiling: the emulator makes it dear, and what runs is short.
    Cmd::new("qemu-aarch64")
        .args(["-L", &root, &java])
        .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"])
}

/// What has to be run until it is there.
pub(super) fn missing(repo: &Repo, system: System) -> Vec<Step> {
    if succeeds(&java(repo).arg("-version")) {
        return Vec::new();
    }
    let mut steps = Vec::new();
    if !matches!(system, System::DebianRoot | System::DebianSudo) {
        return vec![Step::ByHand(format!(
            "run this on Debian: {PACKAGE} for arm64 is unpacked from its packages"
        ))];
    }
    if !succeeds(&Cmd::new("qemu-aarch64").arg("--version")) {
        steps.extend(apt(system, &["qemu-user"]));
    }
    let folder = folder(repo);
    let path = |below: &str| folder.join(below).display().to_string();
    let [lists, archives, root] = ["lists/partial", "cache/archives/partial", "root"].map(path);
    // A state of its own: the system's packages are of another machine.
    let set = |name: &str, value: &str| ["--option".to_owned(), format!("{name}={value}")];
    let options = [
        set("Dir::State::Lists", &path("lists")),
        set("Dir::State::status", "/dev/null"),
        set("Dir::Cache", &path("cache")),
        set("APT::Architecture", "arm64"),
        set("APT::Architectures", "arm64"),
        set("APT::Sandbox::User", ""),
    ];
    let apt_get = || Cmd::new("apt-get").args(options.iter().flatten().cloned());
    let fetch = ["install", "--yes", "--no-install-recommends", "--download-only", PACKAGE];
    let unpack =
        "for package in \"$0\"/*.deb; do dpkg-deb --extract \"$package\" \"$1\" || exit; done";
    steps.extend([
        Step::Run(
            "folder for arm64 Java",
            Cmd::new("mkdir").args(["-p", &lists, &archives, &root]),
        ),
        Step::Run("apt-get update for arm64", apt_get().arg("update")),
        Step::Run("download arm64 Java", apt_get().args(fetch)),
        Step::Run(
            "unpack arm64 Java",
            Cmd::new("sh").args(["-c", unpack, &path("cache/archives"), &root]),
        ),
    ]);
    steps
}

fn folder(repo: &Repo) -> PathBuf {
    repo.path("target/tools/arm64-java")
}
