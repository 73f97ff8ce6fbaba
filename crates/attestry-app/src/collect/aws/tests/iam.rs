//! An account in IAM's own words, with what moto does not do: a root with keys, missing rights, busy answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::collect::aws::credentials::{AwsSettings, Credentials};
use crate::collect::aws::details::allows_everything;
use crate::collect::aws::{AwsOptions, accounts, trails};
use crate::collect::batch::{Batch, Collection};
use crate::collect::http::script::{At, Script, answer};
use crate::collect::http::{Request, Response, Secret, address};
use crate::import::foreign::{Found, person_key};

const REPORT: &str = "\
user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active
<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,2026-02-01T00:00:00+00:00,not_supported,false,true,2020-01-02T00:00:00+00:00,N/A,false
ada@example.com,arn,2025-01-01T00:00:00+00:00,true,no_information,2025-01-05T00:00:00+00:00,true,true,2025-12-01T00:00:00+00:00,N/A,false
";

fn settings() -> AwsSettings {
    AwsSettings {
        credentials: Credentials { key_id: "AKIA".to_owned(), secret: Secret::new("secret"), token: None },
        found_in: "a test".to_owned(),
        region: "eu-central-1".to_owned(),
        endpoint: Some(address("http://127.0.0.1:1").unwrap()),
        endpoints: Default::default(),
    }
}

fn action(request: &Request) -> String {
    let body = String::from_utf8(request.body.clone()).unwrap();
    let target = request.headers.iter().find(|(name, _)| name == "x-amz-target");
    match target {
        Some((_, target)) => target.reveal().rsplit('.').next().unwrap().to_owned(),
        None => body.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap().to_owned(),
    }
}

fn result(action: &str, inside: &str) -> Response {
    answer(200, format!("<{action}Response><{action}Result>{inside}</{action}Result></{action}Response>"))
}

fn refused(status: u16, code: &str) -> Response {
    answer(
        status,
        format!("<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"),
    )
}

/// The account: one person with a password, a factor and a key, and its root.
fn told(request: &Request) -> Response {
    let action = action(request);
    let marked = String::from_utf8_lossy(&request.body).contains("Marker=next");
    let inside = match action.as_str() {
        "GetCallerIdentity" => "<Account>123456789012</Account>".to_owned(),
        "GetAccountSummary" => "<SummaryMap><entry><key>Users</key><value>1</value></entry>\
             <entry><key>AccountMFAEnabled</key><value>0</value></entry>\
             <entry><key>AccountAccessKeysPresent</key><value>1</value></entry></SummaryMap>"
            .to_owned(),
        "GenerateCredentialReport" => "<State>COMPLETE</State>".to_owned(),
        "GetCredentialReport" => format!(
            "<Content>{}</Content><GeneratedTime>2026-03-01T11:00:00Z</GeneratedTime>",
            STANDARD.encode(REPORT)
        ),
        "GetAccountAuthorizationDetails" => "<UserDetailList><member><UserName>ada@example.com</UserName>\
             <GroupList><member>admins</member></GroupList></member></UserDetailList>\
             <GroupDetailList><member><GroupName>admins</GroupName><AttachedManagedPolicies><member>\
             <PolicyArn>arn:aws:iam::aws:policy/AdministratorAccess</PolicyArn></member></AttachedManagedPolicies>\
             </member></GroupDetailList><IsTruncated>false</IsTruncated>"
            .to_owned(),
        "ListUsers" if !marked => "<Users/><IsTruncated>true</IsTruncated><Marker>next</Marker>".to_owned(),
        "ListUsers" => "<Users><member><UserName>ada@example.com</UserName><UserId>AIDAADA</UserId>\
             <CreateDate>2025-01-01T00:00:00Z</CreateDate></member></Users><IsTruncated>false</IsTruncated>"
            .to_owned(),
        "GetLoginProfile" => "<LoginProfile><UserName>ada@example.com</UserName></LoginProfile>".to_owned(),
        "ListMFADevices" => "<MFADevices><member><SerialNumber>arn:aws:iam::123456789012:u2f/user/ada/x\
             </SerialNumber></member></MFADevices>"
            .to_owned(),
        "ListAccessKeys" => "<AccessKeyMetadata><member><AccessKeyId>AKIAADA</AccessKeyId><Status>Active</Status>\
             <CreateDate>2025-12-01T00:00:00Z</CreateDate></member></AccessKeyMetadata>"
            .to_owned(),
        "GetAccessKeyLastUsed" => {
            "<AccessKeyLastUsed><ServiceName>N/A</ServiceName></AccessKeyLastUsed>".to_owned()
        }
        other => panic!("`{other}` was not to be asked"),
    };
    result(&action, &inside)
}

