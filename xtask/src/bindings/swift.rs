//! The Swift package: `bindings/swift` with the generated sources and the native libraries, and its tests.

mod assemble;
mod tree;
mod verdicts;

use anyhow::Result;

use crate::install::swift::Swift;
use crate::progress::{Failed, Progress};
use crate::repo::Repo;
use crate::tally::Suite;

/// How many steps [`suites`] takes.
pub const STEPS: usize = assemble::STEPS + 1;

/// Makes the package.
pub fn package(repo: &Repo, progress: &mut Progress) -> Result<()> {
    progress.expect(assemble::STEPS);
    assemble::package(repo, progress)?.write(&repo.path(assemble::PACKAGE))
}

/// The tests of the package.
pub fn suites(repo: &Repo, progress: &mut Progress) -> Vec<Suite> {
    match tested(repo, progress) {
        Ok(suites) => suites,
        Err(error) => {
            eprintln!("  {error:#}");
            let mut suite = Suite::new("Swift (cannot be tested)");
            suite.count(false);
            vec![suite]
        }
    }
}

fn tested(repo: &Repo, progress: &mut Progress) -> Result<Vec<Suite>> {
    let swift = Swift::find(repo)?;
    assemble::package(repo, progress)?.write(&repo.path(assemble::PACKAGE))?;
    let test = swift
        .cmd(repo, assemble::PACKAGE, &[], "swift")
        .args(["test", "--disable-sandbox", "--disable-swift-testing", "--scratch-path"])
        .arg(repo.path("target/swift/build/Saltbox").display().to_string());
    let output = match progress.run("Swift tests", &test) {
        Ok(ran) => ran.output,
        Err(error) => error.downcast::<Failed>()?.output,
    };
    Ok(verdicts::read(&output))
}
