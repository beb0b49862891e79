//! The markers between which an operation is measured.

use core::hint::black_box;

/// Measures `work`, after `prepare`.
///
/// Two segments come of it, one with a function without a body and one with `work`, both called in the same way from the
/// same depth of the stack: the difference is what `work` takes, its return aside.
pub fn measure<S>(state: &mut S, prepare: fn(&mut S), work: fn(&mut S)) {
    prepare(state);
    segment(state, |_| ());
    segment(state, work);
}

/// Nothing has to be prepared.
pub const fn nothing<S>(_: &mut S) {}

#[inline(never)]
fn segment<S>(state: &mut S, work: fn(&mut S)) {
    let work = black_box(work);
    trace_begin();
    work(state);
    trace_end();
}

/// A segment begins where this is called.
///
/// The number is different in the two, so that they are not made one, and is written to the stack, so that who watches
/// memory sees where the stack stands.
#[inline(never)]
fn trace_begin() {
    black_box(1);
}

/// A segment ends where this is called.
#[inline(never)]
fn trace_end() {
    black_box(2);
}
