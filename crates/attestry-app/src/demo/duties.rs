//! What control owners do each month, quarter and year, and state with a file that shows it.

use attestry_domain::assess::window_of;
use attestry_domain::catalog::{Cadence, Control};
use attestry_domain::command::Command;
use attestry_domain::event::AttestationRecorded;
use attestry_domain::id::{ArtifactId, AttestationId};
use attestry_domain::time::{Day, Period, day_words};

use crate::demo::act::{Act, Deed, File};
use crate::demo::calendar::Calendar;
use crate::demo::controls::{in_force, kept, works};
use crate::demo::story::Story;
use crate::demo::wording::place;

/// Done five days after it was due: control, and month of the year from 0 in which its window closed.
const DONE_LATE: (&str, i64) = ("OPS-02", 5);
/// Done in time and recorded six weeks after.
const RECORDED_LATE: (&str, i64) = ("CON-03", 4);
/// Six weeks in days.
pub(super) const SIX_WEEKS: i64 = 42;

/// The statements of a control's owner over the year; none where a test reads the evidence itself.
pub(super) fn statements(story: &Story, control: &Control) -> Vec<Act> {
    if story.tested(control) || !works(control) {
        return Vec::new();
    }
    let calendar = &story.calendar;
    let (cadence, grace) = kept(story, control);
    let mut dice = story.seed.dice(&format!("duties/{}", control.id));
    let mut acts = Vec::new();
    for window in windows(calendar, cadence) {
        let marked = |(id, month): (&str, i64)| {
            control.id.as_str() == id && window.contains(Calendar::plus(calendar.nth(month, 1), -1))
        };
        let wait =
            if marked(DONE_LATE) { i64::from(grace) + 5 } else { dice.between(1, i64::from(grace) - 4) };
        let performed = Calendar::working(Calendar::plus(window.to(), wait));
        let told = if marked(RECORDED_LATE) { SIX_WEEKS } else { dice.between(0, 1) };
        let recorded = Calendar::plus(performed, told);
        if recorded < calendar.year.to() {
            let looked_at = dice.between(6, 90);
            acts.extend(statement(story, control, window, (performed, recorded), looked_at));
        }
    }
    acts
}

/// The windows of a cadence that close under the procedures in force and before the end of the year.
fn windows(calendar: &Calendar, cadence: Cadence) -> Vec<Period> {
    let mut windows = Vec::new();
    let mut day = in_force(calendar);
    while let Some(window) = window_of(cadence, day).filter(|one| one.to() < calendar.year.to()) {
        day = window.to();
        windows.push(window);
    }
    windows
}

fn statement(
    story: &Story,
    control: &Control,
    window: Period,
    (performed_on, recorded): (Day, Day),
    looked_at: i64,
) -> Vec<Act> {
    let owner = story.people.titled(&control.owner);
    let minute = looked_at % 60;
    let at = story.calendar.at(recorded, 16, minute);
    let label = format!("{}/{window}", control.id);
    let artifact = ArtifactId::new(story.seed.ulid(at, &format!("file/{label}")));
    let attestation = AttestationId::new(story.seed.ulid(at, &format!("statement/{label}")));
    let evidence: Vec<String> =
        control.evidence.iter().map(|item| format!("- {item} ({})", place(&control.family))).collect();
    let (first, last) = (day_words(window.from()), day_words(window.last()));
    let text = format!(
        "{} {}\n\nDays looked at: {first} to {last}\nDone: {}, by {}\nItems looked at: {looked_at}\n\nKept\n{}\n",
        control.id,
        control.title,
        day_words(performed_on),
        owner.name,
        evidence.join("\n")
    );
    let file = File {
        artifact,
        name: format!("{} {} to {}.txt", control.id, window.from(), window.last()),
        text,
        captured_on: performed_on,
        covers: Some(window),
        controls: vec![control.id.clone()],
    };
    let note = format!("{first} to {last} gone through, {looked_at} items, by the written procedure");
    let stated = AttestationRecorded {
        attestation,
        control: control.id.clone(),
        window: Some(window),
        performed_on,
        artifact: Some(artifact),
        note,
    };
    vec![
        Act { at, by: owner.id, deed: Deed::File(file) },
        Act { at, by: owner.id, deed: Deed::Say(Command::RecordAttestation(stated)) },
    ]
}
