//! Trivy's own JSON report: flaws in packages and secrets into stream `vulnerability`, misconfigurations into
//! stream `config_state`.
//!
//! An item is a report of one artifact, the part of an old report that names its target, or a report of a cluster.
//! The word `fixed` in a finding means that a fixed version exists, not that it is installed: what a report lists is
//! open, unless it lists it as suppressed.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

use super::finding::{self, Keys, list};
use super::{Fields, Out, at, text};

const SCANNER: &str = "Trivy";
/// What a result can list besides what is read.
const UNREAD: [(&str, &str); 3] = [
    ("Packages", "a component is no flaw; a bill of materials carries components"),
    ("Licenses", "a licence is no flaw; a bill of materials carries licences"),
    ("CustomResources", "it is of a scanner's own kind"),
];

/// Whether an item is a report of Trivy.
pub fn recognises(item: &Value) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| item.get(name).is_some());
    let report = item.get("SchemaVersion").is_some_and(Value::is_number) && has(&["ArtifactName", "Results"]);
    let cluster = has(&["ClusterName"]) && item.get("Resources").is_some_and(Value::is_array);
    let old = has(&["Target"]) && has(&["Vulnerabilities", "Misconfigurations", "Secrets"]);
    report || cluster || old
}

/// Reads a report.
pub fn item(item: &Value, out: &mut Out) {
    let seen = item.get("CreatedAt").and_then(finding::instant);
    if let Some(cluster) = text(item, &["ClusterName"]) {
        for resource in list(item, "Resources") {
            let names = ["Namespace", "Kind", "Name"].map(|name| text(resource, &[name]).unwrap_or("-"));
            let [space, kind, name] = names;
            report(resource, &format!("{cluster}/{space}/{kind}/{name}"), seen.as_deref(), out);
        }
        return;
    }
    match text(item, &["ArtifactName"]).or_else(|| text(item, &["Target"])) {
        Some(asset) => report(item, asset, seen.as_deref(), out),
        None => out.refuse("does not name what was scanned (`ArtifactName`)"),
    }
}

fn report(report: &Value, asset: &str, seen: Option<&str>, out: &mut Out) {
    let results = match report.get("Results") {
        Some(Value::Array(results)) => results.as_slice(),
        // An old report is a list of results, each an item of its own.
        None if report.get("Target").is_some() => std::slice::from_ref(report),
        _ => &[],
    };
    let before = (out.found.len(), out.refused.len());
    for result in results {
        let mut scan = Scan { asset, seen, result, keys: Keys::default() };
        scan.packages(out);
        scan.secrets(out);
        scan.settings(out);
        for (name, why) in UNREAD {
            for _ in list(result, name) {
                out.pass(name, why);
            }
        }
    }
    if before == (out.found.len(), out.refused.len()) {
        out.pass("report", "the scan found nothing, and no stream takes a scan without findings");
    }
}

/// A result: what was found in one target of an artifact.
struct Scan<'v> {
    asset: &'v str,
    seen: Option<&'v str>,
    result: &'v Value,
    keys: Keys,
}

/// How a finding is dealt with, when a report says so.
struct Dealt<'v> {
    status: &'static str,
    suppressed: Option<bool>,
    reason: Option<&'v str>,
}

