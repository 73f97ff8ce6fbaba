use attestry_domain::id::WorkspaceId;
use attestry_store::{Append, AppendError, Appended, Store, StoreError};
use ulid::Ulid;

use crate::place::{ACTOR, Place, WORKSPACE, append, artifacts, at, command, on_both, salts, workspace};

#[test]
fn events_come_back_in_order_as_they_were_appended() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        assert_eq!(append(&store, 100).await, Appended { first: 1, last: 100 });
        assert_eq!(append(&store, 3).await, Appended { first: 101, last: 103 });
        assert_eq!(store.head(WORKSPACE).await.unwrap(), 103);
        let events = store.events_after(WORKSPACE, 98, 4).await.unwrap();
        assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [99, 100, 101, 102]);
        assert_eq!(events[0].payload.as_ref(), artifacts(99).last());
        assert_eq!((events[0].actor, events[0].recorded_at), (ACTOR, at(1)));
        assert!(store.events_after(WORKSPACE, 103, 4).await.unwrap().is_empty());
    });
}

#[test]
fn an_append_at_another_size_is_a_conflict_and_writes_nothing() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        append(&store, 5).await;
        for wrong in [0, 4, 6] {
            let lost = store.append(WORKSPACE, wrong, None, at(2), ACTOR, &artifacts(2), &mut salts()).await;
            assert!(matches!(lost, Err(AppendError::Conflict { size: 5 })), "{lost:?}");
        }
        assert_eq!(store.events_after(WORKSPACE, 0, 100).await.unwrap().len(), 5);
    });
}

#[test]
fn a_repeated_command_returns_its_first_answer_whatever_the_head_is() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        let send = async |size, id| {
            store.append(WORKSPACE, size, Some(command(id)), at(1), ACTOR, &artifacts(2), &mut salts()).await
        };
        assert_eq!(send(0, 1).await.unwrap(), Appended { first: 1, last: 2 });
        assert_eq!(send(2, 2).await.unwrap(), Appended { first: 3, last: 4 });
        for size in [0, 4] {
            let again = send(size, 1).await;
            let first = command(1);
            assert!(
                matches!(again, Err(AppendError::Repeated { command, first: 1, last: 2 }) if command == first),
                "{again:?}"
            );
        }
        assert_eq!(store.head(WORKSPACE).await.unwrap(), 4);
        let known = store.lookup_command(WORKSPACE, command(2)).await.unwrap();
        assert_eq!(known, Some(Appended { first: 3, last: 4 }));
        assert_eq!(store.lookup_command(WORKSPACE, command(3)).await.unwrap(), None);
    });
}

#[test]
fn a_batch_is_appended_whole_or_not_at_all() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        let payloads = artifacts(60);
        let part = |id: u128, events: usize| Append {
            command: Some(command(id)),
            recorded_at: at(1),
            actor: ACTOR,
            payloads: &payloads[..events],
        };
        let batch = [part(1, 60), part(2, 0), part(3, 1)];
        let appended = store.append_many(WORKSPACE, 0, &batch, &mut salts()).await.unwrap();
        let answer = |first, last| Appended { first, last };
        assert_eq!(appended, [answer(1, 60), answer(61, 60), answer(61, 61)]);
        let again = store.append_many(WORKSPACE, 61, &[part(4, 1), part(2, 1)], &mut salts()).await;
        assert!(matches!(again, Err(AppendError::Repeated { first: 61, last: 60, .. })), "{again:?}");
        let twice = store.append_many(WORKSPACE, 61, &[part(5, 1), part(5, 1)], &mut salts()).await;
        assert!(matches!(twice, Err(AppendError::TwiceInBatch { .. })));
        assert_eq!(store.events_after(WORKSPACE, 0, 100).await.unwrap().len(), 61);
        assert_eq!(store.lookup_command(WORKSPACE, command(4)).await.unwrap(), None);
    });
}

