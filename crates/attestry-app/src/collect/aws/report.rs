//! The credential report: a line a user, the account's root among them.

use std::collections::BTreeMap;

use attestry_domain::time::Instant;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::xml::Element;

/// How the report names the root of the account.
pub(super) const ROOT: &str = "<root_account>";

/// The report, by user name.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) made_at: Option<Instant>,
    pub(super) lines: BTreeMap<String, Line>,
}

/// A user's line, by column.
#[derive(Debug, Default)]
pub(super) struct Line(BTreeMap<String, String>);

impl Line {
    /// Whether; `None` where the report says that it does not know.
    pub(super) fn truth(&self, column: &str) -> Option<bool> {
        match self.0.get(column)?.to_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// When; `None` where the report says never or does not know.
    pub(super) fn instant(&self, column: &str) -> Option<Instant> {
        self.0.get(column)?.parse().ok()
    }
}

/// The report of a `GetCredentialReport` result.
pub(super) fn read(result: &Element) -> Result<Report, String> {
    let content = result.text_at(&["Content"]).ok_or("it holds no Content")?;
    let packed: String = content.split_whitespace().collect();
    let bytes = STANDARD.decode(packed).map_err(|error| format!("its Content is no base64: {error}"))?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let names = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut lines = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let pairs = names.iter().zip(record.iter()).map(|(name, value)| (name.to_owned(), value.to_owned()));
        let line = Line(pairs.collect());
        let user = line.0.get("user").ok_or("it has no column `user`")?.clone();
        lines.insert(user, line);
    }
    let made_at = result.text_at(&["GeneratedTime"]).and_then(|text| text.parse().ok());
    Ok(Report { made_at, lines })
}
