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
fn a_size_or_root_beside_the_signed_note_that_differs_from_it_is_named() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        for (change, back, column) in [
            ("UPDATE checkpoint SET size = 299", "UPDATE checkpoint SET size = 300", "size"),
            ("UPDATE checkpoint SET size = -1", "UPDATE checkpoint SET size = 300", "size"),
        ] {
            place.sql(change).await;
            names(&store, &signer, &format!("checkpoint: its row has another {column}")).await;
            place.sql(back).await;
        }
        place.flip("checkpoint", "root", "size = 300").await;
        names(&store, &signer, "checkpoint: its row has another root").await;
        place.flip("checkpoint", "root", "size = 300").await;
        assert_eq!(faults(&store, &signer.verifier()).await, [] as [String; 0]);
    });
}

#[test]
fn a_flipped_byte_in_a_superseded_partial_tile_is_found_and_the_tile_named() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        store.objects().put(b"").await.unwrap();
        for count in [11, 200, 60, 20] {
            crate::place::append(&store, count).await;
            store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        }
        let root = store.tiles_path(WORKSPACE);
        let mut tiles = Vec::new();
        walk(&root.join("tile"), &mut tiles);
        let name = |tile: &Path| tile.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        assert!(tiles.iter().any(|tile| name(tile) == "tile/0/001.p/15"), "{tiles:?}");
        assert!(tiles.iter().any(|tile| name(tile) == "tile/entries/001.p/15"), "{tiles:?}");
        assert_eq!(faults(&store, &signer.verifier()).await, [] as [String; 0]);
        for tile in &tiles {
            flip_file(tile);
            names(&store, &signer, &name(tile)).await;
            flip_file(tile);
        }
        // One that is dropped is none the less.
        std::fs::remove_file(root.join("tile/0/001.p/15")).unwrap();
        assert_eq!(faults(&store, &signer.verifier()).await, [] as [String; 0]);
    });
}

#[test]
fn tiles_of_a_publication_that_died_before_its_checkpoint_are_no_fault_and_are_compared_too() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        crate::place::append(&store, 300).await;
        let mut die = |step| match step {
            attestry_store::Step::Tiles => std::ops::ControlFlow::Break(()),
            _ => std::ops::ControlFlow::Continue(()),
        };
        store.publish_stepwise(WORKSPACE, &signer, at(3), &mut die).await.unwrap_err();
        assert_eq!(faults(&store, &signer.verifier()).await, [] as [String; 0]);
        for tile in ["tile/0/001", "tile/entries/001", "tile/entries/002.p/88", "tile/1/000.p/2"] {
            let path = store.tiles_path(WORKSPACE).join(tile);
            flip_file(&path);
            names(&store, &signer, tile).await;
            flip_file(&path);
        }
    });
}

#[test]
fn a_file_among_the_tiles_that_is_none_or_covers_events_that_do_not_exist_is_named() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        let root = store.tiles_path(WORKSPACE);
        for (file, expected) in [
            ("notes.txt", "notes.txt: no file of the log"),
            ("tile/0/000.bak", "tile/0/000.bak: no file of the log"),
            ("tile/0/00000", "tile/0/00000: no file of the log"),
            ("tile/0/001.p/45", "tile/0/001.p/45: covers events that the store does not have"),
            ("tile/2/000.p/1", "tile/2/000.p/1: covers events that the store does not have"),
        ] {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, [1; 32]).unwrap();
            names(&store, &signer, expected).await;
            std::fs::remove_file(&path).unwrap();
        }
        assert_eq!(faults(&store, &signer.verifier()).await, [] as [String; 0]);
    });
}

#[test]
fn a_damaged_checkpoint_file_is_kept_when_it_is_written_anew_and_named_until_it_is_moved_away() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        let path = store.tiles_path(WORKSPACE).join("checkpoint");
        let good = std::fs::read(&path).unwrap();
        let kept = || {
            let entries =
                std::fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
            let name = |path: &std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
            let mut kept: Vec<_> =
                entries.filter(|path| name(path).starts_with("checkpoint.damaged-")).collect();
            kept.sort();
            kept
        };
        for round in 1..=2 {
            // The same damage twice is kept once.
            for _ in 0..2 {
                let mut bad = good.clone();
                bad[round * 5] ^= 1;
                std::fs::write(&path, &bad).unwrap();
                store.publish(WORKSPACE, &signer, at(3)).await.unwrap();
                assert_eq!(std::fs::read(&path).unwrap(), good);
                assert_eq!(kept().len(), round);
                assert!(kept().iter().any(|file| std::fs::read(file).unwrap() == bad));
            }
        }
        let found = faults(&store, &signer.verifier()).await;
        assert_eq!(found.len(), 2, "{found:?}");
        for file in kept() {
            names(&store, &signer, file.file_name().unwrap().to_str().unwrap()).await;
            std::fs::remove_file(file).unwrap();
        }
        assert_eq!(faults(&store, &signer.verifier()).await, [] as [String; 0]);
        // Also when there are new events to sign, and when nothing is left of the file.
        std::fs::write(&path, "").unwrap();
        crate::place::append(&store, 1).await;
        store.publish(WORKSPACE, &signer, at(4)).await.unwrap();
        assert_eq!(kept().len(), 1);
        assert_eq!(std::fs::read(&kept()[0]).unwrap(), b"");
    });
}

#[test]
fn an_older_checkpoint_file_that_this_log_signed_is_replaced_and_not_kept() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        let path = store.tiles_path(WORKSPACE).join("checkpoint");
        let old = std::fs::read(&path).unwrap();
        crate::place::append(&store, 1).await;
        store.publish(WORKSPACE, &signer, at(3)).await.unwrap();
        std::fs::write(&path, old).unwrap();
        store.publish(WORKSPACE, &signer, at(4)).await.unwrap();
        assert_eq!(faults(&store, &signer.verifier()).await, [] as [String; 0]);
    });
}

#[test]
fn a_lost_checkpoint_file_is_a_fault_until_it_is_written_anew() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        std::fs::remove_file(store.tiles_path(WORKSPACE).join("checkpoint")).unwrap();
        names(&store, &signer, "checkpoint: the published file is gone").await;
        store.publish(WORKSPACE, &signer, at(3)).await.unwrap();
        assert_eq!(faults(&store, &signer.verifier()).await, [] as [String; 0]);
    });
}

#[test]
fn a_store_that_cannot_be_replayed_is_still_verified() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        place.flip_event("payload", 7).await;
        place.flip_event("leaf_hash", 9).await;
        let refused = store.events_after(WORKSPACE, 0, 500).await.unwrap_err();
        assert!(matches!(refused, attestry_store::StoreError::EventDamaged { sequence: 7, .. }), "{refused}");
        names(&store, &signer, "event 7: payload").await;
        names(&store, &signer, "event 9").await;
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
        names(&store, &signer, "the store has 290 events, the checkpoint was signed over 300").await;
        place.sql("UPDATE head SET size = 290").await;
        names(&store, &signer, "the store has 290 events, the checkpoint was signed over 300").await;
    });
}

#[test]
fn a_head_that_says_fewer_events_than_there_are_is_named() {
    on_both(|place| async move {
        let (store, signer, _) = published(&place).await;
        place.sql("UPDATE head SET size = 290").await;
        names(&store, &signer, "head: says 290 events, the store has 300").await;
    });
}

#[test]
fn a_payload_of_a_newer_program_is_a_fault_and_the_rest_is_still_checked() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        store.objects().put(b"").await.unwrap();
        crate::place::append(&store, 5).await;
        place.newer_kind(3).await;
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
