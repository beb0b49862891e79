//! What was measured on the cores, as it is kept in `benches/results/`.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::libraries::{FAMILIES, LIBRARIES, units};
use super::save;
use crate::boards::BOARDS;
use crate::repo::Repo;
use crate::trace;

const ROWS: &str = "benches/results/cortex-m.json";
const NOTES: &str = "benches/results/cortex-m-notes.json";

/// One operation of one library on one core.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The core: `m0`, `m3`, `m4`, `m33`.
    pub core: String,
    /// The operation.
    pub op: String,
    /// The library.
    pub library: String,
    /// Executed instructions, exact; of an operation by the byte, those of a byte.
    pub instructions: f64,
    /// Modelled cycles, zero wait states.
    pub cycles: f64,
    /// Bytes of flash of the image that holds the operation's family, without those of the empty image.
    pub flash: u64,
    /// Bytes of stack that the operation takes at most.
    pub stack: u64,
}

/// A family that could not be measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Absence {
    /// The core.
    pub core: String,
    /// The library.
    pub library: String,
    /// The family, or all of them.
    pub family: Option<String>,
    /// Why.
    pub why: String,
}

/// Where the cycles of an operation go.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The core.
    pub core: String,
    /// The library.
    pub library: String,
    /// The operation.
    pub op: String,
    /// The functions and the classes of instruction that take most, with the share of each in percent.
    pub functions: Vec<(String, f64)>,
    /// The classes of instruction.
    pub classes: Vec<(String, f64)>,
}

/// Everything that was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// The operations.
    pub rows: Vec<Row>,
    /// The families that are missing.
    pub absences: Vec<Absence>,
    /// Where Saltbox's cycles go.
    pub profiles: Vec<Profile>,
}

impl Results {
    /// Those that are committed; none if there are none.
    pub fn committed(repo: &Repo) -> Result<Self> {
        let read = |path: &str| match fs::read_to_string(repo.path(path)) {
            Ok(text) => serde_json::from_str(&text).with_context(|| path.to_owned()),
            Err(_) => Ok(Value::Null),
        };
        Self::parse(&read(ROWS)?, &read(NOTES)?)
    }

    /// Writes both files.
    pub fn save(&self, repo: &Repo) -> Result<()> {
        fs::create_dir_all(repo.path("benches/results"))?;
        let notes = self.notes_json();
        let notes = ["absent", "percent_of_cycles"]
            .map(|key| format!("\"{key}\": {}", lines(list(&notes[key]))));
        save(repo, ROWS, &(lines(list(&self.rows_json())) + "\n"))?;
        save(repo, NOTES, &format!("{{\n{}\n}}\n", notes.join(",\n")))
    }

    /// Takes what `other` says of a core and library in place of what was said of it before.
    pub fn replace(&mut self, core: &str, library: &str, other: Self) {
        self.rows.retain(|it| (it.core.as_str(), it.library.as_str()) != (core, library));
        self.absences.retain(|it| (it.core.as_str(), it.library.as_str()) != (core, library));
        self.profiles.retain(|it| (it.core.as_str(), it.library.as_str()) != (core, library));
        self.rows.extend(other.rows);
        self.absences.extend(other.absences);
        self.profiles.extend(other.profiles);
        self.rows.sort_by_key(|it| (at_core(&it.core), at_library(&it.library), at_op(&it.op)));
        self.absences.sort_by_key(|it| (at_core(&it.core), at_library(&it.library)));
        self.profiles.sort_by_key(|it| (at_core(&it.core), at_library(&it.library), at_op(&it.op)));
    }

    /// The row of an operation.
    pub fn row(&self, core: &str, library: &str, op: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.core == core && row.library == library && row.op == op)
    }

    /// The array that `cortex-m.json` is.
    pub fn rows_json(&self) -> Value {
        self.rows.iter().map(Row::json).collect()
    }

    fn notes_json(&self) -> Value {
        let absences = self.absences.iter().map(|it| {
            json!({ "core": it.core, "library": it.library, "family": it.family, "why": it.why })
        });
        let profiles = self.profiles.iter().map(|it| {
            json!({
                "core": it.core,
                "library": it.library,
                "op": it.op,
                "functions": it.functions,
                "classes": it.classes,
            })
        });
        json!({
            "absent": absences.collect::<Vec<_>>(),
            "percent_of_cycles": profiles.collect::<Vec<_>>(),
        })
    }

    fn parse(rows: &Value, notes: &Value) -> Result<Self> {
        let absence = |it: &Value| {
            Ok(Absence {
                core: word(it, "core")?,
                library: word(it, "library")?,
                family: it["family"].as_str().map(str::to_owned),
                why: word(it, "why")?,
            })
        };
        let profile = |it: &Value| {
            Ok(Profile {
                core: word(it, "core")?,
                library: word(it, "library")?,
                op: word(it, "op")?,
                functions: shares(&it["functions"])?,
                classes: shares(&it["classes"])?,
            })
        };
        Ok(Self {
            rows: list(rows).iter().map(Row::parse).collect::<Result<_>>()?,
            absences: list(&notes["absent"]).iter().map(absence).collect::<Result<_>>()?,
            profiles: list(&notes["percent_of_cycles"])
                .iter()
                .map(profile)
                .collect::<Result<_>>()?,
        })
    }
}

