//! From when provisions of a law apply, and what they are on the day asked for.

use attestry_domain::catalog::{LawDate, LawState};
use attestry_domain::id::RequirementId;
use attestry_domain::time::{Day, day_words};

use crate::context::Context;
use crate::pages::links::{self, RequirementLink};
use crate::view::{Mark, Moment, Shape};

/// The dates of a provision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawLine {
    /// What it is on the day asked for.
    pub state: Mark,
    /// Since or until when.
    pub sentence: String,
    /// Its dates.
    pub rows: Vec<DateRow>,
}

/// A date of a law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateRow {
    /// What it makes of its provisions on the day asked for.
    pub state: Mark,
    /// The first day they apply.
    pub from: Moment,
    /// The first day they no longer do.
    pub until: Option<Moment>,
    /// What took their place.
    pub superseded_by: String,
    /// What applies, to whom.
    pub note: String,
    /// Where that is from.
    pub source: String,
    /// When it was looked up.
    pub checked: Moment,
    /// The provisions.
    pub provisions: Vec<RequirementLink>,
}

/// The dates of a provision; `None` for what has none.
pub(crate) fn line(context: &Context, provision: &RequirementId) -> Option<LawLine> {
    let dates = context.catalog().dates_of(provision);
    let (state, sentence) = match context.catalog().law_on(provision, context.question().as_of) {
        LawState::Undated => return None,
        LawState::NotYet(date) => (
            not_yet(),
            format!("It applies from {}, not yet on the day asked for.", day_words(date.applies_from)),
        ),
        LawState::Applies(date) => (applies(), format!("It applies since {}.", day_words(date.applies_from))),
        LawState::Ended(date) => {
            let until = date.until.map(day_words).unwrap_or_default();
            (ended(), format!("It no longer applies since {until}."))
        }
    };
    let rows = dates.into_iter().map(|date| row(context, date)).collect();
    Some(LawLine { state, sentence, rows })
}

/// All dates of a law, in order of day.
pub(crate) fn dates(context: &Context, dates: &[LawDate]) -> Vec<DateRow> {
    let mut sorted: Vec<&LawDate> = dates.iter().collect();
    sorted.sort_by_key(|date| date.applies_from);
    sorted.into_iter().map(|date| row(context, date)).collect()
}

fn row(context: &Context, date: &LawDate) -> DateRow {
    DateRow {
        state: state(date, context.question().as_of),
        from: date.applies_from.into(),
        until: date.until.map(Moment::from),
        superseded_by: date.superseded_by.clone(),
        note: date.note.clone(),
        source: date.source.source.clone(),
        checked: date.source.as_of.into(),
        provisions: date.provisions.iter().map(|id| links::requirement(context, id)).collect(),
    }
}

fn state(date: &LawDate, on: Day) -> Mark {
    match () {
        () if date.applies_on(on) => applies(),
        () if date.applies_from > on => not_yet(),
        () => ended(),
    }
}

fn applies() -> Mark {
    Mark::new(Shape::Full, "applies")
}

fn not_yet() -> Mark {
    Mark::new(Shape::Ring, "not yet")
}

fn ended() -> Mark {
    Mark::new(Shape::Struck, "ended")
}
