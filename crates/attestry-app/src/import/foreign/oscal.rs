//! OSCAL assessment results 1.x into stream `config_state`: findings with their verdict, and observations that state
//! a result of their own, for each subject.
//!
//! An item is a document. Other models of OSCAL are recognised and refused with the place they belong to. A scanner's
//! result stands in the properties of an observation, under `result` or `State` or of class `scc_result`; what all
//! observations of a result have in common may stand on the result itself.

mod subject;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::subject::{Subject, Things};
use super::finding::{self, Keys, list};
use super::{Fields, Out, text};

/// The other models, and what to do with a document of each.
const OTHERS: [(&str, &str); 6] = [
    ("catalog", "a catalog holds requirements; add it with `catalog add`"),
    ("profile", "a profile selects requirements; resolve it to a catalog and add that with `catalog add`"),
    ("component-definition", "it says what a product can do, not what was found; keep it as an artifact"),
    ("system-security-plan", "it says what is planned, not what was found; keep it as an artifact"),
    ("assessment-plan", "it says what will be assessed; import the assessment results when they are there"),
    (
        "plan-of-action-and-milestones",
        "it says what is to be corrected; import the assessment results it follows",
    ),
];

/// Subjects of a finding that are looked at to find out whether they are one.
const MOST_SUBJECTS: usize = 100;

/// Whether an item is a document of OSCAL, of whatever model, or the results of one alone.
pub fn recognises(item: &Value) -> bool {
    let other = OTHERS.iter().any(|(model, _)| text(item, &[model, "metadata", "oscal-version"]).is_some());
    other || item.get("assessment-results").is_some_and(Value::is_object) || alone(item)
}

/// Results without the document around them, as some converters write them.
fn alone(item: &Value) -> bool {
    list(item, "results").first().is_some_and(|result| {
        let dated = text(result, &["uuid"]).is_some() && text(result, &["start"]).is_some();
        dated
            && ["observations", "findings", "reviewed-controls"]
                .iter()
                .any(|name| result.get(*name).is_some())
    })
}

/// Reads a document.
pub fn item(item: &Value, out: &mut Out) {
    if let Some((model, what)) = OTHERS.iter().find(|(model, _)| item.get(*model).is_some()) {
        return out.refuse(format!("is an OSCAL `{model}`: {what}"));
    }
    let document = item.get("assessment-results").unwrap_or(item);
    if let Some(version) = text(document, &["metadata", "oscal-version"]).filter(|one| !one.starts_with("1."))
    {
        let version: String = version.chars().take(20).collect();
        return out.refuse(format!("is OSCAL `{version}`; version 1 is read"));
    }
    let results = list(document, "results");
    if results.is_empty() {
        return out.pass("assessment results", "it holds no result");
    }
    let mut keys = Keys::default();
    for result in results {
        Assessed::new(document, result).read(&mut keys, out);
    }
}

/// One result of an assessment.
struct Assessed<'v> {
    result: &'v Value,
    things: Things<'v>,
    /// The tool, where one is named.
    tool: Option<&'v str>,
    /// The document, which stands for the tool where none is named.
    title: &'v str,
}

impl<'v> Assessed<'v> {
    fn new(document: &'v Value, result: &'v Value) -> Self {
        let things = Things::of(document, result);
        let tool = property(result, &["scanner_name"]).or_else(|| things.tool());
        let title = text(document, &["metadata", "title"]).or_else(|| text(result, &["title"]));
        Self { result, things, tool, title: title.unwrap_or("OSCAL assessment") }
    }

    fn read(&self, keys: &mut Keys, out: &mut Out) {
        let observations = list(self.result, "observations");
        let by_id: BTreeMap<&str, &Value> =
            observations.iter().filter_map(|one| Some((text(one, &["uuid"])?, one))).collect();
        let mut relied: BTreeSet<&str> = BTreeSet::new();
        let before = out.found.len();
        for found in list(self.result, "findings") {
            let named = list(found, "related-observations");
            let named: Vec<&str> = named.iter().filter_map(|one| text(one, &["observation-uuid"])).collect();
            relied.extend(&named);
            let related: Vec<&Value> = named.iter().filter_map(|id| by_id.get(id).copied()).collect();
            match self.finding(found, &related, keys) {
                Ok(fields) => out.record("config_state", fields),
                Err(rule) => out.refuse(rule),
            }
        }
        for observation in observations {
            let used = text(observation, &["uuid"]).is_some_and(|id| relied.contains(id));
            self.observation(observation, used, keys, out);
        }
        for _ in list(self.result, "risks") {
            out.pass("risk", "a risk is no state of a control");
        }
        if observations.is_empty() && out.found.len() == before && list(self.result, "findings").is_empty() {
            out.pass("result", "it holds neither findings nor observations");
        }
    }

