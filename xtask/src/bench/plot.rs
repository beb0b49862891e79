//! The plot of `benches/README.md`: a panel an operation and core, a bar a library.

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::libraries::LIBRARIES;
use super::results::Results;
use super::tables::{Versions, count};
use super::targets::Targets;
use crate::boards::BOARDS;
use crate::trace;

/// The operations that are drawn.
const OPS: [&str; 3] = ["x25519", "seal_1024", "ed25519_sign"];

const OURS: RGBColor = RGBColor(31, 119, 180);
const THEIRS: RGBColor = RGBColor(176, 186, 197);
const TARGET: RGBColor = RGBColor(200, 60, 40);

/// The size of a panel, in pixels, and of what stands in it.
const WIDTH: u32 = 330;
const HEIGHT: u32 = 190;
const HEAD: i32 = 34;
const BAR: i32 = 18;
const LEFT: i32 = 120;
/// From the end of the longest bar to the edge: room for its number.
const RIGHT: i32 = 80;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The drawing, as SVG.
pub fn draw(results: &Results, targets: &Targets, versions: &Versions) -> Result<String> {
    let mut svg = String::new();
    let (columns, rows) = (BOARDS.len(), OPS.len());
    let size = (WIDTH * columns as u32, HEIGHT * rows as u32);
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let draw = || {
            root.fill(&WHITE)?;
            let panels = root.split_evenly((rows, columns));
            for (at, area) in panels.iter().enumerate() {
                let (op, board) = (OPS[at / columns], &BOARDS[at % columns]);
                let core = trace::core(board);
                let most = targets.of(core, op).map(|target| target.must);
                let bars = LIBRARIES.iter().filter(|it| !it.for_speed).filter_map(|library| {
                    let row = results.row(core, library.name, op)?;
                    Some(Bar {
                        title: versions.title(library).replace('`', ""),
                        cycles: row.cycles,
                        color: if library.is_ours() { OURS } else { THEIRS },
                    })
                });
                let approximate = if core == "m33" { ", approximate" } else { "" };
                let head = format!("{op}, {}", board.core);
                let below = format!("modelled cycles, zero wait states{approximate}");
                panel(area, [&head, &below], op, &bars.collect::<Vec<_>>(), most)?;
            }
            root.present()
        };
        draw().map_err(|error| anyhow!("cannot draw: {error}"))?;
    }
    Ok(svg)
}

struct Bar {
    title: String,
    cycles: f64,
    color: RGBColor,
}

type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

fn panel(area: &Area, head: [&str; 2], op: &str, bars: &[Bar], must: Option<f64>) -> Drawn {
    let text = |size: i32| ("sans-serif", size).into_font();
    area.draw(&Text::new(head[0].to_owned(), (8, 4), text(14)))?;
    area.draw(&Text::new(head[1].to_owned(), (8, 20), text(10).color(&BLACK.mix(0.6))))?;
    let most = bars.iter().map(|bar| bar.cycles).chain(must).fold(1.0, f64::max);
    let scale = f64::from(WIDTH as i32 - LEFT - RIGHT) / most;
    let at = |cycles: f64| LEFT + (cycles * scale) as i32;
    let right = Pos::new(HPos::Right, VPos::Center);
    let left = Pos::new(HPos::Left, VPos::Center);
    for (number, bar) in (0..).zip(bars) {
        let top = HEAD + number * BAR;
        let middle = top + BAR / 2;
        let corners = [(LEFT, top + 2), (at(bar.cycles), top + BAR - 2)];
        area.draw(&Rectangle::new(corners, bar.color.filled()))?;
        let title =
            Text::new(bar.title.clone(), (LEFT - 5, middle), text(11).color(&BLACK).pos(right));
        area.draw(&title)?;
        let cycles = count(op, bar.cycles);
        area.draw(&Text::new(
            cycles,
            (at(bar.cycles) + 4, middle),
            text(11).color(&BLACK).pos(left),
        ))?;
    }
    if let Some(must) = must {
        let (x, end) = (at(must), HEAD + bars.len() as i32 * BAR);
        area.draw(&PathElement::new(vec![(x, HEAD - 2), (x, end)], TARGET.stroke_width(1)))?;
        let label = format!("must: {}", count(op, must));
        area.draw(&Text::new(label, (x, end + 2), text(10).color(&TARGET)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::results::tests::row;

    #[test]
    fn what_was_measured_is_drawn() {
        let rows = vec![
            row("m4", "saltbox", "x25519", 500_000.0),
            row("m4", "salty", "x25519", 1_500_000.0),
        ];
        let results = Results { rows, ..Results::default() };
        let targets = Targets::parse("[m4]\nx25519 = { must = 560_000 }").unwrap();
        let svg = draw(&results, &targets, &Versions::parse("").unwrap()).unwrap();
        for want in
            ["<svg ", "x25519, Cortex-M4F", "500,000", "1,500,000", "salty", "must: 560,000"]
        {
            assert!(svg.contains(want), "{want}");
        }
    }
}
