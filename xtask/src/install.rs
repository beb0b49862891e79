//! Finds what is missing on this machine and installs it, or says how.

pub mod arm64;
pub mod natives;
pub mod swift;

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;

/// Something that a task cannot do without.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Need {
    /// The targets and components that `rust-toolchain.toml` names.
    Toolchain,
    /// `qemu-system-arm`, which plays the boards.
    Qemu,
    /// libsodium and `pkg-config`: the library is compared with it.
    Sodium,
    /// GCC for bare Arm, which compiles a peer in C.
    ArmGcc,
    /// Swift, on the path or in a Debian 13 below `target/`.
    Swift,
    /// Maven, and the Java for which the Kotlin packages are compiled.
    Maven,
    /// A Java of the 64-bit ARM machines, and what runs it here.
    Arm64,
    /// What builds the native libraries for Linux, macOS and Android.
    Natives,
    /// What builds them for Apple's systems, to be linked by Xcode.
    AppleNatives,
}

/// What all tests together cannot do without.
pub const FOR_TESTS: [Need; 7] = [
    Need::Toolchain,
    Need::Qemu,
    Need::Sodium,
    Need::Swift,
    Need::Maven,
    Need::Natives,
    Need::Arm64,
];

/// How packages are installed on this machine.
#[derive(Clone, Copy, Debug, PartialEq)]
enum System {
    /// Debian or Ubuntu, as root.
    DebianRoot,
    /// Debian or Ubuntu, with a `sudo` that asks nothing.
    DebianSudo,
    /// Anything else: a person has to run a command, perhaps this one.
    ByHand(Option<&'static str>),
}

/// Packages that are missing, by the names that they have on different systems.
struct Package {
    need: Need,
    debian: &'static [&'static str],
    brew: &'static str,
    dnf: &'static str,
    pacman: &'static str,
}

const PACKAGES: [Package; 4] = [
    Package {
        need: Need::Qemu,
        debian: &["qemu-system-arm"],
        brew: "qemu",
        dnf: "qemu-system-arm",
        pacman: "qemu-system-arm",
    },
    Package {
        need: Need::Sodium,
        debian: &["libsodium-dev", "pkg-config"],
        brew: "libsodium pkgconf",
        dnf: "libsodium-devel pkgconf-pkg-config",
        pacman: "libsodium pkgconf",
    },
    Package {
        need: Need::ArmGcc,
        debian: &["gcc-arm-none-eabi", "libnewlib-arm-none-eabi"],
        brew: "arm-none-eabi-gcc",
        dnf: "arm-none-eabi-gcc-cs arm-none-eabi-newlib",
        pacman: "arm-none-eabi-gcc arm-none-eabi-newlib",
    },
    Package {
        need: Need::Maven,
        debian: &["default-jdk-headless", "maven"],
        brew: "openjdk maven",
        dnf: "java-devel maven",
        pacman: "jdk-openjdk maven",
    },
];

