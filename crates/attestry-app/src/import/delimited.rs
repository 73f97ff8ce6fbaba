//! CSV with a header. Quotes as RFC 4180 has them; every record has as many cells as the header.

use std::io::{self, Read};

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use super::assemble::Assembler;
use super::cell::Cell;
use super::decode::{self, Text};
use super::driver::RecordSource;
use super::error::{ImportError, Place, shown};
use super::plan::Plan;

/// Reads a file record by record.
pub(super) struct Delimited<R: Read> {
    file: String,
    reader: Reader<Quotes<Text<R>>>,
    /// The source of each cell, by position.
    cells: Vec<Option<usize>>,
    record: ByteRecord,
}

impl<R: Read> Delimited<R> {
    pub(super) fn new(plan: &Plan, delimiter: u8, input: Text<R>) -> Result<Self, ImportError> {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(Quotes { input, count: 0, last: 0, returns: None });
        let file = plan.file.clone();
        let mut rows = Self { file, reader, cells: Vec::new(), record: ByteRecord::new() };
        rows.next_record()?;
        let names: Result<Vec<String>, _> = rows
            .record
            .iter()
            .map(|name| std::str::from_utf8(name).map(|name| name.trim().to_owned()))
            .collect();
        let names = names.map_err(|_| {
            rows.shape("the header is not UTF-8; save the file as UTF-8, or state its `encoding` in a map")
        })?;
        rows.cells = plan.header(&names, rows.place())?;
        Ok(rows)
    }

    fn next_record(&mut self) -> Result<bool, ImportError> {
        let read = self.reader.read_byte_record(&mut self.record).map_err(|error| {
            let text = error.to_string();
            match error.into_kind() {
                ErrorKind::Io(error) => decode::failure(&self.file, error),
                _ => self.shape(&text),
            }
        })?;
        if !read && self.reader.get_ref().count % 2 == 1 {
            return Err(self.shape("a quote is opened and never closed"));
        }
        Ok(read)
    }

    /// The line that the record begins on. The reader counts a line feed when it passes it: for a record after
    /// blank lines, or after CR LF, its start is too early and counting back from its end is right; for a last
    /// record without a line feed it is the other way round. The later of the two is right in all cases.
    fn place(&self) -> Place {
        let start = self.record.position().map_or(1, csv::Position::line);
        let inside = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let ending = u64::from(self.reader.get_ref().returns != Some(true));
        let counted_back = self.reader.position().line().saturating_sub(inside + ending);
        Place::Line(start.max(counted_back))
    }

    fn shape(&self, reason: &str) -> ImportError {
        ImportError::Shape { file: self.file.clone(), place: Some(self.place()), reason: reason.to_owned() }
    }
}

impl<R: Read> RecordSource for Delimited<R> {
    fn read(&mut self, row: &mut Assembler) -> Result<bool, ImportError> {
        if !self.next_record()? {
            return Ok(false);
        }
        row.begin(self.place());
        if self.record.len() != self.cells.len() {
            let rule = format!(
                "the record has {} cells where the header has {}",
                self.record.len(),
                self.cells.len()
            );
            row.reject(None, None, rule);
            row.finish()?;
            return Ok(true);
        }
        for (cell, source) in self.record.iter().zip(&self.cells) {
            let Some(source) = source else { continue };
            match std::str::from_utf8(cell) {
                Ok(text) => row.offer(*source, Cell::Text(text)),
                Err(_) => {
                    let column = row.plan.sources.get(*source).map(|source| source.name.clone());
                    let rule = "is not UTF-8; save the file as UTF-8, or state its `encoding` in a map";
                    row.reject(column, Some(shown(&String::from_utf8_lossy(cell))), rule.to_owned());
                }
            }
        }
        row.finish()?;
        Ok(true)
    }

    fn raw(&self) -> Option<String> {
        let cells: Vec<_> = self.record.iter().map(String::from_utf8_lossy).collect();
        serde_json::to_string(&cells).ok()
    }
}

/// Counts the quotes that pass: an odd number at the end means that one was never closed, and that the records
/// after it vanished into a cell.
struct Quotes<R> {
    input: R,
    count: usize,
    last: u8,
    /// Whether lines end in CR LF; as the first line does.
    returns: Option<bool>,
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.count += buffer.iter().take(read).filter(|byte| **byte == b'"').count();
        let text = buffer.get(..read).unwrap_or_default();
        if let (None, Some(at)) = (self.returns, text.iter().position(|byte| *byte == b'\n')) {
            let before = at.checked_sub(1).and_then(|at| text.get(at)).unwrap_or(&self.last);
            self.returns = Some(*before == b'\r');
        }
        self.last = text.last().copied().unwrap_or(self.last);
        Ok(read)
    }
}
