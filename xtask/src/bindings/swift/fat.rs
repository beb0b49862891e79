//! Several static libraries in one file, a processor each: what Apple's `lipo -create` writes.

use anyhow::{Context, Result, bail};
use object::Architecture;
use object::macho::{
    CPU_SUBTYPE_ARM64_ALL, CPU_SUBTYPE_X86_64_ALL, CPU_TYPE_ARM64, CPU_TYPE_X86_64, FAT_MAGIC,
};

/// Libraries begin at multiples of this power of two, as the members of an archive do.
const ALIGN: u32 = 3;

/// Puts them together, in their order.
pub fn fat(libraries: &[(Architecture, &[u8])]) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut put = |number: u32| file.extend(number.to_be_bytes());
    put(FAT_MAGIC);
    put(u32::try_from(libraries.len())?);
    let mut end = 8 + 20 * libraries.len();
    let mut starts = Vec::new();
    for (architecture, library) in libraries {
        let (kind, variant) = match architecture {
            Architecture::Aarch64 => (CPU_TYPE_ARM64, CPU_SUBTYPE_ARM64_ALL),
            Architecture::X86_64 => (CPU_TYPE_X86_64, CPU_SUBTYPE_X86_64_ALL),
            other => bail!("Apple has no {other:?}"),
        };
        let start = end.next_multiple_of(1 << ALIGN);
        end = start + library.len();
        starts.push(start);
        let size = |number: usize| u32::try_from(number).context("4 GiB are too much for one file");
        put(kind.0);
        put(variant.0);
        put(size(start)?);
        put(size(library.len())?);
        put(ALIGN);
    }
    for (start, (_, library)) in starts.into_iter().zip(libraries) {
        file.resize(start, 0);
        file.extend_from_slice(library);
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use object::read::macho::{FatArch, MachOFatFile32};

    use super::*;

    #[test]
    fn what_is_put_together_is_found_again() {
        let parts = [(Architecture::Aarch64, b"one".as_slice()), (Architecture::X86_64, b"other")];
        let file = fat(&parts).unwrap();
        let read = MachOFatFile32::parse(file.as_slice()).unwrap();
        let arches = read.arches();
        for (arch, (architecture, library)) in arches.iter().zip(parts) {
            assert_eq!(arch.architecture(), architecture);
            assert_eq!(arch.data(file.as_slice()).unwrap(), library);
            assert_eq!(arch.offset() % 8, 0);
        }
        assert_eq!(arches.len(), 2);
        assert!(fat(&[(Architecture::Arm, b"")]).is_err());
    }
}
