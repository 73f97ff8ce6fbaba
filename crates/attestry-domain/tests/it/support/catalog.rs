//! A small catalog: two frameworks and a law, and the controls and tests that a test asks for.

use attestry_domain::catalog::{
    Cadence, Catalog, Category, Control, ControlTest, ControlType, Framework, FrameworkKind, Keeping,
    Mapping, MappingKind, Nature, Requirement, Stream,
};
use attestry_domain::id::Digest;

use super::{code, day};

type ControlPart = (&'static str, Cadence, Vec<(&'static str, MappingKind)>);
type TestPart = (&'static str, &'static str, Vec<&'static str>);

/// What differs from test to test: controls with their mappings, and tests with control and streams.
pub struct CatalogParts {
    pub controls: Vec<ControlPart>,
    pub tests: Vec<TestPart>,
}

pub fn catalog(parts: CatalogParts) -> Catalog {
    let category = |id: &str, required| Category {
        id: id.to_owned(),
        title: id.to_owned(),
        required,
        ai_gap: String::new(),
    };
    let soc2 = framework(
        "soc2",
        FrameworkKind::Attestation,
        vec![category("security", true), category("availability", false)],
    );
    let criteria = vec![
        Requirement { assessable: false, ..requirement("soc2:CC8", "series", false, Some("security")) },
        requirement("soc2:CC6.1", "criterion", false, Some("security")),
        requirement("soc2:CC8.1", "criterion", false, Some("security")),
        requirement("soc2:A1.2", "criterion", false, Some("availability")),
    ];
    let iso = framework("iso42001", FrameworkKind::Certification, Vec::new());
    let clauses = vec![
        requirement("iso42001:4.1", "clause", false, None),
        requirement("iso42001:9.2.1", "clause", false, None),
        requirement("iso42001:A.5.2", "control", true, None),
    ];
    let act = framework("eu-ai-act", FrameworkKind::Law, Vec::new());
    let articles = vec![requirement("eu-ai-act:9", "article", false, None)];
    Catalog::new(
        Digest::of(b"catalog"),
        vec![(soc2, criteria), (iso, clauses), (act, articles)],
        parts.controls.into_iter().map(control).collect(),
        parts.tests.into_iter().map(test).collect(),
        vec![stream("change"), stream("review")],
    )
}

pub fn framework(id: &str, kind: FrameworkKind, categories: Vec<Category>) -> Framework {
    Framework {
        id: code(id),
        title: id.to_owned(),
        short: id.to_owned(),
        version: "1".to_owned(),
        publisher: "somebody".to_owned(),
        kind,
        licence_note: "own words".to_owned(),
        as_of: day("2026-01-01"),
        categories,
        scheme: None,
        dates: Vec::new(),
    }
}

pub fn requirement(id: &str, kind: &str, excludable: bool, category: Option<&str>) -> Requirement {
    Requirement {
        id: code(id),
        parent: None,
        kind: kind.to_owned(),
        title: id.to_owned(),
        assessable: true,
        excludable,
        category: category.map(str::to_owned),
        summary: "what it asks".to_owned(),
        looks_for: "what is looked for".to_owned(),
        evidence: "what shows it".to_owned(),
        applies: None,
        unmapped: String::new(),
    }
}

pub fn control((id, cadence, mappings): ControlPart) -> Control {
    let mapping = |(requirement, kind): (&str, MappingKind)| Mapping {
        requirement: code(requirement),
        kind,
        rationale: "it does what is asked".to_owned(),
    };
    Control {
        id: code(id),
        family: "family".to_owned(),
        family_title: "Family".to_owned(),
        title: id.to_owned(),
        objective: "objective".to_owned(),
        practice: "practice".to_owned(),
        nature: Nature::Manual,
        kind: ControlType::Detective,
        cadence,
        owner: "lead".to_owned(),
        evidence: Vec::new(),
        streams: Vec::new(),
        mappings: mappings.into_iter().map(mapping).collect(),
    }
}

fn test((id, control, streams): TestPart) -> ControlTest {
    ControlTest {
        id: code(id),
        control: code(control),
        title: "what it finds out".to_owned(),
        unit: "merged change".to_owned(),
        streams: streams.into_iter().map(code).collect(),
        parameters: Vec::new(),
        population: "select 1".to_owned(),
        exceptions: "select 1".to_owned(),
    }
}

fn stream(id: &str) -> Stream {
    Stream {
        id: code(id),
        title: id.to_owned(),
        keeping: Keeping::Append,
        key: vec!["id".to_owned()],
        event_time: "occurred_at".to_owned(),
        retention: None,
        columns: Vec::new(),
    }
}
