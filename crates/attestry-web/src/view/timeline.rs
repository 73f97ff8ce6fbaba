//! What happens when: a row a step, its parts as bars along the months, a labelled line where a day matters.

use askama::Template;
use askama::filters::HtmlSafe;

const ROW: usize = 36;
const HEAD: usize = 32;
const FOOT: usize = 24;

/// Steps along the months; as wide as its place, so that its text keeps its size. Positions count days from the
/// first one.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/timeline.html")]
pub struct Timeline {
    /// The finding, as a sentence.
    pub title: String,
    /// One row a step.
    pub rows: Vec<TimelineRow>,
    /// Days with their labels.
    pub ticks: Vec<(u32, String)>,
    /// A day that matters.
    pub line: Option<(u32, String)>,
    /// Days in all.
    pub days: u32,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineRow {
    /// What it is.
    pub label: String,
    /// From when to when, in words.
    pub words: String,
    /// Its parts.
    pub bars: Vec<TimelineBar>,
}

/// A part of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineBar {
    /// First day.
    pub from: u32,
    /// First day after it.
    pub to: u32,
}

struct Drawn {
    x: String,
    width: String,
    y: usize,
    height: usize,
    class: &'static str,
}

impl HtmlSafe for Timeline {}

impl Timeline {
    fn height(&self) -> usize {
        HEAD + self.rows.len() * ROW + FOOT
    }

    fn top(&self, row: &usize) -> usize {
        HEAD + row * ROW
    }

    fn percent(&self, day: &u32) -> String {
        let share = f64::from(*day) / f64::from(self.days.max(1));
        format!("{:.2}", share.clamp(0.0, 1.0) * 100.0)
    }

    fn anchor(&self, day: &u32) -> &'static str {
        match *day {
            0 => "start",
            day if day * 10 > self.days * 9 => "end",
            _ => "middle",
        }
    }

    fn line_anchor(&self, day: &u32) -> &'static str {
        if day * 2 > self.days { "end" } else { "start" }
    }

    /// The parts one after another in two shades; a part inside an earlier one as a thin bar beneath it.
    fn drawn(&self, row: &TimelineRow) -> Vec<Drawn> {
        let mut end = 0;
        let mut shade = false;
        let mut drawn = Vec::new();
        for (at, bar) in row.bars.iter().enumerate() {
            let inside = at > 0 && bar.from < end;
            let class = match (inside, shade) {
                (true, _) => "phase inside",
                (false, false) => "phase",
                (false, true) => "phase other",
            };
            shade = if inside { shade } else { !shade };
            end = end.max(bar.to);
            let (y, height) = if inside { (11, 4) } else { (0, 10) };
            let width = self.percent(&bar.to.saturating_sub(bar.from));
            drawn.push(Drawn { x: self.percent(&bar.from), width, y, height, class });
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_alternate_and_one_inside_another_is_thin() {
        let bar = |from, to| TimelineBar { from, to };
        let row = TimelineRow {
            label: String::new(),
            words: String::new(),
            bars: vec![bar(0, 30), bar(30, 90), bar(60, 90)],
        };
        let chart = Timeline { title: String::new(), rows: vec![], ticks: vec![], line: None, days: 120 };
        let drawn = chart.drawn(&row);
        let classes: Vec<&str> = drawn.iter().map(|one| one.class).collect();
        assert_eq!(classes, ["phase", "phase other", "phase inside"]);
        assert_eq!((drawn[1].x.as_str(), drawn[1].width.as_str()), ("25.00", "50.00"));
    }
}
