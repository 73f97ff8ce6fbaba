//! Dot-and-interval plots: one row a group, its interval, a labelled reference line.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::view::Shape;

const ROW: usize = 36;
const HEAD: usize = 32;
const FOOT: usize = 24;

/// A dot-and-interval plot on a scale from 0; as wide as its place, so that its text keeps its size.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "part/intervals.html")]
pub struct IntervalChart {
    /// The finding, as a sentence.
    pub title: String,
    /// One row a group.
    pub rows: Vec<IntervalRow>,
    /// The line to compare with.
    pub reference: Option<Reference>,
    /// The scale's end.
    pub max: f64,
}

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalRow {
    /// The group.
    pub label: String,
    /// Value and interval in words.
    pub words: String,
    /// Records in it, grouped; left out where there is no room.
    pub n: String,
    /// The value; `None` when not estimable.
    pub value: Option<f64>,
    /// The ends of its interval.
    pub interval: Option<(f64, f64)>,
    /// How it stands to the reference line.
    pub shape: Shape,
    /// Whether the others are compared with this one.
    pub is_reference: bool,
}

/// A labelled line.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// Where.
    pub value: f64,
    /// Such as `four-fifths, for reference`.
    pub words: String,
}

struct Tick {
    at: String,
    words: String,
    anchor: &'static str,
}

impl HtmlSafe for IntervalChart {}

impl IntervalChart {
    /// A chart whose scale ends where its rows do.
    pub fn new(title: String, rows: Vec<IntervalRow>, reference: Option<Reference>) -> Self {
        let ends = rows.iter().flat_map(|row| [row.value, row.interval.map(|(_, high)| high)]).flatten();
        let max = ends.chain(reference.iter().map(|one| one.value)).fold(1.0, f64::max);
        Self { title, rows, reference, max: (max * 5.0).ceil() / 5.0 }
    }

    fn height(&self) -> usize {
        HEAD + self.rows.len() * ROW + FOOT
    }

    fn top(&self, row: &usize) -> usize {
        HEAD + row * ROW
    }

    fn percent(&self, value: &f64) -> String {
        format!("{:.2}", (value / self.max).clamp(0.0, 1.0) * 100.0)
    }

    fn reference_anchor(&self) -> &'static str {
        let at = self.reference.as_ref().map_or(0.0, |one| one.value / self.max);
        if at > 0.5 { "end" } else { "start" }
    }

    fn ticks(&self) -> Vec<Tick> {
        let step = if self.max > 2.0 { (self.max / 5.0).ceil() } else { 0.2 };
        let values = (0..=10).map(|at| f64::from(at) * step).take_while(|value| *value <= self.max + 1e-9);
        let last = self.max - 1e-9;
        let anchor = |value: f64| {
            if value == 0.0 {
                "start"
            } else if value >= last {
                "end"
            } else {
                "middle"
            }
        };
        values
            .map(|value| Tick {
                at: self.percent(&value),
                words: format!("{value:.1}"),
                anchor: anchor(value),
            })
            .collect()
    }
}
