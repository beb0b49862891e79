//! The tests of the host workspace, counted by package.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use crate::cases::{self, Language};
use crate::command::Cmd;
use crate::features;
use crate::progress::{Failed, Progress};
use crate::repo::Repo;
use crate::tally::Suite;

/// How many steps [`run`] takes.
pub const STEPS: usize = 2;

/// Builds and runs every test of the workspace; a suite a package.
pub fn run(repo: &Repo, progress: &mut Progress) -> Result<Vec<Suite>> {
    cases::write(repo, Language::Rust)?;
    let features = features::of_host(repo)?;
    let test = || {
        Cmd::cargo().args(["test", "--workspace", "--features", &features]).within(repo.root(), "")
    };
    let build = test().args(["--quiet", "--no-run", "--message-format", "json-render-diagnostics"]);
    let programs = match progress.run_for_stdout("build the tests", &build) {
        Ok(ran) => Programs::read(&ran.output),
        Err(_) => {
            let mut suite = Suite::new("host tests (do not build)");
            suite.count(false);
            return Ok(vec![suite]);
        }
    };
    let output = match progress.run("host tests", &test().arg("--no-fail-fast")) {
        Ok(ran) => ran.output,
        Err(error) => error.downcast::<Failed>()?.output,
    };
    Ok(count(&programs, &output))
}

/// A program that cargo built to run tests.
#[derive(Clone, Debug, PartialEq)]
struct Program {
    package: String,
    /// A file of its own under `tests/`, which must hold tests, and not a library or a binary, which need not.
    is_suite: bool,
}

/// What cargo built.
#[derive(Debug, Default)]
struct Programs {
    /// By the name of the file.
    by_file: BTreeMap<String, Program>,
    /// The package of each library, by the library's name: documentation tests go by it.
    by_library: BTreeMap<String, String>,
}

impl Programs {
    /// Reads cargo's messages for programs.
    fn read(messages: &str) -> Self {
        let mut programs = Self::default();
        for message in messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok())
        {
            let target = &message["target"];
            let kinds = target["kind"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let kinds: Vec<_> = kinds.collect();
            let (Some(id), Some(name)) = (message["package_id"].as_str(), target["name"].as_str())
            else {
                continue;
            };
            let package = package(id);
            if kinds.iter().any(|kind| kind.ends_with("lib")) {
                programs.by_library.insert(name.to_owned(), package.clone());
            }
            let Some(file) = message["executable"].as_str().map(file_name) else { continue };
            if message["profile"]["test"] == true {
                programs
                    .by_file
                    .insert(file, Program { package, is_suite: kinds.contains(&"test") });
            }
        }
        programs
    }
}

/// What one program said.
#[derive(Debug, Default)]
struct Said {
    package: String,
    what: String,
    is_suite: bool,
    results: Vec<[usize; 3]>,
}

/// Counts what the tests said, by package.
fn count(programs: &Programs, output: &str) -> Vec<Suite> {
    let mut said: Vec<Said> = Vec::new();
    for line in output.lines() {
        if let Some(next) = begins(programs, line) {
            said.push(next);
        } else if let (Some(result), Some(said)) = (result(line), said.last_mut()) {
            said.results.push(result);
        }
    }
    let mut suites: BTreeMap<&str, Suite> = BTreeMap::new();
    for package in programs.by_file.values().map(|program| program.package.as_str()) {
        suites.entry(package).or_insert_with(|| Suite::new(format!("tests of {package}")));
    }
    for said in &said {
        let Some(suite) = suites.get_mut(said.package.as_str()) else { continue };
        let ran: usize = said.results.iter().map(|[passed, failed, _]| passed + failed).sum();
        for [passed, failed, skipped] in &said.results {
            suite.passed += passed;
            suite.failed += failed;
            suite.skipped += skipped;
        }
        if said.results.is_empty() {
            suite.failed += 1;
            suite.name.push_str(&format!(" ({} broke off)", said.what));
        } else if said.is_suite && ran == 0 {
            suite.failed += 1;
            suite.name.push_str(&format!(" ({} ran nothing)", said.what));
        }
    }
    suites.values_mut().for_each(Suite::must_have_run);
    let suites: Vec<_> = suites.into_values().collect();
    if suites.is_empty() {
        let mut none = Suite::new("host tests");
        none.must_have_run();
        return vec![none];
    }
    suites
}

