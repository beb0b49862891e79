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
    /// Why it has no others.
    pub lacks: &'static str,
    /// The targets for which it is not measured, and why.
    pub not_for: Option<(&'static [&'static str], &'static str)>,
}

const ALL: &[&str] = &["agree", "box", "stream", "mac", "sign", "hash", "frame"];

/// Every library; Saltbox first.
pub const LIBRARIES: [Library; 6] = [
    Library {
        name: "saltbox",
        title: "Saltbox",
        package: None,
        features: "saltbox",
        families: ALL,
        lacks: "",
        not_for: None,
    },
    Library {
        name: "x25519-dalek",
        title: "x25519-dalek",
        package: Some("x25519-dalek"),
        features: "x25519-dalek",
        families: &["agree"],
        lacks: "is X25519 alone",
        not_for: None,
    },
    Library {
        name: "crypto_box",
        title: "crypto_box",
        package: Some("crypto_box"),
        features: "crypto_box",
        families: &["agree", "box"],
        lacks: "is the box alone",
        not_for: None,
    },
    Library {
        name: "dryoc",
        title: "dryoc",
        package: Some("dryoc"),
        features: "dryoc",
        families: &["agree", "box", "mac", "sign", "hash"],
        lacks: "shows no XSalsa20",
        not_for: None,
    },
    Library {
        name: "salty",
        title: "salty",
        package: Some("salty"),
        features: "salty",
        families: &["agree", "sign"],
        lacks: "is X25519 and Ed25519 alone",
        not_for: Some((
            &["thumbv6m-none-eabi", "thumbv7m-none-eabi"],
            "it is made for UMAAL, which the core lacks",
        )),
    },
    Library {
        name: "monocypher",
        title: "Monocypher",
        package: Some("monocypher-sys"),
        features: "monocypher",
        families: &["agree", "mac", "sign", "hash"],
        lacks: "has XChaCha20 in its box, not XSalsa20",
        not_for: None,
    },
];

impl Library {
    /// Whether it is this house's own.
    pub fn is_ours(&self) -> bool {
        self.package.is_none()
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
            assert_eq!(library.is_ours(), library.families.len() == FAMILIES.len());
        }
    }
}
