//! Tells the linker where memory is on the board that has this core, and compiles Monocypher's C when it is measured.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let target = env::var("TARGET")?;
    let Some(core) = Core::of(&target) else { return Ok(()) };
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("memory.x"), core.memory())?;
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    if env::var_os("CARGO_FEATURE_MONOCYPHER").is_some() {
        monocypher(&core)?;
    }
    Ok(())
}

/// A core, and the board of QEMU that has it.
struct Core {
    /// Where code and memory begin.
    flash: u32,
    ram: u32,
    /// Sizes of code, stack and the rest of memory, in KiB.
    sizes: [u32; 3],
    /// What GCC is told.
    gcc: &'static [&'static str],
}

impl Core {
    fn of(target: &str) -> Option<Self> {
        let mps2 = Self { flash: 0, ram: 0x2000_0000, sizes: [4096, 64, 4032], gcc: &[] };
        Some(match target {
            // The microbit.
            "thumbv6m-none-eabi" => {
                Self { sizes: [252, 15, 1], gcc: &["-mcpu=cortex-m0", "-mfloat-abi=soft"], ..mps2 }
            }
            // mps2-an385 and mps2-an386.
            "thumbv7m-none-eabi" => Self { gcc: &["-mcpu=cortex-m3", "-mfloat-abi=soft"], ..mps2 },
            "thumbv7em-none-eabihf" => {
                Self { gcc: &["-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"], ..mps2 }
            }
            // mps2-an505, by its secure alias.
            "thumbv8m.main-none-eabihf" => Self {
                flash: 0x1000_0000,
                ram: 0x3800_0000,
                gcc: &["-mcpu=cortex-m33", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"],
                ..mps2
            },
            _ => return None,
        })
    }

    /// The stack lies below the static variables, so that an overflow is a fault.
    fn memory(&self) -> String {
        let Self { flash, ram, sizes: [code, stack, rest], .. } = self;
        let above = ram + stack * 1024;
        format!(
            "MEMORY\n{{\n  FLASH : ORIGIN = {flash:#x}, LENGTH = {code}K\n  \
             STACK : ORIGIN = {ram:#x}, LENGTH = {stack}K\n  RAM : ORIGIN = {above:#x}, LENGTH = {rest}K\n}}\n\
             _stack_start = ORIGIN(STACK) + LENGTH(STACK);\n_stack_end = ORIGIN(STACK);\n"
        )
    }
}

/// Compiles the C that the crate `monocypher-sys` carries, for the core and not for this machine.
fn monocypher(core: &Core) -> Result<(), Box<dyn Error>> {
    let metadata = Command::new(env::var("CARGO")?)
        .args(["metadata", "--locked", "--format-version", "1"])
        .output()?;
    let metadata = String::from_utf8(metadata.stdout)?;
    let source = metadata
        .split('"')
        .find(|word| word.contains("monocypher-sys-") && word.ends_with("Cargo.toml"))
        .and_then(|manifest| Some(PathBuf::from(manifest).parent()?.join("Monocypher/src")))
        .ok_or("cargo knows no crate monocypher-sys")?;
    let mut gcc = cc::Build::new();
    gcc.compiler("arm-none-eabi-gcc").no_default_flags(true).opt_level(3).flags(core.gcc);
    gcc.flags(["-O3", "-mthumb", "-ffunction-sections", "-fdata-sections", "-std=c99"]);
    gcc.include(&source).include(source.join("optional"));
    gcc.file(source.join("monocypher.c")).file(source.join("optional/monocypher-ed25519.c"));
    gcc.try_compile("monocypher")?;
    Ok(())
}
