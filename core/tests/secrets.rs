//! Do secrets stay where they are: never printed, copied or compared carelessly? And are public keys read with care?

mod random;
mod vectors;

use std::cell::Cell;
use std::fmt::Debug;
use std::marker::PhantomData;

use random::Random;
use saltbox::Error;
use saltbox::keys::{PublicKey, SecretKey, SharedKey, SigningKey, VerifyingKey};
use saltbox::nacl::hash::Blake2b;
use saltbox::nonce::{NONCE_LEN, Nonce};
use saltbox::nvm::{Journal, Loaded, NodeMemory, Nvm};
use saltbox::rng::{Drbg, EntropySource, HealthyRandom, MinEntropy, RandomSource, Tested};
use saltbox::telemetry::{
    Features, GatewayKeys, Identity, Interval, NodeId, NodeSession, Opening, Peer, Provision,
};

/// What a secret value prints, by every way of printing it that there is.
fn printed(value: &impl Debug) -> String {
    format!("{value:?} {value:#?} {value:x?} {value:X?} {value:3?}")
}

/// No three neighbours of `secret` stand in `text`, in hex or decimal.
fn assert_hidden(text: &str, secret: &[u8]) {
    let text: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    for part in secret.windows(3) {
        let [a, b, c] = part else { unreachable!() };
        for shown in [
            format!("{a:02x}{b:02x}{c:02x}"),
            format!("{a},{b},{c}"),
            format!("{a:x},{b:x},{c:x}"),
            format!("0x{a:02x},0x{b:02x},0x{c:02x}"),
        ] {
            assert!(!text.contains(&shown), "{shown} of a secret stands in {text}");
        }
    }
}

/// 32 bytes that no public key or hash holds by chance.
fn secret(first: u8) -> [u8; 32] {
    std::array::from_fn(|i| first + 7 * (i as u8 % 3))
}

#[test]
fn the_search_finds_what_is_shown() {
    for text in [
        format!("{:?}", secret(100)),
        format!("{:x?}", secret(100)),
        format!("{:#?}", secret(100)),
        PublicKey::from_bytes(secret(100)).to_hex().to_string(),
        format!("{:02X?}", secret(100)),
    ] {
        assert!(std::panic::catch_unwind(|| assert_hidden(&text, &secret(100))).is_err(), "{text}");
    }
}

#[test]
fn keys_print_their_type_alone() {
    let bytes = secret(100);
    assert_eq!(format!("{:?}", SecretKey::from_bytes(bytes)), "SecretKey(..)");
    assert_eq!(format!("{:#?}", SharedKey::from_bytes(bytes)), "SharedKey(..)");
    assert_eq!(format!("{:x?}", SigningKey::from_seed(bytes)), "SigningKey(..)");
    assert_eq!(format!("{:?}", Drbg::from_seed(&bytes)), "Drbg(..)");
    assert_eq!(format!("{:?}", Blake2b::<32>::keyed(&bytes)), "Blake2b(..)");
    assert_hidden(&printed(&SecretKey::from_bytes(bytes)), &bytes);
    assert_hidden(&printed(&SharedKey::from_bytes(bytes)), &bytes);
    assert_hidden(&printed(&SigningKey::from_seed(bytes)), &bytes);
}

/// A source of samples 200, 201, 202 and so on.
struct Counting<'a>(&'a Cell<u8>);

impl EntropySource for Counting<'_> {
    const MIN_ENTROPY: MinEntropy = MinEntropy::bits(1).unwrap();
    type Error = ();
    fn sample(&mut self) -> Result<u8, ()> {
        self.0.set(self.0.get().wrapping_add(1));
        Ok(self.0.get())
    }
}

impl Debug for Counting<'_> {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("a source is printed")
    }
}

#[test]
fn generators_print_no_samples() {
    let next = Cell::new(0);
    let mut tested = Tested::start(Counting(&next)).unwrap();
    let sample = tested.sample().unwrap();
    assert!(!printed(&tested).contains(&sample.to_string()));
    let healthy = HealthyRandom::start(Counting(&next), &secret(100)).unwrap();
    assert!(!printed(&healthy).chars().any(|c| c.is_ascii_digit()), "{healthy:?}");
}

/// A memory that keeps everything.
struct Ram([u8; 1024]);

impl Nvm for Ram {
    type Error = ();
    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), ()> {
        out.copy_from_slice(&self.0[address as usize..][..out.len()]);
        Ok(())
    }
    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), ()> {
        self.0[address as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}

impl Debug for Ram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ram")
    }
}

