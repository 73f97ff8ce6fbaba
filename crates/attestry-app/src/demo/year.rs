//! The demo's year as one list of acts in the order of time.

use attestry_domain::command::Command;
use attestry_domain::event::workspace::RequirementScoped;
use attestry_domain::event::{EngagementKind, EngagementOpened, ExceptionResponded, ResponseKind};
use attestry_domain::id::{EngagementId, InvalidId, TestId};
use attestry_domain::time::{Instant, Period};

use crate::AppError;
use crate::demo::access::{forgotten, grants};
use crate::demo::act::{Act, Deed};
use crate::demo::calendar::Calendar;
use crate::demo::changes::{Unreviewed, changes};
use crate::demo::story::Story;
use crate::demo::{ai, collect, controls, duties};

/// Requirements left out, each with the reason.
const EXCLUDED: [(&str, &str); 2] = [
    (
        "soc2:CC6.4",
        "Not relevant, because the company has no premises and no hardware in production: the cloud provider's own \
         report covers its buildings (carve-out), and laptops are handled under CC6.7",
    ),
    (
        "iso42001:A.7.3",
        "By contract every data set for training comes from the customer it serves; none is acquired from elsewhere, \
         and the risk assessment found no need to. Origin and rights are recorded under A.7.5",
    ),
];

/// The tests that run every month besides each quarter.
const MONTHLY: [&str; 3] = ["change-reviewed", "root-not-used", "mfa-at-console-login"];

/// Everything that happens after the frameworks were adopted, in the order of time.
pub(super) fn acts(story: &Story) -> Result<Vec<Act>, AppError> {
    let grants = grants(story.seed, &story.calendar, &story.people);
    let (changes, unreviewed) = changes(story.seed, &story.calendar, &story.people);
    let systems = ai::systems(story);
    let mut acts = scope(story).map_err(code)?;
    for (number, control) in story.controls().enumerate() {
        acts.extend(controls::design(story, control, i64::try_from(number).unwrap_or(0)));
        acts.extend(duties::statements(story, control));
    }
    for system in &systems {
        acts.extend(ai::life(story, system));
        acts.extend(ai::bias(story, system));
    }
    acts.extend(people(story));
    acts.extend(collect::takes(story, &changes, &grants, &systems));
    acts.extend(audits(story).map_err(code)?);
    acts.extend(tests(story).map_err(code)?);
    let estimator = systems.iter().find(|one| one.key == "salary-estimator");
    let early = estimator.and_then(|one| {
        one.versions.first().map(|(version, day)| {
            format!(
                "{}/{version}/{}",
                one.id,
                story.calendar.at(*day, 11, 30).timestamp().strftime("%Y-%m-%dT%H:%M:%SZ")
            )
        })
    });
    acts.extend(responses(story, &unreviewed, forgotten(&story.people, &grants), early).map_err(code)?);
    acts.sort_by_key(|act| act.at);
    Ok(acts)
}

fn code(error: InvalidId) -> AppError {
    AppError::Catalog(error.to_string())
}

fn scope(story: &Story) -> Result<Vec<Act>, InvalidId> {
    let at = story.calendar.at(Calendar::plus(story.calendar.begins, 1), 9, 30);
    let one = |(requirement, reason): (&str, &str)| {
        let scoped = RequirementScoped {
            requirement: requirement.parse()?,
            included: false,
            reason: reason.to_owned(),
        };
        let deed = Deed::Say(Command::ScopeRequirement(scoped));
        Ok(Act { at, by: story.titled("Compliance lead"), deed })
    };
    EXCLUDED.into_iter().map(one).collect()
}

/// Joiners become known on their first day. Nobody with a part in the programme leaves.
fn people(story: &Story) -> Vec<Act> {
    let calendar = &story.calendar;
    let joiners = story.people.all.iter().filter(|one| one.started >= calendar.begins);
    let by = story.people.first.id;
    let add = |one: &crate::demo::people::Person| Act {
        at: calendar.at(one.started, 9, 0),
        by,
        deed: Deed::Say(Command::AddPerson(one.add())),
    };
    joiners.map(add).collect()
}

