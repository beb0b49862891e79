//! NaCl, byte for byte: what is sealed here, libsodium and TweetNaCl.js open, and the other way round.
//!
//! Every construction has three ways in:
//!
//! - **detached**: the caller's buffer is encrypted in place, the tag comes back on its own;
//! - **into**: from one slice into another, as `tag || ciphertext` (libsodium's `_easy`), returning the part used;
//! - **in place** (feature `heapless`): a `heapless::Vec` grows or shrinks by the tag.

pub mod hash;
pub mod public_box;
pub mod sealed_box;
pub mod secret_box;
pub mod sign;

/// The first `needed` bytes of `out`, or the error that says how many are needed.
pub(crate) fn room(out: &mut [u8], needed: usize) -> Result<&mut [u8], crate::Error> {
    out.get_mut(..needed).ok_or(crate::Error::BufferTooSmall { needed })
}

/// Lengthens `message` by `count` bytes at its front, which hold anything until they are written.
///
/// Too little capacity is an error that says how much is needed; then nothing was changed.
#[cfg(feature = "heapless")]
fn grow_front<const N: usize>(
    message: &mut heapless::Vec<u8, N>,
    count: usize,
) -> Result<(), crate::Error> {
    let needed = message.len().saturating_add(count);
    message.resize(needed, 0).map_err(|_| crate::Error::BufferTooSmall { needed })?;
    // From the length as it is now: so the optimiser sees that the copy is in bounds.
    if let Some(len) = message.len().checked_sub(count) {
        message.copy_within(..len, count);
    }
    Ok(())
}

/// Drops the first `count` bytes of `message`; what becomes free at its end is wiped.
#[cfg(feature = "heapless")]
fn cut_front<const N: usize>(message: &mut heapless::Vec<u8, N>, count: usize) {
    let count = count.min(message.len());
    let len = message.len() - count;
    message.copy_within(count.., 0);
    if let Some(free) = message.get_mut(len..) {
        crate::low::wipe::wipe(free);
    }
    message.truncate(len);
}
