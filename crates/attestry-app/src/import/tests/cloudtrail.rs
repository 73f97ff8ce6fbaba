//! CloudTrail events in all the shapes they are handed around in.

use serde::Deserialize;

use super::*;

/// The stream as the catalog declares it.
fn api_activity() -> Stream {
    #[derive(Deserialize)]
    struct Document {
        id: String,
        title: String,
        key: Vec<String>,
        event_time: String,
        columns: Vec<Declared>,
    }
    #[derive(Deserialize)]
    struct Declared {
        name: String,
        #[serde(rename = "type")]
        kind: ColumnType,
        required: bool,
        personal: bool,
        meaning: String,
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogs/streams/api_activity.yaml");
    let document: Document = serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let column = |one: Declared| StreamColumn {
        name: one.name,
        kind: one.kind,
        meaning: one.meaning,
        unit: None,
        required: one.required,
        personal: one.personal,
    };
    Stream {
        id: document.id.parse().unwrap(),
        title: document.title,
        keeping: Keeping::Append,
        key: document.key,
        event_time: document.event_time,
        retention: None,
        columns: document.columns.into_iter().map(column).collect(),
    }
}

const ROOT: &str = r#"{"eventVersion":"1.08","userIdentity":{"type":"Root","arn":"arn:aws:iam::111122223333:root"},
 "eventTime":"2026-05-12T08:30:00Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1",
 "sourceIPAddress":"203.0.113.9","eventType":"AwsConsoleSignIn","eventID":"e-1","recipientAccountId":"111122223333","readOnly":false,
 "responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"No","LoginTo":"a } \" { b"}}"#;
const ROLE: &str = r#"{"userIdentity":{"type":"AssumedRole","sessionContext":{"sessionIssuer":{"userName":"role"},
 "attributes":{"mfaAuthenticated":"true"}}},"eventTime":"2026-05-12T08:31:00Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser",
 "eventID":"e-2","responseElements":null,"errorCode":"AccessDenied"}"#;

fn import(bytes: &[u8]) -> Result<Vec<Chunk>, ImportError> {
    records(&api_activity(), Format::CloudTrail, None, "t", bytes).collect()
}

#[test]
fn every_shape_gives_the_same_records() {
    let lines = format!("{}\n{}\n", ROOT.replace('\n', " "), ROLE.replace('\n', " "));
    let expected = import(lines.as_bytes()).unwrap();
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let shapes = [
        format!("{{\"Records\": [{ROOT},\n {ROLE}]}}"),
        format!("{{\"Records\":[{ROOT}]}}\n{{\n \"Records\" : [{ROLE}], \"more\": {{\"a\": [1]}} }}"),
        format!("[{ROOT},{ROLE}]"),
        format!("\u{feff}{ROOT}{ROLE}"),
        format!(
            "{{\"Events\":[{{\"EventId\":\"e-1\",\"CloudTrailEvent\":{}}},{{\"CloudTrailEvent\":{}}}],\"NextToken\":\"x\"}}",
            quoted(ROOT),
            quoted(ROLE)
        ),
    ];
    for shape in shapes {
        assert_eq!(import(shape.as_bytes()).unwrap(), expected, "{shape}");
        assert_eq!(import(&gzip(shape.as_bytes())).unwrap(), expected, "{shape}");
    }
}

#[test]
fn what_an_event_does_not_say_is_null() {
    let table = one(import(format!("{ROOT}{ROLE}").as_bytes()).unwrap());
    let column = |row, name| table.value(row, name);
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(column(0, "identity_type"), text("Root"));
    assert_eq!(column(0, "mfa_used"), Value::Boolean(false));
    assert_eq!(column(0, "console_login_result"), text("Success"));
    assert_eq!(column(0, "read_only"), Value::Boolean(false));
    assert_eq!(column(1, "mfa_used"), Value::Boolean(true));
    assert_eq!(column(1, "error_code"), text("AccessDenied"));
    for absent in ["user_name", "account", "console_login_result", "read_only", "source_ip", "invoked_by"] {
        assert_eq!(column(1, absent), Value::Null, "{absent}");
    }
    let silent = ROOT.replace("\"MFAUsed\":\"No\",", "");
    assert_eq!(one(import(silent.as_bytes()).unwrap()).value(0, "mfa_used"), Value::Null);
}

#[test]
fn every_optional_column_of_the_stream_is_filled_from_somewhere() {
    let full = ROOT
        .replace("\"type\":\"Root\"", "\"type\":\"Root\",\"userName\":\"u\",\"invokedBy\":\"i\"")
        .replace("\"readOnly\"", "\"errorCode\":\"x\",\"userAgent\":\"y\",\"readOnly\"");
    let table = one(import(full.as_bytes()).unwrap());
    // Columns that say what other products' logs say; a call at the cloud's own control plane leaves them empty.
    let others = ["system", "person_key", "target"];
    for field in table.fields().iter().filter(|field| !others.contains(&field.name.as_str())) {
        assert_ne!(table.value(0, &field.name), Value::Null, "{}", field.name);
    }
}

#[test]
fn broken_files_are_refused() {
    for (text, part) in [
        (format!("{{\"Records\":[{ROOT}"), "middle of its list"),
        (format!("{{\"Records\":[{}", &ROOT[..90]), "middle of a record"),
        ("hello".to_owned(), "line 1: expected a JSON object"),
        (ROOT.replace("\"eventID\":\"e-1\",", ""), "column `event_id`: has no value"),
        (ROOT.replace("\"No\"", "\"Perhaps\""), "column `mfa_used`: `Perhaps`"),
        (format!("[{ROOT},{{\"eventID\" 1}}]"), "record 2"),
    ] {
        let error = refusal(import(text.as_bytes()));
        assert!(error.contains(part), "{part}: {error}");
    }
    let other =
        records(&stream(), Format::CloudTrail, None, "t", ROOT.as_bytes()).next().unwrap().unwrap_err();
    assert!(other.to_string().contains("stream `ticket` needs column `ticket`"), "{other}");
    let map = Map::default();
    let mapped =
        records(&api_activity(), Format::CloudTrail, Some(&map), "t", ROOT.as_bytes()).next().unwrap();
    assert!(matches!(mapped.unwrap_err(), ImportError::Map(_)));
}
