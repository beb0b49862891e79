//! Boards played by QEMU: the command line, the time limit, the exit code.
//!
//! A program on the board ends the machine by semihosting, and the machine then ends with the program's code. What it
//! says over its first serial line is QEMU's standard output, and so is what it writes to the file `:tt`, as `defmt` and
//! the crate `semihosting` do; only the call SYS_WRITE0 follows `chardev=` and goes to a file of its own.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::boards::Board;
use crate::command::Cmd;

/// How a machine ended.
#[derive(Debug)]
pub struct Ended {
    /// What it said.
    pub output: String,
    /// The program's exit code; none if the machine was killed by a signal.
    pub code: Option<i32>,
}

/// The command that plays `image` on `board`; what is said by SYS_WRITE0 goes to `log`.
pub fn command(board: &Board, image: &Path, log: &Path) -> Cmd {
    // A comma in a value is doubled: QEMU's options are lists.
    let log = log.display().to_string().replace(',', ",,");
    Cmd::new("qemu-system-arm")
        .args(["-machine", board.name, "-display", "none", "-monitor", "none", "-serial", "stdio"])
        .args(["-no-reboot", "-chardev", &format!("file,id=log,path={log}")])
        .args(["-semihosting-config", "enable=on,target=native,chardev=log"])
        .args(board.devices.iter().copied())
        .args(["-kernel".to_owned(), image.display().to_string()])
}

/// Plays until the program ends the machine; a machine that takes longer than `limit` is an error.
pub fn play(cmd: &Cmd, limit: Duration) -> Result<Ended> {
    let mut machine = Machine::start(cmd)?;
    let start = Instant::now();
    let code = loop {
        if let Some(status) = machine.child.try_wait()? {
            break status.code();
        }
        if start.elapsed() > limit {
            let said = machine.stop();
            bail!("{cmd}\ndid not end within {} s; it said:\n{said}", limit.as_secs());
        }
        thread::sleep(Duration::from_millis(20));
    };
    Ok(Ended { output: machine.stop(), code })
}

/// A machine that runs. Dropping it ends it: this one, by its handle, and no other.
struct Machine {
    child: Child,
    readers: Vec<JoinHandle<String>>,
}

impl Machine {
    fn start(cmd: &Cmd) -> Result<Self> {
        let mut command = cmd.to_command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start: {cmd}"))?;
        let mut readers = Vec::new();
        readers.extend(child.stdout.take().map(reader));
        readers.extend(child.stderr.take().map(reader));
        Ok(Self { child, readers })
    }

    /// Ends the machine if it still runs, and returns what it said.
    fn stop(mut self) -> String {
        self.end();
        let parts = std::mem::take(&mut self.readers)
            .into_iter()
            .map(|reader| reader.join().unwrap_or_default());
        parts.collect()
    }

    fn end(&mut self) {
        // Either may fail because the machine has ended by itself; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.end();
    }
}

/// Collects what comes out of `stream` until it closes.
fn reader(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // An error ends the stream as its end does: what came before it counts.
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::scratch::Scratch;

    fn shell(script: &str) -> Cmd {
        Cmd::new("sh").args(["-c", script])
    }

    #[test]
    fn output_and_code_come_back() {
        let ended =
            play(&shell("echo one; echo two >&2; exit 3"), Duration::from_secs(20)).unwrap();
        assert_eq!((ended.output.as_str(), ended.code), ("one\ntwo\n", Some(3)));
    }

    #[test]
    fn a_machine_that_hangs_is_ended_and_quoted() {
        let start = Instant::now();
        let error = play(&shell("echo here; exec sleep 60"), Duration::from_millis(300))
            .unwrap_err()
            .to_string();
        assert!(error.contains("did not end") && error.ends_with("it said:\nhere\n"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_machine_that_cannot_start_is_an_error() {
        assert!(play(&Cmd::new("saltbox-has-no-such-program"), Duration::from_secs(1)).is_err());
    }

    /// Says `hi` over the serial line of an MPS2 board and `log` by SYS_WRITE0, and ends with code 7.
    const PROGRAM: &str = r#"#![no_std]
#![no_main]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { loop { core::hint::spin_loop() } }
#[unsafe(link_section = ".vectors")]
#[used]
static VECTORS: [unsafe extern "C" fn() -> !; 2] = [stack, start];
unsafe extern "C" { fn stack() -> !; }
fn call(number: usize, argument: *const usize) {
    unsafe { core::arch::asm!("bkpt 0xab", inout("r0") number => _, in("r1") argument) };
}
extern "C" fn start() -> ! {
    let uart = 0x4000_4000 as *mut u32;
    unsafe {
        uart.add(4).write_volatile(16);
        uart.add(2).write_volatile(1);
        for byte in *b"hi\n" { uart.write_volatile(u32::from(byte)); }
    }
    call(4, c"log".as_ptr().cast());
    call(0x20, [0x20026, 7].as_ptr());
    loop {}
}
"#;

    const LAYOUT: &str = "stack = 0x20008000; ENTRY(_start)\n\
        SECTIONS { . = 0; .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } /DISCARD/ : { *(.ARM.*) } }\n";

    #[test]
    fn a_board_speaks_and_ends_with_its_code() {
        let scratch = Scratch::new("qemu");
        scratch.write("program.rs", PROGRAM);
        scratch.write("layout.x", LAYOUT);
        let path = |name: &str| scratch.path().join(name);
        let layout = format!("link-arg=-T{}", path("layout.x").display());
        let fixed = [
            "--edition",
            "2024",
            "--target",
            "thumbv7m-none-eabi",
            "-C",
            "opt-level=s",
            "-C",
            "panic=abort",
        ];
        let files = [
            path("program.rs").display().to_string(),
            "-o".into(),
            path("elf").display().to_string(),
        ];
        let rustc = Cmd::new("rustc").args(fixed).args(["-C", &layout]).args(files);
        let output = rustc.to_command().output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

        let board = Board::named("mps2-an385").unwrap();
        let cmd = command(board, &path("elf"), &path("a,log"));
        let ended = play(&cmd, Duration::from_secs(30)).unwrap();
        assert_eq!((ended.output.as_str(), ended.code), ("hi\n", Some(7)));
        assert_eq!(fs::read_to_string(path("a,log")).unwrap(), "log");
    }
}
