//! What unlocks the database: a passphrase, or a key file.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use saltbox::keys::KEY_LEN;
use saltbox::rng::{OsRandom, RandomSource};
use zeroize::{Zeroize, Zeroizing};

use super::vault::{SALT_LEN, Vault};
use crate::Error;

/// The least that a new passphrase must have.
pub const PASSPHRASE_MIN: usize = 8;

/// What unlocks a database.
pub enum Secret {
    /// Stretched by Argon2id.
    Passphrase(Zeroizing<String>),
    /// A file of 32 bytes, or of 64 hex digits, that its owner alone can read.
    KeyFile(PathBuf),
}

/// How a database is unlocked; kept in it in the clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By Argon2id with these costs.
    Passphrase(Cost),
    /// By the bytes of a key file.
    KeyFile,
}

/// The costs of Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// The second choice of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes.
    pub const RFC_9106_SECOND: Self = Self { memory_kib: 1 << 16, passes: 3, lanes: 4 };

    /// What is asked for is not limited by what somebody wrote into the file.
    const MOST: Self = Self { memory_kib: 1 << 20, passes: 16, lanes: 16 };
}

impl Method {
    /// As it is kept.
    #[must_use]
    pub fn to_text(self) -> String {
        match self {
            Self::Passphrase(cost) => {
                format!("argon2id v=19 m={} t={} p={}", cost.memory_kib, cost.passes, cost.lanes)
            }
            Self::KeyFile => "key-file".to_owned(),
        }
    }

    /// Reads what was kept.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] for what this program never wrote.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let numbers: Vec<u32> =
            text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
        let method = match numbers[..] {
            [2, 19, memory_kib, passes, lanes] => {
                Self::Passphrase(Cost { memory_kib, passes, lanes })
            }
            _ => Self::KeyFile,
        };
        (method.to_text() == text).then_some(method).ok_or_else(|| {
            Error::Damaged("does not say how it is unlocked: put a backup in its place".to_owned())
        })
    }
}

impl Secret {
    /// How a new database is unlocked by this.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self {
            Self::Passphrase(_) => Method::Passphrase(Cost::RFC_9106_SECOND),
            Self::KeyFile(_) => Method::KeyFile,
        }
    }

    /// The vault that this secret opens. A passphrase takes a good part of a second and 64 MiB.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] if the key file cannot be used, or is not what this database asks for.
    pub fn vault(&self, method: Method, salt: &[u8; SALT_LEN]) -> Result<Vault, Error> {
        let secret = match (self, method) {
            (Self::Passphrase(passphrase), Method::Passphrase(cost)) => {
                stretch(passphrase.as_bytes(), salt, cost)?
            }
            (Self::KeyFile(path), Method::KeyFile) => read_key_file(path)?,
            (Self::Passphrase(_), Method::KeyFile) => {
                return Err(Error::Locked(
                    "the database is unlocked by a key file: give it with --key-file".to_owned(),
                ));
            }
            (Self::KeyFile(path), Method::Passphrase(_)) => {
                return Err(Error::Locked(format!(
                    "the database is unlocked by a passphrase, not by {}: leave --key-file out",
                    path.display()
                )));
            }
        };
        Ok(Vault::new(&secret, salt))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Passphrase(_) => "Passphrase(..)",
            Self::KeyFile(_) => "KeyFile(..)",
        })
    }
}

fn stretch(
    passphrase: &[u8],
    salt: &[u8; SALT_LEN],
    cost: Cost,
) -> Result<Zeroizing<[u8; KEY_LEN]>, Error> {
    let most = Cost::MOST;
    let fits = cost.memory_kib <= most.memory_kib
        && cost.passes <= most.passes
        && cost.lanes <= most.lanes;
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(KEY_LEN)).ok();
    let Some(params) = params.filter(|_| fits) else {
        return Err(Error::Damaged(
            "asks for costs of Argon2id that this program never chose: put a backup in its place"
                .to_owned(),
        ));
    };
    let mut blocks = vec![Block::default(); params.block_count()];
    let mut key = Zeroizing::new([0; KEY_LEN]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let result = argon2.hash_password_into_with_memory(passphrase, salt, &mut *key, &mut blocks);
    blocks.iter_mut().for_each(Zeroize::zeroize);
    match result {
        Ok(()) => Ok(key),
        Err(error) => Err(Error::Locked(format!("the passphrase cannot be stretched: {error}"))),
    }
}

