//! The interface for programs: tokens, records, problems.

use attestry_web::router;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;

use crate::house::House;
use crate::served::{Answer, ask};

const ONE: &str = r#"{"login_id":"l1","occurred_at":"2026-05-01T08:00:00Z","system":"sso","step":"session","result":"success"}"#;

async fn send(app: &Router, secret: &str, path: &str, body: &str, key: Option<&str>) -> Answer {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-ndjson");
    if !secret.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
    }
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    ask(app, request.body(Body::from(body.to_owned())).unwrap()).await
}

fn problem(answer: &Answer) -> Value {
    let kind = answer.headers.get(header::CONTENT_TYPE).unwrap();
    assert_eq!(kind, "application/problem+json", "{}", answer.body);
    let problem: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(problem["status"], answer.status.as_u16());
    problem
}

const LOGINS: &str = "/api/v1/streams/login/records";

#[tokio::test]
async fn a_program_with_a_token_sends_records_and_is_told_how_many_are_new() {
    let house = House::build().await;
    let (secret, _) = house.workspace.add_token(house.owner, "sso export", 30).await.unwrap();
    let app = router(house.state());
    let first = send(&app, &secret, LOGINS, ONE, Some("k1")).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let told: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!((told["accepted"].as_u64(), told["repeated"].as_u64()), (Some(1), Some(0)));
    let again = send(&app, &secret, LOGINS, ONE, Some("k1")).await;
    assert_eq!(again.body, first.body, "the same request gets the same answer");
    let waiting = house.workspace.app().store.buffered(house.workspace.id(), 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].submission.source, "sso export");
}

#[tokio::test]
async fn without_a_token_that_holds_nothing_is_taken() {
    let house = House::build().await;
    let (secret, token) = house.workspace.add_token(house.owner, "sso export", 30).await.unwrap();
    let app = router(house.state());
    for secret in ["", "att_made-up"] {
        let answer = send(&app, secret, LOGINS, ONE, None).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.headers.get(header::WWW_AUTHENTICATE).unwrap(), "Bearer");
        assert!(problem(&answer)["detail"].as_str().unwrap().contains("attestry token add"));
    }
    house.workspace.remove_token(&token.id).await.unwrap();
    assert_eq!(send(&app, &secret, LOGINS, ONE, None).await.status, StatusCode::UNAUTHORIZED);
    let (stranger, _) = house.workspace.add_token(house.stranger, "no role", 30).await.unwrap();
    let refused = send(&app, &stranger, LOGINS, ONE, None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    assert!(house.workspace.app().store.buffered(house.workspace.id(), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_problem_says_what_where_and_what_to_do() {
    let house = House::build().await;
    let (secret, _) = house.workspace.add_token(house.owner, "sso export", 30).await.unwrap();
    let app = router(house.state());
    let bad = ONE.replace("2026-05-01T08:00:00Z", "yesterday");
    let answer = send(&app, &secret, LOGINS, &bad, None).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let detail = problem(&answer)["detail"].as_str().unwrap().to_owned();
    assert!(["line 1", "`occurred_at`", "yesterday"].iter().all(|word| detail.contains(word)), "{detail}");
    let unknown = send(&app, &secret, "/api/v1/streams/logins/records", ONE, None).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{}", unknown.body);
    let long = send(&app, &secret, LOGINS, ONE, Some(&"k".repeat(300))).await;
    assert!(problem(&long)["detail"].as_str().unwrap().contains("idempotency key"));
    let form = Request::post(LOGINS)
        .header(header::AUTHORIZATION, format!("Bearer {secret}"))
        .header(header::CONTENT_TYPE, "text/csv")
        .body(Body::from(ONE))
        .unwrap();
    assert_eq!(ask(&app, form).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn an_exporter_of_logs_fills_the_stream_that_a_record_names_and_hears_what_was_rejected() {
    let house = House::build().await;
    let (secret, _) = house.workspace.add_token(house.owner, "app logs", 30).await.unwrap();
    let app = router(house.state());
    let record = |fields: &[(&str, &str)]| {
        let attributes: Vec<Value> = fields
            .iter()
            .map(|(key, value)| serde_json::json!({ "key": key, "value": { "stringValue": value } }))
            .collect();
        serde_json::json!({ "timeUnixNano": "1777622400000000000", "attributes": attributes })
    };
    let login = [
        ("attestry.stream", "login"),
        ("login_id", "l9"),
        ("system", "sso"),
        ("step", "session"),
        ("result", "success"),
    ];
    let logs = [record(&login), record(&[("attestry.stream", "no_such_stream")])];
    let body = serde_json::json!({ "resourceLogs": [{ "scopeLogs": [{ "logRecords": logs }] }] });
    let request = Request::post("/v1/logs")
        .header(header::AUTHORIZATION, format!("Bearer {secret}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let answer = ask(&app, request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(told["partialSuccess"]["rejectedLogRecords"], "1", "{}", answer.body);
    let waiting = house.workspace.app().store.buffered(house.workspace.id(), 10).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].submission.stream.as_str()), (1, "login"));
}
