//! Every page with sample values.

#[path = "samples/frameworks.rs"]
mod frameworks;

use askama::Template;
use attestry_domain::time::day;
use attestry_web::axis::Axis;
use attestry_web::pages::control::{ControlPage, DesignStep, Served, StandIn};
use attestry_web::pages::controls::{ControlsPage, ListedControl};
use attestry_web::pages::event::EventPage;
use attestry_web::pages::evidence::{AttentionRow, DatasetRow, EvidencePage, FileRow, StreamRow};
use attestry_web::pages::framework::{FrameworkPage, RequirementRow};
use attestry_web::pages::late::{LateRow, LateRun};
use attestry_web::pages::ledger::LedgerPage;
use attestry_web::pages::login::{LoginPage, WelcomePage};
use attestry_web::pages::overview::{ControlRow, DueRow, FoundRow, OverviewPage};
use attestry_web::pages::population::{Population, PopulationCell, PopulationRow};
use attestry_web::pages::reasons::{ControlReasons, OccurrenceRow, RunLink, TestReasons};
use attestry_web::pages::record::{RecordCell, RecordPage};
use attestry_web::pages::requirement::RequirementPage;
use attestry_web::pages::rows::{
    Count, EventRow, ExceptionRow, Fact, FrameworkSummary, RecordLink, ServedRow, SystemLink,
};
use attestry_web::pages::run::RunPage;
use attestry_web::pages::stream::{ColumnRow, CoverageRow, SegmentRow, ShortRecord, StreamPage};
use attestry_web::pages::system::{AssessmentRow, BiasRow, BiasTable, DeploymentRow, SystemPage, VersionRow};
use attestry_web::pages::systems::{SystemRow, SystemsPage};
use attestry_web::problem::{Link, ProblemPage};
use attestry_web::view::{
    CellShape, Frame, IntervalChart, IntervalRow, MadeFrom, Map, MapCell, MapGroup, Mark, Moment, Place,
    RailFramework, Reference, Shape, Strip, StripCell,
};

const SEGMENT: &str = "01JD6Q8Z5M7K2V3N4P5Q6R7S8T";
const RUN: &str = "01JD6QB1C2D3E4F5G6H7J8K9M0";
const SYSTEM: &str = "01JD6QCAV1E2F3G4H5J6K7M8N9";

pub(crate) fn pages() -> Vec<(&'static str, String)> {
    let shown = |page: &dyn Shown| page.shown();
    let mut pages = vec![
        ("login", shown(&login())),
        ("welcome", shown(&welcome())),
        ("problem", shown(&problem())),
        ("overview", shown(&overview())),
        ("framework", shown(&framework())),
        ("requirement", shown(&requirement())),
        ("controls", shown(&controls())),
        ("control", shown(&control())),
        ("evidence", shown(&evidence())),
        ("stream", shown(&stream())),
        ("record", shown(&record())),
        ("run", shown(&run())),
        ("systems", shown(&systems())),
        ("system", shown(&system())),
        ("ledger", shown(&ledger())),
        ("event", shown(&event())),
    ];
    pages.extend(frameworks::pages());
    pages
}

trait Shown {
    fn shown(&self) -> String;
}

impl<T: Template> Shown for T {
    fn shown(&self) -> String {
        self.render().unwrap()
    }
}

fn on(text: &str) -> Moment {
    Moment::from(day(text).unwrap())
}

fn minute(text: &str) -> Moment {
    Moment::minute_of(text.parse().unwrap(), &jiff::tz::TimeZone::UTC)
}

fn frame(place: Place, title: &str) -> Frame {
    let rail = |id: &str, short: &str| RailFramework { id: id.into(), short: short.into() };
    Frame {
        organisation: "Hireline, Inc.".into(),
        simulated: Some("made up by the demo, seed 7".into()),
        person: "Maya Okafor".into(),
        csrf: "c5rf".into(),
        frameworks: vec![rail("soc2", "SOC 2"), rail("iso42001", "ISO/IEC 42001")],
        axis: Axis { period: "2026-01-01..2027-01-01".parse().ok(), ..Axis::default() },
        as_of: "2026-11-21".into(),
        as_of_words: "21 Nov 2026".into(),
        from: "2026-01-01".into(),
        to: "2026-12-31".into(),
        period_words: Some("1 Jan – 31 Dec 2026".into()),
        judged_to: Some("judged to 20 Nov 2026".into()),
        as_of_apart: true,
        made_from: MadeFrom {
            at: 12_482,
            catalog: Some("9f3ac61d22b0".into()),
            checkpoint: Some("12,482 e07d5b1a44c9".into()),
            program: "attestry 0.1.0".into(),
        },
        ..Frame::default()
    }
    .titled(place, title)
}

