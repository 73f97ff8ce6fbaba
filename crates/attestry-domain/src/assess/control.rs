//! One control: design at a date, operation over a period.

use serde::Serialize;

use crate::assess::complete::systems_version;
use crate::assess::days::Days;
use crate::assess::design::Design;
use crate::assess::occurrence::{Occurrence, occurrences};
use crate::assess::operation::{Cell, Found, Operation};
use crate::assess::strip::{months, strip};
use crate::assess::test::{TestAssessment, assess_test};
use crate::assess::{Counts, Question};
use crate::catalog::{Cadence, Catalog, ControlTest};
use crate::id::ControlId;
use crate::programme::{AdoptedControl, Programme};
use crate::time::{Day, Period, next};

/// What holds for a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ControlAssessment {
    /// The control.
    pub id: ControlId,
    /// Whether it applies; `None` while undecided.
    pub applicable: Option<bool>,
    /// Its design.
    pub design: Design,
    /// Its operation; `None` when no period was asked for.
    pub operation: Option<Operation>,
    /// Its tests, when operation was asked for.
    pub tests: Vec<TestAssessment>,
    /// Its expected occurrences, when it is judged by statements of performance.
    pub occurrences: Vec<Occurrence>,
    /// The period month by month.
    pub strip: Vec<Cell>,
    /// Whether evidence or a test is missing on some day, also where exceptions say more than that.
    pub gaps: bool,
}

/// The newest event that a control's assessment rests on: while it stays, so does the assessment.
pub fn control_version(programme: &Programme, catalog: &Catalog, id: &ControlId) -> u64 {
    let streams = catalog.tests_of(id).flat_map(|test| &test.streams);
    let streams = streams.map(|stream| programme.version_of(&format!("stream/{stream}")));
    let reads_systems = catalog.tests_of(id).any(|test| test.streams.is_empty());
    let systems = reads_systems.then(|| systems_version(programme));
    let control = programme.controls.get(id);
    let named = control.into_iter().flat_map(|control| &control.compensations).map(|one| &one.value.by);
    let controls = named.chain([id]).map(|control| programme.version_of(&format!("control/{control}")));
    streams.chain(controls).chain(systems).max().unwrap_or(0)
}

/// Judges one control.
pub fn assess_control(
    programme: &Programme,
    catalog: &Catalog,
    counts: &Counts,
    question: Question,
    id: &ControlId,
) -> ControlAssessment {
    let control = programme.controls.get(id).map(AsRef::as_ref);
    Asked::new(programme, catalog, counts, question).judge(id, control)
}

