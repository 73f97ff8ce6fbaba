//! Collectors against real servers from PyPI on loopback: see `tests/servers/README.md`.
//!
//! Without Python or its packages the tests say so and pass; with `CI=true` they fail.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use attestry_app::collect::aws::{self, AwsOptions, AwsSettings, LogFolder, LogKind};
use attestry_app::collect::batch::{Batch, Collection};
use attestry_app::collect::http::{Client, Settings};
use attestry_app::collect::mlflow::{self, MlflowOptions};
use attestry_app::import::foreign::{Fields, Found, person_key};
use attestry_app::port::World;
use attestry_domain::time::{Instant, Period};
use serde_json::Value;

/// The machine's clock: signatures have to be of now.
struct Clock;

impl World for Clock {
    #[expect(clippy::disallowed_methods, reason = "the server compares its clock with ours")]
    fn now(&self) -> Instant {
        jiff::Timestamp::now().into()
    }

    fn randomise(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// A server that ends with the test.
struct Server {
    child: Child,
    url: String,
    given: Vec<String>,
}

impl Server {
    /// Starts and fills a server; `None` where Python is missing.
    fn start(name: &str) -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port().to_string();
        drop(free);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/start.sh");
        let mut start = Command::new("bash");
        start.arg(&script).args([name, &port]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = start.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some(given) = line.strip_prefix("READY") else {
            drop(child.stdin.take());
            let code = child.wait().unwrap().code();
            assert_eq!(code, Some(3), "{} {name} failed; what it said stands above", script.display());
            say(&format!("NOT TESTED against `{name}`: Python or its packages are missing\n"));
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI must not go without Python");
            return None;
        };
        let given = given.split_whitespace().map(str::to_owned).collect();
        Some(Self { child, url: format!("http://127.0.0.1:{port}"), given })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What a reader of the test's output wants to see, also where output is captured.
fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn client() -> Client {
    Client::new(Arc::new(Clock), Settings::default()).unwrap()
}

fn batch<'c>(found: &'c Collection, stream: &str) -> &'c Batch {
    found.batches.iter().find(|batch| batch.stream == stream).unwrap()
}

fn text(row: &Found, column: &str) -> String {
    row.fields
        .get(column)
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        .unwrap_or_default()
}

/// One column of all rows, in order.
fn column(batch: &Batch, name: &str) -> Vec<String> {
    let mut found: Vec<_> = batch.rows.iter().map(|row| text(row, name)).collect();
    found.sort();
    found
}

fn row<'b>(batch: &'b Batch, name: &str, value: &str) -> &'b Fields {
    &batch.rows.iter().find(|row| text(row, name) == value).unwrap().fields
}

/// Every record has the columns and types of its stream, and all that the stream requires.
fn fits(found: &Collection) {
    for batch in &found.batches {
        let file = format!("{}/../../catalogs/streams/{}.yaml", env!("CARGO_MANIFEST_DIR"), batch.stream);
        let text = std::fs::read_to_string(&file).unwrap();
        let mut columns = BTreeMap::new();
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("- { name: ")) {
            let mut parts = line.split(", ");
            let name = parts.next().unwrap();
            let of = parts.next().and_then(|part| part.strip_prefix("type: ")).unwrap();
            columns.insert(name, (of, line.contains("required: true")));
        }
        for row in &batch.rows {
            for (name, value) in row.fields.iter() {
                let (of, _) = columns.get(name).unwrap_or_else(|| panic!("{file} has no column `{name}`"));
                let good = match *of {
                    "text" => value.is_string(),
                    "timestamp" => value.as_str().is_some_and(|text| text.parse::<Instant>().is_ok()),
                    "integer" => value.is_i64() || value.is_u64(),
                    "float" => value.is_number(),
                    "boolean" => value.is_boolean(),
                    other => panic!("`{other}` was not expected"),
                };
                assert!(good, "{}.{name} is no {of}: {value}", batch.stream);
            }
            let lacking =
                columns.iter().find(|(name, (_, required))| *required && row.fields.get(name).is_none());
            assert!(lacking.is_none(), "{} lacks {lacking:?}", batch.stream);
        }
    }
}

fn told(found: &Collection) -> String {
    let mut said = String::new();
    for batch in &found.batches {
        let Batch { stream, rows, query, at_source, tie_out, covers, gaps } = batch;
        let rows = rows.len();
        said += &format!(
            "{stream}: {rows} rows, at source {at_source:?}\n  {tie_out}\n  {query}\n  {covers:?}\n  {gaps:?}\n"
        );
    }
    said + &format!("passed {:?}; {} answers\n", found.passed, found.answers.len())
}

