//! Pages about frameworks: overlap, crosswalks, side by side, the adviser, what is not in scope.

use attestry_domain::catalog::Relation;
use attestry_web::pages::adviser::{AdviserPage, Asked, AskedKind};
use attestry_web::pages::asks::{AloneRow, Asks, RelatedRow};
use attestry_web::pages::compare::{ComparePage, PairAnswers, SideColumn, TopicControl, TopicRow};
use attestry_web::pages::crosswalk::{CrosswalkGroup, CrosswalkPage, CrosswalkRow};
use attestry_web::pages::crosswalks::{CrosswalkCounts, CrosswalksPage};
use attestry_web::pages::law::{DateRow, LawLine};
use attestry_web::pages::links::{ControlLink, FrameworkLink, RequirementLink};
use attestry_web::pages::outside_control::{OutsideControlPage, WouldServe};
use attestry_web::pages::outside_framework::OutsideFrameworkPage;
use attestry_web::pages::outside_requirement::{MappedRow, OutsideRequirementPage};
use attestry_web::pages::overlap::{KindCounts, MatrixCell, MatrixRow, OverlapPage};
use attestry_web::pages::pair::{ClosingRow, GivenRow, ItemRow, KindGroup, PairPage, WhatCounts};
use attestry_web::pages::plan::{
    CategoryShown, LaterShown, PhaseShown, PlanShown, ReasonShown, SharedShown, Sourced, StepShown,
    UnneededShown,
};
use attestry_web::pages::relevance::{CategoryRelevance, RelevanceRow};
use attestry_web::pages::rows::Count;
use attestry_web::pages::scheme::SchemeFacts;
use attestry_web::setup::{Choice, SetupPage};
use attestry_web::view::{Mark, Place, RelationMark, Shape, Timeline, TimelineBar, TimelineRow};

use super::{Shown, frame, on};

pub(super) fn pages() -> Vec<(&'static str, String)> {
    let shown = |page: &dyn Shown| page.shown();
    vec![
        ("overlap", shown(&overlap())),
        ("pair", shown(&pair())),
        ("crosswalks", shown(&crosswalks())),
        ("crosswalk", shown(&crosswalk())),
        ("compare", shown(&compare())),
        ("adviser", shown(&adviser(None))),
        ("adviser-plan", shown(&adviser(Some(plan())))),
        ("outside-framework", shown(&outside_framework())),
        ("outside-requirement", shown(&outside_requirement())),
        ("outside-control", shown(&outside_control())),
        ("setup", shown(&setup())),
    ]
}

fn requirement(id: &str, title: &str) -> RequirementLink {
    let (framework, code) = id.split_once(':').unwrap();
    let framework = match framework {
        "soc2" => "SOC 2",
        "eu-ai-act" => "EU AI Act",
        _ => "ISO/IEC 42001",
    };
    RequirementLink { id: id.into(), code: code.into(), framework: framework.into(), title: title.into() }
}

fn control(id: &str, title: &str) -> ControlLink {
    ControlLink { id: id.into(), title: title.into(), done: id == "CHG-01" }
}

fn framework(id: &str, short: &str) -> FrameworkLink {
    FrameworkLink { id: id.into(), short: short.into() }
}

fn three() -> Vec<FrameworkLink> {
    vec![
        framework("soc2", "SOC 2"),
        framework("iso42001", "ISO/IEC 42001"),
        framework("iso27001", "ISO/IEC 27001"),
    ]
}

pub(super) fn scheme() -> SchemeFacts {
    SchemeFacts {
        facts: vec![
            ("What it is", "An attestation report by an independent firm.".into()),
            ("Who concludes", "A CPA firm.".into()),
            ("What comes out", "A report that is read under a non-disclosure agreement.".into()),
        ],
        sources: vec![("AICPA, SOC suite of services".into(), on("2026-11-21"))],
    }
}

fn date() -> DateRow {
    DateRow {
        state: Mark::new(Shape::Ring, "not yet"),
        from: on("2027-12-02"),
        until: Some(on("2030-01-01")),
        superseded_by: "a later act".into(),
        note: "High-risk systems of Annex III.".into(),
        source: "Regulation (EU) 2026/1744, Art. 1".into(),
        checked: on("2026-11-21"),
        provisions: vec![requirement("eu-ai-act:Art.9", "Risk management system")],
    }
}