fn marks(at: usize) -> (Mark, Option<Mark>) {
    match at % 17 {
        3 => (Mark::new(Shape::Full, "met"), Some(Mark::new(Shape::Half, "with exceptions"))),
        7 => (Mark::new(Shape::Half, "partial"), Some(Mark::new(Shape::Bar, "not met"))),
        9 => (Mark::new(Shape::Full, "met"), Some(Mark::new(Shape::Dotted, "not tested"))),
        11 => (Mark::new(Shape::Full, "met"), Some(Mark::new(Shape::Ring, "no occurrences"))),
        13 => (Mark::new(Shape::Dotted, "unknown"), Some(Mark::new(Shape::Dotted, "not tested"))),
        15 => (Mark::new(Shape::Bar, "gap"), Some(Mark::new(Shape::Bar, "not met"))),
        _ => (Mark::new(Shape::Full, "met"), Some(Mark::new(Shape::Full, "met"))),
    }
}

fn map(groups: &[(&str, &str, usize)], excluded: Option<&str>) -> Map {
    let mut at = 0;
    let one = |(title, prefix, count): &(&str, &str, usize)| {
        let cells = (1..=*count).map(|n| {
            at += 1;
            let (mut design, mut operation) = marks(at);
            let code = format!("{prefix}{n}");
            let out = excluded == Some(code.as_str());
            if out {
                design = Mark::new(Shape::Struck, "excluded");
                operation = Some(design.clone());
            }
            let title = "What is expected of people is set out".to_owned();
            MapCell {
                href: format!("/requirements/soc2:{code}"),
                code,
                title,
                design,
                operation,
                excluded: out,
            }
        });
        MapGroup { title: (*title).into(), cells: cells.collect() }
    };
    Map { groups: groups.iter().map(one).collect() }
}

fn soc2() -> FrameworkSummary {
    let count = |words: &str, state: &str| Count {
        words: words.into(),
        href: format!("/frameworks/soc2?state={state}"),
    };
    FrameworkSummary {
        id: "soc2".into(),
        name: "SOC 2".into(),
        lead: "SOC 2 Type 2, 1 Jan – 31 Dec 2026, judged to 20 Nov 2026".into(),
        design: vec![
            count("30 of 33 criteria met", "met"),
            count("2 partial", "partial"),
            count("1 gap", "gap"),
        ],
        operation: Some(vec![
            count("28 of 33 criteria met in operation", "met"),
            count("3 with exceptions", "with_exceptions"),
            count("2 not tested", "not_tested"),
        ]),
        map: map(
            &[
                ("CC1 Control environment", "CC1.", 5),
                ("CC2 Communication and information", "CC2.", 3),
                ("CC3 Risk assessment", "CC3.", 4),
                ("CC4 Monitoring activities", "CC4.", 2),
                ("CC5 Control activities", "CC5.", 3),
                ("CC6 Logical and physical access", "CC6.", 8),
                ("CC7 System operations", "CC7.", 5),
                ("CC8 Change management", "CC8.", 1),
                ("CC9 Risk mitigation", "CC9.", 2),
            ],
            None,
        ),
        total: 33,
    }
}

fn iso42001() -> FrameworkSummary {
    let count = |words: &str, state: &str| Count {
        words: words.into(),
        href: format!("/frameworks/iso42001?state={state}"),
    };
    FrameworkSummary {
        id: "iso42001".into(),
        name: "ISO/IEC 42001".into(),
        lead: "ISO/IEC 42001, 1 Jan – 31 Dec 2026".into(),
        design: vec![
            count("52 of 61 requirements met", "met"),
            count("6 partial", "partial"),
            count("3 gaps", "gap"),
            count("1 excluded", "excluded"),
        ],
        operation: Some(vec![
            count("44 of 61 requirements met in operation", "met"),
            count("5 with exceptions", "x"),
            count("9 not tested", "y"),
            count("3 without occurrences", "z"),
            count("1 excluded", "excluded"),
        ]),
        map: map(
            &[
                ("4 Context", "4.", 4),
                ("6 Planning", "6.1.", 4),
                ("9 Performance evaluation", "9.2.", 2),
                ("A.2 Policies", "A.2.", 3),
                ("A.5 Impact assessment", "A.5.", 4),
                ("A.6 Life cycle", "A.6.2.", 8),
                ("A.7 Data", "A.7.", 5),
                ("A.10 Third parties", "A.10.", 3),
            ],
            Some("A.10.3"),
        ),
        total: 62,
    }
}

fn strip(special: &[(usize, CellShape, &str)]) -> Strip {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let cells = months.iter().enumerate().map(|(at, label)| {
        let special = special.iter().find(|(month, ..)| *month == at);
        let (shape, words) =
            special.map_or((CellShape::Met, "0 of 141"), |(_, shape, words)| (*shape, *words));
        StripCell { shape, label: (*label).into(), words: words.into() }
    });
    Strip {
        cells: cells.collect(),
        summary: "January to December 2026: 2 of 1,640, exceptions in May and September".into(),
    }
}

