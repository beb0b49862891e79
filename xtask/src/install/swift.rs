//! Swift for this machine: on the path, or in a Debian of its own below `target/`.
//!
//! Debian 13 packages Swift and Debian 12 does not, so that on a Debian machine a Debian 13 is put into a folder. What runs
//! in there gets `/proc`, `/dev` and the checkout bound into the folder in a mount namespace of its own: outside of the
//! command nothing is mounted, and deleting `target/` deletes files alone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{Step, System, apt, output, succeeds};
use crate::command::Cmd;
use crate::repo::Repo;

/// The oldest Swift that will do.
const OLDEST: (u32, u32) = (6, 0);

/// What goes into the folder beside the base system.
const PACKAGES: [&str; 4] = ["swiftlang", "gcc", "libc6-dev", "libstdc++-14-dev"];

/// Where Swift was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Swift {
    /// On the path.
    Installed,
    /// In a Debian in this folder.
    Rooted(PathBuf),
}

impl Swift {
    /// Finds it; [`Need::Swift`](super::Need::Swift) sees to it that it is there.
    pub fn find(repo: &Repo) -> Result<Self> {
        if is_on_path() {
            Ok(Self::Installed)
        } else if done(repo).is_file() {
            Ok(Self::Rooted(root(repo)))
        } else {
            bail!("Swift is missing: `cargo xtask install` sets it up, or says how")
        }
    }

    /// `program` with Swift's tools around it, in the folder `below` the checkout; `env` is all that it is told.
    pub fn cmd(&self, repo: &Repo, below: &str, env: &[(&str, &str)], program: &str) -> Cmd {
        match self {
            Self::Installed => {
                let cmd = Cmd::new(program).within(repo.root(), below);
                env.iter().fold(cmd, |cmd, (name, value)| cmd.env(name, value))
            }
            Self::Rooted(root) => {
                let folder = repo.path(below);
                let env = env.iter().map(|(name, value)| format!("{name}={value}"));
                enter(root, Some(repo.root()), &folder).args(env).arg(program)
            }
        }
    }
}

/// What has to be run until Swift is there; nothing if it is.
pub(super) fn missing(repo: &Repo, system: System) -> Result<Vec<Step>> {
    if is_on_path() { Ok(Vec::new()) } else { steps(repo, system) }
}

/// What has to be run where Swift is not on the path.
fn steps(repo: &Repo, system: System) -> Result<Vec<Step>> {
    if done(repo).is_file() {
        return Ok(Vec::new());
    }
    if system != System::DebianRoot {
        let how = match system {
            System::ByHand(Some("brew")) => "xcode-select --install",
            _ => "the command for your system at https://www.swift.org/install",
        };
        return Ok(vec![Step::ByHand(format!(
            "{how}   (Swift {}.{} or newer; on Debian as root this is done for you)",
            OLDEST.0, OLDEST.1
        ))]);
    }
    let mut steps = Vec::new();
    if !succeeds(&Cmd::new("debootstrap").arg("--version")) {
        steps.extend(apt(system, &["debootstrap", "debian-archive-keyring"]));
    }
    let root = root(repo);
    let path = root.display().to_string();
    if !based(repo).is_file() {
        refuse_mounts(&root)?;
        let script =
            "rm -rf \"$0\" && debootstrap --variant=minbase trixie \"$0\" && touch \"$0$1\"";
        let cmd = Cmd::new("unshare").args(["--mount", "sh", "-c", script, &path, BASED]);
        steps.push(Step::Run("Debian 13 for Swift", cmd));
    }
    let script = format!(
        "dpkg --configure -a && apt-get update && \
        apt-get install --yes --no-install-recommends {} && apt-get clean && swift --version && touch {DONE}",
        PACKAGES.join(" ")
    );
    let install = enter(&root, None, Path::new("/")).args([
        "DEBIAN_FRONTEND=noninteractive",
        "sh",
        "-c",
        &script,
    ]);
    steps.push(Step::Run("Swift in it", install));
    Ok(steps)
}

