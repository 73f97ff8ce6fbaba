//! A registry in MLflow's own words.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::collect::http::script::{At, Script, answer};
use crate::collect::http::{Request, Response};
use crate::import::foreign::Found;

const NOW: &str = "2026-03-01T12:00:00Z";

fn options() -> MlflowOptions {
    MlflowOptions::find(Some("http://127.0.0.1:5000/base/"), &|_| None).unwrap()
}

fn version(number: u64, changed: &str) -> Value {
    let changed: Instant = changed.parse().unwrap();
    json!({
        "name": "scorer", "version": number.to_string(), "creation_timestamp": 1_767_225_600_000_i64,
        "last_updated_timestamp": changed.micros() / 1000, "current_stage": "None", "status": "READY",
        "run_id": format!("run-{number}"), "source": "s3://models/x",
    })
}

/// A server with these models and versions, no runs, and one experiment.
fn told(request: &Request, models: &[Value], versions: &[Value]) -> Response {
    let path = request.address.path().strip_prefix("/base/api/2.0/mlflow/").unwrap().to_owned();
    let body = match path.as_str() {
        "registered-models/search" => json!({ "registered_models": models }),
        "model-versions/search" => json!({ "model_versions": versions }),
        "experiments/search" => json!({ "experiments": [{ "experiment_id": "0" }] }),
        "runs/search" => json!({}),
        "runs/get" => {
            return answer(
                404,
                json!({ "error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no run" }).to_string(),
            );
        }
        other => panic!("`{other}` was not to be asked"),
    };
    answer(200, body.to_string())
}

async fn collected(models: Vec<Value>, versions: Vec<Value>, known: &Known<'_>) -> Collection {
    let script = Script::new(move |request, _| Ok(told(request, &models, &versions)));
    collect(&script, &At::parse(NOW), &options(), known).await.unwrap()
}

