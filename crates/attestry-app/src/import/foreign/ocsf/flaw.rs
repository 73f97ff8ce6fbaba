//! Vulnerability findings into `vulnerability`: a record for each flaw and package.

use serde_json::Value;

use super::super::finding::{self, Keys, list};
use super::super::{Fields, Out, at, text};
use super::{Resource, check, moment, occurred, product, severity, subject};

/// Most records of one finding: flaws by packages by resources.
const MOST_RECORDS: usize = 100_000;

pub(super) fn read(item: &Value, out: &mut Out) {
    let Some(scanner) = product(item) else {
        return out.refuse("does not name its product (`metadata.product.name`)");
    };
    let mut keys = Keys::default();
    let resources = Resource::all(item);
    let parts: usize = list(item, "vulnerabilities").iter().map(|flaw| packages(flaw).len().max(1)).sum();
    if resources.len().saturating_mul(parts) > MOST_RECORDS {
        return out
            .refuse(format!("would be more than {MOST_RECORDS} records; let the product split the finding"));
    }
    for resource in resources {
        let asset = resource.key.as_deref();
        for flaw in list(item, "vulnerabilities") {
            let packages = packages(flaw);
            for package in packages {
                out.record("vulnerability", fields(item, scanner, asset, flaw, package, &mut keys));
            }
            if packages.is_empty() {
                let code = list(flaw, "affected_code").first().unwrap_or(&Value::Null);
                out.record("vulnerability", fields(item, scanner, asset, flaw, code, &mut keys));
            }
        }
    }
}

/// The packages a flaw is in, in the words of every version.
fn packages(flaw: &Value) -> &[Value] {
    let named = list(flaw, "affected_packages");
    if named.is_empty() { list(flaw, "packages") } else { named }
}

fn fields(
    item: &Value,
    scanner: &str,
    asset: Option<&str>,
    flaw: &Value,
    part: &Value,
    keys: &mut Keys,
) -> Fields {
    let cve = text(flaw, &["cve", "uid"]);
    let rule = cve.or_else(|| text(flaw, &["advisory", "uid"])).or_else(|| text(flaw, &["cwe", "uid"]));
    let uid = subject(item).and_then(|finding| text(finding, &["uid"])).unwrap_or_default();
    let component = text(part, &["name"]);
    let file = text(part, &["path"]).or_else(|| text(part, &["file", "path"]));
    let line = part.get("start_line").and_then(Value::as_u64);
    let location = match (file, line) {
        (Some(file), Some(line)) => Some(format!("{file}:{line}")),
        (file, _) => file.map(str::to_owned),
    };
    let (status, suppressed) = (status(item), check::suppressed(item));
    let seen = occurred(item);
    let place = location.as_deref().unwrap_or_default();
    Fields::default()
        .with(
            "finding_id",
            keys.next(&[
                "ocsf",
                scanner,
                uid,
                asset.unwrap_or_default(),
                rule.unwrap_or_default(),
                component.unwrap_or_default(),
                place,
            ]),
        )
        .maybe("observed_at", seen.clone())
        .with("scanner", scanner)
        .maybe("kind", kind(flaw, part))
        .maybe("rule_id", rule)
        .maybe("cve_id", cve.and_then(finding::cve))
        .maybe("title", text(flaw, &["title"]).and_then(finding::line).or_else(|| check::title(item)))
        .maybe("asset_key", asset)
        .maybe("component", component)
        .maybe("installed_version", text(part, &["version"]))
        .maybe("fixed_version", text(part, &["fixed_in_version"]))
        .maybe("location", location)
        .with("severity", rated(item, flaw))
        .maybe("cvss_score", score(flaw))
        .with("status", status)
        .maybe("suppressed", suppressed)
        .maybe(
            "first_seen_at",
            moment(flaw, "first_seen_time").or_else(|| moment(subject(item)?, "first_seen_time")),
        )
        .maybe("published_at", at(flaw, &["cve"]).and_then(|cve| moment(cve, "created_time")))
        .maybe("fixed_at", seen.filter(|_| status == "fixed"))
}

/// What became of it: by the state of the finding, and by the activity that closes it.
fn status(item: &Value) -> &'static str {
    let state = ["status_id", "state_id"].iter().find_map(|name| item.get(*name)?.as_u64());
    match (item.get("activity_id").and_then(Value::as_u64), state) {
        (_, Some(3)) => "accepted",
        (Some(3), _) | (_, Some(4)) => "fixed",
        _ => "open",
    }
}

fn kind(flaw: &Value, part: &Value) -> Option<&'static str> {
    if !list(flaw, "affected_code").is_empty() {
        return Some("code");
    }
    part.get("name").map(|_| "dependency")
}

/// The flaw's own severity where it has one, else the finding's.
fn rated(item: &Value, flaw: &Value) -> &'static str {
    match text(flaw, &["severity"]).map(finding::severity) {
        None | Some("unknown") => severity(item),
        Some(word) => word,
    }
}

/// The first base score; until 1.0.0 there was one rating, later a list.
fn score(flaw: &Value) -> Option<f64> {
    let ratings = at(flaw, &["cve", "cvss"])?;
    let all = ratings.as_array().map_or(std::slice::from_ref(ratings), Vec::as_slice);
    all.iter().find_map(|one| one.get("base_score")?.as_f64())
}
