//! Is each kind of instruction read as the manual encodes it?

use super::*;
use crate::class::{LR, Long, SP};

fn read(halves: &[u16]) -> Insn {
    let bytes: Vec<u8> = halves.iter().flat_map(|half| half.to_le_bytes()).collect();
    Decoder::default().next(&bytes)
}

/// The set of the registers with these numbers.
fn set(numbers: &[u32]) -> Registers {
    numbers.iter().fold(0, |set, number| set | 1 << number)
}

/// Class, then the registers read, those of the address, and those written.
fn parts(halves: &[u16]) -> (Class, Registers, Registers, Registers) {
    let insn = read(halves);
    assert_eq!(usize::from(insn.size), 2 * halves.len(), "{halves:04x?}");
    (insn.class, insn.reads, insn.address, insn.writes)
}

#[test]
fn arithmetic_of_both_lengths() {
    for (code, reads, writes) in [
        (&[0x2001][..], set(&[]), set(&[0])),         // movs r0, #1
        (&[0x1888], set(&[1, 2]), set(&[0])),         // adds r0, r1, r2
        (&[0x3104], set(&[1]), set(&[1])),            // adds r1, #4
        (&[0x2904], set(&[1]), set(&[])),             // cmp r1, #4
        (&[0x0088], set(&[1]), set(&[0])),            // lsls r0, r1, #2
        (&[0x4041], set(&[0, 1]), set(&[1])),         // eors r1, r0
        (&[0x4208], set(&[0, 1]), set(&[])),          // tst r0, r1
        (&[0x43c8], set(&[1]), set(&[0])),            // mvns r0, r1
        (&[0x44a0], set(&[8, 4]), set(&[8])),         // add r8, r4
        (&[0x4640], set(&[8]), set(&[0])),            // mov r0, r8
        (&[0xb082], SP, SP),                          // sub sp, #8
        (&[0xa801], SP, set(&[0])),                   // add r0, sp, #4
        (&[0xa001], set(&[]), set(&[0])),             // adr r0, .+8
        (&[0xb2c8], set(&[1]), set(&[0])),            // uxtb r0, r1
        (&[0xba08], set(&[1]), set(&[0])),            // rev r0, r1
        (&[0xea80, 0x2071], set(&[0, 1]), set(&[0])), // eor r0, r0, r1, ror #9
        (&[0xea4f, 0x0071], set(&[1]), set(&[0])),    // ror r0, r1, #1
        (&[0xf1b1, 0x0f07], set(&[1]), set(&[])),     // cmp r1, #7
        (&[0xf241, 0x2034], set(&[]), set(&[0])),     // movw r0, #0x1234
        (&[0xf2c1, 0x2034], set(&[0]), set(&[0])),    // movt r0, #0x1234
        (&[0xf361, 0x0007], set(&[0, 1]), set(&[0])), // bfi r0, r1, #0, #8
        (&[0xf3c1, 0x0007], set(&[1]), set(&[0])),    // ubfx r0, r1, #0, #8
        (&[0xfa61, 0xf002], set(&[1, 2]), set(&[0])), // ror r0, r1, r2
    ] {
        assert_eq!(parts(code), (Class::Alu, reads, 0, writes), "{code:04x?}");
    }
}

#[test]
fn multiplications() {
    let (operands, both) = (set(&[2, 3]), set(&[0, 1]));
    let long = |which| Class::Long(which);
    for (code, class, reads, writes) in [
        (&[0x4348][..], Class::Multiply, set(&[0, 1]), set(&[0])),
        (&[0xfb01, 0xf002], Class::Multiply, set(&[1, 2]), set(&[0])),
        (&[0xfb01, 0x3002], Class::MultiplyAdd, set(&[1, 2, 3]), set(&[0])),
        (&[0xfb01, 0x3012], Class::MultiplyAdd, set(&[1, 2, 3]), set(&[0])),
        (&[0xfb11, 0xf002], Class::Dsp, set(&[1, 2]), set(&[0])),
        (&[0xfba2, 0x0103], long(Long::Umull), operands, both),
        (&[0xfb82, 0x0103], long(Long::Smull), operands, both),
        (&[0xfbe2, 0x0103], long(Long::Umlal), operands | both, both),
        (&[0xfbc2, 0x0103], long(Long::Smlal), operands | both, both),
        (&[0xfbe2, 0x0163], long(Long::Umaal), operands | both, both),
        (&[0xfbb1, 0xf0f2], Class::Divide, set(&[1, 2]), set(&[0])),
        (&[0xfb91, 0xf0f2], Class::Divide, set(&[1, 2]), set(&[0])),
    ] {
        assert_eq!(parts(code), (class, reads, 0, writes), "{code:04x?}");
    }
}

