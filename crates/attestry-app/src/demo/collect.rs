//! What the collectors bring: each week what is fast, each month what is slow, with the range they asked for.

use attestry_domain::event::{Coverage, CoverageBasis};
use attestry_domain::time::Period;
use attestry_stats::Table;

use crate::demo::access::{self, Grant};
use crate::demo::act::{Act, Deed, Take};
use crate::demo::ai::System;
use crate::demo::calendar::Calendar;
use crate::demo::changes::{self, Change, late_week};
use crate::demo::duties::SIX_WEEKS;
use crate::demo::story::Story;
use crate::demo::{cloud, incidents};

/// A stream's source with what brings its records.
#[derive(Debug, Clone, Copy)]
struct Source {
    stream: &'static str,
    source: &'static str,
    collector: &'static str,
    query: &'static str,
}

const fn source(
    stream: &'static str,
    source: &'static str,
    collector: &'static str,
    query: &'static str,
) -> Source {
    Source { stream, source, collector, query }
}

#[rustfmt::skip]
const CHANGE: Source = source("change", "source-forge", "forge-export 2.4", "pull requests merged");
#[rustfmt::skip]
const REVIEW: Source = source("review", "source-forge", "forge-export 2.4", "reviews of pull requests merged");
#[rustfmt::skip]
const CLOUD: Source = source("api_activity", "cloud-trail", "trail-export 1.9", "events of account 111122223333, all regions,");
const PEOPLE: Source = source("employee", "hr-system", "hr-export 3.1", "employments changed");
const GRANTED: Source = source("access_grant", "sign-on", "sign-on-export 5.0", "grants given");
const REMOVED: Source = source("access_removal", "sign-on", "sign-on-export 5.0", "grants ended");
const REVIEWED: Source = source("access_review", "access-reviews", "spreadsheet", "");
const DEPLOYED: Source = source("deployment", "pipeline", "pipeline-export 1.2", "deployments to production");
const INCIDENT: Source = source("incident", "incident-tracker", "tracker-export 4.2", "incidents changed");
const VENDOR: Source = source("vendor", "vendor-list", "spreadsheet", "");

/// Everything that collectors and people bring over the year.
pub(super) fn takes(story: &Story, changes: &[Change], grants: &[Grant], systems: &[System]) -> Vec<Act> {
    let mut acts = weekly(story, changes);
    acts.extend(monthly(story, grants, systems));
    acts
}

fn weekly(story: &Story, all: &[Change]) -> Vec<Act> {
    let Story { calendar, people, seed, .. } = story;
    let late = late_week(calendar);
    let mut acts = Vec::new();
    for week in calendar.weeks() {
        let mut at = calendar.at(week.to(), 0, 5);
        acts.push(queried(story, CLOUD, week, cloud::activity(*seed, calendar, people, week), at));
        if week == late {
            at = calendar.at(Calendar::plus(week.to(), SIX_WEEKS), 10, 5);
        }
        acts.push(queried(story, CHANGE, week, changes::change_table(calendar, people, all, week), at));
        acts.push(queried(story, REVIEW, week, changes::review_table(calendar, people, all, week), at));
    }
    acts
}

fn monthly(story: &Story, grants: &[Grant], systems: &[System]) -> Vec<Act> {
    let Story { calendar, people, .. } = story;
    let live =
        systems.iter().flat_map(|one| one.versions.iter().map(|(version, day)| (one.key, *version, *day)));
    let live: Vec<_> = live.collect();
    let mut acts = Vec::new();
    for (number, month) in calendar.months_with_lead().into_iter().enumerate() {
        let first = number == 0;
        let at = calendar.at(month.to(), 0, 20);
        let employees = access::employees(calendar, people, month, first);
        acts.push(queried(story, PEOPLE, month, employees, at));
        acts.push(queried(story, GRANTED, month, access::given(calendar, grants, month, first), at));
        acts.push(queried(story, REMOVED, month, access::taken(calendar, grants, month), at));
        let deployed = incidents::deployments(calendar, people, &live, month, first);
        acts.push(queried(story, DEPLOYED, month, deployed, at));
        for days in without(month, incidents::tracker_gap(calendar)) {
            acts.push(queried(story, INCIDENT, days, incidents::incidents(calendar, people, days), at));
        }
        acts.push(claimed(story, REVIEWED, month, access::reviews(calendar, people, grants, month)));
        acts.push(claimed(story, VENDOR, month, incidents::vendors(calendar, month, first)));
    }
    acts
}

/// The days of a month that a gap leaves.
fn without(month: Period, gap: Option<Period>) -> Vec<Period> {
    let Some(gap) = gap.filter(|gap| gap.intersection(month).is_some()) else { return vec![month] };
    let before = Period::new(month.from(), gap.from()).ok();
    before.into_iter().chain(Period::new(gap.to(), month.to()).ok()).collect()
}

/// A collector asked for exactly these days and counted what it got.
fn queried(
    story: &Story,
    from: Source,
    days: Period,
    table: Option<Table>,
    at: attestry_domain::time::Instant,
) -> Act {
    let rows = u64::try_from(table.as_ref().map_or(0, Table::len)).unwrap_or(0);
    let query = format!("{} from {} to {}", from.query, days.from(), days.last());
    let covers = Some(Coverage { period: days, basis: CoverageBasis::Queried { query, rows } });
    let Source { stream, source, collector, .. } = from;
    let take = Take { stream, source, collector, covers, table };
    Act { at, by: story.titled("Platform engineer"), deed: Deed::Take(take) }
}

/// A person brings a list and says that it is complete.
fn claimed(story: &Story, from: Source, days: Period, table: Option<Table>) -> Act {
    let covers = Some(Coverage { period: days, basis: CoverageBasis::Claimed });
    let Source { stream, source, collector, .. } = from;
    let take = Take { stream, source, collector, covers, table };
    Act {
        at: story.calendar.at(days.to(), 0, 40),
        by: story.titled("Compliance lead"),
        deed: Deed::Take(take),
    }
}
