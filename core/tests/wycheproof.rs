//! Does saltbox pass Project Wycheproof, without exemptions?

use libsodium_rs::crypto_core::hsalsa20::hsalsa20;
use libsodium_rs::{crypto_box, crypto_sign};
use saltbox::Error;
use saltbox::keys::{PublicKey, SecretKey, SharedKey, VerifyingKey};
use saltbox::nacl::sign;
use wycheproof::{TestResult, eddsa, xdh};

#[test]
fn x25519() {
    libsodium_rs::ensure_init().unwrap();
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    let (mut ran, mut weak) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let id = test.tc_id;
        let secret: [u8; 32] = test.private_key[..].try_into().unwrap();
        let public: [u8; 32] = test.public_key[..].try_into().unwrap();
        let key = SharedKey::agree(&SecretKey::from_bytes(secret), &PublicKey::from_bytes(public));
        let theirs = crypto_box::beforenm(
            &crypto_box::PublicKey::from_bytes_exact(public),
            &crypto_box::SecretKey::from_bytes_exact(secret),
        );
        if test.shared_secret.iter().all(|byte| *byte == 0) {
            assert_eq!(key, Err(Error::WeakKey), "case {id}: {}", test.comment);
            assert!(theirs.is_err(), "case {id}: libsodium accepts it");
            weak += 1;
        } else {
            let key = key.unwrap_or_else(|e| panic!("case {id}: {}: {e}", test.comment));
            let expected = hsalsa20(&[0; 16], &test.shared_secret, None).unwrap();
            assert_eq!(key.expose_secret(), &expected, "case {id}: {}", test.comment);
            assert_eq!(key.expose_secret(), theirs.unwrap().as_bytes(), "case {id}: libsodium");
        }
        ran += 1;
    }
    println!("{ran} cases, {weak} weak keys");
    assert!(ran >= 518 && ran == set.number_of_tests, "{ran} cases ran");
    assert!(weak >= 31, "{weak} cases with a result of zero");
}

#[test]
fn ed25519() {
    libsodium_rs::ensure_init().unwrap();
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let (mut ran, mut accepted) = (0, 0);
    for group in &set.test_groups {
        let public: [u8; 32] = group.key.pk[..].try_into().unwrap();
        let key = VerifyingKey::from_bytes(public);
        for test in &group.tests {
            let id = test.tc_id;
            let valid = match test.result {
                TestResult::Valid => true,
                TestResult::Invalid => false,
                TestResult::Acceptable => panic!("case {id} leaves it open"),
            };
            // A signature of another length cannot be made in detached form; in combined form it is cut at 64 bytes.
            if let Ok(bytes) = <[u8; 64]>::try_from(&test.sig[..]) {
                let ours = sign::verify(&key, &test.msg, &sign::Signature::from_bytes(bytes));
                let theirs = crypto_sign::verify_detached(
                    &bytes,
                    &test.msg,
                    &crypto_sign::PublicKey::from_bytes(&public).unwrap(),
                );
                assert_eq!(ours.is_ok(), valid, "case {id}: {}", test.comment);
                assert_eq!(theirs, valid, "case {id}: libsodium differs from the vector");
            } else {
                assert!(!valid, "case {id}: {}", test.comment);
            }
            let signed = [&test.sig[..], &test.msg].concat();
            match sign::verify_combined(&key, &signed) {
                Ok(message) => assert_eq!(message, &test.msg[..], "case {id}: {}", test.comment),
                Err(error) => assert!(!valid && error == Error::Forged, "case {id}: {error}"),
            }
            assert_eq!(sign::verify_combined(&key, &signed).is_ok(), valid, "case {id}");
            ran += 1;
            accepted += usize::from(valid);
        }
    }
    println!("{ran} cases, {accepted} valid");
    assert!(ran >= 151 && ran == set.number_of_tests, "{ran} cases ran");
    assert!(accepted >= 88, "{accepted} valid cases");
}