#[test]
fn of_writers_who_race_each_gets_every_command_in_once() {
    on_both(|place| async move {
        let (first, _) = place.start().await;
        let second = place.open().await;
        let writer = |store: Store, offset: u128| {
            tokio::spawn(async move {
                let mut conflicts = 0;
                for id in 0..25 {
                    // Every command is sent by both writers.
                    let id = command((id + offset) % 25);
                    loop {
                        let head = store.head(WORKSPACE).await.unwrap();
                        let sent = store
                            .append(WORKSPACE, head, Some(id), at(1), ACTOR, &artifacts(3), &mut salts())
                            .await;
                        match sent {
                            Ok(_) | Err(AppendError::Repeated { .. }) => break,
                            Err(AppendError::Conflict { .. }) => conflicts += 1,
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
                conflicts
            })
        };
        let (one, two) = (writer(first.clone(), 0), writer(second, 12));
        let _ = (one.await.unwrap(), two.await.unwrap());
        assert_eq!(first.head(WORKSPACE).await.unwrap(), 75);
        assert_eq!(first.events_after(WORKSPACE, 0, 100).await.unwrap().len(), 75);
        for id in 0..25 {
            let answer = first.lookup_command(WORKSPACE, command(id)).await.unwrap().unwrap();
            assert_eq!(answer.last - answer.first, 2);
        }
    });
}

#[test]
fn an_unknown_kind_stops_the_reading_with_a_clear_error() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        append(&store, 3).await;
        place.newer_kind(2).await;
        let error = store.events_after(WORKSPACE, 0, 10).await.unwrap_err();
        assert!(matches!(error, StoreError::UnreadableEvent { sequence: 2, .. }));
        assert!(error.to_string().contains("`moon_landed` version 1"), "{error}");
        assert_eq!(store.events_after(WORKSPACE, 2, 10).await.unwrap().len(), 1);
    });
}

#[test]
fn an_event_that_was_changed_after_it_was_appended_is_not_read_and_is_named() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        append(&store, 5).await;
        let refused = async |what: &str| {
            let error = store.events_after(WORKSPACE, 0, 10).await.unwrap_err();
            assert!(matches!(error, StoreError::EventDamaged { sequence: 3, .. }), "{what}: {error}");
            assert_eq!(store.events_after(WORKSPACE, 3, 10).await.unwrap().len(), 2);
        };
        for column in ["payload", "salt", "payload_digest", "leaf_hash"] {
            place.flip_event(column, 3).await;
            refused(column).await;
            place.flip_event(column, 3).await;
        }
        for (change, back) in [
            (
                "UPDATE event SET recorded_at = recorded_at - 1 WHERE sequence = 3",
                "UPDATE event SET recorded_at = recorded_at + 1 WHERE sequence = 3",
            ),
            (
                "UPDATE event SET actor = 'system' WHERE sequence = 3",
                "UPDATE event SET actor = (SELECT actor FROM event WHERE sequence = 4) WHERE sequence = 3",
            ),
            (
                "UPDATE event SET version = -1 WHERE sequence = 3",
                "UPDATE event SET version = 1 WHERE sequence = 3",
            ),
            (
                "UPDATE event SET kind = 'artifact_store' WHERE sequence = 3",
                "UPDATE event SET kind = 'artifact_stored' WHERE sequence = 3",
            ),
        ] {
            place.sql(change).await;
            refused(change).await;
            place.sql(back).await;
        }
        assert_eq!(store.events_after(WORKSPACE, 0, 10).await.unwrap().len(), 5);
        place.sql("UPDATE event SET salt = NULL WHERE sequence = 3").await;
        refused("a payload without its salt").await;
    });
}

#[test]
fn a_changed_leaf_is_not_shown() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        append(&store, 2).await;
        place.flip_event("payload_digest", 2).await;
        let error = store.lookup_leaf(WORKSPACE, 2).await.unwrap_err();
        assert!(matches!(error, StoreError::EventDamaged { sequence: 2, .. }), "{error}");
    });
}

