//! YAML as a tree that knows its lines. Scalars stay as they are written, so that `6.10` is never read as 6.1.

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, Span};

use crate::error::Fault;

/// Deeper than any catalog file goes, shallow enough for the stack.
const DEEPEST: usize = 32;

/// A value and the line it starts on, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// As written; `plain` is without quotes and not a block.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) line: usize,
    pub(crate) value: Node,
}

/// A fault and its line.
type At = (usize, Fault);

impl Node {
    /// What it is, in words.
    pub(crate) fn shape(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar { .. } if self.is_null() => "nothing",
            Kind::Scalar { .. } => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }

    /// Whether nothing is there.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if ["", "~", "null"].contains(&text.as_str()))
    }

    /// Calls a function with every scalar below, and its line.
    pub(crate) fn each_text(&self, visit: &mut impl FnMut(&str, usize)) {
        match &self.kind {
            Kind::Scalar { text, .. } => visit(text, self.line),
            Kind::List(items) => items.iter().for_each(|item| item.each_text(visit)),
            Kind::Map(entries) => entries.iter().for_each(|entry| entry.value.each_text(visit)),
        }
    }
}

/// Reads the one document of a file.
pub(crate) fn parse(text: &str) -> Result<Node, At> {
    let mut builder = Builder { parser: Parser::new_from_str(text) };
    loop {
        match builder.next()? {
            (Event::StreamEnd, line) => return Err((line, Fault::Yaml("the file is empty".to_owned()))),
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            (event, line) => {
                let node = builder.node(event, line, 0)?;
                return builder.end().map(|()| node);
            }
        }
    }
}

struct Builder<'a> {
    parser: Parser<'a, serde_saphyr::granit_parser::StrInput<'a>>,
}

impl<'a> Builder<'a> {
    /// The next event that is no comment, with its line.
    fn next(&mut self) -> Result<(Event<'a>, usize), At> {
        loop {
            match self.parser.next() {
                None => return Ok((Event::StreamEnd, 0)),
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok((event, span))) => return Ok((event, line(&span))),
                Some(Err(error)) => return Err((error.marker().line(), Fault::Yaml(error.info()))),
            }
        }
    }

    fn end(&mut self) -> Result<(), At> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentEnd, _) => {}
                (_, line) => return Err((line, Fault::Yaml("a second document starts here".to_owned()))),
            }
        }
    }

    fn node(&mut self, event: Event<'a>, line: usize, depth: usize) -> Result<Node, At> {
        if depth > DEEPEST {
            return Err((line, Fault::Yaml(format!("nested deeper than {DEEPEST} levels"))));
        }
        let kind = match event {
            Event::Scalar(.., Some(_))
            | Event::SequenceStart(.., Some(_))
            | Event::MappingStart(.., Some(_)) => {
                return Err((line, Fault::Unused("tags are")));
            }
            Event::Scalar(text, style, ..) => {
                Kind::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain }
            }
            Event::SequenceStart(..) => Kind::List(self.items(depth)?),
            Event::MappingStart(..) => Kind::Map(self.entries(depth)?),
            Event::Alias(_) => return Err((line, Fault::Unused("aliases are"))),
            other => return Err((line, Fault::Yaml(format!("unexpected {other:?}")))),
        };
        Ok(Node { line, kind })
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, At> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, line) => items.push(self.node(event, line, depth + 1)?),
            }
        }
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<Entry>, At> {
        let mut entries = Vec::new();
        loop {
            let (event, line) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(entries);
            }
            let key = match self.node(event, line, depth + 1)?.kind {
                Kind::Scalar { text, .. } => text,
                _ => return Err((line, Fault::Yaml("a key must be a single value".to_owned()))),
            };
            let (event, value_line) = self.next()?;
            entries.push(Entry { key, line, value: self.node(event, value_line, depth + 1)? });
        }
    }
}

fn line(span: &Span) -> usize {
    span.start.line()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (usize, String) {
        let (line, fault) = parse(text).unwrap_err();
        (line, fault.to_string())
    }

    #[test]
    fn scalars_stay_as_written_and_know_their_line() {
        let node = parse("# head\na: 6.10\nb:\n  - \"x\"\n").unwrap();
        let Kind::Map(entries) = node.kind else { panic!() };
        assert_eq!(
            entries[0].value,
            Node { line: 2, kind: Kind::Scalar { text: "6.10".into(), plain: true } }
        );
        let Kind::List(items) = &entries[1].value.kind else { panic!() };
        assert_eq!(items[0], Node { line: 4, kind: Kind::Scalar { text: "x".into(), plain: false } });
    }

    #[test]
    fn tags_aliases_second_documents_and_empty_files_are_refused() {
        assert_eq!(fault("a: !x 1\n"), (1, "tags are not used in catalogs; write the value out".into()));
        assert_eq!(
            fault("a: &x 1\nb: *x\n"),
            (2, "aliases are not used in catalogs; write the value out".into())
        );
        assert_eq!(
            fault("a: 1\n---\nb: 1\n"),
            (2, "not readable as YAML: a second document starts here".into())
        );
        assert_eq!(fault("").1, "not readable as YAML: the file is empty");
    }

    #[test]
    fn nesting_without_end_is_refused() {
        assert!(fault(&("[".repeat(100) + &"]".repeat(100))).1.contains("nested deeper than 32 levels"));
        assert!(fault(&"[".repeat(100_000)).1.starts_with("not readable as YAML"));
    }
}
