//! Objects are used from many threads, as apps do, and wiped under their hands.

mod world;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use saltbox_ffi::{
    PublicKey, Received, SaltboxError, SecretKey, SharedKey, SigningKey, random_nonce,
};
use world::{Disk, Sensor, at};

const THREADS: usize = 8;
const ROUNDS: usize = 500;

/// Runs `work` in many threads at once.
fn everywhere(work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        let work = &work;
        (0..THREADS).for_each(|thread| drop(scope.spawn(move || work(thread))));
    });
}

#[test]
fn one_key_serves_all() {
    let (secret, signer) = (SecretKey::generate().unwrap(), SigningKey::generate().unwrap());
    let public = secret.public_key().unwrap();
    let shared = SharedKey::agree(&secret, &public).unwrap();
    let verifier = signer.verifying_key().unwrap();
    everywhere(|thread| {
        for round in 0..ROUNDS {
            let message = format!("{thread} {round}").into_bytes();
            let nonce = random_nonce().unwrap();
            let sealed = shared.seal(nonce.clone(), message.clone()).unwrap();
            assert_eq!(shared.open(nonce, sealed), Ok(message.clone()));
            if round % 50 == 0 {
                let sealed = public.seal_anonymously(message.clone()).unwrap();
                assert_eq!(secret.open_anonymous(sealed), Ok(message.clone()));
                let signature = signer.sign(message.clone()).unwrap();
                assert_eq!(verifier.verify(message, signature), Ok(()));
            }
        }
    });
}

#[test]
fn a_key_that_is_wiped_under_use_is_there_or_closed() {
    let sealed = AtomicUsize::new(0);
    for _ in 0..100 {
        let key = SharedKey::generate().unwrap();
        everywhere(|thread| {
            if thread == 0 {
                key.wipe();
            }
            for _ in 0..20 {
                match key.seal(vec![0; 24], vec![1; 100]) {
                    Ok(_) => drop(sealed.fetch_add(1, Ordering::Relaxed)),
                    Err(error) => assert_eq!(error, SaltboxError::Closed),
                }
            }
        });
        assert_eq!(key.expose_secret(), Err(SaltboxError::Closed));
    }
    assert!(sealed.load(Ordering::Relaxed) > 0, "no thread was ever in time");
}

#[test]
fn a_frame_that_all_bring_is_accepted_once() {
    let gateway = Disk::new().start();
    let mut sensor = Sensor::enrol(&gateway, 7);
    sensor.boot(&gateway);
    let frames: Vec<_> = (0..100).map(|value| sensor.measure(value)).collect();
    let accepted = AtomicUsize::new(0);
    everywhere(|_| {
        for frame in &frames {
            let turn = gateway.receive(frame.clone(), at(0)).unwrap();
            if matches!(turn.received, Received::Data { .. }) {
                accepted.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    assert_eq!(accepted.load(Ordering::Relaxed), frames.len());
}

#[test]
fn public_keys_are_equal_by_their_bytes() {
    let one = PublicKey::from_bytes(vec![7; 32]).unwrap();
    let other = PublicKey::from_hex("07".repeat(32)).unwrap();
    assert_eq!(one, other);
    assert_eq!(one.to_string(), "07".repeat(32));
}
