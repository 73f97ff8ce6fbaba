//! What holds, at which N, on which day, over which period: assessed once, kept while nothing touches it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use attestry_domain::assess::{
    ControlAssessment, Counts, Question, Readiness, assess_control, control_version, from_controls,
};
use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::{DayCount, EngagementKind};
use attestry_domain::id::{ControlId, Digest, RunId};
use attestry_domain::programme::Programme;
use attestry_domain::time::{Day, Period};
use jiff::ToSpan;

use crate::evidence::segment::SegmentCache;
use crate::rows::RowsCache;
use crate::{AppError, Axis, Snapshot, Workspace};

/// Assessments and counts that stay right until something touches them. Rebuilt when lost.
#[derive(Default)]
pub(crate) struct Cache {
    whole: Mutex<Vec<(Key, Answered)>>,
    controls: Mutex<Controls>,
    counts: Mutex<BTreeMap<RunId, Arc<[DayCount]>>>,
    pub(crate) rows: RowsCache,
    pub(crate) segments: SegmentCache,
}

/// Control, question, the newest event it rests on, and catalog.
type ControlKey = (ControlId, Question, u64, Option<Digest>);
/// N, question and catalog.
type Key = (u64, Question, Option<Digest>);
/// A whole answer.
type Answered = (Snapshot, Arc<Readiness>);

/// How many whole answers are kept.
const KEPT: usize = 24;
/// How many controls' answers are kept.
const KEPT_CONTROLS: usize = 3_000;
/// Years of a period at most: every day of it is looked at.
const LONGEST_YEARS: i64 = 10;

/// Controls' answers, and their keys oldest first.
#[derive(Default)]
struct Controls {
    answers: HashMap<ControlKey, Arc<ControlAssessment>>,
    order: VecDeque<ControlKey>,
}

/// What holds along an axis.
#[derive(Debug, Clone)]
pub struct Status {
    /// The programme and catalog it was made from.
    pub snapshot: Snapshot,
    /// What holds.
    pub readiness: Arc<Readiness>,
}

impl Workspace {
    /// What holds along an axis.
    ///
    /// # Errors
    /// When there is no such N, the period is too long, or evidence cannot be read.
    pub async fn status(&self, axis: Axis) -> Result<Status, AppError> {
        let snapshot = self.at(axis.at).await?;
        let question = self.question(&snapshot.programme, axis)?;
        let key = (snapshot.programme.sequence, question, snapshot.programme.catalog);
        if let Some((snapshot, readiness)) = self.cache().whole(&key) {
            return Ok(Status { snapshot, readiness });
        }
        let counts = self.counts(&snapshot.programme).await?;
        let (workspace, of) = (self.clone(), snapshot.clone());
        let judge = move || Arc::new(workspace.cache().assess(&of, &counts, question));
        let readiness = tokio::task::spawn_blocking(judge).await.map_err(|_| AppError::Stopping)?;
        self.cache().keep(key, (snapshot.clone(), readiness.clone()));
        Ok(Status { snapshot, readiness })
    }

    /// The question that an axis asks of a programme, by the clock of that axis.
    ///
    /// # Errors
    /// When the period is longer than ten years.
    pub fn question(&self, programme: &Programme, axis: Axis) -> Result<Question, AppError> {
        if let Some(period) = axis.period.filter(|period| is_too_long(*period)) {
            return Err(AppError::Input(format!(
                "the period {period} has more than {LONGEST_YEARS} years; ask for a part of it"
            )));
        }
        Ok(question(programme, axis, self.now_at(programme, axis).day(&programme.zone())))
    }

    /// What every run counted per day, from its object.
    pub(crate) async fn counts(&self, programme: &Programme) -> Result<Counts, AppError> {
        let known = self.cache().counts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut counts = Counts::new();
        for (id, run) in &programme.runs {
            let RunOutcome::Ran { days, .. } = &run.value.outcome else { continue };
            let rows = match known.get(id) {
                Some(rows) => rows.clone(),
                None => self.day_counts(id, &days.digest).await?,
            };
            counts.insert(*id, rows);
        }
        Ok(counts)
    }

    async fn day_counts(&self, run: &RunId, digest: &Digest) -> Result<Arc<[DayCount]>, AppError> {
        let bytes = self.object(digest).await?;
        let rows: Vec<DayCount> = serde_json::from_slice(&bytes).map_err(|error| {
            AppError::Catalog(format!("the counts of run {run}, object {digest}: {error}"))
        })?;
        let rows: Arc<[DayCount]> = rows.into();
        self.cache().counts.lock().unwrap_or_else(PoisonError::into_inner).insert(*run, rows.clone());
        Ok(rows)
    }
}

/// The question that an axis asks of a programme on a day.
///
/// Without a period it is that of the newest engagement that has one, Type 2 or stage 2, else the twelve months up
/// to the last month's end, or as many of them as the programme has a history; without a day it is today, or the
/// period's last day once that is over.
pub fn question(programme: &Programme, axis: Axis, today: Day) -> Question {
    let engaged = programme.engagements.values().filter_map(|one| match one.value.examines {
        EngagementKind::Type2 { period } | EngagementKind::Stage2 { period } => Some((one.at, period)),
        EngagementKind::Type1 { .. } | EngagementKind::Stage1 { .. } => None,
    });
    let engaged = engaged.filter(|(_, period)| !is_too_long(*period)).max_by_key(|(at, _)| *at);
    let anchor = axis.as_of.unwrap_or(today);
    let asked = axis.period.or(engaged.map(|(_, period)| period));
    let period = asked.or_else(|| since_begun(programme, year_before(anchor)?, anchor));
    // A period that was asked for ends the look at design too; what was done since a month's end still shows.
    let last = asked.map_or(anchor, |period| anchor.min(period.last()));
    let as_of = axis.as_of.unwrap_or(last);
    Question { as_of, through: as_of.min(today.yesterday().unwrap_or(today)), period }
}