    fn finding(&self, found: &Value, related: &[&Value], keys: &mut Keys) -> Result<Fields, String> {
        let Some(check) = text(found, &["target", "target-id"]) else {
            return Err("a finding does not name its target (`target.target-id`)".to_owned());
        };
        let status = match text(found, &["target", "status", "state"]) {
            Some("satisfied") => "pass",
            Some("not-satisfied") => "fail",
            _ => {
                let check = finding::line(check).unwrap_or_default();
                return Err(format!("the finding on `{check}` is neither `satisfied` nor `not-satisfied`"));
            }
        };
        let collected =
            related.iter().filter_map(|one| one.get("collected").and_then(finding::instant)).max();
        let mut subjects: Vec<Subject<'_>> = related
            .iter()
            .flat_map(|one| list(one, "subjects"))
            .take(MOST_SUBJECTS)
            .map(|one| self.things.subject(one))
            .collect();
        subjects.sort_by(|one, other| one.key.cmp(&other.key));
        subjects.dedup_by(|one, other| one.key == other.key);
        // A finding on several subjects is about no single one.
        let subject = if subjects.len() == 1 { subjects.pop() } else { None };
        let said = [&["title"][..], &["description"]].iter().find_map(|path| text(found, path));
        let fields = self
            .base(check, subject, &["finding"], keys)
            .maybe("observed_at", collected.or_else(|| self.ended()))
            .with("status", status)
            .maybe("detail", said.and_then(finding::line));
        Ok(fields)
    }

    fn observation(&self, observation: &Value, used: bool, keys: &mut Keys, out: &mut Out) {
        let subjects = list(observation, "subjects");
        let own = property(observation, RESULT);
        let alone = std::slice::from_ref(&Value::Null);
        for subject in if subjects.is_empty() { alone } else { subjects } {
            let stated = property(subject, RESULT).or(own).or_else(|| property(self.result, RESULT));
            let status = match stated.map(|word| (word, status(word))) {
                Some((_, Some(status))) => status,
                Some((word, None)) if word.eq_ignore_ascii_case("notselected") => {
                    out.pass("observation", "the check was not selected, so it found nothing");
                    continue;
                }
                Some((_, None)) => {
                    out.pass("observation", "its result is none of the known words");
                    continue;
                }
                None => {
                    if !used {
                        out.pass("observation", "it states no result, and no finding relies on it");
                    }
                    continue;
                }
            };
            let named = property(observation, CHECK).or_else(|| property(self.result, CHECK));
            let Some(check) = named.or_else(|| text(observation, &["title"])) else {
                out.refuse("an observation with a result names no check (property `idref` or a title)");
                continue;
            };
            let subject = (!subject.is_null()).then(|| self.things.subject(subject));
            let benchmark = property(observation, BENCHMARK).or_else(|| property(self.result, BENCHMARK));
            let title =
                property(observation, &["scc_goal_description"]).or_else(|| text(observation, &["title"]));
            let severity = property(observation, SEVERITY).or_else(|| property(self.result, SEVERITY));
            let detail = text(observation, &["description"]).filter(|detail| *detail != check);
            let collected = observation.get("collected").and_then(finding::instant);
            let fields = self
                .base(check, subject, &["observation", benchmark.unwrap_or_default()], keys)
                .maybe("observed_at", collected.or_else(|| self.ended()))
                .maybe("title", title.filter(|title| *title != check).and_then(finding::line))
                .with("status", status)
                .maybe("severity", severity.map(finding::severity))
                .maybe("detail", detail.and_then(finding::line));
            out.record("config_state", fields);
        }
    }

    /// Columns that every record has. The key leaves out what changes from one assessment to the next.
    fn base(&self, check: &str, subject: Option<Subject<'_>>, kind: &[&str], keys: &mut Keys) -> Fields {
        let resource = subject.as_ref().map(|subject| subject.key.as_str()).unwrap_or_default();
        let mut parts = vec!["oscal", self.tool.unwrap_or_default(), check, resource];
        parts.extend(kind);
        let fields = Fields::default()
            .with("state_id", keys.next(&parts))
            .with("scanner", self.tool.unwrap_or(self.title))
            .with("check_id", check)
            .maybe("scan_id", text(self.result, &["uuid"]));
        match subject {
            Some(subject) => fields
                .with("resource_key", subject.key)
                .maybe("resource_type", subject.kind)
                .maybe("resource_name", subject.name),
            None => fields,
        }
    }

    fn ended(&self) -> Option<String> {
        ["end", "start"].iter().find_map(|name| finding::instant(self.result.get(*name)?))
    }
}

/// Names and classes under which converters state what a check found.
const RESULT: &[&str] = &["scc_result", "result", "State"];
/// Under which they name the check.
const CHECK: &[&str] = &["scc_check_name_id", "idref", "Check_ID", "Rule_ID"];
/// Under which they name the set of checks it is part of.
const BENCHMARK: &[&str] = &["scc_predefined_profile", "Check_ID_Benchmark", "benchmark_id"];
/// Under which they rate it.
const SEVERITY: &[&str] = &["scc_check_severity", "severity"];

/// The value of the first property with one of these classes or names.
fn property<'v>(holder: &'v Value, names: &[&str]) -> Option<&'v str> {
    let props = list(holder, "props");
    let is = |prop: &Value, name: &str| {
        text(prop, &["class"]) == Some(name) || text(prop, &["name"]) == Some(name)
    };
    names
        .iter()
        .find_map(|name| props.iter().find(|prop| is(prop, name)).and_then(|prop| text(prop, &["value"])))
}

/// What a check found, in our words for those of XCCDF and of scanners; `None` for any other.
fn status(word: &str) -> Option<&'static str> {
    match word.trim().to_ascii_lowercase().as_str() {
        "pass" | "passed" | "fixed" | "satisfied" | "compliant" => Some("pass"),
        "fail" | "failed" | "not-satisfied" | "non-compliant" | "noncompliant" => Some("fail"),
        "informational" | "manual" => Some("manual"),
        "notapplicable" | "not-applicable" | "not_applicable" => Some("not_applicable"),
        "notchecked" | "error" | "unknown" => Some("unknown"),
        _ => None,
    }
}
