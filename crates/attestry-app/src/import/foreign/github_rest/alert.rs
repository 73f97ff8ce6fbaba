//! Alerts of Dependabot, code scanning and secret scanning, as the API and webhooks state them.

use serde_json::Value;

use super::super::{Fields, Out, at, finding, text};
use super::id_of;

/// An alert and what is told around it.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Of<'a> {
    /// The alert.
    pub(in super::super) alert: &'a Value,
    /// `owner/name`.
    pub(in super::super) repository: &'a str,
    /// When this state was told, where the alert does not say when it came to be.
    pub(in super::super) told_at: Option<&'a str>,
    /// Whether it was in another state before, so that the instant it was raised says nothing about this one.
    pub(in super::super) reopened: bool,
}

/// An alert about a vulnerable dependency.
pub(in super::super) fn dependabot(of: Of<'_>, out: &mut Out) {
    let Of { alert, .. } = of;
    let advisory = |member: &str| text(alert, &["security_advisory", member]);
    let flaw = |path: &[&str]| at(alert, &["security_vulnerability"]).and_then(|flaw| text(flaw, path));
    let Some(state) = State::of(of, text(alert, &["state"]), "dismissed_reason") else {
        return untold(of, "Dependabot", out);
    };
    let Some(fields) = base(of, "dependabot", &state) else { return unnumbered(out) };
    let severity = advisory("severity").or_else(|| flaw(&["severity"])).unwrap_or_default();
    let package = flaw(&["package", "name"]).or_else(|| text(alert, &["dependency", "package", "name"]));
    let score = at(alert, &["security_advisory", "cvss", "score"]).and_then(Value::as_f64);
    let fields = fields
        .with("scanner", "Dependabot")
        .with("kind", "dependency")
        .maybe("rule_id", advisory("ghsa_id").or_else(|| advisory("cve_id")))
        .maybe("cve_id", advisory("cve_id").and_then(finding::cve))
        .maybe("title", advisory("summary").and_then(finding::line))
        .maybe("component", package)
        .maybe("fixed_version", flaw(&["first_patched_version", "identifier"]))
        .maybe("location", text(alert, &["dependency", "manifest_path"]))
        .with("severity", finding::severity(severity))
        .maybe("cvss_score", score.filter(|score| *score > 0.0))
        .maybe("published_at", advisory("published_at"));
    out.record("vulnerability", fields);
}

/// An alert about the code itself.
pub(in super::super) fn code_scanning(of: Of<'_>, out: &mut Out) {
    let Of { alert, .. } = of;
    let rule = |member: &str| text(alert, &["rule", member]);
    let newest = at(alert, &["most_recent_instance"]);
    let instance = newest.or_else(|| alert.get("instances").and_then(|all| all.get(0)));
    let told = text(alert, &["state"]).or_else(|| instance.and_then(|instance| text(instance, &["state"])));
    let Some(state) = State::of(of, told, "dismissed_reason") else {
        return untold(of, "code scanning", out);
    };
    let Some(fields) = base(of, "code-scanning", &state) else { return unnumbered(out) };
    let place = instance.and_then(|instance| at(instance, &["location"]));
    let line = place.and_then(|place| at(place, &["start_line"])).and_then(Value::as_u64);
    let path = place.and_then(|place| text(place, &["path"]));
    let location = path.map(|path| line.map_or_else(|| path.to_owned(), |line| format!("{path}:{line}")));
    let severity = rule("security_severity_level").or_else(|| rule("severity")).unwrap_or_default();
    let fields = fields
        .with("scanner", text(alert, &["tool", "name"]).unwrap_or("code scanning"))
        .with("kind", "code")
        .maybe("rule_id", rule("id"))
        .maybe("title", rule("description").and_then(finding::line))
        .maybe("location", location)
        .with("severity", finding::severity(severity));
    out.record("vulnerability", fields);
}

/// An alert about a secret in the repository. The secret itself is never taken.
pub(in super::super) fn secret_scanning(of: Of<'_>, out: &mut Out) {
    let Of { alert, .. } = of;
    let resolved = text(alert, &["resolution"]).map(|_| "resolved");
    let told = text(alert, &["state"]).or(resolved).or(Some("open"));
    let Some(state) = State::of(of, told, "resolution") else {
        return untold(of, "secret scanning", out);
    };
    let Some(fields) = base(of, "secret-scanning", &state) else { return unnumbered(out) };
    let named = text(alert, &["secret_type_display_name"]).or_else(|| text(alert, &["secret_type"]));
    let fields = fields
        .with("scanner", "GitHub secret scanning")
        .with("kind", "secret")
        .maybe("rule_id", text(alert, &["secret_type"]))
        .maybe("title", named.and_then(finding::line))
        .with("severity", "unknown");
    out.record("vulnerability", fields);
}

