//! Why the assembly below `cortex_m` is sound: each way in which it could not be, and how it is closed.
//!
//! Every function is *naked*: its body is the assembly and nothing else, so that the compiler adds no prologue, keeps no
//! value across it and assumes no more than a call does. Its signature is checked as that of any Rust function.
//!
//! 1. **A pointer to the wrong place, or to too little.** Arguments are references to arrays of a fixed length, not pointers
//!    with a length beside them: `&[u32; 8]` is readable, aligned to 4 and 32 bytes long, `&mut` is writable and nobody
//!    else's. A function reads and writes nothing but these and the stack below `sp`, and reads constants of the crate.
//!    Where a message of any length comes in, the function is `unsafe`, takes a pointer and a count of blocks, and is called
//!    in its own file alone, with a slice that was cut to that count. What a function returns or fills only in part was a
//!    value before or is one of plain bytes, whatever they are, and a length beside them says which count.
//! 2. **Unaligned access.** ARMv6-M faults on it, and every core does for LDM, LDRD and STRD. Arrays of words are aligned; the
//!    bytes of a message are not, and are read by LDR on ARMv7-M and ARMv8-M main alone; on ARMv6-M byte by byte, or after a
//!    copy to where they are aligned.
//! 3. **A register that the caller still needs.** The procedure call standard (AAPCS) says which: r4 to r11 and sp are as
//!    before on return. Inner routines that keep fewer are private, `unsafe`, and called from assembly alone. That nothing is
//!    lost shows on the boards, where the whole library and its vectors run through these functions at three levels of
//!    optimisation.
//! 4. **The stack.** Pushes and pops match on every path. sp is a multiple of 8 where Rust calls; inside, assembly calls
//!    assembly that does not care. Memory below sp belongs to interrupts: nothing reads there.
//! 5. **Flags and modes.** The call keeps none. No function changes a control register, and none uses the FPU, whose registers an
//!    interrupt might not have saved.
//! 6. **An instruction that the core does not have.** `build.rs` chooses the folder from the target; the assembler refuses
//!    what the target lacks, except in `v7em` on ARMv8-M, where `.cpu cortex-m33` allows the DSP extension: a part without it
//!    is built with `--cfg saltbox_no_dsp`, or UMAAL ends in a UsageFault.
//! 7. **Code that is not where a jump expects it.** Each function has a section of its own and leaves only by a return; labels are
//!    local to it.
//! 8. **Secrets left behind.** Registers keep intermediate values until they are used again, and spilled words stay on the
//!    stack. `wipe::burn` overwrites that after an agreement, a key pair, a signature and a hash; a box burns nothing: what its
//!    blocks spilled, at most 11 words of a key stream's state, is overwritten by what runs next. That known keys, scalars and one-time
//!    keys are nowhere on the stack afterwards is a test on the boards (`leftovers` in the image `vectors`).
//!
//! Constant time is no matter of soundness, and stands with each function: no branch, no address and no operand of an
//! instruction of variable time depends on data. It is shown on linked images, by their traces.
