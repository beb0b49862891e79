//! The tests of what was published: the archives, an app that uses them, and the shared cases on the machine that is not
//! here.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::consumer::{self, Consumer, Machine};
use super::package::{self, Made, REPOSITORY, parent};
use super::{contents, reports};
use crate::bindings::natives::Platform;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;

/// How many steps [`suites`] takes.
pub const STEPS: usize = package::STEPS + 1 + consumer::STEPS + 3;

/// Makes the packages and tests them. The shared cases must have been compiled: the tests of the library do that.
pub fn suites(repo: &Repo, progress: &mut Progress) -> Vec<Suite> {
    let mut suite = Suite::new("Kotlin packages");
    let mut suites = Vec::new();
    match package::make(repo, progress) {
        Ok(made) => {
            let look = || archives(repo, &made);
            suite.count(
                progress
                    .work("contents of the packages", "cargo xtask package kotlin", look)
                    .is_ok(),
            );
            match Consumer::build(repo, progress) {
                Ok(consumer) => {
                    suite.count(said(consumer.run(repo, progress, Machine::Host)));
                    suite.count(said(consumer.run(repo, progress, Machine::Arm64)));
                    suites.push(cases(repo, progress, &consumer));
                }
                error => suite.count(said(error)),
            }
            eprintln!("{}", made.table());
        }
        error => suite.count(said(error)),
    }
    suite.end();
    suites.insert(0, suite);
    suites
}

/// Whether it went well; the reason is shown if it did not.
fn said<T>(result: Result<T>) -> bool {
    if let Err(error) = &result {
        eprintln!("  {error:#}");
    }
    result.is_ok()
}

/// Looks into every archive.
fn archives(repo: &Repo, made: &Made) -> Result<()> {
    let version = parent(repo, "version")?;
    let below = repo.path(REPOSITORY).join("dev/saltbox");
    let file = |artifact: &str, rest: &str| {
        below.join(artifact).join(&version).join(format!("{artifact}-{version}{rest}"))
    };
    let natives = made.desktop.iter().map(|(platform, path)| Ok((*platform, fs::read(path)?)));
    let natives: Vec<(Platform, Vec<u8>)> = natives.collect::<Result<_>>()?;
    let aar = file("saltbox-android", ".aar");
    let faults = [
        named(file("saltbox", ".jar"), |jar| Ok(contents::of_jar(jar, &natives)))?,
        named(file("saltbox", "-sources.jar"), |jar| Ok(contents::of_sources(jar)))?,
        named(file("saltbox", "-javadoc.jar"), |jar| Ok(contents::of_javadoc(jar)))?,
        named(aar, contents::of_aar)?,
    ];
    let faults = faults.concat();
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}

/// What `look` finds in an archive, with the archive's name; it must have its checksums beside it.
fn named(
    path: PathBuf,
    look: impl FnOnce(&super::aar::Entries) -> Result<Vec<String>>,
) -> Result<Vec<String>> {
    let name = path.file_name().context("an archive has a name")?.to_string_lossy().into_owned();
    let faults = look(&contents::read(&path)?).with_context(|| name.clone())?;
    let mut faults: Vec<_> = faults.iter().map(|fault| format!("{name}: {fault}")).collect();
    for ending in ["md5", "sha1"] {
        if !PathBuf::from(format!("{}.{ending}", path.display())).is_file() {
            faults.push(format!("{name}: no {ending} beside it"));
        }
    }
    Ok(faults)
}

/// The shared cases on the published jar, on an emulated 64-bit ARM.
fn cases(repo: &Repo, progress: &mut Progress, consumer: &Consumer) -> Suite {
    let name = "shared cases in Kotlin on linux-aarch64 (qemu)";
    let run = |progress: &mut Progress| -> Result<Suite> {
        let classes = repo.path("target/kotlin/build/saltbox/test-classes").display().to_string();
        let reports = repo.path("target/kotlin/consumer/reports");
        let cmd = consumer
            .java(repo, Machine::Arm64, &[classes])
            .args(["org.junit.platform.console.ConsoleLauncher", "execute", "--details", "none"])
            .args(["--select-class", "dev.saltbox.CasesTest"])
            .args(["--reports-dir", &reports.display().to_string()]);
        // Its reports say what failed.
        let ran = progress.run("shared cases on an emulated ARM", &cmd);
        let report = reports.join("TEST-junit-jupiter.xml");
        let report = fs::read_to_string(&report).context("the tests wrote no report")?;
        let (_, mut suite) = reports::read(&report)?;
        if ran.is_err() && suite.failed == 0 {
            suite.failed = 1;
        }
        Ok(suite)
    };
    let mut suite = run(progress).unwrap_or_else(|error| {
        eprintln!("  {error:#}");
        let mut suite = Suite::new("");
        suite.count(false);
        suite
    });
    suite.name = name.to_owned();
    suite.must_have_run();
    suite
}