#[test]
fn an_erased_payload_reads_as_erased_and_a_missing_event_is_an_error() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        append(&store, 3).await;
        place.sql("UPDATE event SET payload = NULL, salt = NULL WHERE sequence = 2").await;
        let events = store.events_after(WORKSPACE, 0, 10).await.unwrap();
        assert!(events[1].payload.is_none() && events[2].payload.is_some());
        place.sql("DELETE FROM event WHERE sequence = 2").await;
        let error = store.events_after(WORKSPACE, 0, 10).await.unwrap_err();
        assert!(matches!(error, StoreError::EventDamaged { sequence: 2, .. }), "{error}");
    });
}

#[test]
fn workspaces_keep_apart_and_their_names_are_unique() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        let mut other = workspace();
        assert!(matches!(store.create_workspace(&other).await, Err(StoreError::WorkspaceExists(_))));
        other.id = WorkspaceId::new(Ulid(8));
        "attestry.example/beta".clone_into(&mut other.origin);
        for slug in ["acme", "", "Beta", "be ta", &"b".repeat(41)] {
            slug.clone_into(&mut other.slug);
            assert!(store.create_workspace(&other).await.is_err(), "{slug}");
        }
        "beta".clone_into(&mut other.slug);
        store.create_workspace(&other).await.unwrap();
        append(&store, 4).await;
        assert_eq!(store.head(other.id).await.unwrap(), 0);
        assert_eq!(store.list_workspaces().await.unwrap(), [workspace(), other.clone()]);
        assert_eq!(store.lookup_workspace("beta").await.unwrap(), Some(other));
        assert_eq!(store.lookup_workspace("gamma").await.unwrap(), None);
        let nobody = WorkspaceId::new(Ulid(99));
        assert!(matches!(store.head(nobody).await, Err(StoreError::NoWorkspace(_))));
        let lost = store.append(nobody, 0, None, at(1), ACTOR, &artifacts(1), &mut salts()).await;
        assert!(matches!(lost, Err(AppendError::Store(StoreError::NoWorkspace(_)))), "{lost:?}");
    });
}

#[test]
fn a_database_of_a_newer_program_is_refused_and_one_of_this_program_opens_again() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        append(&store, 2).await;
        store.close().await;
        assert_eq!(place.open().await.head(WORKSPACE).await.unwrap(), 2);
        place.sql("INSERT INTO migration (number) VALUES (4000)").await;
        let refused = Store::open(&place.url, place.root.path()).await.err().unwrap();
        assert!(matches!(refused, StoreError::NewerDatabase { found: 4000, known: 2 }), "{refused}");
    });
}

#[test]
fn two_programs_that_start_at_once_on_an_empty_database_both_open_it() {
    on_both(|place| async move {
        let (one, two) = tokio::join!(place.open(), place.open());
        one.create_workspace(&workspace()).await.unwrap();
        assert_eq!(two.list_workspaces().await.unwrap().len(), 1);
    });
}

#[test]
fn an_address_that_is_none_is_refused_without_repeating_it() {
    crate::place::runtime().block_on(async {
        let place = Place::sqlite();
        let refused = Store::open("mysql://root:secret@host/db", place.root.path()).await.err().unwrap();
        assert!(matches!(refused, StoreError::Address));
        assert!(!refused.to_string().contains("secret"));
    });
}

#[test]
fn a_database_in_memory_works_for_tests() {
    crate::place::runtime().block_on(async {
        let place = Place::sqlite();
        let store = Store::open("sqlite::memory:", place.root.path()).await.unwrap();
        store.create_workspace(&workspace()).await.unwrap();
        append(&store, 2).await;
        assert_eq!(store.head(WORKSPACE).await.unwrap(), 2);
    });
}
