//! The backend is chosen as it is for the library; and the cases of `poly1305.json`, which no other image reaches, become
//! Rust. A file without a case, and a length that is wrong, end the build.

#[path = "../../../core/build.rs"]
mod library;

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    library::main();
    println!("cargo:rustc-cfg=saltbox_check");
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../core/tests/vectors/poly1305.json");
    println!("cargo:rerun-if-changed={}", file.display());
    let cases = cases(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("poly1305.rs"), cases)?;
    Ok(())
}

/// The cases of `file` as a list of `Case`.
fn cases(file: &Path) -> Result<String, Box<dyn Error>> {
    let json: Value = serde_json::from_slice(&fs::read(file)?)?;
    let cases = json["cases"].as_array().filter(|cases| !cases.is_empty()).ok_or("has no cases")?;
    let mut code = "static POLY1305: &[Case] = &[\n".to_owned();
    for case in cases {
        code.push_str("Case {");
        for (field, value) in case.as_object().ok_or("has a case without fields")? {
            let text = value.as_str().ok_or("has a field that is no text")?;
            let literal = if field == "id" { Some(format!("{text:?}")) } else { bytes(text) };
            let literal = literal.ok_or_else(|| format!("{field} is not hex: {text}"))?;
            write!(code, " {field}: {literal},")?;
        }
        code.push_str(" },\n");
    }
    code.push_str("];\n");
    Ok(code)
}

/// Hex as a literal of bytes.
fn bytes(hex: &str) -> Option<String> {
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    let is_hex = rest.is_empty() && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
    let escaped = pairs.iter().map(|[a, b]| format!("\\x{}{}", char::from(*a), char::from(*b)));
    is_hex.then(|| format!("b\"{}\"", escaped.collect::<String>()))
}
