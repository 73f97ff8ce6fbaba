use std::collections::BTreeMap;
use std::path::Path;

use crate::collect::aws::{AwsError, AwsSettings};

const CONFIG: &str = "\
[default]
region = eu-central-1
[profile audit]
region=eu-west-1 # where the auditors are
endpoint_url = http://127.0.0.1:5555
s3 =
  region = wrong
[profile role]
role_arn = arn:aws:iam::1:role/x
source_profile = default
[sso-session x]
region = wrong
";
const KEYS: &str = "\
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = default/secret=
[audit]
aws_access_key_id=AKIAAUDIT
aws_secret_access_key=audit/secret
aws_session_token=audit/token
";

fn find(variables: &[(&str, &str)], profile: Option<&str>) -> Result<AwsSettings, AwsError> {
    let set: BTreeMap<_, _> = variables.iter().copied().chain([("HOME", "/people/ada")]).collect();
    let file = |path: &Path| {
        Ok(match path.to_str() {
            Some("/people/ada/.aws/config") => Some(CONFIG.to_owned()),
            Some("/people/ada/.aws/credentials") => Some(KEYS.to_owned()),
            _ => None,
        })
    };
    AwsSettings::find(&|name| set.get(name).map(|value| (*value).to_owned()), &file, profile)
}

#[test]
fn a_profile_gives_keys_region_and_endpoint() {
    let audit = find(&[("AWS_PROFILE", "audit")], None).unwrap();
    assert_eq!((audit.credentials.key_id.as_str(), audit.region.as_str()), ("AKIAAUDIT", "eu-west-1"));
    assert_eq!(audit.credentials.secret.reveal(), "audit/secret");
    assert_eq!(audit.credentials.token.unwrap().reveal(), "audit/token");
    assert_eq!(audit.endpoint.unwrap().as_str(), "http://127.0.0.1:5555/");
    assert_eq!(audit.found_in, "profile `audit`");
    let usual = find(&[], None).unwrap();
    assert_eq!(usual.credentials.secret.reveal(), "default/secret=");
    assert!(usual.credentials.token.is_none());
}

#[test]
fn keys_of_the_environment_count_first_unless_a_profile_is_named() {
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIAENV"),
        ("AWS_SECRET_ACCESS_KEY", "env/secret"),
        ("AWS_REGION", "us-east-2"),
        ("AWS_ENDPOINT_URL", "https://all.example"),
        ("AWS_ENDPOINT_URL_S3", "https://s3.example"),
    ];
    let found = find(&keys, None).unwrap();
    assert_eq!((found.credentials.key_id.as_str(), found.region.as_str()), ("AKIAENV", "us-east-2"));
    assert_eq!(found.endpoints["s3"].as_str(), "https://s3.example/");
    let named = find(&keys, Some("audit")).unwrap();
    assert_eq!(named.credentials.key_id, "AKIAAUDIT");
}

#[test]
fn what_is_missing_is_named_with_what_to_do() {
    let error = |variables: &[(&str, &str)], profile| find(variables, profile).unwrap_err().to_string();
    assert!(error(&[], Some("nobody")).contains("profile `nobody`"));
    assert!(error(&[("AWS_ACCESS_KEY_ID", "A")], None).contains("`AWS_SECRET_ACCESS_KEY` is missing"));
    assert!(error(&[], Some("role")).contains("aws configure export-credentials --profile role"));
    let keys = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "B"), ("AWS_PROFILE", "role")];
    assert!(error(&keys, None).contains("AWS_REGION"));
    let evil = [("AWS_REGION", "x.evil.example/"), keys[0], keys[1]];
    assert!(error(&evil, None).contains("AWS_REGION"));
    let plain = [("AWS_ENDPOINT_URL", "localhost:5555"), ("AWS_REGION", "eu-west-1"), keys[0], keys[1]];
    assert!(error(&plain, None).contains("localhost:5555"));
}