fn changes() -> Strip {
    let later = (11, CellShape::NotYetDue, "not yet due");
    strip(&[
        (4, CellShape::Exceptions, "1 of 152"),
        (8, CellShape::Exceptions, "1 of 138"),
        (10, CellShape::NotTested, "not tested"),
        later,
    ])
}

fn all_states() -> Strip {
    strip(&[
        (0, CellShape::NotInPlace, "not in place"),
        (2, CellShape::Late, "late"),
        (3, CellShape::Missed, "missed"),
        (5, CellShape::NoOccurrences, "no occurrences"),
        (6, CellShape::NotTested, "not tested"),
        (7, CellShape::Exceptions, "1 of 9"),
        (11, CellShape::NotYetDue, "not yet due"),
    ])
}

fn exceptions() -> Vec<ExceptionRow> {
    let records = |row| vec![RecordLink { stream: "change".into(), segment: SEGMENT.into(), row }];
    vec![
        ExceptionRow {
            id: "hireline/api#1841".into(),
            occurred: Some(minute("2026-05-12T21:40:00Z")),
            reason: "merged without any recorded review".into(),
            response: Some(
                "corrected: reviewed afterwards on 14 May 2026; the branch rule was restored".into(),
            ),
            records: records(412),
            system: None,
        },
        ExceptionRow {
            id: "hireline/ranker#327".into(),
            occurred: Some(minute("2026-09-03T08:15:00Z")),
            reason: "reviewed only by its own author".into(),
            response: None,
            records: records(1_093),
            system: None,
        },
    ]
}

fn change_control(open: bool, mapping: &'static str) -> ControlReasons {
    ControlReasons {
        id: "CHG-01".into(),
        title: "Changes are reviewed by someone other than their author".into(),
        owner: "Jonas Weber".into(),
        mapping,
        rationale: "Approval by a second person, checked for every merged change in the period, is the authorisation step of the change life cycle.".into(),
        open,
        state: Mark::new(Shape::Half, "exceptions 2 of 1,640"),
        design: Mark::new(Shape::Full, "implemented"),
        design_sentence: "since 12 Jan 2025".into(),
        sentence: String::new(),
        strip: changes(),
        tests: vec![TestReasons {
            id: "change-reviewed".into(),
            title: "Every merged change was reviewed, at or before its merge, by someone other than its author".into(),
            unit: "merged change".into(),
            state: Mark::new(Shape::Half, "exceptions 2 of 1,640"),
            of: "1,640".into(),
            late: vec![LateRun { id: RUN.into(), words: "3 recorded late".into() }],
            runs: vec![RunLink { id: RUN.into(), words: "run of 21 Nov 2026".into() }],
            gaps: vec![],
            exceptions: exceptions(),
        }],
        occurrences: vec![],
    }
}

fn review_control() -> ControlReasons {
    let row = |window: &str,
               due: &str,
               state: Mark,
               done: Option<&str>,
               recorded: Option<&str>,
               late,
               event: Option<u64>| OccurrenceRow {
        window: window.into(),
        due: on(due),
        state,
        performed: done.map(on),
        recorded: recorded.map(on),
        recorded_late: late,
        evidence: if event.is_some() { "access-review-q1.pdf".into() } else { "nothing was recorded".into() },
        file: event.map(|_| RUN.into()),
        event,
    };
    ControlReasons {
        id: "ACC-05".into(),
        title: "Access is reviewed every quarter by the owner of the system".into(),
        mapping: "contributes, key",
        state: Mark::new(Shape::Half, "exceptions 1 of 3"),
        sentence: String::new(),
        strip: all_states(),
        tests: vec![],
        occurrences: vec![
            row(
                "Q1 2026",
                "2026-04-14",
                Mark::new(Shape::Full, "met"),
                Some("2026-04-02"),
                Some("2026-05-19"),
                true,
                Some(8_121),
            ),
            row("Q2 2026", "2026-07-14", Mark::new(Shape::Bar, "missed"), None, None, false, None),
            row(
                "Q3 2026",
                "2026-10-14",
                Mark::new(Shape::Full, "met"),
                Some("2026-10-01"),
                Some("2026-10-01"),
                false,
                Some(11_077),
            ),
            row("Q4 2026", "2027-01-14", Mark::new(Shape::Faint, "not yet due"), None, None, false, None),
        ],
        ..change_control(false, "contributes, key")
    }
}

