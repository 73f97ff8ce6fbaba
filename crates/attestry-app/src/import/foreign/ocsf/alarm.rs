//! Detections into `alert`, incidents into `incident`.

use serde_json::Value;

use super::super::finding;
use super::super::{Fields, Out, at, person_key, text};
use super::{Resource, check, moment, occurred, product, severity, subject};

pub(super) fn alert(item: &Value, out: &mut Out) {
    let found = subject(item);
    let Some(uid) =
        found.and_then(|found| text(found, &["uid"])).or_else(|| text(item, &["metadata", "uid"]))
    else {
        return out.refuse("does not say which finding it is (`finding_info.uid`)");
    };
    let Some(detector) = product(item) else {
        return out.refuse("does not name its product (`metadata.product.name`)");
    };
    let raised = found
        .and_then(|found| ["first_seen_time", "created_time"].iter().find_map(|name| moment(found, name)));
    let updated = found.and_then(|found| moment(found, "modified_time")).or_else(|| occurred(item));
    let rule = found
        .and_then(|found| text(found, &["analytic", "uid"]).or_else(|| text(found, &["analytic", "name"])));
    let status = state(item);
    let resource = Resource::all(item).into_iter().next();
    let fields = Fields::default()
        .with("alert_id", uid)
        .maybe("updated_at", updated)
        .maybe("raised_at", raised.or_else(|| occurred(item)))
        .with("detector", detector)
        .maybe("rule_id", rule)
        .maybe("title", check::title(item))
        .with("severity", severity(item))
        .with("status", status)
        .maybe("verdict", verdict(item))
        .maybe(
            "close_reason",
            text(item, &["comment"]).filter(|_| status == "closed").and_then(finding::line),
        );
    out.record("alert", resource.map_or(fields.clone(), |resource| resource.place(fields)));
}

pub(super) fn incident(item: &Value, out: &mut Out) {
    let ticket = text(item, &["ticket", "uid"]).or_else(|| text(item, &["metadata", "correlation_uid"]));
    let Some(uid) = ticket.or_else(|| text(item, &["metadata", "uid"])) else {
        return out.refuse("does not say which incident it is (`ticket.uid` or `metadata.uid`)");
    };
    // The stream knows four severities; an incident of a lesser one is low.
    let severity = match severity(item) {
        "unknown" => None,
        "info" => Some("low"),
        word => Some(word),
    };
    let Some(severity) = severity else {
        return out.refuse("does not rate the incident (`severity_id` from 1 to 6)");
    };
    let created = item.get("activity_id").and_then(Value::as_u64) == Some(1);
    let opened = moment(item, "start_time").or_else(|| occurred(item).filter(|_| created));
    if opened.is_none() {
        return out.refuse("does not say when the incident began (`start_time`)");
    }
    let status = match item.get("status_id").and_then(Value::as_u64) {
        Some(1) => Some("open"),
        Some(2 | 3) => Some("in_progress"),
        Some(4) => Some("resolved"),
        Some(5) => Some("closed"),
        _ => None,
    };
    let over = matches!(status, Some("resolved" | "closed"));
    let owner = ["email_addr", "name", "uid"].iter().find_map(|name| text(item, &["assignee", name]));
    let title = text(item, &["message"]).or_else(|| text(item, &["desc"]));
    let fields = Fields::default()
        .with("incident_id", uid)
        .maybe("title", title.and_then(finding::line))
        .with("severity", severity)
        .maybe("opened_at", opened)
        .maybe("closed_at", moment(item, "end_time").filter(|_| over))
        .maybe("owner_key", owner.map(person_key))
        .maybe("updated_at", occurred(item))
        .maybe("status", status);
    out.record("incident", fields);
}

/// The state of a finding, called `state_id` until 1.0.0.
fn state(item: &Value) -> &'static str {
    match ["status_id", "state_id"].iter().find_map(|name| item.get(*name)?.as_u64()) {
        Some(1) => "new",
        Some(2) => "in_progress",
        Some(3) => "suppressed",
        Some(4..=6) => "closed",
        _ => "unknown",
    }
}

fn verdict(item: &Value) -> Option<&'static str> {
    match at(item, &["verdict_id"]).and_then(Value::as_u64)? {
        1 => Some("false_positive"),
        2 => Some("true_positive"),
        5 => Some("benign"),
        6 => Some("test"),
        10 => Some("duplicate"),
        0 => None,
        _ => Some("other"),
    }
}
