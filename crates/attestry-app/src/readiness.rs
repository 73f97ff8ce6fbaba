//! What holds, at which N, on which day, over which period: assessed once, kept while nothing touches it.

use std::collections::{BTreeMap, HashMap};
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
    controls: Mutex<HashMap<ControlKey, Arc<ControlAssessment>>>,
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
const KEPT_CONTROLS: usize = 20_000;

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
    /// When there is no such N, or evidence cannot be read.
    pub async fn status(&self, axis: Axis) -> Result<Status, AppError> {
        let snapshot = self.at(axis.at).await?;
        let question = question(&snapshot.programme, axis, self.today());
        let key = (snapshot.programme.sequence, question, snapshot.programme.catalog);
        if let Some((snapshot, readiness)) = self.cache().whole(&key) {
            return Ok(Status { snapshot, readiness });
        }
        let counts = self.counts(&snapshot.programme).await?;
        let readiness = Arc::new(self.cache().assess(&snapshot, &counts, question));
        self.cache().keep(key, (snapshot.clone(), readiness.clone()));
        Ok(Status { snapshot, readiness })
    }

    /// What every run counted per day, from its object.
    async fn counts(&self, programme: &Programme) -> Result<Counts, AppError> {
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

/// The question that an axis asks of a programme.
///
/// Without a period it is that of the newest Type 2 or stage 2 engagement, else the twelve months up to the
/// last month's end; without a day it is today, or the period's last day once that is over.
pub fn question(programme: &Programme, axis: Axis, today: Day) -> Question {
    let engaged =
        programme.engagements.values().max_by_key(|one| one.at).map(|one| match one.value.examines {
            EngagementKind::Type2 { period } | EngagementKind::Stage2 { period } => Some(period),
            EngagementKind::Type1 { .. } | EngagementKind::Stage1 { .. } => None,
        });
    let anchor = axis.as_of.unwrap_or(today);
    let period = axis.period.or_else(|| engaged.unwrap_or_else(|| year_before(anchor)));
    let last = period.map_or(anchor, |period| anchor.min(period.last()));
    let as_of = axis.as_of.unwrap_or(last);
    Question { as_of, through: as_of.min(today.yesterday().unwrap_or(today)), period }
}

/// The twelve months up to the end of the month before a day.
fn year_before(day: Day) -> Option<Period> {
    let to = day.first_of_month();
    Period::new(to.checked_sub(12.months()).ok()?, to).ok()
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

    fn assess(&self, snapshot: &Snapshot, counts: &Counts, question: Question) -> Readiness {
        let Snapshot { programme, catalog } = snapshot;
        let mut kept = self.controls.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() > KEPT_CONTROLS {
            kept.clear();
        }
        let judge = |id: &ControlId| {
            let version = control_version(programme, catalog, id);
            let key = (id.clone(), question, version, programme.catalog);
            let judged = || Arc::new(assess_control(programme, catalog, counts, question, id));
            (id.clone(), kept.entry(key).or_insert_with(judged).clone())
        };
        let controls = programme.controls.keys().map(judge).collect();
        from_controls(programme, catalog, question, controls)
    }
}
