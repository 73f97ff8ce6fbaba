//! Models with their cards, and datasets.

use serde_json::Value;

use super::super::ai::{LONGEST_NAME, brief, joined, number, shown, versioned, word, words};
use super::super::finding::{key, list};
use super::super::{Fields, Out, at, text};
use super::bill::{Bill, digest_of, licenses_of, name_of, supplier_of, version_of};

const BASIS: &str = "ml_bom";

/// Adds the models of a bill with what their cards state, and its datasets.
pub(super) fn read(bill: &Bill<'_>, out: &mut Out) {
    for (place, part) in bill.of_kind("machine-learning-model") {
        let Some(name) = name_of(part) else { continue };
        let id = versioned(&name, version_of(part));
        if brief(&id) {
            Model { bill, part, place, name, id }.read(out);
        } else {
            out.refuse(format!("`{place}` ({}) has a name longer than {LONGEST_NAME} bytes", shown(&name)));
        }
    }
    for (_, part) in bill.of_kind("data") {
        if let Some(fields) = dataset_part(bill, part) {
            out.record("dataset_version", fields);
        }
    }
}

struct Model<'b, 'v> {
    bill: &'b Bill<'v>,
    part: &'v Value,
    place: String,
    name: String,
    id: String,
}

impl Model<'_, '_> {
    fn read(&self, out: &mut Out) {
        out.record("model_version", self.version());
        let parameters = ["modelCard", "modelParameters"];
        for dataset in at(self.part, &parameters).map_or(&[][..], |held| list(held, "datasets")) {
            self.dataset(dataset, out);
        }
        let analysis = at(self.part, &["modelCard", "quantitativeAnalysis"]);
        for (at, metric) in
            analysis.map_or(&[][..], |held| list(held, "performanceMetrics")).iter().enumerate()
        {
            match self.evaluation(metric) {
                Some(fields) => out.record("evaluation", fields),
                None => out.refuse(format!(
                    "`{}` ({}): performance metric {} has no `type`",
                    self.place,
                    shown(&self.name),
                    at + 1
                )),
            }
        }
    }

    fn version(&self) -> Fields {
        let card = at(self.part, &["modelCard"]);
        let said = |path: &[&str]| card.and_then(|card| text(card, path));
        let states = |members: &[&[&str]]| {
            card.map(|card| members.iter().any(|path| at(card, path).is_some_and(|value| !is_empty(value))))
        };
        let ancestors = at(self.part, &["pedigree"]).map_or(&[][..], |held| list(held, "ancestors"));
        let family = said(&["modelParameters", "architectureFamily"]);
        Fields::default()
            .with("model_version_id", self.id.as_str())
            .with("basis", BASIS)
            .with("model", self.name.as_str())
            .maybe("version", version_of(self.part))
            .maybe("supplier", supplier_of(self.part))
            .maybe("task", said(&["modelParameters", "task"]))
            .maybe("approach", said(&["modelParameters", "approach", "type"]))
            .maybe("architecture", family.or_else(|| said(&["modelParameters", "modelArchitecture"])))
            .maybe("base_model", joined(ancestors.iter().filter_map(name_of)))
            .maybe("license", licenses_of(self.part))
            .maybe("location", distribution(self.part))
            .maybe("artifact_digest", digest_of(self.part))
            .maybe(
                "states_intended_use",
                states(&[&["considerations", "useCases"], &["considerations", "users"]]),
            )
            .maybe(
                "states_limitations",
                states(&[
                    &["considerations", "technicalLimitations"],
                    &["considerations", "performanceTradeoffs"],
                    &["considerations", "ethicalConsiderations"],
                    &["considerations", "fairnessAssessments"],
                ]),
            )
            .maybe("states_training_data", states(&[&["modelParameters", "datasets"]]))
            .maybe("states_evaluation", states(&[&["quantitativeAnalysis", "performanceMetrics"]]))
            .maybe("states_contact", card.map(|_| has_contact(self.part)))
            .maybe("updated_at", self.bill.made_at)
    }

