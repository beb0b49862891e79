//! Turns the JSON files of core's test vectors into Rust: a suite a file, a constant a case. No file, and a file without
//! a case, end the build.
//!
//! An algorithm becomes the type of the same name in this crate and a field becomes its field, so that the compiler
//! refuses an algorithm without a runner, a field that is missing or new, and a length that is wrong.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

/// Below the public API: the image `low` runs it.
const BELOW: &str = "poly1305";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../core/tests/vectors");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        files.push(entry?.path());
    }
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let (mut suites, mut below) = (String::new(), String::new());
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        add(&file, &mut suites, &mut below)
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    if suites.is_empty() {
        return Err(format!("{}: no vectors", folder.display()).into());
    }
    let code = format!(
        "static SUITES: &[Suite] = &[\n{suites}];\nstatic BELOW: &[(&str, usize)] = &[{below}];\n"
    );
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("suites.rs"), code)?;
    Ok(())
}

/// Adds a file as a suite, or to those that lie below the public API.
fn add(file: &Path, suites: &mut String, below: &mut String) -> Result<(), Box<dyn Error>> {
    let name = file.file_name().and_then(|name| name.to_str()).ok_or("has no name")?;
    let json: Value = serde_json::from_slice(&fs::read(file)?)?;
    let algorithm = json["algorithm"].as_str().ok_or("names no algorithm")?;
    let cases = json["cases"].as_array().filter(|cases| !cases.is_empty()).ok_or("has no cases")?;
    if algorithm == BELOW {
        write!(below, "({name:?}, {}), ", cases.len())?;
        return Ok(());
    }
    writeln!(suites, "Suite {{ name: {name:?}, cases: &[")?;
    for case in cases {
        write!(suites, "&{} {{", camel(algorithm))?;
        for (field, value) in case.as_object().ok_or("has a case without fields")? {
            let text = value.as_str().ok_or("has a field that is no text")?;
            write!(suites, " {field}: {},", literal(field, text)?)?;
        }
        suites.push_str(" },\n");
    }
    suites.push_str("] },\n");
    Ok(())
}

/// The value of a field as Rust.
fn literal(field: &str, text: &str) -> Result<String, Box<dyn Error>> {
    match (field, text) {
        ("id", _) => Ok(format!("{text:?}")),
        ("result", "ok") => Ok("Ok(())".to_owned()),
        ("result", _) => Ok(format!("Err(saltbox::Error::{})", camel(text))),
        _ => bytes(text).ok_or_else(|| format!("{field} is not hex: {text}").into()),
    }
}

/// Hex as a literal of bytes.
fn bytes(hex: &str) -> Option<String> {
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    let is_hex = rest.is_empty() && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
    let escaped = pairs.iter().map(|[a, b]| format!("\\x{}{}", char::from(*a), char::from(*b)));
    is_hex.then(|| format!("b\"{}\"", escaped.collect::<String>()))
}

/// `snake_case` as `CamelCase`.
fn camel(snake: &str) -> String {
    let words = snake.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect()
}
