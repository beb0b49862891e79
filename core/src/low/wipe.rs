//! Overwriting memory that held a secret.
//!
//! What is reached: every value in a [`Wiped`], when it is dropped, and by [`burn`] the part of the stack on which an
//! operation just ran. What is not: copies that the compiler made elsewhere while a value was moved, and registers.
#![allow(unsafe_code)]

use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{Ordering, compiler_fence};

/// A value whose bytes are overwritten with zeros when it is dropped.
///
/// The value's own `Drop` does not run: use it for plain data, and for types of other crates whose `Drop` at most wipes.
pub(crate) struct Wiped<T>(ManuallyDrop<T>);

impl<T> Wiped<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(ManuallyDrop::new(value))
    }
}

impl<const N: usize> Wiped<[u8; N]> {
    pub(crate) const fn zeroed() -> Self {
        Self::new([0; N])
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
        let start = (&raw mut self.0).cast::<u8>();
        for i in 0..size_of::<T>() {
            // SAFETY: `start` points to `size_of::<T>()` bytes that `self` owns and that are writable; after this
            // the value is never used again, because it is in a `ManuallyDrop` that nobody drops or takes.
            unsafe { start.add(i).write_volatile(0) };
        }
        compiler_fence(Ordering::SeqCst);
    }
}

/// Overwrites `bytes` with zeros, also when nothing reads them afterwards.
pub(crate) fn wipe(bytes: &mut [u8]) {
    for byte in bytes {
        // SAFETY: a `&mut u8` is valid for a write.
        unsafe { core::ptr::from_mut(byte).write_volatile(0) };
    }
    compiler_fence(Ordering::SeqCst);
}

/// Overwrites the `N` bytes of stack below the caller's frame, on which what it called before has just run.
///
/// `N` is at most what that call took, so that the peak of the stack stays as it is.
#[inline(never)]
pub(crate) fn burn<const N: usize>() {
    drop(Wiped::<[u8; N]>::zeroed());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_leaves_zeros() {
        let mut slot = ManuallyDrop::new(Wiped::new([0x5a_u8; 64]));
        assert_eq!(slot[63], 0x5a);
        let bytes = (&raw mut slot).cast::<[u8; 64]>();
        // SAFETY: dropped once; the storage outlives the read, and any byte is a valid `u8`.
        let after = unsafe {
            ManuallyDrop::drop(&mut *bytes.cast::<ManuallyDrop<Wiped<[u8; 64]>>>());
            bytes.read_volatile()
        };
        assert_eq!(after, [0; 64]);
    }

    #[test]
    fn wiping_leaves_zeros() {
        let mut bytes = [7; 9];
        wipe(&mut bytes);
        assert_eq!(bytes, [0; 9]);
    }
}
