//! Who can read the database, what unlocks it, and what happens when somebody changes it.

mod rig;

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rig::{Node, Scratch, at, kept, stand};
use rusqlite::Connection;
use saltbox::telemetry::{Features, PEER_LEN};
use saltbox_gateway::store::unlock::Secret;
use saltbox_gateway::{Error, Gateway};
use zeroize::Zeroizing;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn text(result: Result<Gateway, Error>) -> String {
    match result {
        Ok(_) => panic!("it opened"),
        Err(error) => format!("{}: {error}", error.exit_code()),
    }
}

fn beside(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[test]
fn every_file_is_its_owners_alone() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    for suffix in ["", "-wal", "-shm"] {
        assert_eq!(mode(&beside(&scratch.db(), suffix)), 0o600, "{suffix}");
    }
    assert_eq!(mode(&scratch.key_file()), 0o600);
}

#[test]
fn a_database_that_others_can_read_is_refused() {
    let scratch = Scratch::new();
    let gateway = scratch.create();
    for (suffix, bits) in [("", 0o640), ("", 0o604), ("", 0o620), ("-wal", 0o644), ("-shm", 0o644)]
    {
        let path = beside(&scratch.db(), suffix);
        set_mode(&path, bits);
        let error = text(scratch.try_open());
        assert!(error.starts_with("3: ") && error.contains("chmod 600"), "{error}");
        assert!(error.contains(&path.display().to_string()), "{error}");
        set_mode(&path, 0o600);
    }
    drop(gateway);
    scratch.open();
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let scratch = Scratch::new();
    drop(scratch.create());
    set_mode(&scratch.key_file(), 0o640);
    let error = text(scratch.try_open());
    assert!(error.starts_with("4: ") && error.contains("chmod 600"), "{error}");
}

#[test]
fn a_wrong_key_file_is_recognised() {
    let scratch = Scratch::new();
    drop(scratch.create());
    fs::write(scratch.key_file(), [7; 32]).unwrap();
    let error = text(scratch.try_open());
    assert!(error.starts_with("4: ") && error.contains("does not unlock"), "{error}");
    fs::write(scratch.key_file(), [7; 31]).unwrap();
    assert!(text(scratch.try_open()).contains("must hold 32 bytes, or 64 hex digits"));
    fs::remove_file(scratch.key_file()).unwrap();
    let path = scratch.path("gateway.key");
    let error = text(Gateway::open(&scratch.db(), |_| Ok(Secret::KeyFile(path))));
    assert!(error.starts_with("4: ") && error.contains("gateway.key"), "{error}");
}

#[test]
fn a_passphrase_unlocks_and_a_wrong_one_does_not() {
    let scratch = Scratch::new();
    let secret = |text: &str| Secret::Passphrase(Zeroizing::new(text.to_owned()));
    drop(Gateway::create(&scratch.db(), &secret("correct horse")).unwrap());
    drop(Gateway::open(&scratch.db(), |_| Ok(secret("correct horse"))).unwrap());
    let error = text(Gateway::open(&scratch.db(), |_| Ok(secret("Correct horse"))));
    assert!(error.starts_with("4: wrong passphrase"), "{error}");
    assert!(!error.contains("horse"), "{error}");
    let error = text(scratch.try_open());
    assert!(error.starts_with("4: ") && error.contains("by a passphrase"), "{error}");
}

#[test]
fn nothing_is_overwritten_and_a_bad_secret_leaves_nothing_behind() {
    let scratch = Scratch::new();
    drop(scratch.create());
    let before = fs::read(scratch.db()).unwrap();
    let again = Gateway::create(&scratch.db(), &Secret::KeyFile(scratch.key_file()));
    assert!(text(again).starts_with("3: "));
    assert_eq!(fs::read(scratch.db()).unwrap(), before);

    let missing = Secret::KeyFile(scratch.path("missing.key"));
    let other = scratch.path("other.db");
    assert!(text(Gateway::create(&other, &missing)).starts_with("4: "));
    assert!(!other.exists());
}

