//! What Surefire says of the tests: a file of XML a class.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::repo::Repo;
use crate::tally::Suite;

/// The modules that hold tests.
const MODULES: [&str; 3] = ["saltbox", "saltbox-android", "samples/health"];

/// Where the tests are that xtask makes.
const MADE: [&str; 3] = ["cases", "snippets", "snippets-android"];

/// Where the reports of each module will be.
pub fn folders(repo: &Repo) -> Vec<PathBuf> {
    MODULES
        .map(|module| repo.path("target/kotlin/build").join(module).join("surefire-reports"))
        .into()
}

/// A suite for each class that ran, and for each that should have; `succeeded` is what Maven says of the whole.
pub fn suites(repo: &Repo, folders: &[PathBuf], succeeded: bool) -> Vec<Suite> {
    let mut suites = BTreeMap::new();
    let written = MODULES.iter().flat_map(|module| {
        let tests = repo.path("bindings/kotlin").join(module).join("src/test/kotlin");
        [tests.join("dev/saltbox"), tests]
    });
    let made = MADE.map(|folder| repo.path("target/bindings/kotlin").join(folder));
    for class in written.chain(made).flat_map(|folder| classes(&folder)) {
        suites.insert(class.clone(), Suite::new(format!("Kotlin {class}")));
    }
    for report in folders.iter().flat_map(|folder| files(folder, ".xml")) {
        match fs::read_to_string(&report).context("cannot be read").and_then(|text| read(&text)) {
            Ok((class, suite)) => drop(suites.insert(class, suite)),
            Err(error) => eprintln!("  {}: {error:#}", report.display()),
        }
    }
    let mut suites: Vec<_> = suites.into_values().collect();
    suites.iter_mut().for_each(Suite::must_have_run);
    if !succeeded && suites.iter().all(|suite| suite.failed == 0) {
        let mut suite = Suite::new("Kotlin (Maven)");
        suite.count(false);
        suites.push(suite);
    }
    suites
}

/// The class of a report, and its tests.
pub fn read(report: &str) -> Result<(String, Suite)> {
    let document = roxmltree::Document::parse(report)?;
    let of = |name| {
        let value = document.root_element().attribute(name);
        value.with_context(|| format!("`{name}` is missing"))
    };
    let number = |name| -> Result<usize> { Ok(of(name)?.parse()?) };
    let class = of("name")?.rsplit('.').next().unwrap_or_default().to_owned();
    let mut suite = Suite::new(format!("Kotlin {class}"));
    suite.failed = number("failures")? + number("errors")?;
    suite.skipped = number("skipped")?;
    suite.passed = number("tests")?.saturating_sub(suite.failed + suite.skipped);
    suite.elapsed = Some(Duration::try_from_secs_f64(of("time")?.replace(',', "").parse()?)?);
    Ok((class, suite))
}

/// The names of the files in `folder` that hold tests. One that Surefire passes over, because its name does not end in
/// `Test`, is among them and so is missed.
fn classes(folder: &Path) -> Vec<String> {
    let has_tests =
        |text: String| ["@Test", "@ParameterizedTest"].iter().any(|word| text.contains(word));
    let with_tests = |path: &PathBuf| fs::read_to_string(path).is_ok_and(has_tests);
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    files(folder, ".kt").into_iter().filter(with_tests).filter_map(stem).collect()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    const SOURCES: &str = "bindings/kotlin/saltbox/src/test/kotlin/dev/saltbox";
    const REPORTS: &str = "target/kotlin/build/saltbox/surefire-reports";

    fn report(class: &str, numbers: &str) -> String {
        format!("<?xml version=\"1.0\"?>\n<testsuite name=\"dev.saltbox.{class}\" {numbers}/>")
    }

    fn judged(scratch: &Scratch, succeeded: bool) -> Vec<(String, [usize; 3])> {
        let repo = Repo::at(scratch.path());
        let suites = suites(&repo, &folders(&repo), succeeded);
        suites.into_iter().map(|it| (it.name, [it.passed, it.failed, it.skipped])).collect()
    }

    #[test]
    fn a_class_is_a_suite() {
        let scratch = Scratch::new("kotlin-reports");
        let numbers = r#"time="1,001.5" tests="9" errors="1" skipped="2" failures="3""#;
        scratch
            .write(&format!("{REPORTS}/TEST-dev.saltbox.BoxTest.xml"), &report("BoxTest", numbers));
        assert_eq!(judged(&scratch, false), [("Kotlin BoxTest".to_owned(), [3, 4, 2])]);
    }

    #[test]
    fn silence_is_a_failure() {
        let scratch = Scratch::new("kotlin-silence");
        scratch.write(&format!("{SOURCES}/Forgotten.kt"), "@Test fun runs() = Unit");
        scratch.write(&format!("{SOURCES}/Helper.kt"), "fun helps() = Unit");
        assert_eq!(
            judged(&scratch, true),
            [("Kotlin Forgotten (ran nothing)".to_owned(), [0, 1, 0])]
        );
    }

    #[test]
    fn what_maven_calls_a_failure_is_one() {
        let scratch = Scratch::new("kotlin-maven");
        let numbers = r#"time="0.1" tests="1" errors="0" skipped="0" failures="0""#;
        scratch
            .write(&format!("{REPORTS}/TEST-dev.saltbox.BoxTest.xml"), &report("BoxTest", numbers));
        let good = ("Kotlin BoxTest".to_owned(), [1, 0, 0]);
        assert_eq!(judged(&scratch, true), std::slice::from_ref(&good));
        assert_eq!(judged(&scratch, false), [good, ("Kotlin (Maven)".to_owned(), [0, 1, 0])]);
    }
}
