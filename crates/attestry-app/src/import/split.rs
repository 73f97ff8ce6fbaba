//! Cuts a stream of JSON into its records: the elements of `{"Records":[…]}`, of a list, or objects one after
//! the other, mixed as one likes, without holding more than one record.

use std::io::{BufRead, Read};

use super::decode::{self, Text};
use super::error::{ImportError, Place};
use super::ndjson::LONGEST;

/// The members whose list holds the records.
const ENVELOPES: [&[u8]; 2] = [b"\"Records\"", b"\"Events\""];

/// Where the next record is looked for.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    /// Not inside anything.
    File,
    /// A list that is the whole.
    List,
    /// The list of an envelope.
    Envelope,
}

/// Reads objects one by one.
pub(super) struct Splitter<R: Read> {
    file: String,
    input: Text<R>,
    inside: Inside,
    line: u64,
    records: u64,
    object: Vec<u8>,
    /// Longest record in bytes.
    longest: usize,
}

impl<R: Read> Splitter<R> {
    pub(super) fn new(file: &str, input: Text<R>) -> Self {
        let file = file.to_owned();
        Self { file, input, inside: Inside::File, line: 1, records: 0, object: Vec::new(), longest: LONGEST }
    }

    /// For formats whose records are whole documents.
    pub(super) fn with_longest(mut self, longest: usize) -> Self {
        self.longest = longest;
        self
    }

    /// The next object with its place; `None` at the end.
    ///
    /// # Errors
    /// When something else than objects comes, or the file ends inside one.
    pub(super) fn next_object(&mut self) -> Result<Option<(Place, &[u8])>, ImportError> {
        loop {
            match (self.next_byte()?, self.inside) {
                (None, Inside::File) => return Ok(None),
                (None, _) => return Err(self.shape("the file ends in the middle of its list of records")),
                (Some(b' ' | b'\t' | b'\r' | b'\n' | b','), _) => {}
                (Some(b'['), Inside::File) => self.inside = Inside::List,
                (Some(b']'), Inside::List) => self.inside = Inside::File,
                (Some(b']'), Inside::Envelope) => self.leave_envelope()?,
                (Some(b'{'), inside) => {
                    let line = self.line;
                    self.object.clear();
                    self.object.push(b'{');
                    if inside == Inside::File && self.enters_envelope()? {
                        self.inside = Inside::Envelope;
                        continue;
                    }
                    self.take_object()?;
                    self.records += 1;
                    let place =
                        if inside == Inside::File { Place::Line(line) } else { Place::Record(self.records) };
                    return Ok(Some((place, &self.object)));
                }
                (Some(_), _) => return Err(self.shape("expected a JSON object or a list of them")),
            }
        }
    }

    /// The object read last, as the file has it.
    pub(super) fn object(&self) -> String {
        String::from_utf8_lossy(&self.object).into_owned()
    }

    fn next_byte(&mut self) -> Result<Option<u8>, ImportError> {
        let buffer = self.input.fill_buf().map_err(|error| decode::failure(&self.file, error))?;
        let byte = buffer.first().copied();
        if byte.is_some() {
            self.input.consume(1);
        }
        self.line += u64::from(byte == Some(b'\n'));
        Ok(byte)
    }

    /// Reads on while the text looks like `"Records": [`; what it read is in the object.
    fn enters_envelope(&mut self) -> Result<bool, ImportError> {
        loop {
            let Some(byte) = self.next_byte()? else { return Ok(false) };
            self.object.push(byte);
            let seen: Vec<u8> =
                self.object.iter().skip(1).copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            let fits = |name: &&[u8]| {
                let whole: Vec<u8> = name.iter().copied().chain(*b":[").collect();
                (whole.starts_with(&seen), whole.len() == seen.len())
            };
            match ENVELOPES.iter().map(fits).find(|(starts, _)| *starts) {
                Some((_, true)) => return Ok(true),
                Some(_) if self.object.len() < 256 => {}
                _ => return Ok(false),
            }
        }
    }

    /// Reads the rest of an object that was begun, to its closing brace.
    fn take_object(&mut self) -> Result<(), ImportError> {
        let mut scan = Scan::default();
        let closed = self.object.iter().any(|byte| scan.closes(*byte));
        if closed {
            return Ok(());
        }
        loop {
            let buffer = self.input.fill_buf().map_err(|error| decode::failure(&self.file, error))?;
            if buffer.is_empty() {
                return Err(self.shape("the file ends in the middle of a record"));
            }
            let end = buffer.iter().position(|byte| scan.closes(*byte));
            let length = end.map_or(buffer.len(), |at| at + 1);
            let part = buffer.get(..length).unwrap_or_default();
            self.line += part.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.object.extend_from_slice(part);
            self.input.consume(length);
            if self.object.len() > self.longest {
                return Err(self.shape(&format!("the record is longer than {} MiB", self.longest >> 20)));
            }
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Passes over what follows the list in its envelope.
    fn leave_envelope(&mut self) -> Result<(), ImportError> {
        self.object.clear();
        self.object.push(b'{');
        self.take_object()?;
        self.inside = Inside::File;
        Ok(())
    }

    fn shape(&self, reason: &str) -> ImportError {
        ImportError::Shape {
            file: self.file.clone(),
            place: Some(Place::Line(self.line)),
            reason: reason.to_owned(),
        }
    }
}

/// Follows braces and strings.
#[derive(Default)]
struct Scan {
    depth: u32,
    in_text: bool,
    escaped: bool,
}

impl Scan {
    /// Whether this byte closes the outermost brace.
    fn closes(&mut self, byte: u8) -> bool {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.in_text => self.escaped = true,
            b'"' => self.in_text = !self.in_text,
            _ if self.in_text => {}
            b'{' => self.depth = self.depth.saturating_add(1),
            b'}' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}
