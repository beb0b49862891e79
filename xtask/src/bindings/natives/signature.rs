//! The ad-hoc signature of a Mach-O file. A Mac with Apple's processor kills a process that loads a library without a
//! signature, or with one of other bytes, and zig signs before rustc strips: so it is computed again.
//!
//! The format is that of `cs_blobs.h` in Apple's open sources (xnu): all numbers are big-endian.

use anyhow::{Context, Result, bail};
use object::Endianness;
use object::read::macho::{LoadCommandVariant, MachHeader, MachOFile64};
use sha2::{Digest, Sha256};

const SUPER_BLOB: u32 = 0xfade_0cc0;
const CODE_DIRECTORY: u32 = 0xfade_0c02;

/// The number that stands for SHA-256.
const SHA256: u8 = 2;

/// What is wrong with the signature.
pub fn faults(bytes: &[u8]) -> Result<Vec<String>> {
    let Some((start, len)) = place(bytes)? else {
        return Ok(vec!["is not signed".to_owned()]);
    };
    let blobs = bytes.get(start..start + len).context("the signature lies outside")?;
    if number(blobs, 0)? != SUPER_BLOB {
        bail!("the signature is of no known kind");
    }
    for index in 0..number(blobs, 8)? as usize {
        let at = number(blobs, 16 + 8 * index)? as usize;
        let blob = blobs.get(at..).context("a part of the signature lies outside")?;
        if number(blob, 0)? == CODE_DIRECTORY {
            return pages(bytes, blob, start);
        }
    }
    Ok(vec!["is signed without hashes".to_owned()])
}

/// Where the signature lies, and how long it is.
fn place(bytes: &[u8]) -> Result<Option<(usize, usize)>> {
    let mach: MachOFile64<'_, Endianness> = MachOFile64::parse(bytes).context("not Mach-O")?;
    let endian = mach.endian();
    let mut commands = mach.macho_header().load_commands(endian, bytes, 0)?;
    while let Some(command) = commands.next()? {
        if command.cmd() == object::macho::LC_CODE_SIGNATURE
            && let LoadCommandVariant::LinkeditData(data) = command.variant()?
        {
            let [start, len] = [&data.dataoff, &data.datasize].map(|field| field.get(endian));
            return Ok(Some((start as usize, len as usize)));
        }
    }
    Ok(None)
}

/// Compares the hash of each page before the signature, which begins at `signed`.
fn pages(bytes: &[u8], directory: &[u8], signed: usize) -> Result<Vec<String>> {
    let [hashes, count, limit] = [16, 28, 32].map(|at| number(directory, at));
    let (hashes, count, limit) = (hashes? as usize, count? as usize, limit? as usize);
    let [len, kind, _, shift] = *directory.get(36..40).context("the signature is cut off")? else {
        bail!("the signature is cut off")
    };
    if kind != SHA256 || usize::from(len) != Sha256::output_size() || limit != signed {
        bail!("the signature is of an unexpected kind, or covers {limit} of {signed} bytes");
    }
    let code = bytes.get(..limit).context("the signature covers more than there is")?;
    let signed: Vec<_> = directory
        .get(hashes..)
        .context("the hashes lie outside")?
        .chunks(usize::from(len))
        .take(count)
        .collect();
    let found: Vec<_> = code.chunks(1 << shift).map(Sha256::digest).collect();
    let same = signed.len() == found.len()
        && signed.iter().zip(&found).all(|(signed, found)| *signed == found.as_slice());
    let fault = "its signature is of other bytes: a Mac would kill what loads it";
    Ok(if same { Vec::new() } else { vec![fault.to_owned()] })
}

fn number(bytes: &[u8], at: usize) -> Result<u32> {
    let four = bytes.get(at..at + 4).context("the signature is cut off")?;
    Ok(u32::from_be_bytes(four.try_into()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two pages of 4 KiB that begin with a Mach-O header, and the signature that covers them.
    fn signed() -> Vec<u8> {
        const PAGES: u32 = 2;
        let code_len = PAGES << 12;
        let directory_len = 44 + 32 * PAGES;
        // Magic, ARM64, a dylib, one command: LC_CODE_SIGNATURE.
        let header = [0xfeed_facf, 0x0100_000c, 0, 6, 1, 16, 0, 0];
        let command = [0x1d, 16, code_len, 20 + directory_len];
        let mut file: Vec<u8> = [&header[..], &command]
            .concat()
            .iter()
            .flat_map(|word: &u32| word.to_le_bytes())
            .collect();
        file.resize(code_len as usize, 7);
        let hashes: Vec<_> = file.chunks(1 << 12).flat_map(Sha256::digest).collect();
        let blob = [SUPER_BLOB, 20 + directory_len, 1, 0, 20];
        let directory = [CODE_DIRECTORY, directory_len, 0x2_0400, 2, 44, 0, 0, PAGES, code_len];
        file.extend(blob.iter().chain(&directory).flat_map(|word| word.to_be_bytes()));
        file.extend([32, SHA256, 0, 12, 0, 0, 0, 0]);
        file.extend(hashes);
        file
    }

    #[test]
    fn a_changed_byte_breaks_the_signature() {
        let good = signed();
        assert_eq!(faults(&good).unwrap(), [""; 0]);
        for at in [100, (1 << 12) + 3] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(faults(&bad).unwrap()[0].contains("of other bytes"), "{at}");
        }
    }

    #[test]
    fn a_signature_that_is_missing_or_cut_off_is_found() {
        let good = signed();
        let mut unsigned = good.clone();
        unsigned[32] = 0x2a;
        assert_eq!(faults(&unsigned).unwrap(), ["is not signed"]);
        assert!(faults(&good[..good.len() - 40]).is_err());
    }
}