#[tokio::test]
async fn mlflow_gives_versions_evaluations_and_datasets() {
    let Some(server) = Server::start("mlflow") else { return };
    let mut options = MlflowOptions::find(Some(&server.url), &|_| None).unwrap();
    options.page = 2;
    let client = client();
    let found = mlflow::collect(&client, &Clock, &options, &|_, _| None).await.unwrap();
    say(&told(&found));
    fits(&found);

    let versions = batch(&found, "model_version");
    assert_eq!(
        column(versions, "model_version_id"),
        ["fraud-scorer@1", "fraud-scorer@2", "fraud-scorer@4", "ranker@1"]
    );
    assert_eq!(versions.at_source, Some(4));
    let lacks = "`fraud-scorer` lacks 3: deleted, or hidden from the credentials";
    assert!(versions.tie_out.ends_with(lacks), "{}", versions.tie_out);
    let of = |version: &str, name: &str| row(versions, "model_version_id", version).get(name).cloned();
    assert_eq!(of("fraud-scorer@1", "status"), Some("retired".into()));
    assert!(of("fraud-scorer@1", "retired_at").is_some());
    assert_eq!(of("fraud-scorer@2", "stage"), Some("production".into()));
    assert_eq!(of("fraud-scorer@4", "stage"), Some("candidate,champion".into()));
    assert_eq!(of("fraud-scorer@4", "run_id"), Some(server.given[0].as_str().into()));
    assert_eq!(of("fraud-scorer@4", "system_key"), Some("fraud".into()));
    assert_eq!(of("fraud-scorer@4", "task"), Some("classification".into()));
    assert!(!column(versions, "model").contains(&"greeting".to_owned()), "a prompt is no model");

    let evaluations = batch(&found, "evaluation");
    let metrics = |version: &str| {
        let rows = evaluations.rows.iter().filter(|row| text(row, "model_version_id") == version);
        let mut pairs: Vec<_> = rows.map(|row| (text(row, "metric"), text(row, "metric_value"))).collect();
        pairs.sort();
        pairs
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(metrics("fraud-scorer@1"), [pair("accuracy", "0.81"), pair("loss", "")]);
    assert_eq!(metrics("fraud-scorer@2"), [pair("accuracy", "0.86"), pair("f1", "0.8")]);
    assert_eq!(metrics("ranker@1"), [pair("ndcg", "0.1"), pair("ndcg_at_10", "0.71")]);
    assert_eq!(row(evaluations, "metric", "loss").get("metric_text"), Some(&"NaN".into()));
    let ranked = row(evaluations, "metric", "ndcg_at_10");
    assert_eq!(ranked.get("dataset"), Some(&"queries".into()));
    assert_eq!(ranked.get("dataset_digest"), Some(&"mlflow:9988aabb".into()));
    assert_eq!(ranked.get("evaluated_at"), Some(&"2026-01-07T00:00:00Z".into()));
    let identifiers = column(evaluations, "evaluation_id");
    assert_eq!(identifiers.iter().collect::<BTreeSet<_>>().len(), identifiers.len());

    let datasets = batch(&found, "dataset_version");
    assert_eq!(
        column(datasets, "dataset_version_id"),
        ["payments-holdout@e5f60718", "payments@a1b2c3d4", "payments@ffff0000"]
    );
    let holdout = row(datasets, "dataset", "payments-holdout");
    assert_eq!(holdout.get("location"), Some(&"s3://data/payments/holdout".into()));
    assert_eq!((holdout.get("row_count"), holdout.get("column_count")), (Some(&200.into()), Some(&2.into())));
    let uses = batch(&found, "dataset_use");
    let mut used: Vec<_> = uses
        .rows
        .iter()
        .map(|row| {
            ["model_version_id", "dataset_version_id", "purpose"].map(|name| text(row, name)).join(" ")
        })
        .collect();
    used.sort();
    assert_eq!(
        used,
        [
            "fraud-scorer@1 payments@a1b2c3d4 training",
            "fraud-scorer@2 payments-holdout@e5f60718 test",
            "fraud-scorer@2 payments@a1b2c3d4 training",
            "fraud-scorer@4 payments@a1b2c3d4 training",
        ]
    );

    let held = found.batches.clone();
    let known = move |stream: &str, key: &[&str]| -> Option<Fields> {
        let batch = held.iter().find(|batch| batch.stream == stream)?;
        batch
            .rows
            .iter()
            .find(|row| text(row, &format!("{stream}_id")) == key[0])
            .map(|row| row.fields.clone())
    };
    options.page = 1000;
    let again = mlflow::collect(&client, &Clock, &options, &known).await.unwrap();
    let rows = |found: &Collection| found.batches.iter().map(|batch| batch.rows.clone()).collect::<Vec<_>>();
    assert_eq!(rows(&again), rows(&found), "the same registry gives the same records");

    options.since = Some("2026-02-15T00:00:00Z".parse().unwrap());
    let later = mlflow::collect(&client, &Clock, &options, &known).await.unwrap();
    say(&told(&later));
    assert_eq!(batch(&later, "evaluation").rows.len(), batch(&found, "evaluation").rows.len());
    assert_eq!(batch(&later, "dataset_version").rows, batch(&found, "dataset_version").rows);
    assert!(later.answers.iter().any(|answer| answer.asked.contains("attributes.end_time >= 1771113600000")));
}

/// Settings as the environment would give them, for one of the access keys that the server was filled with.
fn settings(server: &Server, key: usize) -> AwsSettings {
    let variable = |name: &str| match name {
        "AWS_ACCESS_KEY_ID" => Some(server.given[key].clone()),
        "AWS_SECRET_ACCESS_KEY" => Some(server.given[key + 1].clone()),
        "AWS_REGION" => Some("us-east-1".to_owned()),
        "AWS_ENDPOINT_URL" => Some(server.url.clone()),
        _ => None,
    };
    AwsSettings::find(&variable, &|_| Ok(None), None).unwrap()
}

/// Status by check and resource's name, of the checks that are about users and trails.
fn statuses(found: &Collection, check: &str) -> Vec<String> {
    let states =
        found.batches.iter().filter(|batch| batch.stream == "config_state").flat_map(|batch| &batch.rows);
    let of = states.filter(|row| text(row, "check_id") == check);
    let mut found: Vec<_> =
        of.map(|row| format!("{} {}", text(row, "resource_name"), text(row, "status"))).collect();
    found.sort();
    found
}

#[tokio::test]
async fn aws_gives_accounts_settings_and_log_files() {
    let Some(server) = Server::start("moto") else { return };
    let client = client();
    let options =
        AwsOptions { person_tag: None, owner_tag: Some("owner".to_owned()), ..AwsOptions::default() };
    let whole = settings(&server, 0);
    let found = aws::collect(&client, &Clock, &whole, &options).await.unwrap();
    say(&told(&found));
    fits(&found);
    accounts(&found);
    checks(&found);
    logs(&client, &whole).await;
    denials(&client, &server, &options).await;
}

fn accounts(found: &Collection) {
    let accounts = batch(found, "account");
    assert_eq!(accounts.rows.len(), accounts.at_source.unwrap() as usize - 1, "moto reports no root");
    assert_eq!(accounts.rows.len(), 26);
    assert!(
        accounts.tie_out.starts_with("26 users listed; the account's summary says the same"),
        "{}",
        accounts.tie_out
    );
    let of = |name: &str, column: &str| row(accounts, "name", name).get(column).cloned();
    assert_eq!(of("ada@example.com", "person_key"), Some(person_key("ada@example.com").into()));
    assert_eq!(of("ada@example.com", "mfa_kind"), Some("app".into()));
    assert_eq!(of("ada@example.com", "privileged"), Some(true.into()));
    assert_eq!(of("grace", "privileged"), Some(true.into()));
    assert_eq!(
        (of("grace", "sign_in_enabled"), of("grace", "mfa_enrolled")),
        (Some(true.into()), Some(false.into()))
    );
    assert_eq!(of("lin", "privileged"), Some(false.into()));
    assert_eq!(of("deploy-bot", "privileged"), Some(true.into()));
    assert_eq!(of("deploy-bot", "active_keys"), Some(1.into()));
    assert_eq!(of("deploy-bot", "sign_in_enabled"), Some(false.into()));
    assert_eq!(of("deploy-bot", "owner_key"), Some(person_key("ada@example.com").into()));
    assert!(of("attestry", "keys_used_at").is_some(), "it has just been used");
}

fn checks(found: &Collection) {
    assert_eq!(statuses(found, "aws_root_mfa"), [" fail"]);
    assert_eq!(statuses(found, "aws_root_no_keys"), [" pass"]);
    let factors = statuses(found, "aws_user_mfa");
    assert_eq!(factors.iter().filter(|one| one.ends_with("not_applicable")).count(), 23);
    for wanted in ["ada@example.com pass", "grace fail", "lin pass"] {
        assert!(factors.contains(&wanted.to_owned()), "{factors:?}");
    }
    assert_eq!(statuses(found, "aws_admin_mfa"), ["ada@example.com pass", "deploy-bot fail", "grace fail"]);
    assert_eq!(statuses(found, "aws_trail_records_account"), [" pass"]);
    assert_eq!(statuses(found, "aws_trail_on"), ["main pass", "partial fail"]);
    assert_eq!(statuses(found, "aws_trail_validated"), ["main pass", "partial fail"]);
    assert_eq!(statuses(found, "aws_trail_management_calls"), ["main pass", "partial fail"]);
    assert_eq!(statuses(found, "aws_trail_delivers"), ["main pass", "partial fail"]);
    assert_eq!(statuses(found, "aws_trail_encrypted"), ["main pass", "partial fail"]);
}

async fn logs(client: &Client, settings: &AwsSettings) {
    let days = Period::new("2026-01-02".parse().unwrap(), "2026-01-04".parse().unwrap()).unwrap();
    let folder = LogFolder::parse("s3://audit-logs/trails/", days, LogKind::Events).unwrap();
    let list = folder.list(client, &Clock, settings).await.unwrap();
    say(&format!("{}\n  {}\n  {:?}\n", list.query, list.tie_out, list.gaps));
    let one = list.files.iter().find(|file| file.key.contains("/01/03/")).unwrap();
    assert_eq!(list.files.len(), 1003 + 1 + 1 + 1, "two days, the day after, and another region");
    let bytes = folder.read(client, &Clock, settings, &list, one).await.unwrap();
    let mut events = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(bytes.as_slice()), &mut events).unwrap();
    let events: Value = serde_json::from_str(&events).unwrap();
    assert_eq!(events["Records"].as_array().unwrap().len(), 3);
    let folder = LogFolder { kind: LogKind::Digests, ..folder };
    let list = folder.list(client, &Clock, settings).await.unwrap();
    assert_eq!(list.files.len(), 1);
    assert!(list.files[0].key.contains("CloudTrail-Digest"));
}

