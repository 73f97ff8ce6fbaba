//! Calls of a control plane into `api_activity`, sign-ins into `login`.

use serde_json::Value;

use super::super::finding::key;
use super::super::{Fields, Out, at, person_key, text};
use super::{account, name, occurred, product, unmapped};

/// Kinds of callers of a cloud that are no person.
const NO_PERSON: [&str; 5] = ["Root", "AWSService", "AWSAccount", "AssumedRole", "Role"];

/// A call: one record, whatever the class of the event.
pub(super) fn call(item: &Value, out: &mut Out) {
    let Some(event) = text(item, &["metadata", "uid"]) else {
        return out
            .refuse("has no identifier (`metadata.uid`); without it a call cannot be told from its repeat");
    };
    let operation = text(item, &["api", "operation"]);
    let source = text(item, &["api", "service", "name"]).or_else(|| product(item));
    let user = &["actor", "user"];
    let caller = at(item, user);
    let arn = ["uuid", "uid_alt", "uid"]
        .iter()
        .find_map(|name| text(caller?, &[name]).filter(|name| name.starts_with("arn:")));
    let invoked_by = text(item, &["actor", "invoked_by"]).or_else(|| text(item, &["actor", "app_name"]));
    let source_ip = ["ip", "domain", "svc_name"].iter().find_map(|name| text(item, &["src_endpoint", name]));
    let result = operation
        .filter(|operation| *operation == "ConsoleLogin")
        .and_then(|_| item.get("status_id")?.as_u64())
        .and_then(|status| [(1, "Success"), (2, "Failure")].into_iter().find(|(id, _)| *id == status))
        .map(|(_, word)| word);
    let fields = Fields::default()
        .with("event_id", event)
        .maybe("occurred_at", occurred(item))
        .maybe("event_name", operation)
        .maybe("event_source", source)
        .maybe("event_type", word(item, "eventType").or_else(|| text(item, &["metadata", "event_code"])))
        .maybe("region", text(item, &["cloud", "region"]))
        .maybe("account", owner(item))
        .maybe("identity_type", caller.and_then(|caller| text(caller, &["type"])))
        .maybe("identity_arn", arn)
        .maybe("user_name", caller.and_then(|caller| text(caller, &["name"])))
        .maybe("invoked_by", invoked_by)
        .maybe("source_ip", source_ip)
        .maybe("user_agent", text(item, &["http_request", "user_agent"]))
        .maybe("error_code", text(item, &["api", "response", "error"]))
        .maybe("mfa_used", mfa(item))
        .maybe("console_login_result", result)
        .maybe("read_only", read_only(item));
    out.record("api_activity", fields);
}

/// A step of authentication: a call where it is one, and a sign-in where somebody signs in.
pub(super) fn authentication(item: &Value, out: &mut Out) {
    let operation = text(item, &["api", "operation"]);
    if operation.is_some() {
        call(item, out);
    }
    let activity = item.get("activity_id").and_then(Value::as_u64);
    // A caller that takes on a role has signed in before.
    let role = text(item, &["api", "service", "name"]).is_some_and(|service| service.starts_with("sts."));
    match activity {
        Some(1) if !role => sign_in(item, operation, out),
        _ if operation.is_some() => {}
        _ => out.pass(name(item), "it is no sign-in"),
    }
}

fn sign_in(item: &Value, operation: Option<&str>, out: &mut Out) {
    let result = match item.get("status_id").and_then(Value::as_u64) {
        Some(1) => "success",
        Some(2) => "failure",
        _ => return out.pass(name(item), "it does not say how the sign-in ended"),
    };
    let Some(system) = system(item) else {
        return out.refuse("does not name its product (`metadata.product.name`)");
    };
    let user = [&["user"][..], &["actor", "user"]];
    let of = |names: &[&str]| {
        names.iter().find_map(|name| user.iter().find_map(|path| text(at(item, path)?, &[name])))
    };
    let user_name = of(&["email_addr", "name"]);
    let person = of(&["type"]).is_none_or(|kind| !NO_PERSON.contains(&kind));
    let logon = item.get("logon_type_id").and_then(Value::as_u64);
    let kind = match logon {
        _ if operation == Some("ConsoleLogin") => Some("interactive"),
        Some(2 | 7 | 10..=13) => Some("interactive"),
        Some(3 | 4 | 8 | 9) => Some("background"),
        Some(5) => Some("service"),
        _ => None,
    };
    let failed = result != "success";
    let reason = text(item, &["status_code"])
        .or_else(|| text(item, &["status_detail"]))
        .or_else(|| text(item, &["api", "response", "error"]))
        .or_else(|| text(item, &["api", "response", "message"]));
    let fields = Fields::default()
        .with("login_id", text(item, &["metadata", "uid"]).map_or_else(|| digest(item), str::to_owned))
        .maybe("occurred_at", occurred(item))
        .with("system", system)
        .with("step", "session")
        .with("result", result)
        .maybe("person_key", user_name.filter(|_| person).map(person_key))
        .maybe("account_id", of(&["uid"]))
        .maybe("user_name", user_name)
        .maybe("kind", kind)
        .maybe("application", text(item, &["service", "name"]))
        .maybe("method", text(item, &["auth_protocol"]))
        .maybe("mfa_used", mfa(item))
        .maybe("reason", reason.filter(|_| failed))
        .maybe("session_id", text(item, &["session", "uid"]))
        .maybe("source_ip", text(item, &["src_endpoint", "ip"]))
        .maybe("country", text(item, &["src_endpoint", "location", "country"]))
        .maybe("user_agent", text(item, &["http_request", "user_agent"]));
    out.record("login", fields);
}

/// The system that decided: the cloud and its account, else the product.
fn system(item: &Value) -> Option<String> {
    let cloud = text(item, &["cloud", "provider"]).map(str::to_ascii_lowercase);
    match (cloud, owner(item)) {
        (Some(cloud), Some(account)) => Some(format!("{cloud}/{account}")),
        (Some(cloud), None) => Some(cloud),
        (None, _) => product(item).map(str::to_ascii_lowercase),
    }
}

/// The account the event was delivered to, never the caller's.
fn owner(item: &Value) -> Option<&str> {
    word(item, "recipientAccountId").or_else(|| account(item))
}

fn word<'v>(item: &'v Value, name: &str) -> Option<&'v str> {
    unmapped(item, name).and_then(Value::as_str).filter(|word| !word.is_empty())
}

/// Whether a second factor was used, in the words of every version.
fn mfa(item: &Value) -> Option<bool> {
    [
        &["is_mfa"][..],
        &["mfa"],
        &["actor", "session", "is_mfa"],
        &["actor", "session", "mfa"],
        &["session", "is_mfa"],
    ]
    .iter()
    .find_map(|path| at(item, path)?.as_bool())
}

/// Whether the call changes nothing: as the source says, else by its activity.
fn read_only(item: &Value) -> Option<bool> {
    let calls = item.get("category_uid").and_then(Value::as_u64) == Some(6)
        || text(item, &["class_name"]) == Some("API Activity");
    match unmapped(item, "readOnly") {
        Some(Value::Bool(truth)) => Some(*truth),
        Some(Value::String(word)) => word.parse().ok(),
        _ => match item.get("activity_id").and_then(Value::as_u64).filter(|_| calls)? {
            2 => Some(true),
            1 | 3 | 4 => Some(false),
            _ => None,
        },
    }
}

fn digest(item: &Value) -> String {
    key(&["ocsf", &item.to_string()])
}
