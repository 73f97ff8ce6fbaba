//! Rows that several pages show.

use attestry_domain::assess::FrameworkAssessment;
use attestry_domain::catalog::{Catalog, FrameworkKind};
use attestry_domain::id::{ControlId, RequirementId};

use crate::context::Context;
use crate::view::words::{encoded, grouped, span};
use crate::view::{Map, MapCell, MapGroup, Mark, Moment};

/// A number with its noun, and where its reasons are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Such as `28 of 33 criteria met in operation`.
    pub words: String,
    /// The list that it counts.
    pub href: String,
}

/// A framework in sentences and as a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkSummary {
    /// Short name in addresses.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// How its sentence begins, such as `SOC 2 Type 2, 1 Jan – 31 Dec 2026`.
    pub lead: String,
    /// Requirements by state in design.
    pub design: Vec<Count>,
    /// Requirements by state in operation; `None` when no period was asked for.
    pub operation: Option<Vec<Count>>,
    /// The map.
    pub map: Map,
    /// Requirements in all, those left out among them.
    pub total: usize,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its place in the ledger.
    pub sequence: u64,
    /// What happened.
    pub what: String,
    /// Who said so.
    pub who: String,
    /// When it was recorded.
    pub when: Moment,
}

/// A fact with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub what: &'static str,
    /// The fact.
    pub words: String,
    /// Its reasons.
    pub href: Option<String>,
    /// Whether it is a digest or code.
    pub code: bool,
}

/// A record of evidence, to link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLink {
    /// Its stream.
    pub stream: String,
    /// Its segment.
    pub segment: String,
    /// Its row, from 0.
    pub row: u64,
}

/// An AI system, to link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemLink {
    /// The system.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// An occurrence that broke a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionRow {
    /// The occurrence.
    pub id: String,
    /// When it happened.
    pub occurred: Option<Moment>,
    /// What was wrong.
    pub reason: String,
    /// What management answered.
    pub response: Option<String>,
    /// The records that show it.
    pub records: Vec<RecordLink>,
    /// The AI system that it is about.
    pub system: Option<SystemLink>,
}

/// A requirement that a control serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedRow {
    /// Qualified id.
    pub id: String,
    /// Bare code.
    pub code: String,
    /// Its framework's short name.
    pub framework: String,
    /// Title.
    pub title: String,
    /// How much the control gives it.
    pub kind: &'static str,
    /// Why.
    pub rationale: String,
    /// The controls through which, where several are meant.
    pub through: Vec<String>,
    /// In design.
    pub design: Mark,
    /// In operation.
    pub operation: Option<Mark>,
}

impl EventRow {
    /// Its place with digits grouped.
    pub fn sequence_words(&self) -> String {
        grouped(self.sequence)
    }
}

impl Fact {
    /// A fact in words.
    pub fn new(what: &'static str, words: impl Into<String>) -> Self {
        Self { what, words: words.into(), href: None, code: false }
    }

    /// A digest or code.
    pub fn code(what: &'static str, words: impl Into<String>) -> Self {
        Self { code: true, ..Self::new(what, words) }
    }

    /// With its reasons.
    pub fn at(mut self, href: String) -> Self {
        self.href = Some(href);
        self
    }
}

