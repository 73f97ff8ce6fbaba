//! Front matter as a tree of texts: scalars stay as they are written, so that version `1.10` is never read as 1.1.

use serde_json::{Map, Value};
use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle};

/// Deeper than any card goes, shallow enough for the stack.
const DEEPEST: usize = 24;

/// Longest front matter, in bytes.
const LONGEST: usize = 256 << 10;

/// Reads front matter; every scalar is a text, or null where nothing is written.
pub(super) fn read(text: &str) -> Result<Map<String, Value>, String> {
    if text.len() > LONGEST {
        return Err("front matter is longer than 256 KiB".to_owned());
    }
    let mut reader = Reader { parser: Parser::new_from_str(text), line: 0 };
    loop {
        match reader.next()? {
            Event::StreamEnd => return Ok(Map::new()),
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            Event::Scalar(value, ..) if value.trim().is_empty() => {}
            event => {
                let Value::Object(members) = reader.node(event, 0)? else {
                    return Err(reader.broken("is no map"));
                };
                return Ok(members);
            }
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, serde_saphyr::granit_parser::StrInput<'t>>,
    line: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Event<'t>, String> {
        loop {
            match self.parser.next() {
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok((event, span))) => {
                    self.line = span.start.line();
                    return Ok(event);
                }
                Some(Err(error)) => return Err(format!("front matter is broken YAML: {error}")),
                None => return Ok(Event::StreamEnd),
            }
        }
    }

    fn broken(&self, why: &str) -> String {
        format!("front matter, line {}: {why}", self.line)
    }

    fn node(&mut self, event: Event<'t>, depth: usize) -> Result<Value, String> {
        if depth > DEEPEST {
            return Err(self.broken(&format!("is nested deeper than {DEEPEST} levels")));
        }
        match event {
            Event::Scalar(text, style, ..) => Ok(scalar(&text, style)),
            Event::SequenceStart(..) => self.sequence(depth),
            Event::MappingStart(..) => self.mapping(depth),
            Event::Alias(..) => Err(self.broken("uses an alias; write the value out")),
            _ => Err(self.broken("ends too early")),
        }
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, String> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::Array(items)),
                event => items.push(self.node(event, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, String> {
        let mut members = Map::new();
        loop {
            let name = match self.next()? {
                Event::MappingEnd => return Ok(Value::Object(members)),
                Event::Scalar(name, ..) => name.into_owned(),
                _ => return Err(self.broken("has a name that is no single word")),
            };
            let event = self.next()?;
            let value = self.node(event, depth + 1)?;
            if members.insert(name.clone(), value).is_some() {
                return Err(self.broken(&format!("states {} twice", super::super::ai::shown(&name))));
            }
        }
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style == ScalarStyle::Plain && ["", "~", "null"].contains(&text) {
        return Value::Null;
    }
    Value::String(text.to_owned())
}
