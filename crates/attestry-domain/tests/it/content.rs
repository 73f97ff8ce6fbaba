//! Small catalogs, made up or by hand, for what is derived from content alone.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::catalog::{
    Cadence, Catalog, Control, Crosswalk, Framework, FrameworkKind, MappingKind, Nature, Relation,
    Requirement, Row,
};
use attestry_domain::id::Digest;
use attestry_domain::overlap::Wish;
use proptest::prelude::*;

use super::support::{code, control, day, framework, requirement};

/// Requirements that each made-up framework has.
const EACH: usize = 4;
const FRAMEWORKS: [&str; 3] = ["a", "b", "c"];
const KINDS: [MappingKind; 3] =
    [MappingKind::Satisfies, MappingKind::ContributesKey, MappingKind::ContributesSupporting];
const CADENCES: [Cadence; 4] = [Cadence::Annual, Cadence::Monthly, Cadence::Weekly, Cadence::Continuous];

/// Guidance with requirements that are all assessed, `1`, `2`, …
pub fn plain(id: &str, requirements: usize) -> (Framework, Vec<Requirement>) {
    let ids = (1..=requirements).map(|at| format!("{id}:{at}"));
    let requirements = ids.map(|id| requirement(&id, "criterion", false, None)).collect();
    (framework(id, FrameworkKind::Guidance, Vec::new()), requirements)
}

/// A row that says what is left wherever its relation leaves something.
pub fn row(from: &str, to: &str, relation: Relation, strength: u8) -> Row {
    let left = |is_met: bool, of: &str| if is_met { String::new() } else { format!("the rest of {of}") };
    Row {
        from: code(from),
        to: code(to),
        relation,
        strength: if relation == Relation::NoRelation { 0 } else { strength },
        why: format!("{from} and {to}"),
        left_to: left(relation.meets(), to),
        left_from: left(relation.inverse().meets(), from),
    }
}

pub fn crosswalk(from: &str, to: &str, rows: Vec<Row>) -> Crosswalk {
    Crosswalk {
        id: format!("{from}--{to}"),
        from: code(from),
        to: code(to),
        basis: "judged here".to_owned(),
        as_of: day("2026-01-01"),
        note: "a note".to_owned(),
        answers: None,
        rows,
        alone: BTreeMap::new(),
    }
}

/// A control done by people once a year.
pub fn yearly(id: &'static str, mappings: &[(&'static str, MappingKind)]) -> Control {
    control((id, Cadence::Annual, mappings.to_vec()))
}

pub fn of(
    frameworks: Vec<(Framework, Vec<Requirement>)>,
    controls: Vec<Control>,
    crosswalks: Vec<Crosswalk>,
) -> Catalog {
    let catalog = Catalog::new(Digest::of(b"catalog"), frameworks, controls, Vec::new(), Vec::new());
    catalog.with_crosswalks(crosswalks)
}

/// Everything of some frameworks is had, everything of another wanted.
pub fn wish(have: &[&str], want: &str, ai_in_scope: bool) -> Wish {
    let have = have.iter().map(|id| (code(id), BTreeSet::new())).collect();
    Wish { have, met: None, want: code(want), categories: BTreeSet::new(), ai_in_scope }
}

/// Three frameworks with any controls and crosswalks.
pub fn any_catalog() -> impl Strategy<Value = Catalog> {
    let mapping = (0..FRAMEWORKS.len() * EACH, 0..KINDS.len());
    let control = (prop::collection::btree_map(mapping.0, mapping.1, 0..5), 0..CADENCES.len(), any::<bool>());
    let rows = prop::collection::btree_map((1..=EACH, 1..=EACH), (0..Relation::ALL.len(), 1..=10_u8), 0..6);
    let crosswalks = prop::collection::vec(prop::option::of(rows), 3);
    (prop::collection::vec(control, 0..7), crosswalks).prop_map(|(controls, crosswalks)| {
        let controls = controls.into_iter().enumerate().map(|(at, (mappings, cadence, machine))| {
            let one = |(to, kind): (usize, usize)| (RequirementCode(to).text(), KINDS[kind]);
            let mut made = control_of(at, CADENCES[cadence], mappings.into_iter().map(one).collect());
            made.nature = if machine { Nature::Automated } else { Nature::Manual };
            made
        });
        let sides = [("a", "b"), ("c", "a"), ("b", "c")];
        let crosswalks = sides.into_iter().zip(crosswalks).filter_map(|((from, to), rows)| {
            let rows = rows?.into_iter().map(|((one, other), (relation, strength))| {
                let (one, other) = (format!("{from}:{one}"), format!("{to}:{other}"));
                row(&one, &other, Relation::ALL[relation], strength)
            });
            Some(crosswalk(from, to, rows.collect()))
        });
        let frameworks = FRAMEWORKS.map(|id| plain(id, EACH)).to_vec();
        of(frameworks, controls.collect(), crosswalks.collect())
    })
}

/// A requirement by its number over all made-up frameworks.
struct RequirementCode(usize);

impl RequirementCode {
    fn text(self) -> String {
        format!("{}:{}", FRAMEWORKS[self.0 / EACH], self.0 % EACH + 1)
    }
}

fn control_of(at: usize, cadence: Cadence, mappings: Vec<(String, MappingKind)>) -> Control {
    use attestry_domain::catalog::Mapping;
    let rationale = "it does what is asked".to_owned();
    let mapping = |(to, kind): (String, MappingKind)| Mapping {
        requirement: code(&to),
        kind,
        rationale: rationale.clone(),
    };
    let made = control(("CTL-00", cadence, Vec::new()));
    Control {
        id: code(&format!("CTL-{at:02}")),
        mappings: mappings.into_iter().map(mapping).collect(),
        ..made
    }
}
