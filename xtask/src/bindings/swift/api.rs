//! The public API of the package as text, kept in the repository: what changes for an app shows in the change's diff.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::repo::Repo;
use crate::tally::Suite;

/// Where it is kept.
const KEPT: &str = "bindings/swift/api.txt";

/// Compares with what is kept; says how to keep what is there now.
pub fn suite(repo: &Repo, found: &str) -> Suite {
    let mut suite = Suite::new("Swift API");
    let kept = fs::read_to_string(repo.path(KEPT)).unwrap_or_default();
    let differences = differences(&kept, found);
    for line in &differences {
        eprintln!("  {line}");
    }
    if !differences.is_empty() {
        eprintln!(
            "  {KEPT} differs; if apps should see that, run `cargo xtask package swift --update-api`"
        );
    }
    suite.count(differences.is_empty());
    suite.end();
    suite
}

/// Keeps it.
pub fn keep(repo: &Repo, found: &str) -> Result<()> {
    let path = repo.path(KEPT);
    fs::write(&path, found).with_context(|| format!("cannot write {}", path.display()))
}

/// Reads the symbol graph in a file that the compiler wrote.
pub fn read(graph: &Path) -> Result<String> {
    let text = fs::read_to_string(graph)
        .with_context(|| format!("cannot read the symbol graph {}", graph.display()))?;
    let text = lines(&serde_json::from_str(&text)?);
    if text.is_empty() {
        bail!("{} names no public symbol", graph.display());
    }
    Ok(text)
}

/// A line a symbol, sorted.
fn lines(graph: &Value) -> String {
    let all = |key: &str| graph[key].as_array().into_iter().flatten();
    let mut conformances: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for relation in all("relationships").filter(|it| it["kind"] == "conformsTo") {
        let (Some(of), Some(to)) =
            (relation["source"].as_str(), relation["targetFallback"].as_str())
        else {
            continue; // a protocol of the package itself
        };
        let name = to.rsplit('.').next().unwrap_or(to);
        // That every type has it is the compiler's doing.
        if name != "Copyable" {
            conformances.entry(of).or_default().insert(name);
        }
    }
    let tops: BTreeSet<_> = all("symbols").filter_map(|it| path(it).into_iter().next()).collect();
    let mut lines = BTreeSet::new();
    for symbol in all("symbols") {
        let path = path(symbol);
        if path.first().is_none_or(|top| is_internal(top, &tops)) {
            continue;
        }
        let fragments = symbol["declarationFragments"].as_array().into_iter().flatten();
        let declaration: String = fragments.filter_map(|it| it["spelling"].as_str()).collect();
        let access = symbol["accessLevel"].as_str().unwrap_or_default();
        let conforms = symbol["identifier"]["precise"]
            .as_str()
            .and_then(|of| conformances.get(of))
            .map(|names| format!("  // {}", names.iter().copied().collect::<Vec<_>>().join(", ")))
            .unwrap_or_default();
        lines.insert(format!("{}  {access} {declaration}{conforms}\n", path.join(".")));
    }
    lines.into_iter().collect()
}

fn path(symbol: &Value) -> Vec<&str> {
    symbol["pathComponents"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether `top` is UniFFI's own, or the twin of a type that it makes: the protocol of a class, the class of a protocol.
fn is_internal(top: &str, tops: &BTreeSet<&str>) -> bool {
    let twin = |ending| {
        top.strip_suffix(ending).is_some_and(|of: &str| !of.is_empty() && tops.contains(of))
    };
    top.starts_with("uniffi") || top.starts_with("Ffi") || twin("Protocol") || twin("Impl")
}

/// Lines that only one of the two has.
fn differences(kept: &str, found: &str) -> Vec<String> {
    let (before, now): (BTreeSet<_>, BTreeSet<_>) =
        (kept.lines().collect(), found.lines().collect());
    let gone = before.difference(&now).map(|line| format!("- {line}"));
    gone.chain(now.difference(&before).map(|line| format!("+ {line}"))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn symbol(path: &[&str], declaration: &str) -> Value {
        json!({
            "pathComponents": path,
            "declarationFragments": [{ "spelling": declaration }],
            "accessLevel": "public",
            "identifier": { "precise": path.join(".") },
        })
    }

    #[test]
    fn what_apps_see_is_listed() {
        let graph = json!({
            "symbols": [
                symbol(&["Key", "wipe()"], "func wipe()"),
                symbol(&["Key"], "class Key"),
                symbol(&["KeyProtocol"], "protocol KeyProtocol"),
                symbol(&["StoreImpl"], "class StoreImpl"),
                symbol(&["Store"], "protocol Store"),
                symbol(&["uniffiEnsureInitialized()"], "func uniffiEnsureInitialized()"),
            ],
            "relationships": [
                { "kind": "conformsTo", "source": "Key", "targetFallback": "Swift.Sendable" },
                { "kind": "conformsTo", "source": "Key", "targetFallback": "Swift.Copyable" },
                { "kind": "memberOf", "source": "Key.wipe()", "targetFallback": "Key" },
            ],
        });
        let want = "Key  public class Key  // Sendable\nKey.wipe()  public func wipe()\nStore  public protocol Store\n";
        assert_eq!(lines(&graph), want);
    }

    #[test]
    fn what_differs_is_shown() {
        assert_eq!(differences("a\nb\n", "b\nc\n"), ["- a", "+ c"]);
        assert_eq!(differences("a\n", "a\n"), [""; 0]);
    }
}