fn untested_control() -> ControlReasons {
    ControlReasons {
        id: "INC-03".into(),
        title: "Incidents are closed with what was learned".into(),
        mapping: "contributes, supporting",
        state: Mark::new(Shape::Dotted, "not tested"),
        design: Mark::new(Shape::Half, "documented"),
        design_sentence: "missing: a recorded reason why it meets its risk, a walked-through instance".into(),
        sentence: "Not tested: no incident records from 3 to 9 June; the collector was off.".into(),
        strip: strip(&[(5, CellShape::NotTested, "not tested")]),
        tests: vec![TestReasons {
            state: Mark::new(Shape::Dotted, "not tested"),
            gaps: vec![
                "incident records of pagerduty are not known to be complete from 3 Jun 2026 to 9 Jun 2026"
                    .into(),
            ],
            exceptions: vec![],
            runs: vec![],
            title: "Every closed incident has a lessons-learned".into(),
            unit: "incident".into(),
            ..change_control(false, "").tests.remove(0)
        }],
        ..change_control(false, "")
    }
}

fn event_row(sequence: u64, what: &str, who: &str, when: &str) -> EventRow {
    EventRow { sequence, what: what.into(), who: who.into(), when: minute(when) }
}

fn events() -> Vec<EventRow> {
    vec![
        event_row(
            12_482,
            "Control test change-reviewed ran: exceptions 2 of 1,640",
            "Attestry",
            "2026-11-21T06:00:00Z",
        ),
        event_row(12_481, "412 change records sealed from github", "collector", "2026-11-21T05:58:11Z"),
        event_row(
            12_480,
            "Exception hireline/api#1841 answered: corrected",
            "Jonas Weber",
            "2026-11-20T15:12:40Z",
        ),
        event_row(12_479, "Impact assessment of Ranker approved", "Maya Okafor", "2026-11-20T14:02:09Z"),
    ]
}

fn login() -> LoginPage {
    let error = Some(
        "This address and password do not belong together. Try again, or ask an owner for a new link.".into(),
    );
    LoginPage {
        organisation: "Hireline, Inc.".into(),
        csrf: "c5rf".into(),
        email: "maya@hireline.example".into(),
        error,
        next: Some("/controls".into()),
    }
}

fn welcome() -> WelcomePage {
    WelcomePage {
        organisation: "Hireline, Inc.".into(),
        token: "t0ken".into(),
        csrf: "c5rf".into(),
        email: "maya@hireline.example".into(),
        error: None,
    }
}

fn problem() -> ProblemPage {
    let near = |text: &str| Link { text: text.into(), href: format!("/requirements/{text}") };
    ProblemPage {
        status: 404,
        what: "There is no requirement soc2:CC8.2".into(),
        place: "/requirements/soc2:CC8.2".into(),
        to_do: "Check the id, or take one of the nearest.".into(),
        nearest: vec![near("soc2:CC8.1"), near("soc2:CC7.2")],
    }
}

fn overview() -> OverviewPage {
    OverviewPage {
        frame: frame(Place::Overview, "Readiness"),
        frameworks: vec![soc2(), iso42001()],
        due: vec![
            DueRow {
                due: on("2026-12-15"),
                control: "RSK-01".into(),
                title: "Risks are assessed every year".into(),
                window: "2026".into(),
                owner: "Maya Okafor".into(),
            },
            DueRow {
                due: on("2027-01-14"),
                control: "ACC-05".into(),
                title: "Access is reviewed every quarter by the owner of the system".into(),
                window: "Q4 2026".into(),
                owner: "Jonas Weber".into(),
            },
        ],
        exceptions: vec![
            ControlRow {
                id: "CHG-01".into(),
                title: "Changes are reviewed by someone other than their author".into(),
                state: Mark::new(Shape::Half, "exceptions 2 of 1,640"),
                strip: changes(),
                found: exceptions().into_iter().rev().map(found).collect(),
                more: 0,
            },
            ControlRow {
                id: "ACC-05".into(),
                title: "Access is reviewed every quarter by the owner of the system".into(),
                state: Mark::new(Shape::Half, "exceptions 1 of 3"),
                strip: all_states(),
                found: vec![FoundRow {
                    when: Some(on("2026-07-14")),
                    reason: "that of Q2 2026 fell due and was not performed".into(),
                    answered: false,
                    records: vec![],
                    system: Some(SystemLink { id: SYSTEM.into(), name: "Ranker".into() }),
                }],
                more: 4,
            },
        ],
        late: vec![
            late("36 records were recorded more than 14 days after they occurred", Some(RUN)),
            late("1 performance was recorded more than 14 days later", None),
        ],
        recent: events(),
    }
}

fn late(words: &str, run: Option<&str>) -> LateRow {
    LateRow { control: "CHG-01".into(), words: words.into(), run: run.map(Into::into) }
}

