//! Secret, public and sealed boxes, each by all three ways in.

use heapless::Vec;
use saltbox::Error;
use saltbox::keys::{PublicKey, SecretKey, SharedKey};
use saltbox::nacl::secret_box::{self, TAG_LEN, Tag};
use saltbox::nacl::{public_box, sealed_box};
use saltbox::nonce::Nonce;
use saltbox::rng::{EntropyError, RandomSource};

use crate::{Case, MESSAGE_MAX};

/// Room for the longest message in the widest box.
const ROOM: usize = MESSAGE_MAX + sealed_box::OVERHEAD;

/// A box under a key that both have.
pub struct SecretBox {
    pub id: &'static str,
    pub key: &'static [u8; 32],
    pub nonce: &'static [u8; 24],
    pub message: &'static [u8],
    pub sealed: &'static [u8],
}

impl Case for SecretBox {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        let boxed = Boxed {
            key: &SharedKey::from_bytes(*self.key),
            nonce: Nonce::from_bytes(*self.nonce),
            message: self.message,
            sealed: self.sealed,
        };
        boxed.holds()
    }
}

/// A box that must not open.
pub struct SecretBoxForged {
    pub id: &'static str,
    pub key: &'static [u8; 32],
    pub nonce: &'static [u8; 24],
    pub sealed: &'static [u8],
}

impl Case for SecretBoxForged {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        let key = SharedKey::from_bytes(*self.key);
        let nonce = Nonce::from_bytes(*self.nonce);
        let mut out = [0x5a; ROOM];
        let into = secret_box::open_into(&key, &nonce, self.sealed, &mut out) == Err(Error::Forged)
            && out == [0x5a; ROOM];
        let detached = self.sealed.split_first_chunk().is_none_or(|(tag, body)| {
            let buffer = &mut out[..body.len()];
            buffer.copy_from_slice(body);
            let tag = Tag::from_bytes(*tag);
            secret_box::open_detached(&key, &nonce, &tag, buffer) == Err(Error::Forged)
                && buffer == body
        });
        let mut buffer = held(self.sealed);
        let in_place = secret_box::open_in_place(&key, &nonce, &mut buffer) == Err(Error::Forged)
            && buffer == self.sealed;
        into && detached && in_place
    }
}

/// A box between two key pairs.
pub struct PublicBox {
    pub id: &'static str,
    pub sender_secret: &'static [u8; 32],
    pub sender_public: &'static [u8; 32],
    pub receiver_secret: &'static [u8; 32],
    pub receiver_public: &'static [u8; 32],
    pub box_key: &'static [u8; 32],
    pub nonce: &'static [u8; 24],
    pub message: &'static [u8],
    pub sealed: &'static [u8],
}

impl Case for PublicBox {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        let agrees = |secret: &[u8; 32], public: &[u8; 32]| {
            let secret = SecretKey::from_bytes(*secret);
            let key = SharedKey::agree(&secret, &PublicKey::from_bytes(*public));
            let nonce = Nonce::from_bytes(*self.nonce);
            key.is_ok_and(|key| {
                let (message, sealed) = (self.message, self.sealed);
                let mut out = [0; ROOM];
                key.expose_secret() == self.box_key
                    && public_box::open_into(&key, &nonce, sealed, &mut out)
                        .is_ok_and(|opened| opened == message)
                    && Boxed { key: &key, nonce, message, sealed }.holds()
            })
        };
        agrees(self.sender_secret, self.receiver_public)
            && agrees(self.receiver_secret, self.sender_public)
    }
}

/// A box from a sender who stays anonymous.
pub struct SealedBox {
    pub id: &'static str,
    pub receiver_secret: &'static [u8; 32],
    pub receiver_public: &'static [u8; 32],
    pub ephemeral_secret: &'static [u8; 32],
    pub message: &'static [u8],
    pub sealed: &'static [u8],
}

impl Case for SealedBox {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        self.by_slices() && self.detached() && self.in_place()
    }
}

impl SealedBox {
    #[inline(never)]
    fn by_slices(&self) -> bool {
        let mut out = [0; ROOM];
        let random = &mut Foreseen(self.ephemeral_secret);
        sealed_box::seal_into(&self.public(), self.message, &mut out, random)
            .is_ok_and(|sealed| sealed == self.sealed)
            && sealed_box::open_into(&self.secret(), self.sealed, &mut out)
                .is_ok_and(|opened| opened == self.message)
    }

    #[inline(never)]
    fn detached(&self) -> bool {
        let Some((front, body)) = self.sealed.split_first_chunk() else { return false };
        let mut buffer = held(self.message);
        let random = &mut Foreseen(self.ephemeral_secret);
        sealed_box::seal_detached(&self.public(), &mut buffer, random) == Ok(*front)
            && buffer == body
            && sealed_box::open_detached(&self.secret(), front, &mut buffer) == Ok(())
            && buffer == self.message
    }

    #[inline(never)]
    fn in_place(&self) -> bool {
        let mut buffer = held(self.message);
        let random = &mut Foreseen(self.ephemeral_secret);
        sealed_box::seal_in_place(&self.public(), &mut buffer, random) == Ok(())
            && buffer == self.sealed
            && sealed_box::open_in_place(&self.secret(), &mut buffer) == Ok(())
            && buffer == self.message
    }

    fn public(&self) -> PublicKey {
        PublicKey::from_bytes(*self.receiver_public)
    }

    fn secret(&self) -> SecretKey {
        SecretKey::from_bytes(*self.receiver_secret)
    }
}

/// A message and what sealing makes of it.
struct Boxed<'a> {
    key: &'a SharedKey,
    nonce: Nonce,
    message: &'a [u8],
    sealed: &'a [u8],
}

impl Boxed<'_> {
    fn holds(&self) -> bool {
        self.by_slices() && self.detached() && self.in_place()
    }

    #[inline(never)]
    fn by_slices(&self) -> bool {
        let mut out = [0; ROOM];
        secret_box::seal_into(self.key, &self.nonce, self.message, &mut out)
            .is_ok_and(|sealed| sealed == self.sealed)
            && secret_box::open_into(self.key, &self.nonce, self.sealed, &mut out)
                .is_ok_and(|opened| opened == self.message)
    }

    #[inline(never)]
    fn detached(&self) -> bool {
        let Some((front, body)) = self.sealed.split_first_chunk::<TAG_LEN>() else { return false };
        let mut buffer = held(self.message);
        let tag = secret_box::seal_detached(self.key, &self.nonce, &mut buffer);
        tag.as_bytes() == front
            && buffer == body
            && secret_box::open_detached(self.key, &self.nonce, &tag, &mut buffer) == Ok(())
            && buffer == self.message
    }

    #[inline(never)]
    fn in_place(&self) -> bool {
        let mut buffer = held(self.message);
        secret_box::seal_in_place(self.key, &self.nonce, &mut buffer) == Ok(())
            && buffer == self.sealed
            && secret_box::open_in_place(self.key, &self.nonce, &mut buffer) == Ok(())
            && buffer == self.message
    }
}

/// `bytes` with room to seal them in place; nothing if they are longer than a vector may be, and the case fails.
fn held(bytes: &[u8]) -> Vec<u8, ROOM> {
    Vec::from_slice(bytes).unwrap_or_default()
}

/// A random source that gives one secret.
struct Foreseen(&'static [u8; 32]);

impl RandomSource for Foreseen {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        let secret = self.0.get(..out.len()).ok_or(EntropyError::SourceFailed)?;
        out.copy_from_slice(secret);
        Ok(())
    }
}
