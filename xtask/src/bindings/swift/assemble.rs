//! The package as an app developer adds it, in `target/swift/Saltbox`: what is written by hand, what is generated, and the
//! native library of this machine.

use std::path::Path;

use anyhow::Result;

use super::tree::Tree;
use crate::bindings::native::{self, Language};
use crate::progress::Progress;
use crate::repo::Repo;

/// Where the package is, from the top of the checkout.
pub const PACKAGE: &str = "target/swift/Saltbox";

/// How many steps [`package`] takes.
pub const STEPS: usize = 3;

/// The package without its XCFramework: all that Linux needs.
pub fn package(repo: &Repo, progress: &mut Progress) -> Result<Tree> {
    let generated = repo.path("target/bindings/swift/generated");
    native::generate(repo, progress, Language::Swift, &generated)?;
    let library = native::host_library(repo, progress)?.with_extension("a");
    let mut tree = Tree::default();
    tree.add_folder("", &repo.path("bindings/swift"))?;
    tree.add_file("Sources/Saltbox/Saltbox.swift", &generated.join("Saltbox.swift"))?;
    for file in ["SaltboxFFI.h", "module.modulemap"] {
        tree.add_file(Path::new("Sources/SaltboxFFI").join(file), &generated.join(file))?;
    }
    tree.add_file("lib/libsaltbox_ffi.a", &library)?;
    let vectors = "core/tests/vectors/telemetry.json";
    tree.add_file("Tests/SaltboxTests/Vectors/telemetry.json", &repo.path(vectors))?;
    Ok(tree)
}
