use std::ops::ControlFlow;
use std::path::Path;

use attestry_ledger::{SignedCheckpoint, SignerKey, merkle};
use attestry_store::{Step, Store, StoreError};
use proptest::prelude::*;

use crate::place::{Place, WORKSPACE, append, at, on_both, referenced, runtime};

fn file(store: &Store) -> Option<SignedCheckpoint> {
    let bytes = std::fs::read(store.tiles_path(WORKSPACE).join("checkpoint")).ok()?;
    Some(SignedCheckpoint::parse(&bytes).unwrap())
}

async fn holds(store: &Store, signer: &SignerKey) {
    store.objects().put(b"").await.unwrap();
    let report = store.verify(WORKSPACE, &signer.verifier(), referenced).await.unwrap();
    assert!(report.holds(), "{:?}", report.faults);
    assert_eq!(report.not_yet_under_checkpoint, 0);
}

#[test]
fn a_checkpoint_is_the_root_of_all_events_and_is_signed() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        assert!(store.publish(WORKSPACE, &signer, at(1)).await.unwrap().is_none());
        append(&store, 700).await;
        let signed = store.publish(WORKSPACE, &signer, at(2)).await.unwrap().unwrap();
        signed.verify(&signer.verifier()).unwrap();
        assert_eq!(signed.checkpoint().size(), 700);
        assert_eq!(signed.checkpoint().root(), merkle::tree_root(&place.leaf_hashes().await));
        assert_eq!(file(&store).unwrap(), signed);
        assert_eq!(store.publish(WORKSPACE, &signer, at(3)).await.unwrap().unwrap(), signed);
        let other = store.add_signer("attestry.example/other", [9; 32]).await.unwrap();
        assert!(matches!(store.publish(WORKSPACE, &other, at(3)).await, Err(StoreError::OtherLog { .. })));
        holds(&store, &signer).await;
    });
}

#[test]
fn a_leaf_and_the_newest_checkpoint_can_be_looked_up() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        assert!(store.lookup_checkpoint(WORKSPACE).await.unwrap().is_none());
        append(&store, 3).await;
        let signed = store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        assert_eq!(store.lookup_checkpoint(WORKSPACE).await.unwrap(), signed);
        let hashes = place.leaf_hashes().await;
        for sequence in 1..=3 {
            let leaf = store.lookup_leaf(WORKSPACE, sequence).await.unwrap().unwrap();
            assert_eq!((leaf.sequence(), leaf.leaf_hash()), (sequence, hashes[sequence as usize - 1]));
        }
        for absent in [0, 4] {
            assert!(store.lookup_leaf(WORKSPACE, absent).await.unwrap().is_none());
        }
    });
}

#[test]
fn a_crash_after_any_step_loses_nothing_and_forks_nothing() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        append(&store, 250).await;
        let first = store.publish(WORKSPACE, &signer, at(2)).await.unwrap().unwrap();
        append(&store, 300).await;
        let mut seen = Vec::new();
        // Dies after the first step, then after the second of what is left to do, and so on.
        for survived in 0.. {
            let mut left = survived;
            let mut steps = Vec::new();
            let store = place.open().await;
            let died = store
                .publish_stepwise(WORKSPACE, &signer, at(3), &mut |step| {
                    steps.push(step);
                    if left == 0 {
                        return ControlFlow::Break(());
                    }
                    left -= 1;
                    ControlFlow::Continue(())
                })
                .await;
            seen.extend(steps.last().copied());
            let published = file(&store).unwrap();
            published.verify(&signer.verifier()).unwrap();
            assert!([250, 550].contains(&published.checkpoint().size()));
            assert_eq!(store.head(WORKSPACE).await.unwrap(), 550);
            store.close().await;
            match died {
                Err(StoreError::Stopped(step)) => assert_eq!(Some(&step), steps.last()),
                Ok(_) => break,
                Err(error) => panic!("{error}"),
            }
        }
        for step in [Step::Tile, Step::Tiles, Step::Row, Step::File] {
            assert!(seen.contains(&step), "{step} was never the last step: {seen:?}");
        }
        let store = place.open().await;
        let signed = store.publish(WORKSPACE, &signer, at(4)).await.unwrap().unwrap();
        let hashes = place.leaf_hashes().await;
        assert_eq!(signed.checkpoint().root(), merkle::tree_root(&hashes));
        assert_eq!(first.checkpoint().root(), merkle::tree_root(&hashes[..250]));
        holds(&store, &signer).await;
    });
}

#[test]
fn a_head_behind_the_published_checkpoint_stops_the_store_and_says_what_to_do() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        append(&store, 10).await;
        store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        place.sql("DELETE FROM event WHERE sequence > 8; UPDATE head SET size = 8").await;
        let error = store.publish(WORKSPACE, &signer, at(3)).await.unwrap_err();
        assert!(matches!(error, StoreError::RolledBack { published: 10, .. }), "{error}");
        assert!(error.to_string().contains("bring back the newest backup"), "{error}");
        assert!(!error.is_transient());
    });
}

