//! A bucket as S3 lists it.

use attestry_domain::time::Period;

use crate::collect::aws::credentials::{AwsSettings, Credentials};
use crate::collect::aws::{AwsError, LogFolder, LogKind};
use crate::collect::http::script::{At, Script, answer};
use crate::collect::http::{Request, Response, Secret};

const BASE: &str = "AWSLogs/1/CloudTrail";

fn days(text: &str) -> Period {
    let (from, to) = text.split_once("..").unwrap();
    Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

fn folder(address: &str, period: &str) -> LogFolder {
    LogFolder::parse(address, days(period), LogKind::Events).unwrap()
}

fn settings() -> AwsSettings {
    AwsSettings {
        credentials: Credentials { key_id: "AKIA".to_owned(), secret: Secret::new("secret"), token: None },
        found_in: "a test".to_owned(),
        region: "eu-central-1".to_owned(),
        endpoint: None,
        endpoints: Default::default(),
    }
}

/// One level of a bucket that holds the keys, as S3 would list it.
fn level(request: &Request, keys: &[String]) -> Response {
    let pairs: std::collections::BTreeMap<_, _> = request.address.query_pairs().into_owned().collect();
    let prefix = pairs["prefix"].as_str();
    let (mut objects, mut prefixes) = (String::new(), std::collections::BTreeSet::new());
    for key in keys.iter().filter(|key| key.starts_with(prefix)) {
        match key[prefix.len()..].split_once('/') {
            Some((below, _)) => {
                prefixes.insert(format!("{prefix}{below}/"));
            }
            None => objects += &format!("<Contents><Key>{key}</Key><Size>3</Size></Contents>"),
        }
    }
    let prefixes: String = prefixes
        .iter()
        .map(|one| format!("<CommonPrefixes><Prefix>{one}</Prefix></CommonPrefixes>"))
        .collect();
    let truncated = "<IsTruncated>false</IsTruncated>";
    answer(200, format!("<ListBucketResult>{truncated}{objects}{prefixes}</ListBucketResult>"))
}

fn key(region: &str, day: &str) -> String {
    let stamp = day.replace('/', "");
    format!("{BASE}/{region}/{day}/1_CloudTrail_{region}_{stamp}T0000Z_x.json.gz")
}

#[tokio::test]
async fn only_the_days_asked_for_and_the_one_after_are_looked_into() {
    let mut keys: Vec<_> = ["2025/12/31", "2026/01/01", "2026/01/02", "2026/01/03", "2026/02/01"]
        .map(|day| key("eu-west-1", day))
        .into();
    keys.push(key("us-east-1", "2026/01/01"));
    keys.push(format!("{BASE}-Digest/eu-west-1/2026/01/01/1_CloudTrail-Digest_x_20260101T0000Z.json.gz"));
    keys.push(format!("{BASE}/eu-west-1/2026/01/01/notes.txt"));
    let held = keys.clone();
    let script = Script::new(move |request, _| Ok(level(request, &held)));
    let world = At::parse("2026-03-01T12:00:00Z");
    let asked = folder("s3://audit-logs/", "2026-01-01..2026-01-02");
    let list = asked.list(&script, &world, &settings()).await.unwrap();
    let found: Vec<_> = list.files.iter().map(|file| file.key.clone()).collect();
    assert_eq!(found, [keys[1].clone(), keys[2].clone(), keys[5].clone()]);
    assert!(list.tie_out.starts_with("3 files of 9 bytes"), "{}", list.tie_out);
    let folders: Vec<_> = script.asked().iter().map(|request| request.address.to_string()).collect();
    assert!(
        !folders
            .iter()
            .any(|one| one.contains("2025") || one.contains("Digest") || one.contains("2026%2F02"))
    );
    assert!(
        folders[0].starts_with("https://audit-logs.s3.eu-central-1.amazonaws.com/?delimiter=%2F"),
        "{folders:?}"
    );
    assert!(list.gaps.is_empty(), "{:?}", list.gaps);
}

#[tokio::test]
async fn days_without_a_file_are_a_gap_but_not_those_to_come() {
    let script = Script::new(move |request, _| Ok(level(request, &[key("eu-west-1", "2026/01/02")])));
    let list = folder(&format!("s3://audit-logs/{BASE}/eu-west-1/"), "2026-01-01..2026-02-01");
    let list = list.list(&script, &At::parse("2026-01-04T12:00:00Z"), &settings()).await.unwrap();
    assert_eq!(list.gaps, ["3 days have no log file, the first 2026-01-01, the last 2026-01-04"]);
}

#[tokio::test]
async fn a_bucket_of_another_region_is_asked_there() {
    let script = Script::new(|request, _| {
        if request.address.host_str().unwrap().contains("eu-central-1") {
            let moved = ("x-amz-bucket-region".to_owned(), "eu-west-3".to_owned());
            return Ok(Response {
                headers: vec![moved],
                ..answer(301, "<Error><Code>PermanentRedirect</Code></Error>")
            });
        }
        Ok(level(request, &[key("eu-west-1", "2026/01/01")]))
    });
    let asked = folder("s3://audit-logs/AWSLogs", "2026-01-01..2026-01-02");
    let list = asked.list(&script, &At::parse("2026-03-01T12:00:00Z"), &settings()).await.unwrap();
    assert_eq!((list.region.as_str(), list.files.len()), ("eu-west-3", 1));
    let second = &script.asked()[1];
    assert!(second.headers.iter().any(|(_, value)| value.reveal().contains("/eu-west-3/s3/aws4_request")));
}

#[tokio::test]
async fn a_file_that_is_not_what_the_list_said_is_refused() {
    let script = Script::new(|request, _| {
        if request.address.path() == "/" {
            return Ok(level(request, &[key("eu-west-1", "2026/01/01")]));
        }
        Ok(answer(200, "four"))
    });
    let world = At::parse("2026-03-01T12:00:00Z");
    let asked = folder("s3://audit-logs/AWSLogs", "2026-01-01..2026-01-02");
    let list = asked.list(&script, &world, &settings()).await.unwrap();
    let error = asked.read(&script, &world, &settings(), &list, &list.files[0]).await.unwrap_err();
    assert!(matches!(error, AwsError::Changed { listed: 3, found: 4, .. }), "{error}");
}

#[test]
fn an_address_that_is_no_folder_of_s3_is_refused() {
    for text in ["audit-logs/x", "s3://", "s3://UPPER/x", "s3://a_b/x", "https://audit-logs/x"] {
        let made = LogFolder::parse(text, days("2026-01-01..2026-01-02"), LogKind::Events);
        assert!(made.unwrap_err().to_string().contains(text), "{text}");
    }
}
