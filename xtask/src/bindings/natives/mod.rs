//! The native libraries that ship: which there are, and how each is built.
//!
//! What leaves this folder lies in `target/natives/<platform>/` and was looked at by [`inspect`]: a library for another
//! machine, with a newer libc than we promise, or with the builder's paths in it never reaches a package.

pub mod android;
mod elf;
mod gain;
pub mod inspect;
mod mach;
mod signature;
pub mod sizes;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use object::Architecture;

use crate::command::Cmd;
use crate::install::natives as tools;
use crate::progress::Progress;
use crate::repo::Repo;

/// The oldest glibc on which the Linux libraries load: that of Debian 10, RHEL 8 and Ubuntu 18.10.
pub const GLIBC: (u32, u32) = (2, 28);

/// A machine and system for which the library is built.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Platform {
    /// What its package calls it: JNA's resource folder, `android-` and the ABI, Apple's system and variant.
    pub name: &'static str,
    /// What Rust calls it.
    pub target: &'static str,
    /// What the library is made of.
    pub machine: Architecture,
    /// Who links it.
    pub form: Form,
}

/// What is built.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// A shared library that zig links, for any system on any system.
    Shared,
    /// A shared library for Android, which an NDK links.
    Ndk,
    /// A static library, which the app's own linker takes.
    Static,
    /// A static library for which no `std` is to be had: nightly builds that too.
    StaticWithStd,
}

const fn platform(
    name: &'static str,
    target: &'static str,
    machine: Architecture,
    form: Form,
) -> Platform {
    Platform { name, target, machine, form }
}

use Architecture::{Aarch64, Arm, X86_64};
use Form::{Ndk, Shared, Static, StaticWithStd};

/// In the jar.
pub const DESKTOP: [Platform; 3] = [
    platform("linux-x86-64", "x86_64-unknown-linux-gnu", X86_64, Shared),
    platform("linux-aarch64", "aarch64-unknown-linux-gnu", Aarch64, Shared),
    platform("darwin-aarch64", "aarch64-apple-darwin", Aarch64, Shared),
];

/// In the Swift package that is made on Linux, for Linux.
const LINUX_STATIC: [Platform; 2] = [
    platform("linux-x86-64-static", "x86_64-unknown-linux-gnu", X86_64, Static),
    platform("linux-aarch64-static", "aarch64-unknown-linux-gnu", Aarch64, Static),
];

/// The static library of this machine, if it runs Linux.
pub fn linux_static() -> Option<&'static Platform> {
    let this = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    let is_linux = env::consts::OS == "linux";
    LINUX_STATIC.iter().find(|platform| is_linux && platform.target == this)
}

/// In the AAR, once an NDK has linked them.
pub const ANDROID: [Platform; 3] = [
    platform("android-arm64-v8a", "aarch64-linux-android", Aarch64, Static),
    platform("android-armeabi-v7a", "armv7-linux-androideabi", Arm, Static),
    platform("android-x86_64", "x86_64-linux-android", X86_64, Static),
];

/// In the XCFramework.
pub const APPLE: [Platform; 4] = [
    platform("ios-arm64", "aarch64-apple-ios", Aarch64, Static),
    platform("ios-arm64-simulator", "aarch64-apple-ios-sim", Aarch64, StaticWithStd),
    platform("ios-x86_64-simulator", "x86_64-apple-ios", X86_64, StaticWithStd),
    platform("macos-arm64", "aarch64-apple-darwin", Aarch64, Static),
];

impl Platform {
    /// The name of the library's file.
    pub fn file(&self) -> &'static str {
        match self.form {
            Static | StaticWithStd => "libsaltbox_ffi.a",
            Shared if self.is_apple() => "libsaltbox_ffi.dylib",
            Shared | Ndk => "libsaltbox_ffi.so",
        }
    }

    /// What Android calls the machine.
    pub fn abi(&self) -> &'static str {
        self.name.trim_start_matches("android-")
    }

    /// Whether it is a Mach-O file.
    pub fn is_apple(&self) -> bool {
        self.target.contains("-apple-")
    }

    /// Whether it is linked with glibc.
    pub fn is_glibc(&self) -> bool {
        self.target.ends_with("-linux-gnu")
    }
}

/// How many steps [`build`] takes.
pub const STEPS: usize = 2;

/// Builds the library of `platform` in profile `mobile` and inspects it. Returns where it lies.
pub fn build(repo: &Repo, progress: &mut Progress, platform: &Platform) -> Result<PathBuf> {
    let Platform { name, target, .. } = platform;
    progress.run(&format!("native library for {name}"), &compile(repo, platform)?)?;
    let to = repo.path("target/natives").join(name).join(platform.file());
    let built = repo.path("target").join(target).join("mobile").join(platform.file());
    progress.work(&format!("inspect {name}"), "cargo xtask package kotlin", || {
        fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
        match platform.form {
            Shared | Ndk => {
                fs::copy(&built, &to)
                    .with_context(|| format!("cannot copy {}", built.display()))?;
            }
            // rustc strips what it links, and it does not link these.
            Static | StaticWithStd => strip(repo, &built, &to)?,
        }
        inspect::require(repo, &to, platform)
    })?;
    Ok(to)
}

