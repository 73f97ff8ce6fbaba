//! All evidence: streams, files, datasets.

use askama::Template;
use attestry_app::attention::{Attention, attention};
use attestry_domain::assess::incomplete_days;
use attestry_domain::id::StreamId;
use attestry_domain::programme::StreamState;
use attestry_domain::time::{Period, day_words, next};
use axum::response::Response;

use crate::context::Context;
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::{bytes, counted, grouped, span};
use crate::view::{Frame, Mark, Moment, Place, Shape};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "evidence.html")]
pub struct EvidencePage {
    /// Around it.
    pub frame: Frame,
    /// How much there is, as a sentence.
    pub lead: String,
    /// What waits for a person.
    pub attention: Vec<AttentionRow>,
    /// Streams with records or sources first.
    pub streams: Vec<StreamRow>,
    /// Files, newest first.
    pub files: Vec<FileRow>,
    /// Files that are not shown.
    pub files_left: usize,
    /// Prediction logs.
    pub datasets: Vec<DatasetRow>,
}

/// Something to look at.
#[derive(Debug, Clone)]
pub struct AttentionRow {
    /// What it is about.
    pub about: String,
    /// What happened.
    pub what: String,
    /// What to do.
    pub to_do: String,
    /// Since when.
    pub since: Moment,
    /// The event that tells it.
    pub event: u64,
}

/// A stream.
#[derive(Debug, Clone)]
pub struct StreamRow {
    /// Its name.
    pub id: String,
    /// What a record is.
    pub title: String,
    /// Declared sources.
    pub sources: String,
    /// Number of segments, grouped.
    pub segments: String,
    /// Number of records, grouped.
    pub rows: String,
    /// Whether every day of the period is covered.
    pub complete: Mark,
}

/// A file.
#[derive(Debug, Clone)]
pub struct FileRow {
    /// The file.
    pub id: String,
    /// Its name as it came.
    pub name: String,
    /// Controls it is evidence for.
    pub controls: Vec<String>,
    /// The day it was captured.
    pub captured: Option<Moment>,
    /// When it was recorded.
    pub recorded: Moment,
    /// Whether that was long after.
    pub late: bool,
    /// Its length in words.
    pub size: String,
    /// SHA-256, shortened.
    pub digest: String,
    /// The event that names it.
    pub event: u64,
}

/// A prediction log.
#[derive(Debug, Clone)]
pub struct DatasetRow {
    /// The name that SQL sees.
    pub name: String,
    /// Id and name of the system whose predictions these are.
    pub system: Option<(String, String)>,
    /// Format.
    pub format: String,
    /// Rows, grouped.
    pub rows: String,
    /// SHA-256, shortened.
    pub digest: String,
    /// The event that names it.
    pub event: u64,
}

/// How many files are shown.
const SHOWN: usize = 100;
/// Recorded more than this many days after it was captured: recorded late.
const LATE_DAYS: i32 = 14;

/// The page of all evidence.
pub(crate) async fn show(context: Context) -> Result<Response, Problem> {
    let programme = context.programme();
    let records: u64 = programme.streams.values().map(|stream| stream.rows).sum();
    let lead = format!(
        "{} in {}, {}, {}.",
        counted(records, "record", "records"),
        counted(programme.streams.len() as u64, "stream", "streams"),
        counted(programme.artifacts.len() as u64, "file", "files"),
        counted(programme.datasets.len() as u64, "dataset", "datasets"),
    );
    let empty = StreamState::default();
    let mut known: Vec<_> = context.catalog().streams.values().collect();
    known.sort_by_key(|stream| !programme.streams.contains_key(&stream.id));
    let streams = known.into_iter().map(|stream| {
        let state = programme.streams.get(&stream.id).map_or(&empty, AsRef::as_ref);
        StreamRow {
            id: stream.id.to_string(),
            title: stream.title.clone(),
            sources: state.sources.keys().cloned().collect::<Vec<_>>().join(", "),
            segments: grouped(state.segments.len() as u64),
            rows: grouped(state.rows),
            complete: complete(&context, &stream.id),
        }
    });
    let files = files(&context);
    page(&EvidencePage {
        frame: context.frame(Place::Evidence, "Evidence"),
        lead,
        attention: attention_rows(&context),
        streams: streams.collect(),
        files_left: programme.artifacts.len().saturating_sub(files.len()),
        files,
        datasets: datasets(&context),
    })
}

fn attention_rows(context: &Context) -> Vec<AttentionRow> {
    let zone = context.zone();
    let row = |one: Attention| AttentionRow {
        about: one.about,
        what: one.what,
        to_do: one.to_do,
        since: one.since.day(&zone).into(),
        event: one.event,
    };
    attention(context.programme(), context.now()).into_iter().map(row).collect()
}

/// Whether every source covers every day of the period so far.
pub(crate) fn complete(context: &Context, stream: &StreamId) -> Mark {
    let sources = context.programme().streams.get(stream).is_some_and(|state| !state.sources.is_empty());
    if !sources {
        return Mark::new(Shape::Dotted, "no source");
    }
    let question = context.question();
    let asked = question
        .period
        .and_then(|period| Period::new(period.from(), period.to().min(next(question.through))).ok());
    let Some(asked) = asked else { return Mark::new(Shape::Faint, "no period") };
    let open = incomplete_days(context.programme(), stream, asked);
    if open.is_empty() {
        return Mark::new(Shape::Full, format!("every day to {}", day_words(asked.last())));
    }
    let days = open.into_iter().map(span).collect::<Vec<_>>().join("; ");
    Mark::new(Shape::Dotted, format!("not complete, {days}"))
}

fn files(context: &Context) -> Vec<FileRow> {
    let mut newest: Vec<_> = context.programme().artifacts.values().collect();
    newest.sort_by_key(|file| std::cmp::Reverse(file.at));
    let row = |file: &std::sync::Arc<
        attestry_domain::programme::Recorded<attestry_domain::event::ArtifactStored>,
    >| {
        let days = |captured: attestry_domain::time::Day| {
            captured.until(file.recorded_on).map_or(0, |span| span.get_days())
        };
        FileRow {
            id: file.value.artifact.to_string(),
            name: file.value.name.clone(),
            controls: file.value.controls.iter().map(ToString::to_string).collect(),
            captured: file.value.captured_on.map(Moment::from),
            recorded: file.recorded_on.into(),
            late: file.value.captured_on.is_some_and(|captured| days(captured) > LATE_DAYS),
            size: bytes(file.value.object.bytes),
            digest: file.value.object.digest.short(),
            event: file.at,
        }
    };
    newest.into_iter().take(SHOWN).map(row).collect()
}

fn datasets(context: &Context) -> Vec<DatasetRow> {
    let programme = context.programme();
    let row = |dataset: &std::sync::Arc<
        attestry_domain::programme::Recorded<attestry_domain::event::DatasetRegistered>,
    >| {
        let system = dataset
            .value
            .system
            .and_then(|id| Some((id.to_string(), programme.systems.get(&id)?.registered.value.name.clone())));
        DatasetRow {
            name: dataset.value.name.clone(),
            system,
            format: dataset.value.format.clone(),
            rows: grouped(dataset.value.rows),
            digest: dataset.value.object.digest.short(),
            event: dataset.at,
        }
    };
    programme.datasets.values().map(row).collect()
}
