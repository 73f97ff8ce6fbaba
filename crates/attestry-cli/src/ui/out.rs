//! Where answers go: a page for people, or one JSON document for machines.

use std::fmt::Display;
use std::io::Write;

use anstyle::Style;
use serde::Serialize;

use crate::ui::fault::Fault;
use crate::ui::table::Table;
use crate::ui::words::wrapped;

/// The width of what is no terminal.
const WIDTH: usize = 100;

/// The way out of a verb.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    json: bool,
    width: usize,
}

/// Text for people, as it is put together.
#[derive(Debug, Default)]
pub(crate) struct Page {
    text: String,
    width: usize,
}

impl Out {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, width: width() }
    }

    /// Whether the answer is for a machine.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// Prints the document, or what `page` makes of it.
    pub(crate) fn show<T: Serialize>(self, document: &T, page: impl FnOnce(&mut Page)) -> Result<(), Fault> {
        if self.json {
            let text =
                serde_json::to_string_pretty(document).map_err(|error| Fault::failed(error.to_string()))?;
            return print(&format!("{text}\n"));
        }
        let mut made = Page { text: String::new(), width: self.width };
        page(&mut made);
        print(&made.text)
    }
}

/// Prints a text as it is; colours go where they are wanted. Whoever stops reading has had enough.
pub(crate) fn print(text: &str) -> Result<(), Fault> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Fault::failed(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// The terminal's width, what `COLUMNS` says, or 100.
pub(crate) fn width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    said.or_else(seen).unwrap_or(WIDTH).clamp(20, 200)
}

impl Page {
    /// Columns that a line has.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// A line in bold that says what follows.
    pub(crate) fn title(&mut self, words: impl Display) {
        let bold = Style::new().bold();
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&format!("{bold}{words}{bold:#}\n"));
    }

    /// A sentence, wrapped.
    pub(crate) fn say(&mut self, words: impl Display) {
        self.indented(0, words);
    }

    /// A sentence, wrapped, so many columns in.
    pub(crate) fn indented(&mut self, indent: usize, words: impl Display) {
        for line in wrapped(&words.to_string(), self.width.saturating_sub(indent)) {
            self.text.push_str(&" ".repeat(indent));
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// A sentence in the background.
    pub(crate) fn note(&mut self, words: impl Display) {
        let dim = Style::new().dimmed();
        for line in wrapped(&words.to_string(), self.width) {
            self.text.push_str(&format!("{dim}{line}{dim:#}\n"));
        }
    }

    pub(crate) fn table(&mut self, table: &Table) {
        self.text.push_str(&table.render(self.width));
    }

    /// A line as it is.
    pub(crate) fn raw(&mut self, line: impl Display) {
        self.text.push_str(&format!("{line}\n"));
    }

    pub(crate) fn gap(&mut self) {
        self.text.push('\n');
    }
}
