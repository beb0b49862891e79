//! Finds every place that can panic, and who answers for it.
//!
//! The panic functions are not a list of names: they are what `core` itself leads to the panic handler by, and what
//! never returns. From them the calls are followed backward. A call whose source functions (inlining is undone by the
//! debug information) all lie in `core` says nothing about blame yet, so its function is followed to *its* callers; the
//! first function outside `core` answers. What only a panic itself reaches, such as the printing of its message, is
//! not a place that can panic.

use std::collections::{BTreeMap, BTreeSet};

use super::image::{Edge, Frame, Image};
use super::origin::{Origin, Origins};

/// A place in the code that leads to a panic.
#[derive(Clone, Debug)]
pub struct Site {
    /// The instruction.
    pub at: u32,
    /// The function, outside `core`, that answers for it; empty if there is none.
    pub function: String,
    /// Its source file and line, as far as known.
    pub place: String,
    /// What is called.
    pub callee: String,
}

/// What an image holds.
#[derive(Debug, Default)]
pub struct Sites {
    /// The places by who answers for them.
    pub by_origin: BTreeMap<Origin, Vec<Site>>,
    /// How many functions lead to the panic handler and nowhere else.
    pub panic_functions: usize,
    /// Symbols of panics, whether anything leads there or not.
    pub panic_symbols: BTreeSet<String>,
    /// How many functions of our packages stand in the image: none means that nothing was looked at.
    pub ours: usize,
    /// Symbols of an allocator.
    pub allocator: Vec<String>,
}

/// Looks through an image.
pub fn find(image: &Image<'_>, origins: &Origins) -> Sites {
    let panicking = panic_functions(image, origins);
    let mut sites = Sites { panic_functions: panicking.len(), ..Sites::default() };
    let (places, followed) = places(image, origins, &panicking);
    for (edge, frame) in places {
        sites.add(
            frame_origin(origins, &frame).unwrap_or(Origin::Library),
            site(image, origins, &edge, Some(&frame)),
        );
    }
    for edge in unclaimed(image, &panicking, &followed) {
        sites.add(Origin::Library, site(image, origins, &edge, None));
    }
    sites.ours = ours(image, origins);
    let of_panics = image.symbols.iter().filter(|name| is_of_panics(name));
    sites.panic_symbols = of_panics.cloned().collect();
    sites.allocator = image.symbols.iter().filter(|name| is_allocator(name)).cloned().collect();
    sites.allocator.sort();
    sites.allocator.dedup();
    sites
}

impl Sites {
    fn add(&mut self, origin: Origin, site: Site) {
        self.by_origin.entry(origin).or_default().push(site);
    }
}

/// Whether a symbol is a panic function's or the handler's.
fn is_of_panics(name: &str) -> bool {
    name.starts_with("core::panicking::") || name.ends_with("rust_begin_unwind")
}