fn column(row: &Found, name: &str) -> Option<String> {
    row.fields.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn updated(found: &Collection) -> Vec<String> {
    found.batches[0].rows.iter().filter_map(|row| column(row, "updated_at")).collect()
}

fn aliased(number: u64) -> Vec<Value> {
    vec![json!({ "name": "scorer", "aliases": [{ "alias": "champion", "version": number.to_string() }] })]
}

#[tokio::test]
async fn a_version_is_dated_by_its_change_and_one_with_an_alias_by_the_list() {
    let versions = vec![version(1, "2026-01-05T00:00:00Z"), version(2, "2026-02-05T00:00:00Z")];
    let found = collected(aliased(2), versions, &|_, _| None).await;
    assert_eq!(updated(&found), ["2026-01-05T00:00:00Z", NOW]);
    assert_eq!(column(&found.batches[0].rows[1], "stage").as_deref(), Some("champion"));
}

#[tokio::test]
async fn what_is_held_and_unchanged_comes_out_equal_and_an_alias_taken_away_is_a_new_state() {
    let versions = || vec![version(1, "2026-01-05T00:00:00Z")];
    let first = collected(aliased(1), versions(), &|_, _| None).await;
    let held = first.batches[0].rows[0].fields.clone();
    let earlier = held.clone().with("updated_at", "2026-02-10T00:00:00.000000Z");
    let known = |stream: &str, key: &[&str]| {
        assert_eq!((stream, key[1]), ("model_version", "registry"));
        (key[0] == "scorer@1").then(|| earlier.clone())
    };
    let again = collected(aliased(1), versions(), &known).await;
    assert_eq!(updated(&again), ["2026-02-10T00:00:00.000000Z"]);
    let taken = collected(Vec::new(), versions(), &known).await;
    assert_eq!(updated(&taken), [NOW]);
    let changed = vec![version(1, "2026-02-20T00:00:00Z")];
    let moved = collected(Vec::new(), changed, &known).await;
    assert_eq!(updated(&moved), ["2026-02-20T00:00:00Z"]);
}

#[tokio::test]
async fn missing_numbers_and_lost_runs_are_counted() {
    let versions = vec![version(1, "2026-01-05T00:00:00Z"), version(4, "2026-01-05T00:00:00Z")];
    let found = collected(Vec::new(), versions, &|_, _| None).await;
    let [models, evaluations, ..] = found.batches.as_slice() else { panic!("four batches") };
    assert_eq!(
        models.tie_out,
        "2 versions of 1 models listed; their highest numbers add up to 4; \
         `scorer` lacks 2, 3: deleted, or hidden from the credentials"
    );
    assert!(
        evaluations.tie_out.ends_with("2 runs that versions name are not there"),
        "{}",
        evaluations.tie_out
    );
    assert_eq!((models.at_source, models.rows.len()), (Some(2), 2));
}

#[tokio::test]
async fn a_version_that_is_held_and_listed_no_more_is_deleted_once() {
    let held = |key: &str, status: &str| {
        let at = "2026-01-05T00:00:00Z";
        let id = Fields::default().with("model_version_id", key).with("stage", "production");
        id.with("status", status).with("updated_at", at)
    };
    let listed = || vec![version(2, "2026-01-05T00:00:00Z")];
    let found = collected(Vec::new(), listed(), &|_, key| match key[0] {
        "scorer@1" | "scorer@3" => Some(held(key[0], "ready")),
        _ => None,
    })
    .await;
    let rows = &found.batches[0].rows;
    let states: Vec<_> = rows
        .iter()
        .map(|row| ["model_version_id", "status"].map(|name| column(row, name).unwrap()))
        .collect();
    assert_eq!(states, [["scorer@2", "ready"], ["scorer@1", "deleted"], ["scorer@3", "deleted"]]);
    let gone = ["retired_at", "updated_at", "stage"].map(|name| column(&rows[2], name));
    assert_eq!(gone, [Some(NOW.to_owned()), Some(NOW.to_owned()), None]);
    let again =
        collected(Vec::new(), listed(), &|_, key| (key[0] == "scorer@1").then(|| held(key[0], "deleted")))
            .await;
    assert_eq!(again.batches[0].rows.len(), 1);
}

#[tokio::test]
async fn an_archived_version_is_retired_and_tags_fill_columns_of_their_name() {
    let mut one = version(1, "2026-01-05T00:00:00Z");
    one["current_stage"] = "Archived".into();
    one["tags"] = json!([{ "key": "task", "value": "ranking" }, { "key": "basis", "value": "mine" }]);
    let model = json!({ "name": "scorer", "tags": [{ "key": "task", "value": "other" }, { "key": "license", "value": "MIT" }] });
    let found = collected(vec![model], vec![one], &|_, _| None).await;
    let row = &found.batches[0].rows[0];
    let all =
        ["status", "retired_at", "stage", "task", "license", "basis"].map(|name| column(row, name).unwrap());
    assert_eq!(all, ["retired", "2026-01-05T00:00:00Z", "archived", "ranking", "MIT", "registry"]);
}

#[tokio::test]
async fn prompts_are_counted_and_a_version_listed_twice_stops() {
    let mut prompt = version(1, "2026-01-05T00:00:00Z");
    prompt["tags"] = json!([{ "key": "mlflow.prompt.is_prompt", "value": "true" }]);
    let found = collected(Vec::new(), vec![prompt], &|_, _| None).await;
    assert!(found.batches[0].rows.is_empty());
    assert_eq!(found.passed.values().sum::<u64>(), 1);
    let twice = vec![version(1, "2026-01-05T00:00:00Z"); 2];
    let script = Script::new(move |request, _| Ok(told(request, &[], &twice)));
    let error = collect(&script, &At::parse(NOW), &options(), &|_, _| None).await.unwrap_err();
    assert!(error.to_string().contains("scorer version 1 twice"), "{error}");
}

#[tokio::test]
async fn pages_are_followed_to_the_end_and_no_further() {
    let script = Script::new(|request, _| {
        let path = request.address.path();
        let token = request
            .address
            .query_pairs()
            .find(|(name, _)| name == "page_token")
            .map(|(_, token)| token.into_owned());
        if !path.ends_with("model-versions/search") {
            return Ok(told(request, &[], &[]));
        }
        let page = match token.as_deref() {
            None => json!({ "model_versions": [version(1, NOW)], "next_page_token": "a b&c" }),
            Some("a b&c") => json!({ "model_versions": [version(2, NOW)], "next_page_token": "" }),
            Some(other) => panic!("`{other}` is no token"),
        };
        Ok(answer(200, page.to_string()))
    });
    let found = collect(&script, &At::parse(NOW), &options(), &|_, _| None).await.unwrap();
    assert_eq!(found.batches[0].rows.len(), 2);
    let same = Script::new(|request, _| {
        let endless = json!({ "registered_models": [], "next_page_token": "again" });
        Ok(if request.address.path().ends_with("registered-models/search") {
            answer(200, endless.to_string())
        } else {
            told(request, &[], &[])
        })
    });
    let error = collect(&same, &At::parse(NOW), &options(), &|_, _| None).await.unwrap_err();
    assert!(matches!(error, MlflowError::Endless { .. }), "{error}");
}

#[tokio::test]
async fn since_asks_for_ended_and_open_runs() {
    let script = Script::new(|request, _| Ok(told(request, &[], &[])));
    let since = "2026-02-01T00:00:00Z".parse().unwrap();
    let options = MlflowOptions { since: Some(since), page: 7, ..options() };
    let found = collect(&script, &At::parse(NOW), &options, &|_, _| None).await.unwrap();
    let bodies: Vec<Value> =
        script.asked().iter().filter_map(|request| serde_json::from_slice(&request.body).ok()).collect();
    let filters: Vec<_> = bodies.iter().map(|body| body["filter"].as_str().unwrap()).collect();
    let wanted = [
        "attributes.end_time >= 1769904000000",
        "attributes.status = 'RUNNING'",
        "attributes.status = 'SCHEDULED'",
    ];
    assert_eq!(filters, wanted);
    assert_eq!((&bodies[0]["max_results"], &bodies[0]["run_view_type"]), (&json!(7), &json!("ALL")));
    let covers = found.batches[1].covers.clone().unwrap();
    assert_eq!((covers.start, covers.end), (since, NOW.parse().unwrap()));
}

#[tokio::test]
async fn credentials_are_sent_and_shown_nowhere() {
    let of = |name: &str| match name {
        "MLFLOW_TRACKING_URI" => Some("https://mlflow.example".to_owned()),
        "MLFLOW_TRACKING_USERNAME" => Some("ada".to_owned()),
        "MLFLOW_TRACKING_PASSWORD" => Some("hunter2".to_owned()),
        _ => None,
    };
    let options = MlflowOptions::find(None, &of).unwrap();
    let script = Script::new(|_, _| Ok(answer(401, "who are you")));
    let error = collect(&script, &At::parse(NOW), &options, &|_, _| None).await.unwrap_err().to_string();
    assert!(error.contains("401: `who are you`; the credentials are missing"), "{error}");
    let request = &script.asked()[0];
    let sent = request.headers.iter().find(|(name, _)| name == "authorization").unwrap();
    assert_eq!(sent.1.reveal(), "Basic YWRhOmh1bnRlcjI=");
    assert!(request.confidential && !format!("{options:?}").contains("hunter2"));
    let none = MlflowOptions::find(None, &|_| None).unwrap_err().to_string();
    assert!(none.contains("MLFLOW_TRACKING_URI"), "{none}");
}

#[tokio::test]
async fn another_products_answer_is_told_from_mlflows_refusal() {
    let error = async |status: u16, body: &'static str| {
        let script = Script::new(move |_, _| Ok(answer(status, body)));
        collect(&script, &At::parse(NOW), &options(), &|_, _| None).await.unwrap_err().to_string()
    };
    assert!(error(200, "<html>").await.contains("no JSON"));
    assert!(error(200, "[]").await.contains("no object"));
    let said = error(400, r#"{"error_code":"INVALID_PARAMETER_VALUE","message":"bad filter"}"#).await;
    assert_eq!(said, "MLflow refused registered-models/search: `INVALID_PARAMETER_VALUE`: bad filter");
}

/// Any JSON, with the names and numbers that the registry uses.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(|number| number.to_string().into()),
        Just(Value::from("scorer")),
    ];
    let names = "name|version|creation_timestamp|last_updated_timestamp|current_stage|status|aliases|alias|tags|key|value";
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_registry_makes_it_fall_over(models in prop::collection::vec(any_json(), 0..4), listed in prop::collection::vec(any_json(), 0..4)) {
        if let Ok((found, _)) = versions::of_registry(&models, &listed) {
            let rows = versions::records(&found, NOW.parse().unwrap(), &|_, _| None);
            prop_assert_eq!(rows.len(), found.len());
            versions::tie_out(&found);
        }
    }
}