#[test]
fn memories_print_no_records() {
    let bytes = secret(100);
    let mut ram = Ram([0xff; 1024]);
    let journal = Journal::<32>::at(0);
    journal.store(&mut ram, 1, &bytes).unwrap();
    assert_hidden(&printed(&journal.load(&mut ram).unwrap()), &bytes);
    assert_hidden(&printed(&journal), &bytes);

    let mut ram = Ram([0xff; 1024]);
    NodeMemory::provision(&mut ram, 0, &bytes, 0).unwrap();
    let mut seed = [0; 32];
    let stored = NodeMemory::boot(ram, 0, &[], &mut seed).unwrap();
    assert_hidden(&printed(&stored), &bytes);
    assert_hidden(&printed(&stored), &seed);
}

#[test]
fn telemetry_prints_no_secrets() {
    let (node, gateway, seed) = (secret(100), secret(150), secret(200));
    let key = |bytes| SecretKey::from_bytes(bytes);
    let identity = Identity::new(NodeId(7), key(node), 0, key(gateway).public_key());
    let keys = GatewayKeys::new(key(gateway));
    let provision = Provision::new(NodeId(7), 0, key(gateway).public_key(), &seed);
    let peer = Peer::new(NodeId(7), key(node).public_key(), Interval::from_millis(1000));
    let mut random = Drbg::from_seed(&seed);
    let opening = Opening::start(&identity, 1, Features::MEMORY, [1, 2, 3], &mut random).unwrap();
    let text = [
        printed(&identity),
        printed(&keys),
        printed(&provision),
        printed(&peer),
        printed(&opening),
    ]
    .concat();
    for secret in [node, gateway, seed] {
        assert_hidden(&text, &secret);
    }
    let mut ephemeral = [0; 32];
    Drbg::from_seed(&seed).fill_bytes(&mut ephemeral);
    assert_hidden(&text, &ephemeral);
}

/// `Has::<T>::CLONE` is true if T is `Clone`: the inherent constant, where its bound holds, hides the trait's.
struct Has<T>(PhantomData<T>);

macro_rules! questions {
    ($($name:ident: $bound:path),* $(,)?) => {
        trait Lacks {
            $(const $name: bool = false;)*
        }
        impl<T> Lacks for Has<T> {}
        $(impl<T: $bound> Has<T> {
            const $name: bool = true;
        })*
    };
}

questions! {
    COPY: Copy,
    CLONE: Clone,
    DISPLAY: std::fmt::Display,
    DEBUG: std::fmt::Debug,
    LOWER_HEX: std::fmt::LowerHex,
    DEFAULT: Default,
    HASH: std::hash::Hash,
    PARTIAL_ORD: PartialOrd<T>,
    AS_REF: AsRef<[u8]>,
    BORROW: std::borrow::Borrow<[u8; 32]>,
    DEREF: std::ops::Deref,
    INTO_BYTES: Into<[u8; 32]>,
}

/// What a secret type can do beyond what it should.
macro_rules! leaks {
    ($type:ty) => {
        [
            ("Copy", Has::<$type>::COPY),
            ("Clone", Has::<$type>::CLONE),
            ("Display", Has::<$type>::DISPLAY),
            ("LowerHex", Has::<$type>::LOWER_HEX),
            ("Default", Has::<$type>::DEFAULT),
            ("Hash", Has::<$type>::HASH),
            ("PartialOrd", Has::<$type>::PARTIAL_ORD),
            ("AsRef<[u8]>", Has::<$type>::AS_REF),
            ("Borrow<[u8; 32]>", Has::<$type>::BORROW),
            ("Deref", Has::<$type>::DEREF),
            ("Into<[u8; 32]>", Has::<$type>::INTO_BYTES),
            ("no Debug", !Has::<$type>::DEBUG),
        ]
        .into_iter()
        .filter_map(|(name, has)| has.then_some(name))
        .collect::<Vec<_>>()
    };
}

