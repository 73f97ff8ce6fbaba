//! The results of a card's front matter.

use serde_json::{Map, Value};

use super::super::ai::{LONGEST_NAME, brief, number, word};
use super::super::finding::{key, list};
use super::super::{Fields, Out, at};
use super::BASIS;

/// Adds the results of one model.
pub(super) fn read(model: &str, results: &Value, out: &mut Out) {
    let Some(results) = results.as_array() else {
        return out.refuse("`model-index`: `results` is no list");
    };
    for (index, result) in results.iter().enumerate() {
        let metrics = list(result, "metrics");
        if metrics.is_empty() {
            out.pass("result", "it holds no metric");
        }
        let shared = Shared::new(model, result);
        if !shared.is_brief() {
            let number = index + 1;
            out.refuse(format!("`model-index`: result {number} has a name longer than {LONGEST_NAME} bytes"));
            continue;
        }
        for metric in metrics {
            match shared.evaluation(metric) {
                Some(fields) => out.record("evaluation", fields),
                None => out.refuse(format!("`model-index`: a metric of result {} has no `type`", index + 1)),
            }
        }
    }
}

/// What all metrics of a result have in common.
struct Shared<'m> {
    model: &'m str,
    /// The result without its metrics: the same measurement stays the same when another is added beside it.
    digest: String,
    task: Option<String>,
    dataset: Option<String>,
    part: Option<String>,
    source: Option<String>,
}

impl<'m> Shared<'m> {
    fn new(model: &'m str, result: &Value) -> Self {
        let said = |path: &[&str]| at(result, path).and_then(word);
        let part = ["config", "split"].iter().filter_map(|member| said(&["dataset", member]));
        let part = part.collect::<Vec<_>>().join("/");
        let rest = result.as_object().into_iter().flatten().filter(|(name, _)| name.as_str() != "metrics");
        let rest: Map<String, Value> = rest.map(|(name, value)| (name.clone(), value.clone())).collect();
        Self {
            model,
            digest: key(&[&Value::Object(rest).to_string()]),
            task: said(&["task", "type"]),
            dataset: dataset(result),
            part: Some(part).filter(|part| !part.is_empty()),
            source: said(&["source", "name"]),
        }
    }

    fn is_brief(&self) -> bool {
        [&self.task, &self.dataset, &self.part, &self.source].into_iter().flatten().all(|text| brief(text))
    }

    fn evaluation(&self, metric: &Value) -> Option<Fields> {
        let measured = |member: &str| metric.get(member).and_then(word);
        let name = measured("type").or_else(|| measured("name"))?;
        let value = metric.get("value").and_then(number);
        let told = metric.get("value").filter(|_| value.is_none()).and_then(word);
        Some(
            Fields::default()
                .with("evaluation_id", key(&[BASIS, self.model, &self.digest, &metric.to_string()]))
                .with("basis", BASIS)
                .with("model_version_id", self.model)
                .maybe("dataset", self.dataset.as_deref())
                .maybe("group_name", self.part.as_deref())
                .maybe("task", self.task.as_deref())
                .with("metric", variant(name, [measured("name"), measured("config")]))
                .maybe("metric_value", value)
                .maybe("metric_text", told)
                .maybe("verified", measured("verified").and_then(|word| word.parse::<bool>().ok()))
                .maybe("tool", self.source.as_deref()),
        )
    }
}

/// A metric with what tells it from others of its kind: a name never stands without its variant.
fn variant(name: String, further: [Option<String>; 2]) -> String {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let known = bare(&name);
    let told: Vec<String> = further.into_iter().flatten().filter(|text| bare(text) != known).collect();
    if told.is_empty() { name } else { format!("{name} ({})", told.join(", ")) }
}

/// The dataset by its identifier, else by its name; generators write `unknown` and `other` where there is none.
fn dataset(result: &Value) -> Option<String> {
    ["type", "name"].iter().find_map(|member| {
        let word = at(result, &["dataset", member]).and_then(word)?;
        (!["unknown", "other"].contains(&word.to_lowercase().as_str())).then_some(word)
    })
}
