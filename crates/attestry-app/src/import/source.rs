//! The right reader for a format.

use std::io::Read;

use attestry_domain::catalog::Stream;

use super::assemble::Assembler;
use super::cloudtrail::Trail;
use super::delimited::Delimited;
use super::driver::RecordSource;
use super::error::ImportError;
use super::map::{Map, MapError};
use super::ndjson::Lines;
use super::plan::Plan;
use super::{Format, decode};

/// A reader of records from bytes.
pub(super) enum Source<R: Read> {
    Lines(Box<Lines<R>>),
    Delimited(Box<Delimited<R>>),
    Trail(Box<Trail<R>>),
}

pub(super) fn open<R: Read>(
    stream: &Stream,
    format: Format,
    map: Option<&Map>,
    file: &str,
    input: R,
) -> Result<(Source<R>, Assembler), ImportError> {
    let text = |input| decode::open(file, map.map(|map| map.encoding).unwrap_or_default(), input);
    match format {
        Format::Ndjson => {
            let plan = Plan::new(stream, map, file)?;
            Ok((Source::Lines(Box::new(Lines::new(&plan, text(input)?))), Assembler::new(plan)))
        }
        Format::Csv => {
            let plan = Plan::new(stream, map, file)?;
            let delimiter = map.and_then(|map| map.delimiter).unwrap_or(b',');
            let reader = Delimited::new(&plan, delimiter, text(input)?)?;
            Ok((Source::Delimited(Box::new(reader)), Assembler::new(plan)))
        }
        Format::CloudTrail if map.is_some() => Err(MapError::Fixed.into()),
        Format::CloudTrail => {
            let (trail, plan) = Trail::new(stream, file, text(input)?)?;
            Ok((Source::Trail(Box::new(trail)), Assembler::new(plan)))
        }
        Format::Parquet | Format::Arrow => {
            let reason = "a columnar file has to be decoded into tables first".to_owned();
            Err(ImportError::Shape { file: file.to_owned(), place: None, reason })
        }
    }
}

impl<R: Read> RecordSource for Source<R> {
    fn read(&mut self, row: &mut Assembler) -> Result<bool, ImportError> {
        match self {
            Self::Lines(lines) => lines.read(row),
            Self::Delimited(rows) => rows.read(row),
            Self::Trail(trail) => trail.read(row),
        }
    }

    fn raw(&self) -> Option<String> {
        match self {
            Self::Lines(lines) => lines.raw(),
            Self::Delimited(rows) => rows.raw(),
            Self::Trail(trail) => trail.raw(),
        }
    }
}
