//! When a law's provisions apply, on a day.

use attestry_domain::catalog::{Catalog, LawDate, LawState, Requirement};
use attestry_domain::time::{Day, day_words};
use serde_json::{Value, json};

use crate::ui::Page;

/// What a provision is on a day, and its dates.
pub(super) fn of(catalog: &Catalog, one: &Requirement, today: Day) -> Value {
    let state = match catalog.law_on(&one.id, today) {
        LawState::Undated => "undated",
        LawState::NotYet(_) => "not_yet",
        LawState::Applies(_) => "applies",
        LawState::Ended(date) => ended(date),
    };
    json!({"as_of": today, "state": state, "dates": catalog.dates_of(&one.id)})
}

/// What one date is on a day.
pub(super) fn state(date: &LawDate, today: Day) -> &'static str {
    match () {
        () if date.applies_on(today) => "applies",
        () if never(date) => "never_applied",
        () if date.applies_from > today => "not_yet",
        () => "ended",
    }
}

fn never(date: &LawDate) -> bool {
    date.until.is_some_and(|until| until <= date.applies_from)
}

fn ended(date: &LawDate) -> &'static str {
    if never(date) { "never_applied" } else { "ended" }
}

/// The state of a provision as a sentence, with its dates below.
pub(super) fn provision(page: &mut Page, catalog: &Catalog, one: &Requirement, today: Day) {
    let sentence = match catalog.law_on(&one.id, today) {
        LawState::Undated => return,
        LawState::NotYet(date) => {
            format!("does not apply yet; it does from {}", day_words(date.applies_from))
        }
        LawState::Applies(date) => format!("applies, since {}", day_words(date.applies_from)),
        LawState::Ended(date) if never(date) => "never applied".to_owned(),
        LawState::Ended(date) => {
            format!("applies no longer, since {}", date.until.map(day_words).unwrap_or_default())
        }
    };
    page.title(format!("On {} it {sentence}", day_words(today)));
    dates(page, &catalog.dates_of(&one.id), today);
    page.note("Not legal advice: have dates and classification confirmed by counsel.");
}

/// Dates, each with what it is on a day.
pub(super) fn dates(page: &mut Page, dates: &[&LawDate], today: Day) {
    for date in dates {
        let until = date.until.map(|day| format!(" until {}", day_words(day))).unwrap_or_default();
        let provisions: Vec<&str> = date.provisions.iter().map(|id| id.code()).collect();
        let state = state(date, today).replace('_', " ");
        page.say(format!(
            "From {}{until}: {}: {state}.",
            day_words(date.applies_from),
            provisions.join(", ")
        ));
        page.indented(4, &date.note);
        if !date.superseded_by.is_empty() {
            page.indented(4, format!("Superseded by {}.", date.superseded_by));
        }
        page.indented(4, format!("[{}, {}]", date.source.source, date.source.as_of));
    }
}
