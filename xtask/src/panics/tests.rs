//! Faults planted in images that are compiled for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::*;
use crate::command::Cmd;
use crate::scratch::Scratch;

/// A core with every kind of panic that the compiler leaves in, a function each; `sound` has none.
const CORE: &str = r#"#![no_std]
pub fn index(a: &[u8], i: usize) -> u8 { a[i] }
pub fn range(a: &[u8], i: usize) -> &[u8] { &a[i..] }
pub fn copies(a: &mut [u8], b: &[u8]) { a.copy_from_slice(b) }
pub fn unwraps(a: Option<u8>) -> u8 { a.unwrap() }
pub fn expects(a: Result<u8, u8>) -> u8 { a.expect("a number") }
pub fn divides(a: u32, b: u32) -> u32 { a / b }
pub fn says(a: u32) -> u32 { if a == 7 { panic!("seven") } a }
pub fn borrows(a: &core::cell::RefCell<u32>) -> u32 { *a.borrow_mut() }
pub fn through(a: &[u8], i: usize) -> u8 { dep::pick(a, i) }
pub fn cut(a: &[u8], i: usize) -> &[u8] { dep::cut(a, i) }
pub fn sound(a: &[u8], i: usize) -> u8 { a.get(i).copied().unwrap_or(0) }
pub fn prints(w: &mut dyn core::fmt::Write, x: u32) { let _ = core::write!(w, "{x:>8}"); }
"#;

const DEP: &str = r#"#![no_std]
#[inline(always)]
pub fn pick(a: &[u8], i: usize) -> u8 { a[i] }
#[inline(never)]
pub fn cut(a: &[u8], i: usize) -> &[u8] { &a[i..] }
"#;

/// Calls what the test asks for; prints a panic, as a board may.
const APP: &str = r#"#![no_std]
#![no_main]
use core::hint::black_box as b;
struct W;
impl core::fmt::Write for W { fn write_str(&mut self, s: &str) -> core::fmt::Result { b(s); Ok(()) } }
#[panic_handler]
fn panic(i: &core::panic::PanicInfo) -> ! {
    let _ = core::fmt::Write::write_fmt(&mut W, format_args!("{i}"));
    loop { core::hint::spin_loop() }
}
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    let a: &[u8] = b(&[1, 2, 3]);
    let mut c = [0u8; 4];
    CALLS
    loop { core::hint::spin_loop() }
}
"#;

const PLANTS: &str = "if b(false) { panic!() } b(saltbox::index(b(a), b(1))); b(saltbox::range(b(a), b(1))); saltbox::copies(b(&mut c), b(a));
    b(saltbox::unwraps(b(None))); b(saltbox::expects(b(Ok(1)))); b(saltbox::divides(b(1), b(1))); b(saltbox::says(b(1)));
    b(saltbox::borrows(b(&core::cell::RefCell::new(1)))); b(saltbox::through(b(a), b(1))); b(saltbox::cut(b(a), b(1)));";

const SOUND: &str = "if b(false) { panic!() } b(saltbox::sound(b(a), b(1))); saltbox::prints(&mut W, b(7)); b(&mut c);";

const NOTHING: &str = "b(saltbox::sound(b(a), b(1))); b(&mut c);";

/// A small house in which an image is compiled.
struct House {
    scratch: Scratch,
    elf: PathBuf,
}

impl House {
    /// Compiles an image that makes `calls`; `attribute` stands before each function of its core.
    fn build(target: &str, opt_level: &str, attribute: &str, calls: &str) -> Self {
        let scratch = Scratch::new("panics");
        let core: Vec<_> = CORE
            .lines()
            .map(|line| line.replace("pub fn", &format!("{attribute} pub fn")))
            .collect();
        scratch.write("core/src/lib.rs", &core.join("\n"));
        scratch.write("registry/src/index/dep-1.0.0/src/lib.rs", DEP);
        scratch.write("board/src/main.rs", &APP.replace("CALLS", calls));
        let out = scratch.path().join("out");
        let elf = out.join("app");
        let rustc = |name: &str, source: &str, extra: &[&str]| {
            let optimise = format!("opt-level={opt_level}");
            let fixed = [
                "--edition",
                "2024",
                "--target",
                target,
                "-C",
                &optimise,
                "-C",
                "debuginfo=1",
                "-C",
                "panic=abort",
            ];
            let source = scratch.path().join(source).display().to_string();
            let out = out.display().to_string();
            let places = [
                "-C",
                "codegen-units=1",
                "--crate-name",
                name,
                &source,
                "--out-dir",
                &out,
                "-L",
                &out,
            ];
            let cmd = Cmd::new("rustc").args(fixed).args(places).args(extra.iter().copied());
            let output = cmd.to_command().output().unwrap();
            assert!(output.status.success(), "{cmd}\n{}", String::from_utf8_lossy(&output.stderr));
        };
        let library = ["--crate-type", "rlib"];
        rustc("dep", "registry/src/index/dep-1.0.0/src/lib.rs", &library);
        rustc("saltbox", "core/src/lib.rs", &[&library[..], &["--extern", "dep"]].concat());
        rustc(
            "app",
            "board/src/main.rs",
            &[
                "--crate-type",
                "bin",
                "-C",
                "lto=fat",
                "-C",
                "link-arg=-e_start",
                "--extern",
                "dep",
                "--extern",
                "saltbox",
            ],
        );
        Self { scratch, elf }
    }