/// Makes sure that everything in `needs` is there.
///
/// With `may_install` false, or where this program does not know how, it fails and says which commands to run.
pub fn ensure(repo: &Repo, needs: &[Need], may_install: bool) -> Result<()> {
    let mut missing = Vec::new();
    for &need in needs {
        for step in commands(repo, need, system())? {
            // Two packages need one `apt-get update`.
            if !missing.iter().any(|known: &Step| known.to_string() == step.to_string()) {
                missing.push(step);
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = missing.iter().any(|step| matches!(step, Step::ByHand(_)));
    if !may_install || by_hand {
        let lines: Vec<_> = missing.iter().map(|step| format!("  {step}")).collect();
        let why = if may_install { "" } else { ", and --no-install forbids to install it" };
        bail!("something is missing{why}. Run\n{}\nand repeat the command", lines.join("\n"));
    }
    let mut progress = Progress::new(repo)?;
    progress.expect(missing.len());
    for step in &missing {
        if let Step::Run(name, cmd) = step {
            progress.run(name, cmd)?;
        }
    }
    for &need in needs {
        if let Some(step) = commands(repo, need, System::ByHand(None))?.first() {
            bail!("installing went well, and yet this is still missing: {step}");
        }
    }
    Ok(())
}

/// One step of an installation.
#[derive(Clone, Debug)]
enum Step {
    Run(&'static str, Cmd),
    ByHand(String),
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Run(_, cmd) => cmd.fmt(f),
            Self::ByHand(what) => f.write_str(what),
        }
    }
}

/// What has to be run to fulfil `need`; nothing if it is fulfilled.
fn commands(repo: &Repo, need: Need, system: System) -> Result<Vec<Step>> {
    let there = match need {
        Need::Toolchain => return toolchain(repo),
        Need::Swift => return swift::missing(repo, system),
        Need::Maven => {
            succeeds(&Cmd::new("mvn").arg("--version"))
                && succeeds(&Cmd::new("javac").arg("--version"))
        }
        Need::Arm64 => return Ok(arm64::missing(repo, system)),
        Need::Natives => return natives::missing(repo, system),
        Need::AppleNatives => return natives::missing_for_apple(repo),
        Need::Qemu => succeeds(&Cmd::new("qemu-system-arm").arg("--version")),
        Need::ArmGcc => succeeds(&Cmd::new("arm-none-eabi-gcc").arg("--version")),
        Need::Sodium => succeeds(&Cmd::new("pkg-config").args(["--exists", "libsodium"])),
    };
    Ok(if there { Vec::new() } else { package(need, system) })
}

/// The commands that install what `need` names.
fn package(need: Need, system: System) -> Vec<Step> {
    let Some(package) = PACKAGES.iter().find(|package| package.need == need) else {
        return Vec::new();
    };
    let debian = package.debian.join(" ");
    match system {
        System::DebianRoot | System::DebianSudo => apt(system, package.debian),
        System::ByHand(manager) => vec![Step::ByHand(match manager {
            Some("apt-get") => format!("sudo apt-get update && sudo apt-get install {debian}"),
            Some("brew") => format!("brew install {}", package.brew),
            Some("dnf") => format!("sudo dnf install {}", package.dnf),
            Some("pacman") => format!("sudo pacman -S {}", package.pacman),
            _ => format!("your system's command that installs what Debian calls {debian}"),
        })],
    }
}

/// The commands that install Debian's `packages`.
fn apt(system: System, packages: &[&str]) -> Vec<Step> {
    let apt = |args: &[&str]| {
        let cmd = match system {
            System::DebianSudo => {
                Cmd::new("sudo").args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
            }
            _ => Cmd::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive"),
        };
        cmd.args(args.iter().copied())
    };
    let install = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    vec![Step::Run("apt-get update", apt(&["update"])), Step::Run("apt-get install", apt(&install))]
}

/// The commands that complete the toolchain.
fn toolchain(repo: &Repo) -> Result<Vec<Step>> {
    let path = repo.path("rust-toolchain.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let wanted = Wanted::parse(&text).with_context(|| format!("{} is damaged", path.display()))?;
    let list =
        Cmd::new("rustup").args(["component", "list", "--installed"]).within(repo.root(), "");
    let output = list.to_command().output().context("rustup is missing: see https://rustup.rs")?;
    if !output.status.success() {
        bail!("{list} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let installed = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(wanted.missing(&installed))
}

/// What `rust-toolchain.toml` asks for.
struct Wanted {
    components: Vec<String>,
    targets: Vec<String>,
}

impl Wanted {
    fn parse(text: &str) -> Result<Self> {
        let file: Table = text.parse()?;
        let list = |key| {
            let list =
                file.get("toolchain").and_then(|table| table.get(key)).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Ok(Self { components: list("components"), targets: list("targets") })
    }

    /// What is not in rustup's list, where each component ends in the platform for which it is.
    fn missing(&self, installed: &str) -> Vec<Step> {
        let installed: BTreeSet<_> = installed.lines().map(str::trim).collect();
        let has_target =
            |target: &&String| installed.contains(format!("rust-std-{target}").as_str());
        let has_component =
            |component: &&String| installed.iter().any(|line| line.starts_with(component.as_str()));
        let targets: Vec<_> =
            self.targets.iter().filter(|target| !has_target(target)).cloned().collect();
        let components: Vec<_> =
            self.components.iter().filter(|name| !has_component(name)).cloned().collect();
        let mut steps = Vec::new();
        if !targets.is_empty() {
            steps.push(Step::Run(
                "rustup target add",
                Cmd::new("rustup").args(["target", "add"]).args(targets),
            ));
        }
        if !components.is_empty() {
            steps.push(Step::Run(
                "rustup component add",
                Cmd::new("rustup").args(["component", "add"]).args(components),
            ));
        }
        steps
    }
}

/// How this machine installs packages.
fn system() -> System {
    if cfg!(target_os = "macos") {
        return System::ByHand(Some("brew"));
    }
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    match manager(&release) {
        Some("apt-get") if output(&Cmd::new("id").arg("-u")).trim() == "0" => System::DebianRoot,
        Some("apt-get") if succeeds(&Cmd::new("sudo").args(["-n", "true"])) => System::DebianSudo,
        manager => System::ByHand(manager),
    }
}

/// The package manager of a Linux system, by its `/etc/os-release`.
fn manager(release: &str) -> Option<&'static str> {
    let fields = release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or(line.strip_prefix("ID_LIKE=")));
    let mut words = fields.flat_map(|value| value.trim_matches('"').split_whitespace());
    words.find_map(|word| match word {
        "debian" | "ubuntu" => Some("apt-get"),
        "fedora" | "rhel" | "centos" => Some("dnf"),
        "arch" => Some("pacman"),
        _ => None,
    })
}

/// Whether `cmd` exists and ends well.
fn succeeds(cmd: &Cmd) -> bool {
    let status =
        cmd.to_command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// What `cmd` says; nothing if it cannot be run.
fn output(cmd: &Cmd) -> String {
    let output = cmd.to_command().stdin(Stdio::null()).stderr(Stdio::null()).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(steps: &[Step]) -> Vec<String> {
        steps.iter().map(Step::to_string).collect()
    }

    const TOOLCHAIN: &str = "[toolchain]\nchannel = \"1.95.0\"\ncomponents = [\"clippy\", \"llvm-tools\"]\n\
        targets = [\"thumbv6m-none-eabi\", \"thumbv7m-none-eabi\"]\n";

    #[test]
    fn only_what_is_missing_is_added() {
        let wanted = Wanted::parse(TOOLCHAIN).unwrap();
        let some = "cargo-x86_64-unknown-linux-gnu\nclippy-x86_64-unknown-linux-gnu\nrust-std-thumbv7m-none-eabi\n";
        let want = ["rustup target add thumbv6m-none-eabi", "rustup component add llvm-tools"];
        assert_eq!(shown(&wanted.missing(some)), want);
        let all =
            format!("{some}rust-std-thumbv6m-none-eabi\nllvm-tools-x86_64-unknown-linux-gnu\n");
        assert_eq!(shown(&wanted.missing(&all)), [""; 0]);
    }

    #[test]
    fn debian_updates_before_it_installs() {
        let root = shown(&package(Need::Qemu, System::DebianRoot));
        assert_eq!(root[0], "DEBIAN_FRONTEND=noninteractive apt-get update");
        assert!(
            root[1].ends_with("install --yes --no-install-recommends qemu-system-arm"),
            "{root:?}"
        );
        let sudo = shown(&package(Need::Sodium, System::DebianSudo));
        assert_eq!(sudo[0], "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get update");
        assert!(sudo[1].ends_with("libsodium-dev pkg-config"), "{sudo:?}");
    }

    #[test]
    fn elsewhere_a_person_is_told() {
        for (manager, want) in [
            (Some("apt-get"), "sudo apt-get update && sudo apt-get install qemu-system-arm"),
            (Some("brew"), "brew install qemu"),
            (Some("dnf"), "sudo dnf install qemu-system-arm"),
            (None, "your system's command that installs what Debian calls qemu-system-arm"),
        ] {
            let steps = package(Need::Qemu, System::ByHand(manager));
            assert!(matches!(&steps[..], [Step::ByHand(said)] if said == want), "{steps:?}");
        }
    }

    #[test]
    fn systems_are_told_apart() {
        for (release, want) in [
            ("PRETTY_NAME=\"Debian\"\nID=debian\n", Some("apt-get")),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", Some("apt-get")),
            ("ID=\"fedora\"\n", Some("dnf")),
            ("ID=nixos\n", None),
            ("", None),
        ] {
            assert_eq!(manager(release), want, "{release}");
        }
    }
}