async fn collected(told: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Collection {
    let script = Script::new(move |request, _| Ok(told(request)));
    let world = At::parse("2026-03-01T12:00:00Z");
    accounts(&script, &world, &settings(), &AwsOptions::default()).await.unwrap()
}

/// Check and status of each record.
fn states(batch: &Batch) -> Vec<String> {
    let text = |row: &Found, column: &str| row.fields.get(column).and_then(Value::as_str).unwrap().to_owned();
    batch.rows.iter().map(|row| format!("{} {}", text(row, "check_id"), text(row, "status"))).collect()
}

#[tokio::test]
async fn root_and_user_become_accounts_and_checks() {
    let found = collected(told).await;
    let [accounts, config] = found.batches.as_slice() else { panic!("two batches") };
    assert_eq!((accounts.stream, accounts.rows.len(), accounts.at_source), ("account", 2, Some(2)));
    let [root, ada] = accounts.rows.as_slice() else { panic!("two rows") };
    let root = |column: &str| root.fields.get(column).cloned();
    assert_eq!(root("kind"), Some("root".into()));
    assert_eq!(root("mfa_enrolled"), Some(false.into()));
    assert_eq!(root("active_keys"), Some(1.into()));
    assert_eq!(root("last_used_at"), Some("2026-02-01T00:00:00Z".into()));
    let ada = |column: &str| ada.fields.get(column).cloned();
    assert_eq!(ada("person_key"), Some(person_key("ada@example.com").into()));
    assert_eq!(ada("privileged"), Some(true.into()));
    assert_eq!(ada("mfa_kind"), Some("passkey".into()));
    assert_eq!(ada("oldest_key_created_at"), Some("2025-12-01T00:00:00Z".into()));
    assert_eq!((ada("keys_used_at"), ada("last_used_at")), (None, None));
    assert_eq!(
        states(config),
        [
            "aws_root_mfa fail",
            "aws_root_no_keys fail",
            "aws_user_mfa pass",
            "aws_admin_mfa pass",
            "aws_password_used fail",
            "aws_key_rotated pass",
            "aws_key_used pass",
        ]
    );
    assert_eq!((accounts.gaps.len(), found.answers.len()), (0, 11));
    assert!(
        accounts.tie_out.contains("1 users listed; the account's summary says the same"),
        "{}",
        accounts.tie_out
    );
    assert!(accounts.query.contains("ListUsers (2)"), "{}", accounts.query);
}

#[tokio::test]
async fn a_missing_right_is_a_gap_and_never_a_result() {
    let found = collected(|request| match action(request).as_str() {
        "ListMFADevices" | "GetAccountSummary" | "GenerateCredentialReport" => refused(403, "AccessDenied"),
        "GetLoginProfile" => refused(404, "NoSuchEntity"),
        _ => told(request),
    })
    .await;
    let [accounts, config] = found.batches.as_slice() else { panic!("two batches") };
    let [ada] = accounts.rows.as_slice() else { panic!("no row for the root") };
    assert_eq!(ada.fields.get("mfa_enrolled"), None);
    assert_eq!(ada.fields.get("sign_in_enabled"), Some(&false.into()));
    assert_eq!(accounts.at_source, None);
    let states = states(config);
    for unknown in ["aws_root_mfa", "aws_root_no_keys", "aws_admin_mfa"] {
        assert!(states.contains(&format!("{unknown} unknown")), "{states:?}");
    }
    assert!(states.contains(&"aws_user_mfa not_applicable".to_owned()), "{states:?}");
    let gaps = accounts.gaps.join("\n");
    for right in ["iam:ListMFADevices", "iam:GetAccountSummary", "iam:GetCredentialReport"] {
        assert!(gaps.contains(right), "{gaps}");
    }
}

#[tokio::test]
async fn an_unknown_key_and_a_foreign_server_are_told_apart() {
    let world = At::parse("2026-03-01T12:00:00Z");
    let error = async |response: Response| {
        let script = Script::new(move |_, _| Ok(response.clone()));
        accounts(&script, &world, &settings(), &AwsOptions::default()).await.unwrap_err().to_string()
    };
    assert!(error(refused(403, "InvalidClientTokenId")).await.contains("unknown or switched off"));
    assert!(error(answer(200, "<html><body/></html>")).await.contains("check the endpoint"));
    assert!(error(answer(200, "{}")).await.contains("check the endpoint"));
    assert!(error(answer(502, "bad gateway")).await.contains("502: `bad gateway`"));
}

#[tokio::test]
async fn a_list_whose_marker_never_changes_ends_with_an_error() {
    let script = Script::new(|request, _| {
        Ok(match action(request).as_str() {
            "ListUsers" => result("ListUsers", "<Users/><IsTruncated>true</IsTruncated><Marker>m</Marker>"),
            _ => told(request),
        })
    });
    let world = At::parse("2026-03-01T12:00:00Z");
    let error = accounts(&script, &world, &settings(), &AwsOptions::default()).await.unwrap_err();
    assert!(error.to_string().contains("no end"), "{error}");
}

#[test]
fn only_an_allowance_of_everything_without_a_condition_counts() {
    let policy = |effect: &str, action: &str, rest: &str| {
        format!(r#"{{"Statement":{{"Effect":"{effect}","Action":{action},"Resource":"*"{rest}}}}}"#)
    };
    assert!(allows_everything(&policy("Allow", r#""*""#, "")));
    assert!(allows_everything(&policy("Allow", r#"["s3:Get","*:*"]"#, r#","Condition":{}"#)));
    assert!(allows_everything(
        "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"
    ));
    assert!(!allows_everything(&policy("Deny", r#""*""#, "")));
    assert!(!allows_everything(&policy("Allow", r#""s3:*""#, "")));
    assert!(!allows_everything(&policy("Allow", r#""*""#, r#","Condition":{"Bool":{"x":"y"}}"#)));
    assert!(!allows_everything("not a policy"));
}

/// A trail that does it all but for what is replaced in its selectors.
async fn recorded(selectors: &'static str, logging: Option<bool>) -> Vec<String> {
    let script = Script::new(move |request, _| {
        Ok(match (action(request).as_str(), logging) {
            ("GetCallerIdentity", _) => told(request),
            ("DescribeTrails", _) => answer(
                200,
                r#"{"trailList":[{"Name":"main","TrailARN":"arn:t","HomeRegion":"eu-central-1","IsMultiRegionTrail":true,
                    "IncludeGlobalServiceEvents":true,"LogFileValidationEnabled":true}]}"#,
            ),
            ("GetTrailStatus", None) => answer(400, r#"{"__type":"x#AccessDeniedException","Message":"no"}"#),
            ("GetTrailStatus", Some(on)) => {
                answer(200, format!(r#"{{"IsLogging":{on},"LatestDeliveryTime":1772362800.5}}"#))
            }
            ("GetEventSelectors", _) => answer(200, selectors),
            (other, _) => panic!("`{other}` was not to be asked"),
        })
    });
    let found = trails(&script, &At::parse("2026-03-01T12:00:00Z"), &settings()).await.unwrap();
    states(&found.batches[0])
}

#[tokio::test]
async fn a_trail_records_the_account_only_when_nothing_is_left_out() {
    let all = r#"{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"ExcludeManagementEventSources":[]}]}"#;
    let advanced = r#"{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]}"#;
    let of = |states: &[String]| states[0].strip_prefix("aws_trail_records_account ").unwrap().to_owned();
    for whole in ["{}", all, advanced] {
        assert_eq!(of(&recorded(whole, Some(true)).await), "pass", "{whole}");
    }
    let without_kms = r#"{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"ExcludeManagementEventSources":["kms.amazonaws.com"]}]}"#;
    let read_only = r#"{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]},{"Field":"readOnly","Equals":["true"]}]}]}"#;
    for part in [without_kms, read_only] {
        assert_eq!(of(&recorded(part, Some(true)).await), "fail", "{part}");
    }
    assert_eq!(of(&recorded("{}", Some(false)).await), "fail");
    let unseen = recorded("{}", None).await;
    assert_eq!(of(&unseen), "unknown");
    assert!(unseen.contains(&"aws_trail_delivers unknown".to_owned()), "{unseen:?}");
}
