//! Saltbox beside libsodium on this machine: prints a JSON array of `op`, `peer` and `ratio`, saltbox's time over the peer's.
//!
//! Each operation runs in short rounds, one library after the other, and the fastest round of each counts: what else the
//! machine does meanwhile disturbs both alike. Times are not given: they would say nothing elsewhere. libsodium is called through the crate `libsodium-rs`, over the system's library; its boxes come
//! back in a new `Vec`, so that saltbox is given the call that copies too.

use std::hint::black_box;
use std::time::{Duration, Instant};

use libsodium_rs::{crypto_box, crypto_scalarmult, crypto_secretbox, crypto_sign};
use saltbox::keys::{SecretKey, SharedKey, SigningKey};
use saltbox::nacl::{secret_box, sign};
use saltbox::nonce::Nonce;
use serde_json::{Value, json};

/// The least time that a round takes.
const ROUND: Duration = Duration::from_millis(5);
const ROUNDS: usize = 40;

fn main() {
    libsodium_rs::ensure_init().expect("libsodium starts");
    let mut rows = vec![x25519(), keypair()];
    for len in [32, 1024, 65_536] {
        rows.extend(boxes(len));
    }
    rows.extend(signatures());
    println!("{}", serde_json::to_string_pretty(&Value::from(rows)).expect("JSON of numbers"));
}

/// The ratio of the fastest of many alternating rounds.
fn race(op: &str, mut ours: impl FnMut(), mut theirs: impl FnMut()) -> Value {
    let (per_round_ours, per_round_theirs) =
        (calls_in_a_round(&mut ours), calls_in_a_round(&mut theirs));
    let (mut best_ours, mut best_theirs) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        best_ours = best_ours.min(round(&mut ours, per_round_ours));
        best_theirs = best_theirs.min(round(&mut theirs, per_round_theirs));
    }
    json!({
        "op": op,
        "peer": format!("libsodium {}", libsodium_rs::version::version_string()),
        "ratio": (best_ours / best_theirs * 100.0).round() / 100.0,
    })
}

fn calls_in_a_round(work: &mut impl FnMut()) -> u32 {
    let mut calls = 1;
    while round(work, calls) * f64::from(calls) < ROUND.as_nanos() as f64 {
        calls *= 2;
    }
    calls
}

fn round(work: &mut impl FnMut(), calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        work();
    }
    start.elapsed().as_nanos() as f64 / f64::from(calls)
}

fn x25519() -> Value {
    let (ours, theirs) = (SecretKey::from_bytes([1; 32]), SecretKey::from_bytes([2; 32]));
    let public = theirs.public_key();
    let their_public = crypto_box::PublicKey::from_bytes(public.as_bytes()).expect("32 bytes");
    let their_secret = crypto_box::SecretKey::from_bytes(&[1; 32]).expect("32 bytes");
    race(
        "x25519",
        || {
            let _ = black_box(SharedKey::agree(black_box(&ours), black_box(&public)));
        },
        || {
            let _ =
                black_box(crypto_box::beforenm(black_box(&their_public), black_box(&their_secret)));
        },
    )
}

fn keypair() -> Value {
    let ours = SecretKey::from_bytes([1; 32]);
    race(
        "keypair",
        || {
            black_box(black_box(&ours).public_key());
        },
        || {
            let _ = black_box(crypto_scalarmult::curve25519::scalarmult_base(black_box(&[1; 32])));
        },
    )
}

fn boxes(len: usize) -> [Value; 2] {
    let (key, nonce) = (SharedKey::from_bytes([3; 32]), Nonce::from_bytes([4; 24]));
    let their_key = crypto_secretbox::Key::from_bytes(&[3; 32]).expect("32 bytes");
    let their_nonce = crypto_secretbox::Nonce::from_bytes([4; 24]);
    let message = vec![5; len];
    let sealed = crypto_secretbox::seal(&message, &their_nonce, &their_key);
    let mut out = vec![0; len + secret_box::TAG_LEN];
    let seal = race(
        &format!("seal_{len}"),
        || {
            let _ = black_box(secret_box::seal_into(&key, &nonce, black_box(&message), &mut out));
        },
        || {
            black_box(crypto_secretbox::seal(black_box(&message), &their_nonce, &their_key));
        },
    );
    let open = race(
        &format!("open_{len}"),
        || {
            let _ = black_box(secret_box::open_into(&key, &nonce, black_box(&sealed), &mut out));
        },
        || {
            let _ = black_box(crypto_secretbox::open(black_box(&sealed), &their_nonce, &their_key));
        },
    );
    [seal, open]
}

fn signatures() -> [Value; 2] {
    let key = SigningKey::from_seed([6; 32]);
    let public = key.verifying_key();
    let message = [7; 32];
    let signature = sign::sign(&key, &message);
    let pair = crypto_sign::KeyPair::from_seed(&[6; 32]).expect("32 bytes");
    let theirs = crypto_sign::sign_detached(&message, &pair.secret_key).expect("a signature");
    assert_eq!(theirs, *signature.as_bytes(), "the libraries disagree");
    let signing = race(
        "ed25519_sign",
        || {
            black_box(sign::sign(&key, black_box(&message)));
        },
        || {
            let _ = black_box(crypto_sign::sign_detached(black_box(&message), &pair.secret_key));
        },
    );
    let verifying = race(
        "ed25519_verify",
        || {
            let _ = black_box(sign::verify(&public, black_box(&message), &signature));
        },
        || {
            black_box(crypto_sign::verify_detached(&theirs, black_box(&message), &pair.public_key));
        },
    );
    [signing, verifying]
}
