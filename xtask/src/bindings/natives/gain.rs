//! What an app gains by a static library. The file itself says little: it holds all of `std`, of which an app's linker
//! takes what is called. So it is linked here as an app would, into a shared library that exports what bindings call.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use object::Architecture;

use super::{Platform, quietly};
use crate::install::natives as tools;
use crate::repo::Repo;

/// The bytes that are left of the static library at `path` when what nobody calls is gone.
///
/// What the system brings is not there to be linked and stays open: the C library, and on Android the unwinder, which an
/// NDK adds.
pub fn measure(repo: &Repo, path: &Path, platform: &Platform) -> Result<u64> {
    let to = path.with_extension("gain");
    let [library, linked] = [path, &to].map(|path| path.display().to_string());
    let cmd = tools::beside_rustc(repo, "rust-lld")?;
    let cmd = if platform.is_apple() {
        let system = if platform.target.contains("-ios") { "ios" } else { "macos" };
        let arch = if platform.machine == Architecture::X86_64 { "x86_64" } else { "arm64" };
        cmd.args(["-flavor", "darwin", "-arch", arch, "-platform_version", system, "13.0", "13.0"])
            .args([
                "-dylib",
                "-undefined",
                "dynamic_lookup",
                "-all_load",
                "-dead_strip",
                "-x",
                "-S",
            ])
            .args(["-exported_symbol", "_uniffi_saltbox_ffi_*"])
            .args(["-exported_symbol", "_ffi_saltbox_ffi_*"])
            .args(["-o", &linked, &library])
    } else {
        let exports = path.with_extension("exports");
        fs::write(&exports, "{ global: uniffi_saltbox_ffi_*; ffi_saltbox_ffi_*; local: *; };\n")?;
        let exports = exports.display().to_string();
        cmd.args(["-flavor", "gnu", "-shared", "--gc-sections", "--strip-all"])
            .args(["--version-script", &exports, "-o", &linked])
            .args(["--whole-archive", &library])
    };
    quietly(&cmd)?;
    let len = fs::metadata(&to).with_context(|| format!("cannot read {linked}"))?.len();
    if len == 0 {
        bail!("{linked} is empty");
    }
    Ok(len)
}