#[test]
fn loads_and_stores() {
    for (code, class, reads, address, writes) in [
        (&[0x6808][..], Class::Load, set(&[1]), set(&[1]), set(&[0])), // ldr r0, [r1]
        (&[0x5688], Class::Load, set(&[1, 2]), set(&[1, 2]), set(&[0])), // ldrsb r0, [r1, r2]
        (&[0x4801], Class::Load, set(&[]), set(&[]), set(&[0])),       // ldr r0, [pc, #4]
        (&[0x9001], Class::Store, set(&[0]) | SP, SP, set(&[])),       // str r0, [sp, #4]
        (&[0x8048], Class::Store, set(&[0, 1]), set(&[1]), set(&[])),  // strh r0, [r1, #2]
        (&[0x5488], Class::StoreIndexed, set(&[0, 1, 2]), set(&[1, 2]), set(&[])), // strb r0, [r1, r2]
        (&[0xf8d1, 0x0100], Class::Load, set(&[1]), set(&[1]), set(&[0])), // ldr r0, [r1, #256]
        (&[0xf851, 0x0b04], Class::Load, set(&[1]), set(&[1]), set(&[0, 1])), // ldr r0, [r1], #4
        (&[0xf851, 0x0022], Class::Load, set(&[1, 2]), set(&[1, 2]), set(&[0])), // ldr r0, [r1, r2, lsl #2]
        (&[0xf841, 0x0f04], Class::Store, set(&[0, 1]), set(&[1]), set(&[1])), // str r0, [r1, #4]!
        (&[0xf841, 0x0022], Class::StoreIndexed, set(&[0, 1, 2]), set(&[1, 2]), set(&[])),
        (&[0xe9d1, 0x2300], Class::LoadPair, set(&[1]), set(&[1]), set(&[2, 3])), // ldrd r2, r3, [r1]
        (&[0xe9e1, 0x2302], Class::StorePair, set(&[1, 2, 3]), set(&[1]), set(&[1])), // strd r2, r3, [r1, #8]!
        (&[0xe851, 0x0f00], Class::Load, set(&[1]), set(&[1]), set(&[0])), // ldrex r0, [r1]
        (&[0xe841, 0x0200], Class::StoreExclusive, set(&[0, 1]), set(&[1]), set(&[2])), // strex r2, r0, [r1]
        (&[0xf891, 0xf000], Class::Nothing, set(&[1]), set(&[]), set(&[])),             // pld [r1]
    ] {
        assert_eq!(parts(code), (class, reads, address, writes), "{code:04x?}");
    }
}

#[test]
fn lists_of_registers() {
    for (code, class, reads, writes) in [
        (&[0xb5f0][..], Class::StoreMany(5), set(&[4, 5, 6, 7]) | LR | SP, SP),
        (&[0xbcf0], Class::LoadMany(4), SP, set(&[4, 5, 6, 7]) | SP),
        (&[0xc80e], Class::LoadMany(3), set(&[0]), set(&[0, 1, 2, 3])),
        (&[0xc00e], Class::StoreMany(3), set(&[0, 1, 2, 3]), set(&[0])),
        (&[0xe92d, 0x4ff0], Class::StoreMany(9), 0x4ff0 | SP, SP), // push.w {r4-r11, lr}
        (&[0xe8a0, 0x0ff0], Class::StoreMany(8), 0x0ff1, set(&[0])), // stmia.w r0!, {r4-r11}
        (&[0xe890, 0x0ff0], Class::LoadMany(8), set(&[0]), 0x0ff0), // ldmia.w r0, {r4-r11}
        (&[0xed2d, 0x8b10], Class::FloatStore(16), SP, SP),        // vpush {d8-d15}
        (&[0xecbd, 0x8b10], Class::FloatLoad(16), SP, SP),         // vpop {d8-d15}
    ] {
        let (read_class, read_reads, _, read_writes) = parts(code);
        assert_eq!((read_class, read_reads, read_writes), (class, reads, writes), "{code:04x?}");
    }
}

