use attestry_domain::event::Actor;
use attestry_store::{Store, StoreError, Submission};

use crate::place::{ORIGIN, WORKSPACE, append, at, on_both};

fn waiting() -> Submission {
    Submission {
        stream: "change".parse().unwrap(),
        source: "forge".into(),
        collector: "test".into(),
        actor: Actor::System,
        records: b"{\"change_id\":\"c1\"}\n".to_vec(),
        rows: 1,
        request: None,
    }
}

#[test]
fn a_backup_made_of_either_database_is_restored_into_a_new_home_with_every_row_object_and_key() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        append(&store, 3).await;
        let object = store.objects().put(b"evidence").await.unwrap();
        store.submit(WORKSPACE, &[waiting()], at(5)).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.zip");
        let made = store.backup(&file, "attestry test", at(9)).await.unwrap();
        assert!(made.rows.iter().any(|(table, rows)| table == "workspace" && *rows == 1), "{made:?}");

        let home = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", home.path().join("attestry.db").display());
        let other = Store::open(&url, home.path()).await.unwrap();
        assert_eq!(other.restore(&file).await.unwrap(), made);
        assert_eq!(other.head(WORKSPACE).await.unwrap(), store.head(WORKSPACE).await.unwrap());
        assert_eq!(other.objects().read(object.digest).await.unwrap().unwrap(), b"evidence");
        let again = other.lookup_signer(ORIGIN).await.unwrap().unwrap();
        assert_eq!(again.encode(), signer.encode());
        let buffered = other.buffered(WORKSPACE, 10).await.unwrap();
        assert_eq!(buffered[0].submission.records, waiting().records);

        // And back into what it came from: that is not empty.
        let refused = store.restore(&file).await.unwrap_err();
        assert!(matches!(refused, StoreError::NotEmpty), "{refused}");
    });
}

#[test]
fn a_backup_with_one_changed_byte_restores_nothing() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        store.objects().put(&[42; 4096]).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.zip");
        store.backup(&file, "attestry test", at(9)).await.unwrap();
        let whole = std::fs::read(&file).unwrap();
        for place in (0..whole.len()).step_by(97) {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x20;
            let damaged = folder.path().join("damaged.zip");
            std::fs::write(&damaged, &bytes).unwrap();
            let home = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}", home.path().join("attestry.db").display());
            let other = Store::open(&url, home.path()).await.unwrap();
            // A byte that no reader looks at, such as a time in a header, may pass; what is restored is right then.
            match other.restore(&damaged).await {
                Ok(_) => {
                    assert_eq!(other.head(WORKSPACE).await.unwrap(), store.head(WORKSPACE).await.unwrap())
                }
                Err(_) => assert!(other.list_workspaces().await.unwrap().is_empty()),
            }
        }
    });
}

#[test]
fn a_backup_is_never_written_over_a_file_that_is_there() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.zip");
        std::fs::write(&file, "something else").unwrap();
        store.backup(&file, "attestry test", at(9)).await.unwrap_err();
        assert_eq!(std::fs::read(&file).unwrap(), b"something else");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half written is left");
    });
}