impl Row {
    fn json(&self) -> Value {
        let count = |number: f64| match units(&self.op) {
            1 => json!(number as u64),
            _ => json!(number),
        };
        json!({
            "core": self.core,
            "op": self.op,
            "library": self.library,
            "instructions": count(self.instructions),
            "cycles": count(self.cycles),
            "flash": self.flash,
            "stack": self.stack,
        })
    }

    fn parse(row: &Value) -> Result<Self> {
        let number =
            |key: &str| row[key].as_f64().with_context(|| format!("{row} has no number `{key}`"));
        Ok(Self {
            core: word(row, "core")?,
            op: word(row, "op")?,
            library: word(row, "library")?,
            instructions: number("instructions")?,
            cycles: number("cycles")?,
            flash: number("flash")? as u64,
            stack: number("stack")? as u64,
        })
    }

    /// What of the row is more than 2 % away from `old`; nothing if they agree.
    pub fn moved_from(&self, old: &Self) -> Vec<String> {
        let pairs = [
            ("instructions", old.instructions, self.instructions),
            ("cycles", old.cycles, self.cycles),
            ("flash", old.flash as f64, self.flash as f64),
            ("stack", old.stack as f64, self.stack as f64),
        ];
        let moved = pairs.into_iter().filter(|(_, old, new)| (old - new).abs() * 50.0 > *old);
        moved.map(|(what, old, new)| format!("{what} were {old} and are {new}")).collect()
    }
}

fn word(value: &Value, key: &str) -> Result<String> {
    let word = value[key].as_str().with_context(|| format!("{value} has no `{key}`"))?;
    Ok(word.to_owned())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A list with a line for each of its elements: a change is then a line.
fn lines(elements: &[Value]) -> String {
    let lines: Vec<_> = elements.iter().map(|element| format!("  {element}")).collect();
    if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", lines.join(",\n")) }
}

fn shares(value: &Value) -> Result<Vec<(String, f64)>> {
    let share = |it: &Value| Some((it[0].as_str()?.to_owned(), it[1].as_f64()?));
    list(value).iter().map(|it| share(it).with_context(|| format!("{it} is no share"))).collect()
}

fn at_core(core: &str) -> Option<usize> {
    BOARDS.iter().position(|board| trace::core(board) == core)
}

fn at_library(name: &str) -> Option<usize> {
    LIBRARIES.iter().position(|library| library.name == name)
}

fn at_op(op: &str) -> Option<usize> {
    FAMILIES.iter().flat_map(|family| family.ops).position(|known| *known == op)
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::scratch::Scratch;

    /// A row for tests.
    pub fn row(core: &str, library: &str, op: &str, cycles: f64) -> Row {
        Row {
            core: core.to_owned(),
            op: op.to_owned(),
            library: library.to_owned(),
            instructions: cycles / 2.0,
            cycles,
            flash: 9_000,
            stack: 800,
        }
    }

    fn some() -> Results {
        Results {
            rows: vec![
                row("m0", "saltbox", "x25519", 1000.0),
                row("m0", "saltbox", "xsalsa20_per_byte", 30.25),
            ],
            absences: vec![Absence {
                core: "m0".into(),
                library: "dryoc".into(),
                family: Some("sign".into()),
                why: "too large".into(),
            }],
            profiles: vec![Profile {
                core: "m0".into(),
                library: "saltbox".into(),
                op: "x25519".into(),
                functions: vec![("mul".into(), 60.5)],
                classes: vec![("ldr".into(), 20.0)],
            }],
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let results = some();
        assert_eq!(Results::parse(&results.rows_json(), &results.notes_json()).unwrap(), results);
        assert_eq!(results.rows_json()[0]["cycles"], 1000);
        assert!(Results::parse(&json!([{ "core": "m0" }]), &Value::Null).is_err());
        assert_eq!(Results::parse(&Value::Null, &Value::Null).unwrap(), Results::default());
    }

    #[test]
    fn files_have_a_line_an_element() {
        let scratch = Scratch::new("results");
        let (repo, results) = (Repo::at(scratch.path()), some());
        results.save(&repo).unwrap();
        assert_eq!(Results::committed(&repo).unwrap(), results);
        assert_eq!(fs::read_to_string(repo.path(ROWS)).unwrap().lines().count(), 4);
        assert_eq!(fs::read_to_string(repo.path(NOTES)).unwrap().lines().count(), 8);
    }

    #[test]
    fn a_new_run_takes_the_place_of_the_old() {
        let mut results = some();
        results.rows.push(row("m4", "salty", "x25519", 7.0));
        let rows = vec![row("m0", "saltbox", "seal_32", 5.0)];
        results.replace("m0", "saltbox", Results { rows, ..Results::default() });
        let ops: Vec<_> = results.rows.iter().map(|row| row.op.as_str()).collect();
        assert_eq!(ops, ["seal_32", "x25519"]);
        assert!(results.profiles.is_empty() && results.absences.len() == 1);
    }

    #[test]
    fn a_number_that_moved_is_seen() {
        let old = row("m0", "saltbox", "x25519", 1000.0);
        for (cycles, good) in [(1020.0, true), (980.0, true), (1021.0, false), (979.0, false)] {
            let new = Row { cycles, ..old.clone() };
            assert_eq!(new.moved_from(&old).is_empty(), good, "{cycles}");
        }
        for new in [Row { flash: 9_200, ..old.clone() }, Row { stack: 900, ..old.clone() }] {
            assert_eq!(new.moved_from(&old).len(), 1);
        }
    }
}
