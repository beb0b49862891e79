//! The door to QEMU: its plugin interface, version 1, declared by hand.
//!
//! QEMU (7.2 and later) loads the library, checks [`qemu_plugin_version`] and calls [`qemu_plugin_install`] with the
//! arguments after the file's name; here there is one, `job=FILE` (see [`crate::job`]). From then on it calls back. The
//! functions below are its own, found when the library is loaded.
//!
//! The only `unsafe` of this crate. Why it is right:
//! - **One thread at a time.** The machines played here have one CPU. Its thread translates and executes; the callback
//!   at the end comes from the thread that ends QEMU, which is the CPU's (the guest ends the machine), or comes when the
//!   CPU no longer runs. So the one `&mut Tracer` that each callback makes is the only one.
//! - **Numbers as user data.** What QEMU hands back is a number made into a pointer, never dereferenced.
//! - **Handles.** Those of a block and of an instruction are used in the callback that received them, and not kept.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::job::Job;
use crate::tracer::{Access, Tracer};

/// A block, while it is translated.
#[repr(C)]
struct Tb {
    opaque: [u8; 0],
}

/// An instruction, while it is translated.
#[repr(C)]
struct Insn {
    opaque: [u8; 0],
}

type Id = u64;
/// What an access is: asked by [`qemu_plugin_mem_is_store`] and [`qemu_plugin_mem_size_shift`].
type MemInfo = u32;
type Executed = extern "C" fn(cpu: c_uint, user: *mut c_void);
type Touched = extern "C" fn(cpu: c_uint, info: MemInfo, address: u64, user: *mut c_void);

/// A callback that looks at no register.
const NO_REGISTERS: c_int = 0;
/// Loads and stores.
const READ_AND_WRITE: c_int = 3;

unsafe extern "C" {
    fn qemu_plugin_register_vcpu_tb_trans_cb(id: Id, callback: extern "C" fn(Id, *mut Tb));
    fn qemu_plugin_register_vcpu_tb_exec_cb(
        tb: *mut Tb,
        callback: Executed,
        flags: c_int,
        user: *mut c_void,
    );
    fn qemu_plugin_register_vcpu_mem_cb(
        insn: *mut Insn,
        callback: Touched,
        flags: c_int,
        which: c_int,
        user: *mut c_void,
    );
    fn qemu_plugin_register_atexit_cb(
        id: Id,
        callback: extern "C" fn(Id, *mut c_void),
        user: *mut c_void,
    );
    fn qemu_plugin_tb_n_insns(tb: *const Tb) -> usize;
    fn qemu_plugin_tb_vaddr(tb: *const Tb) -> u64;
    fn qemu_plugin_tb_get_insn(tb: *const Tb, index: usize) -> *mut Insn;
    fn qemu_plugin_insn_data(insn: *const Insn) -> *const u8;
    fn qemu_plugin_insn_size(insn: *const Insn) -> usize;
    fn qemu_plugin_mem_size_shift(info: MemInfo) -> c_uint;
    fn qemu_plugin_mem_is_store(info: MemInfo) -> bool;
}

/// The version of the interface that this was written for.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static qemu_plugin_version: c_int = 1;

/// What this run follows and where it writes.
struct Run {
    tracer: Tracer,
    output: BufWriter<File>,
    /// What stands before the next segment.
    separator: &'static str,
}

static RUN: AtomicPtr<Run> = AtomicPtr::new(ptr::null_mut());

/// The run; see above why there is one user at a time.
fn run() -> &'static mut Run {
    // SAFETY: `qemu_plugin_install` stored a leaked box there before it registered the first callback.
    unsafe { &mut *RUN.load(Ordering::Relaxed) }
}

