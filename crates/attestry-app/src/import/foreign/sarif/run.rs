//! A run and what its results refer to: rules, messages, artifacts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::finding::{self, Keys, list};
use super::super::{Fields, at, text};
use super::message::filled;

/// Levels that a caller may give, looked through for each result.
const MOST_OVERRIDES: usize = 1_000;

/// What the results of a run have in common.
pub(super) struct Run<'v> {
    value: &'v Value,
    scanner: &'v str,
    asset: Option<&'v str>,
    observed_at: Option<String>,
    /// Rules of the tool and its extensions by identifier; of several with one, the tool's first.
    rules: BTreeMap<&'v str, &'v Value>,
}

impl<'v> Run<'v> {
    /// A run of a named tool.
    pub(super) fn new(value: &'v Value) -> Option<Self> {
        let scanner = text(value, &["tool", "driver", "name"])?;
        let repository = list(value, "versionControlProvenance")
            .iter()
            .find_map(|control| text(control, &["repositoryUri"]));
        // The property under which Trivy names the image it looked into.
        let asset = repository.or_else(|| text(value, &["properties", "imageName"]));
        let ends = list(value, "invocations").iter().filter_map(|invocation| {
            ["endTimeUtc", "startTimeUtc"].iter().find_map(|name| finding::instant(invocation.get(*name)?))
        });
        let tool = value.get("tool")?;
        let components = tool.get("driver").into_iter().chain(list(tool, "extensions"));
        let mut rules = BTreeMap::new();
        for rule in components.flat_map(|component| list(component, "rules")) {
            if let Some(id) = text(rule, &["id"]) {
                rules.entry(id).or_insert(rule);
            }
        }
        Some(Self { value, scanner, asset, observed_at: ends.max(), rules })
    }

    /// The columns of a result.
    pub(super) fn finding(&self, result: &'v Value, keys: &mut Keys) -> Option<Fields> {
        result.as_object()?;
        let rule = self.rule(result);
        let rule_id = text(result, &["ruleId"])
            .or_else(|| text(result, &["rule", "id"]))
            .or_else(|| text(rule?, &["id"]));
        let message = self.message(result, rule);
        let place = self.place(result);
        let observed_at = self
            .observed_at
            .clone()
            .or_else(|| finding::instant(at(result, &["provenance", "lastDetectionTimeUtc"])?));
        let suppressed = suppressed(result);
        let gone = text(result, &["baselineState"]) == Some("absent");
        let status = match (gone, suppressed) {
            (true, _) => "fixed",
            (false, Some(true)) => "accepted",
            _ => "open",
        };
        let title = rule
            .and_then(|rule| text(rule, &["shortDescription", "text"]))
            .or(message.as_deref())
            .or_else(|| text(rule?, &["name"]));
        let fields = Fields::default()
            .with("finding_id", self.key(result, rule_id, message.as_deref(), keys))
            .maybe("observed_at", observed_at.clone())
            .with("scanner", self.scanner)
            .maybe("kind", kind(rule, rule_id))
            .maybe("rule_id", rule_id)
            .maybe("cve_id", rule_id.and_then(finding::cve))
            .maybe("title", title.and_then(finding::line))
            .maybe("asset_key", self.asset)
            .maybe("location", place)
            .with("severity", self.severity(result, rule))
            .maybe("cvss_score", rule.and_then(|rule| number(rule, "cvssv3_baseScore")))
            .with("status", status)
            .maybe("suppressed", suppressed)
            .maybe("suppression_reason", reason(result))
            .maybe(
                "first_seen_at",
                at(result, &["provenance", "firstDetectionTimeUtc"]).and_then(finding::instant),
            )
            .maybe("fixed_at", observed_at.filter(|_| gone));
        Some(fields)
    }

