//! Is a run followed rightly, whatever blocks it comes in?

use super::*;
use crate::job::Function;
use crate::model::Core;
use crate::report::Counts;

const BEGIN: u32 = 0x100;
const END: u32 = 0x110;
const WORK: u32 = 0x200;
const STACK: std::ops::Range<u32> = 0x2000_0000..0x2000_1000;

fn tracer() -> Tracer {
    Tracer::new(Job {
        core: Core::M4,
        begin: BEGIN..BEGIN + 8,
        end: END,
        stack: STACK,
        functions: vec![Function { code: WORK..WORK + 64, name: "work".to_owned() }],
        output: "".into(),
    })
}

/// Translates the halves at `start`, each an instruction; returns the block and its first instruction.
fn translate(tracer: &mut Tracer, start: u32, code: &[u16]) -> (usize, usize) {
    let bytes: Vec<[u8; 2]> = code.iter().map(|half| half.to_le_bytes()).collect();
    tracer.translate(start, &bytes.iter().map(|half| &half[..]).collect::<Vec<_>>())
}

/// A block, its first instruction, and its accesses: instruction and address.
type Step<'a> = (usize, usize, &'a [(usize, u32)]);

/// Runs a segment of the blocks given.
fn segment(tracer: &mut Tracer, blocks: &[Step<'_>]) -> Segment {
    let begin = translate(tracer, BEGIN, &[0x4770]).0; // bx lr
    let end = translate(tracer, END, &[0x4770]).0;
    tracer.enter(begin);
    for &(block, first, accesses) in blocks {
        tracer.enter(block);
        for &(at, address) in accesses {
            tracer.access(first + at, Access { address, size: 4, is_store: false });
        }
    }
    tracer.enter(end);
    assert_eq!(tracer.failure(), None);
    let finished = tracer.finished();
    assert_eq!(finished.len(), 1);
    finished.into_iter().next().unwrap()
}

fn counts(instructions: u64, cycles: i64) -> Counts {
    Counts { instructions, cycles }
}

#[test]
fn a_loop_is_counted_turn_by_turn() {
    let mut tracer = tracer();
    let (turn, first) = translate(&mut tracer, WORK, &[0x3801, 0xd1fd]); // subs r0, #1; bne
    let (back, next) = translate(&mut tracer, WORK + 4, &[0x4770]); // bx lr
    let blocks =
        [(turn, first, &[][..]), (turn, first, &[]), (turn, first, &[]), (back, next, &[])];
    let once = segment(&mut tracer, &blocks);
    assert_eq!(once.all, counts(7, 4 + 4 + 2 + 3));
    assert_eq!((once.classes["alu"], once.classes["b"]), (counts(3, 3), counts(3, 7)));
    assert_eq!(once.functions["work"], once.all);
    // The next segment begins from nothing.
    assert_eq!(segment(&mut tracer, &blocks), once);
}

#[test]
fn the_cut_into_blocks_changes_nothing() {
    // ldr r0, [r1]; ldr r2, [r3]; bx lr
    let code = [0x6808, 0x681a, 0x4770];
    let mut tracer = tracer();
    let (whole, first) = translate(&mut tracer, WORK, &code);
    let whole = segment(&mut tracer, &[(whole, first, &[(0, 0x2000_0800), (1, 0x2000_0ff0)])]);
    let (front, one) = translate(&mut tracer, WORK, &code[..1]);
    let (back, two) = translate(&mut tracer, WORK + 2, &code[1..]);
    let (front, back) =
        ((front, one, &[(0, 0x2000_0800)][..]), (back, two, &[(0, 0x2000_0ff0)][..]));
    let cut = segment(&mut tracer, &[front, back]);
    assert_eq!((cut.all, &cut), (counts(3, 6), &whole));
    assert_eq!(whole.stack, 0x800);
}

#[test]
fn an_it_reaches_into_the_next_block() {
    let mut tracer = tracer();
    let (front, one) = translate(&mut tracer, WORK, &[0xbf18]); // it ne
    let (back, two) = translate(&mut tracer, WORK + 2, &[0x6808, 0x4770]); // ldrne r0, [r1]; bx lr
    let happens = [(front, one, &[][..]), (back, two, &[(0, STACK.start)])];
    let skipped = [(front, one, &[][..]), (back, two, &[])];
    assert_eq!(segment(&mut tracer, &happens).all, counts(3, 1 + 2 + 3));
    assert_eq!(segment(&mut tracer, &skipped).all, counts(3, 1 + 1 + 3));
}

#[test]
fn addresses_and_their_order_are_seen() {
    let mut tracer = tracer();
    let (block, first) = translate(&mut tracer, WORK, &[0x6808, 0x4770]); // ldr r0, [r1]; bx lr
    let mut at = |address| segment(&mut tracer, &[(block, first, &[(0, address)])]);
    let (one, same, other) = (at(0x100), at(0x100), at(0x104));
    assert_eq!(one, same);
    assert_eq!((one.path, one.stack), (other.path, other.stack));
    assert_ne!(one.data, other.data);
    // Not aligned: one cycle more for two halves, two more for a byte, a half and a byte.
    assert_eq!([at(0x102).all, at(0x103).all], [counts(2, 6), counts(2, 7)]);
}

#[test]
fn a_run_that_is_not_understood_is_a_failure() {
    for (code, next) in [
        (&[0x2001][..], 0x300), // movs r0, #1, and then somewhere else: an exception
        (&[0xe7fe, 0x2001], 0x204), // a branch in the middle
    ] {
        let mut tracer = tracer();
        let begin = translate(&mut tracer, BEGIN, &[0x4770]).0;
        let (block, _) = translate(&mut tracer, WORK, code);
        let (other, _) = translate(&mut tracer, next, &[0x4770]);
        [begin, block, other].into_iter().for_each(|block| tracer.enter(block));
        let failure = tracer.failure().unwrap();
        assert!(failure.contains("0x20"), "{failure}");
    }
}

#[test]
fn data_touched_by_what_is_no_load_or_store_is_a_failure() {
    let mut tracer = tracer();
    let begin = translate(&mut tracer, BEGIN, &[0x4770]).0;
    let (block, first) = translate(&mut tracer, WORK, &[0x2001, 0x4770]);
    tracer.enter(begin);
    tracer.access(first, Access { address: 0, size: 4, is_store: false });
    tracer.enter(block);
    assert_eq!(tracer.failure(), Some("a segment did not end"));
    tracer.access(first, Access { address: 0, size: 4, is_store: false });
    assert!(tracer.failure().unwrap().contains("touches data"));
}

#[test]
fn markers_must_match() {
    let mut tracer = tracer();
    let end = translate(&mut tracer, END, &[0x4770]).0;
    tracer.enter(end);
    assert!(tracer.failure().unwrap().contains("has not begun"));
}
