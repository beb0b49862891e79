//! Does the whole chain count what a small program executes?

use super::*;
use crate::scratch::Scratch;

/// Marks segments of a few instructions each, and ends.
const PROGRAM: &str = r#"#![no_std]
#![no_main]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { loop { core::hint::spin_loop() } }
#[unsafe(link_section = ".vectors")]
#[used]
static VECTORS: [unsafe extern "C" fn() -> !; 2] = [_stack_start, start];
unsafe extern "C" { fn _stack_start() -> !; fn segments(); }
core::arch::global_asm!(include_str!("segments.s"), options(raw));
extern "C" fn start() -> ! {
    unsafe { segments() };
    unsafe { core::arch::asm!("bkpt 0xab", in("r0") 0x20, in("r1") &[0x20026, 0]) };
    loop {}
}
"#;

const SEGMENTS: &str = r#"
.syntax unified
.thumb
.macro function name
    .global \name
    .type \name, %function
    .thumb_func
\name:
.endm
.macro end name
    .size \name, . - \name
.endm

function trace_begin
    movs r0, #1
    bx lr
end trace_begin

function trace_end
    movs r0, #2
    bx lr
end trace_end

@ Three turns: the loop's last branch is not taken.
function looped
    movs r2, #3
1:  subs r2, #1
    bne 1b
    bx lr
end looped

@ Two stores and two loads.
function deep
    push {r4, lr}
    pop {r4, pc}
end deep

@ Eight bytes deeper.
function deeper
    push {r2-r4, lr}
    pop {r2-r4, pc}
end deeper

function segments
    push {r4, lr}
    bl trace_begin          @ Segment 0: only the call of the end.
    bl trace_end
    bl trace_begin          @ Segment 1: and four more.
    nop
    nop
    nop
    nop
    bl trace_end
    bl trace_begin          @ Segment 2
    bl looped
    bl trace_end
    bl trace_begin          @ Segment 3
    bl deep
    bl trace_end
    bl trace_begin          @ Segment 4: the same again.
    bl looped
    bl trace_end
    bl trace_begin          @ Segment 5
    bl deeper
    bl trace_end
    pop {r4, pc}
end segments
"#;

const LAYOUT: &str = "_stack_start = 0x20004000; _stack_end = 0x20000000; ENTRY(_start)\n\
    SECTIONS { . = 0; .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } /DISCARD/ : { *(.ARM.*) } }\n";

/// Builds the program for a board's core.
fn image(scratch: &Scratch, board: &Board) -> PathBuf {
    scratch.write("program.rs", PROGRAM);
    scratch.write("segments.s", SEGMENTS);
    scratch.write("layout.x", LAYOUT);
    let path = |name: &str| scratch.path().join(name);
    let words = ["--edition", "2024", "-C", "opt-level=s", "-C", "panic=abort", "--target"];
    let rustc = Cmd::new("rustc").args(words).arg(board.target).args([
        "-C".to_owned(),
        format!("link-arg=-T{}", path("layout.x").display()),
        path("program.rs").display().to_string(),
        "-o".to_owned(),
        path("elf").display().to_string(),
    ]);
    let output = rustc.to_command().output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path("elf")
}

fn segments_on(board: &str) -> Vec<Segment> {
    let (scratch, board) = (Scratch::new(&format!("trace-{board}")), Board::named(board).unwrap());
    let here = Repo::find().unwrap();
    let mut progress = Progress::new(&here).unwrap();
    let tracer = Tracer::build(&here, &mut progress).unwrap();
    let image = image(&scratch, board);
    let repo = Repo::at(scratch.path());
    let mut progress = Progress::new(&repo).unwrap();
    let limit = Duration::from_secs(30);
    let traced = tracer.play(&repo, &mut progress, board, &image, "a, b", limit).unwrap();
    traced.segments
}

/// Instructions and cycles of a segment without those of the empty one.
fn without(segment: &Segment, empty: &Segment) -> (u64, u64) {
    (segment.instructions - empty.instructions, segment.cycles - empty.cycles)
}

#[test]
fn segments_are_counted_exactly_and_modelled() {
    // What the segments cost on each core, by the tables: the calls, the loop, the stack.
    for (board, call, looped, deep) in [
        ("microbit", 4, 4 + 1 + 3 + 3 + 3 + 1 + 3, 4 + 3 + 6),
        ("mps2-an385", 3, 3 + 1 + 3 + 3 + 3 + 1 + 3, 3 + 3 + 5),
    ] {
        let segments = segments_on(board);
        let [empty, nops, first, stacked, again, deeper] = segments.as_slice() else {
            panic!("{board}: {segments:?}");
        };
        assert_eq!((empty.instructions, empty.cycles), (1, call), "{board}");
        assert_eq!(without(nops, empty), (4, 4), "{board}");
        assert_eq!(without(first, empty), (9, looped), "{board}");
        assert_eq!(without(stacked, empty), (3, deep), "{board}");
        assert_eq!((empty.stack, nops.stack, deeper.stack - stacked.stack), (0, 0, 8), "{board}");
        assert_eq!(first.functions["looped"].instructions, 8, "{board}");
        assert_eq!(first.classes["b"].instructions, 3, "{board}");
        // The same work, called from another place: the data are the same, the path is not.
        assert_eq!((first.data, first.cycles), (again.data, again.cycles), "{board}");
        assert_ne!(first.path, again.path, "{board}");
        assert_ne!(first.data, stacked.data, "{board}");
    }
}

#[test]
fn an_image_without_markers_cannot_be_traced() {
    let error = request(b"", "m0", Path::new("")).unwrap_err().to_string();
    assert!(!error.is_empty());
}

#[test]
fn a_trace_that_broke_off_is_an_error() {
    let good = "[\n{\"instructions\":1,\"cycles\":3,\"stack\":0,\"path\":5,\"data\":6,\"unseen\":0,\"variable\":{\"f\":1},\
        \"classes\":{\"umull\":[1,3]},\"functions\":{}}\n]";
    let segments = segments(good).unwrap();
    assert_eq!((segments.len(), segments[0].classes["umull"].instructions), (1, 1));
    assert!(super::segments(good.strip_suffix(']').unwrap()).is_err());
    assert!(super::segments("").is_err());
    let error = super::segments("[\n{\"failure\":\"why\"}\n]").unwrap_err().to_string();
    assert!(error.ends_with("why"), "{error}");
}
