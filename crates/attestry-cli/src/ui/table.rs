//! A table that fits the width: columns that may, give way and wrap; when that is not enough, the rows become lists.

use anstyle::Style;

use crate::ui::mark::Mark;
use crate::ui::words::{wide, wrapped};

/// Between columns.
const GAP: usize = 2;
/// What a column that gives way keeps at least: an interval such as `(0.060–0.067)`.
const LEAST: usize = 13;

/// A cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    text: String,
    mark: Option<Mark>,
}

/// Rows under a head.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone)]
struct Column {
    head: String,
    right: bool,
    gives_way: bool,
}

impl Cell {
    /// A state with its shape.
    pub(crate) fn state(mark: impl Into<Mark>, words: impl Into<String>) -> Self {
        Self { text: words.into(), mark: Some(mark.into()) }
    }

    fn plain(&self) -> String {
        match self.mark {
            Some(mark) => format!("{} {}", mark.shape(), self.text),
            None => self.text.clone(),
        }
    }

    fn style(&self) -> Style {
        self.mark.map(Mark::style).unwrap_or_default()
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), mark: None }
    }
}

impl Table {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A column that keeps its width.
    pub(crate) fn column(self, head: &str) -> Self {
        self.with(head, false, false)
    }

    /// A column of numbers.
    pub(crate) fn number(self, head: &str) -> Self {
        self.with(head, true, false)
    }

    /// A column of text that wraps.
    pub(crate) fn text(self, head: &str) -> Self {
        self.with(head, false, true)
    }

    fn with(mut self, head: &str, right: bool, gives_way: bool) -> Self {
        self.columns.push(Column { head: head.to_owned(), right, gives_way });
        self
    }

    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The lines of the table, at most `width` columns wide.
    pub(crate) fn render(&self, width: usize) -> String {
        match self.widths(width) {
            Some(widths) => self.grid(&widths),
            None => self.list(width),
        }
    }

    /// How wide each column gets; `None` when they do not fit beside each other.
    fn widths(&self, width: usize) -> Option<Vec<usize>> {
        let needs = |at: usize, column: &Column| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| wide(&cell.plain())).chain([wide(&column.head)]).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> =
            self.columns.iter().enumerate().map(|(at, column)| needs(at, column)).collect();
        let room = width.saturating_sub(GAP * self.columns.len().saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let over = widths.iter().sum::<usize>() - room;
            let gives = self.columns.iter().zip(widths.iter_mut()).filter(|(column, _)| column.gives_way);
            let widest = gives.map(|(_, width)| width).max_by_key(|width| **width)?;
            if *widest <= LEAST {
                return None;
            }
            *widest -= over.min((*widest - LEAST).div_ceil(2));
        }
        Some(widths)
    }

    fn grid(&self, widths: &[usize]) -> String {
        let mut out = String::new();
        let head = Style::new().dimmed();
        let heads: Vec<Cell> = self.columns.iter().map(|column| Cell::from(column.head.as_str())).collect();
        self.line(&mut out, &heads, widths, |_| head);
        for row in &self.rows {
            self.line(&mut out, row, widths, Cell::style);
        }
        out
    }

    fn line(&self, out: &mut String, row: &[Cell], widths: &[usize], style: impl Fn(&Cell) -> Style) {
        let cells: Vec<Vec<String>> =
            row.iter().zip(widths).map(|(cell, width)| hanging(cell, *width)).collect();
        let high = cells.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..high {
            let mut line = String::new();
            let mut owed = 0;
            for (((cell, lines), width), column) in row.iter().zip(&cells).zip(widths).zip(&self.columns) {
                let text = lines.get(at).map_or("", String::as_str);
                let space = width.saturating_sub(wide(text));
                if !text.is_empty() {
                    let before = owed + if column.right { space } else { 0 };
                    let style = style(cell);
                    line.push_str(&" ".repeat(before));
                    line.push_str(&format!("{style}{text}{style:#}"));
                    owed = if column.right { 0 } else { space };
                } else {
                    owed += width;
                }
                owed += GAP;
            }
            out.push_str(&line);
            out.push('\n');
        }
    }

    /// Each row as lines of `head: cell`, for narrow places.
    fn list(&self, width: usize) -> String {
        let mut out = String::new();
        let head = Style::new().dimmed();
        for row in &self.rows {
            for (at, (column, cell)) in
                self.columns.iter().zip(row).filter(|(_, cell)| !cell.text.is_empty()).enumerate()
            {
                let indent = if at == 0 { 0 } else { 2 };
                let label = if column.head.is_empty() { String::new() } else { format!("{}: ", column.head) };
                let room = width.saturating_sub(indent + wide(&label)).max(LEAST);
                let style = cell.style();
                for (at, line) in wrapped(&cell.plain(), room).iter().enumerate() {
                    let before =
                        if at == 0 { format!("{head}{label}{head:#}") } else { " ".repeat(wide(&label)) };
                    out.push_str(&format!("{}{before}{style}{line}{style:#}\n", " ".repeat(indent)));
                }
            }
        }
        out
    }
}

/// A cell's lines; those after a state's first are set under its word.
fn hanging(cell: &Cell, width: usize) -> Vec<String> {
    let Some(mark) = cell.mark else { return wrapped(&cell.text, width) };
    let lines = wrapped(&cell.text, width.saturating_sub(2)).into_iter().enumerate();
    lines.map(|(at, line)| format!("{} {line}", if at == 0 { mark.shape() } else { " " })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new().column("id").text("title").number("n").column("state");
        table.row(vec![
            "CC8.1".into(),
            "Changes are authorised, designed, tested, approved and put in place so that the objectives are met".into(),
            "1,680".into(),
            Cell::state(Mark::Half, "exceptions 2 of 1,680"),
        ]);
        table.row(vec![
            "CC6.2".into(),
            "New people get access after approval".into(),
            "7".into(),
            Cell::state(Mark::Good, "no exceptions"),
        ]);
        table
    }

    fn plain(width: usize) -> String {
        anstream::adapter::strip_str(&sample().render(width)).to_string()
    }

    #[test]
    fn at_100_columns_the_text_wraps_and_numbers_stand_right() {
        insta::assert_snapshot!(plain(100), @r"
        id     title                                                              n  state
        CC8.1  Changes are authorised, designed, tested, approved and put in  1,680  ◐ exceptions 2 of 1,680
               place so that the objectives are met
        CC6.2  New people get access after approval                               7  ● no exceptions
        ");
    }

    #[test]
    fn at_60_columns_it_still_fits() {
        insta::assert_snapshot!(plain(60), @r"
        id     title                      n  state
        CC8.1  Changes are            1,680  ◐ exceptions 2 of 1,680
               authorised, designed,
               tested, approved and
               put in place so that
               the objectives are
               met
        CC6.2  New people get access      7  ● no exceptions
               after approval
        ");
    }

    #[test]
    fn too_narrow_for_columns_the_rows_become_lists() {
        insta::assert_snapshot!(plain(36), @r"
        id: CC8.1
          title: Changes are authorised,
                 designed, tested, approved
                 and put in place so that
                 the objectives are met
          n: 1,680
          state: ◐ exceptions 2 of 1,680
        id: CC6.2
          title: New people get access after
                 approval
          n: 7
          state: ● no exceptions
        ");
    }

    #[test]
    fn no_line_is_wider_than_the_width() {
        for width in 40..140 {
            let text = plain(width);
            assert!(text.lines().all(|line| wide(line) <= width), "{width}:\n{text}");
        }
    }
}
