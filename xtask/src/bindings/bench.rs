//! `cargo xtask bench-kotlin`: a box in Kotlin beside lazysodium-java and beside the same call in Rust, in one run.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::kotlin;
use crate::bench::{README, pretty, save, write_table};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;

const RESULTS: &str = "benches/results/kotlin.json";
const SIZES: [u64; 2] = [64, 16_384];

/// A row of the table: a benchmark of JMH, and the one that it is held against.
const ROWS: [(&str, &str, &str); 6] = [
    ("seal", "sodiumSeal", "`seal` of arrays, beside `cryptoBoxEasyAfterNm`"),
    ("sealDirect", "sodiumSeal", "`sealDirect` of direct buffers, beside the same"),
    ("open", "sodiumOpen", "`open` of arrays, beside `cryptoBoxOpenEasyAfterNm`"),
    ("openDirect", "sodiumOpen", "`openDirect` of direct buffers, beside the same"),
    ("firstExample", "sodiumFirstExample", "`agree` and `seal` each time, beside `cryptoBoxEasy`"),
    ("sealDirect", "sodiumFirstExample", "agreed once: `sealDirect`, beside `cryptoBoxEasy`"),
];

/// Runs the command.
pub fn run(repo: &Repo) -> Result<()> {
    let mut progress = Progress::new(repo)?;
    kotlin::prepare(repo, &mut progress)?;
    let maven = Cmd::new("mvn")
        .args(["--batch-mode", "--quiet", "--projects", "benchmarks", "--also-make"])
        .args(["-Dmaven.test.skip=true", "package"])
        .within(repo.root(), "bindings/kotlin");
    progress.run("build the benchmarks in Kotlin", &maven)?;
    let measured = repo.logs().join("jmh.json");
    let folder = repo.path("target/kotlin/build/benchmarks").display().to_string();
    let jmh = Cmd::new("java")
        .args(["-cp".to_owned(), format!("{folder}/benchmarks.jar:{folder}/lib/*")])
        .args(["org.openjdk.jmh.Main", "-prof", "gc", "-rf", "json", "-rff"])
        .arg(measured.display().to_string());
    progress.run("Kotlin beside lazysodium", &jmh)?;
    let rust = Cmd::cargo()
        .args(["run", "--quiet", "--profile", "mobile", "--package", "saltbox-ffi"])
        .args(["--example", "seal_time"])
        .within(repo.root(), "");
    let rust = progress.run_for_stdout("the same call in Rust", &rust)?.output;

    let measured = Measured::read(&fs::read_to_string(&measured)?, &rust)?;
    let (rows, table) = (measured.rows()?, measured.table()?);
    fs::create_dir_all(repo.path("benches/results"))?;
    save(repo, RESULTS, &pretty(&rows)?)?;
    write_table(repo, README, "kotlin", &table)?;
    println!("{table}\n{}", measured.overhead()?);
    Ok(())
}

/// What was measured of each benchmark at each size.
struct Measured {
    jmh: BTreeMap<(String, u64), Numbers>,
    /// Nanoseconds of `seal` in Rust, by size.
    rust: BTreeMap<u64, f64>,
}

#[derive(Clone, Copy)]
struct Numbers {
    /// Half of the calls took less. The mean would count what else the machine did.
    median: f64,
    /// Bytes on the Java heap, a call.
    allocated: f64,
}

impl Measured {
    fn read(jmh: &str, rust: &str) -> Result<Self> {
        let results: Vec<Value> = serde_json::from_str(jmh).context("JMH's results")?;
        let mut all = BTreeMap::new();
        for result in &results {
            let name = result["benchmark"].as_str().context("a result without a name")?;
            let name = name.rsplit('.').next().unwrap_or_default().to_owned();
            let numbers = || {
                let size = result["params"]["bytes"].as_str()?.parse().ok()?;
                let median = result["primaryMetric"]["scorePercentiles"]["50.0"].as_f64()?;
                let allocated =
                    result["secondaryMetrics"]["gc.alloc.rate.norm"]["score"].as_f64()?;
                Some((size, Numbers { median, allocated }))
            };
            let (size, numbers) = numbers().with_context(|| format!("{name} lacks a number"))?;
            all.insert((name, size), numbers);
        }
        let rust: BTreeMap<String, f64> = serde_json::from_str(rust).context("Rust's times")?;
        let rust = rust.into_iter().map(|(size, time)| Ok((size.parse()?, time)));
        Ok(Self { jmh: all, rust: rust.collect::<Result<_>>()? })
    }

