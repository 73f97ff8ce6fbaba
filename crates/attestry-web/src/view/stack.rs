//! How much of a whole is there, as a small bar: what is there stands full, what is begun half, what is new is a line.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::view::Shape;

const HEIGHT: usize = 8;

/// Counts of one whole, side by side. It says nothing that does not stand beside it in words.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/stack.html")]
pub struct Stack {
    /// The counts with their shapes, in order.
    pub parts: Vec<(Shape, usize)>,
}

struct Bar {
    class: &'static str,
    x: String,
    y: usize,
    width: String,
    height: usize,
}

impl HtmlSafe for Stack {}

impl Stack {
    fn bars(&self) -> Vec<Bar> {
        let total: usize = self.parts.iter().map(|(_, n)| n).sum();
        let mut before = 0;
        let mut bars = Vec::new();
        for (shape, n) in self.parts.iter().filter(|(_, n)| *n > 0) {
            let height = match shape {
                Shape::Full => HEIGHT,
                Shape::Half => HEIGHT / 2,
                _ => HEIGHT / 6,
            };
            let (x, width) = (percent(before, total), percent(*n, total));
            bars.push(Bar { class: shape.class(), x, y: HEIGHT - height, width, height });
            before += n;
        }
        bars
    }
}

/// A share of 100 with two decimals.
fn percent(part: usize, whole: usize) -> String {
    let hundredths = (part * 10_000 + whole / 2).checked_div(whole).unwrap_or(0);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_stand_side_by_side_and_differ_in_height() {
        let stack = Stack { parts: vec![(Shape::Full, 1), (Shape::Half, 2), (Shape::Ring, 1)] };
        let bars: Vec<(String, usize)> = stack.bars().into_iter().map(|bar| (bar.x, bar.height)).collect();
        assert_eq!(bars, [("0.00".to_owned(), 8), ("25.00".to_owned(), 4), ("75.00".to_owned(), 1)]);
    }

    #[test]
    fn a_part_of_nothing_is_not_drawn() {
        assert!(Stack { parts: vec![(Shape::Full, 0), (Shape::Half, 0)] }.bars().is_empty());
    }
}
