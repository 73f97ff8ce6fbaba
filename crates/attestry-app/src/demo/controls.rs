//! The design of the company's controls: decided, owned, written down, approved, reasoned, walked through.

use attestry_domain::catalog::{Cadence, Control};
use attestry_domain::command::Command;
use attestry_domain::event::{
    Applicability, ControlOwned, ProcedureApproved, RationaleRecorded, WalkthroughRecorded,
};
use attestry_domain::id::{ArtifactId, Digest};
use attestry_domain::time::{Day, day_words};

use crate::demo::act::{Act, Deed, File};
use crate::demo::calendar::Calendar;
use crate::demo::people::{COMPANY, Person};
use crate::demo::story::Story;
use crate::demo::wording::{cadence_words, place, risk};

/// The control that does not apply, and why.
const NOT_APPLICABLE: (&str, &str) = (
    "PHY-01",
    "The company has no premises of its own: everybody works from home, and production runs at a cloud provider \
     whose own report covers its buildings. Company equipment is handled under OPS-03",
);
/// The control of which nobody has decided yet whether it applies.
const UNDECIDED: &str = "AII-04";
/// The control that nobody walked through before the third month of the year.
const WALKED_LATE: &str = "AIO-02";

/// Whether a control takes part in the year: it applies, and that was decided.
pub(super) fn works(control: &Control) -> bool {
    ![NOT_APPLICABLE.0, UNDECIDED].contains(&control.id.as_str())
}

/// How often the company states that it performed a control, and with how many days of grace.
///
/// What runs every day or week by itself is looked at and stated once a month; what happens by event, and no
/// test reads, once a quarter with the list of the events. Two controls by event are left to a test still to come.
pub(super) fn kept(story: &Story, control: &Control) -> (Cadence, u16) {
    let cadence = match control.cadence {
        own if story.tested(control) => own,
        Cadence::Continuous | Cadence::Daily | Cadence::Weekly => Cadence::Monthly,
        Cadence::PerEvent if ["CHG-02", "AIL-05"].contains(&control.id.as_str()) => Cadence::PerEvent,
        Cadence::PerEvent => Cadence::Quarterly,
        own => own,
    };
    let grace = match cadence {
        Cadence::Continuous | Cadence::PerEvent | Cadence::Daily | Cadence::Weekly => 0,
        Cadence::Monthly => 10,
        Cadence::Quarterly => 14,
        Cadence::SemiAnnual => 21,
        Cadence::Annual => 30,
    };
    (cadence, grace)
}

/// The day on which all procedures come into force.
pub(super) fn in_force(calendar: &Calendar) -> Day {
    Calendar::plus(calendar.begins, 5)
}

/// Everything said about the design of a control.
pub(super) fn design(story: &Story, control: &Control, number: i64) -> Vec<Act> {
    let calendar = &story.calendar;
    let lead = story.titled("Compliance lead");
    let owner = story.people.titled(&control.owner);
    let on = |days: i64, hour: i64| calendar.at(Calendar::plus(calendar.begins, days), hour, number % 60);
    let say = |at, by, command| Act { at, by, deed: Deed::Say(command) };
    let decide = |applicable, reason: String| {
        let control = control.id.clone();
        say(on(1, 10), lead, Command::DecideApplicability(Applicability { control, applicable, reason }))
    };
    let owned = ControlOwned { control: control.id.clone(), owner: owner.id };
    let owned = say(on(1, 14), lead, Command::OwnControl(owned));
    match control.id.as_str() {
        id if id == NOT_APPLICABLE.0 => return vec![decide(false, NOT_APPLICABLE.1.to_owned())],
        UNDECIDED => return vec![owned],
        _ => {}
    }
    let (cadence, grace_days) = kept(story, control);
    let text = procedure(control, owner, (cadence, grace_days));
    let digest = Digest::of(text.as_bytes());
    let written = Deed::Procedure { control: control.id.clone(), text, cadence, grace_days };
    let effective_from = in_force(calendar);
    let approved = ProcedureApproved { control: control.id.clone(), text: digest, effective_from };
    let rationale = RationaleRecorded { control: control.id.clone(), rationale: reason_for(control) };
    let mut acts = vec![
        decide(true, applies(control)),
        owned,
        Act { at: on(3, 10), by: owner.id, deed: written },
        say(on(5, 10), story.titled("Head of AI governance"), Command::ApproveProcedure(approved)),
        say(on(6, 10), owner.id, Command::RecordRationale(rationale)),
    ];
    let day = if control.id.as_str() == WALKED_LATE {
        calendar.nth(2, 10)
    } else {
        Calendar::plus(calendar.begins, 7 + number % 4)
    };
    acts.extend(walkthrough(story, control, owner, (day, number)));
    acts
}

