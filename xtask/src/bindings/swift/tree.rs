//! The files of a package, gathered before they are written.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

/// Files by their path below the package's folder, in order.
#[derive(Clone, Default)]
pub struct Tree {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Tree {
    /// Adds a file, in place of one of the same path.
    pub fn add(&mut self, path: impl Into<PathBuf>, contents: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), contents.into());
    }

    /// Adds the file `from`, as `path`.
    pub fn add_file(&mut self, path: impl Into<PathBuf>, from: &Path) -> Result<()> {
        let contents = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
        self.add(path, contents);
        Ok(())
    }

    /// Adds all that is in the folder `from`, below `path`.
    pub fn add_folder(&mut self, path: impl AsRef<Path>, from: &Path) -> Result<()> {
        for entry in list(from)? {
            let below = path.as_ref().join(entry.file_name().unwrap_or_default());
            if entry.is_dir() {
                self.add_folder(below, &entry)?;
            } else {
                self.add_file(below, &entry)?;
            }
        }
        Ok(())
    }

    /// Adds all of another tree, below `path`.
    pub fn add_tree(&mut self, path: impl AsRef<Path>, other: &Self) {
        for (below, contents) in other.files() {
            self.add(path.as_ref().join(below), contents);
        }
    }

    /// The contents of one file.
    pub fn file(&self, path: &str) -> Result<&[u8]> {
        let contents = self.files.get(Path::new(path)).with_context(|| format!("no {path}"))?;
        Ok(contents)
    }

    /// The files, in order.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.files.iter().map(|(path, contents)| (path.as_path(), contents.as_slice()))
    }

    /// The files below the folder `name` in an archive that is the same whenever it is made.
    pub fn zip(&self, name: &str) -> Result<Vec<u8>> {
        let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, contents) in &self.files {
            zip.start_file_from_path(Path::new(name).join(path), options)?;
            zip.write_all(contents)?;
        }
        Ok(zip.finish()?.into_inner())
    }

    /// Makes `folder` hold these files and no others. What is right already is not touched: build tools go by times.
    pub fn write(&self, folder: &Path) -> Result<()> {
        self.sweep(folder, Path::new(""))?;
        for (below, contents) in &self.files {
            let path = folder.join(below);
            if fs::read(&path).is_ok_and(|found| found == *contents) {
                continue;
            }
            let parent = path.parent().unwrap_or(folder);
            fs::create_dir_all(parent)
                .with_context(|| format!("cannot make {}", parent.display()))?;
            fs::write(&path, contents)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// Removes what is not in the tree.
    fn sweep(&self, folder: &Path, below: &Path) -> Result<()> {
        let here = folder.join(below);
        if !here.is_dir() {
            return Ok(());
        }
        for entry in list(&here)? {
            let below = below.join(entry.file_name().unwrap_or_default());
            let removed = if !entry.is_dir() {
                if self.files.contains_key(&below) { Ok(()) } else { fs::remove_file(&entry) }
            } else if self.files.keys().any(|path| path.starts_with(&below)) {
                self.sweep(folder, &below)?;
                Ok(())
            } else {
                fs::remove_dir_all(&entry)
            };
            removed.with_context(|| format!("cannot remove {}", entry.display()))?;
        }
        Ok(())
    }
}

/// What is in `folder`, sorted.
fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn the_folder_holds_the_tree_and_nothing_else() {
        let scratch = Scratch::new("tree");
        scratch.write("stale.swift", "");
        scratch.write("old/folder/stale.swift", "");
        scratch.write("Sources/kept.swift", "same");
        scratch.write("Sources/stale.swift", "");
        let kept = scratch.path().join("Sources/kept.swift");
        let before = fs::metadata(&kept).unwrap().modified().unwrap();
        let mut tree = Tree::default();
        tree.add("Sources/kept.swift", "same");
        tree.add("Tests/new.swift", "new");
        tree.write(scratch.path()).unwrap();
        let mut found = Tree::default();
        found.add_folder("", scratch.path()).unwrap();
        let names: Vec<_> = found.files().map(|(path, _)| path.display().to_string()).collect();
        assert_eq!(names, ["Sources/kept.swift", "Tests/new.swift"]);
        assert_eq!(fs::metadata(&kept).unwrap().modified().unwrap(), before);
    }
}
