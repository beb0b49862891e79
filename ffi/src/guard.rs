//! No panic leaves this library: it would reach Swift as an error that no app can name.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::SaltboxError;

/// Runs `work`; a panic in it is [`SaltboxError::Internal`].
///
/// What `work` was changing may be half changed: whoever passes something mutable sees to it that this does no harm.
pub fn guard<T>(work: impl FnOnce() -> Result<T, SaltboxError>) -> Result<T, SaltboxError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(SaltboxError::Internal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let divide = |by: u32| guard(|| Ok(1 / std::hint::black_box(by)));
        assert!(matches!(divide(0), Err(SaltboxError::Internal)));
        assert!(matches!(divide(1), Ok(1)));
        assert!(matches!(guard(|| Err::<(), _>(SaltboxError::Forged)), Err(SaltboxError::Forged)));
    }
}
