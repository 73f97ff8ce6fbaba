//! Files of other products, item by item, as records of the stream that is wanted.

use std::collections::VecDeque;
use std::io::Read;

use attestry_domain::catalog::Stream;
use attestry_domain::id::StreamId;
use serde_json::Value;

use super::assemble::Assembler;
use super::cell::Cell;
use super::decode::{self, Text};
use super::driver::{Driver, RecordSource};
use super::error::{ImportError, Place, RowError, shown};
use super::foreign::{Fields, Out, Refused};
use super::plan::Plan;
use super::product::{Product, Reads};
use super::split::Splitter;
use super::{Aside, Chunks};

/// Largest document that is read at once, in bytes: 256 MiB.
const LARGEST: usize = 1 << 28;

/// What a file of a product holds.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Items in it.
    pub items: u64,
    /// Records for each stream, in the order in which they were met.
    pub streams: Vec<(StreamId, u64)>,
    /// Items that no stream takes: their kind, why, how many.
    pub passed: Vec<(String, &'static str, u64)>,
}

/// Reads the items of a file.
pub(super) struct Items<R: Read> {
    product: Product,
    file: String,
    input: Input<R>,
    out: Out,
}

enum Input<R: Read> {
    Split(Box<Splitter<R>>),
    Whole(Option<Text<R>>),
}

impl<R: Read> Items<R> {
    fn open(product: Product, file: &str, input: R) -> Result<Self, ImportError> {
        let text = decode::open(file, Default::default(), input)?;
        let input = match product.reads() {
            Reads::Items(_) => Input::Split(Box::new(Splitter::new(file, text).with_longest(LARGEST))),
            Reads::Document(_) => Input::Whole(Some(text)),
        };
        Ok(Self { product, file: file.to_owned(), input, out: Out::default() })
    }