fn is_too_long(period: Period) -> bool {
    period.from().checked_add(LONGEST_YEARS.years()).is_ok_and(|most| period.to() > most)
}

/// The twelve months up to the end of the month before a day.
fn year_before(day: Day) -> Option<Period> {
    let to = day.first_of_month();
    Period::new(to.checked_sub(12.months()).ok()?, to).ok()
}

/// A period without the days before the programme began, which could only say that nothing was in place; a programme
/// begun after it has the days from its first to the given one.
fn since_begun(programme: &Programme, period: Period, day: Day) -> Option<Period> {
    let begun = programme.workspace.as_ref().map(|one| one.since);
    let from = begun.map_or(period.from(), |begun| period.from().max(begun));
    if from < period.to() {
        return Period::new(from, period.to()).ok();
    }
    Period::new(from.min(day), day.tomorrow().ok()?).ok()
}

impl Cache {
    fn whole(&self, key: &Key) -> Option<Answered> {
        let whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        whole.iter().find(|(known, _)| known == key).map(|(_, answered)| answered.clone())
    }

    fn keep(&self, key: Key, answered: Answered) {
        let mut whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        if whole.len() >= KEPT {
            whole.remove(0);
        }
        whole.push((key, answered));
    }

    /// Judges what is not known yet. The lock is held to look up and to keep, not to judge.
    fn assess(&self, snapshot: &Snapshot, counts: &Counts, question: Question) -> Readiness {
        let Snapshot { programme, catalog } = snapshot;
        let judge = |id: &ControlId| {
            let version = control_version(programme, catalog, id);
            let key = (id.clone(), question, version, programme.catalog);
            let answer = self.control(&key).unwrap_or_else(|| {
                let judged = Arc::new(assess_control(programme, catalog, counts, question, id));
                self.keep_control(key, judged.clone());
                judged
            });
            (id.clone(), answer)
        };
        let controls = programme.controls.keys().map(judge).collect();
        from_controls(programme, catalog, question, controls)
    }

    fn control(&self, key: &ControlKey) -> Option<Arc<ControlAssessment>> {
        self.controls.lock().unwrap_or_else(PoisonError::into_inner).answers.get(key).cloned()
    }

    fn keep_control(&self, key: ControlKey, answer: Arc<ControlAssessment>) {
        let mut kept = self.controls.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.answers.insert(key.clone(), answer).is_none() {
            kept.order.push_back(key);
        }
        while kept.order.len() > KEPT_CONTROLS {
            let Some(oldest) = kept.order.pop_front() else { return };
            kept.answers.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use attestry_domain::event::{Actor, EngagementOpened};
    use attestry_domain::id::{EngagementId, WorkspaceId};
    use attestry_domain::programme::{Recorded, Workspace};
    use attestry_domain::time::{Instant, day};
    use ulid::Ulid;

    use super::*;

    fn engaged(kinds: &[EngagementKind]) -> Programme {
        let mut programme = Programme::default();
        for (at, examines) in (1..).zip(kinds) {
            let engagement = EngagementId::new(Ulid::from_parts(at, 1));
            let (framework, firm) = ("soc2".parse().unwrap(), "Firm".to_owned());
            let value = EngagementOpened { engagement, framework, examines: *examines, firm };
            let (recorded_at, recorded_on) = (Instant::from_micros(0), day("2026-01-01").unwrap());
            let recorded = Recorded { value, recorded_at, recorded_on, by: Actor::System, at };
            programme.engagements.insert(engagement, Arc::new(recorded));
        }
        programme
    }

    #[test]
    fn an_engagement_without_a_period_does_not_hide_operation() {
        let today = day("2026-08-20").unwrap();
        let type1 = EngagementKind::Type1 { as_of: day("2026-08-01").unwrap() };
        let year: Period = "2026-01-01..2027-01-01".parse().unwrap();
        let asked = |kinds: &[EngagementKind]| question(&engaged(kinds), Axis::default(), today).period;
        assert_eq!(asked(&[EngagementKind::Type2 { period: year }, type1]), Some(year));
        let months: Period = "2025-08-01..2026-08-01".parse().unwrap();
        assert_eq!(asked(&[type1]), Some(months));
        assert_eq!(asked(&[]), Some(months));
    }

    #[test]
    fn a_young_programme_is_judged_from_its_first_day() {
        let mut programme = Programme::default();
        let begun_on = |since: &str| Workspace {
            id: WorkspaceId::new(Ulid::from_parts(1, 1)),
            name: "Young".to_owned(),
            time_zone: "UTC".to_owned(),
            zone: jiff::tz::TimeZone::UTC,
            since: day(since).unwrap(),
            simulated: None,
        };
        let today = day("2026-08-20").unwrap();
        let expected = [
            ("2024-01-01", "2025-08-01..2026-08-01"),
            ("2026-05-10", "2026-05-10..2026-08-01"),
            ("2026-08-05", "2026-08-05..2026-08-21"),
            ("2026-08-20", "2026-08-20..2026-08-21"),
        ];
        for (since, period) in expected {
            programme.workspace = Some(Arc::new(begun_on(since)));
            assert_eq!(question(&programme, Axis::default(), today).period, Some(period.parse().unwrap()));
        }
    }

    #[test]
    fn ten_years_are_a_period_and_a_day_more_is_not() {
        assert!(!is_too_long("2016-01-01..2026-01-01".parse().unwrap()));
        assert!(is_too_long("2016-01-01..2026-01-02".parse().unwrap()));
        assert!(!is_too_long("9990-01-01..9999-12-31".parse().unwrap()));
    }
}
