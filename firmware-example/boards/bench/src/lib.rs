//! The operations that are measured on every board, and how.
//!
//! A board brings a [`Stopwatch`] and prints what comes out. Run under QEMU with `-icount shift=8` an instruction takes
//! exactly 256 ns of the timer's time, so that ticks say how many instructions were executed: see
//! `benches/README.md`. Inputs and outputs pass through `black_box`, so that nothing is computed at compile time.
#![no_std]

use core::hint::black_box;

use saltbox::keys::{SecretKey, SharedKey, SigningKey};
use saltbox::nacl::public_box::{self, Tag};
use saltbox::nacl::sign;
use saltbox::nonce::Nonce;
use saltbox::rng::Drbg;
use saltbox::telemetry::{
    Answer, Features, GatewayKeys, Identity, Interval, Kind, MAX_FRAME, NodeId, NodeSession,
    Opening, Peer, Reading, Received, SeenEphemerals,
};

/// A board's timer and stack.
pub trait Stopwatch {
    /// A free-running count of 32 bits.
    fn ticks(&mut self) -> u32;
    /// Paints the free stack.
    fn paint_stack(&mut self);
    /// Bytes of stack below the caller that were in use at most since it was painted.
    fn stack_used(&mut self) -> usize;
}

/// One result.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// The operation, as in `benches/results/cortex-m.json`.
    pub op: &'static str,
    /// Ticks that it took, without those of reading the timer.
    pub ticks: u32,
    /// Bytes of stack that it took.
    pub stack: usize,
}

/// Measures everything and gives each result to `say`.
pub fn run(watch: &mut impl Stopwatch, say: &mut impl FnMut(Measured)) {
    let mut bench = Bench { watch, say };
    calibrate(&mut bench);
    agreements(&mut bench);
    boxes(&mut bench);
    signatures(&mut bench);
    frames(&mut bench);
}

struct Bench<'a, W, F> {
    watch: &'a mut W,
    say: &'a mut F,
}

impl<W: Stopwatch, F: FnMut(Measured)> Bench<'_, W, F> {
    /// Measures `work`, each time after `prepare`.
    ///
    /// `work` is called through a pointer, as is the function without a body that is measured beside it: the difference
    /// is what `work` executes, its return aside.
    fn measure<S>(
        &mut self,
        op: &'static str,
        state: &mut S,
        prepare: fn(&mut S),
        work: fn(&mut S),
    ) {
        prepare(state);
        self.watch.paint_stack();
        black_box(work)(state);
        let stack = self.watch.stack_used();
        prepare(state);
        let empty = self.elapsed(state, |_| ());
        let full = self.elapsed(state, work);
        (self.say)(Measured { op, ticks: full.wrapping_sub(empty), stack });
    }

    #[inline(never)]
    fn elapsed<S>(&mut self, state: &mut S, work: fn(&mut S)) -> u32 {
        let work = black_box(work);
        let start = self.watch.ticks();
        work(state);
        self.watch.ticks().wrapping_sub(start)
    }
}

const fn nothing<S>(_: &mut S) {}

/// 64 instructions that cannot be anything else: whoever turns ticks into instructions checks with these.
fn calibrate(bench: &mut Bench<'_, impl Stopwatch, impl FnMut(Measured)>) {
    macro_rules! nops {
        ($($x:tt)*) => { $(let _ = stringify!($x); cortex_m::asm::nop();)* };
    }
    bench.measure("nop_64", &mut (), nothing, |()| {
        nops!(0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1);
        nops!(0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1);
    });
}

fn agreements(bench: &mut Bench<'_, impl Stopwatch, impl FnMut(Measured)>) {
    let theirs = SecretKey::from_bytes([2; 32]).public_key();
    let mut keys = (SecretKey::from_bytes([1; 32]), theirs);
    bench.measure("x25519", &mut keys, nothing, |(secret, public)| {
        black_box(SharedKey::agree(secret, public).is_ok());
    });
    bench.measure("keypair", &mut keys, nothing, |(secret, _)| {
        black_box(secret.public_key());
    });
}

/// A box of `N` bytes, sealed or to be sealed.
struct Sealing<const N: usize> {
    key: SharedKey,
    nonce: Nonce,
    buffer: [u8; N],
    tag: Tag,
    opened: bool,
}

impl<const N: usize> Sealing<N> {
    fn new() -> Self {
        let (key, nonce) = (SharedKey::from_bytes([3; 32]), Nonce::from_bytes([4; 24]));
        Self { key, nonce, buffer: [5; N], tag: Tag::from_bytes([0; 16]), opened: true }
    }

