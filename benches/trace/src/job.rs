//! What the plugin is asked to do: a file that `cargo xtask` writes.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model::Core;

/// A function of the image.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Where its code lies.
    pub code: Range<u32>,
    /// What it is called.
    pub name: String,
}

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Whose cycles are modelled.
    pub core: Core,
    /// The function after whose return a segment begins.
    pub begin: Range<u32>,
    /// The function at whose start it ends.
    pub end: u32,
    /// Where the stack may lie.
    pub stack: Range<u32>,
    /// The functions in the order of their addresses.
    pub functions: Vec<Function>,
    /// The file for the result.
    pub output: PathBuf,
}

impl Job {
    /// Reads the file; an error is for a person.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let word = |key: &str| {
            value[key].as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` is no text"))
        };
        let core = word("core")?;
        let functions = value["functions"].as_array().ok_or("`functions` is no list")?;
        let functions = functions.iter().map(|it| {
            let name = it["name"].as_str().ok_or("a function has no name")?.to_owned();
            Ok(Function { code: range(&it["code"])?, name })
        });
        let mut functions = functions.collect::<Result<Vec<_>, String>>()?;
        functions.sort_by_key(|function| function.code.start);
        Ok(Self {
            core: Core::named(&core).ok_or_else(|| format!("there is no core {core}"))?,
            begin: range(&value["begin"])?,
            end: range(&value["end"])?.start,
            stack: range(&value["stack"])?,
            functions,
            output: word("output")?.into(),
        })
    }

    /// The function that holds the code at `address`.
    #[must_use]
    pub fn function_at(&self, address: u32) -> Option<usize> {
        let after = self.functions.partition_point(|function| function.code.start <= address);
        let at = after.checked_sub(1)?;
        self.functions[at].code.contains(&address).then_some(at)
    }
}

/// `[first, past the last]`.
fn range(value: &Value) -> Result<Range<u32>, String> {
    let number = |at: usize| value[at].as_u64().and_then(|it| u32::try_from(it).ok());
    match (number(0), number(1)) {
        (Some(start), Some(end)) => Ok(start..end),
        _ => Err(format!("{value} is no range of addresses")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{ "core": "m3", "begin": [16, 20], "end": [20, 24], "stack": [4096, 8192], "output": "/o",
        "functions": [{ "name": "b", "code": [64, 80] }, { "name": "a", "code": [32, 48] }] }"#;

    #[test]
    fn what_is_written_is_read() {
        let job = Job::parse(TEXT).unwrap();
        assert_eq!((job.core, job.begin.clone(), job.end), (Core::M3, 16..20, 20));
        let name = |address| job.function_at(address).map(|at| job.functions[at].name.as_str());
        assert_eq!(
            (name(32), name(47), name(48), name(79)),
            (Some("a"), Some("a"), None, Some("b"))
        );
        assert_eq!((name(0), name(80)), (None, None));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for (from, to) in [("m3", "m7"), ("[16, 20]", "16"), ("\"/o\"", "1"), ("\"b\"", "2")] {
            assert!(Job::parse(&TEXT.replace(from, to)).is_err(), "{from}");
        }
    }
}
