//! The tables of `benches/README.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result};
use serde_json::Value;
use toml::Table;

use super::libraries::{FAMILIES, Family, LIBRARIES, Library, units};
use super::results::{Profile, Results};
use super::targets::{Target, Targets};
use crate::boards::{BOARDS, Board};
use crate::repo::Repo;
use crate::sizes::grouped;
use crate::trace;

/// A lock file: which version each crate has.
pub struct Versions(Table);

impl Versions {
    /// Those that `lock` has.
    pub fn read(repo: &Repo, lock: &str) -> Result<Self> {
        let path = repo.path(lock);
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    pub(super) fn parse(lock: &str) -> Result<Self> {
        Ok(Self(lock.parse()?))
    }

    /// The version of a crate.
    pub fn of(&self, package: &str) -> Option<&str> {
        let packages = self.0.get("package").and_then(toml::Value::as_array)?;
        let name =
            |it: &&toml::Value| it.get("name").and_then(toml::Value::as_str) == Some(package);
        packages.iter().find(name)?.get("version")?.as_str()
    }

    /// What a column is called.
    pub fn title(&self, library: &Library) -> String {
        match library.package.and_then(|package| self.of(package)) {
            Some(version) => format!("{} {version}", library.title),
            None => library.title.to_owned(),
        }
    }
}

/// Everything that stands between the markers of the cores.
pub fn cortex_m(results: &Results, targets: &Targets, versions: &Versions) -> Result<String> {
    let mut text = String::new();
    for board in &BOARDS {
        let page = Page { results, targets, versions, board, core: trace::core(board) };
        page.write(&mut text)?;
    }
    text += "### Instructions, exact\n\nExecuted by Saltbox. They are not cycles.\n\n";
    instructions(&mut text, results)?;
    Ok(text)
}

/// What is said of one core.
struct Page<'a> {
    results: &'a Results,
    targets: &'a Targets,
    versions: &'a Versions,
    board: &'a Board,
    core: &'static str,
}

