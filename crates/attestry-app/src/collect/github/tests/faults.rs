//! Limits, errors, odd pages, and what may not be read.

use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn pauses_at_every_request_change_nothing() {
    let undisturbed = whole(&Recorded::new()).await;
    let recorded = Recorded::new();
    let questions: Vec<String> = recorded.answers.lock().unwrap().keys().cloned().collect();
    let come_back = HttpError::ComeBack { place: "GET /".to_owned(), wait: Duration::from_secs(3) };
    for (asked, kind) in questions.iter().zip((0..4).cycle()) {
        let disturbance = match kind {
            0 => Ok(refused(403, &json!({"retry-after": "30"}), "You have exceeded a secondary rate limit")),
            1 => Ok(refused(
                403,
                &json!({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1774952400"}),
                "API rate limit exceeded",
            )),
            2 => Ok(refused(429, &json!({}), "too many")),
            _ => Err(come_back.clone()),
        };
        recorded.first(asked, disturbance);
    }
    let (mut walk, world, mut pauses) = (walk(), world(), 0);
    while let Step::Wait(wait) = walk.run(&recorded, &world).await.unwrap() {
        assert!(wait > Duration::ZERO && wait < Duration::from_secs(3700), "{wait:?}");
        world.pass(wait);
        pauses += 1;
        assert!(pauses < 500);
    }
    assert_eq!(pauses, questions.len(), "each question was refused once");
    let collection = walk.finish();
    for one in &undisturbed.batches {
        let rows = &batch(&collection, one.stream).rows;
        assert_eq!(rows.len(), one.rows.len(), "{}", one.stream);
        if one.stream != "branch_protection" {
            assert_eq!(rows, &one.rows);
        }
    }
}

#[tokio::test]
async fn an_answer_that_spends_the_last_request_is_taken_before_the_pause() {
    let recorded = Recorded::new();
    let mut last = recorded.stored(LIST);
    last.headers.push(("x-ratelimit-remaining".to_owned(), "0".to_owned()));
    last.headers.push(("x-ratelimit-reset".to_owned(), "1774952400".to_owned()));
    recorded.put(LIST, &[last, recorded.stored(LIST)]);
    let (mut walk, world) = (walk(), world());
    let reset = Duration::from_secs(1_774_952_400 - 1_774_951_200);
    assert_eq!(walk.run(&recorded, &world).await.unwrap(), Step::Wait(reset + Duration::from_secs(1)));
    assert_eq!(recorded.times(SECOND), 0);
    world.pass(Duration::from_secs(1000));
    assert_eq!(walk.run(&recorded, &world).await.unwrap(), Step::Wait(Duration::from_secs(201)));
    world.pass(Duration::from_secs(201));
    assert_eq!(walk.run(&recorded, &world).await.unwrap(), Step::Done);
    assert_eq!(recorded.times(LIST), 2, "once for each pass");
    assert_eq!(batch(&walk.finish(), "change").rows.len(), 3);
}

#[tokio::test]
async fn a_spent_search_does_not_hold_up_the_rest() {
    // The recorded count says that no search is left.
    let mut walk = walk();
    assert_eq!(walk.run(&Recorded::new(), &world()).await.unwrap(), Step::Done);
}

#[tokio::test]
async fn after_an_error_the_walk_goes_on_where_it_was() {
    let recorded = Recorded::new();
    let asked = "/repositories/186853002/pulls/7/reviews?per_page=100&page=2";
    recorded.first(asked, Ok(refused(502, &json!({}), "Bad Gateway")));
    recorded.first(SECOND, Ok(Response { body: b"<html>".to_vec(), ..recorded.stored(SECOND) }));
    let mut walk = walk();
    let error = walk.run(&recorded, &world()).await.unwrap_err();
    assert!(matches!(error, GithubError::Http(HttpError::Unreadable { .. })), "{error}");
    let error = walk.run(&recorded, &world()).await.unwrap_err();
    assert!(matches!(error, GithubError::Http(HttpError::Refused { status: 502, .. })), "{error}");
    assert_eq!(walk.run(&recorded, &world()).await.unwrap(), Step::Done);
    let collection = walk.finish();
    assert_eq!(batch(&collection, "review").rows.len(), 4);
    assert_eq!(batch(&collection, "change").rows.len(), 3);
}

#[tokio::test]
async fn a_next_page_at_another_server_is_refused() {
    let recorded = Recorded::new();
    let mut list = recorded.stored(LIST);
    list.headers.retain(|(name, _)| name != "link");
    list.headers
        .push(("link".to_owned(), "<https://api.github.com.evil.example/x>; rel=\"next\"".to_owned()));
    recorded.put(LIST, &[list]);
    let error = walk().run(&recorded, &world()).await.unwrap_err();
    assert!(error.to_string().contains("another server"), "{error}");
}

#[tokio::test]
async fn a_list_that_runs_in_a_circle_is_refused() {
    let recorded = Recorded::new();
    let mut second = recorded.stored(SECOND);
    let all: Vec<Value> = serde_json::from_slice(&second.body).unwrap();
    second.body = json!(all[..2]).to_string().into_bytes();
    second.headers.retain(|(name, _)| name != "link");
    second.headers.push(("link".to_owned(), format!("<https://api.github.com{SECOND}>; rel=\"next\"")));
    recorded.put(SECOND, &[second]);
    let error = walk().run(&recorded, &world()).await.unwrap_err();
    assert!(matches!(error, GithubError::Circle { .. }), "{error}");
}

#[tokio::test]
async fn protection_that_may_not_be_read_is_a_gap_and_no_state() {
    for (status, message) in [(403, "Resource not accessible by personal access token"), (404, "Not Found")] {
        let recorded = Recorded::new();
        recorded.put(PROTECTION, &[refused(status, &json!({}), message)]);
        let collection = whole(&recorded).await;
        let protection = batch(&collection, "branch_protection");
        assert!(protection.rows.is_empty());
        assert!(protection.gaps[0].contains(message) && protection.gaps[0].contains("administration"));
        assert!(batch(&collection, "change").covers.is_some());
    }
}

#[tokio::test]
async fn a_branch_that_is_not_protected_is_a_state() {
    let recorded = Recorded::new();
    recorded.put(PROTECTION, &[refused(404, &json!({}), "Branch not protected")]);
    let rules = |body: Value| response(RULES, &json!({"status": 200, "headers": {}, "body": body}));
    recorded.put(RULES, &[rules(json!([]))]);
    let collection = whole(&recorded).await;
    assert_eq!(column(batch(&collection, "branch_protection"), "protected"), ["false"]);
    recorded.put(
        RULES,
        &[rules(json!([{"type": "pull_request", "parameters": {"required_approving_review_count": 1}}]))],
    );
    let collection = whole(&recorded).await;
    assert_eq!(column(batch(&collection, "branch_protection"), "protected"), ["true"]);
    assert_eq!(column(batch(&collection, "branch_protection"), "required_reviews"), ["1"]);
}

#[tokio::test]
async fn a_pull_request_that_cannot_be_read_is_a_gap_and_the_changes_cover_nothing() {
    let recorded = Recorded::new();
    recorded.put("/repos/Codertocat/Hello-World/pulls/5", &[refused(404, &json!({}), "Not Found")]);
    let collection = whole(&recorded).await;
    let changes = batch(&collection, "change");
    assert_eq!((changes.rows.len(), changes.gaps.len(), &changes.covers), (2, 1, &None));
    assert_eq!(batch(&collection, "review").covers, None);
}

#[tokio::test]
async fn a_repository_that_is_not_there_is_an_error() {
    let recorded = Recorded::new();
    recorded.put("/repos/codertocat/hello-world", &[refused(404, &json!({}), "Not Found")]);
    let error = walk().run(&recorded, &world()).await.unwrap_err();
    assert!(error.to_string().contains("`codertocat/hello-world`"), "{error}");
}
