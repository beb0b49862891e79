//! The code in the README: each block is compiled and run.

use std::fmt::Write;

use anyhow::{Result, bail};

use super::tree::Tree;

/// A block of Swift, and the line on which it begins.
#[derive(Debug, PartialEq)]
struct Block<'a> {
    line: usize,
    code: &'a str,
}

/// What is made of the blocks.
pub struct Readme {
    /// A project like an app's: the first block is its manifest, the second its program.
    pub consumer: Tree,
    /// A test a block, for all the others.
    pub tests: String,
    /// How many tests that are.
    pub count: usize,
}

/// Reads the README.
pub fn read(text: &str) -> Result<Readme> {
    let blocks = blocks(text);
    let [manifest, program, rest @ ..] = blocks.as_slice() else {
        bail!("the README shows no manifest and no program");
    };
    if !manifest.code.contains("import PackageDescription") {
        bail!("line {}: the README's first block is to be an app's Package.swift", manifest.line);
    }
    let mut consumer = Tree::default();
    consumer.add("Package.swift", manifest.code);
    consumer.add("Sources/ward/main.swift", program.code);
    Ok(Readme { consumer, tests: tests(rest), count: rest.len() })
}

/// The blocks that are fenced as Swift.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("```swift\n") {
        let start = at + found + "```swift\n".len();
        let length = text[start..].find("```").unwrap_or(text.len() - start);
        let line = text[..start].lines().count() + 1;
        blocks.push(Block { line, code: &text[start..start + length] });
        at = start + length;
    }
    blocks
}

/// A class with a test a block; what a block imports goes to the top of the file.
fn tests(blocks: &[Block<'_>]) -> String {
    let mut imports = vec!["import Foundation", "import Saltbox", "import XCTest"];
    let mut class = String::from("final class ReadmeTests: ReadmeCase {\n");
    for block in blocks {
        let _ = writeln!(class, "    func testLine{}() async throws {{", block.line);
        for line in block.code.lines() {
            if line.starts_with("import ") {
                imports.push(line);
            } else {
                let _ = writeln!(class, "        {line}");
            }
        }
        class.push_str("    }\n");
    }
    imports.sort_unstable();
    imports.dedup();
    format!("{}\n\n{class}}}\n", imports.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "# A\n```swift\nimport PackageDescription\n```\ntext\n```swift\nprint(1)\n```\n\
        ```console\n$ ls\n```\n```swift\nimport Saltbox\nlet a = 1\n```\n";

    #[test]
    fn every_block_is_run() {
        let readme = read(README).unwrap();
        let files: Vec<_> = readme.consumer.files().map(|(_, text)| text.to_vec()).collect();
        assert_eq!(files, [b"import PackageDescription\n".to_vec(), b"print(1)\n".to_vec()]);
        assert_eq!(readme.count, 1);
        let test = "    func testLine13() async throws {\n        let a = 1\n    }\n}\n";
        assert!(readme.tests.ends_with(test), "{}", readme.tests);
        assert_eq!(readme.tests.matches("import Saltbox").count(), 1);
    }

    #[test]
    fn a_readme_that_shows_nothing_is_refused() {
        assert!(read("# Saltbox\n").is_err());
        assert!(read("```swift\nlet a = 1\n```\n```swift\nlet b = 2\n```\n").is_err());
    }
}