    /// A dataset of the card: a reference to a part, or one written out in place.
    fn dataset(&self, dataset: &Value, out: &mut Out) {
        let id = match text(dataset, &["ref"]) {
            Some(reference) => {
                let part = self.bill.by_reference.get(reference);
                let named = part.and_then(|part| Some(versioned(&name_of(part)?, version_of(part))));
                named.unwrap_or_else(|| reference.to_owned())
            }
            None => match text(dataset, &["name"]) {
                Some(name) => {
                    let fields = dataset_fields(self.bill, name, None, &[dataset]);
                    out.record("dataset_version", fields);
                    name.to_owned()
                }
                None => {
                    let (place, name) = (&self.place, shown(&self.name));
                    return out.refuse(format!("`{place}` ({name}): a dataset has neither `ref` nor `name`"));
                }
            },
        };
        let fields = Fields::default()
            .with("model_version_id", self.id.as_str())
            .with("dataset_version_id", id)
            .with("purpose", "unstated")
            .with("basis", BASIS)
            .maybe("updated_at", self.bill.made_at);
        out.record("dataset_use", fields);
    }

    fn evaluation(&self, metric: &Value) -> Option<Fields> {
        let name = text(metric, &["type"])?;
        let value = metric.get("value").and_then(number);
        let told = metric.get("value").filter(|_| value.is_none()).and_then(word);
        let bound = |end: &str| at(metric, &["confidenceInterval", end]).and_then(number);
        let made_at = self.bill.made_at.unwrap_or_default();
        let content = metric.to_string();
        Some(
            Fields::default()
                .with("evaluation_id", key(&[BASIS, &self.bill.listed_in, made_at, &self.id, &content]))
                .maybe("evaluated_at", self.bill.made_at)
                .with("basis", BASIS)
                .with("model_version_id", self.id.as_str())
                .with("metric", name)
                .maybe("metric_value", value)
                .maybe("metric_text", told)
                .maybe("lower_bound", bound("lowerBound"))
                .maybe("upper_bound", bound("upperBound"))
                .maybe("group_name", text(metric, &["slice"])),
        )
    }
}

/// A part of kind `data` as a dataset; `None` when it says that it holds something else, such as configuration.
fn dataset_part(bill: &Bill<'_>, part: &Value) -> Option<Fields> {
    let name = name_of(part)?;
    let held = list(part, "data");
    let datasets: Vec<&Value> = held.iter().filter(|data| text(data, &["type"]) == Some("dataset")).collect();
    if datasets.is_empty() && !held.is_empty() {
        return None;
    }
    let fields = dataset_fields(bill, &name, version_of(part), &datasets)
        .maybe("digest", digest_of(part))
        .maybe("license", licenses_of(part))
        .maybe("origin", supplier_of(part));
    let location = fields.get("location").is_none().then(|| distribution(part)).flatten();
    Some(fields.maybe("location", location))
}

fn dataset_fields(bill: &Bill<'_>, name: &str, version: Option<&str>, held: &[&Value]) -> Fields {
    let urls: Vec<&str> = held.iter().filter_map(|data| text(data, &["contents", "url"])).collect();
    let sensitive = held.iter().flat_map(|data| words(data.get("sensitiveData")));
    Fields::default()
        .with("dataset_version_id", versioned(name, version))
        .with("basis", BASIS)
        .with("dataset", name)
        .maybe("version", version)
        .maybe("location", if let [url] = urls.as_slice() { Some(*url) } else { None })
        .maybe("classification", joined(held.iter().filter_map(|data| text(data, &["classification"]))))
        .maybe("sensitive_categories", joined(sensitive))
        .maybe("updated_at", bill.made_at)
}

/// Where a part can be had.
fn distribution(part: &Value) -> Option<&str> {
    let references = list(part, "externalReferences").iter();
    let mut distributed = references.filter(|one| text(one, &["type"]) == Some("distribution"));
    distributed.find_map(|one| text(one, &["url"]))
}

/// Whether somebody who can be asked is named with an address or a number.
fn has_contact(part: &Value) -> bool {
    let reachable =
        |person: &Value| ["email", "phone"].iter().any(|member| text(person, &[member]).is_some());
    let companies = ["supplier", "manufacturer"].iter().filter_map(|role| at(part, &[role]));
    let support =
        |one: &Value| matches!(text(one, &["type"]), Some("support" | "issue-tracker" | "mailing-list"));
    companies.flat_map(|company| list(company, "contact")).any(reachable)
        || list(part, "authors").iter().any(reachable)
        || list(part, "externalReferences").iter().any(support)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}
