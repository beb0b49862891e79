//! What is measured on the host: the same operations of Saltbox and its peers, each as a function that is ready to run.
//!
//! Every library starts from the same bytes, and makes the same of them: the test below says so. `benches/host.rs` takes
//! the time. A box is sealed from a message into a buffer that has room for its tag too; libsodium, called through the crate
//! `libsodium-rs` over the system's library, makes a new `Vec` instead.

mod dryoc;
mod libsodium;
mod rustcrypto;
mod saltbox;

pub use self::dryoc::Dryoc;
pub use self::libsodium::Libsodium;
pub use self::rustcrypto::RustCrypto;
pub use self::saltbox::Saltbox;

/// A box that was sealed or opened.
pub type Message = Vec<u8>;

/// Seals or opens, and hands what comes out to its argument.
pub type Work = Box<dyn FnMut(&mut dyn FnMut(&[u8]))>;

/// A library.
pub trait Library {
    /// Its name in the results.
    const NAME: &'static str;

    /// NaCl's key of our secret and their public key, if the library shows it.
    fn agreement(secret: [u8; 32], public: [u8; 32]) -> impl FnMut() -> Option<[u8; 32]>;

    /// The public key of a secret key.
    fn keypair(secret: [u8; 32]) -> impl FnMut() -> [u8; 32];

    /// Seals `message`.
    fn sealing(key: [u8; 32], nonce: [u8; 24], message: Message) -> Work;

    /// Opens what [`Self::sealing`] made.
    fn opening(key: [u8; 32], nonce: [u8; 24], sealed: Message) -> Work;

    /// Signs 32 bytes with Ed25519, and verifies that signature; nothing if the library does not.
    fn signing(seed: [u8; 32], message: [u8; 32]) -> Option<Signing>;
}

/// What signs and what verifies.
pub struct Signing {
    /// Makes the signature.
    pub sign: Box<dyn FnMut() -> [u8; 64]>,
    /// Verifies that signature.
    pub verify: Box<dyn FnMut() -> bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed<L: Library>() -> Message {
        let (mut made, mut opened) = (Message::new(), Message::new());
        L::sealing([3; 32], [4; 24], vec![5; 100])(&mut |it| made = it.to_vec());
        L::opening([3; 32], [4; 24], made.clone())(&mut |it| opened = it.to_vec());
        assert_eq!(opened, [5; 100], "{}", L::NAME);
        made
    }

    fn same<L: Library>() {
        let public = Saltbox::keypair([2; 32])();
        let agreed = L::agreement([1; 32], public)();
        assert!(agreed.is_none() || agreed == Saltbox::agreement([1; 32], public)(), "{}", L::NAME);
        assert_eq!(L::keypair([2; 32])(), public, "{}", L::NAME);
        assert_eq!(sealed::<L>(), sealed::<Saltbox>(), "{}", L::NAME);
        let signature =
            |signing: Option<Signing>| signing.map(|mut it| ((it.sign)(), (it.verify)()));
        let ours = signature(Saltbox::signing([6; 32], [7; 32]));
        let theirs = signature(L::signing([6; 32], [7; 32]));
        assert!(theirs.is_none() || theirs == ours && ours.unwrap().1, "{}", L::NAME);
    }

    #[test]
    fn all_libraries_make_the_same_bytes() {
        same::<Saltbox>();
        same::<Libsodium>();
        same::<Dryoc>();
        same::<RustCrypto>();
    }
}
