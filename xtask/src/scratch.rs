//! A folder that a test fills and that is gone afterwards.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Folders made by this process: tests run side by side.
static MADE: AtomicUsize = AtomicUsize::new(0);

/// A folder of one test.
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// An empty folder; `name` tells a reader whose it was, should it be left behind.
    pub fn new(name: &str) -> Self {
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("saltbox-xtask-{}-{number}-{name}", process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file below it, and the folders on the way.
    pub fn write(&self, below: &str, text: &str) {
        let path = self.path.join(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
