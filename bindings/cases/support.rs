// What the shared cases need in Rust; the cases themselves are generated below this.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::{Debug, Write as _};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use saltbox_ffi::*;

const FOLDER: &str = "@FOLDER@";

/// One case: its fields, as the table has them.
struct Case {
    fields: BTreeMap<String, String>,
}

impl Case {
    fn text(&self, field: &str) -> &str {
        &self.fields[field]
    }

    fn bytes(&self, field: &str) -> Vec<u8> {
        hex(self.text(field))
    }
}

/// Runs `body` for every case of `group`; each that ends is noted.
fn cases(group: &str, body: impl Fn(&Case) -> Result<(), SaltboxError>) {
    let table = fs::read_to_string(format!("{FOLDER}/table.tsv")).unwrap();
    let mut cases: BTreeMap<&str, Case> = BTreeMap::new();
    for line in table.lines() {
        let [name, id, field, value] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        if name == group {
            let case = cases.entry(id).or_insert_with(|| Case { fields: BTreeMap::new() });
            case.fields.insert(field.to_owned(), value.to_owned());
        }
    }
    // What others made is there only when they ran; in the end, every case must have run.
    assert!(!cases.is_empty() || group == "open", "{group} has no cases");
    for (id, case) in cases {
        println!("{id}");
        body(&case).unwrap();
        append("ran.txt", &format!("{id}\n"));
    }
}

fn append(name: &str, line: &str) {
    let path = format!("{FOLDER}/{name}");
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(line.as_bytes()).unwrap();
}

/// Hands `bytes` on to the other languages.
fn keep(name: &str, bytes: &Vec<u8>) {
    append("made.tsv", &format!("{name}\t{}\n", bytes.shown()));
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn join<const N: usize>(parts: [Vec<u8>; N]) -> Vec<u8> {
    parts.concat()
}

fn u32(bytes: Vec<u8>) -> u32 {
    u32::from_le_bytes(bytes.try_into().unwrap())
}

fn time(seconds: u32) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.into())
}

/// That many bytes, of which no two neighbours are alike.
fn bytes(count: u32) -> Vec<u8> {
    (0..count).map(|at| (at % 251) as u8).collect()
}

fn length(bytes: Vec<u8>) -> u32 {
    bytes.len() as u32
}

fn ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// A value as an argument of the type that the function wants.
trait Pass<'a, To> {
    fn to(&'a self) -> To;
}

fn pass<'a, To>(value: &'a impl Pass<'a, To>) -> To {
    value.to()
}

impl<'a> Pass<'a, Vec<u8>> for Vec<u8> {
    fn to(&'a self) -> Vec<u8> {
        self.clone()
    }
}

impl<'a> Pass<'a, &'a [u8]> for Vec<u8> {
    fn to(&'a self) -> &'a [u8] {
        self
    }
}

impl<'a> Pass<'a, String> for &str {
    fn to(&'a self) -> String {
        (*self).to_owned()
    }
}

impl<'a> Pass<'a, String> for String {
    fn to(&'a self) -> String {
        self.clone()
    }
}

impl<'a, T> Pass<'a, &'a T> for Arc<T> {
    fn to(&'a self) -> &'a T {
        self
    }
}

impl<'a> Pass<'a, &'a Enrolled> for &'a Enrolled {
    fn to(&'a self) -> &'a Enrolled {
        self
    }
}

impl<'a, T: SecretStore + 'static> Pass<'a, Arc<dyn SecretStore>> for Arc<T> {
    fn to(&'a self) -> Arc<dyn SecretStore> {
        self.clone()
    }
}

impl<'a, T: PeerStore + 'static> Pass<'a, Arc<dyn PeerStore>> for Arc<T> {
    fn to(&'a self) -> Arc<dyn PeerStore> {
        self.clone()
    }
}

macro_rules! pass_copies {
    ($($name:ty),*) => {$(
        impl<'a> Pass<'a, $name> for $name {
            fn to(&'a self) -> $name {
                *self
            }
        }
    )*};
}
pass_copies!(u32, Command, SystemTime);

/// What a call gave, whether it can fail or not.
trait Outcome {
    type Value;

    fn outcome(self) -> Result<Self::Value, SaltboxError>;
}

fn outcome<T: Outcome>(call: T) -> Result<T::Value, SaltboxError> {
    call.outcome()
}