/// A wrong secret, an unknown key, a missing bucket, and missing rights.
async fn denials(client: &Client, server: &Server, options: &AwsOptions) {
    let whole = settings(server, 0);
    let mut wrong = whole.clone();
    wrong.credentials.secret = attestry_app::collect::http::Secret::new("not/the/secret");
    let error = aws::collect(client, &Clock, &wrong, options).await.unwrap_err().to_string();
    assert!(
        error.contains("`SignatureDoesNotMatch`") && error.contains("the secret access key is wrong"),
        "{error}"
    );
    let mut unknown = whole.clone();
    unknown.credentials.key_id = "AKIAUNKNOWN000000000".to_owned();
    let error = aws::collect(client, &Clock, &unknown, options).await.unwrap_err().to_string();
    assert!(error.contains("unknown or switched off"), "{error}");
    let days = Period::new("2026-01-02".parse().unwrap(), "2026-01-04".parse().unwrap()).unwrap();
    let folder = LogFolder::parse("s3://no-such-bucket", days, LogKind::Events).unwrap();
    let error = folder.list(client, &Clock, &whole).await.unwrap_err().to_string();
    assert!(error.contains("`NoSuchBucket`"), "{error}");
    let short = aws::collect(client, &Clock, &settings(server, 2), options).await.unwrap();
    say(&told(&short));
    fits(&short);
    let gaps: Vec<_> = short.batches.iter().flat_map(|batch| &batch.gaps).cloned().collect();
    let gaps = gaps.join("\n");
    for right in ["iam:ListMFADevices", "iam:GetCredentialReport", "cloudtrail:GetTrailStatus"] {
        assert!(gaps.contains(right), "{gaps}");
    }
    assert!(statuses(&short, "aws_user_mfa").contains(&"grace unknown".to_owned()));
    assert_eq!(statuses(&short, "aws_trail_records_account"), [" unknown"]);
}