    /// Reads the next item into `out`; false at the end.
    fn advance(&mut self) -> Result<bool, ImportError> {
        match (&mut self.input, self.product.reads()) {
            (Input::Split(splitter), Reads::Items(item)) => {
                let Some((_, object)) = splitter.next_object()? else { return Ok(false) };
                self.out.begin();
                match serde_json::from_slice::<Value>(object) {
                    Ok(value) => item(&value, &mut self.out),
                    Err(error) => self.out.refuse(super::json::rule(&error)),
                }
                Ok(true)
            }
            (Input::Whole(text), Reads::Document(document)) => {
                let Some(text) = text.take() else { return Ok(false) };
                let bytes = whole(&self.file, text)?;
                document(&bytes, &mut self.out).map_err(|reason| self.shape(reason))?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn shape(&self, reason: String) -> ImportError {
        ImportError::Shape { file: self.file.clone(), place: None, reason }
    }
}

fn whole<R: Read>(file: &str, text: Text<R>) -> Result<Vec<u8>, ImportError> {
    let mut bytes = Vec::new();
    text.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(|error| decode::failure(file, error))?;
    if bytes.len() <= LARGEST {
        return Ok(bytes);
    }
    let reason = format!("the file is longer than {} MiB", LARGEST >> 20);
    Err(ImportError::Shape { file: file.to_owned(), place: None, reason })
}

/// Goes through a file once: what it holds, and what is wrong with it.
///
/// # Errors
/// When it cannot be read, or has items that should be records and are not and no list is given to keep them aside.
pub fn survey<R: Read>(
    product: Product,
    file: &str,
    input: R,
    aside: Option<&Aside>,
) -> Result<Survey, ImportError> {
    let mut items = Items::open(product, file, input)?;
    let (mut survey, mut refused) = (Survey::default(), Vec::new());
    while items.advance()? {
        for found in items.out.found.drain(..) {
            count(&mut survey.streams, found.stream)?;
        }
        for one in items.out.refused.drain(..) {
            refuse(one, aside, &mut refused);
        }
        if refused.len() >= super::error::MOST_ERRORS {
            return Err(ImportError::Rows { file: file.to_owned(), errors: refused, more: true });
        }
    }
    if !refused.is_empty() {
        return Err(ImportError::Rows { file: file.to_owned(), errors: refused, more: false });
    }
    survey.items = items.out.items;
    survey.passed = items.out.passed.into_iter().map(|((kind, why), count)| (kind, why, count)).collect();
    Ok(survey)
}

fn count(streams: &mut Vec<(StreamId, u64)>, stream: &'static str) -> Result<(), ImportError> {
    match streams.iter_mut().find(|(known, _)| known.as_str() == stream) {
        Some((_, count)) => *count += 1,
        None => {
            let id = stream.parse().map_err(|_| ImportError::Shape {
                file: stream.to_owned(),
                place: None,
                reason: "is no name of a stream".to_owned(),
            })?;
            streams.push((id, 1));
        }
    }
    Ok(())
}

fn refuse(one: Refused, aside: Option<&Aside>, refused: &mut Vec<RowError>) {
    let error = RowError { place: Place::Record(one.item), column: None, value: None, rule: one.rule };
    let kept = aside.is_some_and(|aside| aside.add(error.place, None, std::slice::from_ref(&error)));
    if !kept {
        refused.push(error);
    }
}

/// The records that a file has for one stream. What it does not state is taken from `stated`.
pub fn records_for<R: Read>(
    stream: &Stream,
    product: Product,
    stated: &[(String, String)],
    file: &str,
    input: R,
) -> impl Chunks + use<R> {
    let opened = Wanted::open(stream, product, stated, file, input);
    Driver::new(stream, file, opened)
}

/// Offers the records of one stream.
struct Wanted<R: Read> {
    items: Items<R>,
    stream: String,
    waiting: VecDeque<(u64, Fields)>,
    columns: Vec<String>,
    stated: Vec<(usize, String)>,
    last: Option<Fields>,
}

impl<R: Read> Wanted<R> {
    fn open(
        stream: &Stream,
        product: Product,
        stated: &[(String, String)],
        file: &str,
        input: R,
    ) -> Result<(Self, Assembler), ImportError> {
        let plan = Plan::new(stream, None, file)?;
        let columns: Vec<String> = plan.sources.iter().map(|source| source.name.clone()).collect();
        let place = |name: &str| columns.iter().position(|column| column == name);
        let stated = stated.iter().filter_map(|(name, value)| Some((place(name)?, value.clone()))).collect();
        let items = Items::open(product, file, input)?;
        let stream = stream.id.to_string();
        Ok((
            Self { items, stream, waiting: VecDeque::new(), columns, stated, last: None },
            Assembler::new(plan),
        ))
    }
}

impl<R: Read> RecordSource for Wanted<R> {
    fn read(&mut self, row: &mut Assembler) -> Result<bool, ImportError> {
        while self.waiting.is_empty() {
            if !self.items.advance()? {
                return Ok(false);
            }
            let found = self.items.out.found.drain(..).filter(|found| found.stream == self.stream);
            self.waiting.extend(found.map(|found| (found.item, found.fields)));
        }
        let Some((item, fields)) = self.waiting.pop_front() else { return Ok(false) };
        row.begin(Place::Record(item));
        for (name, value) in fields.iter() {
            match self.columns.iter().position(|column| column == name) {
                Some(source) => row.offer(source, cell(value)),
                None => {
                    row.reject(Some(name.to_owned()), Some(shown(&value.to_string())), unknown(&self.stream))
                }
            }
        }
        for (source, value) in &self.stated {
            let absent = self.columns.get(*source).is_some_and(|name| fields.get(name).is_none());
            if absent {
                row.offer(*source, Cell::Text(value));
            }
        }
        row.finish()?;
        self.last = Some(fields);
        Ok(true)
    }

    fn raw(&self) -> Option<String> {
        let fields = self.last.as_ref()?;
        let object: serde_json::Map<String, Value> =
            fields.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        serde_json::to_string(&object).ok()
    }
}

fn unknown(stream: &str) -> String {
    format!(
        "is no column of stream `{stream}` in the catalog in force; take in the newest with `attestry catalog adopt`"
    )
}

fn cell(value: &Value) -> Cell<'_> {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(truth) => Cell::Boolean(*truth),
        Value::String(text) => Cell::Text(text),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Cell::Integer(number),
            (None, Some(number)) => Cell::Unsigned(number),
            _ => number.as_f64().map_or(Cell::Null, Cell::Float),
        },
        Value::Array(_) | Value::Object(_) => Cell::Nested,
    }
}

/// The product whose format a file's first item shows; `None` when it shows none.
///
/// # Errors
/// When the file cannot be read.
pub fn recognise<R: Read>(file: &str, input: R) -> Result<Option<Product>, ImportError> {
    let text = decode::open(file, Default::default(), input)?;
    let mut splitter = Splitter::new(file, text).with_longest(LARGEST);
    // What is no JSON is no reason to refuse here: it may be of another format.
    let Ok(Some((_, object))) = splitter.next_object() else { return Ok(None) };
    Ok(serde_json::from_slice::<Value>(object).ok().and_then(|item| Product::of_item(&item)))
}
