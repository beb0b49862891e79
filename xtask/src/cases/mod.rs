//! One list of cases, run in Rust, Kotlin and Swift: `bindings/cases/cases.json` says which calls, `core/tests/vectors/` with
//! which bytes.
//!
//! The steps of a case become source code in each language, below `target/`; the bytes become a table that it reads. Each
//! case that ran to its end is noted, and one that is missing in the notes of a language has failed there.

mod emit;
mod kotlin;
mod rust;
mod script;
mod swift;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::repo::Repo;
use crate::tally::Suite;
use script::{Check, Step};

/// A language in which the cases run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Language {
    /// On the crate `saltbox-ffi`.
    Rust,
    /// On the library that the jar carries.
    Kotlin,
    /// On the library that the package carries.
    Swift,
}

impl Language {
    const fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Kotlin => "kotlin",
            Self::Swift => "swift",
        }
    }
}

impl Language {
    /// All of them, in the order in which they run.
    pub const ALL: [Self; 3] = [Self::Rust, Self::Swift, Self::Kotlin];

    /// Those whose work it opens.
    fn others(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |other| *other != self)
    }
}

/// A group of cases with the same steps.
struct Group {
    /// The algorithm, or the id of a case of its own.
    name: String,
    steps: Vec<Step>,
    /// The fields that its cases have.
    fields: BTreeSet<String>,
    cases: Vec<Case>,
}

struct Case {
    /// `file/id`: unique.
    id: String,
    fields: BTreeMap<String, String>,
}

/// The file in which a language keeps what it made.
const MADE: &str = "made.tsv";
/// The group whose cases are what the others made, and the one in which they are made.
pub const OPEN: &str = "open";
const MAKE: &str = "make";

/// Where the cases of `language` lie: source, table, notes.
pub fn folder(repo: &Repo, language: Language) -> PathBuf {
    repo.path("target/bindings").join(language.name()).join("cases")
}

/// Writes source and table of `language`, and forgets what ran before. Rust is the first of a run: with it, all forget what
/// they made.
pub fn write(repo: &Repo, language: Language) -> Result<()> {
    if language == Language::Rust {
        for language in Language::ALL {
            // Whether there was any does not matter.
            let _ = fs::remove_file(folder(repo, language).join(MADE));
        }
    }
    let groups = load(repo, language)?;
    let folder = folder(repo, language);
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let (name, source) = match language {
        Language::Rust => ("cases.rs", rust::source(&groups)),
        Language::Kotlin => ("CasesTest.kt", kotlin::source(&groups)),
        Language::Swift => ("CasesTests.swift", swift::source(&groups)),
    };
    let source = source.replace("@FOLDER@", &folder.display().to_string());
    put(&folder.join(name), &source)?;
    put(&folder.join("table.tsv"), &table(&groups))
}

/// Writes the table of `language` again, with what the others have made since; the tests of the group `open` then run
/// once more.
pub fn write_made(repo: &Repo, language: Language) -> Result<()> {
    put(&folder(repo, language).join("table.tsv"), &table(&load(repo, language)?))
}

/// Which cases ran in `language`: one that did not has failed.
pub fn compare(repo: &Repo, language: Language) -> Result<Suite> {
    let mut suite = Suite::new(format!("shared cases in {language:?}"));
    let notes = folder(repo, language).join("ran.txt");
    let notes = fs::read_to_string(notes).unwrap_or_default();
    let ran: BTreeSet<_> = notes.lines().collect();
    let groups = load(repo, language)?;
    let listed = groups.iter().filter(|group| group.name != OPEN).flat_map(|group| &group.cases);
    let made = language.others().map(made);
    for id in listed.map(|case| case.id.clone()).chain(made) {
        let has_run = ran.contains(id.as_str());
        suite.count(has_run);
        if !has_run && suite.failed <= 10 {
            eprintln!("  {language:?} did not run {id}, or it failed");
        }
    }
    suite.end();
    Ok(suite)
}

/// The case that is what `language` made.
fn made(language: Language) -> String {
    format!("made/{}", language.name())
}

