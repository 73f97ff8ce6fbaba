//! The demo's AI systems: versions, deployments, impact assessments, thresholds, prediction logs.

use attestry_domain::command::Command;
use attestry_domain::event::ai::{AssessmentApproved, SystemVersioned, ThresholdApproved};
use attestry_domain::event::{AiRole, AssessmentKind, AssessmentSubmitted, SystemDeployed, SystemRegistered};
use attestry_domain::id::{AiSystemId, ArtifactId, AssessmentId};
use attestry_domain::time::{Day, Period, day_words};

use crate::demo::access::closed_quarters;
use crate::demo::act::{Act, Deed, File, Log, Measure};
use crate::demo::calendar::Calendar;
use crate::demo::story::Story;

/// Grace of the quarterly bias assessment in days.
pub(super) const BIAS_GRACE_DAYS: i64 = 14;
/// The four-fifths line in millionths.
const FOUR_FIFTHS_PPM: i64 = 800_000;
/// Days for which the estimator was live before its impact assessment was approved.
const APPROVED_LATE_DAYS: i64 = 19;

/// Said to the assessment of the stand-in log.
const NOT_GOOD: &str = "Public census records (UCI Adult) stand in for the customers' log. Not accepted as good: women \
    are selected at under a third of the rate of men. The ranking is to be reweighted and measured again next quarter";
/// Said to the first assessment of a new system.
const TOO_FEW: &str =
    "Too few decisions in the first weeks for a clear answer; accepted until the next quarter's log";

