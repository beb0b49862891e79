//! The packages for app developers: the native library, what is generated from it, and each language's build.

pub mod bench;
mod health;
mod kotlin;
mod native;
pub mod natives;
mod sensor;
mod shared_cases;
mod swift;
mod talk;

use anyhow::Result;
use clap::Subcommand;

use crate::install::Need;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::{Suite, Tally};
use crate::test;

/// Which package is made.
#[derive(Clone, Copy, Debug, PartialEq, Subcommand)]
pub enum Package {
    /// Jar with natives, sources and javadoc, AAR, and a Maven repository that holds them: target/kotlin
    Kotlin,
    /// SwiftPM package and XCFramework: target/swift
    Swift(swift::Args),
    /// Sizes of the native libraries that they carry; compares with bindings/sizes.toml
    Sizes(natives::sizes::Args),
}

/// Makes a package; false if it is not as it should be, which has been said.
pub fn package(repo: &Repo, package: Package) -> Result<bool> {
    let mut progress = Progress::new(repo)?;
    let _alone = test::alone(repo)?;
    match package {
        Package::Kotlin => kotlin::package(repo, &mut progress)?,
        Package::Swift(args) => swift::package(repo, &mut progress, args)?,
        Package::Sizes(args) => {
            let platforms = [natives::DESKTOP.as_slice(), &natives::ANDROID, &natives::APPLE];
            return natives::sizes::run(repo, &mut progress, args, &platforms.concat());
        }
    }
    Ok(true)
}

impl Package {
    /// What it takes to make it.
    pub fn needs(self) -> &'static [Need] {
        match self {
            Self::Kotlin => &[Need::Toolchain, Need::Maven, Need::Natives],
            Self::Swift(_) => &[Need::Toolchain, Need::Swift, Need::AppleNatives],
            Self::Sizes(_) => &[Need::Toolchain, Need::Natives, Need::AppleNatives],
        }
    }
}

/// A language in which the library is tested.
#[derive(Clone, Copy, Debug, PartialEq, Subcommand)]
pub enum Language {
    /// JUnit, by Maven
    Kotlin(kotlin::Args),
    /// XCTest
    Swift,
    /// What `package kotlin` makes, in an app of its own and on an emulated 64-bit ARM
    Published,
}

impl Language {
    /// What it takes to test it.
    pub fn needs(self) -> &'static [Need] {
        match self {
            Self::Kotlin(_) | Self::Published => {
                &[Need::Toolchain, Need::Maven, Need::Natives, Need::Arm64, Need::Qemu]
            }
            Self::Swift => &[Need::Toolchain, Need::Swift, Need::Qemu],
        }
    }
}

/// The tests of one package by themselves; whether all passed.
pub fn run_alone(repo: &Repo, language: Language) -> Result<bool> {
    let mut progress = Progress::new(repo)?;
    let _alone = test::alone(repo)?;
    let mut tally = Tally::default();
    let suites = match language {
        Language::Kotlin(args) => {
            progress.expect(kotlin::STEPS + health::STEPS);
            let mut suites = kotlin::suites(repo, &mut progress, args);
            suites.push(health::suite(repo, &mut progress));
            suites
        }
        Language::Swift => {
            progress.expect(swift::STEPS);
            swift::suites(repo, &mut progress)
        }
        Language::Published => {
            progress.expect(kotlin::STEPS_OF_PUBLISHED);
            kotlin::published(repo, &mut progress)
        }
    };
    suites.into_iter().for_each(|suite| tally.add(suite));
    println!("\n{}\n{}", tally.table(), tally.line());
    Ok(tally.is_good())
}

/// How many steps [`suites`] takes.
pub const STEPS: usize = swift::STEPS + kotlin::STEPS + health::STEPS + shared_cases::STEPS;

/// The tests of both packages, on the libraries that ship.
pub fn suites(repo: &Repo, progress: &mut Progress) -> Vec<Suite> {
    let mut suites = swift::suites(repo, progress);
    suites.extend(kotlin::suites(repo, progress, kotlin::Args::default()));
    suites.push(health::suite(repo, progress));
    suites.extend(shared_cases::suites(repo, progress));
    suites
}