fn found(row: ExceptionRow) -> FoundRow {
    let ExceptionRow { occurred, reason, response, records, system, .. } = row;
    FoundRow { when: occurred, reason, answered: response.is_some(), records, system }
}

fn framework() -> FrameworkPage {
    let codes = ["CC1.1", "CC6.1", "CC6.2", "CC7.4", "CC8.1", "CC9.2", "A1.2", "P4.1", "CC7.5"];
    let rows = codes.iter().enumerate().map(|(order, code)| {
        let (design, operation) = marks(order * 2 + 1);
        RequirementRow {
            order,
            id: format!("soc2:{code}"),
            code: (*code).into(),
            title: "Integrity and ethical values (COSO 1)".into(),
            excluded: order == 7,
            design,
            operation,
            key: vec!["CHG-01".into(), "CHG-02".into()],
        }
    });
    FrameworkPage {
        frame: frame(Place::Framework("soc2".into()), "SOC 2 Trust Services Criteria").under("Overview", "/"),
        one: soc2(),
        publisher: "AICPA".into(),
        version: "2017, points of focus 2022".into(),
        concludes: "A CPA firm attests and gives a report; nobody certifies.",
        licence_note: "Identifiers and short titles are factual; all summaries are our own words.".into(),
        hidden: vec![("period", "2026-01-01..2027-01-01".into())],
        query: String::new(),
        state: "not_tested".into(),
        states: vec![("", "all"), ("met", "met in operation"), ("not_tested", "not tested")],
        rows: rows.collect(),
        scheme: Some(frameworks::scheme()),
        dates: vec![],
    }
}

fn requirement() -> RequirementPage {
    RequirementPage {
        frame: frame(Place::Framework("soc2".into()), "Change management").coded("CC8.1").under("Overview", "/").under("SOC 2", "/frameworks/soc2"),
        summary: "Changes to infrastructure, data, software and procedures are asked for, approved, tested and released in a way that somebody can follow afterwards. For an AI builder this covers prompts and model configuration too.".into(),
        looks_for: "The full list of changes in the period from the system of record, a sample of them with approval, tests and release, and the branch rules over time.".into(),
        design: Mark::new(Shape::Full, "met"),
        design_sentence: "All 2 key controls are implemented.".into(),
        operation: Some(Mark::new(Shape::Half, "with exceptions")),
        operation_sentence: "CHG-01 had exceptions 2 of 1,640 and no compensating control is named.".into(),
        excluded: None,
        controls: vec![change_control(true, "contributes, key"), review_control(), untested_control()],
        offered: vec!["CHG-09".into()],
        asks: frameworks::asks(),
        elsewhere: vec![served("iso42001", "A.6.2.4", 3), served("iso42001", "A.6.1.3", 0)],
    }
}

fn served(framework: &str, code: &str, at: usize) -> ServedRow {
    let (design, operation) = marks(at);
    ServedRow {
        id: format!("{framework}:{code}"),
        code: code.into(),
        framework: "ISO/IEC 42001".into(),
        title: "AI system verification and validation".into(),
        kind: "contributes, supporting",
        rationale: "A peer reads code, prompts and model configuration before they merge.".into(),
        through: vec!["CHG-01".into()],
        design,
        operation,
    }
}

fn controls() -> ControlsPage {
    let listed = |id: &str, title: &str, operation: Mark, strip: Strip| ListedControl {
        id: id.into(),
        title: title.into(),
        owner: "Jonas Weber".into(),
        excluded: false,
        design: Mark::new(Shape::Full, "implemented"),
        operation: Some(operation),
        strip,
    };
    ControlsPage {
        frame: frame(Place::Controls, "Controls"),
        lead: "58 controls over 1 Jan – 31 Dec 2026: 44 without exceptions, 6 with exceptions, 3 without occurrences, 4 not tested, 1 not in place.".into(),
        hidden: vec![],
        query: String::new(),
        state: String::new(),
        states: vec![("", "all"), ("no_exceptions", "no exceptions"), ("exceptions", "exceptions")],
        rows: vec![
            listed("ACC-01", "Access is granted on request and approval", Mark::new(Shape::Full, "no exceptions in 84"), strip(&[])),
            listed("ACC-05", "Access is reviewed every quarter by the owner of the system", Mark::new(Shape::Half, "exceptions 1 of 3"), all_states()),
            listed("CHG-01", "Changes are reviewed by someone other than their author", Mark::new(Shape::Half, "exceptions 2 of 1,640"), changes()),
            listed("INC-02", "Customers are told of incidents that affect them", Mark::new(Shape::Ring, "no occurrences"), strip(&[(0, CellShape::NoOccurrences, ""), (1, CellShape::NoOccurrences, ""), (2, CellShape::NoOccurrences, "")])),
            listed("INC-03", "Incidents are closed with what was learned", Mark::new(Shape::Dotted, "not tested"), strip(&[(5, CellShape::NotTested, "")])),
            listed("AIM-02", "Drift is watched and somebody is told", Mark::new(Shape::Bar, "not in place"), strip(&[(0, CellShape::NotInPlace, ""), (1, CellShape::NotInPlace, "")])),
        ],
    }
}