pub(super) fn asks() -> Asks {
    Asks {
        evidence: "The list of changes with review, tests and release.".into(),
        concerns: "Provider. AI systems: high risk.".into(),
        unmapped: String::new(),
        law: Some(LawLine {
            state: Mark::new(Shape::Ring, "not yet"),
            sentence: "It applies from 2 Dec 2027, not yet on the day asked for.".into(),
            rows: vec![date()],
        }),
        points: vec![requirement("soc2:CC8.1-POF1", "Changes are managed over their whole life")],
        related: vec![RelatedRow {
            other: requirement("iso42001:A.6.2.4", "AI system verification and validation"),
            relation: RelationMark::from(Relation::Intersects),
            strength: 6,
            why: "Both want tests before release.".into(),
            left: "Approval of changes to infrastructure.".into(),
        }],
        alone: vec![AloneRow {
            requirement: requirement("soc2:CC8.1", "Change management"),
            without: "NIST AI RMF".into(),
            why: "It speaks of systems, not of their changes.".into(),
        }],
    }
}

fn counts() -> KindCounts {
    KindCounts { reuse: 3, extend: 38, new: 24 }
}

fn overlap() -> OverlapPage {
    let frameworks = three();
    let row = |have: &FrameworkLink| MatrixRow {
        have: have.clone(),
        cells: three()
            .into_iter()
            .map(|want| {
                let href = format!("/overlap/{}/{}", have.id, want.id);
                let cell = MatrixCell { want: want.short, href, counts: counts(), stack: counts().stack() };
                (want.id != have.id).then_some(cell)
            })
            .collect(),
    };
    OverlapPage {
        frame: frame(Place::Overlap, "Overlap"),
        ai: true,
        turn: "/overlap?ai=no".into(),
        crosswalks: 5,
        rows: frameworks.iter().map(row).collect(),
        frameworks,
        hidden: vec![("period", "2026-01-01..2027-01-01".into())],
    }
}

fn item(code: &str, title: &str, left: &str) -> ItemRow {
    ItemRow {
        requirement: requirement(&format!("iso42001:{code}"), title),
        design: Some(Mark::new(Shape::Half, "partial")),
        from: vec![GivenRow {
            requirement: requirement("soc2:CC3.2", "Risks are identified and analysed"),
            relation: RelationMark::from(Relation::Intersects),
            strength: 5,
        }],
        more: 2,
        basis: "",
        why: "One method of finding and rating risks serves both.".into(),
        left: left.into(),
        closes: vec![
            control("RSK-01", "Risks are assessed every year"),
            control("CHG-01", "Changes are reviewed"),
        ],
        unmapped: String::new(),
    }
}

fn pair() -> PairPage {
    let group = |id, shape, items: Vec<ItemRow>| KindGroup {
        id,
        mark: Mark::new(shape, format!("{} {id}", items.len())),
        meaning: "Work is there; what is left says what to widen.".into(),
        items,
    };
    let mut reused = item("7.5.2", "Creating and updating documented information", "");
    (reused.closes, reused.more) = (vec![], 0);
    let new = ItemRow {
        from: vec![],
        more: 0,
        basis: "nothing relates to it",
        closes: vec![],
        unmapped: "An organisation cannot answer it by a control.".into(),
        ..item("A.5.2", "AI system impact assessment process", "A process for impact on people.")
    };
    let risk = item("6.1.2", "AI risk assessment", "Risk to people and society.");
    PairPage {
        frame: frame(Place::Overlap, "SOC 2 towards ISO/IEC 42001").under("Overlap", "/overlap"),
        lead: "Of 3 requirements of ISO/IEC 42001, given SOC 2:".into(),
        counts: KindCounts { reuse: 1, extend: 1, new: 1 },
        stack: KindCounts { reuse: 1, extend: 1, new: 1 }.stack(),
        ai: false,
        turn: "/overlap/soc2/iso42001".into(),
        for_programme: true,
        counted: vec![WhatCounts {
            framework: "SOC 2".into(),
            met: Some(Count {
                words: "28 of 33 requirements".into(),
                href: "/frameworks/soc2?state=design_met".into(),
            }),
        }],
        here: Some(Count {
            words: "2 of 3 requirements".into(),
            href: "/frameworks/iso42001?state=design_met".into(),
        }),
        other: "/overlap/soc2/iso42001?ai=no".into(),
        crosswalks: vec![("soc2--iso42001".into(), "SOC 2 and ISO/IEC 42001, 289 rows".into())],
        want: framework("iso42001", "ISO/IEC 42001"),
        back: Some("/overlap/iso42001/soc2".into()),
        groups: vec![
            group("reuse", Shape::Full, vec![reused]),
            group("extend", Shape::Half, vec![risk]),
            group("new", Shape::Ring, vec![new]),
        ],
        order: vec![ClosingRow {
            control: control("RSK-01", "Risks are assessed every year"),
            effort: "low",
            closes: vec![requirement("iso42001:6.1.2", "AI risk assessment")],
            helps: 4,
        }],
        closed: 1,
    }
}