#[test]
fn what_is_no_database_is_said_so() {
    let scratch = Scratch::new();
    assert!(text(scratch.try_open()).contains("saltbox-gateway init"));

    for (contents, expected) in [
        (b"this is no database, but it is longer than the head of one is: 100 bytes or more, so that it is looked at".to_vec(), "no database"),
        (Vec::new(), "no database"),
    ] {
        fs::write(scratch.db(), contents).unwrap();
        set_mode(&scratch.db(), 0o600);
        let error = text(scratch.try_open());
        assert!(error.starts_with("3: ") && error.contains(expected), "{error}");
        assert!(error.contains("gateway.db"), "{error}");
    }
}

#[test]
fn a_database_of_another_format_is_refused() {
    let scratch = Scratch::new();
    drop(scratch.create());
    Connection::open(scratch.db()).unwrap().pragma_update(None, "user_version", 2).unwrap();
    assert!(text(scratch.try_open()).contains("format 2"));
}

#[test]
fn a_sealed_row_that_was_changed_is_noticed() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    for id in [7, 8] {
        let mut node = Node::enrolled(id.into(), id, Features::MEMORY, &mut gateway);
        stand(&mut gateway, &mut node, at(0));
    }
    drop(gateway);
    let whole = fs::read(scratch.db()).unwrap();
    for (change, what) in [
        // A node's row in the place of another's, a key's, a cut one, and one turned by a byte.
        ("UPDATE nodes SET sealed = (SELECT sealed FROM nodes WHERE id = 8) WHERE id = 7", "node"),
        ("UPDATE nodes SET sealed = (SELECT sealed FROM keys) WHERE id = 7", "node"),
        ("UPDATE nodes SET sealed = substr(sealed, 1, 100) WHERE id = 7", "node"),
        (
            "UPDATE nodes SET sealed = CAST(substr(sealed, 2) || substr(sealed, 1, 1) AS BLOB) WHERE id = 7",
            "node",
        ),
        ("UPDATE nodes SET id = 9 WHERE id = 7", "node"),
        ("UPDATE keys SET epoch = 1", "gateway key"),
        ("DELETE FROM keys", "gateway key"),
        ("UPDATE meta SET value = x'00' WHERE name = 'salt'", "damaged"),
        ("DELETE FROM meta WHERE name = 'check'", ""),
        ("UPDATE meta SET value = x'6e6f6e65' WHERE name = 'unlock'", "how it is unlocked"),
    ] {
        let db = Connection::open(scratch.db()).unwrap();
        assert_ne!(db.execute(change, []).unwrap(), 0, "{change}");
        drop(db);
        let error = match scratch.try_open() {
            Ok(mut gateway) => gateway.nodes().map(drop).expect_err(change),
            Err(error) => error,
        };
        let error = format!("{}: {error}", error.exit_code());
        assert!(error.starts_with("3: ") && error.contains(what), "{change}: {error}");
        fs::write(scratch.db(), &whole).unwrap();
    }
    assert_eq!(scratch.open().nodes().unwrap().len(), 2);
}

#[test]
fn random_damage_to_the_file_never_panics() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    drop(gateway);
    let whole = fs::read(scratch.db()).unwrap();
    let mut dice = rig::Dice::new(9);
    for _ in 0..300 {
        let mut damaged = whole.clone();
        for _ in 0..=dice.below(8) {
            let at = dice.below(damaged.len());
            damaged[at] ^= 1 << dice.below(8);
        }
        damaged.truncate(damaged.len() - dice.below(2) * dice.below(damaged.len()));
        fs::write(scratch.db(), damaged).unwrap();
        for suffix in ["-wal", "-shm"] {
            let _ = fs::remove_file(beside(&scratch.db(), suffix));
        }
        if let Ok(mut gateway) = scratch.try_open() {
            let frame = node.reading(1);
            let _ = gateway.handle(&frame, at(1));
            let _ = gateway.nodes();
        }
    }
}