    fn look(&self) -> Finding {
        let packages = [("core", "saltbox"), ("board", "board")];
        let packages = packages
            .iter()
            .map(|(folder, name)| (PathBuf::from(folder), (*name).to_owned()))
            .collect();
        let bytes = fs::read(&self.elf).unwrap();
        let image = Image::read(&bytes).unwrap();
        let sites = sites::find(&image, &Origins::new(self.scratch.path(), packages));
        Finding { image: "image".to_owned(), target: "t".to_owned(), sites }
    }
}

/// The lines of the planted core that a finding names, and what it found elsewhere.
fn planted(finding: &Finding) -> (Vec<usize>, BTreeMap<String, usize>) {
    let line = |site: &&Site| site.place.rsplit(':').next().unwrap().parse().unwrap();
    let mut lines: Vec<usize> = finding.of_ours().iter().map(line).collect();
    lines.sort_unstable();
    (lines, finding.of_others())
}

#[test]
fn every_planted_panic_is_found_and_blamed() {
    for (target, opt_level, attribute) in [
        ("thumbv6m-none-eabi", "s", "#[inline(never)]"),
        ("thumbv6m-none-eabi", "z", "#[inline(always)]"),
        ("thumbv7em-none-eabihf", "s", "#[inline(always)]"),
        ("thumbv7em-none-eabihf", "3", "#[inline(never)]"),
        ("thumbv8m.main-none-eabihf", "z", "#[inline(never)]"),
    ] {
        let finding = House::build(target, opt_level, attribute, PLANTS).look();
        let (lines, others) = planted(&finding);
        assert_eq!(
            lines,
            [2, 3, 4, 5, 6, 7, 8, 9],
            "{target} {opt_level} {attribute}\n{}",
            finding.table()
        );
        // One in `dep::pick`, one in `dep::cut`; the board's own, beside its handler.
        assert_eq!(
            others,
            BTreeMap::from([("board".to_owned(), 1), ("dep".to_owned(), 2)]),
            "{target} {opt_level}"
        );
        let faults = judge(&[finding], &Ledger::default()).faults;
        assert_eq!(faults.len(), 10, "{faults:#?}");
    }
}

#[test]
fn a_sound_image_passes() {
    let finding = House::build("thumbv7m-none-eabi", "s", "#[inline(never)]", SOUND).look();
    let (lines, others) = planted(&finding);
    assert_eq!(lines, [0; 0], "{}", finding.table());
    assert_eq!(others, BTreeMap::from([("board".to_owned(), 1)]));
    assert!(finding.sites.ours > 0 && finding.sites.allocator.is_empty());
    let mut ledger = Ledger::default();
    let others = finding.of_others();
    // Two images of one target: that with the most counts, and they are not added up.
    let both = [House::build("thumbv7m-none-eabi", "s", "", SOUND).look(), finding];
    assert_eq!(judge(&both, &ledger).faults.len(), 1);
    ledger.set("t", others);
    assert_eq!(judge(&both, &ledger).faults, [""; 0]);
}

#[test]
fn an_image_in_which_nothing_can_panic_passes() {
    let finding = House::build("thumbv6m-none-eabi", "s", "#[inline(never)]", NOTHING).look();
    assert!(finding.sites.panic_functions == 0 && finding.sites.ours > 0, "{}", finding.table());
    assert_eq!(judge(&[finding], &Ledger::default()).faults, [""; 0]);
}

#[test]
fn an_image_without_our_code_or_without_names_is_refused() {
    let house = House::build("thumbv6m-none-eabi", "s", "", "b(a); b(&mut c);");
    let faults = judge(&[house.look()], &Ledger::default()).faults;
    assert!(faults[0].contains("holds no code of ours"), "{faults:?}");

    assert!(Image::read(b"").is_err());
    assert!(Image::read(&fs::read(std::env::current_exe().unwrap()).unwrap()).is_err());
}

#[test]
fn a_heap_is_found_by_its_symbols() {
    for name in [
        "__rust_alloc",
        "__rustc::__rust_alloc",
        "alloc::raw_vec::grow",
        "<alloc::string::String as X>::y",
    ] {
        assert!(sites::is_allocator(name), "{name}");
    }
    for name in [
        "saltbox::alloc::x",
        "my_alloc::x",
        "core::alloc::Layout::new",
        "__rustc::rust_begin_unwind",
    ] {
        assert!(!sites::is_allocator(name), "{name}");
    }
    assert!(Path::new(LEDGER).starts_with("core"));
}