/// Functions of `core` that never return and lead to the panic handler, and the handler.
fn panic_functions(image: &Image<'_>, origins: &Origins) -> BTreeSet<usize> {
    let seed = |name: &String| {
        name.starts_with("core::panicking::")
            || name.ends_with("::rust_begin_unwind")
            || name == "rust_begin_unwind"
    };
    let functions = image.functions.iter().enumerate();
    let mut found: BTreeSet<_> =
        functions.filter(|(_, f)| f.names.iter().any(seed)).map(|(index, _)| index).collect();
    if found.is_empty() {
        return found;
    }
    loop {
        let leads: Vec<_> = image
            .edges
            .iter()
            .filter(|edge| found.contains(&edge.to))
            .map(|edge| edge.from)
            .collect();
        let more: Vec<_> = leads
            .into_iter()
            .filter(|&from| {
                !found.contains(&from)
                    && image.functions[from].diverges
                    && in_library(image, origins, from)
            })
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// Whether a function as a whole belongs to `core`: where it was not inlined from, but placed.
fn in_library(image: &Image<'_>, origins: &Origins, index: usize) -> bool {
    let function = &image.functions[index];
    let outermost = image.frames(function.start).pop();
    match outermost.and_then(|frame| frame_origin(origins, &frame)) {
        Some(origin) => origin == Origin::Library,
        None => function.names.iter().any(|name| origins.of_name(name) == Some(Origin::Library)),
    }
}

/// The places whose blame is settled, and the functions through which blame was followed.
fn places(
    image: &Image<'_>,
    origins: &Origins,
    panicking: &BTreeSet<usize>,
) -> (Vec<(Edge, Frame)>, BTreeSet<usize>) {
    let mut settled = Vec::new();
    let mut followed = BTreeSet::new();
    let mut targets: Vec<usize> = panicking.iter().copied().collect();
    let mut seen = panicking.clone();
    while let Some(target) = targets.pop() {
        for edge in
            image.edges.iter().filter(|edge| edge.to == target && !panicking.contains(&edge.from))
        {
            for frames in image.accounts(edge) {
                let is_outside = |frame: &Frame| {
                    frame_origin(origins, frame).is_some_and(|origin| origin != Origin::Library)
                };
                match frames.into_iter().find(is_outside) {
                    Some(frame) => settled.push((*edge, frame)),
                    None => {
                        followed.insert(edge.from);
                        if seen.insert(edge.from) {
                            targets.push(edge.from);
                        }
                    }
                }
            }
        }
    }
    settled.sort_by(|(a, one), (b, other)| (a.at, one).cmp(&(b.at, other)));
    settled.dedup_by(|(a, one), (b, other)| (a.at, one) == (b.at, other));
    (settled, followed)
}

/// The panicking calls inside functions of `core` that nobody calls by name: they are reached through a pointer.
fn unclaimed(
    image: &Image<'_>,
    panicking: &BTreeSet<usize>,
    followed: &BTreeSet<usize>,
) -> Vec<Edge> {
    let called: BTreeSet<_> = image.edges.iter().map(|edge| edge.to).collect();
    let inner = |edge: &&Edge| {
        panicking.contains(&edge.to)
            && followed.contains(&edge.from)
            && !called.contains(&edge.from)
    };
    image.edges.iter().filter(inner).copied().collect()
}

fn frame_origin(origins: &Origins, frame: &Frame) -> Option<Origin> {
    match &frame.file {
        Some(file) => Some(origins.of_file(file)),
        None => origins.of_name(&frame.function),
    }
}

fn site(image: &Image<'_>, origins: &Origins, edge: &Edge, frame: Option<&Frame>) -> Site {
    let place = match frame {
        Some(Frame { file: Some(file), line, .. }) => format!("{}:{line}", origins.shown(file)),
        _ => String::new(),
    };
    let function = frame.map_or_else(|| name(image, edge.from), |frame| frame.function.clone());
    Site { at: edge.at, function, place, callee: name(image, edge.to) }
}

fn name(image: &Image<'_>, index: usize) -> String {
    image.functions[index].names.first().cloned().unwrap_or_default()
}

/// How many functions of the image have code of our packages in them, at their start or where they call others.
fn ours(image: &Image<'_>, origins: &Origins) -> usize {
    let starts =
        image.functions.iter().enumerate().map(|(index, function)| (index, function.start));
    let places = starts.chain(image.edges.iter().map(|edge| (edge.from, edge.at)));
    let is_ours = |frame: &Frame| matches!(frame_origin(origins, frame), Some(Origin::Ours(_)));
    let ours: BTreeSet<_> = places
        .filter(|&(_, at)| image.frames(at).iter().any(is_ours))
        .map(|(index, _)| index)
        .collect();
    ours.len()
}

/// Whether a symbol is part of the heap: the functions behind `GlobalAlloc`, or anything of the crate `alloc`.
pub fn is_allocator(name: &str) -> bool {
    let hooks = [
        "__rust_alloc",
        "__rust_dealloc",
        "__rust_realloc",
        "__rg_",
        "__rdl_",
        "__rust_no_alloc_shim",
    ];
    let of_alloc = name.match_indices("alloc::").any(|(at, _)| {
        !name[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
    });
    of_alloc || hooks.iter().any(|hook| name.contains(hook))
}
