//! What must be in the published archives, and what must not.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use roxmltree::Document;
use zip::{DateTime, ZipArchive};

use super::aar::{Entries, UNLINKED};
use crate::bindings::natives::android::MIN_SDK;
use crate::bindings::natives::{ANDROID, Form, Platform};

/// The namespace of a manifest's attributes.
const ANDROID_XML: &str = "http://schemas.android.com/apk/res/android";

/// A class that every app uses.
const CLASS: &str = "dev/saltbox/SecretKey";

/// What is wrong with the jar: it holds the classes, and the libraries `natives` as they were built.
pub fn of_jar(jar: &Entries, natives: &[(Platform, Vec<u8>)]) -> Vec<String> {
    let mut faults = lacks(jar, &[&format!("{CLASS}.class")]);
    for (platform, bytes) in natives {
        let name = format!("{}/{}", platform.name, platform.file());
        match jar.get(&name) {
            Some(packed) if packed == bytes => {}
            Some(_) => faults.push(format!("{name} is not the library that was built")),
            None => faults.push(format!("{name} is missing")),
        }
    }
    faults
}

/// What is wrong with the sources.
pub fn of_sources(jar: &Entries) -> Vec<String> {
    lacks(jar, &["dev/saltbox/saltbox.kt"])
}

/// What is wrong with the javadoc: it has the page of a class, with what its comment says, and none of UniFFI's insides.
pub fn of_javadoc(jar: &Entries) -> Vec<String> {
    let page = format!("{CLASS}.html");
    let mut faults = lacks(jar, &[&page]);
    if jar.get(&page).is_some_and(|page| !String::from_utf8_lossy(page).contains("wiped")) {
        faults.push(format!("{page} lacks the comments of the crate"));
    }
    let inner =
        ["FfiConverter", "RustBuffer", "Uniffi", "Disposable", "InternalException", "Impl."];
    let shown = jar.keys().filter(|name| inner.iter().any(|inner| name.contains(inner)));
    faults.extend(shown.map(|name| format!("{name} documents UniFFI's insides")));
    faults
}

/// What is wrong with the AAR.
pub fn of_aar(aar: &Entries) -> Result<Vec<String>> {
    let mut faults = lacks(aar, &["AndroidManifest.xml", "proguard.txt", "classes.jar", "R.txt"]);
    let text = |name: &str| String::from_utf8_lossy(aar.get(name).map_or(&[][..], Vec::as_slice));
    let manifest = text("AndroidManifest.xml");
    let manifest = Document::parse(&manifest).context("AndroidManifest.xml")?;
    let sdk = manifest.descendants().find(|node| node.has_tag_name("uses-sdk"));
    let sdk = sdk.and_then(|node| node.attribute((ANDROID_XML, "minSdkVersion")));
    if sdk != Some(&MIN_SDK.to_string()) {
        faults.push(format!("AndroidManifest.xml asks for Android {sdk:?}, not for {MIN_SDK}"));
    }
    for rule in ["-keep class com.sun.jna.**", "-keep class dev.saltbox.**"] {
        if !text("proguard.txt").contains(rule) {
            faults.push(format!("proguard.txt lacks `{rule}`"));
        }
    }
    let classes = entries(aar.get("classes.jar").map_or(&[][..], Vec::as_slice))?;
    faults.extend(lacks(&classes, &[&format!("{CLASS}.class"), "META-INF/saltbox.kotlin_module"]));
    let foreign = classes.keys().filter(|name| name.contains("libsaltbox_ffi"));
    faults.extend(foreign.map(|name| format!("classes.jar holds {name}")));
    faults.extend(of_jni(aar));
    Ok(faults)
}

/// Whether either all libraries are there, or none and the note that says so.
fn of_jni(aar: &Entries) -> Vec<String> {
    let ndk = ANDROID.map(|platform| Platform { form: Form::Ndk, ..platform });
    let names = ndk.map(|platform| format!("jni/{}/{}", platform.abi(), platform.file()));
    let missing: Vec<_> = names.iter().filter(|name| !aar.contains_key(*name)).collect();
    match (missing.len(), aar.contains_key(UNLINKED)) {
        (0, false) | (3, true) => Vec::new(),
        (0, true) => vec![format!("{UNLINKED} stands beside the libraries")],
        _ => missing.iter().map(|name| format!("{name} is missing, and nothing says so")).collect(),
    }
}

/// The entries that should be in an archive and are not.
fn lacks(entries: &Entries, names: &[&str]) -> Vec<String> {
    let missing = names.iter().filter(|name| !entries.contains_key(**name));
    missing.map(|name| format!("{name} is missing")).collect()
}

/// The files of an archive.
pub fn read(path: &Path) -> Result<Entries> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    entries(&bytes).with_context(|| path.display().to_string())
}

/// The files of an archive, each of the one time that all have: another would differ from run to run.
fn entries(bytes: &[u8]) -> Result<Entries> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).context("not an archive")?;
    let mut entries = BTreeMap::new();
    let fixed = DateTime::from_date_and_time(2000, 1, 1, 0, 0, 0)?;
    for index in 0..zip.len() {
        let mut file = zip.by_index(index)?;
        let name = file.name().to_owned();
        ensure!(file.last_modified() == Some(fixed), "{name} is of another time");
        if file.is_file() {
            let mut content = Vec::new();
            file.read_to_end(&mut content)?;
            entries.insert(name, content);
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(names: &[&str]) -> Entries {
        names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect()
    }

    #[test]
    fn an_aar_is_complete_or_says_that_it_is_not() {
        let all = ["arm64-v8a", "armeabi-v7a", "x86_64"]
            .map(|abi| format!("jni/{abi}/libsaltbox_ffi.so"));
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        assert_eq!(of_jni(&with(&all)), [""; 0]);
        assert_eq!(of_jni(&with(&[UNLINKED])), [""; 0]);
        for (names, count) in [(vec![], 3), (all[..2].to_vec(), 1), (vec![all[0], UNLINKED], 2)] {
            assert_eq!(of_jni(&with(&names)).len(), count, "{names:?}");
        }
        assert_eq!(of_jni(&with(&[all, vec![UNLINKED]].concat())).len(), 1);
    }

    #[test]
    fn another_library_in_the_jar_is_a_fault() {
        let natives = crate::bindings::natives::DESKTOP.map(|platform| (platform, vec![1, 2]));
        let mut jar = with(&["dev/saltbox/SecretKey.class"]);
        assert_eq!(of_jar(&jar, &natives).len(), 3);
        for (platform, bytes) in &natives {
            jar.insert(format!("{}/{}", platform.name, platform.file()), bytes.clone());
        }
        assert_eq!(of_jar(&jar, &natives), [""; 0]);
        jar.insert("linux-aarch64/libsaltbox_ffi.so".to_owned(), vec![1, 3]);
        assert_eq!(of_jar(&jar, &natives).len(), 1);
    }

    #[test]
    fn pages_of_uniffis_insides_are_faults() {
        let mut jar =
            Entries::from([("dev/saltbox/SecretKey.html".to_owned(), b"is wiped".to_vec())]);
        assert_eq!(of_javadoc(&jar), [""; 0]);
        jar.insert("dev/saltbox/FfiConverterString.html".to_owned(), Vec::new());
        assert_eq!(of_javadoc(&jar).len(), 1);
        assert_eq!(of_javadoc(&with(&["dev/saltbox/SecretKey.html"])).len(), 1);
    }
}