/// Runs what follows (variables, a program, its arguments) inside `root`, in `folder`.
fn enter(root: &Path, bound: Option<&Path>, folder: &Path) -> Cmd {
    const ENTER: &str = "set -eu; root=$1 bound=$2 folder=$3; shift 3; \
        mount --rbind /proc \"$root/proc\"; mount --rbind /dev \"$root/dev\"; \
        if [ -n \"$bound\" ]; then mkdir -p \"$root$bound\"; mount --bind \"$bound\" \"$root$bound\"; fi; \
        exec chroot \"$root\" env -i -C \"$folder\" HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \"$@\"";
    let shown = |path: &Path| path.display().to_string();
    Cmd::new("unshare").args(["--mount", "sh", "-c", ENTER, "sh"]).args([
        shown(root),
        bound.map(shown).unwrap_or_default(),
        shown(folder),
    ])
}

/// Fails if something is mounted below `root`: deleting it would delete what is mounted there.
fn refuse_mounts(root: &Path) -> Result<()> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").context("cannot read the mounts")?;
    match mounted(&mounts, root) {
        Some(place) => {
            bail!("{place} is mounted: unmount it before {} is made anew", root.display())
        }
        None => Ok(()),
    }
}

/// The first place at or below `root` in the kernel's list of mounts.
fn mounted<'a>(mounts: &'a str, root: &Path) -> Option<&'a str> {
    mounts
        .lines()
        .filter_map(|line| line.split_whitespace().nth(4))
        .find(|place| Path::new(place).starts_with(root))
}

fn is_on_path() -> bool {
    version(&output(&Cmd::new("swift").arg("--version"))).is_some_and(|found| found >= OLDEST)
}

/// The version in what `swift --version` says.
fn version(said: &str) -> Option<(u32, u32)> {
    let (_, rest) = said.split_once("Swift version ")?;
    let mut numbers = rest.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Where the base system is complete, inside the folder.
const BASED: &str = "/etc/saltbox-base";
/// Where Swift is.
const DONE: &str = "/etc/saltbox-swift";

fn root(repo: &Repo) -> PathBuf {
    repo.path("target/swift-root")
}

fn based(repo: &Repo) -> PathBuf {
    root(repo).join(&BASED[1..])
}

fn done(repo: &Repo) -> PathBuf {
    root(repo).join(&DONE[1..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn versions_are_read_from_either_platform() {
        let linux = "Swift version 6.0.3 (swift-6.0.3-RELEASE)\nTarget: x86_64-pc-linux-gnu\n";
        let apple =
            "swift-driver version: 1.120.5 Apple Swift version 6.1.2 (swiftlang-6.1.2.1.2)\n";
        assert_eq!(version(linux), Some((6, 0)));
        assert_eq!(version(apple), Some((6, 1)));
        assert_eq!(version("OpenStack Swift 2.33"), None);
        assert!((5, 10) < OLDEST && (10, 0) > OLDEST);
    }

    #[test]
    fn an_interrupted_setup_goes_on_where_it_was() {
        let scratch = Scratch::new("swift-resumed");
        let repo = Repo::at(scratch.path());
        let names = || -> Vec<String> {
            let steps = steps(&repo, System::DebianRoot).unwrap();
            steps.iter().map(ToString::to_string).collect()
        };
        assert!(names().iter().any(|step| step.contains("debootstrap --variant=minbase trixie")));
        scratch.write("target/swift-root/etc/saltbox-base", "");
        assert!(!names().iter().any(|step| step.contains("--variant")), "{:?}", names());
        assert!(names().last().unwrap().contains("swiftlang"), "{:?}", names());
        scratch.write("target/swift-root/etc/saltbox-swift", "");
        assert_eq!(names(), [""; 0]);
    }

    #[test]
    fn elsewhere_a_person_is_told() {
        let scratch = Scratch::new("swift-by-hand");
        let steps = steps(&Repo::at(scratch.path()), System::ByHand(Some("dnf"))).unwrap();
        assert!(steps[0].to_string().contains("swift.org/install"), "{}", steps[0]);
    }

    #[test]
    fn what_is_mounted_is_never_deleted() {
        let mounts = "22 1 254:0 / / rw - ext4 /dev/vda rw\n\
            99 22 0:5 / /a/target/swift-root/dev rw - devtmpfs devtmpfs rw\n";
        let below = |root: &str| mounted(mounts, Path::new(root)).map(str::to_owned);
        assert_eq!(below("/a/target/swift-root").as_deref(), Some("/a/target/swift-root/dev"));
        assert_eq!(below("/a/target/swift"), None);
    }
}
