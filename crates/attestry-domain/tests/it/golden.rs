//! Events as they were written, kept for ever. A golden file is never edited; a new version gets a new one.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use attestry_domain::assess::{Design, occurrences};
use attestry_domain::event::{Actor, Event, Payload, UnreadableEvent};
use attestry_domain::programme::Programme;
use attestry_domain::time::Instant;
use serde::Deserialize;

use crate::support::{day, period};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Kind, version and bytes of every golden event; `KIND.vN.json`, or `KIND.vN.VARIANT.json`.
fn events() -> Vec<(String, u16, Vec<u8>)> {
    let files = fs::read_dir(folder().join("events")).unwrap().map(|file| file.unwrap().path());
    let one = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut parts = name.split('.');
        let (kind, version) = (parts.next().unwrap().to_owned(), parts.next().unwrap());
        (kind, version.strip_prefix('v').unwrap().parse().unwrap(), fs::read(&path).unwrap())
    };
    files.map(one).collect()
}

/// A line of the golden log.
#[derive(Deserialize)]
struct Line {
    sequence: u64,
    recorded_at: Instant,
    actor: Actor,
    kind: String,
    version: u16,
    payload: String,
}

fn log() -> Vec<Event> {
    let text = fs::read_to_string(folder().join("log.ndjson")).unwrap();
    let event = |line: &str| {
        let line: Line = serde_json::from_str(line).unwrap();
        let payload = Payload::decode(&line.kind, line.version, line.payload.as_bytes()).unwrap();
        Event {
            sequence: line.sequence,
            recorded_at: line.recorded_at,
            actor: line.actor,
            payload: Some(payload),
        }
    };
    text.lines().map(event).collect()
}

#[test]
fn every_kind_and_version_that_this_program_writes_has_a_golden_event() {
    let kept: BTreeSet<(String, u16)> =
        events().into_iter().map(|(kind, version, _)| (kind, version)).collect();
    for (kind, version) in Payload::KINDS {
        let known = kept.contains(&((*kind).to_owned(), *version));
        assert!(known, "write tests/golden/events/{kind}.v{version}.json; never change it afterwards");
    }
}

#[test]
fn every_golden_event_is_read_and_written_again_byte_for_byte() {
    for (kind, version, bytes) in events() {
        let payload = Payload::decode(&kind, version, &bytes).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(payload.kind(), kind);
        if payload.version() == version {
            let again = payload.encode().unwrap();
            assert_eq!(String::from_utf8(again).unwrap(), String::from_utf8(bytes).unwrap(), "{kind}");
        }
    }
}

#[test]
fn the_golden_log_adds_up_to_the_same_programme_for_ever() {
    let programme = Programme::replay(&log()).unwrap();
    let kept = fs::read_to_string(folder().join("log.summary.txt")).unwrap();
    assert_eq!(summary(&programme), kept);
}

