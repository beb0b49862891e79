//! Comparison in constant time.

use subtle::ConstantTimeEq;

/// Whether `a` and `b` hold the same bytes; time depends on `N` alone.
#[must_use]
pub(crate) fn equal<const N: usize>(a: &[u8; N], b: &[u8; N]) -> bool {
    a.ct_eq(b).into()
}
