use attestry_domain::id::PersonId;
use attestry_store::{Account, LoginLink, NewSession, StoreError};
use sqlx::Row;
use ulid::Ulid;

use crate::place::{WORKSPACE, at, on_both};

const PERSON: PersonId = PersonId::new(Ulid(21));

fn account() -> Account {
    Account {
        person: PERSON,
        workspace: WORKSPACE,
        email: "Ada@Example.com".to_owned(),
        password_hash: None,
        created_at: at(0),
    }
}

fn session(token: &str, from: i64, to: i64) -> NewSession<'_> {
    NewSession {
        token,
        person: PERSON,
        workspace: WORKSPACE,
        csrf: "c",
        created_at: at(from),
        expires_at: at(to),
    }
}

#[test]
fn an_address_has_one_account_in_whatever_case_it_is_written() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        store.add_account(&account()).await.unwrap();
        let mut other = Account { person: PersonId::new(Ulid(22)), ..account() };
        assert!(matches!(store.add_account(&other).await, Err(StoreError::AccountExists(_))));
        "b@example.com".clone_into(&mut other.email);
        store.add_account(&other).await.unwrap();
        let found = store.lookup_account(" ada@EXAMPLE.com ").await.unwrap().unwrap();
        assert_eq!(
            (found.person, found.email.as_str(), found.password_hash),
            (PERSON, "ada@example.com", None)
        );
        assert!(store.lookup_account("nobody@example.com").await.unwrap().is_none());
        assert_eq!(store.list_accounts(WORKSPACE).await.unwrap().len(), 2);
    });
}

#[test]
fn a_session_holds_until_it_expires_or_is_ended_and_its_token_is_not_stored() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        store.add_session(&session("secret token", 0, 100)).await.unwrap();
        let found = store.lookup_session("secret token", at(99)).await.unwrap().unwrap();
        assert_eq!((found.person, found.workspace, found.csrf.as_str()), (PERSON, WORKSPACE, "c"));
        assert_eq!((found.created_at, found.expires_at), (at(0), at(100)));
        assert!(store.lookup_session("secret token", at(100)).await.unwrap().is_none());
        assert!(store.lookup_session("another token", at(1)).await.unwrap().is_none());
        let pool = place.pool().await;
        let count = async || {
            let rows = sqlx::query("SELECT token_hash FROM session").fetch_all(&pool).await.unwrap();
            assert!(rows.iter().all(|row| row.get::<&[u8], _>(0).len() == 32));
            rows.len()
        };
        store.add_session(&session("second", 100, 200)).await.unwrap();
        assert_eq!(count().await, 1, "the expired one is cleared away");
        store.end_session("second").await.unwrap();
        assert_eq!(count().await, 0);
        assert!(store.lookup_session("second", at(101)).await.unwrap().is_none());
        pool.close().await;
    });
}

#[test]
fn a_new_password_ends_all_sessions_of_the_person() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        store.add_account(&account()).await.unwrap();
        store.add_session(&session("one", 0, 100)).await.unwrap();
        assert!(store.record_password(PERSON, "$argon2id$…").await.unwrap());
        assert!(store.lookup_session("one", at(1)).await.unwrap().is_none());
        let found = store.lookup_account("ada@example.com").await.unwrap().unwrap();
        assert_eq!(found.password_hash.as_deref(), Some("$argon2id$…"));
        assert!(!store.record_password(PersonId::new(Ulid(99)), "x").await.unwrap());
    });
}

#[test]
fn a_login_link_opens_once_also_for_two_who_come_together() {
    on_both(|place| async move {
        let (store, _) = place.start().await;
        let link = LoginLink { person: PERSON, workspace: WORKSPACE, expires_at: at(100) };
        store.add_login_link("link", &link, at(0)).await.unwrap();
        store.add_login_link("late", &link, at(0)).await.unwrap();
        assert_eq!(store.redeem_login_link("unknown", at(1)).await.unwrap(), None);
        let (one, two) =
            tokio::join!(store.redeem_login_link("link", at(1)), store.redeem_login_link("link", at(1)));
        let opened: Vec<LoginLink> = [one.unwrap(), two.unwrap()].into_iter().flatten().collect();
        assert_eq!(opened, [link]);
        assert_eq!(store.redeem_login_link("link", at(2)).await.unwrap(), None);
        assert_eq!(store.redeem_login_link("late", at(100)).await.unwrap(), None);
    });
}
