//! All controls.

use askama::Template;
use attestry_domain::assess::{ControlAssessment, DesignLevel};
use axum::response::Response;

use crate::context::Context;
use crate::pages::framework::Filter;
use crate::pages::rows;
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::{counted, span};
use crate::view::{Frame, Mark, Place, Shape, Strip};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "controls.html")]
pub struct ControlsPage {
    /// Around it.
    pub frame: Frame,
    /// How they stand, as a sentence.
    pub lead: String,
    /// What the address asks about, for the filter form.
    pub hidden: Vec<(&'static str, String)>,
    /// What is looked for.
    pub query: String,
    /// The state that is filtered by; empty for all.
    pub state: String,
    /// States to filter by, with their words.
    pub states: Vec<(&'static str, &'static str)>,
    /// The controls shown.
    pub rows: Vec<ListedControl>,
}

/// A control in the list.
#[derive(Debug, Clone)]
pub struct ListedControl {
    /// The control.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who owns it.
    pub owner: String,
    /// Whether it was decided not to apply.
    pub excluded: bool,
    /// In design.
    pub design: Mark,
    /// In operation.
    pub operation: Option<Mark>,
    /// Month by month.
    pub strip: Strip,
}

impl ControlsPage {
    fn shown_words(&self) -> String {
        counted(self.rows.len() as u64, "control", "controls")
    }
}

const STATES: [(&str, &str); 10] = [
    ("", "all"),
    ("no_exceptions", "no exceptions"),
    ("exceptions", "exceptions"),
    ("no_occurrences", "no occurrences"),
    ("not_tested", "not tested"),
    ("not_in_place", "not in place"),
    ("implemented", "design: implemented"),
    ("designed", "design: designed"),
    ("documented", "design: documented"),
    ("not_documented", "design: not documented"),
];

/// The page of all adopted controls.
pub(crate) async fn show(context: Context) -> Result<Response, Problem> {
    let filter: Filter = context.reader.query()?;
    let text = filter.q.trim().to_lowercase();
    let all = context.readiness().controls.values().filter(|one| is_in(one, &filter.state));
    let rows = all.map(|one| listed(&context, one));
    let rows = rows
        .filter(|row| format!("{} {} {}", row.id, row.title, row.owner).to_lowercase().contains(&text))
        .collect();
    page(&ControlsPage {
        frame: context.frame(Place::Controls, "Controls"),
        lead: lead(&context),
        hidden: context.hidden(),
        rows,
        query: filter.q,
        state: filter.state,
        states: STATES.to_vec(),
    })
}

fn listed(context: &Context, one: &ControlAssessment) -> ListedControl {
    let excluded = one.applicable == Some(false);
    let out = || Mark::new(Shape::Struck, "does not apply");
    ListedControl {
        id: one.id.to_string(),
        title: rows::control_title(context, &one.id),
        owner: context.owner_of(&one.id),
        excluded,
        design: if excluded { out() } else { one.design.level.into() },
        operation: if excluded { Some(out()) } else { one.operation.as_ref().map(Mark::from) },
        strip: Strip::of(one),
    }
}

fn is_in(one: &ControlAssessment, state: &str) -> bool {
    match state {
        "" => true,
        "implemented" => one.design.level == DesignLevel::Implemented,
        "designed" => one.design.level == DesignLevel::Designed,
        "documented" => one.design.level == DesignLevel::Documented,
        "not_documented" => one.design.level == DesignLevel::NotDocumented,
        other => one.operation.as_ref().is_some_and(|operation| operation.name() == other),
    }
}

fn lead(context: &Context) -> String {
    let all: Vec<_> =
        context.readiness().controls.values().filter(|one| one.applicable != Some(false)).collect();
    let controls = counted(all.len() as u64, "control", "controls");
    let Some(period) = context.question().period else { return format!("{controls}.") };
    let words = [
        ("no_exceptions", "without exceptions"),
        ("exceptions", "with exceptions"),
        ("no_occurrences", "without occurrences"),
        ("not_tested", "not tested"),
        ("not_in_place", "not in place"),
    ];
    let count = |(state, words): (&str, &str)| {
        let n = all.iter().filter(|one| is_in(one, state)).count();
        (n > 0).then(|| format!("{n} {words}"))
    };
    let counts: Vec<String> = words.into_iter().filter_map(count).collect();
    format!("{controls} over {}: {}.", span(period), counts.join(", "))
}