fn relations() -> Vec<RelationMark> {
    Relation::ALL.map(RelationMark::from).to_vec()
}

fn crosswalks() -> CrosswalksPage {
    CrosswalksPage {
        frame: frame(Place::Overlap, "Crosswalks").under("Overlap", "/overlap"),
        lead: "1 crosswalk with 289 rows, each reasoned.".into(),
        relations: relations(),
        rows: vec![CrosswalkCounts {
            id: "soc2--iso42001".into(),
            title: "SOC 2 and ISO/IEC 42001".into(),
            rows: 289,
            counts: Relation::ALL.into_iter().zip([0, 0, 2, 271, 16]).collect(),
            alone: 12,
            as_of: on("2026-11-21"),
        }],
    }
}

fn crosswalk() -> CrosswalkPage {
    let row = |relation: Relation| CrosswalkRow {
        to: requirement("iso42001:5.1", "Leadership and commitment"),
        relation: relation.into(),
        strength: if relation == Relation::NoRelation { 0 } else { 3 },
        why: "Both want leaders whose own conduct sets the tone.".into(),
        left_to: "Top management's own decisions on AI.".into(),
        left_from: "A code of conduct that every joiner accepts.".into(),
    };
    CrosswalkPage {
        frame: frame(Place::Overlap, "SOC 2 and ISO/IEC 42001").under("Overlap", "/overlap"),
        id: "soc2--iso42001".into(),
        lead: "289 rows".into(),
        counts: vec![Count {
            words: "271 intersects".into(),
            href: "/crosswalks/soc2--iso42001?relation=intersects".into(),
        }],
        note: "Neither framework contains the other.".into(),
        basis: "The project's own reasoning".into(),
        as_of: on("2026-11-21"),
        first: "SOC 2".into(),
        second: "ISO/IEC 42001".into(),
        towards: vec![("SOC 2 towards ISO/IEC 42001".into(), "/overlap/soc2/iso42001".into())],
        hidden: vec![],
        query: String::new(),
        relation: "intersects".into(),
        relations: vec![("", "all"), ("intersects", "intersects")],
        shown: 5,
        groups: vec![CrosswalkGroup {
            from: requirement("soc2:CC1.1", "Integrity and ethical values"),
            rows: Relation::ALL.into_iter().map(row).collect(),
        }],
        alone: asks().alone,
    }
}

