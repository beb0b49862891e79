//! How many bytes an app gains by the library, held against a limit and against `bindings/sizes.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use toml::Table;

use super::{Form, Platform, gain};
use crate::progress::Progress;
use crate::repo::Repo;
use crate::sizes::grouped;

/// The committed sizes.
const FILE: &str = "bindings/sizes.toml";

/// What stands above the numbers.
const HEAD: &str = "\
# Bytes that an app gains by the native library of each platform: of a shared library its file, of a static one what is
# left when it is linked into a library that exports what bindings call. Growth of more than 3 %, or a size above 1 MiB,
# fails. Written by `cargo xtask package sizes --update`; a commit that does so says what the bytes buy.
";

/// The most that a platform may take.
const LIMIT: u64 = 1 << 20;

/// The growth that is let pass, in percent.
const SLACK: u64 = 3;

/// What `cargo xtask package sizes` is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, clap::Args)]
pub struct Args {
    /// Write what is measured to bindings/sizes.toml
    #[arg(long)]
    update: bool,
}

/// Bytes by platform.
type Sizes = BTreeMap<String, u64>;

/// Builds and measures `platforms`, which are all that ship; whether each is within its limits.
pub fn run(
    repo: &Repo,
    progress: &mut Progress,
    args: Args,
    platforms: &[Platform],
) -> Result<bool> {
    progress.expect(platforms.len() * super::STEPS);
    let mut measured = Sizes::new();
    for platform in platforms {
        let path = super::build(repo, progress, platform)?;
        measured.insert(platform.name.to_owned(), measure(repo, platform, &path)?);
    }
    let path = repo.path(FILE);
    if args.update {
        fs::write(&path, text(&measured)).with_context(|| format!("cannot write {FILE}"))?;
    }
    let verdicts = compare(&read(&path)?, &measured);
    verdicts.iter().for_each(|verdict| println!("{verdict}"));
    Ok(!verdicts.iter().any(Verdict::fails))
}

/// How the library of `platform` at `path` stands to its limits.
pub fn of(repo: &Repo, platform: &Platform, path: &Path) -> Result<Verdict> {
    let is = Some(measure(repo, platform, path)?);
    let known = match platform.form {
        // It carries the NDK's unwinder, of whatever size: only the limit can be held against it.
        Form::Ndk => is,
        _ => read(&repo.path(FILE))?.get(platform.name).copied(),
    };
    Ok(Verdict { name: platform.name.to_owned(), known, is })
}

fn measure(repo: &Repo, platform: &Platform, path: &Path) -> Result<u64> {
    match platform.form {
        Form::Shared | Form::Ndk => {
            Ok(fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len())
        }
        Form::Static | Form::StaticWithStd => gain::measure(repo, path, platform),
    }
}

/// How a size stands to its limits.
#[derive(Debug, PartialEq)]
pub struct Verdict {
    name: String,
    known: Option<u64>,
    is: Option<u64>,
}

impl Verdict {
    /// A size that is not in the file fails as one that grew does, and one in the file that was not measured.
    pub fn fails(&self) -> bool {
        match (self.known, self.is) {
            (Some(known), Some(is)) => is > LIMIT || is * 100 > known * (100 + SLACK),
            _ => true,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match (self.known, self.is) {
            (Some(known), Some(is)) => {
                let percent = (is as f64 / known.max(1) as f64 - 1.0) * 100.0;
                let note = match () {
                    () if is > LIMIT => ": above the limit of 1 MiB",
                    () if self.fails() => ": too much",
                    () if is * 100 < known * (100 - SLACK) => ": tighten it with --update",
                    () => "",
                };
                let (is, known) = (grouped(is), grouped(known));
                write!(f, "{name:<21} {is:>9} of {known:>9} bytes ({percent:+.1} %){note}")
            }
            (None, Some(is)) => {
                write!(
                    f,
                    "{name:<21} {:>9} bytes, not in {FILE}: set it with --update",
                    grouped(is)
                )
            }
            (_, None) => write!(f, "{name:<21} stands in {FILE} and was not measured"),
        }
    }
}

/// Every size that is known or measured.
fn compare(known: &Sizes, measured: &Sizes) -> Vec<Verdict> {
    let names: BTreeSet<_> = known.keys().chain(measured.keys()).collect();
    let verdict = |name: &String| Verdict {
        name: name.clone(),
        known: known.get(name).copied(),
        is: measured.get(name).copied(),
    };
    names.into_iter().map(verdict).collect()
}

/// The file at `path`; nothing is known if there is none.
fn read(path: &Path) -> Result<Sizes> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Sizes::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    parse(&text).with_context(|| format!("{} is damaged", path.display()))
}

fn parse(text: &str) -> Result<Sizes> {
    let mut sizes = Sizes::new();
    for (name, value) in text.parse::<Table>()? {
        let bytes = value.as_integer().and_then(|bytes| u64::try_from(bytes).ok());
        sizes.insert(
            name.clone(),
            bytes.with_context(|| format!("`{name}` is no number of bytes"))?,
        );
    }
    Ok(sizes)
}

fn text(sizes: &Sizes) -> String {
    let mut text = format!("{HEAD}\n");
    for (name, bytes) in sizes {
        let _ = writeln!(text, "{name} = {bytes}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_percent_may_pass_below_the_limit() {
        for (known, is, fails, note) in [
            (10_000, 10_300, false, "(+3.0 %)"),
            (10_000, 10_301, true, "too much"),
            (10_000, 9_699, false, "tighten"),
            (LIMIT, LIMIT, false, "(+0.0 %)"),
            (LIMIT, LIMIT + 1, true, "above the limit"),
        ] {
            let verdict = Verdict { name: "p".to_owned(), known: Some(known), is: Some(is) };
            assert_eq!(verdict.fails(), fails, "{verdict}");
            assert!(verdict.to_string().contains(note), "{verdict}");
        }
    }

    #[test]
    fn what_was_not_compared_fails() {
        let sizes = |text| parse(text).unwrap();
        let verdicts = compare(&sizes("a = 10\nb = 5\n"), &sizes("a = 10\nc = 3\n"));
        let failed: Vec<_> = verdicts.iter().filter(|v| v.fails()).map(|v| &v.name).collect();
        assert_eq!(failed, ["b", "c"]);
        assert_eq!(verdicts.len(), 3);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let sizes = parse("linux-x86-64 = 10\nios-arm64 = 7\n").unwrap();
        assert_eq!(parse(&text(&sizes)).unwrap(), sizes);
        for damaged in ["a = -1", "a = \"1\"", "[a]\nb = 1"] {
            assert!(parse(damaged).is_err(), "{damaged}");
        }
    }
}
