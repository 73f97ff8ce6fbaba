use attestry_domain::id::Digest;
use attestry_store::StoreError;

use crate::place::{Place, flip_file, runtime};

#[test]
fn bytes_put_whole_in_pieces_or_from_a_file_get_one_digest_and_one_place() {
    runtime().block_on(async {
        let place = Place::sqlite();
        let store = place.open().await;
        let objects = store.objects();
        let bytes: Vec<u8> = (0..3_000_000u32).flat_map(u32::to_be_bytes).take(5_000_001).collect();
        let whole = objects.put(&bytes).await.unwrap();
        let mut writer = objects.writer().await.unwrap();
        for piece in bytes.chunks(70_001) {
            writer.write(piece).await.unwrap();
        }
        assert_eq!(writer.finish().await.unwrap(), whole);
        let file = place.root.path().join("upload");
        std::fs::write(&file, &bytes).unwrap();
        assert_eq!(objects.put_file(&file).await.unwrap(), whole);
        assert_eq!((whole.digest, whole.bytes), (Digest::of(&bytes), 5_000_001));
        assert_eq!(objects.read(whole.digest).await.unwrap().unwrap(), bytes);
        assert!(objects.exists(whole.digest).await.unwrap());
        let empty = objects.put(b"").await.unwrap();
        assert_eq!(empty.digest, Digest::of(b""));
        let mut expected = [whole.clone(), empty];
        expected.sort_by_key(|object| object.digest);
        assert_eq!(objects.list().await.unwrap(), expected);
        let name = whole.digest.to_string();
        assert!(objects.path(whole.digest).ends_with(format!("objects/{}/{}", &name[..2], &name[2..])));
    });
}

#[test]
fn an_absent_object_is_none_and_a_changed_one_an_error_that_names_it() {
    runtime().block_on(async {
        let place = Place::sqlite();
        let store = place.open().await;
        let objects = store.objects();
        let absent = Digest::of(b"absent");
        assert!(objects.read(absent).await.unwrap().is_none());
        assert!(objects.measure(absent).await.unwrap().is_none());
        assert!(!objects.exists(absent).await.unwrap());
        let object = objects.put(b"evidence").await.unwrap();
        flip_file(&objects.path(object.digest));
        let error = objects.read(object.digest).await.unwrap_err();
        assert!(matches!(error, StoreError::ObjectDamaged { .. }));
        assert!(error.to_string().contains(&object.digest.to_string()));
        assert_ne!(objects.measure(object.digest).await.unwrap(), Some(object.digest));
        objects.put(b"evidence").await.unwrap();
        assert_eq!(objects.read(object.digest).await.unwrap().unwrap(), b"evidence");
    });
}

#[test]
fn an_object_half_written_leaves_nothing_under_its_digest_and_nothing_after_a_restart() {
    runtime().block_on(async {
        let place = Place::sqlite();
        let store = place.open().await;
        let folder = place.root.path().join("objects");
        let unfinished = || std::fs::read_dir(&folder).unwrap().count();
        let mut writer = store.objects().writer().await.unwrap();
        writer.write(&vec![1; 3_000_000]).await.unwrap();
        assert_eq!(unfinished(), 1);
        drop(writer);
        assert_eq!(unfinished(), 0);
        store.close().await;
        drop(store);
        // As a crash leaves it: nobody tidied up.
        std::fs::write(folder.join(".unfinished-0-0"), "half").unwrap();
        let store = place.open().await;
        assert_eq!(unfinished(), 0);
        assert!(store.objects().list().await.unwrap().is_empty());
    });
}
