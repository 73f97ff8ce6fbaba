//! Files stored twice, and segments read back when objects were erased or changed.

use attestry_domain::decide::Refusal;

use super::*;
use crate::ingest::tests::place::{Place, change};

fn upload() -> Upload {
    Upload {
        name: "policy.txt".into(),
        bytes: b"Every change is reviewed.".to_vec(),
        captured_on: None,
        covers: None,
        controls: vec!["CHG-01".parse().unwrap()],
        requirements: Vec::new(),
    }
}

#[tokio::test]
async fn a_file_said_to_show_something_else_is_another_file_and_the_same_is_the_one_that_is_there() {
    let place = Place::new().await;
    let first = store(&place.owner(), upload()).await.unwrap();
    let size = place.size().await;
    assert_eq!(store(&place.owner(), upload()).await.unwrap(), first);
    assert_eq!(place.size().await, size);
    let others = [
        Upload { controls: vec!["CHG-02".parse().unwrap()], ..upload() },
        Upload { requirements: vec!["soc2:CC8.1".parse().unwrap()], ..upload() },
        Upload { captured_on: Some("2026-06-01".parse().unwrap()), ..upload() },
        Upload { covers: Some("2026-06-01..2026-07-01".parse().unwrap()), ..upload() },
    ];
    for (at, other) in others.into_iter().enumerate() {
        assert_ne!(store(&place.owner(), other).await.unwrap(), first);
        assert_eq!(place.workspace.newest().programme.artifacts.len(), at + 2);
    }
}

#[tokio::test]
async fn a_file_from_somebody_without_a_role_is_refused_even_when_it_is_there_and_nothing_is_stored() {
    let place = Place::new().await;
    store(&place.owner(), upload()).await.unwrap();
    let stranger = place.stranger().await;
    let size = place.size().await;
    for one in [upload(), Upload { bytes: b"Something new.".to_vec(), ..upload() }] {
        let error = store(&stranger, one).await.unwrap_err();
        assert!(matches!(error, AppError::Refused(Refusal::NotAllowed { .. })), "{error}");
    }
    assert_eq!(place.size().await, size);
}

async fn newest(place: &Place, limit: usize) -> Vec<String> {
    let snapshot = place.workspace.follow().await.unwrap();
    let shown = records(&place.workspace, &snapshot, &"change".parse().unwrap(), limit).unwrap();
    shown.rows.iter().map(|row| shown.cell(row, "change_id").unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_newest_records_come_first_though_segments_overlap_in_time() {
    let place = Place::new().await;
    for (name, days) in [("a.ndjson", [1, 20, 5]), ("b.ndjson", [18, 2, 19]), ("c.ndjson", [3, 4, 6])] {
        let lines = days.map(|day| change(day, day));
        place.take("change", &place.root.file(name, &lines)).await.unwrap();
    }
    assert_eq!(newest(&place, 4).await, ["c20", "c19", "c18", "c6"]);
    assert_eq!(newest(&place, 1).await, ["c20"]);
    assert_eq!(newest(&place, 100).await.len(), 9);
    assert!(newest(&place, 0).await.is_empty());
}

#[tokio::test]
async fn personal_columns_that_were_erased_are_null_and_an_object_that_was_changed_is_an_error() {
    let place = Place::new().await;
    let taken = place.take("change", &place.root.file("a.ndjson", &[change(1, 1)])).await.unwrap();
    let snapshot = place.workspace.follow().await.unwrap();
    let sealed = &snapshot.programme.segments[&taken.segments[0]].value;
    let path = |object: &ObjectRef| place.workspace.app().store.objects().path(object.digest);
    let again = async || {
        let workspace = place.workspace.app().open("acme").await.unwrap();
        record(&workspace, &snapshot, sealed.segment, 0)
    };
    let author = |record: &Record| record.cells.iter().find(|cell| cell.0 == "author").unwrap().2.clone();
    assert_eq!(author(&again().await.unwrap()).as_deref(), Some("Ana"));
    std::fs::remove_file(path(sealed.personal.as_ref().unwrap())).unwrap();
    assert_eq!(author(&again().await.unwrap()), None);
    let main = path(&sealed.main);
    let text = std::fs::read_to_string(&main).unwrap().replace("a change", "another!");
    std::fs::remove_file(&main).unwrap();
    std::fs::write(&main, text).unwrap();
    let error = again().await.unwrap_err().to_string();
    assert!(error.contains("is not the file it should be"), "{error}");
}
