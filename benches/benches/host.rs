//! The time of each operation of each library on this machine. `cargo xtask bench host` runs it and makes ratios of it.

use std::hint::black_box;
use std::time::Duration;

use criterion::{
    BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime,
};
use saltbox_benches::{Dryoc, Library, Libsodium, Message, RustCrypto, Saltbox};

const LENGTHS: [usize; 4] = [32, 1024, 65_536, 1_048_576];

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// Runs `of` for each library, one after the other within the operation: what else the machine does disturbs all.
macro_rules! each_library {
    ($criterion:expr, $op:expr, $of:ident $(, $more:expr)*) => {{
        let mut group = $criterion.benchmark_group($op);
        $of::<Saltbox>(&mut group $(, $more)*);
        $of::<Libsodium>(&mut group $(, $more)*);
        $of::<Dryoc>(&mut group $(, $more)*);
        $of::<RustCrypto>(&mut group $(, $more)*);
        group.finish();
    }};
}

fn host(criterion: &mut Criterion) {
    each_library!(criterion, "x25519", x25519);
    each_library!(criterion, "keypair", keypair);
    for len in LENGTHS {
        each_library!(criterion, format!("seal_{len}"), seal, len);
        each_library!(criterion, format!("open_{len}"), open, len);
    }
    each_library!(criterion, "ed25519_sign", sign);
    each_library!(criterion, "ed25519_verify", verify);
}

fn x25519<L: Library>(group: &mut Group) {
    let mut work = L::agreement(black_box([1; 32]), L::keypair([2; 32])());
    group.bench_function(L::NAME, |bencher| bencher.iter(&mut work));
}

fn keypair<L: Library>(group: &mut Group) {
    let mut work = L::keypair(black_box([1; 32]));
    group.bench_function(L::NAME, |bencher| bencher.iter(&mut work));
}

fn seal<L: Library>(group: &mut Group, len: usize) {
    let mut work = L::sealing(black_box([3; 32]), [4; 24], vec![5; len]);
    group.bench_function(L::NAME, |bencher| bencher.iter(|| work(&mut taken)));
}

fn open<L: Library>(group: &mut Group, len: usize) {
    let mut sealed = Message::new();
    L::sealing([3; 32], [4; 24], vec![5; len])(&mut |it| sealed = it.to_vec());
    let mut work = L::opening(black_box([3; 32]), [4; 24], sealed);
    group.bench_function(L::NAME, |bencher| bencher.iter(|| work(&mut taken)));
}

fn sign<L: Library>(group: &mut Group) {
    if let Some(mut work) = L::signing(black_box([6; 32]), [7; 32]) {
        group.bench_function(L::NAME, |bencher| bencher.iter(&mut work.sign));
    }
}

fn verify<L: Library>(group: &mut Group) {
    if let Some(mut work) = L::signing(black_box([6; 32]), [7; 32]) {
        group.bench_function(L::NAME, |bencher| bencher.iter(&mut work.verify));
    }
}

fn taken(message: &[u8]) {
    black_box(message);
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(50);
    targets = host
}
criterion_main!(benches);
