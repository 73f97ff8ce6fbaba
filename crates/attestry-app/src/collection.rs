//! Collecting: what a collector brought goes into its streams, and how it went is recorded whatever comes of it.
//!
//! History cannot be fetched later. So a collection that failed, left a gap or found less than before is a fact of its
//! own, and stays something to look at until the next one went well.

use std::ops::Range;

use attestry_domain::command::Command;
use attestry_domain::event::{
    Asked, CollectedStream, CollectionOutcome, CollectionRan, Coverage, CoverageBasis,
};
use attestry_domain::id::{Digest, StreamId};
use attestry_domain::programme::collector_name;
use attestry_domain::time::{Instant, Period, next};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::collect::batch::{Answered, Batch, Collection};
use crate::import::Format;
use crate::ingest::{self, Ingest, Ingested};
use crate::{AppError, Sender, Workspace};

pub mod exec;
mod heartbeat;
pub mod known;

/// One collector at one source.
#[derive(Debug, Clone)]
pub struct Collector {
    /// Where it collects.
    pub source: String,
    /// The program with its version, and the collector's name.
    pub name: String,
    /// Seconds until the next collection is expected; absent when it is not on a schedule.
    pub every_seconds: Option<u64>,
    /// The streams that it fills: a run that fails is known for each of them.
    pub fills: Vec<StreamId>,
}

/// What a collector brought.
#[derive(Debug)]
pub enum Brought {
    /// Records of several streams, with the answers they were read from.
    Collection(Collection),
    /// What a program printed.
    Printed(Printed),
}

/// What a program printed.
#[derive(Debug, Clone)]
pub struct Printed {
    /// The stream.
    pub stream: StreamId,
    /// One JSON object a line.
    pub records: Vec<u8>,
    /// What was run.
    pub query: String,
    /// The range it was asked for.
    pub range: Option<Range<Instant>>,
}

/// What a collection came to.
#[derive(Debug, Clone)]
pub struct Collected {
    /// What was taken into each stream.
    pub streams: Vec<(StreamId, Ingested)>,
    /// What came of it.
    pub outcome: CollectionOutcome,
    /// Objects at the source that no stream takes: their kind, why, how many.
    pub passed: Vec<(String, &'static str, u64)>,
}

impl Collector {
    /// Takes what a collector brought, or why it brought nothing, and records how it went.
    ///
    /// # Errors
    /// When the sender may not, or the store fails. That a collector failed is no error here: it is recorded, and
    /// the outcome says so.
    pub async fn take(
        &self,
        sender: &Sender,
        started_at: Instant,
        brought: Result<Brought, String>,
    ) -> Result<Collected, AppError> {
        let mut ran = self.ran(started_at);
        let mut collected =
            Collected { streams: Vec::new(), outcome: CollectionOutcome::Complete, passed: Vec::new() };
        match brought {
            Err(why) => ran.outcome = CollectionOutcome::Failed { why },
            Ok(Brought::Collection(collection)) => {
                let passed = collection.passed.iter();
                collected.passed = passed.map(|((kind, why), count)| (kind.clone(), *why, *count)).collect();
                self.store(sender, collection, &mut ran, &mut collected).await?;
            }
            Ok(Brought::Printed(printed)) => self.print(sender, printed, &mut ran, &mut collected).await?,
        }
        collected.outcome = self.record(sender, ran).await?;
        Ok(collected)
    }

    /// A run that has begun and of which nothing is known yet.
    pub fn ran(&self, started_at: Instant) -> CollectionRan {
        CollectionRan {
            source: self.source.clone(),
            collector: self.name.clone(),
            started_at,
            finished_at: started_at,
            every_seconds: self.every_seconds,
            outcome: CollectionOutcome::Complete,
            streams: Vec::new(),
        }
    }

    /// Records how a run went, as an event and as records of stream `collector_run`; what came of it, gaps since the
    /// run before included.
    ///
    /// # Errors
    /// When the sender may not, or the store fails.
    pub async fn record(
        &self,
        sender: &Sender,
        mut ran: CollectionRan,
    ) -> Result<CollectionOutcome, AppError> {
        ran.finished_at = sender.workspace().app().world.now().max(ran.started_at);
        heartbeat::find_gaps(sender.workspace(), &mut ran).await?;
        sender.send(Command::RecordCollection(ran.clone())).await?;
        heartbeat::record(sender, self, &ran).await?;
        Ok(ran.outcome)
    }

