//! An exact instruction trace of an image on its board, with modelled cycles: the plugin of `benches/trace` under QEMU.
//!
//! The image calls two functions without arguments whose paths end in `trace_begin` and `trace_end` (`#[inline(never)]`,
//! with something in them that the compiler must keep) around what is measured. What is executed after `trace_begin` has
//! returned and before `trace_end` begins is a [`Segment`]; the branch to `trace_end` and what the compiler puts between
//! belong to it, so that whoever wants the work alone measures an empty segment too and takes the difference: of
//! instructions, of cycles, and of the depth of the stack.
//!
//! ```text
//! let tracer = Tracer::build(repo, progress)?;                                    // one step
//! let traced = tracer.play(repo, progress, board, &image, "bench m4", limit)?;    // one step
//! let [empty, work, ..] = traced.segments.as_slice() else { … };
//! let instructions = work.instructions - empty.instructions;                      // exact
//! let cycles = work.cycles - empty.cycles;                                        // modelled, zero wait states
//! let stack = work.stack - empty.stack;
//! let none_of_variable_time = work.variable.is_empty() && work.unseen == 0;       // on this core
//! let same_way = work.path == other.path && work.data == other.data;              // constant time
//! traced.output                                                                   // what the image printed
//! ```
//!
//! Segments come in the order in which they were executed; the image prints what each was. They do not nest, and no
//! exception may be taken in one: that, an image that breaks off and one that does not end with code 0 are errors.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use object::{Object, ObjectSymbol, SymbolKind};
use rustc_demangle::demangle;
use serde_json::{Value, json};

use crate::boards::Board;
use crate::command::Cmd;
use crate::progress::Progress;
use crate::qemu;
use crate::repo::Repo;

const PLUGIN: &str = "saltbox-trace";

/// Instructions and what they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Exact.
    pub instructions: u64,
    /// Modelled, zero wait states.
    pub cycles: u64,
}

/// What was executed between the return of `trace_begin` and the start of `trace_end`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// Instructions: exact. One whose condition fails counts too.
    pub instructions: u64,
    /// Cycles: modelled, zero wait states; on a Cortex-M33 approximate.
    pub cycles: u64,
    /// Bytes from the top of the stack to the lowest one that was touched; 0 if none was.
    pub stack: u64,
    /// A hash of the addresses of the executed instructions, in order.
    pub path: u64,
    /// A hash of the addresses of the data, in order, each with its size and whether it was stored.
    pub data: u64,
    /// Executions of conditional instructions (in the block of an IT) other than loads, stores and branches that take
    /// more than a cycle on this core: whether their condition held cannot be observed, so they count as executed.
    pub unseen: u64,
    /// Executions, by function, of instructions whose time depends on their operands on this core: divisions, and on a
    /// Cortex-M3 multiplications with a result of 64 bits. Secrets must not come near one.
    pub variable: BTreeMap<String, u64>,
    /// By class of instruction: `alu`, `mul`, `ldr`, …, each multiplication with a result of 64 bits by itself (`umull`,
    /// `smull`, `umlal`, `smlal`, `umaal`), divisions as `udiv, sdiv`.
    pub classes: BTreeMap<String, Counts>,
    /// By function of the image.
    pub functions: BTreeMap<String, Counts>,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// Its segments, in order.
    pub segments: Vec<Segment>,
    /// What the image said.
    pub output: String,
}

/// The plugin, built.
#[derive(Clone, Debug)]
pub struct Tracer {
    library: PathBuf,
}

impl Tracer {
    /// How many steps [`Self::build`] and [`Self::play`] each take.
    pub const STEPS: usize = 1;

    /// Builds the plugin.
    pub fn build(repo: &Repo, progress: &mut Progress) -> Result<Self> {
        let cmd = Cmd::cargo()
            .args(["build", "--quiet", "--release", "--package", PLUGIN])
            .args(["--message-format", "json-render-diagnostics"])
            .within(repo.root(), "");
        let ran = progress.run_for_stdout("build the trace", &cmd)?;
        let library = library(&ran.output).context("cargo built no plugin for QEMU")?;
        Ok(Self { library })
    }

