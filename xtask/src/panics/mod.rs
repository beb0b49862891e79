//! `cargo xtask panics`: no place in our code can panic, none more in a dependency, and no heap is linked.
//!
//! What is looked at is the linked image, after the optimiser: a bounds check that it could prove away is gone, one
//! that it could not is a call. Calls are found by decoding the few instructions that can make them (`thumb`), not by
//! reading a disassembler's text, so that the check needs no more than the compiler.

mod image;
mod ledger;
mod origin;
mod sites;
#[cfg(test)]
mod tests;
mod text;
mod thumb;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::boards::{Bin, Board};
use crate::progress::Progress;
use crate::repo::Repo;
use image::Image;
use ledger::{Change, Ledger};
use origin::{Origin, Origins};
use sites::{Site, Sites};

/// The committed numbers.
const LEDGER: &str = "core/panic-sites.toml";

/// Places of our own that a failure shows.
const SHOWN: usize = 50;

/// What `cargo xtask panics` is asked to do.
#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// Only these boards (default: all)
    #[arg(long, value_name = "BOARD")]
    board: Vec<String>,
    /// Look at this image instead of building one; needs --target
    #[arg(long, value_name = "FILE", requires = "target", conflicts_with = "board")]
    elf: Option<PathBuf>,
    /// The target for which --elf was built
    #[arg(long, value_name = "TRIPLE", requires = "elf")]
    target: Option<String>,
    /// Write what is found to core/panic-sites.toml
    #[arg(long)]
    update: bool,
    /// Print every place as JSON
    #[arg(long)]
    json: bool,
}

/// What one image showed.
struct Finding {
    /// Which image it was.
    image: String,
    target: String,
    sites: Sites,
}

/// How many steps [`check`] takes for a board.
pub const STEPS: usize = 3;

/// Runs the command.
pub fn run(repo: &Repo, args: &Args) -> Result<()> {
    let mut findings = Vec::new();
    if let (Some(elf), Some(target)) = (&args.elf, &args.target) {
        let name = elf.file_name().unwrap_or_default().to_string_lossy();
        findings.push(look(repo, &name, elf, target)?);
    } else {
        let boards = Board::chosen(&args.board)?;
        let mut progress = Progress::new(repo)?;
        progress.expect((STEPS - 1) * boards.len());
        for board in boards {
            findings.extend(build_and_look(repo, &mut progress, board)?);
        }
    }
    if args.json {
        println!("{:#}", findings.iter().map(Finding::json).collect::<serde_json::Value>());
    } else {
        findings.iter().for_each(|finding| print!("{}", finding.table()));
    }
    let path = repo.path(LEDGER);
    let mut ledger = Ledger::read(&path)?;
    if args.update {
        for (target, numbers) in of_others(&findings) {
            ledger.set(target, numbers);
        }
        ledger.write(&path)?;
    }
    let verdict = judge(&findings, &ledger);
    if !args.json {
        verdict.notes.iter().for_each(|note| println!("{note}"));
    }
    if verdict.faults.is_empty() { Ok(()) } else { bail!("{}", verdict.faults.join("\n")) }
}

/// The check of one board's images, as steps.
pub fn check(repo: &Repo, progress: &mut Progress, board: &Board) -> Result<()> {
    let findings = build_and_look(repo, progress, board)?;
    let repeat = format!("cargo xtask panics --board {}", board.name);
    progress.work(&format!("panic sites for {}", board.name), &repeat, || {
        let verdict = judge(&findings, &Ledger::read(&repo.path(LEDGER))?);
        if verdict.faults.is_empty() { Ok(()) } else { bail!("{}", verdict.faults.join("\n")) }
    })
}

/// The image that calls the whole library, and the one that is flashed: that one has the node's own code.
fn build_and_look(repo: &Repo, progress: &mut Progress, board: &Board) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for bin in [Bin::Audit, Bin::Node] {
        let image = board.build(repo, progress, bin)?;
        findings.push(look(repo, bin.label(), &image, board.target)?);
    }
    Ok(findings)
}

fn look(repo: &Repo, name: &str, elf: &Path, target: &str) -> Result<Finding> {
    let bytes = fs::read(elf).with_context(|| format!("cannot read {}", elf.display()))?;
    let image = Image::read(&bytes).with_context(|| elf.display().to_string())?;
    let sites = sites::find(&image, &Origins::of(repo)?);
    Ok(Finding { image: name.to_owned(), target: target.to_owned(), sites })
}

/// What is wrong with images, and what a person may want to know.
#[derive(Default)]
struct Verdict {
    faults: Vec<String>,
    notes: Vec<String>,
}

/// The numbers of other people's packages by target: of several images, that with the most counts.
fn of_others(findings: &[Finding]) -> BTreeMap<&str, BTreeMap<String, usize>> {
    let mut targets: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    for finding in findings {
        let numbers = targets.entry(&finding.target).or_default();
        for (package, number) in finding.of_others() {
            let most = numbers.entry(package).or_default();
            *most = number.max(*most);
        }
    }
    targets
}