impl<T> Outcome for Result<T, SaltboxError> {
    type Value = T;

    fn outcome(self) -> Self {
        self
    }
}

macro_rules! certain {
    ($($name:ty),*) => {$(
        impl Outcome for $name {
            type Value = $name;

            fn outcome(self) -> Result<$name, SaltboxError> {
                Ok(self)
            }
        }
    )*};
}
certain!(
    (),
    String,
    Vec<u8>,
    Arc<LineDecoder>,
    Arc<MemorySecrets>,
    Arc<MemoryPeers>,
    Arc<BrokenSecrets>
);

/// A value as the other languages show it.
trait Shown {
    fn shown(&self) -> String;
}

impl Shown for Vec<u8> {
    fn shown(&self) -> String {
        self.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl<T: Shown + ?Sized> Shown for &T {
    fn shown(&self) -> String {
        (**self).shown()
    }
}

macro_rules! shown_as_text {
    ($($name:ty),*) => {$(
        impl Shown for $name {
            fn shown(&self) -> String {
                self.to_string()
            }
        }
    )*};
}
shown_as_text!(bool, u8, u32, i32, u64, usize, String, str);

fn same(what: &str, got: impl Shown, want: impl Shown) {
    assert_eq!(got.shown(), want.shown(), "{what}");
}

fn absent<T>(what: &str, got: &Option<T>) {
    assert!(got.is_none(), "{what}");
}

fn plain(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

fn named(what: &str, got: impl Debug, want: &str) {
    assert_eq!(plain(&format!("{got:?}")), plain(want), "{what}");
}

fn throws(error: &str, call: impl FnOnce() -> Result<(), SaltboxError>) {
    let thrown = call().expect_err(error);
    let name = format!("{thrown:?}");
    assert_eq!(plain(name.split([' ', '{']).next().unwrap()), plain(error));
    assert!(!thrown.to_string().is_empty(), "{error} says nothing");
}

/// Secrets in memory, as an app's test would have them.
struct MemorySecrets(Mutex<HashMap<String, Vec<u8>>>);

impl MemorySecrets {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::default()))
    }

    fn put(&self, name: String, secret: Vec<u8>) {
        self.0.lock().unwrap().insert(name, secret);
    }
}

impl SecretStore for MemorySecrets {
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.lock().unwrap().get(&name).cloned())
    }

    fn save(&self, name: String, secret: Vec<u8>) -> Result<(), StoreError> {
        self.put(name, secret);
        Ok(())
    }
}

/// Records in memory.
#[derive(Default)]
struct MemoryPeers {
    records: Mutex<HashMap<u32, Vec<u8>>>,
    seen: Mutex<HashSet<(u32, Vec<u8>)>>,
}

impl MemoryPeers {
    fn new() -> Arc<Self> {
        Arc::default()
    }

    fn record(&self, node: u32) -> Vec<u8> {
        self.records.lock().unwrap()[&node].clone()
    }

    fn put(&self, node: u32, record: Vec<u8>) {
        self.records.lock().unwrap().insert(node, record);
    }
}

impl PeerStore for MemoryPeers {
    fn load(&self, node: u32) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.records.lock().unwrap().get(&node).cloned())
    }

    fn save(
        &self,
        node: u32,
        record: Vec<u8>,
        ephemeral: Option<Vec<u8>>,
    ) -> Result<(), StoreError> {
        self.put(node, record);
        self.seen.lock().unwrap().extend(ephemeral.map(|key| (node, key)));
        Ok(())
    }

    fn has_seen(&self, node: u32, ephemeral: Vec<u8>) -> Result<bool, StoreError> {
        Ok(self.seen.lock().unwrap().contains(&(node, ephemeral)))
    }
}

/// A store of which every call fails.
struct BrokenSecrets;

impl BrokenSecrets {
    fn new() -> Arc<Self> {
        Arc::new(Self)
    }
}

impl SecretStore for BrokenSecrets {
    fn load(&self, _: String) -> Result<Option<Vec<u8>>, StoreError> {
        Err(StoreError::Failed { reason: "the disk is gone".to_owned() })
    }

    fn save(&self, _: String, _: Vec<u8>) -> Result<(), StoreError> {
        Err(StoreError::Failed { reason: "the disk is gone".to_owned() })
    }
}