    /// Takes what a program printed.
    async fn print(
        &self,
        sender: &Sender,
        printed: Printed,
        ran: &mut CollectionRan,
        collected: &mut Collected,
    ) -> Result<(), AppError> {
        let range = printed.range.as_ref();
        let covers = range.and_then(|range| whole_days(sender.workspace(), range.start, range.end));
        let rows = printed.records.iter().filter(|byte| **byte == b'\n').count() as u64;
        let basis = CoverageBasis::Queried { query: printed.query.clone(), rows };
        let ingest = Ingest {
            stream: printed.stream.clone(),
            source: self.source.clone(),
            collector: self.name.clone(),
            asked: Some(Asked { query: printed.query.clone(), at_source: None, tie_out: None }),
            covers: covers.map(|period| Coverage { period, basis }),
        };
        match ingest::fetched(sender, &ingest, Format::Ndjson, &printed.records).await {
            Ok(taken) => {
                let gaps: Vec<String> = kept_aside(&ingest, &taken).into_iter().collect();
                if !gaps.is_empty() {
                    ran.outcome = CollectionOutcome::Gaps { gaps };
                }
                let (from, to) = (range.map(|range| range.start), range.map(|range| range.end));
                let (read, added) = (taken.read, taken.added);
                let stream = printed.stream.clone();
                ran.streams.push(CollectedStream { stream, from, to, at_source: None, read, added });
                collected.streams.push((printed.stream, taken));
            }
            Err(error) if error.is_callers() => {
                ran.outcome = CollectionOutcome::Failed { why: error.to_string() };
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn store(
        &self,
        sender: &Sender,
        collection: Collection,
        ran: &mut CollectionRan,
        collected: &mut Collected,
    ) -> Result<(), AppError> {
        let workspace = sender.workspace();
        let raw = answers(&collection.answers);
        let mut gaps = Vec::new();
        for batch in collection.batches {
            let ingest = self.ingest(workspace, &batch)?;
            let rows = batch.rows.len() as u64;
            match ingest::collected(sender, &ingest, &batch.rows, raw.as_deref()).await {
                Ok(taken) => {
                    gaps.extend(batch.gaps.iter().cloned());
                    gaps.extend(kept_aside(&ingest, &taken));
                    ran.streams.push(of_stream(&ingest, &batch, rows, taken.added));
                    collected.streams.push((ingest.stream, taken));
                }
                Err(error) if error.is_callers() => {
                    // What came before it is recorded; the collection as a whole did not go well.
                    ran.outcome = CollectionOutcome::Failed { why: format!("{}: {error}", ingest.stream) };
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        if !gaps.is_empty() {
            ran.outcome = CollectionOutcome::Gaps { gaps };
        }
        Ok(())
    }

    fn ingest(&self, workspace: &Workspace, batch: &Batch) -> Result<Ingest, AppError> {
        let stream: StreamId = batch.stream.parse().map_err(|_| AppError::unknown("stream", batch.stream))?;
        let tie_out = Some(batch.tie_out.clone()).filter(|text| !text.is_empty());
        let asked = Asked { query: batch.query.clone(), at_source: batch.at_source, tie_out };
        let rows = batch.at_source.unwrap_or(batch.rows.len() as u64);
        let basis = CoverageBasis::Queried { query: batch.query.clone(), rows };
        let complete = batch.gaps.is_empty();
        let covers = batch.covers.clone().filter(|_| complete);
        let covers = covers.and_then(|range| whole_days(workspace, range.start, range.end));
        Ok(Ingest {
            stream,
            source: self.source.clone(),
            collector: self.name.clone(),
            asked: Some(asked),
            covers: covers.map(|period| Coverage { period, basis }),
        })
    }
}

impl Workspace {
    /// Up to where earlier collections asked a source; `None` when there was none, or it was not asked by time.
    pub fn collected_to(&self, source: &str, collector: &str) -> Option<Instant> {
        let programme = self.newest().programme;
        let key = (source.to_owned(), collector_name(collector));
        let runs = programme.collections.get(&key)?;
        runs.iter().flat_map(|run| run.value.streams.iter()).filter_map(|stream| stream.to).max()
    }
}

/// The days of the organisation's calendar that lie wholly in a range and are over.
fn whole_days(workspace: &Workspace, from: Instant, to: Instant) -> Option<Period> {
    let zone = workspace.newest().programme.zone();
    let first = from.day(&zone);
    let first = if Period::of_day(first).start_at(&zone) < from { next(first) } else { first };
    let last = to.day(&zone).min(workspace.today());
    Period::new(first, last).ok()
}

fn of_stream(ingest: &Ingest, batch: &Batch, read: u64, added: u64) -> CollectedStream {
    let range = batch.covers.as_ref();
    CollectedStream {
        stream: ingest.stream.clone(),
        from: range.map(|range| range.start),
        to: range.map(|range| range.end),
        at_source: batch.at_source,
        read,
        added,
    }
}

fn kept_aside(ingest: &Ingest, taken: &Ingested) -> Option<String> {
    let aside = taken.set_aside;
    let noun = if aside == 1 { "record" } else { "records" };
    (aside > 0).then(|| format!("{}: {aside} {noun} could not be taken and were kept aside", ingest.stream))
}

/// The answers of the source as they came, one JSON object a line; `None` when there were none.
fn answers(answers: &[Answered]) -> Option<Vec<u8>> {
    let mut lines = Vec::new();
    for answer in answers {
        let body = match std::str::from_utf8(&answer.body) {
            Ok(text) => json!({ "text": text }),
            Err(_) => json!({ "base64": STANDARD.encode(&answer.body) }),
        };
        let line = json!({
            "asked": answer.asked,
            "answered_at": answer.answered_at,
            "media_type": answer.media_type,
            "sha256": Digest::of(&answer.body),
            "body": body,
        });
        lines.extend_from_slice(line.to_string().as_bytes());
        lines.push(b'\n');
    }
    (!lines.is_empty()).then_some(lines)
}
