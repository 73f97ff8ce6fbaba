//! The objects of a package: which there are, what each is, and the events that name it.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::{ArtifactStored, DatasetRegistered, Payload, RunRecorded, SegmentSealed};
use attestry_domain::id::Digest;
use attestry_ledger::package::{ObjectEntry, object_path};

use super::index::Line;
use super::scope::Scope;
use crate::Snapshot;

/// An event that names objects, or points to what others name.
pub(super) struct Named {
    pub(super) sequence: u64,
    /// Microseconds since 1970 UTC.
    pub(super) recorded_at: i64,
    pub(super) payload: Payload,
}

/// An object to put in.
#[derive(Clone)]
pub(super) struct Object {
    pub(super) digest: attestry_ledger::Digest,
    pub(super) what: What,
    pub(super) events: Vec<u64>,
    recorded_at: i64,
}

/// What an object is.
#[derive(Clone)]
pub(super) struct What {
    pub(super) role: &'static str,
    pub(super) words: String,
    pub(super) extension: Option<String>,
    pub(super) name: Option<String>,
}

/// What was found.
pub(super) struct Gathered {
    /// In the order of their digests.
    pub(super) present: Vec<Object>,
    /// How many were erased.
    pub(super) erased: u64,
}

impl Object {
    /// Without its length, which is seen when it is opened.
    pub(super) fn entry(&self) -> ObjectEntry {
        ObjectEntry {
            digest: self.digest,
            bytes: 0,
            role: self.what.role.to_owned(),
            extension: self.what.extension.clone(),
            name: self.what.name.clone(),
            events: self.events.clone(),
        }
    }

    pub(super) fn line(&self) -> Line {
        Line {
            path: object_path(&self.entry()),
            what: self.what.words.clone(),
            role: Some(self.what.role),
            events: self.events.clone(),
            recorded_at: Some(self.recorded_at),
            name: self.what.name.clone(),
        }
    }
}

/// Whether an event is to be kept in mind while objects are looked for.
pub(super) fn is_of_use(payload: &Payload) -> bool {
    let points = matches!(
        payload,
        Payload::AttestationRecorded(_) | Payload::WalkthroughRecorded(_) | Payload::Erased(_)
    );
    points || matches!(payload, Payload::AssessmentSubmitted(_)) || !named(payload).is_empty()
}

/// The objects that events in scope name, without those that were erased; what took their place is there.
pub(super) fn gather(snapshot: &Snapshot, scope: &Scope, events: &[Named]) -> Gathered {
    let pointed = scope.pointed(events);
    let gone = |digest: &Digest| snapshot.programme.erased.contains_key(digest);
    let mut present = BTreeMap::new();
    let mut erased: BTreeMap<Digest, What> = BTreeMap::new();
    for event in events {
        if let Payload::Erased(body) = &event.payload {
            for object in &body.objects {
                let Some((what, successor)) =
                    erased.get(&object.digest).cloned().zip(object.successor.as_ref())
                else {
                    continue;
                };
                if gone(&successor.digest) {
                    erased.insert(successor.digest, what);
                } else {
                    put(&mut present, successor.digest, what, event);
                }
            }
        } else if scope.wants(&event.payload, &pointed) {
            for (digest, what) in named(&event.payload) {
                if gone(&digest) {
                    erased.insert(digest, what);
                } else {
                    put(&mut present, digest, what, event);
                }
            }
        }
    }
    Gathered { present: present.into_values().collect(), erased: erased.len() as u64 }
}

fn put(present: &mut BTreeMap<Digest, Object>, digest: Digest, what: What, event: &Named) {
    let object = present.entry(digest).or_insert_with(|| Object {
        digest: attestry_ledger::Digest::from_bytes(*digest.bytes()),
        what,
        events: Vec::new(),
        recorded_at: event.recorded_at,
    });
    if object.events.last() != Some(&event.sequence) {
        object.events.push(event.sequence);
    }
}

