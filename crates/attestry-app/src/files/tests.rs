//! What is written can be read, whatever people write.

use attestry_domain::catalog::Cadence;
use attestry_domain::event::{AiRole, AssessmentKind};
use attestry_domain::id::ControlId;
use attestry_domain::time::{Instant, Period, day};
use proptest::prelude::*;

use super::document::*;

mod applied;

fn read_back<T>(document: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let text = super::write::text(document).unwrap();
    let read: T = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(read, *document, "{text}");
}

/// Texts that YAML could take for something else, or fold wrongly.
const ODD: &[&str] = &[
    "1.10",
    "true",
    "null",
    "~",
    "0x1F",
    "2026-01-01",
    "- no list",
    "a: b",
    "# no comment",
    "'quoted'",
    "\"both'",
    "ends with a colon:",
    "two\nlines",
    "two\n\nparagraphs\n",
    "  indented\n    more",
    "tab\there",
    "ends in space ",
    "a very long line that goes on and on, well beyond the eighty columns at which a folded block would break it in two",
    "日本語",
    "emoji 🙂",
    "[list]",
    "{map}",
    "&anchor",
    "*alias",
    "!tag",
    "%directive",
    "@at",
    "`tick`",
    "---",
    "...",
];

fn said() -> impl Strategy<Value = String> {
    prop_oneof![proptest::sample::select(ODD).prop_map(str::to_owned), "[ -~\n]{1,120}", "\\PC{1,40}",]
}

proptest! {
    #[test]
    fn a_control_is_read_as_it_was_written(
        reason in said(),
        rationale in said(),
        seen in said(),
        grace in 0_u16..367,
        applicable: bool,
    ) {
        let date = day("2026-05-12").unwrap();
        read_back(&ControlFile {
            control: At::from("CHG-01".parse::<ControlId>().unwrap()),
            applicable: Some(applicable.into()),
            reason: Some(reason.clone()),
            owner: Some("ana@acme.example".to_owned().into()),
            cadence: Some(Cadence::SemiAnnual.into()),
            grace_days: Some(grace.into()),
            approved_from: Some(date.into()),
            rationale: Some(rationale.into()),
            walkthroughs: vec![WalkthroughEntry { on: date.into(), seen, artifact: None }],
            attestations: vec![AttestationEntry {
                performed_on: date.into(),
                window: Some(Written(Period::of_day(date))),
                note: reason.clone(),
                artifact: Some(Shown::File(format!("evidence/{grace}.pdf")).into()),
            }],
            compensations: vec![CompensationEntry {
                by: At::from("CHG-02".parse::<ControlId>().unwrap()),
                period: Written(Period::of_day(date)),
                reason,
            }],
        });
    }

    #[test]
    fn a_system_is_read_as_it_was_written(
        name in said(),
        version in said(),
        environment in said(),
        ppm in -1_000_000_i64..10_000_000,
        micros in 0_i64..4_000_000_000_000_000,
    ) {
        let threshold = f64::from(i32::try_from(ppm).unwrap()) / 1e6;
        read_back(&SystemFile {
            name: name.clone().into(),
            role: AiRole::Deployer,
            purpose: name.clone(),
            affected: name.clone(),
            autonomy: name,
            versions: vec![VersionEntry { version: version.clone().into(), model: None, note: None }],
            deployments: vec![DeploymentEntry {
                version: version.clone().into(),
                environment: environment.clone(),
                deployed_at: Written(Instant::from_micros(micros)),
                withdrawn_at: None,
            }],
            thresholds: [(environment, At::from(threshold))].into(),
            assessments: vec![AssessmentEntry {
                kind: AssessmentKind::Impact.into(),
                id: None,
                version: Some(version.clone()),
                conducted_on: day("2026-05-12").unwrap(),
                summary: version.clone(),
                artifact: None,
                approved: Some(version.into()),
            }],
        });
        prop_assert_eq!(super::compare::ai::millionths(threshold), Some(ppm));
    }
}

#[test]
fn a_threshold_of_more_than_six_decimals_is_none() {
    assert_eq!(super::compare::ai::millionths(0.800_000_1), None);
    assert_eq!(super::compare::ai::millionths(f64::NAN), None);
    assert_eq!(super::compare::ai::millionths(1e9), None);
}

#[test]
fn a_name_becomes_a_file_name() {
    assert_eq!(super::write::slug("CV Screener 2.0"), "cv-screener-2-0");
    assert_eq!(super::write::slug("../..//"), "system");
}
