//! Changes and reviews from a git repository.

use std::process::ExitCode;

use attestry_app::collect::git::{self, GitCollection, GitOptions, Standing};
use attestry_app::ingest::{self, Ingested};
use attestry_app::{AppError, Sender};
use attestry_domain::event::{Asked, CollectedStream, CollectionOutcome, Coverage, CoverageBasis};
use attestry_domain::time::{Day, Instant, Period, midnight};
use attestry_stats::Table;
use jiff::tz::TimeZone;
use serde_json::json;

use super::Run;
use crate::args::Git;
use crate::home;
use crate::ui::{Fault, WRONG, progress};
use crate::verb::{Done, ingest as printed};

const FILLS: [&str; 2] = ["change", "review"];

pub(super) async fn run(run: Run<'_>, args: Git) -> Done {
    let sender = run.sender;
    let started = run.now();
    let zone = sender.workspace().newest().programme.zone();
    let today = sender.workspace().today();
    let until = args.until.unwrap_or(today).min(today);
    if args.since.is_some_and(|since| since >= until) {
        let fault = Fault::wrong(format!("no finished day lies between --since and {until}"));
        return Err(fault.help("give an earlier --since; days that are not over are collected later"));
    }
    let options = GitOptions {
        since: args.since.map(|day| midnight(day, &zone)),
        until: Some(midnight(until, &zone)),
        branch: args.branch.clone(),
    };
    let bar = progress::waiting("Reading commits");
    let path = args.path.clone();
    let collected = tokio::task::spawn_blocking(move || git::collect(&path, options)).await;
    bar.finish_and_clear();
    let collected = collected.map_err(|error| Fault::failed(error.to_string()))?;
    let collected = match collected {
        Ok(collected) => collected,
        Err(error) => {
            let source = args.source.clone().unwrap_or_else(|| args.path.display().to_string());
            let collector = run.collector(&source, "git", &FILLS)?;
            let programme = sender.workspace().newest().programme;
            // A repository that was never read is a mistyped path; one that was is a collection that failed.
            if programme.collections.keys().any(|(known, _)| *known == source) {
                let mut ran = collector.ran(started);
                ran.outcome = CollectionOutcome::Failed { why: error.to_string() };
                collector.record(sender, ran).await?;
            }
            return Err(Fault::split(WRONG, &error.to_string()));
        }
    };
    let covered = covered(&args, &collected, until, &zone);
    let period = covered.as_ref().ok().copied();
    let source = args.source.clone().unwrap_or_else(|| collected.repository.clone());
    let changes = take(sender, "change", &source, &collected, &collected.changes, period).await?;
    let reviews = take(sender, "review", &source, &collected, &collected.reviews, period).await?;
    record(run, &source, started, &changes, &reviews).await?;
    home::finish(sender.workspace()).await?;
    let document = json!({
        "source": source,
        "repository": collected.repository,
        "branch": collected.branch,
        "head": collected.head,
        "query": collected.query,
        "commits": collected.commits,
        "complete": collected.complete,
        "covers": period,
        "change": changes,
        "review": reviews,
    });
    run.out.show(&document, |page| {
        page.say(format!("{} at {} ({}).", collected.repository, collected.branch, collected.head));
        page.say(format!("change: {}.", printed::words(&changes)));
        page.say(format!("review: {}.", printed::words(&reviews)));
        match &covered {
            Ok(period) => page.say(format!("Complete {period}, the last day not included.")),
            Err(why) => page.say(format!("No day is known to be complete: {why}.")),
        }
        if let (Standing::Copy { fetched_at: Some(at) }, true) =
            (collected.standing, period.is_some_and(|one| one.to() < until))
        {
            page.say(format!(
                "This is a copy, fetched {}. Fetch it and collect again for the days since.",
                at.day(&zone)
            ));
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The days that the collected range is complete for, or why none is: from the first day asked for, or of the first
/// change; up to the last day that was over when a copy was fetched.
fn covered(
    args: &Git,
    collected: &GitCollection,
    until: Day,
    zone: &TimeZone,
) -> Result<Period, &'static str> {
    if !collected.complete {
        return Err("the history here is cut off; fetch it whole and collect again");
    }
    let times = (0..collected.changes.len())
        .filter_map(|row| collected.changes.value(row, "merged_at").as_timestamp());
    let first = times.min().map(|at| Instant::from_micros(at).day(zone));
    let from =
        args.since.or(first).ok_or("there is no change before today; today's are collected tomorrow")?;
    let to = match collected.standing {
        Standing::Origin => until,
        Standing::Copy { fetched_at: Some(at) } => until.min(at.day(zone)),
        Standing::Copy { fetched_at: None } => {
            return Err("this is a copy that does not tell when it was fetched; fetch it and collect again");
        }
    };
    Period::new(from, to)
        .map_err(|_| "no day of the range was over when this copy was fetched; fetch it and collect again")
}

/// Records how the collection went.
async fn record(
    run: Run<'_>,
    source: &str,
    started: Instant,
    changes: &Ingested,
    reviews: &Ingested,
) -> Result<(), Fault> {
    let collector = run.collector(source, "git", &FILLS)?;
    let mut ran = collector.ran(started);
    for (stream, taken) in collector.fills.iter().zip([changes, reviews]) {
        let (stream, read, added) = (stream.clone(), taken.read, taken.added);
        // The whole history is read each time, so there is no range that a gap could lie between.
        ran.streams.push(CollectedStream {
            stream,
            from: None,
            to: None,
            at_source: Some(read),
            read,
            added,
        });
    }
    collector.record(run.sender, ran).await?;
    Ok(())
}

async fn take(
    sender: &Sender,
    stream: &str,
    source: &str,
    collected: &GitCollection,
    table: &Table,
    period: Option<Period>,
) -> Result<Ingested, Fault> {
    let stream = stream.parse().map_err(|error| Fault::failed(format!("{error}")))?;
    let collector = format!("{} collect git ({})", home::PROGRAM, collected.query);
    let asked =
        Some(Asked { query: collected.query.clone(), at_source: Some(table.len() as u64), tie_out: None });
    let basis = CoverageBasis::Queried { query: collected.query.clone(), rows: table.len() as u64 };
    let covers = period.map(|period| Coverage { period, basis });
    let wanted = ingest::Ingest { stream, source: source.to_owned(), collector, asked, covers };
    let tables = if table.is_empty() { Vec::new() } else { vec![table.clone()] };
    ingest::tables(sender, &wanted, &tables).await.map_err(|error: AppError| error.into())
}
