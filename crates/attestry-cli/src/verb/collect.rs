//! Records from a source that this program reads itself.

use std::process::ExitCode;

use attestry_app::collect::git::{self, GitCollection, GitOptions, Standing};
use attestry_app::ingest::{self, Ingested};
use attestry_app::{AppError, Sender};
use attestry_domain::event::{Coverage, CoverageBasis};
use attestry_domain::time::{Day, Period, midnight};
use attestry_stats::Table;
use jiff::tz::TimeZone;
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
    let collected = collected.map_err(|error| Fault::split(WRONG, &error.to_string()))?;
    let covered = covered(&args, &collected, until, &zone);
    let period = covered.as_ref().ok().copied();
    let source = args.source.clone().unwrap_or_else(|| collected.repository.clone());
    let changes = take(&sender, "change", &source, &collected, &collected.changes, period).await?;
    let reviews = take(&sender, "review", &source, &collected, &collected.reviews, period).await?;
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
    out.show(&document, |page| {
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
    let first = times.min().map(|at| attestry_domain::time::Instant::from_micros(at).day(zone));
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
    let basis = CoverageBasis::Queried { query: collected.query.clone(), rows: table.len() as u64 };
    let covers = period.map(|period| Coverage { period, basis });
    let wanted = ingest::Ingest { stream, source: source.to_owned(), collector, covers };
    let tables = if table.is_empty() { Vec::new() } else { vec![table.clone()] };
    ingest::tables(sender, &wanted, &tables).await.map_err(|error: AppError| error.into())
}
