//! Overwriting memory that held a secret.
//!
//! What is reached: every value in a [`Wiped`], when it is dropped, and by [`burn`] the part of the stack on which an
//! operation just ran. What is not: copies that the compiler made elsewhere while a value was moved, and registers.
//!
//! Every store is volatile, so that none is left out because nobody reads what it wrote. They are of whole words wherever
//! memory is aligned: a loop over bytes takes a Cortex-M4 six cycles for each.
#![allow(unsafe_code)]

use core::hint::black_box;
use core::mem::{ManuallyDrop, MaybeUninit, transmute_copy};
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{Ordering, compiler_fence};

/// A value whose bytes are overwritten with zeros when it is dropped.
///
/// The value's own `Drop` does not run: use it for plain data, and for types of other crates whose `Drop` at most wipes.
///
/// Aligned to words, and so as long as a number of words: a key in it is read and wiped word by word on every core.
#[repr(C, align(4))]
pub(crate) struct Wiped<T>(ManuallyDrop<T>);

impl<T> Wiped<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(ManuallyDrop::new(value))
    }
}

impl<const N: usize> Wiped<[u8; N]> {
    #[inline(always)]
    pub(crate) fn zeroed() -> Self {
        if N == size_of::<[u32; TURN]>() {
            // Of this zero the compiler does not know that it is one, nor that its half is the same: it would clear a key by a
            // call, which takes a Cortex-M4 three times as long as these eight stores.
            let a = black_box(0_u32);
            let b = a / 2;
            // SAFETY: as long as each other, and any bytes are a value of either.
            Self::new(unsafe { transmute_copy(&[a, b, a, b, a, b, a, b]) })
        } else {
            Self::new([0; N])
        }
    }
}

impl<T> Deref for Wiped<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Wiped<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> Drop for Wiped<T> {
    fn drop(&mut self) {
        // SAFETY: `self` is all of these words, padding included, and they are writable; after this the value is never
        // used again, because it is in a `ManuallyDrop` that nobody drops or takes.
        unsafe { zero_few((&raw mut *self).cast(), size_of::<Self>() / size_of::<u32>()) };
        compiler_fence(Ordering::SeqCst);
    }
}

/// Overwrites `bytes` with zeros, also when nothing reads them afterwards.
pub(crate) fn wipe(bytes: &mut [u8]) {
    // SAFETY: any four bytes are a `u32`, and any `u32` is four bytes.
    let (front, words, back) = unsafe { bytes.align_to_mut::<u32>() };
    for byte in front.iter_mut().chain(back) {
        // SAFETY: a `&mut u8` is valid for a write.
        unsafe { core::ptr::from_mut(byte).write_volatile(0) };
    }
    // SAFETY: a slice that is borrowed mutably is valid for writes of all of it.
    unsafe { zero(words.as_mut_ptr(), words.len()) };
    compiler_fence(Ordering::SeqCst);
}

/// Overwrites the `N` bytes of stack below the caller's frame, on which what it called before has just run.
///
/// `N` is at most what that call took, so that the peak of the stack stays as it is.
#[inline(never)]
pub(crate) fn burn<const N: usize>() {
    drop(Wiped::new(MaybeUninit::<[u8; N]>::uninit()));
}

/// How many words one turn of a loop writes: those of a key.
const TURN: usize = 8;

/// [`zero`] of a `count` that the compiler knows: without a call up to four keys and a word.
///
/// # Safety
///
/// That of [`zero`].
#[inline(always)]
unsafe fn zero_few(at: *mut u32, count: usize) {
    const HALF: usize = TURN / 2;
    // SAFETY: of `count` words each is written once: as many turns as it has, up to four, then half a turn if there is one,
    // then one word.
    unsafe {
        if count > 4 * TURN + 1 || !matches!(count % TURN, 0 | 1 | HALF) {
            return zero(at, count);
        }
        if count >= TURN {
            zero_turn(at);
        }
        if count >= 2 * TURN {
            zero_turn(at.add(TURN));
        }
        if count >= 3 * TURN {
            zero_turn(at.add(2 * TURN));
        }
        if count >= 4 * TURN {
            zero_turn(at.add(3 * TURN));
        }
        if count % TURN == HALF {
            zero_half_turn(at.add(count - HALF));
        }
        if count % TURN == 1 {
            at.add(count - 1).write_volatile(0);
        }
    }
}

/// Writes zeros to the `count` words at `at`.
///
/// # Safety
///
/// `at` is aligned, and valid for writes of `count` words.
#[inline(never)]
unsafe fn zero(mut at: *mut u32, count: usize) {
    for _ in 0..count / TURN {
        // SAFETY: as many turns as fit into `count` words.
        unsafe {
            zero_turn(at);
            at = at.add(TURN);
        }
    }
    for _ in 0..count % TURN {
        // SAFETY: the words that are left.
        unsafe {
            at.write_volatile(0);
            at = at.add(1);
        }
    }
}

/// [`zero`] of [`TURN`] words.
#[inline(always)]
unsafe fn zero_turn(at: *mut u32) {
    // SAFETY: the caller's.
    unsafe {
        zero_half_turn(at);
        zero_half_turn(at.add(TURN / 2));
    }
}

/// [`zero`] of half as many.
#[inline(always)]
unsafe fn zero_half_turn(at: *mut u32) {
    // SAFETY: the caller's.
    unsafe {
        at.write_volatile(0);
        at.add(1).write_volatile(0);
        at.add(2).write_volatile(0);
        at.add(3).write_volatile(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is in memory after a value of `N` bytes was dropped, and before.
    fn dropped<const N: usize>() -> ([u8; N], [u8; N]) {
        let mut slot = ManuallyDrop::new(Wiped::new([0x5a_u8; N]));
        let before = **slot;
        let bytes = (&raw mut slot).cast::<[u8; N]>();
        // SAFETY: dropped once; the storage outlives the read, and any byte is a valid `u8`.
        let after = unsafe {
            ManuallyDrop::drop(&mut *bytes.cast::<ManuallyDrop<Wiped<[u8; N]>>>());
            bytes.read_volatile()
        };
        (after, before)
    }

    #[test]
    fn dropping_leaves_zeros() {
        assert_eq!(dropped::<64>(), ([0; 64], [0x5a; 64]));
        assert_eq!(dropped::<32>(), ([0; 32], [0x5a; 32]));
        assert_eq!(dropped::<1>(), ([0; 1], [0x5a; 1]));
        assert_eq!(dropped::<63>(), ([0; 63], [0x5a; 63]));
    }

    #[test]
    fn wiping_leaves_zeros() {
        let mut bytes = [7; 9];
        wipe(&mut bytes);
        assert_eq!(bytes, [0; 9]);
    }

    #[test]
    fn wiping_reaches_each_byte_and_no_other() {
        for (start, end) in (0..80).flat_map(|end| (0..=end).map(move |start| (start, end))) {
            let mut bytes = [7; 80];
            wipe(&mut bytes[start..end]);
            for (i, byte) in bytes.iter().enumerate() {
                assert_eq!(*byte == 0, (start..end).contains(&i), "{start}..{end} at {i}");
            }
        }
    }
}