/// What is asked, of what: the same for every control.
pub(super) struct Asked<'a> {
    programme: &'a Programme,
    catalog: &'a Catalog,
    counts: &'a Counts,
    question: Question,
    /// The calendar months of the period.
    months: Vec<Period>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        programme: &'a Programme,
        catalog: &'a Catalog,
        counts: &'a Counts,
        question: Question,
    ) -> Self {
        let months = question.period.map(months).unwrap_or_default();
        Self { programme, catalog, counts, question, months }
    }

    /// Judges a control; `None` is one that is not adopted.
    pub(super) fn judge(&self, id: &ControlId, control: Option<&AdoptedControl>) -> ControlAssessment {
        let as_of = self.question.as_of;
        let mut assessment = ControlAssessment {
            id: id.clone(),
            applicable: control.and_then(|control| control.applies_on(as_of)),
            design: control.map_or_else(nothing, |control| Design::of(control, as_of)),
            operation: None,
            tests: Vec::new(),
            occurrences: Vec::new(),
            strip: Vec::new(),
            gaps: false,
        };
        if let Some(period) = self.question.period {
            let through = self.question.through.min(as_of);
            match Period::between(period.from(), period.to().min(next(through))) {
                Some(over) => self.operate(control, through, (period, over), &mut assessment),
                None => self.wait(period, &mut assessment),
            }
        }
        assessment
    }

    /// The period has yet to begin.
    fn wait(&self, period: Period, assessment: &mut ControlAssessment) {
        let why = format!("the period begins on {}", period.from());
        let tests = self.catalog.tests_of(&assessment.id);
        assessment.tests = tests.map(|test| TestAssessment::waiting(test, &why)).collect();
        assessment.operation = Some(Operation::NotTested { reasons: vec![why] });
        assessment.gaps = true;
    }

    fn operate(
        &self,
        control: Option<&AdoptedControl>,
        through: Day,
        (period, over): (Period, Period),
        assessment: &mut ControlAssessment,
    ) {
        let absent = self.uncovered(control, &assessment.design, over);
        let mut found = Found { uncovered: absent.first().copied(), ..Found::default() };
        let id = assessment.id.clone();
        let tests: Vec<&ControlTest> = self.catalog.tests_of(&id).collect();
        if let Some(control) = control.filter(|_| tests.is_empty()) {
            self.performed(control, through, (period, over), assessment, &mut found);
        }
        for test in tests {
            let one = assess_test(self.programme, self.catalog, self.counts, test, over);
            found.of = found.of.saturating_add(one.of);
            found.n = found.n.saturating_add(one.n);
            found.gaps.extend(one.gaps.iter().cloned());
            assessment.tests.push(one);
        }
        assessment.strip = strip(assessment, &self.months, over, &absent);
        assessment.gaps = !found.gaps.is_empty();
        assessment.operation = Some(found.conclude());
    }

    /// Runs of days not in place that no named compensating control in place covers.
    fn uncovered(&self, control: Option<&AdoptedControl>, design: &Design, over: Period) -> Vec<Period> {
        let Some(gap) = design.uncovered(over) else { return Vec::new() };
        let mut absent = Days::of(gap);
        let as_of = self.question.as_of;
        for named in control.into_iter().flat_map(|control| &control.compensations).map(|one| &one.value) {
            let by = self.programme.controls.get(&named.by).filter(|by| by.applies_on(as_of) != Some(false));
            let since = by.and_then(|by| Design::of(by, as_of).implemented_since);
            let stands_in = |since: Day| Period::between(since.max(named.period.from()), named.period.to());
            since.and_then(stands_in).into_iter().for_each(|days| absent.remove(days));
        }
        absent.into_runs()
    }

    /// Judges a control without a test by statements of performance.
    fn performed(
        &self,
        control: &AdoptedControl,
        through: Day,
        (period, over): (Period, Period),
        assessment: &mut ControlAssessment,
        found: &mut Found,
    ) {
        let usual = || self.catalog.controls.get(&assessment.id).map(|control| control.cadence);
        let cadence_on = |day: Day| control.procedure_on(day).map(|procedure| procedure.cadence);
        let cadence = cadence_on(through).or_else(usual).unwrap_or(Cadence::PerEvent);
        // Another procedure can be in force only from a day of approval on.
        let approved = control.procedures.iter().filter_map(|one| one.approved.as_ref()).map(|one| one.value);
        let changes = approved.filter(|day| over.contains(*day)).chain([over.from()]);
        let mut cadences = changes.filter_map(cadence_on).chain([cadence]);
        assessment.occurrences = occurrences(control, period, self.question.as_of, through);
        found.count(&assessment.occurrences);
        if cadences.any(|cadence| !cadence.is_periodic()) {
            found.gaps.push("no control test reads the occurrences of this control".to_owned());
        } else if assessment.occurrences.is_empty() {
            found.gaps.push(format!("the {cadence} procedure expects nothing that falls due in the period"));
        } else if found.of == 0 {
            found.gaps.push("nothing has fallen due yet".to_owned());
        }
    }
}

fn nothing() -> Design {
    let (documented_since, designed_since, implemented_since) = (None, None, None);
    let level = crate::assess::DesignLevel::NotDocumented;
    Design { level, documented_since, designed_since, implemented_since, missing: vec!["adoption"] }
}
