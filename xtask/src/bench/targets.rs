//! What Saltbox is to reach, out of `benches/targets.toml`.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use toml::{Table, Value};

use super::libraries::FAMILIES;
use crate::boards::BOARDS;
use crate::repo::Repo;
use crate::trace;

const FILE: &str = "benches/targets.toml";

/// The most that is allowed of something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// What must be reached.
    pub must: f64,
    /// What is aimed at, if more is.
    pub aim: Option<f64>,
}

/// The targets by core and operation, `flash_of_<family>` or `stack_of_<family>`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Targets(BTreeMap<(String, String), Target>);

impl Targets {
    /// Reads the file.
    pub fn read(repo: &Repo) -> Result<Self> {
        let text = fs::read_to_string(repo.path(FILE)).with_context(|| FILE.to_owned())?;
        Self::parse(&text).with_context(|| FILE.to_owned())
    }

    /// The target for `what` on `core`.
    pub fn of(&self, core: &str, what: &str) -> Option<Target> {
        self.0.get(&(core.to_owned(), what.to_owned())).copied()
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut targets = BTreeMap::new();
        for (core, table) in &text.parse::<Table>()? {
            let known = BOARDS.iter().any(|board| trace::core(board) == core);
            ensure!(known, "there is no core {core}");
            for (what, target) in table.as_table().with_context(|| format!("[{core}]"))? {
                ensure!(is_measured(what), "[{core}] {what} is not measured");
                let target = read(target).with_context(|| format!("[{core}] {what}"))?;
                targets.insert((core.clone(), what.clone()), target);
            }
        }
        Ok(Self(targets))
    }
}

fn is_measured(what: &str) -> bool {
    let family = what.strip_prefix("flash_of_").or(what.strip_prefix("stack_of_"));
    FAMILIES
        .iter()
        .any(|it| family.map_or_else(|| it.ops.contains(&what), |family| it.name == family))
}

fn read(target: &Value) -> Result<Target> {
    let number = |value: &Value| value.as_float().or(value.as_integer().map(|it| it as f64));
    let aim = target.get("aim").map(|aim| number(aim).context("`aim` is no number")).transpose()?;
    let must = target.get("must").and_then(number).context("`must` is no number")?;
    ensure!(aim.is_none_or(|aim| aim <= must), "the aim is more than must be reached");
    Ok(Target { must, aim })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read() {
        let text = "[m4]\nx25519 = { must = 560_000, aim = 5.5 }\nflash_of_box = { must = 9 }\n";
        let targets = Targets::parse(text).unwrap();
        let x25519 = Target { must: 560_000.0, aim: Some(5.5) };
        assert_eq!(targets.of("m4", "x25519"), Some(x25519));
        assert_eq!(targets.of("m4", "flash_of_box"), Some(Target { must: 9.0, aim: None }));
        assert_eq!(targets.of("m0", "x25519"), None);
    }

    #[test]
    fn a_target_for_nothing_is_an_error() {
        for text in [
            "[m5]\nx25519 = { must = 1 }",
            "[m4]\nx448 = { must = 1 }",
            "[m4]\nflash_of_x25519 = { must = 1 }",
            "[m4]\nx25519 = { aim = 1 }",
            "[m4]\nx25519 = { must = 1, aim = 2 }",
            "[m4]\nx25519 = 1",
        ] {
            assert!(Targets::parse(text).is_err(), "{text}");
        }
    }
}
