//! The Swift package: `bindings/swift` with the generated sources and the native libraries, and its tests.

mod api;
mod assemble;
mod fat;
mod mach;
mod project;
mod readme;
mod tree;
mod verdicts;
mod ward;
mod xcframework;

use std::fs;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::bindings::natives;
use crate::cases;
use crate::command::Cmd;
use crate::install::swift::Swift;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::tally::Suite;
use assemble::Parts;
use project::Project;
use readme::Readme;
use tree::Tree;

/// What `cargo xtask package swift` takes.
#[derive(Clone, Copy, Debug, PartialEq, clap::Args)]
pub struct Args {
    /// Write the public API to bindings/swift/api.txt, and make no package
    #[arg(long)]
    update_api: bool,
}

/// The package that an app developer adds, from the top of the checkout.
const PACKAGE: &str = "target/swift/Saltbox";
/// Where it is built.
const SCRATCH: &str = "target/swift/build/Saltbox";
/// The same sources over a Keychain that is played, with the README's code as tests.
const FAKE_KEYCHAIN: &str = "target/swift/FakeKeychain";
/// The README's own project, which adds the package.
const CONSUMER: &str = "target/swift/consumer";
/// The sample, inside the package.
const WARD: &str = "target/swift/Saltbox/Samples/ward";

/// How many steps [`suites`] takes.
pub const STEPS: usize = assemble::STEPS + 5 + ward::STEPS;

/// Makes the package.
pub fn package(repo: &Repo, progress: &mut Progress, args: Args) -> Result<()> {
    let parts = Parts::make(repo, progress)?;
    if args.update_api {
        let swift = Swift::find(repo)?;
        let readme = read_readme(repo)?;
        return api::keep(repo, &fake_keychain(repo, &swift, &parts, &readme)?.api(progress)?);
    }
    let framework = framework(repo, progress, &parts)?;
    let mut package = parts.package(repo)?;
    package.add_tree(xcframework::NAME, &framework);
    package.write(&repo.path(PACKAGE))?;
    let zip = framework.zip(xcframework::NAME)?;
    let path = repo.path("target/swift").join(format!("{}.zip", xcframework::NAME));
    fs::write(&path, &zip).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{PACKAGE}: the package");
    println!("{}: for a `.binaryTarget(url:checksum:)`, checksum", repo.short(&path));
    let checksum: String = Sha256::digest(&zip).iter().map(|byte| format!("{byte:02x}")).collect();
    println!("{checksum}");
    Ok(())
}

/// Builds a library for each of Apple's platforms, and puts them together.
fn framework(repo: &Repo, progress: &mut Progress, parts: &Parts) -> Result<Tree> {
    progress.expect(natives::APPLE.len() * natives::STEPS + 1);
    let mut libraries = Vec::new();
    for platform in &natives::APPLE {
        let path = natives::build(repo, progress, platform)?;
        libraries.push(fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    progress.work("XCFramework", "cargo xtask package swift", || {
        let (header, module_map) = parts.header()?;
        let framework = xcframework::assemble(&libraries, header, module_map)?;
        xcframework::require(&framework, parts.privacy()?)?;
        Ok(framework)
    })
}

/// The tests of the package. An XCFramework that lay in it is gone afterwards: it would be of another build.
pub fn suites(repo: &Repo, progress: &mut Progress) -> Vec<Suite> {
    let mut suites = Vec::new();
    if let Err(error) = run(repo, progress, &mut suites) {
        eprintln!("  {error:#}");
        let mut suite = Suite::new("Swift (broke off)");
        suite.count(false);
        suites.push(suite);
    }
    suites
}

fn run(repo: &Repo, progress: &mut Progress, suites: &mut Vec<Suite>) -> Result<()> {
    let swift = Swift::find(repo)?;
    let readme = read_readme(repo)?;
    let parts = Parts::make(repo, progress)?;
    cases::write(repo, cases::Language::Swift)?;

    let package = Project::at(repo, &swift, PACKAGE, parts.library())?;
    package.write(&parts.tested(repo)?)?;
    suites.extend(verdicts::read(&package.test(progress, "Swift tests")?));

    let keychain = fake_keychain(repo, &swift, &parts, &readme)?;
    let said = verdicts::read(&keychain.test(progress, "Swift README and Keychain")?);
    suites.extend(all_blocks_ran(said, readme.count));
    suites.push(api::suite(repo, &keychain.api(progress)?));

    let consumer = Project::at(repo, &swift, CONSUMER, parts.library())?;
    consumer.write(&readme.consumer)?;
    suites.push(first_program(progress, &consumer));

    let sample = Project::at(repo, &swift, WARD, parts.library())?;
    let program = sample.build(progress, "build the sample ward", "ward")?;
    suites.push(ward::suite(repo, progress, &swift, program));
    Ok(())
}

/// Runs the tests of one group of the shared cases once more, on what [`suites`] has built.
pub fn again(repo: &Repo, group: &str) -> Result<Cmd> {
    let scratch = repo.path(SCRATCH).display().to_string();
    let filter = format!("CasesTests/test_{group}");
    let test = ["test", "--skip-build", "--disable-sandbox", "--disable-swift-testing"];
    let swift = Swift::find(repo)?;
    Ok(swift.cmd(repo, PACKAGE, &[], "swift").args(test).args([
        "--scratch-path",
        &scratch,
        "--filter",
        &filter,
    ]))
}

fn read_readme(repo: &Repo) -> Result<Readme> {
    let path = repo.path("bindings/swift/README.md");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    readme::read(&text)
}

fn fake_keychain<'a>(
    repo: &'a Repo,
    swift: &'a Swift,
    parts: &Parts,
    readme: &Readme,
) -> Result<Project<'a>> {
    let project = Project::at(repo, swift, FAKE_KEYCHAIN, parts.library())?;
    project.write(&parts.on_fake_keychain(repo, &readme.tests)?)?;
    Ok(project)
}

/// Fails the suite of the README's blocks unless every one of them has a verdict.
fn all_blocks_ran(mut suites: Vec<Suite>, blocks: usize) -> Vec<Suite> {
    let name = "Swift ReadmeTests";
    match suites.iter_mut().find(|suite| suite.name == name) {
        Some(suite) if suite.passed + suite.failed == blocks => {}
        Some(suite) => suite.failed += 1,
        None => {
            let mut suite = Suite::new(name);
            suite.must_have_run();
            suites.push(suite);
        }
    }
    suites
}

/// The README's ten lines in a project of their own, which adds the package by its path.
fn first_program(progress: &mut Progress, consumer: &Project<'_>) -> Suite {
    let mut suite = Suite::new("Swift project of its own");
    let said = progress.run_for_stdout("Swift project of its own", &consumer.cmd("run"));
    suite.count(said.is_ok_and(|ran| ran.output == "21.5 C\n"));
    suite.end();
    suite
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_that_did_not_run_is_a_failure() {
        let suite = |passed| {
            let mut suite = Suite::new("Swift ReadmeTests");
            suite.passed = passed;
            vec![suite]
        };
        assert_eq!(all_blocks_ran(suite(3), 3)[0].failed, 0);
        assert_eq!(all_blocks_ran(suite(2), 3)[0].failed, 1);
        assert_eq!(all_blocks_ran(Vec::new(), 3)[0].failed, 1);
    }
}
