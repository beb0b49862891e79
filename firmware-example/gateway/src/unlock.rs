//! Where the passphrase comes from.

use std::path::Path;

use saltbox_gateway::store::unlock::{Method, PASSPHRASE_MIN, Secret, create_key_file};
use saltbox_gateway::{Error, Gateway};
use zeroize::Zeroizing;

use crate::cli::StoreArgs;

const VARIABLE: &str = "SALTBOX_PASSPHRASE";

/// Opens the database with the key file, or with the passphrase if it wants one.
pub fn open(store: &StoreArgs) -> Result<Gateway, Error> {
    Gateway::open(&store.db, |method| match (&store.key_file, method) {
        (Some(path), _) => Ok(Secret::KeyFile(path.clone())),
        (None, Method::Passphrase(_)) => passphrase(&store.db).map(Secret::Passphrase),
        (None, Method::KeyFile) => Err(Error::Locked(format!(
            "{} is unlocked by a key file: give it with --key-file",
            store.db.display()
        ))),
    })
}

/// What a new database is unlocked by, and what to say about it.
pub fn choose(store: &StoreArgs) -> Result<(Secret, String), Error> {
    if let Some(path) = &store.key_file {
        let made = !path.exists();
        if made {
            create_key_file(path)?;
        }
        let text = format!(
            "unlocked by the key file {}{}: keep a copy of it in another place, without it all is lost",
            path.display(),
            if made { ", which was made" } else { "" }
        );
        return Ok((Secret::KeyFile(path.clone()), text));
    }
    let passphrase = passphrase(&store.db)?;
    if passphrase.chars().count() < PASSPHRASE_MIN {
        return Err(Error::Locked(format!(
            "the passphrase is too short: give at least {PASSPHRASE_MIN} characters, better six words"
        )));
    }
    if std::env::var_os(VARIABLE).is_none() && prompt("the same again: ")? != passphrase {
        return Err(Error::Locked("the two are not the same: try again".to_owned()));
    }
    let text = "unlocked by the passphrase: without it all is lost".to_owned();
    Ok((Secret::Passphrase(passphrase), text))
}

fn passphrase(database: &Path) -> Result<Zeroizing<String>, Error> {
    match std::env::var(VARIABLE) {
        Ok(passphrase) => Ok(Zeroizing::new(passphrase)),
        Err(std::env::VarError::NotPresent) => {
            prompt(&format!("passphrase for {}: ", database.display()))
        }
        // The text itself is not shown.
        Err(_) => Err(Error::Locked(format!("{VARIABLE} is not UTF-8"))),
    }
}

fn prompt(text: &str) -> Result<Zeroizing<String>, Error> {
    rpassword::prompt_password(text).map(Zeroizing::new).map_err(|error| {
        Error::Locked(format!(
            "no passphrase, because there is no terminal to ask on ({error}): set {VARIABLE}, or \
             use --key-file"
        ))
    })
}
