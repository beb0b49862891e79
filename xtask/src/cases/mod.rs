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
use std::path::PathBuf;

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

/// A group of cases with the same steps.
struct Group {
    /// The algorithm, or the id of a case of its own.
    name: String,
    steps: Vec<Step>,
    cases: Vec<Case>,
}

struct Case {
    /// `file/id`: unique.
    id: String,
    fields: Map<String, Value>,
}

/// Where the cases of `language` lie: source, table, notes.
pub fn folder(repo: &Repo, language: Language) -> PathBuf {
    repo.path("target/bindings").join(language.name()).join("cases")
}

/// Writes source and table of `language`, and forgets what ran before.
pub fn write(repo: &Repo, language: Language) -> Result<()> {
    let groups = load(repo)?;
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
    let place = folder.display().to_string();
    for (name, text) in [(name, source.replace("@FOLDER@", &place)), ("table.tsv", table(&groups))]
    {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Which cases ran in `language`: one that did not has failed.
pub fn compare(repo: &Repo, language: Language) -> Result<Suite> {
    let mut suite = Suite::new(format!("shared cases in {language:?}"));
    let notes = folder(repo, language).join("ran.txt");
    let notes = fs::read_to_string(notes).unwrap_or_default();
    let ran: BTreeSet<_> = notes.lines().collect();
    for case in load(repo)?.iter().flat_map(|group| &group.cases) {
        let has_run = ran.contains(case.id.as_str());
        suite.count(has_run);
        if !has_run && suite.failed <= 10 {
            eprintln!("  {language:?} did not run {}", case.id);
        }
    }
    suite.end();
    Ok(suite)
}

/// Every case, in groups.
fn load(repo: &Repo) -> Result<Vec<Group>> {
    let list = read(&repo.path("bindings/cases/cases.json"))?;
    let object = |key: &str| {
        list[key].as_object().with_context(|| format!("cases.json: `{key}` is missing"))
    };
    let mut groups = BTreeMap::new();
    for (name, lines) in object("vectors")? {
        let group = Group { name: name.clone(), steps: steps(lines)?, cases: Vec::new() };
        groups.insert(name.clone(), group);
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
            let (Some(id), Some(fields)) = (case["id"].as_str(), case.as_object()) else {
                bail!("{file}.json: a case without an id");
            };
            group.cases.push(Case { id: format!("{file}/{id}"), fields: fields.clone() });
        }
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for (id, lines) in object("calls")? {
        let case = Case { id: format!("calls/{id}"), fields: Map::new() };
        groups.push(Group { name: id.clone(), steps: steps(lines)?, cases: vec![case] });
    }
    for group in &groups {
        group.check().with_context(|| format!("cases.json: {}", group.name))?;
    }
    Ok(groups)
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

fn read(path: &std::path::Path) -> Result<Value> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| path.display().to_string())
}

fn steps(lines: &Value) -> Result<Vec<Step>> {
    let lines = lines.as_array().context("steps are a list")?;
    lines.iter().map(|line| Step::parse(line.as_str().context("a step is text")?)).collect()
}

impl Group {
    /// A group without cases or checks shows nothing; a name that is a field as well would hide it.
    fn check(&self) -> Result<()> {
        if self.cases.is_empty() {
            bail!("no cases");
        }
        if self.steps.iter().all(|step| step.check == Check::Done) {
            bail!("checks nothing");
        }
        for step in &self.steps {
            if let Some(name) = step.binds.as_ref().filter(|name| self.is_field(name)) {
                bail!("`{name}` is a field already");
            }
        }
        Ok(())
    }

    fn is_field(&self, name: &str) -> bool {
        self.cases.iter().any(|case| case.fields.contains_key(name))
    }
}

/// A line a field: case, field, hex.
fn table(groups: &[Group]) -> String {
    let mut table = String::new();
    for group in groups {
        for Case { id, fields } in &group.cases {
            let name = &group.name;
            let _ = writeln!(table, "{name}\t{id}\tid\t");
            for (field, value) in fields.iter().filter(|(field, _)| *field != "id") {
                let _ = writeln!(
                    table,
                    "{name}\t{id}\t{field}\t{}",
                    value.as_str().unwrap_or_default()
                );
            }
        }
    }
    table
}

/// `snake_case` as `camelCase`.
fn lower_camel(snake: &str) -> String {
    let mut words = snake.split('_');
    words.next().unwrap_or_default().to_owned() + &words.map(capital).collect::<String>()
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list that is there reads, and every language can be written.
    #[test]
    fn the_list_is_written_in_each_language() {
        let repo = Repo::find().unwrap();
        for language in [Language::Rust, Language::Kotlin, Language::Swift] {
            write(&repo, language).unwrap();
        }
    }
}