/// What a payload names, with what it is.
fn named(payload: &Payload) -> Vec<(Digest, What)> {
    match payload {
        Payload::CatalogAdopted(body) => {
            vec![(body.digest, what("catalog", "the catalog of frameworks, controls and tests", "json"))]
        }
        Payload::ProcedureWritten(body) => {
            vec![(body.text, what("procedure", format!("the procedure of control {}", body.control), "md"))]
        }
        Payload::ArtifactStored(body) => vec![(body.object.digest, artifact(body))],
        Payload::SegmentSealed(body) => segment(body),
        Payload::RecordsSetAside(body) => {
            let words = format!("{} records of `{}` that were not taken", body.rows, body.stream);
            let records = (body.records.digest, what("set_aside", words, "ndjson"));
            let raw = body.raw.iter().map(|raw| (raw.digest, raw_form(body.stream.as_str(), &body.source)));
            std::iter::once(records).chain(raw).collect()
        }
        Payload::RunRecorded(body) => run(body),
        Payload::DatasetRegistered(body) => vec![(body.object.digest, dataset(body))],
        Payload::AssessmentSubmitted(body) => body
            .bias
            .iter()
            .map(|bias| {
                let words = format!("counts by group behind the assessment of {}", body.conducted_on);
                (bias.tables.digest, what("result", words, "json"))
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn what(role: &'static str, words: impl Into<String>, extension: &str) -> What {
    let extension = (!extension.is_empty()).then(|| extension.to_owned());
    What { role, words: words.into(), extension, name: None }
}

fn raw_form(stream: &str, source: &str) -> What {
    what("raw", format!("what {source} gave for `{stream}`, as it came"), "")
}

fn segment(body: &SegmentSealed) -> Vec<(Digest, What)> {
    let (stream, source, rows) = (&body.stream, &body.source, body.rows);
    let main = what("segment", format!("{rows} records of `{stream}` from {source}"), "parquet");
    let personal =
        what("personal", format!("the personal columns of {rows} records of `{stream}`"), "parquet");
    let mut found = vec![(body.main.digest, main)];
    found.extend(body.personal.iter().map(|object| (object.digest, personal.clone())));
    found.extend(body.raw.iter().map(|object| (object.digest, raw_form(stream.as_str(), source))));
    found
}

fn run(body: &RunRecorded) -> Vec<(Digest, What)> {
    let RunOutcome::Ran { population, exceptions, population_rows, exception_rows, days, .. } = &body.outcome
    else {
        return Vec::new();
    };
    let of = |what: String| format!("{what} of test {}, {}", body.test, super::scope::words(body.period));
    vec![
        (
            population_rows.digest,
            what("population", of(format!("the population ({population} rows)")), "ndjson"),
        ),
        (
            exception_rows.digest,
            what("exceptions", of(format!("the exceptions ({exceptions} rows)")), "ndjson"),
        ),
        (days.digest, what("days", of("the counts by day".to_owned()), "json")),
    ]
}

fn artifact(body: &ArtifactStored) -> What {
    let controls: BTreeSet<String> = body.controls.iter().map(ToString::to_string).collect();
    let of = controls.into_iter().collect::<Vec<_>>().join(", ");
    let words = if of.is_empty() { "a file".to_owned() } else { format!("a file for {of}") };
    let name = Some(body.name.clone());
    What { role: "artifact", words, extension: ending(&body.name), name }
}

fn dataset(body: &DatasetRegistered) -> What {
    let words = format!("the prediction log `{}`, {} rows", body.name, body.rows);
    What {
        role: "dataset",
        words,
        extension: ending(&format!(".{}", body.format)),
        name: Some(body.name.clone()),
    }
}

/// The ending of a name, where it is a plain one.
fn ending(name: &str) -> Option<String> {
    let (_, ending) = name.rsplit_once('.')?;
    let plain = |c: char| c.is_ascii_alphanumeric();
    ((1..=8).contains(&ending.len()) && ending.chars().all(plain)).then(|| ending.to_ascii_lowercase())
}