/// The older form of an alert about a dependency; it is numbered as Dependabot's.
pub(in super::super) fn dependency(of: Of<'_>, action: &str, out: &mut Out) {
    let Of { alert, .. } = of;
    let told = match action {
        "create" | "reopen" => "open",
        "dismiss" | "auto_dismiss" => "dismissed",
        _ => "fixed",
    };
    let Some(state) = State::of(of, Some(told), "dismiss_reason") else {
        return untold(of, "dependency", out);
    };
    let Some(fields) = base(of, "dependabot", &state) else { return unnumbered(out) };
    let identifier = text(alert, &["external_identifier"]);
    let fields = fields
        .with("scanner", "Dependabot")
        .with("kind", "dependency")
        .maybe("rule_id", text(alert, &["ghsa_id"]).or(identifier))
        .maybe("cve_id", identifier.and_then(finding::cve))
        .maybe("component", text(alert, &["affected_package_name"]))
        .maybe("fixed_version", text(alert, &["fixed_in"]))
        .with("severity", finding::severity(text(alert, &["severity"]).unwrap_or_default()));
    out.record("vulnerability", fields);
}

/// What an alert says about its state, in our words.
struct State<'a> {
    status: &'static str,
    observed_at: &'a str,
    fixed_at: Option<&'a str>,
    suppressed: bool,
    reason: Option<&'a str>,
}

impl<'a> State<'a> {
    /// `None` where nothing says since when the state holds. The instant an alert was raised says that only of an
    /// alert that was never in another state: an old finding would else look fixed on the day it was found.
    fn of(of: Of<'a>, state: Option<&str>, reason: &str) -> Option<Self> {
        let alert = of.alert;
        let reason = text(alert, &[reason]);
        let ended = ["fixed_at", "dismissed_at", "auto_dismissed_at", "resolved_at"];
        let ended_at = ended.into_iter().find_map(|member| text(alert, &[member]));
        let status = match state? {
            "open" => "open",
            "fixed" => "fixed",
            _ => closed(reason),
        };
        let is_first = status == "open" && !of.reopened;
        let raised_at = text(alert, &["created_at"]).filter(|_| is_first);
        let observed_at = text(alert, &["updated_at"]).or(ended_at).or(of.told_at).or(raised_at)?;
        let fixed_at = (status == "fixed").then(|| ended_at.unwrap_or(observed_at));
        let suppressed = matches!(status, "accepted" | "false_positive");
        Some(Self { status, observed_at, fixed_at, suppressed, reason: reason.filter(|_| suppressed) })
    }
}

/// The status of an alert that a person closed: a secret that was revoked is out of the world.
fn closed(reason: Option<&str>) -> &'static str {
    match reason.unwrap_or_default().to_lowercase().replace([' ', '-'], "_").as_str() {
        "revoked" => "fixed",
        "false_positive" | "inaccurate" | "not_used" => "false_positive",
        _ => "accepted",
    }
}

fn base(of: Of<'_>, family: &str, state: &State<'_>) -> Option<Fields> {
    let number = id_of(of.alert, &["number"])?;
    let fields = Fields::default()
        .with("finding_id", format!("{}/{family}/{number}", of.repository))
        .with("observed_at", state.observed_at)
        .with("asset_key", of.repository)
        .with("status", state.status)
        .with("suppressed", state.suppressed)
        .maybe("suppression_reason", state.reason)
        .maybe("first_seen_at", text(of.alert, &["created_at"]))
        .maybe("fixed_at", state.fixed_at);
    Some(fields)
}

fn untold(of: Of<'_>, what: &str, out: &mut Out) {
    let number = id_of(of.alert, &["number"]).unwrap_or_default();
    out.refuse(format!(
        "{what} alert {number} of {} does not say when it came to its state; ask the REST API for it",
        of.repository
    ));
}

fn unnumbered(out: &mut Out) {
    out.refuse("an alert without a `number`");
}