/// Makes a key file of 64 random hex digits that its owner alone can read; refuses to overwrite one.
///
/// # Errors
///
/// [`Error::Locked`].
pub fn create_key_file(path: &Path) -> Result<(), Error> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    OsRandom.fill(&mut *key)?;
    let mut text = Zeroizing::new(String::with_capacity(2 * KEY_LEN + 1));
    for byte in *key {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('?'));
        }
    }
    text.push('\n');
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| {
        Error::Locked(format!("the key file {} cannot be made: {error}", path.display()))
    })
}

fn read_key_file(path: &Path) -> Result<Zeroizing<[u8; KEY_LEN]>, Error> {
    let fail = |why: &str| Error::Locked(format!("the key file {}: {why}", path.display()));
    let file = File::open(path).map_err(|error| fail(&error.to_string()))?;
    let mode = file.metadata().map_err(|error| fail(&error.to_string()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(fail(&format!(
            "others can read or write it (mode {:03o}): chmod 600 {}",
            mode & 0o777,
            path.display()
        )));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    file.take(129).read_to_end(&mut bytes).map_err(|error| fail(&error.to_string()))?;
    parse_key(&bytes).ok_or_else(|| fail("must hold 32 bytes, or 64 hex digits"))
}

fn parse_key(bytes: &[u8]) -> Option<Zeroizing<[u8; KEY_LEN]>> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    if bytes.len() == KEY_LEN {
        key.copy_from_slice(bytes);
        return Some(key);
    }
    let hex = bytes.trim_ascii_end();
    if hex.len() != 2 * KEY_LEN {
        return None;
    }
    for (byte, pair) in key.iter_mut().zip(hex.chunks(2)) {
        for digit in pair {
            *byte = *byte << 4 | u8::try_from(char::from(*digit).to_digit(16)?).ok()?;
        }
    }
    Some(key)
}

/// Whether there is something at `path`; an unreadable folder counts as something.
pub(crate) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).map_or_else(|e| e.kind() != std::io::ErrorKind::NotFound, |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn argon2id_of_rfc_9106_second_choice_is_the_one_of_the_reference() {
        // `echo -n "correct horse" | argon2 "saltsaltsaltsalt" -id -t 3 -k 65536 -p 4 -l 32 -r`
        let key = stretch(b"correct horse", b"saltsaltsaltsalt", Cost::RFC_9106_SECOND).unwrap();
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "2de65b0f75002af51c002c7d8a5e173ed5ed1620d7dff49c444e1e4233983723");
    }

    #[test]
    fn costs_are_read_back_and_limited() {
        let method = Method::Passphrase(Cost::RFC_9106_SECOND);
        assert_eq!(method.to_text(), "argon2id v=19 m=65536 t=3 p=4");
        assert_eq!(Method::from_text(&method.to_text()).unwrap(), method);
        assert_eq!(Method::from_text("key-file").unwrap(), Method::KeyFile);
        for bad in [
            "",
            "argon2i v=19 m=1 t=1 p=1",
            "argon2id v=19 m=65536 t=3 p=4 ",
            "argon2id v=19 m=1 x=1 p=1",
        ] {
            assert!(Method::from_text(bad).is_err(), "{bad}");
        }
        let huge = Cost { memory_kib: u32::MAX, passes: 3, lanes: 4 };
        assert!(matches!(stretch(b"x", &[0; 16], huge), Err(Error::Damaged(_))));
    }

    #[test]
    fn a_key_file_is_32_bytes_or_64_digits() {
        assert_eq!(*parse_key(&[7; 32]).unwrap(), [7; 32]);
        assert_eq!(*parse_key(&[b'1'; 64]).unwrap(), [0x11; 32]);
        assert_eq!(*parse_key("aB".repeat(32).as_bytes()).unwrap(), [0xab; 32]);
        let mut line = vec![b'f'; 64];
        line.push(b'\n');
        assert_eq!(*parse_key(&line).unwrap(), [0xff; 32]);
        for bad in [&[0; 31][..], &[0; 33], &[b'g'; 64], &[b'1'; 63], b""] {
            assert!(parse_key(bad).is_none());
        }
    }
}
