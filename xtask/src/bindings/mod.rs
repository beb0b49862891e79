//! The packages for app developers: the native library, what is generated from it, and each language's build.

mod kotlin;
mod native;
mod sensor;
mod swift;
mod talk;

use anyhow::Result;
use clap::Subcommand;

use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;


/// Which package is made.
#[derive(Clone, Copy, Debug, PartialEq, Subcommand)]
pub enum Package {
    /// Jar with natives, sources and javadoc, AAR, and a Maven repository that holds them: target/kotlin
    Kotlin,
    /// SwiftPM package and XCFramework: target/swift
    Swift,
}

/// Makes a package.
pub fn package(repo: &Repo, package: Package) -> Result<()> {
    let mut progress = Progress::new(repo)?;
    match package {
        Package::Kotlin => kotlin::package(repo, &mut progress),
        Package::Swift => swift::package(repo, &mut progress),
    }
}

/// How many steps [`suites`] takes.
pub const STEPS: usize = kotlin::STEPS + swift::STEPS;

/// The tests of both packages, on the libraries that ship.
pub fn suites(repo: &Repo, progress: &mut Progress) -> Vec<Suite> {
    let mut suites = kotlin::suites(repo, progress);
    suites.extend(swift::suites(repo, progress));
    suites
}
