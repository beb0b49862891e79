//! Secret keys: one representation each, wiped on drop, redacted wherever they might be printed.

use super::{KEY_LEN, PublicKey, VerifyingKey};
use crate::error::Error;
use crate::low::wipe::{Wiped, burn};
use crate::low::{backend, ct};
use crate::primitive::{ed25519, x25519};
use crate::rng::{EntropyError, RandomSource};

/// `Debug` and `defmt::Format` that name the type alone, and equality in constant time.
macro_rules! secret {
    ($name:ident, $shown:literal) => {
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str($shown)
            }
        }

        #[cfg(feature = "defmt")]
        impl defmt::Format for $name {
            fn format(&self, f: defmt::Formatter<'_>) {
                defmt::write!(f, $shown);
            }
        }

        /// In constant time.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                ct::equal(&self.0, &other.0)
            }
        }

        impl Eq for $name {}
    };
}

/// An X25519 secret key.
///
/// # Example
///
/// ```
/// use saltbox::keys::SecretKey;
/// use saltbox::rng::Drbg;
///
/// // A seed that is never used twice; on a host, `rng::OsRandom`.
/// let key = SecretKey::generate(&mut Drbg::from_seed(&[7; 32]))?;
/// assert_eq!(SecretKey::from_bytes(*key.expose_secret()), key);
/// assert_eq!(format!("{key:?}"), "SecretKey(..)");
/// # Ok::<(), saltbox::rng::EntropyError>(())
/// ```
///
/// # Security
///
/// Wiped when dropped, redacted in `Debug` and `defmt`, compared in constant time; neither `Copy` nor `Clone`.
///
/// # Cost
///
/// 32 bytes. A public key takes one X25519; nothing else here takes longer than a copy.
///
/// # Specification
///
/// RFC 7748; NaCl `crypto_box` secret keys. Any 32 bytes are one: clamping happens in use.
pub struct SecretKey(Wiped<[u8; KEY_LEN]>);
secret!(SecretKey, "SecretKey(..)");

impl SecretKey {
    /// Draws a new key from `random`.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] if the source fails; there is no fallback.
    pub fn generate(random: &mut impl RandomSource) -> Result<Self, EntropyError> {
        let mut key = Wiped::zeroed();
        random.fill(&mut *key)?;
        Ok(Self::from_bytes(*key))
    }

    /// Takes 32 secret bytes; the caller's copy is the caller's to wipe. Clamping happens when the key is used.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; KEY_LEN]) -> Self {
        Self(Wiped::new(bytes))
    }

    /// The 32 secret bytes, for storing the key: do not print them.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// The public key that belongs to this one. One X25519.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from_bytes(x25519::public_key(&self.0))
    }

    /// X25519 without the hash that makes a box key of it: for key schedules, which hash it themselves.
    pub(crate) fn raw_agree(
        &self,
        out: &mut Wiped<[u8; KEY_LEN]>,
        public: &PublicKey,
    ) -> Result<(), Error> {
        x25519::agree(out, &self.0, public.as_bytes()).map_err(|_| Error::WeakKey)
    }
}

/// The key of a box: what two peers agreed on, or a key that both already had.
///
/// Agreeing costs one X25519; seal and open many messages with the result.
///
/// # Security
///
/// Wiped when dropped, redacted in `Debug` and `defmt`, compared in constant time; neither `Copy` nor `Clone`. Both
/// directions of a conversation share it: see [`Nonce`](crate::nonce::Nonce).
///
/// # Cost
///
/// 32 bytes. Agreeing takes one X25519 and one HSalsa20.
///
/// # Specification
///
/// NaCl `crypto_box_beforenm`, and the key of `crypto_secretbox`.
pub struct SharedKey(Wiped<[u8; KEY_LEN]>);
secret!(SharedKey, "SharedKey(..)");

/// More than HSalsa20 takes in any backend, and less than X25519: words of the key are among what it spills.
const HSALSA_STACK: usize = 384;

