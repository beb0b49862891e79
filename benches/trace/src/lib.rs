//! An exact instruction trace of firmware under QEMU, with modelled cycles.
//!
//! QEMU translates the guest's code a block at a time and tells a plugin about each block when it is translated and
//! when it is entered. [`plugin`] is that door, and the only file here with `unsafe`; everything else is safe code that
//! needs no QEMU to be tested. [`decode`] reads the machine code of a block as it is translated, [`model`] says what an
//! instruction costs on a core, [`block`] adds that up once for each way through a block, and [`tracer`] only counts, as
//! blocks are entered, how often each way was taken.
//!
//! What is measured lies between the return of a function `trace_begin` and the start of a function `trace_end`, which
//! the firmware calls: a segment. Of each segment the plugin writes what [`report`] says.
//!
//! **Instructions are exact.** **Cycles are modelled**, from the timing tables of the cores' manuals, with zero wait
//! states: nothing here measures a clock.

pub mod block;
pub mod class;
pub mod decode;
pub mod hash;
pub mod job;
pub mod model;
#[cfg(not(test))]
pub mod plugin;
pub mod report;
pub mod tracer;