#[test]
fn the_golden_log_has_every_kind_of_event() {
    let kinds: BTreeSet<&str> =
        log().iter().filter_map(|event| event.payload.as_ref()).map(Payload::kind).collect();
    let missing: Vec<_> = Payload::KINDS.iter().filter(|(kind, _)| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn an_unknown_kind_or_a_newer_version_asks_for_the_newer_program() {
    let unknown = Payload::decode("moon_phase_recorded", 1, b"{}").unwrap_err();
    let words = "event kind `moon_phase_recorded` version 1 is not known to this program; use the newer program that wrote it";
    assert_eq!(unknown.to_string(), words);
    for (kind, version) in Payload::KINDS {
        let newer = Payload::decode(kind, version + 1, b"{}").unwrap_err();
        assert_eq!(newer, UnreadableEvent::Unknown { kind: (*kind).to_owned(), version: version + 1 });
        assert!(matches!(Payload::decode(kind, 0, b"{}"), Err(UnreadableEvent::Unknown { .. })));
    }
}

#[test]
fn malformed_bytes_say_what_does_not_fit() {
    for (kind, version) in Payload::KINDS {
        for bytes in [&b""[..], b"{", b"[]", b"{}", b"null", b"\xff"] {
            let error = Payload::decode(kind, *version, bytes).unwrap_err();
            assert!(matches!(&error, UnreadableEvent::Malformed { .. }), "{kind}: {error}");
        }
    }
    let backwards = br#"{"control":"CHG-01","by":"DET-01","period":{"from":"2026-02-02","to":"2026-02-01"},"reason":"no"}"#;
    let error = Payload::decode("compensation_named", 1, backwards).unwrap_err();
    assert!(error.to_string().contains("the period `2026-02-02..2026-02-01` is empty"), "{error}");
}

#[test]
fn every_golden_event_cut_short_is_malformed() {
    for (kind, version, bytes) in events() {
        let cut = &bytes[..bytes.len() - 1];
        assert!(
            matches!(Payload::decode(&kind, version, cut), Err(UnreadableEvent::Malformed { .. })),
            "{kind}"
        );
    }
}

/// What a programme says, line by line, from what events alone decide.
fn summary(programme: &Programme) -> String {
    let mut text = String::new();
    let mut line = |what: &str, value: String| writeln!(text, "{what}: {value}").unwrap();
    let workspace = programme.workspace.as_ref().unwrap();
    line("events", programme.sequence.to_string());
    line(
        "workspace",
        format!("{} {} {} since {}", workspace.id, workspace.name, workspace.time_zone, workspace.since),
    );
    line("catalog", programme.catalog.unwrap().to_string());
    for (id, person) in &programme.people {
        let roles: Vec<_> = person.roles.iter().map(|(role, until)| format!("{role} {until:?}")).collect();
        line("person", format!("{} {roles:?}", programme.name_of(*id)));
    }
    for (id, adoption) in &programme.frameworks {
        line("framework", format!("{id} {:?}", adoption.categories.iter().collect::<Vec<_>>()));
    }
    for (id, reason) in &programme.exclusions {
        line("excluded", format!("{id}: {}", reason.value));
    }
    for (id, control) in &programme.controls {
        let design = Design::of(control, day("2026-12-31"));
        line(
            "control",
            format!(
                "{id} {} {:?} since {:?}",
                design.level.as_str(),
                control.applies(),
                design.implemented_since
            ),
        );
        for one in
            occurrences(control, period("2025-01-01..2027-01-01"), day("2026-12-31"), day("2026-12-30"))
        {
            line(
                "  window",
                format!("{} {} {:?}", one.expected.window, one.state.as_str(), one.performed_on),
            );
        }
    }
    for (id, stream) in &programme.streams {
        let covered: Vec<_> =
            stream.coverage.iter().map(|one| format!("{} {}", one.source, one.period)).collect();
        line(
            "stream",
            format!(
                "{id} {} rows, {:?}, {covered:?}",
                stream.rows,
                stream.sources.iter().collect::<Vec<_>>()
            ),
        );
    }
    for (test, runs) in &programme.runs_of {
        line("test", format!("{test} {} runs", runs.len()));
    }
    for ((test, occurrence), all) in &programme.responses {
        line("response", format!("{test} {occurrence} {:?}", all.last().unwrap().value.response));
    }
    for system in programme.systems.values() {
        let runs: Vec<_> =
            system.deployments.iter().map(|one| (&one.value.version, one.value.ended_at.is_none())).collect();
        line("AI system", format!("{} {runs:?}", system.registered.value.name));
    }
    for assessment in programme.assessments.values() {
        let approved = assessment.approved.as_ref().map(|note| &note.value);
        line("assessment", format!("{:?} approved {approved:?}", assessment.submitted.value.kind));
    }
    let (files, data, audits) =
        (programme.artifacts.len(), programme.datasets.len(), programme.engagements.len());
    line("files, datasets, audits", format!("{files} {data} {audits}"));
    text
}
