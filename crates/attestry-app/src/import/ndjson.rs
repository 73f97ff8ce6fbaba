//! JSON Lines: one object a line. Blank lines are passed over.

use std::io::{BufRead, Read};

use super::assemble::Assembler;
use super::cell::Cell;
use super::decode::{self, Text};
use super::driver::RecordSource;
use super::error::{ImportError, Place, shown};
use super::json::{self, Sink, Tree};
use super::plan::Plan;

/// Longest record in bytes: 16 MiB.
pub(super) const LONGEST: usize = 1 << 24;

/// Reads a file line by line.
pub(super) struct Lines<R: Read> {
    file: String,
    tree: Tree,
    input: Text<R>,
    line: Vec<u8>,
    number: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(plan: &Plan, input: Text<R>) -> Self {
        let tree = Tree::new(plan.sources.iter().map(|source| source.name.as_str()));
        Self { file: plan.file.clone(), tree, input, line: Vec::new(), number: 0 }
    }

    fn next_line(&mut self) -> Result<bool, ImportError> {
        self.line.clear();
        self.number += 1;
        let mut limited = (&mut self.input).take(LONGEST as u64 + 1);
        let read =
            limited.read_until(b'\n', &mut self.line).map_err(|error| decode::failure(&self.file, error))?;
        if read > LONGEST {
            return Err(self.shape(format!("the line is longer than {} MiB", LONGEST >> 20)));
        }
        Ok(read > 0)
    }

    fn shape(&self, reason: String) -> ImportError {
        ImportError::Shape { file: self.file.clone(), place: Some(Place::Line(self.number)), reason }
    }
}

impl<R: Read> RecordSource for Lines<R> {
    fn read(&mut self, row: &mut Assembler) -> Result<bool, ImportError> {
        loop {
            if !self.next_line()? {
                return Ok(false);
            }
            if self.line.iter().any(|byte| !byte.is_ascii_whitespace()) {
                break;
            }
        }
        row.begin(Place::Line(self.number));
        match std::str::from_utf8(&self.line) {
            Ok(text) if text.trim_start().starts_with('[') => {
                let reason =
                    "expected one JSON object a line, not a list; write each record on a line of its own";
                return Err(self.shape(reason.to_owned()));
            }
            Ok(text) => {
                if let Err(error) = self.tree.walk(text, row) {
                    row.reject(None, Some(shown(text.trim())), json::rule(&error));
                }
            }
            Err(error) => {
                let column = error.valid_up_to() + 1;
                let rule = format!(
                    "is not UTF-8 at byte {column}; save the file as UTF-8, or state its `encoding` in a map"
                );
                row.reject(None, Some(shown(&String::from_utf8_lossy(&self.line))), rule);
            }
        }
        row.finish()?;
        Ok(true)
    }

    fn raw(&self) -> Option<String> {
        Some(String::from_utf8_lossy(&self.line).trim_end().to_owned())
    }
}

impl Sink for Assembler {
    fn offer(&mut self, source: usize, cell: Cell<'_>) {
        Self::offer(self, source, cell);
    }

    fn unknown(&mut self, name: &str) {
        self.note_unknown(name);
    }
}