/// The audits, the one to be shown first opened last.
fn audits(story: &Story) -> Result<Vec<Act>, InvalidId> {
    let Story { calendar, seed, .. } = story;
    let by = story.titled("Compliance lead");
    let period = calendar.year;
    let open = |framework: &str, at: Instant, examines, firm: &str| {
        let engagement = EngagementId::new(seed.ulid(at, &format!("audit/{framework}")));
        let opened =
            EngagementOpened { engagement, framework: framework.parse()?, examines, firm: firm.to_owned() };
        Ok(Act { at, by, deed: Deed::Say(Command::OpenEngagement(opened)) })
    };
    Ok(vec![
        open(
            "iso42001",
            calendar.at(calendar.nth(8, 4), 11, 0),
            EngagementKind::Stage2 { period },
            "Brackenhall Certification",
        )?,
        open(
            "soc2",
            calendar.at(calendar.nth(9, 3), 11, 0),
            EngagementKind::Type2 { period },
            "Ostrander Vale CPAs",
        )?,
    ])
}

/// Each month the fast tests, each quarter all, at the end all over the whole year.
fn tests(story: &Story) -> Result<Vec<Act>, InvalidId> {
    let calendar = &story.calendar;
    let by = story.titled("Compliance lead");
    let run = |period: Period, tests: Vec<TestId>, hour: i64| Act {
        at: calendar.at(period.to(), hour, 0),
        by,
        deed: Deed::Test { tests, period },
    };
    let over = |period: &Period| period.to() < calendar.year.to();
    let monthly: Vec<TestId> = MONTHLY.iter().map(|id| id.parse()).collect::<Result<_, _>>()?;
    let quarters: Vec<Period> = calendar.quarters().into_iter().filter(over).collect();
    let ends = |month: &Period| !quarters.iter().any(|quarter| quarter.to() == month.to());
    let months = calendar.months().into_iter().filter(over).filter(ends);
    let mut acts: Vec<Act> = months.map(|month| run(month, monthly.clone(), 6)).collect();
    acts.extend(quarters.iter().map(|quarter| run(*quarter, Vec::new(), 6)));
    acts.push(run(calendar.year, Vec::new(), 1));
    Ok(acts)
}

/// What management says to the exceptions that the last run found. Some have no answer yet.
fn responses(
    story: &Story,
    unreviewed: &Unreviewed,
    forgotten: Option<String>,
    early: Option<String>,
) -> Result<Vec<Act>, InvalidId> {
    let calendar = &story.calendar;
    let missed = format!("ACC-06/{}", calendar.date(4, 1));
    let answers = [
        (
            "change-reviewed",
            Some(unreviewed.none.clone()),
            ResponseKind::Explained,
            "An invitation loop was running. The merge was forced by the engineer on call; the change was read and found right two days later, which the forge does not show",
        ),
        (
            "leaver-access-removed",
            forgotten,
            ResponseKind::Corrected,
            "The warehouse was not on the list that the leaver task works through. It is now, and the account was not used after the last day",
        ),
        (
            "access-review-held",
            Some(missed),
            ResponseKind::Explained,
            "The reviewer was on leave and nobody stood in. A stand-in is named, and the task now goes to both",
        ),
        (
            "impact-assessment-before-production",
            early,
            ResponseKind::Accepted,
            "Released to two customers for a trade fair before the approval. The release pipeline now asks for the approval's number",
        ),
    ];
    let mut acts = Vec::new();
    for (number, (test, occurrence, response, text)) in answers.into_iter().enumerate() {
        let Some(occurrence) = occurrence else { continue };
        let at = calendar.at(calendar.year.to(), 1, 20 + i64::try_from(number).unwrap_or(0));
        let answered =
            ExceptionResponded { test: test.parse()?, occurrence, response, text: text.to_owned() };
        let by = story.titled("Compliance lead");
        acts.push(Act { at, by, deed: Deed::Say(Command::RespondToException(answered)) });
    }
    Ok(acts)
}
