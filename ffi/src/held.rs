//! A secret that can be wiped while others still hold on to it.

use std::sync::{PoisonError, RwLock};

use crate::SaltboxError;
use crate::guard::guard;

/// A `T` until it is wiped. Many threads may use it at a time.
pub struct Held<T>(RwLock<Option<T>>);

impl<T> Held<T> {
    pub const fn new(value: T) -> Self {
        Self(RwLock::new(Some(value)))
    }

    /// Hands the value to `work`, or says that it is gone.
    pub fn with<R>(
        &self,
        work: impl FnOnce(&T) -> Result<R, SaltboxError>,
    ) -> Result<R, SaltboxError> {
        guard(|| {
            let value = self.0.read().unwrap_or_else(PoisonError::into_inner);
            work(value.as_ref().ok_or(SaltboxError::Closed)?)
        })
    }

    /// As [`with`](Self::with), for `work` that changes the value; no other thread has it meanwhile.
    pub fn with_mut<R>(
        &self,
        work: impl FnOnce(&mut T) -> Result<R, SaltboxError>,
    ) -> Result<R, SaltboxError> {
        guard(|| {
            let mut value = self.0.write().unwrap_or_else(PoisonError::into_inner);
            work(value.as_mut().ok_or(SaltboxError::Closed)?)
        })
    }

    /// Drops the value, which wipes it, as soon as no thread uses it. Once more does nothing.
    pub fn wipe(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wiped_is_gone_for_good() {
        let held = Held::new(7);
        assert!(matches!(held.with(|value| Ok(*value)), Ok(7)));
        held.wipe();
        held.wipe();
        assert!(matches!(held.with(|_| Ok(())), Err(SaltboxError::Closed)));
        assert!(matches!(held.with_mut(|_| Ok(())), Err(SaltboxError::Closed)));
    }

    #[test]
    fn a_panic_does_not_lock_others_out() {
        let held = Held::new(vec![7]);
        let index = |held: &Held<Vec<u8>>, at: usize| held.with_mut(|value| Ok(value[at]));
        assert!(matches!(index(&held, 1), Err(SaltboxError::Internal)));
        assert!(matches!(index(&held, 0), Ok(7)));
    }
}
