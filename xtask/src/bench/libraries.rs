//! What is measured: families of operations, and the libraries that have them.

use crate::boards::Board;

/// The workspace of the images.
pub const WORKSPACE: &str = "benches/cortex-m";

/// The versions of the peers.
pub const LOCK: &str = "benches/cortex-m/Cargo.lock";

/// Operations that share an image.
#[derive(Debug, PartialEq)]
pub struct Family {
    /// Its name, also of the binary.
    pub name: &'static str,
    /// The operations in the order in which the image measures them.
    pub ops: &'static [&'static str],
}

/// Every family.
pub const FAMILIES: [Family; 7] = [
    Family { name: "agree", ops: &["x25519", "keypair"] },
    Family { name: "box", ops: &["seal_32", "open_32", "seal_1024", "open_1024"] },
    Family { name: "stream", ops: &["xsalsa20_per_byte"] },
    Family { name: "mac", ops: &["poly1305_per_byte"] },
    Family { name: "sign", ops: &["ed25519_sign", "ed25519_verify"] },
    Family { name: "hash", ops: &["blake2b_per_byte"] },
    Family { name: "frame", ops: &["frame", "frame_open"] },
];

/// The image that measures 64 instructions and holds no library.
pub const EMPTY: &str = "empty";

/// What one call of `op` is divided by.
pub fn units(op: &str) -> u64 {
    if op.ends_with("_per_byte") { 4096 } else { 1 }
}

/// A library that is measured.
#[derive(Debug, PartialEq)]
pub struct Library {
    /// Its name in the results.
    pub name: &'static str,
    /// Its name for a person.
    pub title: &'static str,
    /// The crate whose version is shown.
    pub package: Option<&'static str>,
    /// What the images are built with.
    pub features: &'static str,
    /// The families that it has.
    pub families: &'static [&'static str],
    /// Whether it is built at `opt-level = 3` instead of as firmware ships.
    pub for_speed: bool,
    /// The targets for which it is not measured, and why.
    pub not_for: Option<(&'static [&'static str], &'static str)>,
}

/// Saltbox.
const SALTBOX: Library = Library {
    name: "saltbox",
    title: "Saltbox",
    package: None,
    features: "saltbox",
    families: &["agree", "box", "stream", "mac", "sign", "hash", "frame"],
    for_speed: false,
    not_for: None,
};
const X25519_DALEK: Library = Library {
    name: "x25519-dalek",
    title: "x25519-dalek",
    package: Some("x25519-dalek"),
    features: "x25519-dalek",
    families: &["agree"],
    ..SALTBOX
};
const CRYPTO_BOX: Library = Library {
    name: "crypto_box",
    title: "crypto_box",
    package: Some("crypto_box"),
    features: "crypto_box",
    families: &["agree", "box"],
    ..SALTBOX
};
const DRYOC: Library = Library {
    name: "dryoc",
    title: "dryoc",
    package: Some("dryoc"),
    features: "dryoc",
    families: &["agree", "box", "mac", "sign", "hash"],
    ..SALTBOX
};
const SALTY: Library = Library {
    name: "salty",
    title: "salty",
    package: Some("salty"),
    features: "salty",
    families: &["agree", "sign"],
    not_for: Some((
        &["thumbv6m-none-eabi", "thumbv7m-none-eabi"],
        "it is made for UMAAL, which the core lacks",
    )),
    ..SALTBOX
};

/// Every library; Saltbox first, and those that are built for speed last.
pub const LIBRARIES: [Library; 12] = [
    SALTBOX,
    Library {
        name: "saltbox-small",
        title: "Saltbox, `small`",
        features: "saltbox-small",
        not_for: Some((
            &["thumbv7m-none-eabi"],
            "the portable code is not constant time there, so that `small` changes nothing",
        )),
        ..SALTBOX
    },
    X25519_DALEK,
    CRYPTO_BOX,
    DRYOC,
    SALTY,
    Library {
        name: "monocypher",
        title: "Monocypher",
        package: Some("monocypher-sys"),
        features: "monocypher",
        families: &["agree", "mac", "sign", "hash"],
        ..SALTBOX
    },
    Library { name: "saltbox-o3", for_speed: true, ..SALTBOX },
    Library { name: "x25519-dalek-o3", for_speed: true, ..X25519_DALEK },
    Library { name: "crypto_box-o3", for_speed: true, ..CRYPTO_BOX },
    Library { name: "dryoc-o3", for_speed: true, ..DRYOC },
    Library { name: "salty-o3", for_speed: true, ..SALTY },
];

impl Library {
    /// Whether it is this house's own, as it ships.
    pub fn is_ours(&self) -> bool {
        self.package.is_none() && !self.for_speed
    }

    /// Why nothing of it is measured on `board`, if nothing is.
    pub fn absence(&self, board: &Board) -> Option<&'static str> {
        self.not_for.filter(|(targets, _)| targets.contains(&board.target)).map(|(_, why)| why)
    }

    /// The families that it has.
    pub fn families(&self) -> impl Iterator<Item = &'static Family> + '_ {
        FAMILIES.iter().filter(|family| self.families.contains(&family.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_of_a_library_is_one() {
        for library in &LIBRARIES {
            assert_eq!(library.families().count(), library.families.len(), "{}", library.name);
            let has_all = library.families.len() == FAMILIES.len();
            assert_eq!(library.package.is_none(), has_all, "{}", library.name);
        }
    }
}
