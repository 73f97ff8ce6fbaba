use attestry_domain::event::Actor;
use attestry_domain::id::Digest;
use attestry_store::{Answered, ApiToken, Submission, Submitted};

use crate::place::{ACTOR, WORKSPACE, at, on_both};

fn submission(request: Option<&str>) -> Submission {
    let answered = |request: &str| Answered {
        request: request.to_owned(),
        digest: Digest::of(b"asked"),
        answer: "{\"accepted\":1}".to_owned(),
    };
    Submission {
        stream: "change".parse().unwrap(),
        source: "forge".into(),
        collector: "test".into(),
        actor: Actor::System,
        records: b"{}\n".to_vec(),
        rows: 1,
        request: request.map(answered),
    }
}

#[test]
fn submissions_wait_in_their_order_until_they_are_taken_out() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        let all: Vec<Submission> = (0..5).map(|_| submission(None)).collect();
        assert_eq!(store.submit(WORKSPACE, &all, at(1)).await.unwrap(), vec![Submitted::Stored; 5]);
        let waiting = store.buffered(WORKSPACE, 3).await.unwrap();
        assert_eq!(waiting.len(), 3);
        assert!(waiting.windows(2).all(|pair| pair[0].id < pair[1].id));
        let ids: Vec<i64> = waiting.iter().map(|one| one.id).collect();
        store.remove_buffered(WORKSPACE, &ids).await.unwrap();
        assert_eq!(store.buffered(WORKSPACE, 10).await.unwrap().len(), 2);
    });
}

#[test]
fn a_request_that_was_answered_is_not_stored_again_and_gets_the_first_answer() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        let first = store.submit(WORKSPACE, &[submission(Some("r1"))], at(1)).await.unwrap();
        assert_eq!(first, [Submitted::Stored]);
        let again = store.submit(WORKSPACE, &[submission(Some("r1")), submission(Some("r2"))], at(2)).await;
        assert!(matches!(&again.unwrap()[..], [Submitted::Repeated(_), Submitted::Stored]));
        assert_eq!(store.buffered(WORKSPACE, 10).await.unwrap().len(), 2);
        // Two days later the key is free again.
        let later = at(1 + 2 * 24 * 60 * 60);
        let anew = store.submit(WORKSPACE, &[submission(Some("r1"))], later).await.unwrap();
        assert_eq!(anew, [Submitted::Stored]);
    });
}

#[test]
fn a_token_opens_until_it_expires_or_is_taken_away_and_its_secret_is_not_stored() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        let token = ApiToken {
            id: "t1".into(),
            workspace: WORKSPACE,
            person: ACTOR.person().unwrap(),
            name: "ci".into(),
            created_at: at(1),
            expires_at: at(100),
            last_used_at: None,
        };
        store.add_api_token(&token, "a secret").await.unwrap();
        assert!(store.use_api_token("another", at(2)).await.unwrap().is_none());
        assert_eq!(store.use_api_token("a secret", at(2)).await.unwrap().unwrap(), token);
        assert_eq!(store.list_api_tokens(WORKSPACE).await.unwrap()[0].last_used_at, Some(at(2)));
        assert!(store.use_api_token("a secret", at(100)).await.unwrap().is_none());
        assert!(store.remove_api_token(WORKSPACE, "t1").await.unwrap());
        assert!(!store.remove_api_token(WORKSPACE, "t1").await.unwrap());
        assert!(store.use_api_token("a secret", at(2)).await.unwrap().is_none());
    });
}