fn judge(findings: &[Finding], ledger: &Ledger) -> Verdict {
    let mut verdict =
        Verdict { faults: findings.iter().flat_map(Finding::faults).collect(), notes: Vec::new() };
    for (target, numbers) in of_others(findings) {
        for change in ledger.compare(target, &numbers) {
            match change {
                Change::Grown { package, was, is } => verdict.faults.push(format!(
                    "{target}: {package} can panic in {is} places, {LEDGER} allows {was}: \
                    see `cargo xtask panics --json`"
                )),
                Change::Shrunk { package, was, is } => verdict.notes.push(format!(
                    "{target}: {package} can panic in {is} places, {LEDGER} allows {was}: lower it with --update"
                )),
            }
        }
    }
    verdict
}

impl Finding {
    /// The numbers of other people's packages.
    fn of_others(&self) -> BTreeMap<String, usize> {
        let others = self.sites.by_origin.iter().filter_map(|(origin, sites)| match origin {
            Origin::Ours(_) | Origin::Unknown(_) => None,
            Origin::Library => Some(("core".to_owned(), sites.len())),
            Origin::Package(name) => Some((name.clone(), sites.len())),
        });
        others.collect()
    }

    /// The places in our packages.
    fn of_ours(&self) -> Vec<&Site> {
        let ours =
            self.sites.by_origin.iter().filter(|(origin, _)| matches!(origin, Origin::Ours(_)));
        ours.flat_map(|(_, sites)| sites).collect()
    }

    /// What is wrong whatever the ledger says.
    fn faults(&self) -> Vec<String> {
        let image = format!("{} for {}", self.image, self.target);
        let mut faults = Vec::new();
        if self.sites.ours == 0 {
            faults.push(format!("{image} holds no code of ours, so nothing was checked"));
        }
        let ours = self.of_ours();
        for site in ours.iter().take(SHOWN) {
            faults.push(format!("{image}: our code can panic: {site}"));
        }
        if ours.len() > SHOWN {
            faults.push(format!("{image}: … and {} places more", ours.len() - SHOWN));
        }
        for origin in self.sites.by_origin.keys() {
            if let Origin::Unknown(file) = origin {
                faults.push(format!(
                    "{image}: {file} can panic and belongs to no package that is known here"
                ));
            }
        }
        if self.image == Bin::Audit.label() {
            // It holds the library and nothing else: there is nobody left whom a panic could belong to.
            for symbol in &self.sites.panic_symbols {
                faults.push(format!("{image}: a symbol of panics is linked: {symbol}"));
            }
        }
        for symbol in &self.sites.allocator {
            faults.push(format!("{image}: part of a heap is linked: {symbol}"));
        }
        faults
    }

    /// The numbers by package, and what is called there.
    fn table(&self) -> String {
        let mut text = String::new();
        let total: usize = self.sites.by_origin.values().map(Vec::len).sum();
        let (image, target, ours) = (&self.image, &self.target, self.of_ours().len());
        let _ =
            writeln!(text, "{image} for {target}: {total} places can panic, {ours} of them ours");
        if self.sites.panic_symbols.is_empty() {
            let _ = writeln!(text, "  no symbol of panics is linked");
        }
        if self.sites.allocator.is_empty() {
            let _ = writeln!(text, "  no part of a heap is linked");
        }
        for (origin, sites) in &self.sites.by_origin {
            let mut callees: BTreeMap<&str, usize> = BTreeMap::new();
            for site in sites {
                *callees.entry(short(&site.callee)).or_default() += 1;
            }
            let callees: Vec<_> =
                callees.iter().map(|(callee, number)| format!("{callee} {number}")).collect();
            let _ = writeln!(
                text,
                "  {:<24} {:>4}  {}",
                origin.name(),
                sites.len(),
                callees.join(", ")
            );
        }
        text
    }

    fn json(&self) -> serde_json::Value {
        let places = self.sites.by_origin.iter().flat_map(|(origin, sites)| {
            sites.iter().map(|site| {
                json!({
                    "package": origin.name(), "ours": matches!(origin, Origin::Ours(_)), "at": format!("{:#x}", site.at),
                    "function": site.function, "place": site.place, "callee": site.callee,
                })
            })
        });
        json!({
            "image": self.image, "target": self.target, "places": places.collect::<Vec<_>>(),
            "allocator": self.sites.allocator, "panic_functions": self.sites.panic_functions,
            "panic_symbols": self.sites.panic_symbols,
            "functions_of_ours": self.sites.ours,
        })
    }
}

impl Origin {
    fn name(&self) -> &str {
        match self {
            Self::Ours(name) | Self::Package(name) | Self::Unknown(name) => name,
            Self::Library => "core",
        }
    }
}

impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#x} in {} ({}) calls {}", self.at, self.function, self.place, self.callee)
    }
}

/// The last part of a function's name.
fn short(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}