    /// The rule of a result, by its index in the tool or in one of its extensions, else by its identifier.
    fn rule(&self, result: &Value) -> Option<&'v Value> {
        let tool = self.value.get("tool")?;
        let named = at(result, &["rule", "toolComponent"]);
        let component = named.and_then(|named| component(tool, named)).or_else(|| tool.get("driver"))?;
        let rules = list(component, "rules");
        let index = index(result.get("ruleIndex")).or_else(|| index(at(result, &["rule", "index"])));
        if let Some(rule) = index.and_then(|index| rules.get(index)) {
            return Some(rule);
        }
        let id = text(result, &["ruleId"]).or_else(|| text(result, &["rule", "id"]))?;
        let own =
            |id: &str| rules.iter().find(|rule| text(rule, &["id"]) == Some(id)).filter(|_| named.is_some());
        let by = |id: &str| own(id).or_else(|| self.rules.get(id).copied());
        // `CA1000/1` is a case of rule `CA1000`.
        by(id).or_else(|| id.rsplit_once('/').and_then(|(general, _)| by(general)))
    }

    fn message(&self, result: &Value, rule: Option<&Value>) -> Option<String> {
        if let Some(said) = text(result, &["message", "text"]) {
            return Some(filled(said, list(result.get("message")?, "arguments")));
        }
        let id = text(result, &["message", "id"])?;
        let strings = rule.and_then(|rule| text(rule, &["messageStrings", id, "text"]));
        let shared = || text(self.value, &["tool", "driver", "globalMessageStrings", id, "text"]);
        Some(filled(strings.or_else(shared)?, list(result.get("message")?, "arguments")))
    }

    /// The file a result is in.
    fn uri(&self, result: &'v Value) -> Option<&'v str> {
        let artifact = at(list(result, "locations").first()?, &["physicalLocation", "artifactLocation"])?;
        text(artifact, &["uri"]).or_else(|| {
            let listed = list(self.value, "artifacts").get(index(artifact.get("index"))?)?;
            text(listed, &["location", "uri"])
        })
    }

    /// File and line of a result, or its place in the code's own names.
    fn place(&self, result: &'v Value) -> Option<String> {
        let location = list(result, "locations").first()?;
        let line = at(location, &["physicalLocation", "region", "startLine"]).and_then(Value::as_u64);
        match (self.uri(result), line) {
            (Some(uri), Some(line)) => return Some(format!("{uri}:{line}")),
            (Some(uri), None) => return Some(uri.to_owned()),
            (None, _) => {}
        }
        let logical = list(location, "logicalLocations").first()?;
        let listed = || {
            let listed = list(self.value, "logicalLocations").get(index(logical.get("index"))?)?;
            text(listed, &["fullyQualifiedName"])
        };
        text(logical, &["fullyQualifiedName"]).or_else(listed).map(str::to_owned)
    }

    fn severity(&self, result: &Value, rule: Option<&Value>) -> &'static str {
        if let Some(score) = rule.and_then(|rule| number(rule, "security-severity")) {
            return finding::of_score(score);
        }
        let stated = text(result, &["level"]);
        match stated.or_else(|| self.configured(result, rule)) {
            Some(level) => finding::severity(level),
            // A result that is still to be judged has no level of its own.
            None if text(result, &["kind"]).is_some_and(|kind| kind != "fail") => "unknown",
            None => finding::severity("warning"),
        }
    }

    /// The level that the caller of the tool, or else the rule, gives.
    fn configured<'r>(&self, result: &Value, rule: Option<&'r Value>) -> Option<&'r str>
    where
        'v: 'r,
    {
        let number = index(result.get("ruleIndex")).or_else(|| index(at(result, &["rule", "index"])));
        let id = rule.and_then(|rule| text(rule, &["id"]));
        let mut overrides = list(self.value, "invocations")
            .iter()
            .flat_map(|invocation| list(invocation, "ruleConfigurationOverrides"))
            .take(MOST_OVERRIDES);
        let caller = overrides.find_map(|one| {
            let descriptor = one.get("descriptor")?;
            let same = match index(descriptor.get("index")) {
                Some(other) => number == Some(other),
                None => id.is_some() && text(descriptor, &["id"]) == id,
            };
            text(one, &["configuration", "level"]).filter(|_| same)
        });
        caller.or_else(|| text(rule?, &["defaultConfiguration", "level"]))
    }

    /// What stays the same from scan to scan, by the best the tool gives.
    fn key(&self, result: &'v Value, rule: Option<&str>, message: Option<&str>, keys: &mut Keys) -> String {
        let scanner = self.scanner;
        let rule = rule.unwrap_or_default();
        if let Some(prints) = prints(result, "fingerprints") {
            return keys.next(&["sarif", scanner, "fingerprints", rule, &prints]);
        }
        if let Some(guid) = text(result, &["correlationGuid"]) {
            return keys.next(&["sarif", scanner, "guid", guid]);
        }
        if let Some(prints) = prints(result, "partialFingerprints") {
            return keys.next(&[
                "sarif",
                scanner,
                "partial",
                rule,
                self.uri(result).unwrap_or_default(),
                &prints,
            ]);
        }
        // Without the line: code that moves keeps its findings, and with them their age.
        let place = self.uri(result).map(str::to_owned).or_else(|| self.place(result)).unwrap_or_default();
        keys.next(&["sarif", scanner, "place", rule, &place, message.unwrap_or_default()])
    }
}