#[test]
fn an_old_copy_of_the_database_is_found_out_by_the_checkpoint_file_even_when_it_has_grown_past_it() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        append(&store, 10).await;
        store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        // As a copy from before the first publication is.
        place
            .sql("DELETE FROM event WHERE sequence > 5; UPDATE head SET size = 5; DELETE FROM checkpoint")
            .await;
        append(&store, 20).await;
        let error = store.publish(WORKSPACE, &signer, at(3)).await.unwrap_err();
        assert!(matches!(error, StoreError::RolledBack { published: 10, .. }), "{error}");
        assert_eq!(file(&store).unwrap().checkpoint().size(), 10);
    });
}

#[test]
fn a_second_tree_of_a_signed_size_is_never_signed() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        append(&store, 10).await;
        store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        let kept = std::fs::read(store.tiles_path(WORKSPACE).join("checkpoint")).unwrap();
        // Another history of the same length, signed by the same key elsewhere.
        let twin = Place::sqlite();
        let (other, key) = twin.start().await;
        append(&other, 9).await;
        let head = other.head(WORKSPACE).await.unwrap();
        let event = crate::place::artifacts(1);
        let mut salts = crate::place::salts();
        other.append(WORKSPACE, head, None, at(77), crate::place::ACTOR, &event, &mut salts).await.unwrap();
        other.publish(WORKSPACE, &key, at(2)).await.unwrap();
        std::fs::write(other.tiles_path(WORKSPACE).join("checkpoint"), kept).unwrap();
        let error = other.publish(WORKSPACE, &key, at(3)).await.unwrap_err();
        assert!(matches!(error, StoreError::Forked { size: 10, .. }), "{error}");
    });
}

#[test]
fn damaged_tiles_and_changed_events_are_not_built_upon() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        append(&store, 10).await;
        store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        let tile = store.tiles_path(WORKSPACE).join("tile/0/000.p/10");
        let kept = std::fs::read(&tile).unwrap();
        append(&store, 10).await;
        crate::place::flip_file(&tile);
        let error = store.publish(WORKSPACE, &signer, at(3)).await.unwrap_err();
        assert!(matches!(error, StoreError::TilesDamaged { .. }), "{error}");
        std::fs::write(&tile, kept).unwrap();
        place.sql("UPDATE event SET recorded_at = recorded_at - 1 WHERE sequence = 15").await;
        let error = store.publish(WORKSPACE, &signer, at(3)).await.unwrap_err();
        assert!(matches!(error, StoreError::EventDamaged { sequence: 15, .. }), "{error}");
        place.sql("UPDATE event SET recorded_at = recorded_at + 1 WHERE sequence = 15").await;
        store.publish(WORKSPACE, &signer, at(3)).await.unwrap();
        holds(&store, &signer).await;
    });
}

#[test]
fn publishers_who_race_with_writers_and_each_other_agree() {
    on_both(|place| async move {
        let (first, signer) = place.start().await;
        let second = place.open().await;
        let publisher = |store: Store, signer: SignerKey| {
            tokio::spawn(async move {
                let mut last = 0;
                while last < 120 {
                    if let Some(signed) = store.publish(WORKSPACE, &signer, at(2)).await.unwrap() {
                        assert!(signed.checkpoint().size() >= last);
                        last = signed.checkpoint().size();
                    }
                }
            })
        };
        let (one, two) = (publisher(first.clone(), signer.clone()), publisher(second, signer.clone()));
        for _ in 0..40 {
            append(&first, 3).await;
        }
        one.await.unwrap();
        two.await.unwrap();
        holds(&first, &signer).await;
    });
}

#[test]
fn partial_tiles_are_dropped_once_their_full_tile_is_published() {
    runtime().block_on(async {
        let place = Place::sqlite();
        let (store, signer) = place.start().await;
        let tile = |name: &str| store.tiles_path(WORKSPACE).join("tile").join(name);
        append(&store, 200).await;
        store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        assert!(tile("entries/000.p/200").exists() && tile("0/000.p/200").exists());
        append(&store, 600).await;
        store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        assert!(tile("entries/000").exists() && tile("0/002").exists() && tile("0/003.p/32").exists());
        assert!(!tile("entries/000.p").exists() && !tile("0/000.p").exists());
        let leftovers = |folder: &Path| {
            let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
            names.filter(|name| name.to_string_lossy().starts_with(".unfinished")).count()
        };
        assert_eq!(leftovers(&store.tiles_path(WORKSPACE)), 0);
        holds(&store, &signer).await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn any_interleaving_of_appends_and_publications_gives_the_root_of_the_whole(
        steps in proptest::collection::vec(prop_oneof![2 => (1u64..90).prop_map(Some), 1 => Just(None)], 1..12)
    ) {
        runtime().block_on(async {
            let place = Place::sqlite();
            let (store, signer) = place.start().await;
            for step in steps {
                match step {
                    Some(events) => { append(&store, events).await; }
                    None => { store.publish(WORKSPACE, &signer, at(2)).await.unwrap(); }
                }
            }
            let signed = store.publish(WORKSPACE, &signer, at(3)).await.unwrap();
            let hashes = place.leaf_hashes().await;
            let expected = (!hashes.is_empty()).then(|| merkle::tree_root(&hashes));
            assert_eq!(signed.map(|signed| signed.checkpoint().root()), expected);
        });
    }
}
