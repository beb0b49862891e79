//! Where things are in the checkout.

use std::env;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The checkout that this run works on.
#[derive(Clone, Debug)]
pub struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The checkout around the current folder.
    pub fn find() -> Result<Self> {
        let here = env::current_dir().context("the current folder cannot be read")?;
        for folder in here.ancestors() {
            if folder.join("xtask/Cargo.toml").is_file()
                && folder.join("rust-toolchain.toml").is_file()
            {
                return Ok(Self { root: folder.to_path_buf() });
            }
        }
        bail!(
            "{} is not inside the Saltbox repository: go there and repeat the command",
            here.display()
        )
    }

    /// A checkout whose top folder is known: tests build small ones.
    #[cfg(test)]
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// The top folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the top folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Where a step's whole output is kept.
    pub fn logs(&self) -> PathBuf {
        self.path("target/xtask")
    }

    /// `path` as it is shown to a person: without the folder of the checkout.
    pub fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// `path` without `.` and `..`, whether it exists or not.
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_plain() {
        assert_eq!(plain(Path::new("/a/./b/../c/../../d")), Path::new("/d"));
        assert_eq!(plain(Path::new("a/../b")), Path::new("b"));
    }
}