/// The extension of a tool that a reference names, or its driver.
fn component<'v>(tool: &'v Value, named: &Value) -> Option<&'v Value> {
    let extensions = list(tool, "extensions");
    if let Some(index) = index(named.get("index")) {
        return extensions.get(index);
    }
    let same = |name: &str, other: &Value| {
        text(named, &[name]).is_some_and(|wanted| text(other, &[name]) == Some(wanted))
    };
    extensions
        .iter()
        .find(|other| same("guid", other))
        .or_else(|| extensions.iter().find(|other| same("name", other)))
}

/// An index into a list; the standard writes -1 for none.
fn index(value: Option<&Value>) -> Option<usize> {
    value?.as_u64().and_then(|index| usize::try_from(index).ok())
}

/// A number that a rule states in its property bag, as tools write it: a number or text.
fn number(rule: &Value, name: &str) -> Option<f64> {
    let value = at(rule, &["properties", name])?;
    value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())
        .filter(|score| (0.0..=10.0).contains(score))
}

/// A finding is suppressed when a suppression exists and none is contested; the log is silent without the list.
fn suppressed(result: &Value) -> Option<bool> {
    let all = result.get("suppressions")?.as_array()?;
    let contested = |one: &Value| matches!(text(one, &["status"]), Some("underReview" | "rejected"));
    Some(!all.is_empty() && !all.iter().any(contested))
}

fn reason(result: &Value) -> Option<String> {
    list(result, "suppressions").iter().find_map(|one| finding::line(text(one, &["justification"])?))
}

/// What kind of flaw a rule is about, where its identifier or its tags say so.
fn kind(rule: Option<&Value>, id: Option<&str>) -> Option<&'static str> {
    if id.is_some_and(|id| finding::cve(id).is_some() || id.starts_with("GHSA-")) {
        return Some("dependency");
    }
    let tags = rule.and_then(|rule| rule.get("properties")).map_or(&[][..], |bag| list(bag, "tags"));
    tags.iter().filter_map(Value::as_str).find_map(|tag| match tag {
        "vulnerability" => Some("dependency"),
        "misconfiguration" => Some("configuration"),
        "secret" => Some("secret"),
        "license" => Some("license"),
        _ => None,
    })
}

/// Names and values of the fingerprints of a result, in the order of their names.
fn prints(result: &Value, name: &str) -> Option<String> {
    let prints = result.get(name)?.as_object().filter(|prints| !prints.is_empty())?;
    let prints: BTreeMap<&String, &Value> = prints.iter().collect();
    serde_json::to_string(&prints).ok()
}