impl<'v> Scan<'v> {
    fn packages(&mut self, out: &mut Out) {
        let open = list(self.result, "Vulnerabilities")
            .iter()
            .map(|flaw| (flaw, Dealt { status: "open", suppressed: None, reason: None }));
        let modified = list(self.result, "ExperimentalModifiedFindings").iter();
        let dealt = modified
            .filter(|one| text(one, &["Type"]).is_none_or(|kind| kind == "vulnerability"))
            .filter_map(|one| Some((one.get("Finding")?, dealt(one))));
        let all: Vec<(&Value, Dealt<'_>)> = open.chain(dealt).collect();
        // A package can be there in several versions; only then does the version tell the findings apart.
        let mut versions: BTreeMap<[&str; 3], usize> = BTreeMap::new();
        for (flaw, _) in &all {
            *versions.entry(names(flaw)).or_default() += 1;
        }
        for (flaw, dealt) in all {
            let several = versions.get(&names(flaw)).is_some_and(|count| *count > 1);
            match self.package(flaw, &dealt, several) {
                Some(fields) => out.record("vulnerability", fields),
                None => out.refuse("a vulnerability has no `VulnerabilityID`"),
            }
        }
    }

    fn package(&mut self, flaw: &Value, dealt: &Dealt<'_>, several: bool) -> Option<Fields> {
        let id = text(flaw, &["VulnerabilityID"])?;
        let [_, component, path] = names(flaw);
        let version = text(flaw, &["InstalledVersion"]);
        let target = self.target();
        let told_apart = version.filter(|_| several).unwrap_or_default();
        let key = self.keys.next(&["trivy", "package", target, id, component, path, told_apart]);
        let file = (text(self.result, &["Class"]) != Some("os-pkgs")).then_some(target);
        let location = Some(path).filter(|path| !path.is_empty()).or(file).filter(|path| !path.is_empty());
        let published = flaw.get("PublishedDate").and_then(finding::instant);
        let fixed = self.seen.filter(|_| dealt.status == "fixed");
        let fields = self
            .base(key, "dependency", id, dealt)
            .maybe("title", text(flaw, &["Title"]).and_then(finding::line))
            .maybe("cve_id", finding::cve(id))
            .maybe("component", Some(component).filter(|name| !name.is_empty()))
            .maybe("installed_version", version)
            .maybe("fixed_version", text(flaw, &["FixedVersion"]))
            .maybe("location", location)
            .with("severity", severity(flaw))
            .maybe("cvss_score", score(flaw))
            .maybe("published_at", published)
            .maybe("fixed_at", fixed);
        Some(fields)
    }

    fn secrets(&mut self, out: &mut Out) {
        for secret in list(self.result, "Secrets") {
            let Some(rule) = text(secret, &["RuleID"]) else {
                out.refuse("a secret has no `RuleID`");
                continue;
            };
            let target = self.target();
            let line = secret.get("StartLine").and_then(Value::as_u64);
            let location = line.map_or(target.to_owned(), |line| format!("{target}:{line}"));
            let key = self.keys.next(&["trivy", "secret", &location, rule]);
            let dealt = Dealt { status: "open", suppressed: None, reason: None };
            let fields = self
                .base(key, "secret", rule, &dealt)
                .maybe("title", text(secret, &["Title"]).and_then(finding::line))
                .with("location", location)
                .with("severity", severity(secret));
            out.record("vulnerability", fields);
        }
    }

    fn settings(&mut self, out: &mut Out) {
        for setting in list(self.result, "Misconfigurations") {
            match self.setting(setting) {
                Some(fields) => out.record("config_state", fields),
                None => out.refuse("a misconfiguration has no `ID`"),
            }
        }
    }

    fn setting(&mut self, setting: &Value) -> Option<Fields> {
        let check = text(setting, &["ID"]).or_else(|| text(setting, &["AVDID"]))?;
        let cause = text(setting, &["CauseMetadata", "Resource"]);
        let target = self.target();
        let resource: Vec<&str> = [Some(self.asset), Some(target), cause]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .fold(Vec::new(), |mut parts, part| {
                // An old report and a single file name themselves as their target.
                if parts.last() != Some(&part) {
                    parts.push(part);
                }
                parts
            });
        let resource = resource.join("#");
        let status = match text(setting, &["Status"]) {
            Some("PASS") => "pass",
            Some("FAIL") | None => "fail",
            Some(_) => "unknown",
        };
        let fields = Fields::default()
            .with("state_id", self.keys.next(&["trivy", "setting", check, &resource]))
            .maybe("observed_at", self.seen)
            .with("scanner", SCANNER)
            .with("check_id", check)
            .maybe("title", text(setting, &["Title"]).and_then(finding::line))
            .with("resource_key", resource)
            .maybe("resource_type", text(setting, &["Type"]))
            .with("status", status)
            .maybe("suppressed", (text(setting, &["Status"]) == Some("EXCEPTION")).then_some(true))
            .with("severity", severity(setting))
            .maybe("detail", text(setting, &["Message"]).and_then(finding::line))
            .maybe("provider", text(setting, &["CauseMetadata", "Provider"]));
        Some(fields)
    }

    /// Columns that every flaw has.
    fn base(&self, key: String, kind: &str, rule: &str, dealt: &Dealt<'_>) -> Fields {
        Fields::default()
            .with("finding_id", key)
            .maybe("observed_at", self.seen)
            .with("scanner", SCANNER)
            .with("kind", kind)
            .with("rule_id", rule)
            .with("asset_key", self.asset)
            .with("status", dealt.status)
            .maybe("suppressed", dealt.suppressed)
            .maybe("suppression_reason", dealt.reason.and_then(finding::line))
    }

    /// The file or system within the artifact; empty when it is the artifact itself.
    fn target(&self) -> &'v str {
        let target = text(self.result, &["Target"]).unwrap_or_default();
        // The target of a system is the artifact and the system's version in brackets, which an update changes.
        if text(self.result, &["Class"]) == Some("os-pkgs") { "" } else { target }
    }
}

/// What tells the findings of a target apart whatever their version: flaw, package and path.
fn names(flaw: &Value) -> [&str; 3] {
    ["VulnerabilityID", "PkgName", "PkgPath"].map(|name| text(flaw, &[name]).unwrap_or_default())
}

fn dealt(modified: &Value) -> Dealt<'_> {
    let reason = text(modified, &["Statement"]);
    let (status, suppressed) = match text(modified, &["Status"]) {
        Some("ignored") => ("accepted", Some(true)),
        Some("not_affected") => ("false_positive", Some(true)),
        Some("fixed") => ("fixed", Some(true)),
        _ => ("open", None),
    };
    Dealt { status, suppressed, reason }
}

fn severity(flaw: &Value) -> &'static str {
    text(flaw, &["Severity"]).map_or("unknown", finding::severity)
}

/// The base score of whoever rated the severity, else of the national database, else the first by name; of the
/// newest version of CVSS that has one.
fn score(flaw: &Value) -> Option<f64> {
    let scores = at(flaw, &["CVSS"])?.as_object()?;
    let names: BTreeMap<&str, &Value> = scores.iter().map(|(name, value)| (name.as_str(), value)).collect();
    let rated = text(flaw, &["SeveritySource"]).and_then(|name| names.get(name));
    let order = rated.into_iter().chain(names.get("nvd")).chain(names.values());
    let of = |one: &Value| {
        let versions = ["V40Score", "V3Score", "V2Score"];
        versions.iter().find_map(|name| one.get(name)?.as_f64().filter(|score| *score > 0.0))
    };
    order.copied().find_map(of)
}
