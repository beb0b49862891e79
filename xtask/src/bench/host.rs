//! `cargo xtask bench host`: this machine, beside other libraries in one run of criterion.
//!
//! Of each operation the fastest sample counts: what else the machine does only ever adds to a time. Times are not given,
//! they would say nothing elsewhere; what is kept is Saltbox's over the peer's.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::tables::Versions;
use super::{README, pretty, save, tables, write_table};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;

/// How many steps [`measure`] takes.
pub const STEPS: usize = 2;

const RESULTS: &str = "benches/results/host.json";
const OURS: &str = "saltbox";
/// The crates beside Saltbox, as `benches/src` names them; libsodium is no crate.
const PEERS: [&str; 3] = ["libsodium", "dryoc", "crypto_box"];

/// The operations, in the order in which they are shown.
const OPS: [&str; 12] = [
    "x25519",
    "keypair",
    "seal_32",
    "open_32",
    "seal_1024",
    "open_1024",
    "seal_65536",
    "open_65536",
    "seal_1048576",
    "open_1048576",
    "ed25519_sign",
    "ed25519_verify",
];

/// Runs the benches.
pub fn measure(repo: &Repo, progress: &mut Progress) -> Result<Value> {
    let folder = repo.logs().join("criterion");
    // Nothing of an earlier run may be taken for this one's.
    let _ = fs::remove_dir_all(&folder);
    let cmd = Cmd::cargo()
        .args(["bench", "--quiet", "--package", "saltbox-benches", "--bench", "host"])
        .args(["--", "--noplot"])
        .env("CRITERION_HOME", &folder.display().to_string());
    progress.run("the host beside its peers", &cmd)?;
    let versions = Versions::read(repo, "Cargo.lock")?;
    let sodium = Cmd::new("pkg-config").args(["--modversion", "libsodium"]);
    let sodium = progress.run_for_stdout("the version of libsodium", &sodium)?.output;
    rows(&folder, |peer| match peer {
        "libsodium" => format!("libsodium {}", sodium.trim()),
        _ => format!("{peer} {}", versions.of(peer).unwrap_or("?")),
    })
}

/// Writes what was measured; the table is the result.
pub fn write(repo: &Repo, rows: &Value) -> Result<String> {
    let table = tables::host(rows)?;
    save(repo, RESULTS, &pretty(rows)?)?;
    write_table(repo, README, "host", &table)?;
    Ok(table)
}

/// A row an operation and peer that has it.
fn rows(folder: &Path, title: impl Fn(&str) -> String) -> Result<Value> {
    let mut rows = Vec::new();
    for op in OPS {
        let ours = fastest(folder, op, OURS)?.with_context(|| format!("no `{op}` of {OURS}"))?;
        for peer in PEERS {
            if let Some(theirs) = fastest(folder, op, peer)? {
                let ratio = (ours / theirs * 100.0).round() / 100.0;
                rows.push(json!({ "op": op, "peer": title(peer), "ratio": ratio }));
            }
        }
    }
    ensure!(!rows.is_empty(), "nothing was measured beside {OURS}");
    Ok(Value::from(rows))
}

/// The least time of a call, in nanoseconds; nothing if the library has no such operation.
fn fastest(folder: &Path, op: &str, library: &str) -> Result<Option<f64>> {
    let path = folder.join(op).join(library).join("new/sample.json");
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    let sample: Value = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let numbers = |key: &str| {
        let numbers = sample[key].as_array().with_context(|| format!("{op}: no `{key}`"))?;
        Ok::<_, anyhow::Error>(numbers.iter().filter_map(Value::as_f64).collect::<Vec<_>>())
    };
    let (times, calls) = (numbers("times")?, numbers("iters")?);
    let fastest = times.iter().zip(&calls).map(|(time, calls)| time / calls);
    let fastest = fastest.fold(f64::INFINITY, f64::min);
    ensure!(fastest.is_finite() && fastest > 0.0, "{op} of {library} took no time");
    Ok(Some(fastest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn ratios_are_of_the_fastest_samples() {
        let scratch = Scratch::new("host");
        let sample = |op: &str, library: &str, times: &str| {
            let text = format!("{{\"iters\":[1.0,2.0],\"times\":[{times}]}}");
            scratch.write(&format!("{op}/{library}/new/sample.json"), &text);
        };
        for op in OPS {
            sample(op, "saltbox", "9.0,6.0");
        }
        assert!(rows(scratch.path(), str::to_owned).is_err());
        sample("keypair", "dryoc", "4.0,400.0");
        let rows = rows(scratch.path(), str::to_owned).unwrap();
        assert_eq!(rows, json!([{ "op": "keypair", "peer": "dryoc", "ratio": 0.75 }]));
        assert!(super::rows(Path::new("/nowhere"), str::to_owned).is_err());
    }
}
