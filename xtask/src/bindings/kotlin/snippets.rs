//! The code on the README's page as tests: a fenced block is the body of a function, its imports are the file's.
//!
//! A block whose fence says `kotlin android` is compiled and run where Android's classes are.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::progress::Progress;
use crate::repo::Repo;

const README: &str = "bindings/kotlin/README.md";

/// How many steps [`write()`] takes.
pub const STEPS: usize = 1;

/// A test class that is made of blocks.
#[derive(Clone, Copy)]
struct Class {
    name: &'static str,
    fence: &'static str,
    folder: &'static str,
    /// What the class needs to run.
    imports: &'static [&'static str],
    annotation: &'static str,
}

const CLASSES: [Class; 2] = [
    Class {
        name: "ReadmeTest",
        fence: "kotlin",
        folder: "target/bindings/kotlin/snippets",
        imports: &[],
        annotation: "",
    },
    Class {
        name: "ReadmeOnAndroidTest",
        fence: "kotlin android",
        folder: "target/bindings/kotlin/snippets-android",
        imports: &[
            "import dev.saltbox.SoftwareKeystore",
            "import org.junit.jupiter.api.extension.ExtendWith",
        ],
        annotation: "@ExtendWith(SoftwareKeystore::class)\n",
    },
];

/// Writes the tests.
pub fn write(repo: &Repo, progress: &mut Progress) -> Result<()> {
    progress.work("snippets of the README", "cargo xtask bindings kotlin", || {
        let path = repo.path(README);
        let readme =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let blocks = blocks(&readme)?;
        for class in CLASSES {
            let folder = repo.path(class.folder);
            fs::create_dir_all(&folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
            let file = folder.join(format!("{}.kt", class.name));
            fs::write(&file, class.text(&blocks)?)
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(())
    })
}

/// A fenced block of Kotlin.
#[derive(Debug, PartialEq)]
struct Block<'a> {
    fence: &'a str,
    /// Of the fence, from 1.
    line: usize,
    lines: Vec<&'a str>,
}

/// Every block that a reader takes for Kotlin; an error if one would be left out.
fn blocks(readme: &str) -> Result<Vec<Block<'_>>> {
    let mut blocks = Vec::new();
    let mut lines = readme.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(fence) = line.trim_start().strip_prefix("```") else { continue };
        let lines: Vec<_> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "```").collect();
        let fence = fence.trim();
        if CLASSES.iter().any(|class| class.fence == fence) {
            blocks.push(Block { fence, line: number + 1, lines });
        } else if fence.is_empty() || fence.to_lowercase().starts_with('k') {
            bail!("{README}:{}: the fence must name its language, as `kotlin` does", number + 1);
        }
    }
    Ok(blocks)
}

impl Class {
    /// The file of this class.
    fn text(self, blocks: &[Block<'_>]) -> Result<String> {
        let blocks: Vec<_> = blocks.iter().filter(|block| block.fence == self.fence).collect();
        if blocks.is_empty() {
            bail!("{README} has no block of `{}`: {} would test nothing", self.fence, self.name);
        }
        let is_import = |line: &str| line.starts_with("import ");
        let mut imports: BTreeSet<_> = self.imports.iter().copied().collect();
        imports.insert("import org.junit.jupiter.api.Test");
        imports.extend(blocks.iter().flat_map(|it| &it.lines).copied().filter(|it| is_import(it)));
        let tests = blocks.iter().map(|block| {
            let body = block.lines.iter().filter(|line| !is_import(line) && !line.is_empty());
            let body: String = body.map(|line| format!("        {line}\n")).collect();
            format!("    @Test\n    fun `line {}`() {{\n{body}    }}\n", block.line)
        });
        Ok(format!(
            "package readme\n\n{}\n\n/** The code on the page {README}. */\n{}class {} {{\n{}}}\n",
            Vec::from_iter(imports).join("\n"),
            self.annotation,
            self.name,
            Vec::from_iter(tests).join("\n")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "text\n```kotlin\nimport b.*\n\nf()\n```\n```xml\n<a/>\n```\n```kotlin\nimport a.A\nif (x) {\n    g()\n}\n```\n";

    #[test]
    fn a_block_is_a_test() {
        let text = CLASSES[0].text(&blocks(PAGE).unwrap()).unwrap();
        let want = "package readme\n\nimport a.A\nimport b.*\nimport org.junit.jupiter.api.Test\n\n\
            /** The code on the page bindings/kotlin/README.md. */\nclass ReadmeTest {\n    @Test\n    \
            fun `line 2`() {\n        f()\n    }\n\n    @Test\n    fun `line 10`() {\n        if (x) {\n            \
            g()\n        }\n    }\n}\n";
        assert_eq!(text, want);
    }

    #[test]
    fn no_block_is_left_out() {
        for fence in ["kt", "Kotlin", "kotlin ignore", ""] {
            let error = blocks(&format!("a\n```{fence}\nf()\n```\n")).unwrap_err().to_string();
            assert!(error.starts_with("bindings/kotlin/README.md:2: "), "{fence}: {error}");
        }
        assert!(CLASSES[1].text(&blocks(PAGE).unwrap()).is_err());
    }
}