    /// Plays `image` on `board`; `name` is that of the step and of its files, and `limit` the longest that it may take.
    pub fn play(
        &self,
        repo: &Repo,
        progress: &mut Progress,
        board: &Board,
        image: &Path,
        name: &str,
        limit: Duration,
    ) -> Result<Traced> {
        let file = |ending: &str| {
            let slug: String =
                name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            repo.logs().join(format!("trace-{slug}.{ending}"))
        };
        let (job, output, log) = (file("job.json"), file("json"), file("semihosting"));
        let elf = fs::read(image).with_context(|| format!("cannot read {}", image.display()))?;
        let asked = request(&elf, core(board), &output)
            .with_context(|| format!("{} cannot be traced", image.display()))?;
        fs::write(&job, asked.to_string())
            .with_context(|| format!("cannot write {}", job.display()))?;
        // Nothing of an earlier run may be taken for this one's.
        fs::write(&output, "").with_context(|| format!("cannot write {}", output.display()))?;
        let cmd = self.command(board, image, &job, &log);
        progress.work(name, &cmd.to_string(), || {
            let ended = qemu::play(&cmd, limit)?;
            ensure!(ended.code == Some(0), "ended with {:?}\n{}", ended.code, ended.output);
            let text = fs::read_to_string(&output)?;
            Ok(Traced { segments: segments(&text)?, output: ended.output })
        })
    }

    fn command(&self, board: &Board, image: &Path, job: &Path, log: &Path) -> Cmd {
        // A comma in a value is doubled: QEMU's options are lists.
        let doubled = |path: &Path| path.display().to_string().replace(',', ",,");
        let plugin = format!("file={},job={}", doubled(&self.library), doubled(job));
        qemu::command(board, image, log).args(["-plugin".to_owned(), plugin])
    }
}

/// The core on `board`, as results name it.
pub fn core(board: &Board) -> &'static str {
    match board.target {
        "thumbv6m-none-eabi" => "m0",
        "thumbv7m-none-eabi" => "m3",
        "thumbv7em-none-eabihf" => "m4",
        _ => "m33",
    }
}

/// The plugin's library among cargo's messages for programs.
fn library(messages: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let files = messages
        .filter(|message| message["target"]["name"] == PLUGIN.replace('-', "_"))
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default());
    let mut files = files.filter_map(|file| file.as_str().map(PathBuf::from));
    files.find(|file| file.extension().is_some_and(|ending| ending == "so" || ending == "dylib"))
}

/// What the plugin is asked to do.
fn request(elf: &[u8], core: &str, output: &Path) -> Result<Value> {
    let elf = object::File::parse(elf)?;
    let (mut functions, mut markers, mut stack) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for symbol in elf.symbols() {
        let (name, address) = (symbol.name()?, symbol.address());
        if name == "_stack_start" || name == "_stack_end" {
            stack.insert(name, address);
        }
        if symbol.kind() != SymbolKind::Text || symbol.is_undefined() {
            continue;
        }
        let start = address & !1;
        let code = [start, start + symbol.size()];
        let name = format!("{:#}", demangle(name));
        for marker in ["trace_begin", "trace_end"] {
            let is_it = name == marker || name.ends_with(&format!("::{marker}"));
            if is_it && markers.insert(marker, code).is_some_and(|other| other != code) {
                bail!("there are two functions {marker}");
            }
        }
        functions.push(json!({ "name": name, "code": code }));
    }
    let marker = |name| markers.get(name).with_context(|| format!("there is no function {name}"));
    let edge = |name| stack.get(name).with_context(|| format!("there is no symbol {name}"));
    let (begin, end) = (marker("trace_begin")?, marker("trace_end")?);
    ensure!(begin != end, "trace_begin and trace_end are the same code");
    Ok(json!({
        "core": core,
        "begin": begin,
        "end": end,
        "stack": [edge("_stack_end")?, edge("_stack_start")?],
        "functions": functions,
        "output": output,
    }))
}

/// The segments that the plugin wrote.
fn segments(text: &str) -> Result<Vec<Segment>> {
    let written: Vec<Value> =
        serde_json::from_str(text).context("the trace broke off: the machine did not end")?;
    written.iter().map(segment).collect()
}

fn segment(written: &Value) -> Result<Segment> {
    if let Some(failure) = written["failure"].as_str() {
        bail!("the trace is not one: {failure}");
    }
    let number = |value: &Value| value.as_u64().with_context(|| format!("not a count: {value}"));
    let counts = |key: &str| {
        let rows = written[key].as_object().with_context(|| format!("no {key}"))?;
        let rows = rows.iter().map(|(name, row)| {
            let counts = Counts { instructions: number(&row[0])?, cycles: number(&row[1])? };
            Ok((name.clone(), counts))
        });
        rows.collect::<Result<_>>()
    };
    let variable = written["variable"].as_object().context("no instructions of variable time")?;
    let variable = variable.iter().map(|(name, count)| Ok((name.clone(), number(count)?)));
    Ok(Segment {
        instructions: number(&written["instructions"])?,
        cycles: number(&written["cycles"])?,
        stack: number(&written["stack"])?,
        path: number(&written["path"])?,
        data: number(&written["data"])?,
        unseen: number(&written["unseen"])?,
        variable: variable.collect::<Result<_>>()?,
        classes: counts("classes")?,
        functions: counts("functions")?,
    })
}

#[cfg(test)]
mod tests;
