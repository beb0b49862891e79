//! What UniFFI generates for Kotlin, mended where it falls short.
//!
//! Each mend replaces words of UniFFI's templates. Words that are not found are an error: the version of UniFFI is pinned,
//! and whoever raises it looks at each mend again.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::bindings::native::{self, Language};
use crate::progress::Progress;
use crate::repo::Repo;

/// Where the sources are, and the one file in there.
const FOLDER: &str = "target/bindings/kotlin/generated";
const FILE: &str = "dev/saltbox/saltbox.kt";

/// How many steps [`generate`] takes.
pub const STEPS: usize = 3;

/// Words of the generated file, and what stands there instead.
struct Mend {
    from: &'static str,
    to: &'static str,
}

const MENDS: [Mend; 17] = [
    // The compiler warns of a good deal in here, none of it ours; in what is written by hand a warning is an error.
    Mend { from: r#"@file:Suppress("NAME_SHADOWING")"#, to: r#"@file:Suppress("warnings")"# },
    // An object that was closed is the same error as one that was wiped, in the same words.
    Mend {
        from: r#"IllegalStateException("${this.javaClass.simpleName} object has already been destroyed")"#,
        to: r#"SaltboxException.Closed("closed: the object was wiped or closed before")"#,
    },
    // An object passed as an argument is counted like one whose method is called. As generated, one that was closed, or is
    // being closed by another thread, reaches Rust as memory that was freed.
    Mend {
        from: "Long {\n        return value.uniffiCloneHandle()\n",
        to: "Long {\n        return value.callWithHandle { it }\n",
    },
    Mend {
        from: "            return value.uniffiCloneHandle()\n",
        to: "            return value.callWithHandle { it }\n",
    },
    // An OutOfMemoryError in a store is a failure like any other. As generated, it passes over Rust, which takes the zeros
    // that it finds for the answer: `save` went well, and `hasSeen` says no.
    Mend { from: "catch(e: kotlin.Exception)", to: "catch(e: kotlin.Throwable)" },
    // A direct buffer is read from its position, not from its start, and is kept from the garbage collector while Rust reads
    // it; another buffer is copied. As generated, that throws after the object was counted, and so is never freed.
    Mend {
        from: "require(value.isDirect) { \"UniFFI zero-copy &[u8] requires a direct ByteBuffer. Use \
               ByteBuffer.allocateDirect().\" }",
        to: "val direct = if (value.isDirect) value.slice() else \
             ByteBuffer.allocateDirect(value.remaining()).also { it.duplicate().put(value.duplicate()) }",
    },
    Mend {
        from: "class ByValue : ForeignBytes(), Structure.ByValue\n",
        to: "class ByValue : ForeignBytes(), Structure.ByValue { internal var held: ByteBuffer? = null }\n",
    },
    Mend {
        from: "com.sun.jna.Native.getDirectBufferPointer(value)",
        to: "com.sun.jna.Native.getDirectBufferPointer(direct.also { fb.held = it })",
    },
    // Half of a surrogate pair becomes a question mark. As generated, it throws an exception that has no type of ours.
    Mend {
        from: "onMalformedInput(CodingErrorAction.REPORT)",
        to: "onMalformedInput(CodingErrorAction.REPLACE)",
    },
    // Rust writes what became of a call into memory that is used again: see CallStatus.kt. As generated, each call makes a
    // structure of JNA for it, which takes longer than all else.
    Mend { from: "uniffi_out_err: UniffiRustCallStatus", to: "uniffi_out_err: Pointer" },
    Mend {
        from: "callback: (UniffiRustCallStatus) -> U): U {\n    var status = UniffiRustCallStatus()\n    \
               val return_value = callback(status)\n    uniffiCheckCallStatus(errorHandler, status)\n    \
               return return_value\n",
        to: "callback: (Pointer) -> U): U {\n    \
             return CallStatus.lend(callback) { uniffiCheckCallStatus(errorHandler, it) }\n",
    },
    Mend {
        from: "uniffiRustCall(callback: (UniffiRustCallStatus)",
        to: "uniffiRustCall(callback: (Pointer)",
    },
    // Library and sources are compared before the first call. As generated, that waits until an app asks for it.
    Mend {
        from: "Native.register(UniffiLib::class.java, findLibraryName(componentName = \"saltbox\"))\n",
        to: "Native.register(UniffiLib::class.java, findLibraryName(componentName = \"saltbox\"))\n        \
             IntegrityCheckingUniffiLib.ensureInitialized()\n",
    },
    // Insides that UniFFI documents as if an app called them.
    Mend { from: "\ninterface Disposable {", to: "\n/** @suppress */\ninterface Disposable {" },
    Mend { from: "\nclass InternalException(", to: "\n/** @suppress */\nclass InternalException(" },
    Mend {
        from: "\nopen class PeerStoreImpl:",
        to: "\n/** @suppress */\nopen class PeerStoreImpl:",
    },
    Mend {
        from: "\nopen class SecretStoreImpl:",
        to: "\n/** @suppress */\nopen class SecretStoreImpl:",
    },
];

/// Generates and mends the sources.
pub fn generate(repo: &Repo, progress: &mut Progress) -> Result<()> {
    native::generate(repo, progress, Language::Kotlin, &repo.path(FOLDER))?;
    progress.work("mend the generated Kotlin", "cargo xtask package kotlin", || {
        let path = repo.path(FOLDER).join(FILE);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        fs::write(&path, mended(&text)?).with_context(|| format!("cannot write {}", path.display()))
    })
}

fn mended(text: &str) -> Result<String> {
    let mut text = text.to_owned();
    for Mend { from, to } in MENDS {
        if !text.contains(from) {
            bail!(
                "UniFFI no longer generates `{}`: see whether the mend in \
                 xtask/src/bindings/kotlin/generated.rs is still needed",
                from.trim()
            );
        }
        text = text.replace(from, to);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_mended() {
        let twice = MENDS.map(|mend| mend.from.repeat(2)).concat();
        assert_eq!(mended(&twice).unwrap(), MENDS.map(|mend| mend.to.repeat(2)).concat());
    }

    #[test]
    fn a_mend_that_finds_nothing_is_an_error() {
        for missing in &MENDS {
            let text: String =
                MENDS.iter().map(|mend| mend.from).filter(|from| *from != missing.from).collect();
            let error = mended(&text).unwrap_err().to_string();
            assert!(error.contains(missing.from.trim()), "{error}");
        }
    }
}