fn compare() -> ComparePage {
    let sides = three().into_iter().map(|framework| SideColumn { framework, assessable: 61, needs: 54 });
    ComparePage {
        frame: frame(Place::Overlap, "SOC 2, ISO/IEC 42001 and ISO/IEC 27001").under("Overlap", "/overlap"),
        hidden: vec![],
        choices: three().into_iter().map(|one| (one, true)).collect(),
        sides: sides.collect(),
        facts: vec![(
            "Who concludes".into(),
            vec!["A CPA firm.".into(), "A registrar.".into(), "A registrar.".into()],
        )],
        sources: scheme().sources,
        topics: vec![TopicRow {
            id: "bias".into(),
            title: "Bias and fairness".into(),
            about: "Whether outcomes differ between groups of people.".into(),
            extents: vec![
                Mark::new(Shape::Bar, "misses, 0 of 4"),
                Mark::new(Shape::Full, "covers, 4 of 4"),
                Mark::new(Shape::Half, "partly, 1 of 4"),
            ],
            controls: vec![TopicControl {
                control: control("AIM-03", "Bias is measured against a threshold"),
                key_for: vec![vec![], vec![requirement("iso42001:A.6.2.4", "Verification")], vec![]],
            }],
        }],
        pairs: vec![PairAnswers {
            title: "SOC 2 and ISO/IEC 42001".into(),
            answers: vec![("Is it the same thing?", "No: they complete each other.".into())],
            relations: vec![Count { words: "271 intersects".into(), href: "/crosswalks/x".into() }],
            towards: vec![Count {
                words: "SOC 2 towards ISO/IEC 42001".into(),
                href: "/overlap/soc2/iso42001".into(),
            }],
        }],
        relevance: vec![CategoryRelevance {
            framework: "SOC 2".into(),
            ai: "ISO/IEC 42001".into(),
            claim: vec![
                "The usual claim is: one, then the other.".into(),
                "The crosswalk says otherwise.".into(),
            ],
            rows: vec![RelevanceRow {
                title: "Processing integrity".into(),
                mean: "0.212".into(),
                gap: "Bias and explainability.".into(),
                category: "processing_integrity".into(),
                criteria: vec![(requirement("soc2:PI1.2", "Inputs"), "0.30".into())],
                best: Some((requirement("soc2:PI1.2", "Inputs"), "0.30".into())),
                left: Some((
                    requirement("iso42001:A.7.4", "Quality of data"),
                    "Fitness of training data.".into(),
                )),
            }],
        }],
    }
}

fn sourced() -> Sourced {
    Sourced {
        rule: "soc2-asked".into(),
        source: "reading of expert practice".into(),
        checked: Some(on("2026-11-21")),
    }
}

fn reason() -> ReasonShown {
    ReasonShown { reason: "Customers ask for it by name.".into(), sourced: sourced() }
}

fn plan() -> PlanShown {
    let bar = |from, to| TimelineBar { from, to };
    let rows = ["Scope, inventory and roles", "SOC 2 Type 2 report", "ISO/IEC 42001 certificate"];
    let row = |(at, label): (usize, &&str)| TimelineRow {
        label: (*label).into(),
        words: "Nov 2026 – Sep 2027".into(),
        bars: match at {
            0 => vec![bar(0, 30)],
            _ => vec![bar(30, 120), bar(120, 300), bar(240, 300), bar(300, 340)],
        },
    };
    PlanShown {
        lead: "3 steps over 12 months, from Nov 2026 to Nov 2027.".into(),
        deadline: "1 step ends after 1 Sep 2027, the day that you named.".into(),
        chart: Timeline {
            title: "3 steps over 12 months".into(),
            rows: rows.iter().enumerate().map(row).collect(),
            ticks: vec![(0, "Nov 2026".into()), (181, "May 2027".into())],
            line: Some((284, "deadline, 1 Sep 2027".into())),
            days: 365,
        },
        steps: vec![StepShown {
            id: "soc2-type2".into(),
            title: "SOC 2 Type 2 report".into(),
            when: "Dec 2026 – Sep 2027".into(),
            gives: "A CPA firm's report over a period.".into(),
            framework: Some(framework("soc2", "SOC 2")),
            force: "required",
            within: None,
            beside: vec![],
            after_deadline: true,
            why: vec![reason()],
            costs: vec![("Audit fee: USD 15,000 – 60,000".into(), sourced())],
            cost_note: "Most figures are vendors'.".into(),
            effort: "large: a project of several people",
            shared: vec![SharedShown {
                title: "ISO/IEC 42001 certificate".into(),
                anchor: None,
                what: "risk method, documents".into(),
            }],
            applies: vec![(on("2027-01-01"), "duties of deployers".into(), sourced())],
            phases: vec![PhaseShown {
                title: "Observation window".into(),
                starts: on("2027-03-01"),
                ends: on("2027-09-01"),
                months: "3 to 12 months".into(),
                sourced: sourced(),
            }],
        }],
        later: vec![LaterShown {
            title: "ISO/IEC 27001 certificate".into(),
            until: "customers ask for it".into(),
            why: vec![reason()],
        }],
        not_needed: vec![UnneededShown { title: "SOC 2 Type 1 report".into(), why: reason() }],
        held: vec![UnneededShown { title: "ISO/IEC 27001 certificate".into(), why: reason() }],
        categories: vec![CategoryShown {
            title: "SOC 2: Processing integrity".into(),
            verdict: "consider it",
            cost: "about a fifth more of the fee".into(),
            why: vec![reason()],
        }],
        notes: vec![("A report is not a certificate.".into(), sourced())],
        disclaimer: "Not legal advice.".into(),
    }
}