fn control() -> ControlPage {
    let step = |what, since: Option<&str>, record: &str, event| DesignStep {
        what,
        since: since.map(on),
        record: record.into(),
        event,
    };
    ControlPage {
        frame: frame(Place::Controls, "Changes are reviewed by someone other than their author").coded("CHG-01").under("Controls", "/controls"),
        control: change_control(true, ""),
        objective: "No change to code, infrastructure or prompts reaches the main line on one person's judgement alone.".into(),
        practice: "Protected branches refuse a merge without an approving review by a second person on the final state of the change.".into(),
        nature: "automated, preventive".into(),
        cadence: "per event".into(),
        procedure: "version 2 in force since 12 Jan 2025, approved by Maya Okafor".into(),
        procedure_text: Some("# Review of changes\n\nNobody merges alone.".into()),
        applies: "yes: everybody who ships changes is in scope".into(),
        keep: vec!["merged changes with author and merge time".into(), "reviews with reviewer, verdict and time".into()],
        design_steps: vec![
            step("An owner", Some("2025-01-08"), "Jonas Weber", Some(14)),
            step("An approved procedure", Some("2025-01-12"), "version 2, approved by Maya Okafor", Some(22)),
            step("A recorded reason why it meets its risk", Some("2025-01-12"), "A second reader notices what its author cannot.", Some(23)),
            step("A walked-through instance", None, "", None),
        ],
        compensations: vec![StandIn { by: "CHG-04".into(), days: "12 – 14 May 2026".into(), reason: "all merges of those days were reviewed afterwards".into() }],
        serves: vec![Served { framework: "ISO/IEC 42001".into(), rows: vec![served("iso42001", "A.6.2.4", 3)] }],
        history: events(),
    }
}

fn evidence() -> EvidencePage {
    let row = |id: &str, title: &str, complete: Mark| StreamRow {
        id: id.into(),
        title: title.into(),
        sources: "github".into(),
        segments: "12".into(),
        rows: "1,688".into(),
        complete,
    };
    EvidencePage {
        frame: frame(Place::Evidence, "Evidence"),
        lead: "14,202 records in 9 streams, 41 files, 1 dataset.".into(),
        attention: vec![AttentionRow {
            about: "acme/api".into(),
            what: "The newest collection failed: the token has expired; give a new one.".into(),
            to_do: "Mend the cause and collect again, before the source forgets those days.".into(),
            since: on("2026-11-20"),
            event: 1_690,
        }],
        streams: vec![
            row(
                "access_review",
                "One decision on one access in a review",
                Mark::new(Shape::Full, "every day to 21 Nov 2026"),
            ),
            row(
                "change",
                "One change that reached the shipped branch",
                Mark::new(Shape::Full, "every day to 21 Nov 2026"),
            ),
            row(
                "incident",
                "One incident from report to closure",
                Mark::new(Shape::Dotted, "not complete from 3 Jun to 9 Jun 2026"),
            ),
        ],
        files: vec![FileRow {
            id: RUN.into(),
            name: "access-review-q1.pdf".into(),
            controls: vec!["ACC-05".into()],
            captured: Some(on("2026-04-02")),
            recorded: on("2026-05-19"),
            late: true,
            size: "84 kB".into(),
            digest: "5a1be20c9d7f".into(),
            event: 8_121,
        }],
        files_left: 3,
        datasets: vec![DatasetRow {
            name: "ranker_2026q3".into(),
            system: Some((SYSTEM.into(), "Ranker".into())),
            format: "csv_gzip".into(),
            rows: "48,842".into(),
            digest: "77c0aa31be52".into(),
            event: 9_903,
        }],
    }
}