/// The command that compiles the library.
fn compile(repo: &Repo, platform: &Platform) -> Result<Cmd> {
    let Platform { target, form, .. } = platform;
    let cmd = match form {
        Shared => tools::zigbuild(repo),
        Ndk => {
            let ndk = android::Ndk::find().context("no NDK: set ANDROID_NDK_HOME")?;
            let (variable, clang) = ndk.linker(target);
            Cmd::cargo().env(&variable, &clang)
        }
        Static => Cmd::cargo(),
        StaticWithStd => Cmd::cargo().arg("+nightly"),
    };
    // One kind alone: built together, each carries what the others need.
    let crate_type = if matches!(form, Shared | Ndk) { "cdylib" } else { "staticlib" };
    let target_of_zig = format!("{target}.{}.{}", GLIBC.0, GLIBC.1);
    let cmd = cmd
        .args(["rustc", "--quiet", "--package", "saltbox-ffi", "--lib", "--profile", "mobile"])
        .args(["--crate-type", crate_type])
        .args([
            "--target",
            if platform.is_glibc() && *form == Shared { &target_of_zig } else { target },
        ])
        .args(["--config", &without_paths(repo, target)?]);
    let file = platform.file();
    let cmd = match form {
        StaticWithStd => cmd.args(["-Z", "build-std=std,panic_unwind"]),
        Ndk => cmd.args(["--", "-C", &format!("link-arg=-Wl,-z,max-page-size={}", android::PAGE)]),
        Shared if platform.is_apple() => {
            cmd.args(["--", "-C", &format!("link-arg=-Wl,-install_name,@rpath/{file}")])
        }
        Shared | Static => cmd,
    };
    Ok(cmd.within(repo.root(), ""))
}

/// A setting for cargo that keeps this machine's folders out of panic messages: they are nobody's business, and the
/// library would differ from machine to machine.
fn without_paths(repo: &Repo, target: &str) -> Result<String> {
    let folders = private_folders(repo)?;
    let map = |(from, to): &(String, &str)| format!("'--remap-path-prefix={from}={to}'");
    let flags: Vec<_> = folders.iter().map(map).collect();
    Ok(format!("target.{target}.rustflags=[{}]", flags.join(", ")))
}

/// The folders from which sources are compiled, and what a library calls each.
fn private_folders(repo: &Repo) -> Result<[(String, &'static str); 3]> {
    let home = env::home_dir().context("this user has no home folder")?;
    let folder = |variable, below| env::var_os(variable).map_or(home.join(below), PathBuf::from);
    let folders = [
        (repo.root().to_path_buf(), "/saltbox"),
        (folder("CARGO_HOME", ".cargo"), "/cargo"),
        (folder("RUSTUP_HOME", ".rustup"), "/rustup"),
    ];
    Ok(folders.map(|(path, name)| (path.display().to_string(), name)))
}

/// Copies a static library without its debug information, by the tool that rustc itself strips with.
fn strip(repo: &Repo, from: &Path, to: &Path) -> Result<()> {
    let [from, to] = [from, to].map(|path| path.display().to_string());
    quietly(&tools::beside_rustc(repo, "rust-objcopy")?.args(["--strip-debug", &from, &to]))
}

/// Runs `cmd` as part of a step; what it says is shown if it fails.
fn quietly(cmd: &Cmd) -> Result<()> {
    let output = cmd.to_command().output().with_context(|| format!("cannot start: {cmd}"))?;
    if !output.status.success() {
        bail!("{cmd} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_platform_has_a_command_of_its_own() {
        let repo = Repo::at(Path::new("/r"));
        let shown = |platform| compile(&repo, platform).unwrap().to_string();
        let linux = shown(&DESKTOP[0]);
        assert!(linux.contains("--target x86_64-unknown-linux-gnu.2.28"), "{linux}");
        assert!(linux.contains("--remap-path-prefix=/r=/saltbox"), "{linux}");
        let darwin = shown(&DESKTOP[2]);
        assert!(darwin.ends_with("-install_name,@rpath/libsaltbox_ffi.dylib"), "{darwin}");
        let android = shown(&ANDROID[1]);
        assert!(android.starts_with("cargo rustc"), "{android}");
        assert!(android.contains("staticlib --target armv7-linux-androideabi"), "{android}");
        let simulator = shown(&APPLE[1]);
        assert!(simulator.starts_with("cargo +nightly rustc"), "{simulator}");
        assert!(simulator.contains("build-std"), "{simulator}");
    }
}