    fn seal(&mut self) {
        self.tag = public_box::seal_detached(&self.key, &self.nonce, &mut self.buffer);
    }

    fn open(&mut self) {
        self.opened &=
            public_box::open_detached(&self.key, &self.nonce, &self.tag, &mut self.buffer).is_ok();
    }
}

fn boxes(bench: &mut Bench<'_, impl Stopwatch, impl FnMut(Measured)>) {
    boxes_of::<32>(bench, "seal_32", "open_32");
    boxes_of::<1024>(bench, "seal_1024", "open_1024");
}

fn boxes_of<const N: usize>(
    bench: &mut Bench<'_, impl Stopwatch, impl FnMut(Measured)>,
    seal: &'static str,
    open: &'static str,
) {
    let mut sealing = Sealing::<N>::new();
    bench.measure(seal, &mut sealing, nothing, Sealing::seal);
    bench.measure(open, &mut sealing, Sealing::seal, Sealing::open);
    assert!(sealing.opened, "the box did not open");
}

fn signatures(bench: &mut Bench<'_, impl Stopwatch, impl FnMut(Measured)>) {
    let key = SigningKey::from_seed([6; 32]);
    let message = [7; 32];
    let signature = sign::sign(&key, &message);
    let mut signed = (key, message, signature, true);
    bench.measure("ed25519_sign", &mut signed, nothing, |(key, message, signature, _)| {
        *signature = sign::sign(key, message);
    });
    bench.measure("ed25519_verify", &mut signed, nothing, |(key, message, signature, verified)| {
        *verified &= sign::verify(&key.verifying_key(), message, signature).is_ok();
    });
    assert!(signed.3, "the signature did not verify");
}

/// A node and its gateway with a session between them, and one frame.
struct Sending {
    session: NodeSession,
    peer: Peer,
    keys: GatewayKeys,
    seen: SeenEphemerals<1>,
    random: Drbg,
    counter: u64,
    frame: [u8; MAX_FRAME],
    len: usize,
    good: bool,
}

impl Sending {
    fn new() -> Option<Self> {
        let (node, gateway) = (SecretKey::from_bytes([8; 32]), SecretKey::from_bytes([9; 32]));
        let mut peer = Peer::new(NodeId(1), node.public_key(), Interval::from_millis(1_000));
        let identity = Identity::new(NodeId(1), node, 0, gateway.public_key());
        let keys = GatewayKeys::new(gateway);
        let (mut seen, mut random) = (SeenEphemerals::<1>::new(), Drbg::from_seed(&[10; 32]));
        let mut opening =
            Opening::start(&identity, 1, Features::MEMORY, [0; 3], &mut random).ok()?;
        let mut frame = *opening.frame();
        let received = peer.receive(&keys, 0, &mut frame, &mut seen, &mut random);
        let Ok(Received::Opened { answer, .. }) = received else { return None };
        let Ok(Answer::Accepted { session, .. }) = opening.answer(&identity, &answer) else {
            return None;
        };
        let frame = [0; MAX_FRAME];
        let mut sending =
            Self { session, peer, keys, seen, random, counter: 1, frame, len: 0, good: true };
        // The first frame ends the opening; what is measured is every one after it.
        sending.seal();
        sending.open();
        Some(sending)
    }

    /// On the node: a reading, encoded and sealed.
    fn seal(&mut self) {
        self.counter += 1;
        let reading = Reading::Temperature { millidegrees: black_box(21_500) };
        let sealed =
            self.session.seal(Kind::Data, self.counter, &reading.encode(), &mut self.frame);
        self.len = sealed.map_or(0, |frame| frame.len());
    }

    /// At the gateway: the frame, checked, opened and counted.
    fn open(&mut self) {
        let Self { peer, keys, seen, random, frame, len, .. } = self;
        let frame = frame.get_mut(..*len).unwrap_or_default();
        let received = peer.receive(keys, 0, frame, seen, random);
        self.good &= matches!(received, Ok(Received::Data { .. }));
    }
}

/// One reading end to end: sealed on the node, opened at the gateway, in a session that stands.
fn frames(bench: &mut Bench<'_, impl Stopwatch, impl FnMut(Measured)>) {
    let Some(mut sending) = Sending::new() else { panic!("no session") };
    bench.measure("frame", &mut sending, nothing, Sending::seal);
    bench.measure("frame_open", &mut sending, Sending::seal, Sending::open);
    assert!(sending.good, "a frame was not accepted");
}
