//! How a workspace begins, and which clock its answers go by.

use attestry_store::StoreError;

use super::*;

#[tokio::test]
async fn a_refused_creation_leaves_nothing_and_the_name_is_free() {
    let house = House::build().await;
    let refused = house.app.create("acme", house.wanted("Mars/Olympus")).await;
    assert!(matches!(refused, Err(AppError::Refused(_))));
    assert_eq!(house.app.store.lookup_workspace("acme").await.unwrap(), None);
    let workspace = house.create().await;
    assert!(workspace.newest().programme.workspace.is_some());
}

#[tokio::test]
async fn a_creation_that_was_stopped_is_gone_on_with_and_a_finished_one_is_not() {
    let house = House::build().await;
    let left = house.app.prepare("acme", &house.wanted("UTC")).await.unwrap();
    let workspace = house.create().await;
    assert_eq!(workspace.id(), left.id);
    let programme = workspace.newest().programme;
    assert_eq!(programme.workspace.as_ref().map(|one| one.id), Some(left.id));
    let again = house.app.create("acme", house.wanted("UTC")).await.err().unwrap();
    assert!(matches!(again, AppError::Store(StoreError::WorkspaceExists(_))), "{again}");
    assert!(again.is_callers());
}

#[tokio::test]
async fn an_earlier_n_is_judged_by_its_own_clock() {
    let house = House::build().await;
    let workspace = house.create().await;
    house.clock.set("2026-03-02T09:00:00Z");
    house.sender(&workspace).send(soc2()).await.unwrap();
    let at = workspace.newest().programme.sequence;
    let period = Some("2026-01-01..2027-01-01".parse().unwrap());
    let asked = Axis { at: Some(at), as_of: None, period };
    let then = workspace.status(asked).await.unwrap().readiness;
    assert_eq!(then.question.as_of.to_string(), "2026-03-02");
    assert_eq!(then.question.through.to_string(), "2026-03-01");
    house.clock.set("2026-08-20T09:00:00Z");
    let later = workspace.status(asked).await.unwrap().readiness;
    assert_eq!(later.question, then.question);
    let now = workspace.status(Axis { at: None, ..asked }).await.unwrap().readiness;
    assert_eq!(now.question.as_of.to_string(), "2026-08-20");
}

#[tokio::test]
async fn a_period_of_thousands_of_years_is_refused_with_what_to_do() {
    let house = House::build().await;
    let workspace = house.create().await;
    let period = Some("0001-01-01..9999-01-01".parse().unwrap());
    let refused = workspace.status(Axis { period, ..Axis::default() }).await.err().unwrap();
    assert!(refused.is_callers() && refused.to_string().contains("ask for a part of it"), "{refused}");
}

#[tokio::test]
async fn a_link_is_not_made_for_an_address_that_has_an_account_elsewhere() {
    let house = House::build().await;
    let workspace = house.create().await;
    house.app.login_link(&workspace, house.owner).await.unwrap();
    let other =
        CreateWorkspace { owner: person(PersonId::new(house.app.ulid()), "ana"), ..house.wanted("UTC") };
    let owner = other.owner.person;
    let second = house.app.create("second", other).await.unwrap();
    let refused = house.app.login_link(&second, owner).await.err().unwrap();
    assert!(refused.is_callers() && refused.to_string().contains("elsewhere"), "{refused}");
}
