//! Results of checks into `config_state`.

use serde_json::Value;

use super::super::finding::{self, key, list};
use super::super::{Fields, Out, at, text};
use super::{Resource, occurred, product, severity, subject, unmapped};

/// Longest text of requirements, in bytes.
const MOST_REFERENCES: usize = 8_000;

/// What a check found, in our words: from `compliance`, else from the status code of the event.
pub(super) fn word(item: &Value) -> Option<&'static str> {
    match at(item, &["compliance", "status_id"]).and_then(Value::as_u64) {
        Some(1) => return Some("pass"),
        Some(2) => return Some("unknown"),
        Some(3) => return Some("fail"),
        _ => {}
    }
    let stated = [&["compliance", "status"][..], &["compliance", "status_code"], &["status_code"]];
    let stated = stated.iter().find_map(|path| text(item, path))?;
    match stated.to_ascii_uppercase().as_str() {
        "PASS" | "PASSED" | "SUCCESS" => Some("pass"),
        "FAIL" | "FAILED" | "FAILURE" => Some("fail"),
        "MANUAL" => Some("manual"),
        "NOT_APPLICABLE" | "NOT_AVAILABLE" => Some("not_applicable"),
        "WARNING" | "UNKNOWN" | "MUTED" => Some("unknown"),
        _ => None,
    }
}

/// Whether a detection is the result of a check in truth: its status code is one of a check's words.
pub(super) fn stated(item: &Value) -> bool {
    matches!(text(item, &["status_code"]), Some("PASS" | "FAIL" | "MANUAL" | "MUTED"))
}

/// One record for each resource that was checked.
pub(super) fn read(item: &Value, out: &mut Out) {
    let finding = subject(item);
    let check = finding
        .and_then(|finding| text(finding, &["analytic", "uid"]))
        .or_else(|| text(item, &["compliance", "control"]))
        .or_else(|| text(item, &["metadata", "event_code"]))
        .or_else(|| text(finding?, &["title"]));
    let Some(check) = check else {
        return out.refuse("does not name its check (`finding_info.analytic.uid` or `compliance.control`)");
    };
    let Some(scanner) = product(item) else {
        return out.refuse("does not name its product (`metadata.product.name`)");
    };
    for resource in Resource::all(item) {
        let uid = finding.and_then(|finding| text(finding, &["uid"])).unwrap_or(check);
        let place = [resource.account, resource.region].map(Option::unwrap_or_default);
        let [account, region] = place;
        let fields = Fields::default()
            .with("state_id", key(&["ocsf", scanner, check, uid, account, region, resource.uid]))
            .maybe("observed_at", occurred(item))
            .with("scanner", scanner)
            .with("check_id", check)
            .maybe("title", title(item))
            .maybe("resource_type", resource.kind)
            .maybe("resource_name", resource.name)
            .with("status", word(item).unwrap_or("unknown"))
            .maybe("suppressed", suppressed(item))
            .with("severity", severity(item))
            .maybe("detail", detail(item))
            .maybe("provider", text(item, &["cloud", "provider"]).map(str::to_ascii_lowercase))
            .maybe("framework_refs", references(item))
            .maybe("scan_id", unmapped(item, "scan_id").and_then(Value::as_str));
        out.record("config_state", resource.place(fields));
    }
}

pub(super) fn title(item: &Value) -> Option<String> {
    finding::line(text(subject(item)?, &["title"])?)
}

fn detail(item: &Value) -> Option<String> {
    [&["status_detail"][..], &["message"], &["finding_info", "desc"], &["finding", "desc"]]
        .iter()
        .find_map(|path| finding::line(text(item, path)?))
}

/// Whether the scanner was told not to raise it; the state of a finding was called `state_id` until 1.0.0.
pub(super) fn suppressed(item: &Value) -> Option<bool> {
    let muted = text(item, &["status_code"]).is_some_and(|code| code.eq_ignore_ascii_case("muted"));
    let state = ["status_id", "state_id"].iter().find_map(|name| item.get(*name)?.as_u64());
    match state {
        _ if muted => Some(true),
        Some(3) => Some(true),
        Some(1 | 2 | 4..=6) => Some(false),
        _ => None,
    }
}

/// Requirements that the scanner relates the check to, as `framework:identifier`.
fn references(item: &Value) -> Option<String> {
    let mut all: Vec<String> = Vec::new();
    if let Some(Value::Object(frameworks)) = unmapped(item, "compliance") {
        for (framework, identifiers) in frameworks {
            let identifiers = identifiers.as_array().map_or(&[][..], Vec::as_slice);
            all.extend(identifiers.iter().filter_map(|id| Some(format!("{framework}:{}", id.as_str()?))));
        }
    }
    if let Some(compliance) = at(item, &["compliance"]) {
        let words = |name| list(compliance, name).iter().filter_map(Value::as_str);
        match words("standards").collect::<Vec<_>>().as_slice() {
            [standard] if words("requirements").next().is_some() => {
                all.extend(words("requirements").map(|requirement| format!("{standard}:{requirement}")));
            }
            _ => all.extend(words("standards").chain(words("requirements")).map(str::to_owned)),
        }
    }
    all.sort();
    all.dedup();
    let mut text = String::new();
    for reference in all {
        if text.len() + reference.len() > MOST_REFERENCES {
            text.push_str(";…");
            break;
        }
        if !text.is_empty() {
            text.push(';');
        }
        text.push_str(&reference);
    }
    (!text.is_empty()).then_some(text)
}