#[test]
fn secret_types_cannot_be_copied_or_shown() {
    // The question can be answered with yes.
    assert_eq!(leaks!(PublicKey), ["Copy", "Clone", "Hash"]);
    assert_eq!(leaks!([u8; 32]).len(), 8);
    struct Silent;
    const { assert!(Has::<u8>::DISPLAY && Has::<u8>::LOWER_HEX && Has::<String>::DEREF) };
    const { assert!(!Has::<Silent>::DEBUG) };

    assert_eq!(leaks!(SecretKey), [""; 0]);
    assert_eq!(leaks!(SharedKey), [""; 0]);
    assert_eq!(leaks!(SigningKey), [""; 0]);
    assert_eq!(leaks!(Drbg), [""; 0]);
    assert_eq!(leaks!(Tested<Counting<'static>>), [""; 0]);
    assert_eq!(leaks!(HealthyRandom<Counting<'static>>), [""; 0]);
    assert_eq!(leaks!(Loaded<32>), [""; 0]);
    assert_eq!(leaks!(NodeMemory<Ram>), [""; 0]);
    assert_eq!(leaks!(Identity), [""; 0]);
    assert_eq!(leaks!(GatewayKeys), [""; 0]);
    assert_eq!(leaks!(Opening), [""; 0]);
    assert_eq!(leaks!(NodeSession), [""; 0]);
    assert_eq!(leaks!(Peer), [""; 0]);
    assert_eq!(leaks!(Provision), [""; 0]);
    // A hash begins empty, by `Default` as by `new`.
    assert_eq!(leaks!(Blake2b<32>), ["Default"]);
}

#[test]
fn equality_sees_every_bit() {
    let bytes: [u8; 32] = Random::new(80).array();
    assert_eq!(SecretKey::from_bytes(bytes), SecretKey::from_bytes(bytes));
    assert_eq!(SharedKey::from_bytes(bytes), SharedKey::from_bytes(bytes));
    assert_eq!(SigningKey::from_seed(bytes), SigningKey::from_seed(bytes));
    for bit in 0..256 {
        let mut other = bytes;
        other[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(SecretKey::from_bytes(bytes), SecretKey::from_bytes(other), "bit {bit}");
        assert_ne!(SharedKey::from_bytes(bytes), SharedKey::from_bytes(other), "bit {bit}");
        assert_ne!(SigningKey::from_seed(bytes), SigningKey::from_seed(other), "bit {bit}");
        assert_ne!(PublicKey::from_bytes(bytes), PublicKey::from_bytes(other), "bit {bit}");
        assert_ne!(VerifyingKey::from_bytes(bytes), VerifyingKey::from_bytes(other), "bit {bit}");
    }
}

#[test]
fn keys_give_back_what_they_were_made_of() {
    let mut random = Random::new(81);
    for _ in 0..100 {
        let bytes: [u8; 32] = random.array();
        assert_eq!(SecretKey::from_bytes(bytes).expose_secret(), &bytes);
        assert_eq!(SharedKey::from_bytes(bytes).expose_secret(), &bytes);
        assert_eq!(SigningKey::from_seed(bytes).expose_secret(), &bytes);
    }
    // Drawn keys are the source's bytes.
    let (mut bytes, mut drbg) = ([0; 32], Drbg::from_seed(&[9; 32]));
    drbg.fill(&mut bytes).unwrap();
    let source = || Drbg::from_seed(&[9; 32]);
    assert_eq!(SecretKey::generate(&mut source()).unwrap(), SecretKey::from_bytes(bytes));
    assert_eq!(SharedKey::generate(&mut source()).unwrap(), SharedKey::from_bytes(bytes));
    let signer = SigningKey::generate(&mut source()).unwrap();
    assert_eq!(signer, SigningKey::from_seed(bytes));
    assert_eq!(signer.verifying_key(), SigningKey::from_seed(bytes).verifying_key());
    let mut nonce = [0; NONCE_LEN];
    source().fill(&mut nonce).unwrap();
    assert_eq!(Nonce::random(&mut source()).unwrap().as_bytes(), &nonce);
}

#[test]
fn public_keys_print_in_full() {
    let key = PublicKey::from_bytes([0xab; 32]);
    assert_eq!(format!("{key:?}"), format!("PublicKey({})", "ab".repeat(32)));
    let key = VerifyingKey::from_bytes([0xcd; 32]);
    assert_eq!(format!("{key:?}"), format!("VerifyingKey({})", "cd".repeat(32)));
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648, section 4, from bits to text.
fn base64(bytes: &[u8; 32]) -> String {
    let bits: Vec<usize> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| usize::from(byte >> bit & 1)))
        .collect();
    let sextets = bits.chunks(6).map(|chunk| {
        let value = chunk.iter().fold(0, |value, bit| value << 1 | bit);
        char::from(ALPHABET[value << (6 - chunk.len())])
    });
    sextets.chain(['=']).collect()
}

#[test]
fn text_forms_round_trip() {
    let mut random = Random::new(82);
    for _ in 0..1000 {
        let key = PublicKey::from_bytes(random.array());
        let (hex, text) = (key.to_hex(), key.to_base64());
        let plain: String = key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex.as_str(), plain);
        assert_eq!(text.as_str(), base64(key.as_bytes()));
        assert_eq!(PublicKey::from_hex(&hex), Ok(key));
        assert_eq!(PublicKey::from_hex(&hex.to_uppercase()), Ok(key));
        assert_eq!(PublicKey::from_base64(&text), Ok(key));
        let verifying = VerifyingKey::from_bytes(*key.as_bytes());
        assert_eq!(VerifyingKey::from_hex(&verifying.to_hex()), Ok(verifying));
        assert_eq!(VerifyingKey::from_base64(&verifying.to_base64()), Ok(verifying));
    }
    let key = PublicKey::from_hex(&"aAbB".repeat(16)).unwrap();
    assert_eq!(key.to_hex().as_str(), "aabb".repeat(16));
}

/// Anything that is not exactly one key's text is refused; also a second spelling of the same key.
#[test]
fn hostile_text() {
    let key = PublicKey::from_bytes(Random::new(83).array());
    let (hex, text) = (key.to_hex().to_string(), key.to_base64().to_string());
    let refused = |bad: &str| {
        assert_eq!(PublicKey::from_hex(bad), Err(Error::Encoding), "{bad:?}");
        assert_eq!(VerifyingKey::from_hex(bad), Err(Error::Encoding), "{bad:?}");
        assert_eq!(PublicKey::from_base64(bad), Err(Error::Encoding), "{bad:?}");
        assert_eq!(VerifyingKey::from_base64(bad), Err(Error::Encoding), "{bad:?}");
    };
    for len in (0..200).filter(|len| *len != 64) {
        refused(&"0".repeat(len));
    }
    for len in (0..200).filter(|len| *len != 44 && *len != 64) {
        refused(&"A".repeat(len));
    }
    for bad in [
        format!(" {hex}"),
        format!("{hex} "),
        format!("{hex}\n"),
        format!("0x{hex}"),
        format!("0x{}", &hex[2..]),
        format!("{}g", &hex[1..]),
        format!("{}\0", &hex[1..]),
        format!("+{}", &hex[1..]),
        format!("{}é", &hex[2..]),
        "é".repeat(32),
        "０".repeat(32),
        "０".repeat(21) + "0",
        format!("{text} "),
        format!(" {text}"),
        format!("{text}\n"),
        format!("{text}="),
        text.replace('=', ""),
        text.replace('=', "A"),
        text.replace('=', "-"),
        format!("{}==", &text[..42]),
        format!("={}", &text[..43]),
        "-".repeat(43) + "=",
        "_".repeat(43) + "=",
        "é".repeat(22),
        "=".repeat(44),
        "\0".repeat(44),
        text[..22].to_owned() + "\n" + &text[22..],
    ] {
        refused(&bad);
    }
    for (index, _) in hex.char_indices() {
        for bad in ['g', 'G', '@', '`', '/', ':', ' ', '-', '\u{7f}'] {
            let mut other = hex.clone();
            other.replace_range(index..=index, &bad.to_string());
            refused(&other);
        }
    }
    // The last sextet holds four bits of the key; the two others must be zero.
    let value = ALPHABET.iter().position(|c| *c == text.as_bytes()[42]).unwrap();
    for extra in 1..4 {
        refused(&format!("{}{}=", &text[..42], char::from(ALPHABET[value | extra])));
    }
    // Every one-byte change of the text is refused, or is another key.
    for index in 0..44 {
        for byte in 0..=127_u8 {
            let mut other = text.clone().into_bytes();
            if other[index] == byte {
                continue;
            }
            other[index] = byte;
            let read = PublicKey::from_base64(std::str::from_utf8(&other).unwrap());
            assert_ne!(read, Ok(key), "{index}: {byte:#x}");
            assert!(read.is_err() || index < 43 && ALPHABET.contains(&byte), "{index}: {byte:#x}");
        }
    }
    for wrong in (0..60).filter(|len| *len != NONCE_LEN) {
        assert_eq!(Nonce::from_slice(&vec![0; wrong]), Err(Error::Encoding));
    }
}

/// Five groups of five digits; other for every other key, and for the same bytes as a key of the other kind.
#[test]
fn fingerprints_tell_keys_apart() {
    let bytes: [u8; 32] = Random::new(84).array();
    let mut seen = std::collections::HashSet::new();
    let keys = (0..256).map(|bit| {
        let mut other = bytes;
        other[bit / 8] ^= 1 << (bit % 8);
        other
    });
    for bytes in keys.chain([bytes]) {
        let x25519 = PublicKey::from_bytes(bytes).fingerprint().to_string();
        let ed25519 = VerifyingKey::from_bytes(bytes).fingerprint().to_string();
        for text in [x25519, ed25519] {
            let groups: Vec<&str> = text.split(' ').collect();
            assert_eq!(groups.len(), 5, "{text}");
            assert!(groups.iter().all(|g| g.len() == 5 && g.bytes().all(|c| c.is_ascii_digit())));
            assert!(seen.insert(text));
        }
    }
    assert_eq!(seen.len(), 514);
    // The one of Bob in the NaCl paper, by another implementation.
    let case = &vectors::cases("fingerprint", "fingerprint")[0];
    let bob = PublicKey::from_bytes(case.array("public"));
    assert_eq!(bob.fingerprint().as_bytes(), case.bytes("x25519"));
    assert_eq!(format!("{:>31}", bob.fingerprint()), format!("  {}", bob.fingerprint()));
}
