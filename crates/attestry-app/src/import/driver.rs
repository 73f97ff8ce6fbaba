//! One record at a time in, chunks out.

use attestry_domain::catalog::Stream;

use super::aside::Aside;
use super::assemble::Assembler;
use super::error::{ImportError, MOST_ERRORS};
use super::{CHUNK_ROWS, Chunk, Chunks, canonical};

/// Where records come from.
pub(super) trait RecordSource {
    /// Reads one record into the assembler, or notes there why it is refused; `false` at the end.
    ///
    /// # Errors
    /// What makes the rest of the file unreadable or meaningless.
    fn read(&mut self, row: &mut Assembler) -> Result<bool, ImportError>;

    /// The record read last as the file has it, where that can be told.
    fn raw(&self) -> Option<String>;
}

/// Cuts what a source gives into chunks.
pub(super) struct Driver<S> {
    stream: String,
    file: String,
    state: State<S>,
    first_row: u64,
    aside: Option<Aside>,
}

enum State<S> {
    Refused(ImportError),
    Reading(S, Box<Assembler>),
    Done,
}

impl<S: RecordSource> Driver<S> {
    pub(super) fn new(stream: &Stream, file: &str, opened: Result<(S, Assembler), ImportError>) -> Self {
        let state = match opened {
            Ok((source, row)) => State::Reading(source, Box::new(row)),
            Err(error) => State::Refused(error),
        };
        Self { stream: stream.id.to_string(), file: file.to_owned(), state, first_row: 0, aside: None }
    }

    /// Moves what is wrong with the record read last aside; false when there are too many.
    fn set_aside(&self, source: &S, row: &mut Assembler) -> bool {
        let Some(aside) = &self.aside else { return true };
        let errors = row.take_errors();
        errors.first().is_none_or(|first| aside.add(first.place, source.raw(), &errors))
    }

    fn refusal(&self, row: &mut Assembler, more: bool) -> ImportError {
        ImportError::Rows { file: self.file.clone(), errors: row.take_errors(), more }
    }

    fn chunk(&mut self, row: &mut Assembler) -> Option<Chunk> {
        let table = row.take_table()?;
        let digest = canonical::digest(&self.stream, &table);
        let first_row = self.first_row;
        self.first_row += table.len() as u64;
        Some(Chunk { table, digest, first_row })
    }

    /// Reads on until a chunk is full, the file is at its end or too much is wrong.
    fn advance(&mut self, source: &mut S, row: &mut Assembler) -> (Option<Result<Chunk, ImportError>>, bool) {
        loop {
            let read = source.read(row);
            if read.is_ok() && row.errors() > 0 && !self.set_aside(source, row) {
                let reason = "too many records break a rule to be kept aside; correct the file".to_owned();
                let error = ImportError::Shape { file: self.file.clone(), place: None, reason };
                return (Some(Err(error)), false);
            }
            match read {
                Ok(true) if row.errors() >= MOST_ERRORS => {
                    return (Some(Err(self.refusal(row, true))), false);
                }
                Ok(true) if row.rows() == CHUNK_ROWS => return (self.chunk(row).map(Ok), true),
                Ok(true) => {}
                Ok(false) if row.errors() > 0 => return (Some(Err(self.refusal(row, false))), false),
                Ok(false) => return (self.chunk(row).map(Ok), false),
                Err(_) if row.errors() > 0 => return (Some(Err(self.refusal(row, true))), false),
                Err(error) => return (Some(Err(error)), false),
            }
        }
    }
}

impl<S: RecordSource> Chunks for Driver<S> {
    fn keeping_aside(mut self, aside: Option<Aside>) -> Self {
        self.aside = aside;
        self
    }
}

impl<S: RecordSource> Iterator for Driver<S> {
    type Item = Result<Chunk, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => None,
            State::Refused(error) => Some(Err(error)),
            State::Reading(mut source, mut row) => {
                let (item, goes_on) = self.advance(&mut source, &mut row);
                if goes_on {
                    self.state = State::Reading(source, row);
                }
                item
            }
        }
    }
}