    fn numbers(&self, name: &str, size: u64) -> Result<Numbers> {
        let numbers = self.jmh.get(&(name.to_owned(), size));
        numbers.copied().with_context(|| format!("{name} of {size} bytes was not measured"))
    }

    fn ratio(&self, ours: &str, theirs: &str, size: u64) -> Result<f64> {
        Ok(self.numbers(ours, size)?.median / self.numbers(theirs, size)?.median)
    }

    fn rows(&self) -> Result<Value> {
        let mut rows = Vec::new();
        for (ours, theirs, _) in ROWS {
            for size in SIZES {
                rows.push(json!({
                    "op": ours,
                    "beside": theirs,
                    "bytes": size,
                    "ratio": (self.ratio(ours, theirs, size)? * 100.0).round() / 100.0,
                    "allocated": self.numbers(ours, size)?.allocated.round(),
                    "allocated_beside": self.numbers(theirs, size)?.allocated.round(),
                }));
            }
        }
        Ok(Value::from(rows))
    }

    fn table(&self) -> Result<String> {
        let mut table =
            "| time, lazysodium = 1 | 64 bytes | 16 KiB | heap at 64 bytes | theirs |\n\
                         |---|---:|---:|---:|---:|\n"
                .to_owned();
        for (ours, theirs, what) in ROWS {
            write!(table, "| {what} |")?;
            for size in SIZES {
                write!(table, " {:.2} |", self.ratio(ours, theirs, size)?)?;
            }
            let heap = |name| Ok::<_, anyhow::Error>(self.numbers(name, 64)?.allocated);
            writeln!(table, " {:.0} | {:.0} |", heap(ours)?, heap(theirs)?)?;
        }
        Ok(table)
    }

    /// What the bridge costs: the call in Kotlin less the same call in Rust.
    fn overhead(&self) -> Result<String> {
        let mut text = String::new();
        for name in ["seal", "sealDirect"] {
            for (&size, &rust) in &self.rust {
                let kotlin = self.numbers(name, size)?.median;
                writeln!(
                    text,
                    "{name:<10} {size:>6} bytes: {kotlin:>8.0} ns in Kotlin, {rust:>8.0} in Rust: \
                     the bridge costs {:.0} ns",
                    kotlin - rust
                )?;
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUST: &str = r#"{"64":1000.0,"16384":30000.0}"#;

    fn jmh() -> String {
        let names = ROWS.iter().flat_map(|(ours, theirs, _)| [(ours, 300.0), (theirs, 100.0)]);
        let result = |name: &str, size: u64, median: f64| {
            json!({
                "benchmark": format!("dev.saltbox.benchmarks.BoxBench.{name}"),
                "params": { "bytes": size.to_string() },
                "primaryMetric": { "scorePercentiles": { "50.0": median } },
                "secondaryMetrics": { "gc.alloc.rate.norm": { "score": 96.01 } },
            })
        };
        let all = names.flat_map(|(name, median)| SIZES.map(|size| result(name, size, median)));
        Value::from(all.collect::<Vec<_>>()).to_string()
    }

    #[test]
    fn ratios_are_ours_over_theirs() {
        let measured = Measured::read(&jmh(), RUST).unwrap();
        assert_eq!(measured.rows().unwrap()[0]["ratio"], 3.0);
        assert!(measured.table().unwrap().contains("| 3.00 | 3.00 | 96 | 96 |"));
        assert!(measured.overhead().unwrap().contains("the bridge costs -700 ns"));
    }

    #[test]
    fn what_was_not_measured_is_an_error() {
        let missing = jmh().replace("sodiumOpen", "sodiumClose");
        let error = Measured::read(&missing, RUST).unwrap().table().unwrap_err().to_string();
        assert_eq!(error, "sodiumOpen of 64 bytes was not measured");
        let error = Measured::read(&jmh().replace("50.0", "99.0"), RUST).err().unwrap();
        assert!(error.to_string().contains("lacks a number"), "{error}");
    }
}