/// What a row of a table shows.
#[derive(Clone, Copy)]
enum Shown {
    Cycles(&'static str),
    Flash(&'static Family),
    Stack(&'static Family),
}

impl Page<'_> {
    fn write(&self, text: &mut String) -> Result<()> {
        if !self.results.rows.iter().any(|row| row.core == self.core) {
            return Ok(());
        }
        let Board { core, name, .. } = self.board;
        let approximate = if self.core == "m33" { ", approximate" } else { "" };
        let cycles = format!("cycles: modelled, zero wait states{approximate}");
        let ops = || FAMILIES.iter().flat_map(|family| family.ops).map(|op| Shown::Cycles(op));
        let bytes = || FAMILIES.iter().map(Shown::Flash).chain(FAMILIES.iter().map(Shown::Stack));
        let all: Vec<_> = LIBRARIES.iter().collect();
        let (fast, shipped): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| it.for_speed);
        writeln!(text, "### {core} (QEMU's {name})\n")?;
        self.table(text, &cycles, &shipped, ops())?;
        self.table(text, "bytes", &shipped, bytes())?;
        self.absences(text)?;
        self.misses(text)?;
        let cycles = format!("the same at `opt-level = 3`, {cycles}");
        self.table(text, &cycles, &fast, ops())?;
        self.table(text, "bytes at `opt-level = 3`", &fast, bytes())
    }

    /// A table with a column a library. The first is held against its targets, unless all are built for speed.
    fn table(
        &self,
        text: &mut String,
        head: &str,
        libraries: &[&Library],
        rows: impl Iterator<Item = Shown>,
    ) -> Result<()> {
        let is_held = libraries.iter().all(|library| !library.for_speed);
        let mut lines = Vec::new();
        for shown in rows {
            let figures: Vec<_> = libraries.iter().map(|it| self.figure(it, shown)).collect();
            if figures.iter().all(Option::is_none) {
                continue;
            }
            let mut cells: Vec<_> =
                figures.iter().map(|it| it.map_or("-".to_owned(), |it| shown.number(it))).collect();
            if is_held {
                let target = self.targets.of(self.core, &shown.key());
                let marks = [target.map(|it| it.must), target.and_then(|it| it.aim)];
                cells.splice(1..1, marks.map(|most| mark(shown, figures[0], most)));
            }
            lines.push(format!("| {} | {} |", shown.label(), cells.join(" | ")));
        }
        if lines.is_empty() {
            return Ok(());
        }
        let mut titles: Vec<_> = libraries.iter().map(|it| self.versions.title(it)).collect();
        if is_held {
            titles.splice(1..1, ["must".to_owned(), "aim".to_owned()]);
        }
        writeln!(text, "| {head} | {} |", titles.join(" | "))?;
        writeln!(text, "|---|{}", "---:|".repeat(titles.len()))?;
        writeln!(text, "{}\n", lines.join("\n"))?;
        Ok(())
    }

    fn figure(&self, library: &Library, shown: Shown) -> Option<f64> {
        let row = |op: &str| self.results.row(self.core, library.name, op);
        let of = |family: &'static Family| family.ops.iter().filter_map(|op| row(op));
        match shown {
            Shown::Cycles(op) => row(op).map(|row| row.cycles),
            Shown::Flash(family) => of(family).map(|row| row.flash as f64).next(),
            Shown::Stack(family) => of(family).map(|row| row.stack).max().map(|it| it as f64),
        }
    }

    /// Why there are cells with a dash, as far as the core is the reason.
    fn absences(&self, text: &mut String) -> Result<()> {
        let mut absences: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for it in self.results.absences.iter().filter(|it| it.core == self.core) {
            absences.entry((&it.why, &it.family)).or_default().push(&it.library);
        }
        for ((why, family), libraries) in &absences {
            let of = family.as_ref().map(|family| format!(", `{family}`")).unwrap_or_default();
            writeln!(text, "- No {}{of}: {why}.", libraries.join(", "))?;
        }
        if !absences.is_empty() {
            text.push('\n');
        }
        Ok(())
    }

    /// Each target that is not met, and where the cycles go.
    fn misses(&self, text: &mut String) -> Result<()> {
        let mut misses = String::new();
        for op in FAMILIES.iter().flat_map(|family| family.ops) {
            let shown = Shown::Cycles(op);
            let figure = self.figure(&LIBRARIES[0], shown);
            let (Some(figure), Some(target)) = (figure, self.targets.of(self.core, op)) else {
                continue;
            };
            let Some(what) = miss(target, figure) else { continue };
            let profile =
                self.results.profiles.iter().find(|it| {
                    it.core == self.core && it.library == LIBRARIES[0].name && it.op == *op
                });
            let whence = profile.map(spent).unwrap_or_default();
            writeln!(misses, "- `{op}`, {}, {what}{whence}.", shown.number(figure))?;
        }
        if !misses.is_empty() {
            writeln!(text, "Where the cycles of what is missed go:\n\n{misses}")?;
        }
        Ok(())
    }
}

impl Shown {
    fn label(self) -> String {
        match self {
            Self::Cycles(op) => format!("`{op}`"),
            Self::Flash(family) => format!("flash of `{}`", family.name),
            Self::Stack(family) => format!("stack of `{}`", family.name),
        }
    }

    /// What the target is called.
    fn key(self) -> String {
        match self {
            Self::Cycles(op) => op.to_owned(),
            Self::Flash(family) => format!("flash_of_{}", family.name),
            Self::Stack(family) => format!("stack_of_{}", family.name),
        }
    }

