//! Ingests over a real store: repeats, conflicts, others who write meanwhile, files that change.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use attestry_domain::decide::Refusal;

use super::*;
use crate::evidence::segment;

pub(crate) mod place;

use place::{Place, change, records_of, titled};

/// How often each key of stream `change` is in its segments.
async fn keys(place: &Place) -> BTreeMap<String, usize> {
    let snapshot = place.workspace.follow().await.unwrap();
    let stream = &snapshot.catalog.streams[&"change".parse().unwrap()];
    let mut keys = BTreeMap::new();
    for sealed in snapshot.programme.segments.values() {
        let table = segment::read(&place.workspace, stream, &sealed.value).unwrap();
        for row in 0..table.len() {
            let key = table.value(row, "change_id").as_text().unwrap().to_owned();
            *keys.entry(key).or_default() += 1;
        }
    }
    keys
}

fn once(ids: std::ops::RangeInclusive<u32>) -> BTreeMap<String, usize> {
    ids.map(|id| (format!("c{id}"), 1)).collect()
}

fn changes(ids: std::ops::RangeInclusive<u32>) -> Vec<String> {
    ids.map(|id| change(id, id)).collect()
}

fn counts(taken: &Ingested) -> (u64, u64, u64, usize) {
    (taken.read, taken.added, taken.repeated, taken.segments.len())
}

#[tokio::test]
async fn the_same_input_twice_is_nothing_and_overlapping_inputs_add_what_is_new() {
    let place = Place::new().await;
    let first = place.root.file("first.ndjson", &changes(1..=3));
    assert_eq!(counts(&place.take("change", &first).await.unwrap()), (3, 3, 0, 1));
    let before = place.size().await;
    assert_eq!(counts(&place.take("change", &first).await.unwrap()), (3, 0, 3, 0));
    assert_eq!(place.size().await, before);
    let mut lines = changes(2..=5);
    lines.push(change(5, 5));
    let second = place.root.file("second.ndjson", &lines);
    assert_eq!(counts(&place.take("change", &second).await.unwrap()), (5, 2, 3, 1));
    assert_eq!(keys(&place).await, once(1..=5));
}