/// A framework's sentences and map.
pub(crate) fn summary(context: &Context, framework: &FrameworkAssessment) -> FrameworkSummary {
    let known = context.catalog().frameworks.get(&framework.id);
    let attests = known.is_some_and(|one| one.kind == FrameworkKind::Attestation);
    let (one, many) = if attests { ("criterion", "criteria") } else { ("requirement", "requirements") };
    let name = context.short(framework.id.as_str());
    let path = format!("/frameworks/{}", encoded(framework.id.as_str()));
    let href = |state: &str| context.axis.with(&path, &[("state", state)]);
    let noun = |total: usize| if total == 1 { one } else { many };
    let first = |n: usize, total: usize, what: &str, state: &str| Count {
        words: format!("{n} of {total} {} {what}", noun(total)),
        href: href(state),
    };
    let rest = |parts: &[(usize, &str, &str)]| -> Vec<Count> {
        let some = parts.iter().filter(|(n, ..)| *n > 0);
        some.map(|(n, words, state)| Count { words: format!("{n} {words}"), href: href(state) }).collect()
    };
    let totals = framework.design;
    let mut design =
        vec![first(totals.met, totals.total.saturating_sub(totals.excluded), "met", "design_met")];
    design.extend(rest(&[
        (totals.partial, "partial", "design_partial"),
        (totals.gap, if totals.gap == 1 { "gap" } else { "gaps" }, "design_gap"),
        (totals.unknown, "undecided", "design_unknown"),
        (totals.excluded, "excluded", "excluded"),
    ]));
    let operation = framework.operation.map(|totals| {
        let mut counts =
            vec![first(totals.met, totals.total.saturating_sub(totals.excluded), "met in operation", "met")];
        counts.extend(rest(&[
            (totals.with_exceptions, "with exceptions", "with_exceptions"),
            (totals.not_met, "not met", "not_met"),
            (totals.not_tested, "not tested", "not_tested"),
            (totals.no_occurrences, "without occurrences", "no_occurrences"),
            (totals.excluded, "excluded", "excluded"),
        ]));
        counts
    });
    let period = context.question().period.map(span).unwrap_or_default();
    let judged = context.judged_to().map(|words| format!(", {words}")).unwrap_or_default();
    let lead = format!("{name}{}, {period}{judged}", if attests { " Type 2" } else { "" });
    let (id, total) = (framework.id.to_string(), framework.design.total);
    FrameworkSummary { id, name, lead, design, operation, map: map(context, framework), total }
}

fn map(context: &Context, framework: &FrameworkAssessment) -> Map {
    let mut groups: Vec<(RequirementId, MapGroup)> = Vec::new();
    for one in &framework.requirements {
        let group = group_of(context.catalog(), &one.id);
        let cell = MapCell {
            code: one.id.code().to_owned(),
            title: title_of(context.catalog(), &one.id),
            href: context.axis.requirement(one.id.as_str()),
            design: one.design.into(),
            operation: one.operation.map(Mark::from),
            excluded: one.excluded.is_some(),
        };
        match groups.last_mut().filter(|(last, _)| *last == group) {
            Some((_, group)) => group.cells.push(cell),
            None => {
                let title = format!("{} {}", group.code(), title_of(context.catalog(), &group));
                groups.push((group, MapGroup { title, cells: vec![cell] }));
            }
        }
    }
    Map { groups: groups.into_iter().map(|(_, group)| group).collect() }
}

/// The heading a requirement stands under: the topmost, or in a framework with categories the one below it.
fn group_of(catalog: &Catalog, id: &RequirementId) -> RequirementId {
    let parent = |id: &RequirementId| catalog.requirements.get(id).and_then(|one| one.parent.clone());
    let mut chain = vec![id.clone()];
    while let Some(above) = chain.last().and_then(parent).filter(|above| !chain.contains(above)) {
        chain.push(above);
    }
    let categories = catalog.requirements.get(id).is_some_and(|one| one.category.is_some());
    let below = usize::from(categories && chain.len() > 2);
    chain.into_iter().rev().nth(below).unwrap_or_else(|| id.clone())
}

/// A requirement's title.
pub(crate) fn title_of(catalog: &Catalog, id: &RequirementId) -> String {
    catalog.requirements.get(id).map(|one| one.title.clone()).unwrap_or_default()
}

/// A control's title.
pub(crate) fn control_title(context: &Context, id: &ControlId) -> String {
    context.catalog().controls.get(id).map(|one| one.title.clone()).unwrap_or_default()
}

/// A requirement in a list of what is served.
pub(crate) fn served(context: &Context, id: &RequirementId, through: Vec<String>) -> Option<ServedRow> {
    let state = context.requirement(id)?;
    Some(ServedRow {
        id: id.to_string(),
        code: id.code().to_owned(),
        framework: context.short(id.framework()),
        title: title_of(context.catalog(), id),
        kind: "",
        rationale: String::new(),
        through,
        design: state.design.into(),
        operation: state.operation.map(Mark::from),
    })
}
