//! How many places in other people's packages can panic: `core/panic-sites.toml`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

/// What stands above the numbers.
const HEAD: &str = "\
# Places that can panic inside dependencies, by target: in the board's image `audit` or in its node, whichever has
# more (opt-level \"s\", LTO).
# `cargo xtask panics` fails when one of these numbers grows, and on any place in our own code.
# Written by `cargo xtask panics --update`.
";

/// Numbers by package, by target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    targets: BTreeMap<String, BTreeMap<String, usize>>,
}

/// How a number stands to the one in the ledger.
#[derive(Debug, PartialEq)]
pub enum Change {
    /// More places than before.
    Grown { package: String, was: usize, is: usize },
    /// Fewer: the ledger can be lowered.
    Shrunk { package: String, was: usize, is: usize },
}

impl Ledger {
    /// The file at `path`; nothing is allowed if there is none.
    pub fn read(path: &Path) -> Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        Self::parse(&text).with_context(|| format!("{} is damaged", path.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let mut targets = BTreeMap::new();
        for (target, packages) in text.parse::<Table>()? {
            let Value::Table(packages) = packages else {
                bail!("`{target}` is not a table of packages")
            };
            let mut numbers = BTreeMap::new();
            for (package, number) in packages {
                let number = number.as_integer().and_then(|number| usize::try_from(number).ok());
                let number = number
                    .with_context(|| format!("`{target}.{package}` is not a number of places"))?;
                numbers.insert(package, number);
            }
            targets.insert(target, numbers);
        }
        Ok(Self { targets })
    }

    /// Every number of `target` that differs from `found`.
    pub fn compare(&self, target: &str, found: &BTreeMap<String, usize>) -> Vec<Change> {
        let none = BTreeMap::new();
        let known = self.targets.get(target).unwrap_or(&none);
        let mut changes = Vec::new();
        for (package, &is) in found {
            let was = known.get(package).copied().unwrap_or(0);
            if is > was {
                changes.push(Change::Grown { package: package.clone(), was, is });
            }
        }
        for (package, &was) in known {
            let is = found.get(package).copied().unwrap_or(0);
            if is < was {
                changes.push(Change::Shrunk { package: package.clone(), was, is });
            }
        }
        changes
    }

    /// Puts what was found in the place of what is known of `target`.
    pub fn set(&mut self, target: &str, found: BTreeMap<String, usize>) {
        self.targets.insert(target.to_owned(), found);
    }

    /// Writes the file at `path`.
    pub fn write(&self, path: &Path) -> Result<()> {
        fs::write(path, self.text()).with_context(|| format!("cannot write {}", path.display()))
    }

    fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for (target, packages) in &self.targets {
            let _ = writeln!(text, "\n[\"{target}\"]");
            for (package, number) in packages {
                let _ = writeln!(text, "{package} = {number}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(list: &[(&str, usize)]) -> BTreeMap<String, usize> {
        list.iter().map(|&(name, number)| (name.to_owned(), number)).collect()
    }

    #[test]
    fn growth_and_shrinkage_are_told_apart() {
        let ledger =
            Ledger::parse("[\"thumbv8m.main-none-eabihf\"]\na = 3\nb = 2\nc = 1\n").unwrap();
        let found = numbers(&[("a", 4), ("b", 2), ("new", 1)]);
        let changes = ledger.compare("thumbv8m.main-none-eabihf", &found);
        assert_eq!(
            changes,
            [
                Change::Grown { package: "a".into(), was: 3, is: 4 },
                Change::Grown { package: "new".into(), was: 0, is: 1 },
                Change::Shrunk { package: "c".into(), was: 1, is: 0 },
            ]
        );
        assert_eq!(ledger.compare("thumbv6m-none-eabi", &numbers(&[("a", 1)])).len(), 1);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut ledger = Ledger::default();
        ledger
            .set("thumbv8m.main-none-eabihf", numbers(&[("curve25519-dalek", 12), ("salsa20", 2)]));
        ledger.set("thumbv6m-none-eabi", numbers(&[]));
        assert_eq!(Ledger::parse(&ledger.text()).unwrap(), ledger);
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        for text in ["[", "a = 1", "[a]\nb = -1", "[a]\nb = \"x\""] {
            assert!(Ledger::parse(text).is_err(), "{text}");
        }
    }
}
