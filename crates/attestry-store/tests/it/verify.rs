use std::path::Path;

use attestry_domain::id::Digest;
use attestry_ledger::verify::Fault;
use attestry_ledger::{SignerKey, VerifierKey};
use attestry_store::Store;

use crate::place::{ACTOR, Place, WORKSPACE, artifact, artifacts, at, flip_file, on_both, referenced, salts};

/// 300 events, the second of which names an object of its own, all published.
async fn published(place: &Place) -> (Store, SignerKey, Digest) {
    let (store, signer) = place.start().await;
    store.objects().put(b"").await.unwrap();
    let object = store.objects().put(b"the evidence").await.unwrap();
    let mut payloads = artifacts(300);
    payloads[1] = artifact(1, object.clone());
    store.append(WORKSPACE, 0, None, at(1), ACTOR, &payloads, &mut salts()).await.unwrap();
    store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
    assert_eq!(faults(&store, &signer.verifier()).await, [] as [String; 0]);
    (store, signer, object.digest)
}

async fn faults(store: &Store, log: &VerifierKey) -> Vec<String> {
    let report = store.verify(WORKSPACE, log, referenced).await.unwrap();
    report.faults.iter().map(Fault::to_string).collect()
}

async fn names(store: &Store, signer: &SignerKey, expected: &str) {
    let found = faults(store, &signer.verifier()).await;
    assert!(found.iter().any(|fault| fault.contains(expected)), "{expected} is not named in {found:#?}");
}

#[test]
fn a_flipped_byte_in_any_column_of_an_event_is_found_and_the_event_named() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        for column in ["payload", "salt", "payload_digest", "leaf_hash"] {
            place.flip_event(column, 300).await;
            names(&store, &signer, "event 300").await;
            place.flip_event(column, 300).await;
        }
        for (change, back) in [
            (
                "UPDATE event SET recorded_at = recorded_at - 1 WHERE sequence = 7",
                "UPDATE event SET recorded_at = recorded_at + 1 WHERE sequence = 7",
            ),
            (
                "UPDATE event SET actor = 'system' WHERE sequence = 7",
                "UPDATE event SET actor = (SELECT actor FROM event WHERE sequence = 8) WHERE sequence = 7",
            ),
            (
                "UPDATE event SET version = 2 WHERE sequence = 7",
                "UPDATE event SET version = 1 WHERE sequence = 7",
            ),
            (
                "UPDATE event SET version = -1 WHERE sequence = 7",
                "UPDATE event SET version = 1 WHERE sequence = 7",
            ),
            (
                "UPDATE event SET kind = 'artifact_store' WHERE sequence = 7",
                "UPDATE event SET kind = 'artifact_stored' WHERE sequence = 7",
            ),
        ] {
            place.sql(change).await;
            names(&store, &signer, "event 7").await;
            place.sql(back).await;
        }
        assert_eq!(faults(&store, &signer.verifier()).await, [] as [String; 0]);
    });
}

#[test]
fn a_flipped_byte_in_an_object_or_its_loss_is_found_and_the_object_named() {
    on_both(|place| async move {
        let (store, signer, digest) = published(&place).await;
        let path = store.objects().path(digest);
        flip_file(&path);
        names(&store, &signer, &digest.to_string()).await;
        std::fs::remove_file(&path).unwrap();
        names(&store, &signer, &digest.to_string()).await;
    });
}

#[test]
fn a_flipped_byte_in_any_tile_is_found_and_the_tile_named() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        let root = store.tiles_path(WORKSPACE);
        let mut tiles = Vec::new();
        walk(&root.join("tile"), &mut tiles);
        assert_eq!(tiles.len(), 5, "{tiles:?}");
        for tile in tiles {
            flip_file(&tile);
            names(&store, &signer, tile.strip_prefix(&root).unwrap().to_str().unwrap()).await;
            flip_file(&tile);
            let kept = std::fs::read(&tile).unwrap();
            std::fs::remove_file(&tile).unwrap();
            names(&store, &signer, "missing").await;
            std::fs::write(&tile, kept).unwrap();
        }
    });
}

#[test]
fn a_flipped_byte_anywhere_in_the_checkpoint_is_found() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        let path = store.tiles_path(WORKSPACE).join("checkpoint");
        let kept = std::fs::read(&path).unwrap();
        for at in (0..kept.len()).step_by(if place.is_sqlite() { 9 } else { 61 }) {
            let mut changed = kept.clone();
            changed[at] ^= 1;
            std::fs::write(&path, changed).unwrap();
            names(&store, &signer, "checkpoint").await;
        }
        std::fs::write(&path, kept).unwrap();
        place.sql("UPDATE checkpoint SET note = REPLACE(note, '300', '299')").await;
        names(&store, &signer, "its row").await;
    });
}

#[test]
fn lost_events_and_a_rolled_back_head_are_found() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        place.sql("DELETE FROM event WHERE sequence = 150").await;
        names(&store, &signer, "event 150: missing").await;
        place.sql("DELETE FROM event WHERE sequence > 290").await;
        names(&store, &signer, "events 291 to 300: missing").await;
        place.sql("UPDATE head SET size = 290").await;
        names(&store, &signer, "the store has 290 events, the checkpoint was signed over 300").await;
    });
}

#[test]
fn a_payload_of_a_newer_program_is_a_fault_and_the_rest_is_still_checked() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        store.objects().put(b"").await.unwrap();
        crate::place::append(&store, 5).await;
        // As a newer program would have written it: everything fits but the kind, which is unknown here.
        let pool = place.pool().await;
        let row = sqlx::query("SELECT payload_digest, recorded_at, actor FROM event WHERE sequence = 3");
        let row = row.fetch_one(&pool).await.unwrap();
        let digest = attestry_ledger::Digest::from_slice(sqlx::Row::get::<&[u8], _>(&row, 0)).unwrap();
        let (recorded_at, actor): (i64, String) = (sqlx::Row::get(&row, 1), sqlx::Row::get(&row, 2));
        let name = WORKSPACE.to_string();
        let envelope =
            attestry_ledger::Envelope::new(&name, 3, recorded_at, &actor, "moon_landed", 1, digest).unwrap();
        sqlx::query("UPDATE event SET kind = 'moon_landed', leaf_hash = $1 WHERE sequence = 3")
            .bind(envelope.leaf_hash().as_bytes().to_vec())
            .execute(&pool)
            .await
            .unwrap();
        pool.close().await;
        store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        let report = store.verify(WORKSPACE, &signer.verifier(), referenced).await.unwrap();
        assert_eq!(report.events, 5);
        assert_eq!(report.faults.len(), 1, "{:?}", report.faults);
        assert!(report.faults[0].to_string().contains("event 3"), "{}", report.faults[0]);
        assert!(report.faults[0].to_string().contains("moon_landed"), "{}", report.faults[0]);
    });
}

#[test]
fn a_swapped_key_does_not_verify() {
    on_both(|place| async move {
        let (store, ..) = published(&place).await;
        let other = attestry_ledger::SignerKey::from_seed(
            crate::place::ORIGIN,
            attestry_ledger::note::KeyKind::Ed25519,
            &[8; 32],
        );
        names(&store, &other.unwrap(), "signature").await;
    });
}

fn walk(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}