fn stream() -> StreamPage {
    StreamPage {
        frame: frame(Place::Evidence, "One change that reached the shipped branch")
            .coded("change")
            .under("Evidence", "/evidence"),
        stream: "change".into(),
        lead: "1,688 records in 12 segments from github.".into(),
        keeping: "A key never repeats: the same again is dropped, other contents are a conflict.",
        coverage: vec![
            CoverageRow {
                source: "github".into(),
                days: "1 Jan – 20 Nov 2026".into(),
                because: "queried: 1,640 rows reported".into(),
                event: 12_481,
            },
            CoverageRow {
                source: "github".into(),
                days: "1 Dec – 31 Dec 2025".into(),
                because: "claimed by Jonas Weber".into(),
                event: 310,
            },
        ],
        heads: vec!["change_id".into(), "merged_at".into(), "repository".into()],
        records: vec![ShortRecord {
            segment: SEGMENT.into(),
            row: 412,
            cells: vec!["hireline/api#1841".into(), "12 May 2026, 21:40".into(), "api".into()],
        }],
        segments: vec![SegmentRow {
            id: SEGMENT.into(),
            short: "6R7S8T".into(),
            source: "github".into(),
            occurred: "1 Jan – 20 Nov 2026".into(),
            late: Some("5 weeks".into()),
            rows: "1,640".into(),
            repeated: "12".into(),
            collector: "attestry 0.1.0 collect git".into(),
            digest: "c0ffee12ab34".into(),
        }],
        columns: vec![ColumnRow {
            name: "author".into(),
            kind: "text".into(),
            meaning: "who wrote it".into(),
            personal: true,
        }],
    }
}

fn record() -> RecordPage {
    let cell = |name: &str, value: Option<&str>, meaning: &str, personal| RecordCell {
        name: name.into(),
        value: value.map(Into::into),
        meaning: meaning.into(),
        personal,
    };
    RecordPage {
        frame: frame(Place::Evidence, "Record 412")
            .under("Evidence", "/evidence")
            .under("change", "/evidence/change"),
        lead: "One change that reached the shipped branch, from github.".into(),
        stream: "change".into(),
        segment: SEGMENT.into(),
        cells: vec![
            cell("change_id", Some("hireline/api#1841"), "identifier", false),
            cell("author", Some("Ada Byron"), "who wrote it", true),
            cell("signature", None, "present or absent", false),
        ],
        before: Some(411),
        after: Some(413),
        facts: vec![
            Fact::code("Segment", SEGMENT),
            Fact::new("Sealed in", "event 12,481").at("/ledger/12481".into()),
            Fact::code("SHA-256", "c0ffee12ab34".repeat(5)),
        ],
    }
}

fn run() -> RunPage {
    let cell = |words: &str, later: Option<&str>| PopulationCell {
        words: words.into(),
        later: later.map(Into::into),
    };
    RunPage {
        frame: frame(Place::Controls, "Every merged change was reviewed")
            .coded("change-reviewed")
            .under("Controls", "/controls")
            .under("CHG-01", "/controls/CHG-01"),
        id: RUN.into(),
        state: Mark::new(Shape::Half, "exceptions 2 of 1,640"),
        lead: "merged changes, 1 Jan – 21 Nov 2026".into(),
        not_tested: None,
        unit: "merged change".into(),
        of: "1,640 merged changes".into(),
        exceptions: exceptions(),
        population: Population {
            words: "1 to 36 of 36, in order of id.".into(),
            only_late: true,
            late_words: "36 of 1,640 were recorded more than 14 days after they occurred".into(),
            turn: format!("/runs/{RUN}"),
            first: 3,
            heads: ["id", "occurred at", "recorded at", "repository", "commit", "title", "author key"]
                .map(Into::into)
                .to_vec(),
            rows: vec![PopulationRow {
                cells: vec![
                    cell("hireline/api#1840", None),
                    cell("12 May 2026, 20:10", None),
                    cell("23 Jun 2026, 09:00", Some("6 weeks")),
                    cell("api", None),
                    cell("9c1f0b7d2e4a6c8819be70a15d3f24c6b7a80912", None),
                    cell("Read the ranking weights from the configuration", None),
                    cell("p-5d2c91e07a", None),
                ],
                records: exceptions().remove(0).records,
                system: None,
            }],
            before: None,
            after: Some("/runs/x?from_row=50".into()),
        },
        definition_words: "Two queries and their parameters; their digest is below.".into(),
        population_sql: "SELECT c.change_id AS id, c.merged_at AS occurred_at\nFROM change c".into(),
        exception_sql:
            "SELECT id, 'merged without any recorded review' AS reason\nFROM population WHERE reviews < 1"
                .into(),
        facts: vec![
            Fact::new("N", "12,481").at("/ledger/12481".into()),
            Fact::code("Catalog", "9f3ac61d22b0".repeat(5)),
            Fact::code("Definition", "2d94f0aa71c3".repeat(5)),
            Fact::new("Program", "attestry 0.1.0"),
        ],
    }
}