fn vendor(id: &str, tier: &str, updated_at: &str) -> String {
    format!(r#"{{"vendor_id":"{id}","name":"{id}","tier":"{tier}","updated_at":"{updated_at}"}}"#)
}

#[tokio::test]
async fn a_state_that_comes_again_is_nothing_and_another_state_is_added() {
    let place = Place::new().await;
    let (may, june) = ("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z");
    let first = [vendor("v1", "standard", may), vendor("v2", "critical", may)];
    assert_eq!(
        counts(&place.take("vendor", &place.root.file("1.ndjson", &first)).await.unwrap()),
        (2, 2, 0, 1)
    );
    let second =
        [vendor("v2", "critical", may), vendor("v1", "critical", june), vendor("v3", "standard", june)];
    assert_eq!(
        counts(&place.take("vendor", &place.root.file("2.ndjson", &second)).await.unwrap()),
        (3, 2, 1, 1)
    );
    let all = [first.as_slice(), second.as_slice()].concat();
    assert_eq!(
        counts(&place.take("vendor", &place.root.file("3.ndjson", &all)).await.unwrap()),
        (5, 0, 5, 0)
    );
}

#[tokio::test]
async fn what_is_still_to_come_is_no_evidence_and_a_clock_a_few_hours_ahead_is() {
    let place = Place::new().await;
    let ahead = [vendor("v1", "standard", "2026-08-02T08:00:00Z")];
    place.take("vendor", &place.root.file("ahead.ndjson", &ahead)).await.unwrap();
    let before = place.size().await;
    let coming =
        [vendor("v2", "standard", "2026-05-01T00:00:00Z"), vendor("v3", "standard", "2062-08-01T00:00:00Z")];
    let error =
        place.take("vendor", &place.root.file("coming.ndjson", &coming)).await.unwrap_err().to_string();
    assert!(error.starts_with("record 2, column `updated_at`") && error.contains("still to come"), "{error}");
    assert_eq!(place.size().await, before);
}

#[tokio::test]
async fn a_folder_is_told_from_a_file() {
    let place = Place::new().await;
    let folder = InputFile {
        path: place.root.path.clone(),
        format: None,
        map: None,
        quarantine: false,
        stated: Vec::new(),
    };
    let error = place.take("change", &folder).await.unwrap_err().to_string();
    assert!(error.contains("is a folder; name the files in it"), "{error}");
}

#[tokio::test]
async fn a_key_with_other_contents_is_refused_and_nothing_is_named() {
    let place = Place::new().await;
    place.take("change", &place.root.file("first.ndjson", &changes(1..=3))).await.unwrap();
    let before = place.size().await;
    let second = place.root.file("second.ndjson", &[change(4, 4), titled(2, 2, "another text")]);
    let error = place.take("change", &second).await.unwrap_err().to_string();
    assert!(error.contains("record 2") && error.contains("`c2`"), "{error}");
    let twice = place.root.file("third.ndjson", &[change(4, 4), titled(4, 4, "another text")]);
    let error = place.take("change", &twice).await.unwrap_err().to_string();
    assert!(error.contains("record 2") && error.contains("`c4`"), "{error}");
    assert_eq!(place.size().await, before);
}

#[tokio::test]
async fn a_key_that_another_ingest_sealed_after_the_check_is_not_sealed_again() {
    let place = Place::new().await;
    let mine = place.root.file("mine.ndjson", &changes(1..=4));
    let theirs = place.root.file("theirs.ndjson", &changes(3..=6));
    place.meanwhile(move |root| {
        root.elsewhere(async move |sender| {
            let taken = file(&sender, &records_of("change"), &theirs, &Unwatched).await.unwrap();
            assert_eq!(counts(&taken), (4, 4, 0, 1));
            // The process dies between the event and the index.
            let workspace = sender.workspace();
            let stream = "change".parse().unwrap();
            workspace.app().store.clear_stream_keys(workspace.id(), &stream).await.unwrap();
        });
    });
    assert_eq!(counts(&place.take("change", &mine).await.unwrap()), (4, 2, 2, 1));
    assert_eq!(keys(&place).await, once(1..=6));
    let all = place.root.file("all.ndjson", &changes(1..=6));
    assert_eq!(counts(&place.take("change", &all).await.unwrap()), (6, 0, 6, 0), "the index has no hole");
}

#[tokio::test]
async fn a_conflict_with_what_another_ingest_sealed_after_the_check_is_refused() {
    let place = Place::new().await;
    let mine = place.root.file("mine.ndjson", &changes(1..=2));
    let theirs = place.root.file("theirs.ndjson", &[titled(2, 2, "another text")]);
    place.meanwhile(move |root| {
        root.elsewhere(async move |sender| {
            file(&sender, &records_of("change"), &theirs, &Unwatched).await.unwrap();
        });
    });
    let error = place.take("change", &mine).await.unwrap_err().to_string();
    assert!(error.contains("`c2`"), "{error}");
    assert_eq!(keys(&place).await, once(2..=2));
}

#[tokio::test]
async fn an_ingest_of_other_keys_meanwhile_costs_no_second_encoding() {
    let place = Place::new().await;
    let mine = place.root.file("mine.ndjson", &changes(1..=2));
    let theirs = place.root.file("theirs.ndjson", &changes(3..=4));
    place.meanwhile(move |root| {
        root.elsewhere(async move |sender| {
            file(&sender, &records_of("change"), &theirs, &Unwatched).await.unwrap();
        });
    });
    assert_eq!(counts(&place.take("change", &mine).await.unwrap()), (2, 2, 0, 1));
    assert_eq!(place.root.script.encoded.load(Ordering::SeqCst), 2, "one each");
    assert_eq!(keys(&place).await, once(1..=4));
}

#[tokio::test]
async fn a_chunk_that_another_ingest_took_meanwhile_counts_as_repeated_and_names_no_segment() {
    let place = Place::new().await;
    let line = r#"{"incident_id":"i1","severity":"low","opened_at":"2026-06-01T10:00:00Z","updated_at":"2026-06-01T10:00:00Z"}"#;
    let mine = place.root.file("mine.ndjson", &[line.to_owned()]);
    let theirs = mine.clone();
    place.meanwhile(move |root| {
        root.elsewhere(async move |sender| {
            file(&sender, &records_of("incident"), &theirs, &Unwatched).await.unwrap();
        });
    });
    let covers = Some(claimed("2026-06-01..2026-07-01".parse().unwrap()));
    let wanted = Ingest { covers, ..records_of("incident") };
    let taken = file(&place.owner(), &wanted, &mine, &Unwatched).await.unwrap();
    assert_eq!(counts(&taken), (1, 0, 1, 0));
    let programme = place.workspace.newest().programme;
    assert_eq!(programme.segments.len(), 1);
    let coverage = &programme.streams[&records_of("incident").stream].coverage;
    assert_eq!(coverage.len(), 1, "what is covered is news");
}

/// Appends a record to the file while it is checked.
struct Growing(PathBuf);

impl Progress for Growing {
    fn checked(&self, _: u64) {
        let mut file = std::fs::OpenOptions::new().append(true).open(&self.0).unwrap();
        file.write_all(change(9, 9).as_bytes()).unwrap();
    }

    fn stored(&self, _: u64) {
        panic!("nothing is stored");
    }
}

#[tokio::test]
async fn a_file_that_grows_while_it_is_read_is_refused_and_nothing_is_named() {
    let place = Place::new().await;
    let input = place.root.file("growing.ndjson", &changes(1..=3));
    let before = place.size().await.0;
    let growing = Growing(input.path.clone());
    let error = file(&place.owner(), &records_of("change"), &input, &growing).await.unwrap_err().to_string();
    assert!(error.contains("growing.ndjson") && error.contains("changed while it was read"), "{error}");
    assert_eq!(place.size().await.0, before);
    assert_eq!(counts(&place.take("change", &input).await.unwrap()), (4, 4, 0, 1));
}

#[tokio::test]
async fn whoever_may_not_and_days_to_come_are_refused_before_anything_is_read() {
    let place = Place::new().await;
    let stranger = place.stranger().await;
    let before = place.size().await;
    let missing = InputFile {
        path: place.root.path.join("missing.ndjson"),
        format: None,
        map: None,
        quarantine: false,
        stated: Vec::new(),
    };
    let error = file(&stranger, &records_of("change"), &missing, &Unwatched).await.unwrap_err();
    assert!(matches!(error, AppError::Refused(Refusal::NotAllowed { .. })), "{error}");
    let error = tables(&stranger, &records_of("change"), &[]).await.unwrap_err();
    assert!(matches!(error, AppError::Refused(Refusal::NotAllowed { .. })), "{error}");
    let covers = Some(claimed("2026-07-01..2026-09-01".parse().unwrap()));
    let wanted = Ingest { covers, ..records_of("change") };
    let error = file(&place.owner(), &wanted, &missing, &Unwatched).await.unwrap_err();
    assert!(matches!(error, AppError::Refused(Refusal::Rule { .. })), "{error}");
    assert_eq!(place.size().await, before);
}

#[tokio::test]
async fn with_quarantine_the_others_are_taken_and_what_breaks_a_rule_is_kept_aside_with_its_reasons() {
    let place = Place::new().await;
    place.take("change", &place.root.file("before.ndjson", &changes(1..=1))).await.unwrap();
    let lines = [
        change(2, 2),
        change(3, 3).replace("2026-06-03T10:00:00Z", "soon"),
        titled(1, 1, "another title"),
        change(4, 4).replace("2026-06-04", "2027-06-04"),
        change(5, 5),
    ];
    let plain = place.root.file("mixed.ndjson", &lines);
    let before = place.size().await;
    place.take("change", &plain).await.unwrap_err();
    assert_eq!(place.size().await, before, "without quarantine nothing is taken");
    let input = InputFile { quarantine: true, ..plain };
    let taken = place.take("change", &input).await.unwrap();
    assert_eq!((taken.read, taken.added, taken.repeated, taken.set_aside), (4, 2, 0, 3));
    assert_eq!(keys(&place).await.into_keys().collect::<Vec<_>>(), ["c1", "c2", "c5"]);
    let programme = place.workspace.follow().await.unwrap().programme;
    let (id, batch) = programme.set_aside.iter().next().unwrap();
    assert_eq!((batch.records.value.rows, batch.resolved.is_none()), (3, true));
    let unfit = place.workspace.set_aside(&programme, *id).await.unwrap();
    let found: Vec<_> = unfit.iter().map(|one| (one.place.as_str(), one.reasons.join("; "))).collect();
    assert!(found.iter().any(|(place, why)| *place == "line 2" && why.contains("`merged_at`")), "{found:?}");
    assert!(found.iter().any(|(_, why)| why.contains("with other contents")), "{found:?}");
    assert!(found.iter().any(|(_, why)| why.contains("still to come")), "{found:?}");
    assert!(unfit.iter().all(|one| one.record.as_ref().is_some_and(|record| record.contains("change_id"))));
    // The same file again: nothing is new, nothing is set aside twice.
    let again = place.take("change", &input).await.unwrap();
    assert_eq!(again.added, 0);
    let programme = place.workspace.follow().await.unwrap().programme;
    assert_eq!(programme.set_aside.len(), 1);
}