    fn number(self, number: f64) -> String {
        match self {
            Self::Cycles(op) => count(op, number),
            _ => grouped(number as u64),
        }
    }
}

/// Cycles or instructions of an operation.
pub fn count(op: &str, number: f64) -> String {
    if units(op) == 1 { grouped(number as u64) } else { format!("{number:.2}") }
}

/// A target, and whether it is met.
fn mark(shown: Shown, figure: Option<f64>, most: Option<f64>) -> String {
    let Some(most) = most else { return String::new() };
    let number = match shown {
        Shown::Cycles(op) if units(op) > 1 => format!("{most}"),
        _ => grouped(most as u64),
    };
    match figure {
        Some(figure) if figure <= most => format!("{number} met"),
        Some(_) => format!("{number} **missed**"),
        None => number,
    }
}

/// Which target is missed, and by how much.
fn miss(target: Target, figure: f64) -> Option<String> {
    let over = |most: f64| (figure / most - 1.0) * 100.0;
    match target.aim {
        _ if figure > target.must => {
            Some(format!("{:.1} % above what must be reached", over(target.must)))
        }
        Some(aim) if figure > aim => Some(format!("{:.1} % above the aim", over(aim))),
        _ => None,
    }
}

/// The top of a histogram.
fn spent(profile: &Profile) -> String {
    let shares = |of: &[(String, f64)], quote: &str| {
        let share =
            |(name, share): &(String, f64)| format!("{share} % {quote}{}{quote}", short(name));
        of.iter().map(share).collect::<Vec<_>>().join(", ")
    };
    format!("; {}; {}", shares(&profile.functions, "`"), shares(&profile.classes, ""))
}

/// The name of a function without the modules in front of its types.
fn short(name: &str) -> String {
    let mut short = String::new();
    for part in name.split_inclusive("::") {
        // A module before a type: what the last word in front of it stands in goes too.
        if part.starts_with(char::is_uppercase) {
            let word = |c: char| c.is_alphanumeric() || "_:".contains(c);
            short.truncate(short.trim_end_matches(word).len());
        }
        short += part;
    }
    short
}

/// A row an operation, a column a core.
fn instructions(text: &mut String, results: &Results) -> Result<()> {
    let cores: Vec<_> = BOARDS.iter().map(trace::core).collect();
    write!(text, "| operation |")?;
    cores.iter().try_for_each(|core| write!(text, " {} |", core.to_uppercase()))?;
    writeln!(text, "\n|---|{}", "---:|".repeat(cores.len()))?;
    for op in FAMILIES.iter().flat_map(|family| family.ops) {
        write!(text, "| `{op}` |")?;
        for core in &cores {
            let row = results.row(core, LIBRARIES[0].name, op);
            write!(text, " {} |", row.map_or("-".to_owned(), |it| count(op, it.instructions)))?;
        }
        text.push('\n');
    }
    Ok(())
}

/// A row an operation, a column a peer.
pub fn host(rows: &Value) -> Result<String> {
    let rows = rows.as_array().context("no rows")?;
    let distinct = |key: &str| {
        let mut found: Vec<&str> = Vec::new();
        for word in rows.iter().filter_map(|row| row[key].as_str()) {
            if !found.contains(&word) {
                found.push(word);
            }
        }
        found
    };
    let (ops, peers) = (distinct("op"), distinct("peer"));
    let mut table = format!("| time, the peer's = 1 | {} |\n", peers.join(" | "));
    writeln!(table, "|---|{}", "---:|".repeat(peers.len()))?;
    for op in ops {
        write!(table, "| `{op}` |")?;
        for peer in &peers {
            let row = rows.iter().find(|row| row["op"] == op && row["peer"] == *peer);
            let ratio = row.and_then(|row| row["ratio"].as_f64());
            write!(table, " {} |", ratio.map_or("-".to_owned(), |it| format!("{it:.2}")))?;
        }
        table.push('\n');
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bench::results::Absence;
    use crate::bench::results::tests::row;

    fn page(results: &Results, targets: &str) -> String {
        let lock = "[[package]]\nname = \"salty\"\nversion = \"0.3.0\"\n";
        let (targets, versions) =
            (Targets::parse(targets).unwrap(), Versions::parse(lock).unwrap());
        cortex_m(results, &targets, &versions).unwrap()
    }

    fn some() -> Results {
        let rows = vec![
            row("m33", "saltbox", "x25519", 1500.0),
            row("m33", "salty", "x25519", 2_000_000.0),
            row("m33", "saltbox", "xsalsa20_per_byte", 16.5),
        ];
        Results { rows, ..Results::default() }
    }

    #[test]
    fn a_core_has_a_row_an_operation() {
        let text = page(&some(), "");
        assert!(text.contains("### Cortex-M33 (QEMU's mps2-an505)\n"), "{text}");
        assert!(text.contains("| cycles: modelled, zero wait states, approximate | Saltbox |"));
        assert!(text.contains("| salty 0.3.0 |"), "{text}");
        assert!(text.contains("| `x25519` | 1,500 |  |  | - | - | - | - | 2,000,000 | - |\n"));
        assert!(text.contains("| `xsalsa20_per_byte` | 16.50 |"), "{text}");
        assert!(text.contains("| flash of `agree` | 9,000 |"), "{text}");
        assert!(text.contains("| `x25519` | - | - | - | 750 |\n"), "{text}");
        assert!(!text.contains("Cortex-M0"));
    }

    #[test]
    fn targets_are_met_or_missed() {
        let targets = "[m33]\nx25519 = { must = 2_000, aim = 1_000 }\n\
            xsalsa20_per_byte = { must = 16, aim = 14.5 }\nstack_of_agree = { must = 800 }\n";
        let mut results = some();
        results.profiles.push(Profile {
            core: "m33".into(),
            library: "saltbox".into(),
            op: "x25519".into(),
            functions: vec![("mul".into(), 61.5), ("square".into(), 20.0)],
            classes: vec![("ldr".into(), 30.0)],
        });
        let text = page(&results, targets);
        for want in [
            "| `x25519` | 1,500 | 2,000 met | 1,000 **missed** |",
            "| `xsalsa20_per_byte` | 16.50 | 16 **missed** | 14.5 **missed** |",
            "| stack of `agree` | 800 | 800 met |  |",
            "- `x25519`, 1,500, 50.0 % above the aim; 61.5 % `mul`, 20 % `square`; 30 % ldr.\n",
            "- `xsalsa20_per_byte`, 16.50, 3.1 % above what must be reached.\n",
        ] {
            assert!(text.contains(want), "{want}\n{text}");
        }
    }

    #[test]
    fn functions_are_named_shortly() {
        for (name, want) in [
            ("<&a::b::Field as core::ops::Mul>::mul", "<&Field as Mul>::mul"),
            ("a::b::Field::reduce", "Field::reduce"),
            ("saltbox::low::field::mul", "saltbox::low::field::mul"),
            ("<a::A<b::B> as c::C<&d::D>>::f", "<A<B> as C<&D>>::f"),
            ("__aeabi_lmul", "__aeabi_lmul"),
        ] {
            assert_eq!(short(name), want);
        }
    }

    #[test]
    fn what_is_missing_has_its_reason() {
        let mut results = some();
        let absence = |family: Option<&str>, why: &str| Absence {
            core: "m33".into(),
            library: "dryoc".into(),
            family: family.map(str::to_owned),
            why: why.into(),
        };
        results.absences = vec![absence(None, "a"), absence(Some("sign"), "b")];
        let text = page(&results, "");
        assert!(text.contains("- No dryoc: a.\n- No dryoc, `sign`: b.\n"), "{text}");
    }

    #[test]
    fn the_host_has_a_column_a_peer() {
        let rows = json!([
            { "op": "x", "peer": "a 1", "ratio": 1.5 },
            { "op": "x", "peer": "b", "ratio": 0.25 },
            { "op": "y", "peer": "b", "ratio": 2 },
        ]);
        let want = "| time, the peer's = 1 | a 1 | b |\n|---|---:|---:|\n\
            | `x` | 1.50 | 0.25 |\n| `y` | - | 2.00 |\n";
        assert_eq!(host(&rows).unwrap(), want);
    }
}