/// QEMU has loaded the library.
///
/// # Safety
///
/// Only QEMU calls it: `arguments` holds `count` strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qemu_plugin_install(
    id: Id,
    _: *const c_void,
    count: c_int,
    arguments: *const *const c_char,
) -> c_int {
    let argument = |at: usize| {
        // SAFETY: there are `count` of them, each ended by a zero.
        unsafe { CStr::from_ptr(*arguments.add(at)) }.to_string_lossy().into_owned()
    };
    let arguments: Vec<_> = (0..usize::try_from(count).unwrap_or(0)).map(argument).collect();
    match begin(&arguments) {
        Ok(run) => RUN.store(Box::into_raw(Box::new(run)), Ordering::Release),
        Err(error) => {
            eprintln!("the trace cannot begin: {error}");
            return 1;
        }
    }
    // SAFETY: these are QEMU's own functions, called as it allows while a plugin is installed.
    unsafe {
        qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
        qemu_plugin_register_atexit_cb(id, ended, ptr::null_mut());
    }
    0
}

fn begin(arguments: &[String]) -> Result<Run, String> {
    let [argument] = arguments else { return Err("one argument is needed: job=FILE".to_owned()) };
    let path = argument.strip_prefix("job=").ok_or("the argument is not job=FILE")?;
    let job = Job::read(Path::new(path))?;
    let output =
        File::create(&job.output).map_err(|error| format!("{}: {error}", job.output.display()))?;
    Ok(Run { tracer: Tracer::new(job), output: BufWriter::new(output), separator: "[" })
}

extern "C" fn translated(_: Id, tb: *mut Tb) {
    // SAFETY: `tb` and its instructions are valid in this callback, an instruction's code as long as it says.
    let (start, insns, code) = unsafe {
        let insns: Vec<_> =
            (0..qemu_plugin_tb_n_insns(tb)).map(|at| qemu_plugin_tb_get_insn(tb, at)).collect();
        let code = insns.iter().map(|&insn| {
            std::slice::from_raw_parts(qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn))
        });
        let code: Vec<_> = code.collect();
        (qemu_plugin_tb_vaddr(tb), insns, code)
    };
    let (block, first) = run().tracer.translate(start as u32, &code);
    // SAFETY: as above; the user data are numbers.
    unsafe {
        let user = ptr::without_provenance_mut(block);
        qemu_plugin_register_vcpu_tb_exec_cb(tb, entered, NO_REGISTERS, user);
        for (at, insn) in insns.into_iter().enumerate() {
            let user = ptr::without_provenance_mut(first + at);
            let (flags, which) = (NO_REGISTERS, READ_AND_WRITE);
            qemu_plugin_register_vcpu_mem_cb(insn, touched, flags, which, user);
        }
    }
}

extern "C" fn entered(_: c_uint, user: *mut c_void) {
    let run = run();
    run.tracer.enter(user.addr());
    if run.tracer.has_finished() {
        // A file that cannot be written is found out in the end.
        let _ = write_finished(run);
    }
}

extern "C" fn touched(_: c_uint, info: MemInfo, address: u64, user: *mut c_void) {
    let run = run();
    if !run.tracer.is_open() {
        return;
    }
    // SAFETY: `info` is the one of this access.
    let (shift, is_store) =
        unsafe { (qemu_plugin_mem_size_shift(info), qemu_plugin_mem_is_store(info)) };
    run.tracer.access(user.addr(), Access { address: address as u32, size: 1 << shift, is_store });
}

extern "C" fn ended(_: Id, _: *mut c_void) {
    let run = run();
    if let Err(error) = write_all(run) {
        eprintln!("the trace cannot be written: {error}");
    }
}

/// Writes the segments that have ended, one after the other in a list.
fn write_finished(run: &mut Run) -> std::io::Result<()> {
    for segment in run.tracer.finished() {
        write!(run.output, "{}\n{}", run.separator, segment.json())?;
        run.separator = ",";
    }
    Ok(())
}

/// Ends the list; one that does not end is one whose run did not.
fn write_all(run: &mut Run) -> std::io::Result<()> {
    write_finished(run)?;
    if let Some(failure) = run.tracer.failure() {
        let value = serde_json::json!({ "failure": failure });
        write!(run.output, "{}\n{value}", run.separator)?;
        run.separator = ",";
    }
    let start = if run.separator == "[" { "[" } else { "" };
    writeln!(run.output, "{start}\n]")?;
    run.output.flush()
}
