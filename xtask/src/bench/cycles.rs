//! `cargo xtask bench cycles`: every library on every core, instruction by instruction.
//!
//! An image measures each operation twice, once with a function without a body in its place: the difference is the
//! operation. The empty image measures 64 `nop`s in the same way; unless they come out as 64 instructions and 64 cycles,
//! nothing else is believed.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::images::{self, Images};
use super::libraries::{EMPTY, Family, LIBRARIES, Library, units};
use super::results::{Absence, Profile, Results, Row};
use crate::boards::Board;
use crate::progress::Progress;
use crate::repo::Repo;
use crate::sizes;
use crate::trace::{self, Counts, Segment, Tracer};

/// The longest that an image may take.
const LIMIT: Duration = Duration::from_secs(600);
/// How many functions, and how many classes of instruction, are kept of a histogram.
const TOP: usize = 3;

/// How many steps [`measure`] takes.
pub fn steps(board: &Board, library: &Library) -> usize {
    match library.absence(board) {
        Some(_) => 0,
        None => 2 + library.families.len(),
    }
}

/// Builds and plays the images of `library` on `board`.
pub fn measure(
    repo: &Repo,
    progress: &mut Progress,
    tracer: &Tracer,
    board: &Board,
    library: &Library,
) -> Result<Results> {
    let mut results = Results::default();
    let absence = |family: Option<&str>, why: &str| Absence {
        core: trace::core(board).to_owned(),
        library: library.name.to_owned(),
        family: family.map(str::to_owned),
        why: why.to_owned(),
    };
    if let Some(why) = library.absence(board) {
        results.absences.push(absence(None, why));
        return Ok(results);
    }
    let images = images::build(repo, progress, board, library)?;
    let play = |progress: &mut Progress, name: &str, image: &Path| {
        let name = format!("{} of {} on {}", name, library.name, board.name);
        Ok::<_, anyhow::Error>(tracer.play(repo, progress, board, image, &name, LIMIT)?.segments)
    };
    let empty = image(&images, EMPTY)?;
    calibrate(&play(progress, EMPTY, empty)?)?;
    let base = sizes::measure(empty)?.flash;
    for family in library.families() {
        let image = match &images[family.name] {
            Ok(image) => image,
            Err(why) => {
                let name = format!("no {} of {} on {}", family.name, library.name, board.name);
                progress.work(&name, "", || Ok(()))?;
                results.absences.push(absence(Some(family.name), why));
                continue;
            }
        };
        let segments = play(progress, family.name, image)?;
        let flash = sizes::measure(image)?.flash.saturating_sub(base);
        add(&mut results, board, library, family, &segments, flash)?;
    }
    Ok(results)
}

fn image<'a>(images: &'a Images, name: &str) -> Result<&'a Path> {
    let image = images.get(name).and_then(|image| image.as_deref().ok());
    image.with_context(|| format!("there is no image {name}"))
}

/// An error unless 64 instructions are 64.
fn calibrate(segments: &[Segment]) -> Result<()> {
    let [empty, full] = segments else { bail!("{} segments of the empty image", segments.len()) };
    let [instructions, cycles] = difference(empty, full);
    ensure!(
        (instructions, cycles) == (64, 64),
        "64 `nop`s were measured as {instructions} instructions and {cycles} cycles"
    );
    Ok(())
}

/// Adds the operations of a family.
fn add(
    results: &mut Results,
    board: &Board,
    library: &Library,
    family: &Family,
    segments: &[Segment],
    flash: u64,
) -> Result<()> {
    let (core, name) = (trace::core(board).to_owned(), library.name.to_owned());
    ensure!(
        segments.len() == 2 * family.ops.len(),
        "{} segments of the {} operations of `{}`",
        segments.len(),
        family.ops.len(),
        family.name
    );
    let ours = library.is_ours();
    for (op, pair) in family.ops.iter().zip(segments.chunks_exact(2)) {
        let [empty, full] = pair else { continue };
        // As it is written: a page made of what was written is then the same.
        let each = |count: u64| (count as f64 * 1000.0 / units(op) as f64).round() / 1000.0;
        let [instructions, cycles] = difference(empty, full).map(each);
        ensure!(instructions > 0.0, "`{op}` of {} executed nothing", library.name);
        let (core, library) = (core.clone(), name.clone());
        let stack = full.stack.saturating_sub(empty.stack);
        let op = (*op).to_owned();
        if ours {
            results.profiles.push(Profile {
                core: core.clone(),
                library: library.clone(),
                op: op.clone(),
                functions: top(full, full.functions.iter()),
                classes: top(full, full.classes.iter()),
            });
        }
        results.rows.push(Row { core, op, library, instructions, cycles, flash, stack });
    }
    Ok(())
}

