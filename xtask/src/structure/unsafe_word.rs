//! The word `unsafe` has one door in each part of the house.

use std::path::Path;
use std::str::FromStr;

use anyhow::Result;
use proc_macro2::{TokenStream, TokenTree};

use super::{Fault, Report, files, foreign, read};
use crate::repo::Repo;

/// What is searched.
const SEARCHED: [&str; 6] = ["core", "ffi", "bindings", "firmware-example", "benches", "xtask"];

/// The folder of core in which it may stand.
const DOOR: &str = "core/src/low/";

/// The one file of a board's crate, and of a bench runner, in which it may stand: registers, the stack itself, and the
/// functions of another language or of the emulator have no safe form.
pub const DOORS_OF_MACHINES: [&str; 6] = [
    "firmware-example/boards/metal/src/stack.rs",
    "firmware-example/boards/mute/src/lib.rs",
    "firmware-example/boards/mps2/src/mmio.rs",
    "firmware-example/boards/microbit/src/mmio.rs",
    "benches/cortex-m/src/library/monocypher.rs",
    "benches/trace/src/plugin.rs",
];

/// Searches every file of Rust, Kotlin and Swift.
pub fn check(repo: &Repo, report: &mut Report) -> Result<()> {
    for folder in SEARCHED {
        for path in files(&repo.path(folder), &[".rs", ".kt", ".kts", ".swift"])? {
            let file = repo.short(&path).to_string();
            report.files += 1;
            if file.starts_with(DOOR) || DOORS_OF_MACHINES.contains(&file.as_str()) {
                continue;
            }
            let text = read(&path)?;
            let lines = if is_rust(&path) {
                rust_lines(&text)
            } else {
                Ok(foreign::lines_with_word(&text, "unsafe"))
            };
            match lines {
                Ok(lines) => report.faults.extend(lines.into_iter().map(|line| {
                    let what =
                        format!("`unsafe` outside {DOOR}: put it behind a safe function there");
                    Fault { file: file.clone(), line, what }
                })),
                Err(what) => report.faults.push(Fault { file, line: 0, what }),
            }
        }
    }
    Ok(())
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "rs")
}

/// The lines of Rust source with the token `unsafe`; also in macros and attributes.
fn rust_lines(text: &str) -> Result<Vec<usize>, String> {
    let stream = TokenStream::from_str(text).map_err(|error| {
        let at = error.span().start();
        format!("line {}: not Rust: {error}", at.line)
    })?;
    let mut lines = Vec::new();
    let mut streams = vec![stream];
    while let Some(stream) = streams.pop() {
        for token in stream {
            match token {
                TokenTree::Group(group) => streams.push(group.stream()),
                TokenTree::Ident(ident) if ident == "unsafe" => {
                    lines.push(ident.span().start().line)
                }
                _ => {}
            }
        }
    }
    lines.sort_unstable();
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn faults(file: &str, text: &str) -> Vec<String> {
        let scratch = Scratch::new("unsafe-word");
        scratch.write(file, text);
        let mut report = Report::default();
        check(&Repo::at(scratch.path()), &mut report).unwrap();
        assert_eq!(report.files, 1);
        report.faults.iter().map(Fault::to_string).collect()
    }

    #[test]
    fn the_word_is_caught_wherever_it_acts() {
        for (file, text) in [
            ("core/src/lib.rs", "\nfn f() { unsafe { g() } }"),
            ("core/src/lower.rs", "\nunsafe fn f() {}"),
            ("core/src/nacl/low/x.rs", "\nunsafe impl Send for X {}"),
            ("core/tests/t.rs", "\nmacro_rules! m { () => { unsafe { g() } } }"),
            ("core/build.rs", "\nunsafe extern \"C\" {}"),
            ("ffi/src/lib.rs", "\n#[unsafe(no_mangle)] fn f() {}"),
            ("firmware-example/app/src/lib.rs", "\nfn f() { vec![unsafe { g() }]; }"),
            ("firmware-example/gateway/src/main.rs", "\ntype F = unsafe fn();"),
            ("firmware-example/boards/mps2/src/main.rs", "\nfn f() { unsafe {} }"),
            ("benches/src/lib.rs", "\nfn f() { unsafe {} }"),
            ("xtask/src/main.rs", "\nfn f() { unsafe {} }"),
            ("bindings/swift/Sources/A.swift", "// a\nlet x = unsafe f()"),
            ("bindings/kotlin/src/A.kt", "/* a\n */ val unsafe = 1"),
        ] {
            let found = faults(file, text);
            assert_eq!(found.len(), 1, "{file}: {text}: {found:?}");
            assert!(found[0].starts_with(&format!("{file}:2: ")), "{found:?}");
        }
    }

    #[test]
    fn the_doors_stand_open() {
        for file in DOORS_OF_MACHINES.into_iter().chain(["core/src/low/ct.rs"]) {
            assert_eq!(faults(file, "fn f() { unsafe {} }"), [""; 0]);
        }
    }

    #[test]
    fn talk_about_it_is_fine() {
        let text = "#![forbid(unsafe_code)]\n//! unsafe\n/// unsafe\n// unsafe\n/* unsafe /* unsafe */ */\n\
            const A: &str = \"unsafe\"; const B: &str = r#\"\" unsafe \"#; const C: char = '\"'; fn not_unsafe() {}";
        assert_eq!(faults("core/src/lib.rs", text), [""; 0]);
    }

    #[test]
    fn a_file_that_is_not_rust_is_caught() {
        assert_eq!(faults("core/src/lib.rs", "fn f( {").len(), 1);
    }
}
