//! Records from a source that this program reads itself.

use std::process::ExitCode;

use attestry_app::collect::git::{self, GitCollection, GitOptions};
use attestry_app::ingest::{self, Ingested};
use attestry_app::{AppError, Sender};
use attestry_domain::event::{Coverage, CoverageBasis};
use attestry_domain::time::{Day, Period, midnight};
use attestry_stats::Table;
use serde_json::json;

use crate::args::{Collect, Git, Place, View};
use crate::home;
use crate::ui::{Fault, Out, WRONG, progress};
use crate::verb::{Done, ingest as printed};

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Collect) -> Done {
    home::newest_only(view, "collect")?;
    let Collect::Git(args) = args;
    let sender = home::sender(place).await?;
    let zone = sender.workspace().newest().programme.zone();
    let until = args.until.unwrap_or_else(|| sender.workspace().today());
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
    let collected = collected.map_err(|error| Fault::split(WRONG, &error.to_string()))?;
    let covers = covers(&args, &collected, until);
    let source = args.source.clone().unwrap_or_else(|| collected.repository.clone());
    let changes = take(&sender, "change", &source, &collected, &collected.changes, covers.as_ref()).await?;
    let reviews = take(&sender, "review", &source, &collected, &collected.reviews, covers.as_ref()).await?;
    home::finish(sender.workspace()).await?;
    let document = json!({
        "source": source,
        "repository": collected.repository,
        "branch": collected.branch,
        "head": collected.head,
        "query": collected.query,
        "commits": collected.commits,
        "complete": collected.complete,
        "covers": covers.as_ref().map(|covers| covers.period),
        "change": changes,
        "review": reviews,
    });
    out.show(&document, |page| {
        page.say(format!("{} at {} ({}).", collected.repository, collected.branch, collected.head));
        page.say(format!("change: {}.", printed::words(&changes)));
        page.say(format!("review: {}.", printed::words(&reviews)));
        match &covers {
            Some(covers) => page.say(format!("Complete {}, the last day not included.", covers.period)),
            None => page.say("The history here is cut off, so no day is known to be complete. Fetch it whole and collect again."),
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The days that the collected range is complete for: from the first day asked for, or of the first change.
fn covers(args: &Git, collected: &GitCollection, until: Day) -> Option<Coverage> {
    let first = (0..collected.changes.len())
        .filter_map(|row| collected.changes.value(row, "merged_at").as_timestamp());
    let first =
        first.min().map(|at| attestry_domain::time::Instant::from_micros(at).day(&jiff::tz::TimeZone::UTC));
    let from = args.since.or(first)?;
    let period = Period::new(from, until).ok().filter(|_| collected.complete)?;
    let basis =
        CoverageBasis::Queried { query: collected.query.clone(), rows: collected.changes.len() as u64 };
    Some(Coverage { period, basis })
}

async fn take(
    sender: &Sender,
    stream: &str,
    source: &str,
    collected: &GitCollection,
    table: &Table,
    covers: Option<&Coverage>,
) -> Result<Ingested, Fault> {
    let stream = stream.parse().map_err(|error| Fault::failed(format!("{error}")))?;
    let collector = format!("{} collect git ({})", home::PROGRAM, collected.query);
    let wanted = ingest::Ingest { stream, source: source.to_owned(), collector, covers: covers.cloned() };
    let tables = if table.is_empty() { Vec::new() } else { vec![table.clone()] };
    ingest::tables(sender, &wanted, &tables).await.map_err(|error: AppError| error.into())
}
