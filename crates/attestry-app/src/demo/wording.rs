//! What the company says about the families of its controls.

use attestry_domain::catalog::Cadence;

/// Family, what may go wrong at this company, where its records lie.
#[rustfmt::skip]
const FAMILIES: [(&str, &str, &str); 20] = [
    ("access", "whoever reaches production reaches the files of two million applicants", "the sign-on system and the ticketing system"),
    ("ai-data", "a model learns whatever is wrong or not ours in its training data", "the data register beside the warehouse"),
    ("ai-governance", "three AI systems judge people, and nobody would answer for them by accident", "the AI register"),
    ("ai-impact", "an order or an estimate can cost an applicant the job", "the AI register"),
    ("ai-lifecycle", "a version goes live that nobody evaluated", "the model registry and the release log"),
    ("ai-monitoring", "a ranking drifts or treats groups unlike each other, and nobody looks", "the monitoring store"),
    ("ai-oversight", "recruiters follow a ranking without reading", "the override log"),
    ("ai-transparency", "applicants do not learn that a machine had a part", "the documentation site and the model registry"),
    ("change", "one engineer alone breaks or opens production", "the source forge"),
    ("continuity", "a lost region or a lost backup stops hiring at every customer", "the cloud account and the drill log"),
    ("data", "résumés are copied to where nobody guards them", "the data inventory"),
    ("governance", "duties are nobody's, and promises are forgotten", "the company handbook and the board folder"),
    ("incident", "an incident grows because nobody leads, or comes back because nobody learned", "the incident tracker"),
    ("monitoring", "an intruder or a broken control goes unnoticed", "the log store and the alert queue"),
    ("operations", "a host with a known hole is found from outside first", "the configuration and scan reports"),
    ("people", "somebody with access was never checked, trained or bound", "the HR system"),
    ("physical", "somebody walks in", "the visitor log"),
    ("privacy", "applicants' data is used for what they were not told", "the privacy register"),
    ("risk", "a risk that nobody named is treated by nobody", "the risk register"),
    ("vendor", "a vendor's failure becomes ours", "the vendor list and the contract folder"),
];

/// What may go wrong, as half a sentence.
pub(super) fn risk(family: &str) -> &'static str {
    FAMILIES.iter().find(|(known, ..)| *known == family).map_or("it would be missed", |(_, risk, _)| risk)
}

/// Where the records of a family lie.
pub(super) fn place(family: &str) -> &'static str {
    FAMILIES.iter().find(|(known, ..)| *known == family).map_or("the company's files", |(.., place)| place)
}

/// A cadence with its grace, as a sentence of a procedure.
pub(super) fn cadence_words(cadence: Cadence, grace_days: u16) -> String {
    let often = match cadence {
        Cadence::Continuous => return "All the time; a control test reads every event.".to_owned(),
        Cadence::PerEvent => return "Whenever its event happens.".to_owned(),
        Cadence::Daily => "Each day",
        Cadence::Weekly => "Each week",
        Cadence::Monthly => "Once a month the owner looks at the month that ended and states what was found",
        Cadence::Quarterly => {
            "Once a quarter the owner goes through the quarter that ended and states what was found"
        }
        Cadence::SemiAnnual => "Twice a year",
        Cadence::Annual => "Once a year",
    };
    format!("{often}. In time is whatever is done within {grace_days} days after the end of that time.")
}
