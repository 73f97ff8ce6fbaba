use attestry_domain::id::{Digest, StreamId};
use attestry_store::StreamKey;

use crate::place::{WORKSPACE, on_both};

pub(crate) fn key(number: u64, content: u8) -> StreamKey {
    let mut key = [0; 16];
    key.copy_from_slice(&Digest::of(&number.to_be_bytes()).bytes()[..16]);
    StreamKey { key, content: [content; 16] }
}

fn stream(name: &str) -> StreamId {
    name.parse().unwrap()
}

#[test]
fn keys_are_known_after_they_were_added_and_keep_what_they_first_stood_for() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        let (change, review) = (stream("change"), stream("review"));
        assert_eq!(store.known(WORKSPACE, &change, &[key(1, 0).key]).await.unwrap(), [None]);
        let first: Vec<StreamKey> = (0..20_000).map(|number| key(number, 1)).collect();
        store.add_stream_keys(WORKSPACE, &change, &first, 7).await.unwrap();
        let again: Vec<StreamKey> = (19_990..20_010).map(|number| key(number, 2)).collect();
        store.add_stream_keys(WORKSPACE, &change, &again, 9).await.unwrap();
        let asked: Vec<[u8; 16]> = (0..20_020).rev().map(|number| key(number, 0).key).collect();
        let known = store.known(WORKSPACE, &change, &asked).await.unwrap();
        let expected = |number: u64| match number {
            0..20_000 => Some([1; 16]),
            20_000..20_010 => Some([2; 16]),
            _ => None,
        };
        assert_eq!(known, (0..20_020).rev().map(expected).collect::<Vec<_>>());
        assert_eq!(store.known(WORKSPACE, &review, &asked[..3]).await.unwrap(), [None; 3]);
        assert!(store.known(WORKSPACE, &change, &[]).await.unwrap().is_empty());
    });
}

#[test]
fn the_index_says_up_to_which_event_it_is_complete_and_can_be_emptied() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        let (change, review) = (stream("change"), stream("review"));
        assert_eq!(store.stream_keys_at(WORKSPACE, &change).await.unwrap(), 0);
        store.add_stream_keys(WORKSPACE, &change, &[key(1, 1)], 5).await.unwrap();
        store.add_stream_keys(WORKSPACE, &change, &[], 8).await.unwrap();
        store.add_stream_keys(WORKSPACE, &change, &[key(2, 1)], 6).await.unwrap();
        store.add_stream_keys(WORKSPACE, &review, &[key(1, 3)], 4).await.unwrap();
        assert_eq!(store.stream_keys_at(WORKSPACE, &change).await.unwrap(), 8);
        store.clear_stream_keys(WORKSPACE, &change).await.unwrap();
        assert_eq!(store.stream_keys_at(WORKSPACE, &change).await.unwrap(), 0);
        assert_eq!(store.known(WORKSPACE, &change, &[key(1, 0).key]).await.unwrap(), [None]);
        assert_eq!(store.known(WORKSPACE, &review, &[key(1, 0).key]).await.unwrap(), [Some([3; 16])]);
        assert_eq!(store.stream_keys_at(WORKSPACE, &review).await.unwrap(), 4);
    });
}
