//! Ed25519, by all three ways in.

use heapless::Vec;
use saltbox::Error;
use saltbox::keys::{SigningKey, VerifyingKey};
use saltbox::nacl::sign::{self, SIGNATURE_LEN, Signature};

use crate::{Case, MESSAGE_MAX};

/// Room for the longest message and its signature.
const ROOM: usize = MESSAGE_MAX + SIGNATURE_LEN;

/// A signature that a seed makes.
pub struct Ed25519Sign {
    pub id: &'static str,
    pub seed: &'static [u8; 32],
    pub public: &'static [u8; 32],
    pub message: &'static [u8],
    pub signature: &'static [u8; SIGNATURE_LEN],
}

impl Case for Ed25519Sign {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        let key = SigningKey::from_seed(*self.seed);
        key.verifying_key().as_bytes() == self.public
            && sign::sign(&key, self.message).as_bytes() == self.signature
            && self.by_slices(&key)
            && self.in_place(&key)
            && verifies(self.public, self.message, self.signature, Ok(()))
    }
}

impl Ed25519Sign {
    #[inline(never)]
    fn by_slices(&self, key: &SigningKey) -> bool {
        let mut out = [0; ROOM];
        sign::sign_into(key, self.message, &mut out)
            .is_ok_and(|signed| signed.strip_prefix(self.signature) == Some(self.message))
    }

    #[inline(never)]
    fn in_place(&self, key: &SigningKey) -> bool {
        let mut buffer = Vec::<u8, ROOM>::from_slice(self.message).unwrap_or_default();
        sign::sign_in_place(key, &mut buffer) == Ok(())
            && buffer.strip_prefix(self.signature) == Some(self.message)
    }
}

/// A signature, and whether it must be accepted.
pub struct Ed25519Verify {
    pub id: &'static str,
    pub public: &'static [u8; 32],
    pub message: &'static [u8],
    pub signature: &'static [u8; SIGNATURE_LEN],
    pub result: Result<(), Error>,
}

impl Case for Ed25519Verify {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        verifies(self.public, self.message, self.signature, self.result)
    }
}

/// Whether verifying gives `expected`: the message is given back where that is success, and nothing is changed where
/// not.
#[inline(never)]
fn verifies(
    public: &[u8; 32],
    message: &[u8],
    signature: &[u8; SIGNATURE_LEN],
    expected: Result<(), Error>,
) -> bool {
    let key = VerifyingKey::from_bytes(*public);
    let mut buffer = Vec::<u8, ROOM>::new();
    let _ = buffer.extend_from_slice(signature);
    let _ = buffer.extend_from_slice(message);
    let signed = buffer.clone();
    sign::verify(&key, message, &Signature::from_bytes(*signature)) == expected
        && sign::verify_combined(&key, &signed) == expected.map(|()| message)
        && sign::verify_in_place(&key, &mut buffer) == expected
        && buffer == *if expected.is_ok() { message } else { &signed }
}
