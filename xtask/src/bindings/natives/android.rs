//! Shared libraries for Android. Only Google's NDK has what they are linked with; where there is none, the static
//! libraries are as far as it goes, and whoever makes a package of them says so.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The oldest Android that loads the library: 8.0. The manifest says the same.
pub const MIN_SDK: u32 = 26;

/// Android 15 has pages of 16 KiB on some phones, and Google's store asks for libraries that load there.
pub const PAGE: u64 = 16 * 1024;

/// An NDK on this machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Ndk {
    /// Where its compilers are.
    bin: PathBuf,
}

impl Ndk {
    /// The one that the environment names; of several in an SDK the newest.
    pub fn find() -> Option<Self> {
        let variable = |name| env::var_os(name).map(PathBuf::from);
        let named = ["ANDROID_NDK_HOME", "ANDROID_NDK_ROOT"].map(variable);
        let sdk = ["ANDROID_HOME", "ANDROID_SDK_ROOT"].map(variable);
        let in_sdk = sdk.iter().flatten().filter_map(|sdk| newest(&sdk.join("ndk")));
        named.into_iter().flatten().chain(in_sdk).find_map(|ndk| Self::at(&ndk))
    }

    /// The NDK in the folder `ndk`, if there is one for this machine.
    fn at(ndk: &Path) -> Option<Self> {
        let hosts = fs::read_dir(ndk.join("toolchains/llvm/prebuilt")).ok()?;
        let mut bins = hosts.filter_map(|host| Some(host.ok()?.path().join("bin")));
        bins.find(|bin| bin.is_dir()).map(|bin| Self { bin })
    }

    /// The compiler that links for `target`.
    fn clang(&self, target: &str) -> PathBuf {
        let triple = target.replace("armv7-", "armv7a-");
        self.bin.join(format!("{triple}{MIN_SDK}-clang"))
    }

    /// What tells cargo to link for `target` with it.
    pub fn linker(&self, target: &str) -> (String, String) {
        let variable = target.replace('-', "_").to_uppercase();
        let clang = self.clang(target).display().to_string();
        (format!("CARGO_TARGET_{variable}_LINKER"), clang)
    }
}

/// The newest of the versions in `folder`: each lies in a folder named after it.
fn newest(folder: &Path) -> Option<PathBuf> {
    let version = |path: &PathBuf| -> Vec<u32> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.split('.').filter_map(|number| number.parse().ok()).collect()
    };
    let entries = fs::read_dir(folder).ok()?;
    entries.filter_map(|entry| Some(entry.ok()?.path())).max_by_key(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn the_newest_of_several_is_taken() {
        let scratch = Scratch::new("ndk");
        for version in ["9.1.0", "27.2.12", "27.10.3"] {
            let bin = "toolchains/llvm/prebuilt/linux-x86_64/bin";
            scratch.write(&format!("ndk/{version}/{bin}/clang"), "");
        }
        let ndk = Ndk::at(&newest(&scratch.path().join("ndk")).unwrap()).unwrap();
        assert!(ndk.bin.starts_with(scratch.path().join("ndk/27.10.3")), "{ndk:?}");
        let (variable, clang) = ndk.linker("armv7-linux-androideabi");
        assert_eq!(variable, "CARGO_TARGET_ARMV7_LINUX_ANDROIDEABI_LINKER");
        assert!(clang.ends_with("/bin/armv7a-linux-androideabi26-clang"), "{clang}");
    }

    #[test]
    fn a_folder_without_compilers_is_no_ndk() {
        let scratch = Scratch::new("no-ndk");
        assert_eq!(Ndk::at(scratch.path()), None);
        assert_eq!(newest(&scratch.path().join("ndk")), None);
    }
}
