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
