//! The list of every file in a package, as CSV.

use std::collections::BTreeSet;

use attestry_domain::time::Instant;
use attestry_ledger::SignedCheckpoint;
use attestry_ledger::package::EVENTS_TO_A_FILE;

use crate::AppError;

/// What a tile is.
pub(super) const TILE: &str = "hashes on the way from the events to the root that was signed";

/// A file of a package.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) path: String,
    /// What it is.
    pub(super) what: String,
    /// Of an object: its role.
    pub(super) role: Option<&'static str>,
    /// The events that name it.
    pub(super) events: Vec<u64>,
    /// When the first of these was recorded, in microseconds since 1970 UTC.
    pub(super) recorded_at: Option<i64>,
    /// The name it came with.
    pub(super) name: Option<String>,
}

impl Line {
    pub(super) fn plain(path: impl Into<String>, what: &str) -> Self {
        Self {
            path: path.into(),
            what: what.to_owned(),
            role: None,
            events: Vec::new(),
            recorded_at: None,
            name: None,
        }
    }
}

/// The files of a package.
pub(super) struct Contents {
    pub(super) lines: Vec<Line>,
    parts: BTreeSet<u64>,
}

impl Contents {
    pub(super) fn new(signed: &SignedCheckpoint) -> Self {
        let size = signed.checkpoint().size();
        let what = format!("the signed root over the first {size} events, with those who cosigned it");
        let lines = vec![
            Line::plain("checkpoint", &what),
            Line::plain("manifest.json", "every other file with digest, length and the events that name it"),
            Line::plain("manifest.note", "the log's signature over the manifest"),
            Line::plain("VERIFY.md", "how to check this package, also without our programs"),
            Line::plain("index.csv", "this list"),
            Line::plain("index.html", "what is in here, to read"),
        ];
        Self { lines, parts: BTreeSet::new() }
    }

    pub(super) fn earlier(&mut self, size: u64) {
        let folder = format!("earlier/{size:020}");
        let what = format!("the signed root over the first {size} events, as a witness cosigned it");
        self.lines.push(Line::plain(format!("{folder}/checkpoint"), &what));
        let what = "the proof that those events are still the first of the log";
        self.lines.push(Line::plain(format!("{folder}/consistency"), what));
    }

    pub(super) fn event(&mut self, sequence: u64) {
        self.parts.insert(sequence.saturating_sub(1) / EVENTS_TO_A_FILE);
    }

    /// Lists the files of events, and puts all files in order.
    pub(super) fn close(&mut self) {
        for part in std::mem::take(&mut self.parts) {
            let (first, last) = (part * EVENTS_TO_A_FILE + 1, (part + 1) * EVENTS_TO_A_FILE);
            let what = format!("events {first} to {last} at most, one a line");
            self.lines.push(Line::plain(format!("events/{part:06}.jsonl"), &what));
        }
        self.lines.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// One row a file: path, what it is, the events that name it, when the first was recorded, the name it came with.
    pub(super) fn csv(&self) -> Result<String, AppError> {
        let failed = |error: csv::Error| AppError::Input(format!("the index cannot be written: {error}"));
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(["path", "what", "events", "recorded_at", "name"]).map_err(failed)?;
        for line in &self.lines {
            let events = line.events.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            let recorded =
                line.recorded_at.map(|at| Instant::from_micros(at).to_string()).unwrap_or_default();
            let name = plain(line.name.as_deref().unwrap_or_default());
            out.write_record([&line.path, &plain(&line.what), &events, &recorded, &name]).map_err(failed)?;
        }
        let bytes = out.into_inner().map_err(|error| AppError::Input(error.to_string()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// A text that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_name_that_a_spreadsheet_would_compute_is_text() {
        assert_eq!(plain("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(plain("review.pdf"), "review.pdf");
    }
}
