//! The packages that are built below `target/swift`: what is written by hand, what is generated, and the native library.

use std::fs;

use anyhow::{Context, Result};

use super::tree::Tree;
use crate::bindings::native::{self, Language};
use crate::bindings::natives;
use crate::cases;
use crate::progress::Progress;
use crate::repo::Repo;

/// How many steps [`Parts::make`] takes.
pub const STEPS: usize = 2 + natives::STEPS;

/// What every package consists of.
pub struct Parts {
    /// `Sources/Saltbox` and `Sources/SaltboxFFI`.
    sources: Tree,
    /// The static library of this machine.
    library: Vec<u8>,
}

impl Parts {
    /// Generates and builds them.
    pub fn make(repo: &Repo, progress: &mut Progress) -> Result<Self> {
        let generated = repo.path("target/bindings/swift/generated");
        native::generate(repo, progress, Language::Swift, &generated)?;
        let built = match natives::linux_static() {
            Some(platform) => natives::build(repo, progress, platform)?,
            // Elsewhere the package carries the XCFramework, and this library is not linked.
            None => native::host_library(repo, progress)?.with_extension("a"),
        };
        let mut sources = Tree::default();
        sources.add_folder("Sources", &repo.path("bindings/swift/Sources"))?;
        sources.add_file("Sources/Saltbox/Saltbox.swift", &generated.join("Saltbox.swift"))?;
        for file in ["SaltboxFFI.h", "module.modulemap"] {
            let path = format!("Sources/SaltboxFFI/{file}");
            sources.add_file(path, &generated.join(file))?;
        }
        let library =
            fs::read(&built).with_context(|| format!("cannot read {}", built.display()))?;
        Ok(Self { sources, library })
    }

    /// The package that an app developer adds, without the XCFramework: all that Linux needs.
    pub fn package(&self, repo: &Repo) -> Result<Tree> {
        let mut tree = self.both();
        for file in ["Package.swift", "README.md"] {
            tree.add_file(file, &repo.path("bindings/swift").join(file))?;
        }
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            tree.add_file(licence, &repo.path(licence))?;
        }
        let tests = "Tests/SaltboxTests";
        tree.add_folder(tests, &repo.path("bindings/swift").join(tests))?;
        tree.add_folder("Samples", &repo.path("bindings/swift/Samples"))?;
        let vectors = "core/tests/vectors/telemetry.json";
        tree.add_file(format!("{tests}/Vectors/telemetry.json"), &repo.path(vectors))?;
        Ok(tree)
    }

    /// The same, with the cases that all languages share among its tests: they read a table of this checkout.
    pub fn tested(&self, repo: &Repo) -> Result<Tree> {
        let mut tree = self.package(repo)?;
        let cases = cases::folder(repo, cases::Language::Swift).join("CasesTests.swift");
        tree.add_file("Tests/SaltboxTests/CasesTests.swift", &cases)?;
        Ok(tree)
    }

    /// The same sources over a Keychain that is played, with the README's code as tests.
    pub fn on_fake_keychain(&self, repo: &Repo, readme_tests: &str) -> Result<Tree> {
        let mut tree = self.both();
        let fake = repo.path("bindings/swift/Tests/FakeKeychain");
        tree.add_file("Package.swift", &fake.join("Package.swift"))?;
        tree.add_folder("Sources/Security", &fake.join("Security"))?;
        for target in ["KeychainTests", "ReadmeTests"] {
            tree.add_folder(format!("Tests/{target}"), &fake.join(target))?;
        }
        tree.add("Tests/ReadmeTests/ReadmeTests.swift", readme_tests);
        Ok(tree)
    }

    /// The static library.
    pub fn library(&self) -> &[u8] {
        &self.library
    }

    /// The C header, and the module map that names it.
    pub fn header(&self) -> Result<(&[u8], &[u8])> {
        let file = |name| self.sources.file(&format!("Sources/SaltboxFFI/{name}"));
        Ok((file("SaltboxFFI.h")?, file("module.modulemap")?))
    }

    /// The privacy manifest.
    pub fn privacy(&self) -> Result<&[u8]> {
        self.sources.file("Sources/Saltbox/PrivacyInfo.xcprivacy")
    }

    fn both(&self) -> Tree {
        let mut tree = self.sources.clone();
        tree.add("lib/libsaltbox_ffi.a", self.library.as_slice());
        tree
    }
}
