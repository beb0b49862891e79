//! What is longer than any message is refused before it is copied again.

use saltbox_ffi::{SaltboxError, SecretKey, SharedKey, SigningKey, blake2b, sha512};

/// As the pages say: 128 MiB.
const LIMIT: usize = 128 * 1024 * 1024;

#[test]
fn a_message_above_the_limit_is_too_long() {
    let long = vec![0; LIMIT + 1];
    let nonce = [0; 24];
    let shared = SharedKey::generate().unwrap();
    let (secret, signer) = (SecretKey::generate().unwrap(), SigningKey::generate().unwrap());
    let (public, verifier) = (secret.public_key().unwrap(), signer.verifying_key().unwrap());
    let refused = [
        shared.seal_direct(&nonce, &long).err(),
        shared.open_direct(&nonce, &long).err(),
        public.seal_anonymously(long.clone()).err(),
        secret.open_anonymous(long.clone()).err(),
        signer.sign(long.clone()).err(),
        verifier.verify(long.clone(), vec![0; 64]).err(),
        blake2b(long.clone(), Vec::new(), 32).err(),
        sha512(long).err(),
    ];
    assert!(refused.iter().all(|error| *error == Some(SaltboxError::TooLong)), "{refused:?}");
}

#[test]
fn a_message_at_the_limit_is_taken() {
    let shared = SharedKey::generate().unwrap();
    let sealed = shared.seal_direct(&[0; 24], &vec![1; LIMIT - 16]).unwrap();
    assert_eq!(sealed.len(), LIMIT);
    assert!(shared.open_direct(&[0; 24], &sealed).unwrap().iter().all(|byte| *byte == 1));
}