fn adviser(plan: Option<PlanShown>) -> AdviserPage {
    let asked = |field: &str, kind| Asked {
        field: field.into(),
        text: format!("What about {field}?"),
        help: "Look into contracts.".into(),
        kind,
        day: if kind == AskedKind::Day { "2027-09-01".into() } else { String::new() },
        options: vec![
            ("us".into(), "United States".into(), true),
            ("eu".into(), "European Union".into(), false),
        ],
    };
    AdviserPage {
        frame: frame(Place::Adviser, "Adviser").keeping(vec![("customers".into(), "us".into())]),
        hidden: vec![],
        questions: vec![
            asked("customers", AskedKind::Many),
            asked("size", AskedKind::One),
            asked("deadline", AskedKind::Day),
        ],
        answered: "2 of 3 questions answered".into(),
        open: vec![("size".into(), "What about size?".into())],
        faults: if plan.is_some() { vec!["Unknown field `colour`".into()] } else { vec![] },
        plan,
    }
}

fn outside_framework() -> OutsideFrameworkPage {
    OutsideFrameworkPage {
        frame: frame(Place::Overlap, "EU Artificial Intelligence Act").under("Overlap", "/overlap"),
        id: "eu-ai-act".into(),
        short: "EU AI Act".into(),
        publisher: "European Union".into(),
        version: "2024/1689".into(),
        concludes: "A law; an authority supervises. Not legal advice.",
        licence_note: "Summaries are our own words.".into(),
        scheme: Some(scheme()),
        dates: vec![date()],
        rows: vec![(
            requirement("eu-ai-act:Art.9(1)", "Risk management system"),
            vec![control("RSK-01", "Risks are assessed every year")],
        )],
    }
}

fn outside_requirement() -> OutsideRequirementPage {
    OutsideRequirementPage {
        frame: frame(Place::Overlap, "Risk management system").coded("Art.9").under("Overview", "/"),
        outside: "EU AI Act is not in scope of the programme.".into(),
        summary: "A provider keeps a risk management system.".into(),
        looks_for: "Risks known and treated.".into(),
        asks: asks(),
        parts: vec![requirement("eu-ai-act:Art.9(1)", "To be kept")],
        controls: vec![MappedRow {
            control: control("RSK-01", "Risks are assessed every year"),
            kind: "contributes, key",
            rationale: "One method.".into(),
        }],
    }
}

fn outside_control() -> OutsideControlPage {
    OutsideControlPage {
        frame: frame(Place::Controls, "Risks are assessed every year")
            .coded("RSK-01")
            .under("Controls", "/controls"),
        objective: "Nobody is surprised.".into(),
        practice: "Once a year, people who know look.".into(),
        nature: "performed by people, preventive".into(),
        cadence: "annual".into(),
        owner: "head of risk".into(),
        effort: "low",
        keep: vec!["the register".into()],
        serves: vec![WouldServe {
            framework: "SOC 2".into(),
            rows: vec![(
                requirement("soc2:CC3.2", "Risks"),
                "contributes, key",
                "It is the assessment.".into(),
            )],
        }],
    }
}

fn setup() -> SetupPage {
    let choice = |field: &str, title: &str, categories| Choice {
        field: field.into(),
        title: title.into(),
        ticked: field == "framework.soc2",
        categories,
    };
    let privacy = choice("category.soc2.privacy", "Privacy", vec![]);
    SetupPage {
        token: "t0ken".into(),
        typed: [("organisation".to_owned(), "Hireline, Inc.".to_owned())].into(),
        frameworks: vec![choice("framework.soc2", "SOC 2 Trust Services Criteria", vec![privacy])],
        error: Some("`Mars/Olympus` is no time zone.".into()),
    }
}