/// Every case of `language`, in groups.
fn load(repo: &Repo, language: Language) -> Result<Vec<Group>> {
    let list = read(&repo.path("bindings/cases/cases.json"))?;
    let object = |key: &str| {
        list[key].as_object().with_context(|| format!("cases.json: `{key}` is missing"))
    };
    let mut groups = BTreeMap::new();
    for (name, lines) in object("vectors")? {
        groups.insert(name.clone(), Group::new(name, lines)?);
    }
    let elsewhere = object("elsewhere")?;
    for (file, vectors) in vectors(repo)? {
        let algorithm = vectors["algorithm"].as_str().unwrap_or_default();
        if elsewhere.contains_key(algorithm) {
            continue;
        }
        let Some(group) = groups.get_mut(algorithm) else {
            bail!("{file}.json: bindings/cases/cases.json has no steps for {algorithm}");
        };
        for case in vectors["cases"].as_array().into_iter().flatten() {
            group.cases.push(Case::read(&file, case)?);
        }
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for (id, lines) in object("calls")? {
        let case = Case { id: format!("calls/{id}"), fields: BTreeMap::new() };
        groups.push(Group { cases: vec![case], ..Group::new(id, lines)? });
    }
    groups.extend(handed_on(repo, language, &groups, object("made")?)?);
    for group in &mut groups {
        let names = group.cases.iter().flat_map(|case| case.fields.keys().cloned());
        group.fields.extend(names);
        group.check().with_context(|| format!("cases.json: {}", group.name))?;
    }
    Ok(groups)
}

/// What is made in each language, and opened in each other.
fn handed_on(
    repo: &Repo,
    language: Language,
    groups: &[Group],
    made_list: &Map<String, Value>,
) -> Result<[Group; 2]> {
    let mut make = Group::new(MAKE, &made_list[MAKE])?;
    let mut open = Group::new(OPEN, &made_list[OPEN])?;
    let from = made_list["from"].as_str().unwrap_or_default();
    let mut cases = groups.iter().flat_map(|group| &group.cases);
    let case = cases.find(|case| case.id == from).with_context(|| format!("no case {from}"))?;
    make.cases.push(Case { id: format!("made/{MAKE}"), fields: case.fields.clone() });
    open.fields.extend(case.fields.keys().cloned());
    open.fields.extend(make.steps.iter().filter_map(Step::kept).map(str::to_owned));
    for other in language.others() {
        let Ok(kept) = fs::read_to_string(folder(repo, other).join(MADE)) else { continue };
        let mut fields = case.fields.clone();
        let kept = kept.lines().filter_map(|line| line.split_once('\t'));
        fields.extend(kept.map(|(name, hex)| (name.to_owned(), hex.to_owned())));
        open.cases.push(Case { id: made(other), fields });
    }
    Ok([make, open])
}

fn vectors(repo: &Repo) -> Result<BTreeMap<String, Value>> {
    let folder = repo.path("core/tests/vectors");
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("no {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|ending| ending == "json") {
            files.insert(name, read(&path)?);
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| path.display().to_string())
}

fn put(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

impl Group {
    fn new(name: &str, lines: &Value) -> Result<Self> {
        let lines = lines.as_array().with_context(|| format!("{name}: steps are a list"))?;
        let step = |line: &Value| Step::parse(line.as_str().context("a step is text")?);
        let steps = lines.iter().map(step).collect::<Result<_>>()?;
        Ok(Self { name: name.to_owned(), steps, fields: BTreeSet::new(), cases: Vec::new() })
    }

    /// A group without cases or checks shows nothing; a name that is a field as well would hide it.
    fn check(&self) -> Result<()> {
        if self.cases.is_empty() && self.name != OPEN {
            bail!("no cases");
        }
        if self.steps.iter().all(|step| step.check == Check::Done) {
            bail!("checks nothing");
        }
        for step in &self.steps {
            if let Some(name) = step.binds.as_ref().filter(|name| self.fields.contains(*name)) {
                bail!("`{name}` is a field already");
            }
        }
        Ok(())
    }
}

impl Case {
    fn read(file: &str, case: &Value) -> Result<Self> {
        let (Some(id), Some(fields)) = (case["id"].as_str(), case.as_object()) else {
            bail!("{file}.json: a case without an id");
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let fields = fields.iter().filter(|(name, _)| *name != "id");
        let fields = fields.map(|(name, value)| (name.clone(), text(value))).collect();
        Ok(Self { id: format!("{file}/{id}"), fields })
    }
}

/// A line a field: group, case, field, hex.
fn table(groups: &[Group]) -> String {
    let mut table = String::new();
    for group in groups {
        let name = &group.name;
        for Case { id, fields } in &group.cases {
            let _ = writeln!(table, "{name}\t{id}\tid\t");
            for (field, value) in fields {
                let _ = writeln!(table, "{name}\t{id}\t{field}\t{value}");
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    const VECTORS: &str =
        r#"{"algorithm": "sum", "cases": [{"id": "one", "a": "00"}, {"id": "two", "a": "01"}]}"#;

    /// A list with the given steps for the vectors above, and as few others as there can be.
    fn list(sum: &str) -> String {
        format!(
            r#"{{"elsewhere": {{}}, "vectors": {{"sum": [{sum}]}}, "calls": {{}},
            "made": {{"from": "sums/one", "make": ["keep a"], "open": ["a is a"]}}}}"#
        )
    }

    fn repo(scratch: &Scratch, list: &str) -> Repo {
        scratch.write("core/tests/vectors/sums.json", VECTORS);
        scratch.write("bindings/cases/cases.json", list);
        Repo::at(scratch.path())
    }

    #[test]
    fn a_case_that_did_not_run_has_failed() {
        let scratch = Scratch::new("cases");
        let repo = repo(&scratch, &list(r#""sum(a: a) is 7""#));
        write(&repo, Language::Rust).unwrap();
        let all = "sums/one\nsums/two\nmade/make\nmade/swift\nmade/kotlin\n";
        for (ran, failed) in [("", 5), ("sums/one\nmade/make\n", 3), (all, 0)] {
            scratch.write("target/bindings/rust/cases/ran.txt", ran);
            assert_eq!(compare(&repo, Language::Rust).unwrap().failed, failed, "{ran}");
        }
        // What is written anew has not run.
        write(&repo, Language::Rust).unwrap();
        assert_eq!(compare(&repo, Language::Rust).unwrap().failed, 5);
    }

    #[test]
    fn a_list_that_shows_nothing_is_an_error() {
        for (sum, why) in [
            ("\"sum(a: a)\"", "checks nothing"),
            ("\"a = sum(a: a)\", \"a is 7\"", "a field already"),
            ("\"sum(a: \"", "sum"),
        ] {
            let scratch = Scratch::new("cases-bad");
            let error = load(&repo(&scratch, &list(sum)), Language::Rust).err().expect(sum);
            assert!(format!("{error:#}").contains(why), "{error:#}");
        }
        let scratch = Scratch::new("cases-missing");
        let repo = repo(&scratch, &list("").replace("\"sum\"", "\"product\""));
        let error = format!("{:#}", load(&repo, Language::Rust).err().unwrap());
        assert!(error.contains("no steps for sum"), "{error}");
    }

    #[test]
    fn what_others_made_is_opened() {
        let scratch = Scratch::new("cases-made");
        let repo = repo(&scratch, &list(r#""sum(a: a) is 7""#));
        write(&repo, Language::Rust).unwrap();
        scratch.write("target/bindings/swift/cases/made.tsv", "a\t05\n");
        write_made(&repo, Language::Rust).unwrap();
        let table = scratch.path().join("target/bindings/rust/cases/table.tsv");
        assert!(fs::read_to_string(table).unwrap().contains("open\tmade/swift\ta\t05\n"));
        // A new run does not open what an old one left.
        write(&repo, Language::Rust).unwrap();
        assert!(!scratch.path().join("target/bindings/swift/cases/made.tsv").exists());
    }
}
