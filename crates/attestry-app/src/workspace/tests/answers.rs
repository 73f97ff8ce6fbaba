//! What the writer answers.

use super::*;

#[tokio::test]
async fn a_refusal_that_rests_on_a_command_of_the_same_batch_is_answered_after_it_is_recorded() {
    let house = House::build().await;
    let workspace = house.create().await;
    let sender = house.sender(&workspace);
    let before = workspace.newest().programme.sequence;
    // Both have the same address, so the second rests on the first.
    let (first, second) = (house.add("ben"), house.add("ben"));
    let (first, second) = tokio::join!(sender.send_enveloped(first), async {
        let answer = sender.send_enveloped(second).await;
        (answer, house.app.store.head(workspace.id()).await.unwrap())
    });
    assert_eq!(first.unwrap().events.map(|(first, _)| first), Some(before + 1));
    let (refused, head) = second;
    assert!(matches!(refused, Err(AppError::Refused(_))), "{refused:?}");
    assert!(head > before, "what it rests on is in the ledger when the refusal is heard");
}

#[tokio::test]
async fn a_repeated_command_gets_the_first_answer_alone_and_within_a_batch() {
    let house = House::build().await;
    let workspace = house.create().await;
    let sender = house.sender(&workspace);
    let envelope = house.add("ben");
    let (one, twin) =
        tokio::join!(sender.send_enveloped(envelope.clone()), sender.send_enveloped(envelope.clone()));
    let first = one.unwrap();
    assert_eq!(twin.unwrap(), first);
    assert!(first.events.is_some());
    assert_eq!(
        sender.send_enveloped(envelope.clone()).await.unwrap(),
        first,
        "though now it would be refused"
    );

    // A command that would not be refused: it asks for what holds already, and had events the first time.
    let adopt = house.envelope(soc2());
    let first = sender.send_enveloped(adopt.clone()).await.unwrap();
    let other = house.add("cleo");
    let (again, other) = tokio::join!(sender.send_enveloped(adopt.clone()), sender.send_enveloped(other));
    assert_eq!(again.unwrap(), first);
    assert!(other.unwrap().events.is_some_and(|(from, _)| first.events.is_some_and(|(_, last)| from > last)));
}

#[tokio::test]
async fn two_programs_that_write_at_once_lose_no_command_and_repeat_none() {
    let house = House::build().await;
    let here = house.create().await;
    let there = house.app.open("acme").await.unwrap();
    let before = here.newest().programme.people.len();
    let sends = (0..40).map(|number| {
        let sender = house.sender(if number % 2 == 0 { &here } else { &there });
        let envelope = house.add(&format!("p{number}"));
        async move { sender.send_enveloped(envelope).await }
    });
    for answer in futures::future::join_all(sends).await {
        assert!(answer.unwrap().events.is_some());
    }
    assert_eq!(here.follow().await.unwrap().programme.people.len(), before + 40);
}

#[tokio::test]
async fn an_old_copy_under_a_running_program_is_noticed() {
    let house = House::build().await;
    let workspace = house.create().await;
    let mut ahead = Programme::clone(&workspace.newest().programme);
    let here = ahead.sequence;
    ahead.sequence += 3;
    workspace.publish_snapshot(Snapshot { programme: Arc::new(ahead), catalog: house.app.catalog.clone() });
    let followed = workspace.follow().await;
    assert!(
        matches!(followed, Err(AppError::Shrunk { here: found, known }) if found == here && known == here + 3)
    );
    let refused = house.sender(&workspace).send(soc2()).await;
    assert!(matches!(refused, Err(AppError::NotStored(_))), "{refused:?}");
}