/// The program of which the lines after `line` are.
fn begins(programs: &Programs, line: &str) -> Option<Said> {
    let line = line.trim_start();
    if let Some(library) = line.strip_prefix("Doc-tests ") {
        let package = programs.by_library.get(library)?.clone();
        return Some(Said { package, what: "documentation".to_owned(), ..Said::default() });
    }
    let (what, file) = line.strip_prefix("Running ")?.rsplit_once(" (")?;
    let program = programs.by_file.get(&file_name(file.strip_suffix(')')?))?;
    let what = what.strip_prefix("unittests ").unwrap_or(what).to_owned();
    Some(Said {
        package: program.package.clone(),
        what,
        is_suite: program.is_suite,
        results: Vec::new(),
    })
}

/// Passed, failed and skipped tests of a line `test result: …`.
fn result(line: &str) -> Option<[usize; 3]> {
    let counts = line.strip_prefix("test result: ")?;
    let number = |word: &str| {
        let before =
            counts.split([';', '.']).map(str::trim).find_map(|part| part.strip_suffix(word))?;
        before.trim().parse().ok()
    };
    Some([number(" passed")?, number(" failed")?, number(" ignored")?])
}

/// The name in a package's id: `path+file:///x/core#saltbox@0.1.0` or `path+file:///x/xtask#0.1.0`.
fn package(id: &str) -> String {
    let (path, name) = id.rsplit_once('#').unwrap_or((id, id));
    match name.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => path.rsplit('/').next().unwrap_or(path).to_owned(),
    }
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs() -> Programs {
        let artifact = |id: &str, name: &str, kind: &str, file: &str| {
            format!(
                "{{\"reason\":\"compiler-artifact\",\"package_id\":\"path+file:///h/{id}\",\
                \"target\":{{\"name\":\"{name}\",\"kind\":[\"{kind}\"]}},\"profile\":{{\"test\":true}},\
                \"executable\":\"/h/target/debug/deps/{file}\"}}"
            )
        };
        let messages = [
            artifact("core#saltbox@0.1.0", "saltbox", "lib", "saltbox-01"),
            artifact("core#saltbox@0.1.0", "vectors", "test", "vectors-02"),
            artifact("xtask#0.1.0", "xtask", "bin", "xtask-03"),
        ];
        Programs::read(&messages.join("\n"))
    }

    fn said(file: &str, passed: usize, failed: usize, ignored: usize) -> String {
        format!(
            "     Running unittests src/lib.rs (target/debug/deps/{file})\n\nrunning 9 tests\n\
            test result: ok. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; 0 filtered out; finished in 0.1s\n"
        )
    }

    fn counted(output: &str) -> Vec<(String, usize, usize, usize)> {
        let suites = count(&programs(), output);
        suites
            .into_iter()
            .map(|suite| (suite.name, suite.passed, suite.failed, suite.skipped))
            .collect()
    }

    fn row(
        name: &str,
        passed: usize,
        failed: usize,
        skipped: usize,
    ) -> (String, usize, usize, usize) {
        (name.to_owned(), passed, failed, skipped)
    }

    #[test]
    fn tests_are_counted_by_package() {
        let doc = "   Doc-tests saltbox\n\ntest result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let output = said("saltbox-01", 3, 0, 1)
            + &said("vectors-02", 7, 2, 0)
            + &said("xtask-03", 4, 0, 0)
            + doc;
        assert_eq!(
            counted(&output),
            [row("tests of saltbox", 15, 2, 1), row("tests of xtask", 4, 0, 0)]
        );
    }

    #[test]
    fn silence_is_a_failure() {
        let rest = said("saltbox-01", 3, 0, 0);
        let empty_file = rest.clone() + &said("vectors-02", 0, 0, 4) + &said("xtask-03", 1, 0, 0);
        assert_eq!(
            counted(&empty_file)[0],
            row("tests of saltbox (src/lib.rs ran nothing)", 3, 1, 4)
        );
        let no_package = rest.clone() + &said("vectors-02", 1, 0, 0) + &said("xtask-03", 0, 0, 0);
        assert_eq!(counted(&no_package)[1], row("tests of xtask (ran nothing)", 0, 1, 0));
        let crash = rest
            + "     Running tests/vectors.rs (target/debug/deps/vectors-02)\n\nrunning 3 tests\n";
        assert_eq!(
            counted(&crash)[0],
            row("tests of saltbox (tests/vectors.rs broke off)", 3, 1, 0)
        );
        assert_eq!(count(&Programs::default(), "")[0].failed, 1);
    }

    #[test]
    fn packages_are_read_from_ids() {
        assert_eq!(package("path+file:///h/core#saltbox@0.1.0"), "saltbox");
        assert_eq!(package("path+file:///h/xtask#0.1.0"), "xtask");
    }
}
