//! SARIF 2.1.0, the result format of code analysis: every result into stream `vulnerability`.
//!
//! An item is a log: runs of a tool, each with results. A log says little about when and what was scanned. The instant
//! is the end of the run (`invocations`), the asset the repository under version control; where a log is silent,
//! both stay absent and whoever imports it has to state them.
//!
//! A finding keeps its key from scan to scan by its fingerprints where the tool makes some, otherwise by rule, file
//! and message; several that these do not tell apart are numbered in their order.

mod message;
mod run;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::run::Run;
use super::finding::{Keys, list};
use super::{Out, at, text};

/// Whether an item is a SARIF log, of whatever version.
pub fn recognises(item: &Value) -> bool {
    let schema = text(item, &["$schema"]).is_some_and(|schema| schema.contains("sarif"));
    let version = text(item, &["version"]).is_some_and(|version| version.starts_with("2."));
    let Some(runs) = item.get("runs") else { return false };
    let tool = runs.as_array().is_some_and(|runs| runs.first().is_none_or(|run| run.get("tool").is_some()));
    schema || version && (tool || runs.is_null())
}

/// Reads a log.
pub fn item(item: &Value, out: &mut Out) {
    match text(item, &["version"]) {
        Some("2.1.0") => {}
        Some(version) => {
            return out.refuse(format!("is SARIF `{}`; let the tool write version 2.1.0", cut(version)));
        }
        None => return out.refuse("names no `version`; a SARIF log has one, and 2.1.0 is read"),
    }
    match item.get("runs") {
        Some(Value::Array(runs)) if runs.is_empty() => out.pass("log", "it holds no run of a tool"),
        Some(Value::Array(runs)) => {
            runs.iter().enumerate().for_each(|(at, value)| read(at + 1, value, out));
        }
        Some(Value::Null) => {
            out.refuse("`runs` is null: whoever made the log could not find its runs; make it again");
        }
        _ => out.refuse("has no list `runs`; a SARIF log has one"),
    }
}

/// Reads a run, counted from 1.
fn read(number: usize, value: &Value, out: &mut Out) {
    let Some(run) = Run::new(value) else {
        return out.refuse(format!("run {number} does not name its tool (`tool.driver.name`)"));
    };
    let elsewhere = at(value, &["externalPropertyFileReferences", "results"]).is_some();
    let results = value.get("results").filter(|results| !results.is_null());
    match (results, failure(value)) {
        (_, _) if elsewhere => {
            out.refuse(format!("run {number} keeps its results in other files; let the tool write one file"));
        }
        (Some(Value::Array(results)), failure) => {
            if results.is_empty()
                && let Some(why) = failure
            {
                return out.refuse(broken(number, &why));
            }
            if failure.is_some() {
                let why = "it ended with a failure: its findings were taken, but it may have missed others";
                out.pass("run", why);
            } else if results.is_empty() {
                out.pass("run", "the scan found nothing, and no stream takes a scan without findings");
            }
            results_of(&run, results, out);
        }
        (Some(_), _) => out.refuse(format!("run {number}: `results` is no list")),
        (None, Some(why)) => out.refuse(broken(number, &why)),
        (None, None) => out.pass("run", "it only describes the tool; nothing was scanned"),
    }
}

fn results_of(run: &Run<'_>, results: &[Value], out: &mut Out) {
    let mut keys = Keys::default();
    for result in results {
        match text(result, &["kind"]).unwrap_or("fail") {
            "fail" | "review" | "open" => match run.finding(result, &mut keys) {
                Some(fields) => out.record("vulnerability", fields),
                None => out.refuse("a result is no object"),
            },
            kind => {
                out.pass(format!("result of kind {}", cut(kind)), "it reports no flaw");
            }
        }
    }
}

/// Why a run says that it failed.
fn failure(run: &Value) -> Option<String> {
    let failed = list(run, "invocations")
        .iter()
        .find(|invocation| invocation.get("executionSuccessful") == Some(&Value::Bool(false)))?;
    let notes = ["toolExecutionNotifications", "toolConfigurationNotifications"];
    let mut notes = notes.iter().flat_map(|name| list(failed, name));
    let said = notes.find_map(|note| text(note, &["message", "text"]).or(text(note, &["message", "id"])));
    let code = text(failed, &["exitCodeDescription"]);
    Some(cut(said.or(code).unwrap_or("no reason given")))
}

fn broken(number: usize, why: &str) -> String {
    format!("run {number} failed (`{why}`) and looked at nothing; scan again")
}

fn cut(text: &str) -> String {
    text.chars().take(120).collect()
}