#[test]
fn where_code_goes_on() {
    for (code, class, jump) in [
        (&[0xd1fd][..], Class::Branch, Jump::Sometimes), // bne
        (&[0xb108], Class::Branch, Jump::Sometimes),     // cbz r0
        (&[0xe7fe], Class::Branch, Jump::Always),        // b
        (&[0xf000, 0x8000], Class::Branch, Jump::Sometimes), // beq.w
        (&[0xf000, 0xb800], Class::Branch, Jump::Always), // b.w
        (&[0xf7ff, 0xfffe], Class::Call, Jump::Always),  // bl
        (&[0x4770], Class::BranchRegister, Jump::Always), // bx lr
        (&[0x4780], Class::BranchRegister, Jump::Always), // blx r0
        (&[0x4687], Class::Alu, Jump::Always),           // mov pc, r0
        (&[0xbd10], Class::LoadMany(2), Jump::Always),   // pop {r4, pc}
        (&[0xe8bd, 0x8ff0], Class::LoadMany(9), Jump::Always), // pop.w {r4-r11, pc}
        (&[0xf8df, 0xf004], Class::Load, Jump::Always),  // ldr pc, [pc, #4]
        (&[0xe8df, 0xf000], Class::BranchTable, Jump::Always), // tbb [pc, r0]
        (&[0xbe00], Class::Exception, Jump::Sometimes),  // bkpt
        (&[0xdf00], Class::Exception, Jump::Sometimes),  // svc
        (&[0xbf00], Class::Nothing, Jump::Never),        // nop
        (&[0xf3bf, 0x8f5f], Class::DataBarrier, Jump::Never), // dmb
        (&[0xf3bf, 0x8f6f], Class::InstructionBarrier, Jump::Never), // isb
        (&[0xf3ef, 0x8010], Class::Special, Jump::Never), // mrs r0, primask
        (&[0xb672], Class::Interrupts, Jump::Never),     // cpsid i
        (&[0xf3af, 0x8000], Class::Nothing, Jump::Never), // nop.w
    ] {
        let insn = read(code);
        assert_eq!((insn.class, insn.jump), (class, jump), "{code:04x?}");
    }
}

#[test]
fn an_it_makes_the_next_ones_conditional() {
    let code: [&[u16]; 5] = [&[0xbf0c], &[0x2001], &[0x4770], &[0x2001], &[0x4770]];
    let mut decoder = Decoder::default();
    let read = code.map(|halves| decoder.next(&halves[0].to_le_bytes()));
    assert_eq!(read.map(|insn| insn.conditional), [false, true, true, false, false]);
    assert_eq!([read[2].jump, read[4].jump], [Jump::Sometimes, Jump::Always]);
    assert_eq!(decoder, Decoder::default());
    for (it, number) in [(0xbf18, 1), (0xbf04, 2), (0xbf06, 3), (0xbf01, 4), (0xbfe8, 0)] {
        assert_eq!(narrow::conditional_after(it), number, "{it:04x}");
    }
}

#[test]
fn what_follows_an_instruction_is_not_part_of_it() {
    let mut decoder = Decoder::default();
    let insn = decoder.next(&[0x00, 0xbf, 0x00, 0xbf]);
    assert_eq!((insn.class, insn.size), (Class::Nothing, 2));
}
