//! Which features of the library fit the host and which a bare machine.

use std::fs;

use anyhow::{Context, Result};
use toml::{Table, Value};

use crate::repo::Repo;

/// Features that need an operating system, and `small`, which would leave the assembly out.
const NOT_BARE: [&str; 3] = ["getrandom", "std", "small"];

/// Features that need a bare machine: `defmt` does not link without a logger.
const BARE_ONLY: [&str; 1] = ["defmt"];

/// The features of `saltbox` that a program on the host can have, for cargo: `saltbox/a,saltbox/b`; and the shared cases,
/// which the caller has written.
pub fn of_host(repo: &Repo) -> Result<String> {
    let all = names(repo)?;
    Ok(list(&all, &BARE_ONLY, "saltbox/") + ",saltbox-ffi/cases")
}

/// The features of `saltbox` that firmware can have, for cargo with that package chosen: `a,b`.
pub fn of_bare_metal(repo: &Repo) -> Result<String> {
    let all = names(repo)?;
    Ok(list(&all, &NOT_BARE, ""))
}

fn names(repo: &Repo) -> Result<Vec<String>> {
    let path = repo.path("core/Cargo.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let manifest: Table =
        text.parse().with_context(|| format!("{} is not TOML", path.display()))?;
    let features = manifest.get("features").and_then(Value::as_table);
    Ok(features.into_iter().flat_map(|table| table.keys().cloned()).collect())
}

fn list(all: &[String], without: &[&str], prefix: &str) -> String {
    let fits = |name: &&String| name.as_str() != "default" && !without.contains(&name.as_str());
    let names: Vec<_> = all.iter().filter(fits).map(|name| format!("{prefix}{name}")).collect();
    names.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn new_features_are_taken_up_by_themselves() {
        let scratch = Scratch::new("features");
        scratch.write(
            "core/Cargo.toml",
            "[features]\ndefault = []\ndefmt = []\ngetrandom = []\nheapless = []\n",
        );
        let repo = Repo::at(scratch.path());
        assert_eq!(of_host(&repo).unwrap(), "saltbox/getrandom,saltbox/heapless,saltbox-ffi/cases");
        assert_eq!(of_bare_metal(&repo).unwrap(), "defmt,heapless");
    }
}
