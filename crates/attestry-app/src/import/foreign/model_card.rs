//! Model cards: Markdown, with or without YAML front matter.
//!
//! A card becomes a `model_version`; the results in its front matter (`model-index`) become `evaluation`s and the
//! datasets it names become `dataset_use`s. Of the prose only this is taken: the model's name from the first heading,
//! and which parts of a card are there and not empty, because a test of model cards asks for just that. Sentences
//! stay in the card, whose digest the record carries. A card that is prose alone names a whole family of models at
//! times: it is a statement about the name in its heading, and its version stays absent.
//!
//! A card does not say when it was written. Its instant stays absent, and whoever imports it has to state it.

mod results;
mod sections;
#[cfg(test)]
mod tests;
mod yaml;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use self::sections::Sections;
use super::ai::{LONGEST_NAME, brief, joined, versioned, word, words};
use super::{Fields, Out};

const BASIS: &str = "model_card";

/// Most models of one card.
const MOST_MODELS: usize = 50;

/// Most datasets that a card names; large models name some hundreds.
const MOST_DATASETS: usize = 2_000;

/// Members of front matter that only a model's card has.
const MARKS: [&str; 5] = ["model-index", "pipeline_tag", "library_name", "base_model", "model_name"];

/// Whether a file looks like a model card, by its name and first bytes.
pub fn recognises(name: &str, head: &[u8]) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    if !(name.ends_with(".md") || name.ends_with(".markdown")) {
        return false;
    }
    let head = String::from_utf8_lossy(head);
    let (front, prose) = halves(&head);
    let marked = |line: &str| {
        MARKS.iter().any(|mark| line.strip_prefix(mark).is_some_and(|rest| rest.starts_with(':')))
    };
    let titled = prose.lines().map(str::trim).find(|line| line.starts_with('#'));
    front.is_some_and(|front| front.lines().any(marked))
        || titled.is_some_and(|title| title.to_lowercase().contains("model card"))
        || name.replace(['_', ' '], "-").contains("model-card")
}

/// Reads a card.
pub fn document(bytes: &[u8], out: &mut Out) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8; save the card as UTF-8".to_owned())?;
    let (front, prose) = halves(text);
    let front = match front {
        Some(front) => yaml::read(front)?,
        None => Map::new(),
    };
    out.begin();
    let sections = Sections::new(prose);
    let card = Card { front: &front, sections: &sections, digest: hex::encode(Sha256::digest(bytes)) };
    match card.models() {
        Ok(models) => models.into_iter().for_each(|(name, results)| card.read(&name, results, out)),
        Err(rule) => out.refuse(rule),
    }
    Ok(())
}

/// Front matter, without its marks, and what follows it.
fn halves(text: &str) -> (Option<&str>, &str) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(rest) =
        text.strip_prefix("---").and_then(|rest| rest.trim_start_matches([' ', '\r']).strip_prefix('\n'))
    else {
        return (None, text);
    };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        let (front, tail) = rest.split_at(at);
        if line.trim_end() == "---" || line.trim_end() == "..." {
            return (Some(front), tail.strip_prefix(line).unwrap_or_default());
        }
        at += line.len();
    }
    // Marks that are never closed are no front matter: a rule that opens the text.
    (None, text)
}

struct Card<'c> {
    front: &'c Map<String, Value>,
    sections: &'c Sections,
    digest: String,
}

impl<'c> Card<'c> {
    /// The models the card is about, each with its results.
    fn models(&self) -> Result<Vec<(String, Option<&'c Value>)>, String> {
        let index = self.front.get("model-index").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if index.len() > MOST_MODELS || words(self.front.get("datasets")).len() > MOST_DATASETS {
            return Err(format!(
                "is about more than {MOST_MODELS} models or {MOST_DATASETS} datasets; split it"
            ));
        }
        let named = |entry: &'c Value| Some((entry.get("name").and_then(word)?, entry.get("results")));
        let models: Option<Vec<_>> = index.iter().map(named).collect();
        let models = models.ok_or("`model-index`: an entry has no `name`")?;
        let models = if models.is_empty() {
            self.named().map(|name| (name, None)).into_iter().collect()
        } else {
            models
        };
        if models.is_empty() {
            return Err(
                "names no model: give it a first heading with the model's name, or `model-index` in front \
                        matter"
                    .to_owned(),
            );
        }
        let version = self.stated_version();
        if !models.iter().all(|(name, _)| brief(&versioned(name, version.as_deref()))) {
            return Err(format!("has a model whose name is longer than {LONGEST_NAME} bytes"));
        }
        Ok(models)
    }

    fn named(&self) -> Option<String> {
        let front = ["model_name", "name"].iter().find_map(|member| self.front.get(*member).and_then(word));
        front.or_else(|| self.sections.model())
    }

    fn stated_version(&self) -> Option<String> {
        ["model_version", "version"].iter().find_map(|member| self.front.get(*member).and_then(word))
    }

    fn read(&self, name: &str, results: Option<&Value>, out: &mut Out) {
        let version = self.stated_version();
        let id = versioned(name, version.as_deref());
        out.record("model_version", self.version(name, version, &id));
        for dataset in words(self.front.get("datasets")) {
            let fields = Fields::default()
                .with("model_version_id", id.as_str())
                .with("dataset_version_id", dataset)
                .with("purpose", "training")
                .with("basis", BASIS);
            out.record("dataset_use", fields);
        }
        if let Some(results) = results {
            results::read(&id, results, out);
        }
    }

    fn version(&self, name: &str, version: Option<String>, id: &str) -> Fields {
        let list = |member: &str| joined(words(self.front.get(member)));
        let has = |member: &str| !words(self.front.get(member)).is_empty();
        let measured =
            self.front.get("model-index").and_then(Value::as_array).is_some_and(|index| !index.is_empty());
        let states = self.sections.states();
        // Where the licence is none of the known ones, `license: other` stands beside its name.
        let license = list("license").filter(|license| license != "other").or_else(|| list("license_name"));
        Fields::default()
            .with("model_version_id", id)
            .with("basis", BASIS)
            .with("model", name)
            .maybe("version", version)
            .maybe("task", list("pipeline_tag"))
            .maybe("base_model", list("base_model"))
            .maybe("license", license)
            .with("document_digest", format!("sha256:{}", self.digest))
            .with("states_intended_use", states.intended_use)
            .with("states_limitations", states.limitations)
            .with("states_training_data", states.training_data || has("datasets"))
            .with("states_evaluation", states.evaluation || measured)
            .with("states_contact", states.contact)
    }
}
