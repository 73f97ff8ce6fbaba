//! What was recorded long after it occurred: not wrong by itself, and shown apart.

use attestry_domain::assess::{ControlAssessment, Occurrence, RECORDING_DELAY_DAYS, TestAssessment};
use attestry_domain::event::DayCount;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::id::{ControlId, RunId};
use attestry_domain::time::{Instant, day_words};

use crate::context::Context;
use crate::pages::reasons::ControlReasons;
use crate::problem::Problem;
use crate::view::words::{counted, delay, grouped};

/// Occurrences of a run that were recorded late, to link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateRun {
    /// The run.
    pub id: String,
    /// How many, such as `36 recorded late`.
    pub words: String,
}

/// What was recorded late about a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateRow {
    /// The control.
    pub control: String,
    /// How much, as the beginning of a sentence.
    pub words: String,
    /// Where it is: the run that shows its rows; `None` for the control's own page.
    pub run: Option<String>,
}

/// By how much something was recorded late, in words; `None` when the delay is usual.
pub(crate) fn later(occurred: Instant, recorded: Instant) -> Option<String> {
    const DAY_MICROS: i64 = 86_400_000_000;
    let micros = recorded.micros().saturating_sub(occurred.micros());
    (micros > i64::from(RECORDING_DELAY_DAYS) * DAY_MICROS).then(|| delay(micros / DAY_MICROS))
}

/// What was recorded late, control by control.
pub(crate) async fn rows(context: &Context) -> Result<Vec<LateRow>, Problem> {
    let mut rows = Vec::new();
    for control in context.readiness().controls.values().filter(|one| one.applicable != Some(false)) {
        for test in control.tests.iter().filter(|test| test.recorded_late > 0) {
            let runs = runs(context, test).await?;
            let several = runs.len() > 1;
            rows.extend(runs.into_iter().map(|(run, late)| LateRow {
                control: control.id.to_string(),
                words: format!(
                    "{} recorded more than {RECORDING_DELAY_DAYS} days after {} occurred{}",
                    counted(late, "record was", "records were"),
                    if late == 1 { "it" } else { "they" },
                    in_run(context, &run, several),
                ),
                run: Some(run.to_string()),
            }));
        }
        rows.extend(performed(control));
    }
    Ok(rows)
}

/// Performances of a control on a calendar that were recorded late.
fn performed(control: &ControlAssessment) -> Option<LateRow> {
    let late = control.occurrences.iter().filter(|one| Occurrence::recorded_late(one)).count() as u64;
    let words = format!(
        "{} recorded more than {RECORDING_DELAY_DAYS} days later",
        counted(late, "performance was", "performances were")
    );
    (late > 0).then(|| LateRow { control: control.id.to_string(), words, run: None })
}

/// Says of each test of a control which runs show what was recorded late.
pub(crate) async fn fill(
    context: &Context,
    id: &ControlId,
    reasons: &mut ControlReasons,
) -> Result<(), Problem> {
    let Some(assessment) = context.control(id) else { return Ok(()) };
    for test in &mut reasons.tests {
        let assessed = assessment.tests.iter().find(|one| one.id.as_str() == test.id);
        let Some(assessed) = assessed.filter(|one| one.recorded_late > 0) else { continue };
        let runs = runs(context, assessed).await?;
        let several = runs.len() > 1;
        let late = |(run, late): (RunId, u64)| LateRun {
            id: run.to_string(),
            words: format!("{} recorded late{}", grouped(late), in_run(context, &run, several)),
        };
        test.late = runs.into_iter().map(late).collect();
    }
    Ok(())
}

/// Which run it is, where there are several.
fn in_run(context: &Context, run: &RunId, several: bool) -> String {
    let known = context.programme().runs.get(run).filter(|_| several);
    let day = known.map(|run| day_words(run.recorded_at.day(&context.zone())));
    day.map(|day| format!(", in the run of {day}")).unwrap_or_default()
}

/// The runs that what was recorded late is counted from, with how many of each.
async fn runs(context: &Context, test: &TestAssessment) -> Result<Vec<(RunId, u64)>, Problem> {
    if let [only] = test.runs.as_slice() {
        return Ok(vec![(*only, test.recorded_late)]);
    }
    let mut found = Vec::new();
    for id in &test.runs {
        let Some(run) = context.programme().runs.get(id) else { continue };
        let RunOutcome::Ran { days, .. } = &run.value.outcome else { continue };
        let bytes = context.reader.state.workspace.object(&days.digest).await?;
        let days: Vec<DayCount> = serde_json::from_slice(&bytes)
            .map_err(|error| Problem::Failed(format!("the counts of run {id}: {error}")))?;
        let counts = days.iter().filter(|day| test.run_of(day.day) == Some(*id));
        let late: u64 = counts.map(|day| day.recorded_late).sum();
        found.extend((late > 0).then_some((*id, late)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::later;

    #[test]
    fn two_weeks_are_usual_and_what_took_longer_says_how_long() {
        let late = |recorded: &str| later("2026-05-01T00:00:00Z".parse().unwrap(), recorded.parse().unwrap());
        assert_eq!(late("2026-05-15T00:00:00Z"), None);
        assert_eq!(late("2026-04-01T00:00:00Z"), None);
        assert_eq!(late("2026-05-15T00:00:01Z").as_deref(), Some("14 days"));
        assert_eq!(late("2026-06-13T09:00:00Z").as_deref(), Some("6 weeks"));
    }
}
