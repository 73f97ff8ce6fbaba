//! A stream: completeness, newest records, segments, columns.

use askama::Template;
use attestry_app::evidence;
use attestry_app::rows::StoredRows;
use attestry_domain::catalog::{Keeping, Stream};
use attestry_domain::event::CoverageBasis;
use attestry_domain::id::StreamId;
use attestry_domain::programme::StreamState;
use attestry_domain::time::{Instant, Period, next};
use axum::extract::Path;
use axum::response::Response;

use crate::context::Context;
use crate::pages::late;
use crate::problem::Problem;
use crate::router::{page, reading};
use crate::view::words::{counted, grouped, span};
use crate::view::{Frame, Moment, Place};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "stream.html")]
pub struct StreamPage {
    /// Around it.
    pub frame: Frame,
    /// The stream.
    pub stream: String,
    /// How much there is, as a sentence.
    pub lead: String,
    /// How repeats are read.
    pub keeping: &'static str,
    /// Days covered, by source.
    pub coverage: Vec<CoverageRow>,
    /// Columns of the newest records.
    pub heads: Vec<String>,
    /// Newest records.
    pub records: Vec<ShortRecord>,
    /// Segments, newest first.
    pub segments: Vec<SegmentRow>,
    /// Its columns.
    pub columns: Vec<ColumnRow>,
}

/// Days for which a source is complete.
#[derive(Debug, Clone)]
pub struct CoverageRow {
    /// The source.
    pub source: String,
    /// The days.
    pub days: String,
    /// Why.
    pub because: String,
    /// The event that says so.
    pub event: u64,
}

/// A record in a list.
#[derive(Debug, Clone)]
pub struct ShortRecord {
    /// Its segment.
    pub segment: String,
    /// Its row, from 0.
    pub row: u64,
    /// Cells, as the heads say.
    pub cells: Vec<String>,
}

/// A segment.
#[derive(Debug, Clone)]
pub struct SegmentRow {
    /// The segment.
    pub id: String,
    /// Its last characters, enough to tell it apart.
    pub short: String,
    /// Source.
    pub source: String,
    /// First to last event time.
    pub occurred: String,
    /// How long after its last record it was recorded, where that is late.
    pub late: Option<String>,
    /// Records, grouped.
    pub rows: String,
    /// Records left out because they were known, grouped.
    pub repeated: String,
    /// What brought it.
    pub collector: String,
    /// SHA-256, shortened.
    pub digest: String,
}

/// A column.
#[derive(Debug, Clone)]
pub struct ColumnRow {
    /// Name.
    pub name: String,
    /// Type.
    pub kind: String,
    /// Meaning, with unit.
    pub meaning: String,
    /// Whether it is personal data.
    pub personal: bool,
}

impl StreamPage {
    fn head(&self, at: &usize) -> &str {
        self.heads.get(*at).map_or("", String::as_str)
    }
}

/// How many records and columns of them are shown.
const SHOWN: usize = 12;
const COLUMNS: usize = 5;

/// The page of a stream.
pub(crate) async fn show(context: Context, Path(id): Path<String>) -> Result<Response, Problem> {
    let near = || context.catalog().streams.keys().map(ToString::to_string).collect();
    let stream: StreamId = id.parse().map_err(|_| Problem::unknown("stream", &id, near()))?;
    let known =
        context.catalog().streams.get(&stream).ok_or_else(|| Problem::unknown("stream", &id, near()))?;
    let empty = StreamState::default();
    let state = context.programme().streams.get(&stream).map_or(&empty, AsRef::as_ref);
    let stored = if state.rows == 0 {
        StoredRows::default()
    } else {
        let (workspace, snapshot) = (context.reader.state.workspace.clone(), context.status.snapshot.clone());
        let wanted = stream.clone();
        reading(move || evidence::records(&workspace, &snapshot, &wanted, SHOWN)).await?
    };
    let heads = heads(known);
    let frame = context.frame(Place::Evidence, known.title.clone()).coded(stream.as_str());
    page(&StreamPage {
        frame: frame.under("Evidence", context.axis.link("/evidence")),
        lead: lead(state),
        keeping: match known.keeping {
            Keeping::Append => {
                "A key never repeats: the same again is dropped, other contents are a conflict."
            }
            Keeping::Upsert => "The newest record of a key counts; older ones remain.",
        },
        coverage: coverage(&context, state),
        records: short_records(&context, &stored, &heads),
        heads,
        segments: segments(&context, state),
        columns: columns(known),
        stream: id,
    })
}

