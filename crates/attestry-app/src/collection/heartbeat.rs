//! Each run of a collector as a record of stream `collector_run`, so that a control test can ask whether collecting was
//! complete.

use attestry_domain::event::{CollectedStream, CollectionOutcome, CollectionRan, Coverage, CoverageBasis};
use attestry_domain::id::StreamId;
use attestry_domain::programme::{Programme, Trouble, collector_name};
use attestry_domain::time::Period;

use super::Collector;
use crate::import::foreign::{Fields, Found};
use crate::ingest::{self, Ingest};
use crate::{AppError, Sender, Workspace};

/// The stream of runs.
const STREAM: &str = "collector_run";
/// The source of the runs: this program, which knows them all.
const SOURCE: &str = "attestry";

/// Adds to a run what lies between the range it asked for and that of the run before.
pub(super) async fn find_gaps(workspace: &Workspace, ran: &mut CollectionRan) -> Result<(), AppError> {
    let programme = workspace.follow().await?.programme;
    let mut gaps = match &ran.outcome {
        CollectionOutcome::Failed { .. } => return Ok(()),
        CollectionOutcome::Gaps { gaps } => gaps.clone(),
        CollectionOutcome::Complete => Vec::new(),
    };
    for collected in &ran.streams {
        let reached = reached(&programme, ran, &collected.stream);
        if let (Some(reached), Some(from)) = (reached, collected.from.filter(|from| Some(*from) > reached)) {
            gaps.push(format!("{}: nothing was asked between {reached} and {from}", collected.stream));
        }
    }
    if !gaps.is_empty() {
        ran.outcome = CollectionOutcome::Gaps { gaps };
    }
    Ok(())
}

/// Up to where earlier runs asked this source for a stream.
fn reached(
    programme: &Programme,
    ran: &CollectionRan,
    stream: &StreamId,
) -> Option<attestry_domain::time::Instant> {
    let key = (ran.source.clone(), collector_name(&ran.collector));
    let earlier = programme.collections.get(&key)?.iter();
    let streams = earlier.flat_map(|one| one.value.streams.iter());
    streams.filter(|one| one.stream == *stream).filter_map(|one| one.to).max()
}

/// Records a run, stream by stream.
pub(super) async fn record(
    sender: &Sender,
    collector: &Collector,
    ran: &CollectionRan,
) -> Result<(), AppError> {
    let workspace = sender.workspace();
    let stream: StreamId = STREAM.parse().map_err(|_| AppError::unknown("stream", STREAM))?;
    if !workspace.newest().catalog.streams.contains_key(&stream) {
        // A catalog older than the stream: the event says it all the same.
        return Ok(());
    }
    let run = workspace.app().ulid().to_string();
    let fewer = fewer(workspace, ran);
    let failed_before = |stream: &&StreamId| !ran.streams.iter().any(|one| one.stream == **stream);
    let missing = collector.fills.iter().filter(failed_before).map(|stream| (stream, None));
    let given = ran.streams.iter().map(|one| (&one.stream, Some(one)));
    let rows = given.chain(missing).map(|(stream, one)| Found {
        stream: STREAM,
        item: 1,
        fields: fields(&run, ran, stream, one).with("fewer_than_before", fewer.contains(stream)),
    });
    let rows: Vec<Found> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    let covers = covers(workspace, &stream, ran);
    let ingest =
        Ingest { stream, source: SOURCE.to_owned(), collector: ran.collector.clone(), asked: None, covers };
    ingest::collected(sender, &ingest, &rows, None).await?;
    Ok(())
}

/// The streams of which the source gave fewer records than in the run before; the run itself is in the ledger by now.
fn fewer(workspace: &Workspace, ran: &CollectionRan) -> Vec<StreamId> {
    let found = workspace.newest().programme.trouble(ran.finished_at).into_iter();
    let mine = found.filter(|(newest, _)| newest.value == *ran);
    let streams = mine.filter_map(|(_, trouble)| match trouble {
        Trouble::Fewer { stream, .. } => Some(stream),
        _ => None,
    });
    streams.collect()
}

/// The ledger knows every run there was, so the days since the last one that are over are complete.
fn covers(workspace: &Workspace, stream: &StreamId, ran: &CollectionRan) -> Option<Coverage> {
    let snapshot = workspace.newest();
    let zone = snapshot.programme.zone();
    let state = snapshot.programme.streams.get(stream);
    let known = state.and_then(|state| state.coverage.iter().map(|one| one.period.to()).max());
    let first = state.and_then(|state| state.sources.get(SOURCE).copied());
    let from = known.or(first).unwrap_or_else(|| ran.started_at.day(&zone));
    let period = Period::new(from, workspace.today()).ok()?;
    let all = snapshot.programme.collections.values().flat_map(|runs| runs.iter());
    let rows = all.filter(|run| period.contains(run.value.finished_at.day(&zone))).count() as u64;
    let basis = CoverageBasis::Queried { query: "collection_ran events of this ledger".to_owned(), rows };
    Some(Coverage { period, basis })
}

fn fields(run: &str, ran: &CollectionRan, stream: &StreamId, one: Option<&CollectedStream>) -> Fields {
    let mut words = ran.collector.split_whitespace();
    let version = words.find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let (failed, gaps) = match &ran.outcome {
        CollectionOutcome::Failed { why } => (Some(why.as_str()), false),
        CollectionOutcome::Gaps { .. } => (None, true),
        CollectionOutcome::Complete => (None, false),
    };
    let micros = ran.finished_at.micros().saturating_sub(ran.started_at.micros());
    Fields::default()
        .with("run_id", run)
        .with("stream", stream.as_str())
        .with("source", ran.source.as_str())
        .with("collector", collector_name(&ran.collector))
        .maybe("collector_version", version)
        .with("started_at", ran.started_at.to_string())
        .with("finished_at", ran.finished_at.to_string())
        .with("duration", micros as f64 / 1e6)
        .maybe("asked_from", one.and_then(|one| one.from).map(|at| at.to_string()))
        .maybe("asked_until", one.and_then(|one| one.to).map(|at| at.to_string()))
        .maybe("rows_at_source", one.and_then(|one| one.at_source))
        .maybe("rows_given", one.map(|one| one.read))
        .maybe("rows_added", one.map(|one| one.added))
        .with("gap", gaps)
        .with("failed", failed.is_some())
        .maybe("failure", failed)
}