/// Instructions and cycles of `full` without those of `empty`.
fn difference(empty: &Segment, full: &Segment) -> [u64; 2] {
    [full.instructions.saturating_sub(empty.instructions), full.cycles.saturating_sub(empty.cycles)]
}

/// What takes most cycles, with its share in percent.
fn top<'a>(
    of: &Segment,
    counts: impl Iterator<Item = (&'a String, &'a Counts)>,
) -> Vec<(String, f64)> {
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.cycles));
    let share = |cycles: u64| (cycles as f64 / of.cycles as f64 * 1000.0).round() / 10.0;
    let shares = counts.into_iter().map(|(name, counts)| (name.clone(), share(counts.cycles)));
    shares.take(TOP).filter(|(_, share)| *share >= 0.1).collect()
}

/// The library called `name`; all of them if none is named.
pub fn chosen(name: Option<&str>) -> Result<Vec<&'static Library>> {
    let chosen: Vec<_> =
        LIBRARIES.iter().filter(|library| name.is_none_or(|name| library.name == name)).collect();
    let names = || LIBRARIES.iter().map(|library| library.name).collect::<Vec<_>>().join(", ");
    ensure!(!chosen.is_empty(), "there is no such library; there are {}", names());
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::libraries::FAMILIES;
    use crate::boards::BOARDS;

    fn segment(instructions: u64, stack: u64) -> Segment {
        let mul = Counts { instructions: 3, cycles: instructions };
        let functions = [("mul".to_owned(), mul)].into_iter().collect();
        Segment { instructions, cycles: 2 * instructions, stack, functions, ..Segment::default() }
    }

    #[test]
    fn an_operation_is_what_the_empty_one_is_not() {
        let mut results = Results::default();
        let segments = [segment(10, 32), segment(4106, 832)];
        add(&mut results, &BOARDS[0], &LIBRARIES[0], &FAMILIES[2], &segments, 500).unwrap();
        let row = &results.rows[0];
        assert_eq!((row.op.as_str(), row.core.as_str()), ("xsalsa20_per_byte", "m0"));
        assert_eq!((row.instructions, row.cycles, row.flash, row.stack), (1.0, 2.0, 500, 800));
        assert_eq!(results.profiles[0].functions, [("mul".to_owned(), 50.0)]);
    }

    #[test]
    fn an_image_that_measures_something_else_is_an_error() {
        let add = |segments: &[Segment]| {
            add(&mut Results::default(), &BOARDS[0], &LIBRARIES[0], &FAMILIES[0], segments, 1)
        };
        assert!(add(&[segment(1, 0), segment(2, 0)]).is_err());
        assert!(add(&vec![segment(1, 0); 4]).is_err());
    }

    #[test]
    fn sixty_four_instructions_must_be_sixty_four() {
        let full = |instructions, cycles| Segment { instructions, cycles, ..segment(0, 0) };
        let empty = full(20, 30);
        assert!(calibrate(&[empty.clone(), full(84, 94)]).is_ok());
        assert!(calibrate(&[empty.clone(), full(85, 94)]).is_err());
        assert!(calibrate(&[empty, full(84, 95)]).is_err());
    }

    #[test]
    fn an_unknown_library_is_an_error_that_names_the_known() {
        let error = chosen(Some("nacl")).unwrap_err().to_string();
        assert!(error.contains("saltbox, ") && error.contains("salty"), "{error}");
    }
}