fn walkthrough(story: &Story, control: &Control, owner: &Person, (on, number): (Day, i64)) -> Vec<Act> {
    let at = story.calendar.at(on, 15, number % 60);
    let artifact = ArtifactId::new(story.seed.ulid(at, &format!("walkthrough/{}", control.id)));
    let seen: Vec<String> = control
        .evidence
        .iter()
        .map(|item| format!("- {item}: present, dated, in {}", place(&control.family)))
        .collect();
    let text = format!(
        "Walkthrough of {} {}\n\nDay: {}\nShown by: {}, {}\nInstance: the latest one before that day\n\nSeen\n{}\n\n\
         The instance followed the written procedure from its beginning to its end.\n",
        control.id,
        control.title,
        day_words(on),
        owner.name,
        control.owner,
        seen.join("\n")
    );
    let file = File {
        artifact,
        name: format!("{} walkthrough.txt", control.id),
        text,
        captured_on: on,
        covers: None,
        controls: vec![control.id.clone()],
    };
    let first = control.evidence.first().map_or("the record of one instance", String::as_str);
    let seen = format!("One instance from beginning to end, with {}: {first}, at its source", owner.name);
    let walked = WalkthroughRecorded { control: control.id.clone(), on, seen, artifact: Some(artifact) };
    vec![
        Act { at, by: owner.id, deed: Deed::File(file) },
        Act { at, by: owner.id, deed: Deed::Say(Command::RecordWalkthrough(walked)) },
    ]
}

/// Which requirements rest on a control, at most three named.
fn depending(control: &Control) -> String {
    let key: Vec<&str> =
        control.mappings.iter().filter(|one| one.kind.is_key()).map(|one| one.requirement.code()).collect();
    let verb = if key.len() == 1 { "rests" } else { "rest" };
    let more = key.len().saturating_sub(3);
    let named = key.into_iter().take(3).collect::<Vec<_>>().join(", ");
    if more == 0 { format!("{named} {verb} on it") } else { format!("{named} and {more} more rest on it") }
}

fn applies(control: &Control) -> String {
    format!("Applies: {}. {}", risk(&control.family), depending(control))
}

fn reason_for(control: &Control) -> String {
    let key = control.mappings.iter().find(|one| one.kind.is_key());
    let why = key.map_or(control.objective.as_str(), |one| one.rationale.as_str());
    format!("The risk: {}. {why}", risk(&control.family))
}

fn procedure(control: &Control, owner: &Person, (cadence, grace_days): (Cadence, u16)) -> String {
    let evidence: Vec<String> = control.evidence.iter().map(|item| format!("- {item}")).collect();
    format!(
        "# {title}\n\nControl {id}, {family}. Owner: {name}, {owner}.\n\n## Why\n\n{objective}\n\n## How\n\n{practice}\n\n\
         At {COMPANY} the records are kept in {place}.\n\n## How often\n\n{often}\n\n## What is kept\n\n{evidence}\n\n\
         ## When it fails\n\nWhoever notices tells the owner the same day. The owner enters it into the corrective action \
         register within two working days, with cause, correction and date.\n",
        title = control.title,
        id = control.id,
        family = control.family_title,
        name = owner.name,
        owner = control.owner,
        objective = control.objective.trim(),
        practice = control.practice.trim(),
        place = place(&control.family),
        often = cadence_words(cadence, grace_days),
        evidence = evidence.join("\n"),
    )
}
