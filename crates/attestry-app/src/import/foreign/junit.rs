//! JUnit XML, as test runners write it: every suite below the root is a `build` of kind test.
//!
//! Cases are counted as they stand in the report, those of suites within a suite included. A suite may state more
//! failures or errors than its cases show, when it broke outside of a case: the larger number counts. A suite that
//! states more cases than it holds was cut off, and is refused. Cases directly below the root are a suite of their own.
//!
//! The report says when a suite started, often without an offset from UTC: such an instant is handed on as it is
//! written, and needs a time zone to be one. It says neither repository nor commit, unless a runner wrote them as
//! properties. Output of the tests is not taken.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Fields, Out, finding};

mod suite;

use suite::{Case, Suite};

#[cfg(test)]
mod tests;

/// Deepest nesting of elements; real reports stay below ten.
const DEEPEST: usize = 64;
/// Attributes of one element that are looked at; no runner writes more than a dozen.
const ATTRIBUTES: usize = 64;

/// Whether a file begins like a JUnit report.
pub fn recognises(_name: &str, head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    while let Some(inside) = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!--")) {
        let end = if rest.starts_with("<?") { "?>" } else { "-->" };
        let Some((_, after)) = inside.split_once(end) else { return false };
        rest = after.trim_start();
    }
    let root = rest.strip_prefix('<').unwrap_or_default();
    let name = root.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default();
    matches!(name, "testsuites" | "testsuite")
}

/// Reads a report.
///
/// # Errors
/// When the file is no well-formed XML in UTF-8, declares a document type, nests deeper than 64 elements, ends
/// before its last element does, or has another root than `testsuites` or `testsuite`.
pub fn document(bytes: &[u8], out: &mut Out) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())?;
    let mut report = Report::new(bytes);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("is no well-formed XML at byte {}: {error}", reader.error_position()))?;
        match event {
            Event::Start(element) => report.open(&element)?,
            Event::Empty(element) => {
                report.open(&element)?;
                report.close(out);
            }
            Event::End(_) => report.close(out),
            Event::DocType(_) => {
                return Err("declares a document type, which a test report has no need of".to_owned());
            }
            Event::Eof => return report.finish(),
            _ => {}
        }
    }
}

/// What an open element is.
enum Open {
    Root(Suite),
    Suite(Suite),
    Case(Case),
    Other,
}

/// A report while it is read.
struct Report {
    digest: String,
    open: Vec<Open>,
    suites: u64,
    began: bool,
}

impl Report {
    fn new(bytes: &[u8]) -> Self {
        let mut digest = hex::encode(Sha256::digest(bytes));
        digest.truncate(32);
        Self { digest, open: Vec::new(), suites: 0, began: false }
    }

    fn open(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err(format!("nests deeper than {DEEPEST} elements"));
        }
        let name = element.local_name();
        let name = name.as_ref();
        if self.open.is_empty() && (self.began || !matches!(name, "testsuites" | "testsuite")) {
            return Err(format!("has root `{name}`, not one `testsuites` or `testsuite`"));
        }
        self.began = true;
        let open = match (name, self.open.last()) {
            ("testsuites", None) => Open::Root(Suite::of(&attributes(element)?)),
            ("testsuite", None | Some(Open::Root(_) | Open::Suite(_))) => {
                Open::Suite(Suite::of(&attributes(element)?))
            }
            ("testcase", Some(Open::Root(_) | Open::Suite(_))) => Open::Case(Case::of(&attributes(element)?)),
            ("property", Some(Open::Other)) => {
                self.property(&attributes(element)?);
                Open::Other
            }
            (outcome, _) => {
                if let Some(Open::Case(case)) = self.open.last_mut() {
                    case.note(outcome);
                }
                Open::Other
            }
        };
        self.open.push(open);
        Ok(())
    }

    /// Notes a property of the innermost suite.
    fn property(&mut self, attributes: &[(String, String)]) {
        let value = |wanted: &str| {
            attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
        };
        let Some((name, value)) = value("name").zip(value("value")) else { return };
        for open in self.open.iter_mut().rev() {
            match open {
                Open::Root(suite) | Open::Suite(suite) => return suite.property(name, value),
                Open::Case(_) => return,
                Open::Other => {}
            }
        }
    }

    fn close(&mut self, out: &mut Out) {
        match self.open.pop() {
            Some(Open::Case(case)) => {
                if let Some(Open::Root(suite) | Open::Suite(suite)) = self.open.last_mut() {
                    suite.count(case);
                }
            }
            Some(Open::Suite(suite)) => match self.open.last_mut() {
                Some(Open::Suite(outer)) => outer.include(&suite),
                Some(Open::Root(root)) => {
                    let suite = suite.within(root);
                    self.record(&suite, out);
                }
                _ => self.record(&suite, out),
            },
            Some(Open::Root(root)) => self.end(root, out),
            _ => {}
        }
    }

    fn record(&mut self, suite: &Suite, out: &mut Out) {
        out.begin();
        self.suites += 1;
        match suite.fields() {
            Ok(fields) => out.record("build", self.named(fields)),
            Err(rule) => out.refuse(rule),
        }
    }

    /// The cases that stand in no suite are one, and the root's own number is held against all of them.
    fn end(&mut self, root: Suite, out: &mut Out) {
        if let Some(rule) = root.lacks() {
            out.begin();
            out.refuse(rule);
        }
        if let Some(loose) = root.loose() {
            self.record(&loose, out);
        }
    }

    fn named(&self, fields: Fields) -> Fields {
        fields.with("build_id", Value::from(format!("junit:{}#{}", self.digest, self.suites)))
    }

    fn finish(self) -> Result<(), String> {
        match (self.began, self.open.is_empty()) {
            (true, true) => Ok(()),
            (false, _) => Err("holds no test report".to_owned()),
            (true, false) => Err("ends before its last element does: it was cut off".to_owned()),
        }
    }
}

/// The attributes of an element, by name.
fn attributes(element: &BytesStart<'_>) -> Result<Vec<(String, String)>, String> {
    let mut all = Vec::new();
    for attribute in element.attributes().with_checks(false).take(ATTRIBUTES) {
        let attribute =
            attribute.map_err(|error| format!("has an attribute that cannot be read: {error}"))?;
        let name = attribute.key.local_name().as_ref().to_owned();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| format!("attribute `{name}` cannot be read: {error}"))?;
        all.push((name, value.into_owned()));
    }
    Ok(all)
}

/// A text cut to the length of a line.
fn line(text: &str) -> Option<String> {
    finding::line(text)
}
