//! The AAR: classes, manifest and rules for R8 in the layout that Android's tools read, and the native libraries that an
//! NDK has linked.
//!
//! Archives are written with sorted entries of one fixed time, so that the same files make the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::package::parent;
use crate::bindings::natives::Platform;
use crate::repo::Repo;

/// Where the manifest, the rules and the POM are.
const SOURCES: &str = "bindings/kotlin/aar";

/// The entry that says what is missing where no NDK linked the native libraries.
pub const UNLINKED: &str = "jni/NOT-LINKED.txt";

/// A file of an archive by its path in there.
pub type Entries = BTreeMap<String, Vec<u8>>;

/// Puts the AAR together from the folders of compiled `classes` and the `linked` libraries.
pub fn assemble(
    repo: &Repo,
    classes: &[PathBuf],
    linked: &[(Platform, PathBuf)],
) -> Result<Vec<u8>> {
    let mut jar = Entries::new();
    for folder in classes {
        collect(folder, folder, &mut jar)?;
    }
    // What is for the JVM lies beside the classes: the native libraries of desktops.
    jar.retain(|name, _| name.ends_with(".class") || name.ends_with(".kotlin_module"));
    let source = |name| read(&repo.path(SOURCES).join(name));
    let mut aar = Entries::from([
        ("AndroidManifest.xml".to_owned(), source("AndroidManifest.xml")?),
        ("proguard.txt".to_owned(), source("proguard.txt")?),
        ("classes.jar".to_owned(), archive(&jar)?),
        // There are no resources; the tools want the list all the same.
        ("R.txt".to_owned(), Vec::new()),
    ]);
    for (platform, path) in linked {
        aar.insert(format!("jni/{}/{}", platform.abi(), platform.file()), read(path)?);
    }
    if linked.is_empty() {
        let text = "This AAR holds no native library: it was made on a machine without an Android NDK.\n\
            An app with it throws UnsatisfiedLinkError. Set ANDROID_NDK_HOME and run `cargo xtask package kotlin`.\n";
        aar.insert(UNLINKED.to_owned(), text.into());
    }
    archive(&aar)
}

/// The POM, with the versions that the modules of the JVM have.
pub fn pom(repo: &Repo) -> Result<String> {
    let mut pom = String::from_utf8(read(&repo.path(SOURCES).join("pom.xml"))?)?;
    for name in ["version", "kotlin.version", "jna.version"] {
        pom = pom.replace(&format!("@{name}@"), &parent(repo, name)?);
    }
    Ok(pom)
}

/// The files below `folder`, named as seen from `top`.
fn collect(top: &Path, folder: &Path, entries: &mut Entries) -> Result<()> {
    let list = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in list {
        let path = entry?.path();
        if path.is_dir() {
            collect(top, &path, entries)?;
        } else {
            let name =
                path.strip_prefix(top)?.components().map(|part| part.as_os_str().to_string_lossy());
            entries.insert(name.collect::<Vec<_>>().join("/"), read(&path)?);
        }
    }
    Ok(())
}

/// An archive of `entries`.
fn archive(entries: &Entries) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::from_date_and_time(2000, 1, 1, 0, 0, 0)?)
        .unix_permissions(0o644);
    for (name, bytes) in entries {
        zip.start_file(name, options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