fn lead(state: &StreamState) -> String {
    let sources: Vec<&str> = state.sources.keys().map(String::as_str).collect();
    let from =
        if sources.is_empty() { "no source yet".to_owned() } else { format!("from {}", sources.join(", ")) };
    let segments = counted(state.segments.len() as u64, "segment", "segments");
    format!("{} in {segments}, {from}.", counted(state.rows, "record", "records"))
}

/// Key, event time, and the first other columns that are not personal.
fn heads(known: &Stream) -> Vec<String> {
    let mut heads = known.key.clone();
    heads.push(known.event_time.clone());
    heads.extend(known.columns.iter().filter(|column| !column.personal).map(|column| column.name.clone()));
    let mut seen = std::collections::BTreeSet::new();
    heads.retain(|head| seen.insert(head.clone()));
    heads.truncate(COLUMNS);
    heads
}

fn short_records(context: &Context, stored: &StoredRows, heads: &[String]) -> Vec<ShortRecord> {
    let zone = context.zone();
    let words = |text: &str| match text.parse::<Instant>() {
        Ok(at) if text.contains('T') => Moment::minute_of(at, &zone).words,
        _ => text.to_owned(),
    };
    let record = |row: &Vec<Option<String>>| {
        let row_number = stored.cell(row, "_row")?.parse().ok()?;
        let cells = heads.iter().map(|head| stored.cell(row, head).map(words).unwrap_or_default());
        Some(ShortRecord {
            segment: stored.cell(row, "_segment")?.to_owned(),
            row: row_number,
            cells: cells.collect(),
        })
    };
    stored.rows.iter().filter_map(record).collect()
}

fn coverage(context: &Context, state: &StreamState) -> Vec<CoverageRow> {
    let row = |one: &attestry_domain::programme::CoveredDays| CoverageRow {
        source: one.source.clone(),
        days: span(one.period),
        because: match &one.basis {
            CoverageBasis::Queried { rows, query } => {
                format!("queried, {} reported: {query}", counted(*rows, "row", "rows"))
            }
            CoverageBasis::Claimed => format!("claimed by {}", context.name_of(one.by)),
        },
        event: one.at,
    };
    state.coverage.iter().rev().map(row).collect()
}

fn segments(context: &Context, state: &StreamState) -> Vec<SegmentRow> {
    let zone = context.zone();
    let known = state.segments.iter().rev().filter_map(|id| context.programme().segments.get(id));
    let row = |segment: &std::sync::Arc<
        attestry_domain::programme::Recorded<attestry_domain::event::SegmentSealed>,
    >| {
        let id = segment.value.segment.to_string();
        let days = segment
            .value
            .occurred
            .and_then(|(first, last)| Period::new(first.day(&zone), next(last.day(&zone))).ok());
        SegmentRow {
            short: id.get(20..).unwrap_or(&id).to_owned(),
            id,
            source: segment.value.source.clone(),
            occurred: days.map(span).unwrap_or_default(),
            late: segment.value.occurred.and_then(|(_, last)| late::later(last, segment.recorded_at)),
            rows: grouped(segment.value.rows),
            repeated: grouped(segment.value.repeated),
            collector: segment.value.collector.clone(),
            digest: segment.value.main.digest.short(),
        }
    };
    known.map(row).collect()
}

fn columns(known: &Stream) -> Vec<ColumnRow> {
    let kind = |column: &attestry_domain::catalog::StreamColumn| {
        let kind = serde_json::to_value(column.kind).ok();
        kind.and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let row = |column: &attestry_domain::catalog::StreamColumn| ColumnRow {
        name: column.name.clone(),
        kind: kind(column),
        meaning: column.meaning.clone(),
        personal: column.personal,
    };
    known.columns.iter().map(row).collect()
}