/// Every window of `len` bytes of the secrets must be absent from every file.
#[test]
fn no_secret_lies_in_any_file() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    for i in 0..20 {
        let frame = node.reading(i);
        gateway.handle(&frame, at(1)).unwrap();
    }
    gateway.rotate_key(std::time::Duration::from_secs(60), false, at(2)).unwrap();
    let frame = node.reading(21);
    gateway.handle(&frame, at(2)).unwrap();

    let mut secrets: Vec<(&str, Vec<u8>)> = Vec::new();
    let (peer, keys) = gateway
        .store()
        .write(|tx| {
            let mut peer = Zeroizing::new([0; PEER_LEN]);
            tx.peer(node.id())?.unwrap().expose_into(&mut peer);
            Ok((peer, tx.keys()?))
        })
        .unwrap();
    secrets.push(("current key", keys.secret_key().expose_secret().to_vec()));
    secrets.push(("previous key", keys.previous().unwrap().0.expose_secret().to_vec()));
    // The session keys, the windows, the whole record: but for what is public anyway.
    secrets.push(("peer", peer.to_vec()));
    secrets.push(("key file", fs::read(scratch.key_file()).unwrap()[..64].to_vec()));
    let mut public = vec![node.identity().public_key().as_bytes().to_vec()];
    let db = Connection::open(scratch.db()).unwrap();
    let mut statement = db.prepare("SELECT key FROM ephemerals").unwrap();
    public.extend(statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap().flatten());
    assert_eq!(public.len(), 2);

    // What is public lies in the files: only what is between it is looked for.
    let mut parts = secrets;
    for key in &public {
        parts = parts.into_iter().flat_map(|(name, part)| without(name, &part, key)).collect();
    }

    let wanted: HashMap<&[u8], &str> = parts
        .iter()
        .flat_map(|(name, part)| part.windows(16).map(|window| (window, *name)))
        // Numbers are short and padding is long: those bytes are found anywhere.
        .filter(|(window, _)| window.iter().filter(|byte| **byte == 0).count() < 8)
        .collect();
    assert!(wanted.len() > 200, "{}", wanted.len());

    let mut files = 0;
    for suffix in ["", "-wal", "-shm"] {
        let Ok(bytes) = fs::read(beside(&scratch.db(), suffix)) else { continue };
        files += 1;
        for window in bytes.windows(16) {
            let found = wanted.get(window);
            assert!(found.is_none(), "{found:?} lies in the file{suffix}");
        }
    }
    assert_eq!(files, 3);
    // The search finds what is there.
    let readings = kept(&scratch.db());
    let db = fs::read(scratch.db()).unwrap();
    let wal = fs::read(beside(&scratch.db(), "-wal")).unwrap();
    assert!(contains(&db, &readings[0].body) || contains(&wal, &readings[0].body));
}

/// What is before and after `key` in `part`.
fn without<'a>(name: &'a str, part: &[u8], key: &[u8]) -> Vec<(&'a str, Vec<u8>)> {
    match part.windows(key.len()).position(|window| window == key) {
        Some(at) => {
            let mut parts = vec![(name, part[..at].to_vec())];
            parts.extend(without(name, &part[at + key.len()..], key));
            parts
        }
        None => vec![(name, part.to_vec())],
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[test]
fn a_destroyed_key_is_gone_from_the_files() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let sealed = |path: &Path| -> Vec<Vec<u8>> {
        let db = Connection::open(path).unwrap();
        let mut statement = db.prepare("SELECT sealed FROM keys ORDER BY epoch").unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let anywhere = |wanted: &[u8]| {
        ["", "-wal"].iter().any(|suffix| {
            fs::read(beside(&scratch.db(), suffix)).is_ok_and(|bytes| contains(&bytes, wanted))
        })
    };
    let first = sealed(&scratch.db()).remove(0);
    gateway.rotate_key(std::time::Duration::from_secs(60), false, at(0)).unwrap();
    let overlap = sealed(&scratch.db()).remove(0);
    assert!(anywhere(&overlap));
    gateway.tick(at(61)).unwrap();
    assert_eq!(sealed(&scratch.db()).len(), 1);
    assert!(!anywhere(&first) && !anywhere(&overlap), "the old key is still there, sealed");
}
