//! Small writes over a real store: acknowledged, sealed, repeated, contradicted, left behind by a process that died.

use std::collections::BTreeSet;
use std::time::Duration;

use attestry_domain::event::Actor;

use super::*;
use crate::evidence::segment;
use crate::ingest::tests::place::{Place, change, titled};

fn submit(place: &Place, lines: &[String], request: Option<&str>) -> Submit {
    Submit {
        stream: "change".parse().unwrap(),
        source: "forge".into(),
        collector: "attestry test api".into(),
        actor: Actor::Person(place.root.owner),
        records: (lines.join("\n") + "\n").into_bytes(),
        request: request.map(str::to_owned),
    }
}

/// Every key in the stream's segments, each once; panics when one is there twice.
async fn sealed_keys(place: &Place) -> BTreeSet<String> {
    let snapshot = place.workspace.follow().await.unwrap();
    let stream = &snapshot.catalog.streams[&"change".parse().unwrap()];
    let mut keys = BTreeSet::new();
    for sealed in snapshot.programme.segments.values() {
        let table = segment::read(&place.workspace, stream, &sealed.value).unwrap();
        for row in 0..table.len() {
            let key = table.value(row, "change_id").as_text().unwrap().to_owned();
            assert!(keys.insert(key.clone()), "{key} is there twice");
        }
    }
    keys
}

async fn until_sealed(place: &Place, buffer: &Buffer) {
    for _ in 0..200 {
        let waiting = place.workspace.app().store.buffered(place.workspace.id(), 1).await.unwrap();
        if waiting.is_empty() && buffer.waiting_rows() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the buffer is not sealed");
}

#[tokio::test]
async fn what_is_acknowledged_is_durable_and_sealed_into_few_segments_soon_after() {
    let place = Place::new().await;
    let buffer = Buffer::start(&place.workspace).await.unwrap();
    let sent = (1..=20).map(|id| buffer.submit(submit(&place, &[change(id, id)], None)));
    let sent: Vec<_> = sent.collect();
    for answer in futures::future::join_all(sent).await {
        let answer = answer.unwrap();
        assert_eq!((answer.accepted, answer.repeated), (1, 0));
    }
    until_sealed(&place, &buffer).await;
    assert_eq!(sealed_keys(&place).await.len(), 20);
    let programme = place.workspace.follow().await.unwrap().programme;
    assert!(programme.segments.len() < 10, "{} segments", programme.segments.len());
    let first = programme.segments.values().next().unwrap();
    let raw = first.value.raw.clone().unwrap();
    let kept = String::from_utf8(place.workspace.object(&raw.digest).await.unwrap()).unwrap();
    assert!(kept.contains("\"change_id\":\"c"), "{kept}");
}

#[tokio::test]
async fn a_request_that_comes_again_gets_its_first_answer_and_adds_nothing() {
    let place = Place::new().await;
    let buffer = Buffer::start(&place.workspace).await.unwrap();
    let first = buffer.submit(submit(&place, &[change(1, 1)], Some("r-1"))).await.unwrap();
    until_sealed(&place, &buffer).await;
    let again = buffer.submit(submit(&place, &[change(1, 1)], Some("r-1"))).await.unwrap();
    assert_eq!(again, first);
    let other = buffer.submit(submit(&place, &[change(2, 2)], Some("r-1"))).await.unwrap_err();
    assert!(other.to_string().contains("used before with other contents"), "{other}");
    until_sealed(&place, &buffer).await;
    assert_eq!(sealed_keys(&place).await.len(), 1);
    // The refused record is free to come under a key of its own.
    let free = buffer.submit(submit(&place, &[change(2, 2)], Some("r-2"))).await.unwrap();
    assert_eq!(free.accepted, 1);
}

#[tokio::test]
async fn a_record_that_waits_already_is_counted_and_one_that_contradicts_it_refuses_the_request() {
    let place = Place::new().await;
    let buffer = Buffer::start(&place.workspace).await.unwrap();
    buffer.submit(submit(&place, &[change(1, 1)], None)).await.unwrap();
    let again = buffer.submit(submit(&place, &[change(1, 1), change(2, 2)], None)).await.unwrap();
    assert_eq!((again.accepted, again.repeated), (1, 1));
    let lines = [change(3, 3), titled(1, 1, "another title")];
    let wrong = buffer.submit(submit(&place, &lines, None)).await.unwrap_err();
    assert!(wrong.to_string().contains("with other contents"), "{wrong}");
    until_sealed(&place, &buffer).await;
    let expected: BTreeSet<String> = ["c1", "c2"].map(str::to_owned).into();
    assert_eq!(sealed_keys(&place).await, expected);
    // After sealing the key index says the same.
    let wrong = buffer.submit(submit(&place, &[titled(2, 2, "another title")], None)).await.unwrap_err();
    assert!(wrong.to_string().contains("with other contents"), "{wrong}");
}

#[tokio::test]
async fn a_record_that_breaks_a_rule_refuses_its_request_with_row_and_column_and_no_other() {
    let place = Place::new().await;
    let buffer = Buffer::start(&place.workspace).await.unwrap();
    let bad = change(1, 1).replace("2026-06-01T10:00:00Z", "yesterday");
    let wrong = buffer.submit(submit(&place, &[change(2, 2), bad], None)).await.unwrap_err().to_string();
    assert!(
        wrong.contains("line 2") && wrong.contains("`merged_at`") && wrong.contains("yesterday"),
        "{wrong}"
    );
    let to_come = change(1, 1).replace("2026-06-01T10:00:00Z", "2027-06-01T10:00:00Z");
    let wrong = buffer.submit(submit(&place, &[to_come], None)).await.unwrap_err().to_string();
    assert!(wrong.contains("still to come"), "{wrong}");
    assert_eq!(buffer.submit(submit(&place, &[change(2, 2)], None)).await.unwrap().accepted, 1);
}

#[tokio::test]
async fn what_a_process_that_died_left_in_the_buffer_is_sealed_once_when_the_next_one_begins() {
    let place = Place::new().await;
    let store = &place.workspace.app().store;
    let left = |lines: &[String]| Submission {
        stream: "change".parse().unwrap(),
        source: "forge".into(),
        collector: "attestry test api".into(),
        actor: Actor::Person(place.root.owner),
        records: (lines.join("\n") + "\n").into_bytes(),
        rows: lines.len() as u64,
        request: None,
    };
    let waiting = [left(&[change(1, 1)]), left(&[change(2, 2), change(3, 3)])];
    let now = place.workspace.app().world.now();
    store.submit(place.workspace.id(), &waiting, now).await.unwrap();
    Buffer::start(&place.workspace).await.unwrap();
    assert_eq!(sealed_keys(&place).await.len(), 3);
    // The process that died may have sealed it and not have cleared it away.
    store.submit(place.workspace.id(), &waiting, now).await.unwrap();
    let before = place.size().await;
    Buffer::start(&place.workspace).await.unwrap();
    assert_eq!(sealed_keys(&place).await.len(), 3);
    assert_eq!(place.size().await.0, before.0);
    assert!(store.buffered(place.workspace.id(), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn somebody_without_a_role_may_not_send_records() {
    let place = Place::new().await;
    let stranger = place.stranger().await;
    let buffer = Buffer::start(&place.workspace).await.unwrap();
    let from = Submit { actor: stranger.actor(), ..submit(&place, &[change(1, 1)], None) };
    let refused = buffer.submit(from).await.unwrap_err();
    assert!(matches!(refused, AppError::Refused(_)), "{refused}");
    assert!(sealed_keys(&place).await.is_empty());
}