fn systems() -> SystemsPage {
    let row = |name: &str, impact: Mark, bias: Mark| SystemRow {
        id: SYSTEM.into(),
        name: name.into(),
        purpose: "Orders applicants for a recruiter".into(),
        role: "provider",
        production: "2.3 since 1 Sep 2026".into(),
        impact,
        bias,
    };
    SystemsPage {
        frame: frame(Place::Ai, "AI systems"),
        lead: "3 AI systems, 2 in production.".into(),
        rows: vec![
            row(
                "Ranker",
                Mark::new(Shape::Full, "approved 12 Aug 2026"),
                Mark::new(Shape::Bar, "below the threshold"),
            ),
            row(
                "Screener",
                Mark::new(Shape::Bar, "approved after it went live"),
                Mark::new(Shape::Half, "inconclusive"),
            ),
            row("Scheduler", Mark::new(Shape::Dotted, "none"), Mark::new(Shape::Dotted, "none")),
        ],
    }
}

fn system() -> SystemPage {
    let row =
        |label: &str, value: f64, low: f64, high: f64, n: &str, shape, is_reference: bool| IntervalRow {
            label: label.into(),
            words: format!("{value:.3} ({low:.3} to {high:.3})"),
            n: n.into(),
            value: Some(value),
            interval: (!is_reference).then_some((low, high)),
            shape,
            is_reference,
        };
    let rows = vec![
        row("sex=Male", 1.0, 1.0, 1.0, "32,650", Shape::Full, true),
        row("sex=Female", 0.362, 0.348, 0.377, "16,192", Shape::Bar, false),
        row("race=Asian-Pac-Islander", 0.94, 0.87, 1.02, "1,519", Shape::Full, false),
        row("race=Other", 0.71, 0.55, 0.91, "406", Shape::Dotted, false),
    ];
    let title = "Women are selected 0.362 times as often as men";
    let reference = Some(Reference { value: 0.8, words: "four-fifths, for reference".into() });
    let bias_row = BiasRow {
        group: "sex=Female".into(),
        n: "16,192".into(),
        selected: "1,769".into(),
        rate: "0.109".into(),
        rate_interval: "0.105 to 0.114".into(),
        ratio: "0.362".into(),
        ratio_interval: "0.348 to 0.377".into(),
        fpr: "0.021".into(),
        fnr: "0.412".into(),
    };
    SystemPage {
        frame: frame(Place::Ai, "Ranker").under("AI systems", "/ai"),
        purpose: "Orders applicants for a recruiter, who decides whom to invite.".into(),
        role: "provider",
        affected: "applicants".into(),
        autonomy: "a recruiter decides on each invitation".into(),
        deployments: vec![DeploymentRow { version: "2.3".into(), environment: "production".into(), from: minute("2026-09-01T10:00:00Z"), until: None, event: 9_871 }],
        assessments: vec![
            AssessmentRow { kind: "bias", conducted: on("2026-09-20"), approved: None, approver: String::new(), summary: "48,842 predictions by sex: lowest impact ratio 0.362".into(), event: 9_904 },
            AssessmentRow { kind: "impact", conducted: on("2026-08-02"), approved: Some(on("2026-08-12")), approver: "Maya Okafor".into(), summary: "Applicants may be passed over unseen; a recruiter reads every tenth rejected one.".into(), event: 9_610 },
        ],
        bias: vec![BiasTable { title: title.into(), chart: IntervalChart::new(title.into(), rows, reference), note: "Impact ratio against the group selected most often, with 95 % intervals, from 48,842 predictions.".into(), rows: vec![bias_row] }],
        versions: vec![VersionRow { version: "2.3".into(), recorded: on("2026-08-28"), model: "0badcafe0badcafe".into(), event: 9_800 }],
    }
}

fn ledger() -> LedgerPage {
    LedgerPage {
        frame: frame(Place::Ledger, "Ledger"),
        lead: "12,482 events since 8 Jan 2025; the signed checkpoint covers all of them.".into(),
        facts: vec![
            Fact::code("Origin", "attestry/01JD/hireline"),
            Fact::code("Root", "e07d5b1a44c9".repeat(5)),
        ],
        checkpoint: Some(
            "attestry/01JD/hireline\n12482\n4H1bGkTJ…=\n\n— attestry/01JD/hireline AbC…=".into(),
        ),
        events: events(),
        newer: None,
        older: Some("/ledger?before=12479".into()),
    }
}

fn event() -> EventPage {
    EventPage {
        frame: frame(Place::Ledger, "Event 12,482").under("Ledger", "/ledger"),
        lead: "Control test change-reviewed ran: exceptions 2 of 1,640.".into(),
        facts: vec![
            Fact::code("Kind", "run_recorded v1"),
            Fact::new("Recorded", "21 Nov 2026, 06:00"),
            Fact::new("By", "Attestry"),
            Fact::code("Leaf", "77c0aa31be52".repeat(5)),
        ],
        payload: Some(
            "{\n  \"run\": \"01JD6QB1C2D3E4F5G6H7J8K9M0\",\n  \"test\": \"change-reviewed\"\n}".into(),
        ),
        before: Some(12_481),
        after: None,
    }
}