/// An AI system with the days on which its versions went live.
#[derive(Debug, Clone)]
pub(super) struct System {
    pub(super) id: AiSystemId,
    pub(super) key: &'static str,
    name: &'static str,
    purpose: &'static str,
    affected: &'static str,
    autonomy: &'static str,
    pub(super) versions: Vec<(&'static str, Day)>,
}

/// The three systems.
pub(super) fn systems(story: &Story) -> [System; 3] {
    let Story { seed, calendar, .. } = story;
    let id =
        |key: &str| AiSystemId::new(seed.ulid(calendar.at(calendar.begins, 9, 0), &format!("system/{key}")));
    let before = |days: i64| Calendar::working(Calendar::plus(calendar.begins, -days));
    let on = |month, day| Calendar::working(calendar.nth(month, day));
    [
        System {
            id: id("ranking"),
            key: "resume-ranking",
            name: "Résumé ranking",
            purpose: "Orders applications by fit to the job description, for a recruiter to read in that order",
            affected: "Applicants of customers, who may be read late or not at all",
            autonomy: "Proposes an order; a recruiter decides on every application",
            versions: vec![("3.1", before(120)), ("3.2", on(3, 14)), ("4.0", on(8, 16))],
        },
        System {
            id: id("scheduling"),
            key: "scheduling-assistant",
            name: "Interview scheduling assistant",
            purpose: "Finds interview times with applicants in a chat, and answers questions on the process",
            affected: "Applicants invited to an interview",
            autonomy: "Writes to applicants by itself within fixed topics; hands over to a person on request",
            versions: vec![("1.4", before(75)), ("2.0", on(5, 20))],
        },
        System {
            id: id("estimator"),
            key: "salary-estimator",
            name: "Salary and skills estimator",
            purpose: "Estimates skill levels and a salary band from a résumé, shown to recruiters as a range",
            affected: "Applicants, whose offers may follow the range",
            autonomy: "Shows an estimate; it changes nothing by itself",
            versions: vec![("1.0", on(6, 17)), ("1.1", on(9, 21))],
        },
    ]
}

/// Everything said about a system, except its bias assessments.
pub(super) fn life(story: &Story, system: &System) -> Vec<Act> {
    let calendar = &story.calendar;
    let (engineer, governance) =
        (story.titled("Head of AI engineering"), story.titled("Head of AI governance"));
    let first = system.versions.first().map_or(calendar.begins, |(_, live)| *live);
    let known = Calendar::plus(calendar.begins, 2).max(Calendar::plus(first, -30));
    let registered = SystemRegistered {
        system: system.id,
        name: system.name.to_owned(),
        role: AiRole::Provider,
        purpose: system.purpose.to_owned(),
        affected: system.affected.to_owned(),
        autonomy: system.autonomy.to_owned(),
    };
    let threshold = ThresholdApproved {
        system: system.id,
        metric: "impact_ratio".to_owned(),
        value_ppm: FOUR_FIFTHS_PPM,
    };
    let say = |at, by, command| Act { at, by, deed: Deed::Say(command) };
    let mut acts = vec![
        say(calendar.at(known, 10, 0), engineer, Command::RegisterSystem(registered)),
        say(calendar.at(Calendar::plus(known, 3), 10, 0), governance, Command::ApproveThreshold(threshold)),
    ];
    for (version, live) in &system.versions {
        let ahead = |days: i64| Calendar::plus(*live, -days).max(Calendar::plus(calendar.begins, 3));
        let late = *version == "1.0";
        let approved = if late {
            Calendar::plus(*live, APPROVED_LATE_DAYS)
        } else {
            ahead(4).max(Calendar::plus(ahead(10), 3))
        };
        let conducted = if late { ahead(5) } else { ahead(12) };
        let note = format!("Version {version}, evaluated against the criteria of its specification");
        let body = SystemVersioned { system: system.id, version: (*version).to_owned(), model: None, note };
        acts.push(say(calendar.at(ahead(14), 9, 30), engineer, Command::VersionSystem(body)));
        acts.extend(impact(story, system, version, (conducted, approved)));
        let (version, environment) = ((*version).to_owned(), "production".to_owned());
        let body = SystemDeployed {
            system: system.id,
            version,
            environment,
            deployed_at: calendar.at(*live, 11, 30),
        };
        let told = (*live).max(Calendar::plus(calendar.begins, 3));
        acts.push(say(calendar.at(told, 13, 0), engineer, Command::DeploySystem(body)));
    }
    acts
}

/// The impact assessment of a version: document, submission, approval.
fn impact(story: &Story, system: &System, version: &str, (conducted, approved): (Day, Day)) -> Vec<Act> {
    let calendar = &story.calendar;
    let (engineer, governance) =
        (story.titled("Head of AI engineering"), story.titled("Head of AI governance"));
    let label = format!("impact/{}/{version}", system.key);
    let submitted = Calendar::plus(conducted, 2);
    let at = calendar.at(submitted, 11, 0);
    let artifact = ArtifactId::new(story.seed.ulid(at, &label));
    let assessment = AssessmentId::new(story.seed.ulid(at, &format!("assessment/{label}")));
    let file = File {
        artifact,
        name: format!("impact-assessment-{}-{version}.md", system.key),
        text: document(system, version, conducted),
        captured_on: conducted,
        covers: None,
        controls: story.known(&["AII-01", "AII-02"]),
    };
    let summary = format!(
        "{} {version}: moderate effect on individuals, low on society; a person decides, reasons are shown, groups are measured each quarter",
        system.name
    );
    let body = AssessmentSubmitted {
        assessment,
        kind: AssessmentKind::Impact,
        system: system.id,
        version: Some(version.to_owned()),
        conducted_on: conducted,
        summary,
        artifact: Some(artifact),
        bias: None,
    };
    let note = "Approved with the measures named in section 4".to_owned();
    let approval = Command::ApproveAssessment(AssessmentApproved { assessment, note });
    vec![
        Act { at, by: engineer, deed: Deed::File(file) },
        Act { at, by: engineer, deed: Deed::Say(Command::SubmitAssessment(body)) },
        Act { at: calendar.at(approved, 15, 0), by: governance, deed: Deed::Say(approval) },
    ]
}

fn document(system: &System, version: &str, day: Day) -> String {
    let System { name, purpose, affected, autonomy, .. } = system;
    format!(
        "# Impact assessment: {name} {version}\n\nConducted {}.\n\n## 1. System\n\n{purpose}. {autonomy}.\n\n\
         ## 2. Individuals and groups\n\n{affected}. Harm seen as possible: being passed over because of sex, age or origin; \
         being judged by an error in the reading of a document.\n\n## 3. Society\n\nA bias shared by many employers would \
         repeat itself across a labour market. Seen as unlikely at the present number of customers.\n\n## 4. Measures\n\n\
         Selection rates by group each quarter against the four-fifths line; reasons shown beside each result; a way to ask \
         for a person; the version can be rolled back within the hour.\n",
        day_words(day)
    )
}

/// The quarterly bias assessments of a system. Only that of the ranking which falls due last reads real data:
/// public census records in place of a customer's log.
pub(super) fn bias(story: &Story, system: &System) -> Vec<Act> {
    let calendar = &story.calendar;
    let live = system.versions.first().map_or(calendar.year.to(), |(_, day)| *day);
    let due = |window: &Period| calendar.year.contains(Calendar::plus(window.last(), BIAS_GRACE_DAYS));
    let windows: Vec<Period> = closed_quarters(calendar).into_iter().filter(due).collect();
    let last = windows.last().copied();
    let mut acts = Vec::new();
    for window in windows.into_iter().filter(|window| live < window.to()) {
        let conducted_on = Calendar::working(Calendar::plus(window.to(), 4));
        let version =
            system.versions.iter().rfind(|(_, day)| *day < window.to()).map_or("", |(version, _)| *version);
        let real = Some(window) == last && system.key == "resume-ranking";
        let first = window.contains(live);
        let (name, log, by) = match real {
            true => (
                "resume_ranking_stand_in_uci_adult".to_owned(),
                Log::Adult,
                vec!["sex".to_owned(), "race".to_owned()],
            ),
            false => (name(system, window), simulated(system, window, first), vec!["sex".to_owned()]),
        };
        let measure = Measure { name, log, system: system.id, version, by, conducted_on };
        let by = story.titled("Head of AI engineering");
        acts.push(Act { at: calendar.at(conducted_on, 10, 30), by, deed: Deed::Measure(measure) });
        if real || first {
            let note = if real { NOT_GOOD } else { TOO_FEW }.to_owned();
            let at = calendar.at(Calendar::working(Calendar::plus(conducted_on, 1)), 16, 0);
            let by = story.titled("Head of AI governance");
            acts.push(Act { at, by, deed: Deed::Accept { system: system.id, note } });
        }
    }
    acts
}

fn name(system: &System, window: Period) -> String {
    let quarter = (window.from().month() + 2) / 3;
    format!("{}_{}_q{quarter}_simulated", system.key.replace('-', "_"), window.from().year())
}

/// A made-up log with exact rates: the same for both sexes within a few percent.
fn simulated(system: &System, window: Period, few: bool) -> Log {
    let each: u64 = if few { 90 } else { 1_200 };
    let selected = |percent: u64| each * percent / 100;
    let shift = u64::from(window.from().month().unsigned_abs()) % 3;
    let (men, women) = match system.key {
        _ if few => (selected(40), selected(35)),
        "scheduling-assistant" => (selected(82), selected(80 + shift)),
        _ => (selected(41), selected(39 + shift)),
    };
    let mut text = "sex,y_true,y_pred\n".to_owned();
    for row in 0..each {
        for (sex, chosen) in [("Male", men), ("Female", women)] {
            let picked = (row + 1) * chosen / each > row * chosen / each;
            let truth = if row % 11 == 0 { !picked } else { picked };
            text.push_str(&format!("{sex},{},{}\n", u8::from(truth), u8::from(picked)));
        }
    }
    Log::Simulated(text, each * 2)
}