impl SharedKey {
    /// Agrees on a key with the holder of `public`.
    ///
    /// # Errors
    ///
    /// [`Error::WeakKey`] if `public` is of low order, where libsodium fails as well.
    ///
    /// # Security
    ///
    /// Constant time in both keys, within the limits that the crate's front page names for each core.
    ///
    /// # Specification
    ///
    /// NaCl `crypto_box_beforenm`: HSalsa20 of the X25519 result with a zero input.
    ///
    /// # Example
    ///
    /// ```
    /// use saltbox::keys::{SecretKey, SharedKey};
    ///
    /// let (alice, bob) = (SecretKey::from_bytes([1; 32]), SecretKey::from_bytes([2; 32]));
    /// let one = SharedKey::agree(&alice, &bob.public_key())?;
    /// let other = SharedKey::agree(&bob, &alice.public_key())?;
    /// assert_eq!(one, other);
    /// # Ok::<(), saltbox::Error>(())
    /// ```
    pub fn agree(secret: &SecretKey, public: &PublicKey) -> Result<Self, Error> {
        let mut agreed = Wiped::zeroed();
        secret.raw_agree(&mut agreed, public)?;
        let mut key = Wiped::zeroed();
        backend::hsalsa20(&mut key, &agreed, &[0; 16]);
        burn::<HSALSA_STACK>();
        // Copied and wiped: moved, it would stay here as well.
        Ok(Self::from_bytes(*key))
    }

    /// Draws a new key from `random`, for a [`secret_box`](crate::nacl::secret_box).
    ///
    /// # Errors
    ///
    /// [`EntropyError`] if the source fails; there is no fallback.
    pub fn generate(random: &mut impl RandomSource) -> Result<Self, EntropyError> {
        let mut key = Wiped::zeroed();
        random.fill(&mut *key)?;
        Ok(Self::from_bytes(*key))
    }

    /// Takes 32 secret bytes; the caller's copy is the caller's to wipe.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; KEY_LEN]) -> Self {
        Self(Wiped::new(bytes))
    }

    /// The 32 secret bytes, for storing the key: do not print them.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8; KEY_LEN] {
        &self.0
    }
}

/// An Ed25519 signing key: the 32-byte seed and, so that signing need not compute it, the public key.
///
/// # Example
///
/// ```
/// use saltbox::keys::SigningKey;
///
/// // RFC 8032, 7.1, test 2.
/// let mut seed = [0; 32];
/// base16ct::lower::decode(
///     "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", &mut seed,
/// ).unwrap();
/// let key = SigningKey::from_seed(seed).verifying_key();
/// assert_eq!(&key.to_hex()[..16], "3d4017c3e843895a");
/// ```
///
/// # Security
///
/// Wiped when dropped, redacted in `Debug` and `defmt`, compared in constant time; neither `Copy` nor `Clone`. Seed and
/// public key never part: a signature under the wrong public key would give the seed away.
///
/// # Cost
///
/// 64 bytes. Making one takes one multiplication of the base point.
///
/// # Specification
///
/// RFC 8032; libsodium's 64-byte secret keys are `seed || public key`.
pub struct SigningKey(Wiped<[u8; KEY_LEN]>, VerifyingKey);
secret!(SigningKey, "SigningKey(..)");

impl SigningKey {
    /// Draws a new key from `random`.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] if the source fails; there is no fallback.
    pub fn generate(random: &mut impl RandomSource) -> Result<Self, EntropyError> {
        let mut seed = Wiped::zeroed();
        random.fill(&mut *seed)?;
        let public = VerifyingKey::from_bytes(ed25519::public_key(&seed));
        Ok(Self(Wiped::new(*seed), public))
    }

    /// Takes a 32-byte seed (RFC 8032's secret key; the first half of libsodium's 64 bytes).
    #[must_use]
    pub fn from_seed(seed: [u8; KEY_LEN]) -> Self {
        let seed = Wiped::new(seed);
        let public = VerifyingKey::from_bytes(ed25519::public_key(&seed));
        // Copied and wiped: moved, it would stay here as well.
        Self(Wiped::new(*seed), public)
    }

    /// The 32-byte seed, for storing the key: do not print it.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// The public key that checks this key's signatures.
    #[must_use]
    pub const fn verifying_key(&self) -> VerifyingKey {
        self.1
    }
}
