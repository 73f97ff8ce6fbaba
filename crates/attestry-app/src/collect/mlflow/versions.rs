//! Versions of registered models as records of stream `model_version`.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::time::Instant;
use serde_json::Value;

use super::run::{instant, list, tags};
use super::{Known, MlflowError};
use crate::import::foreign::{Fields, Found, person_key, text};

const STREAM: &str = "model_version";
/// The tag by which MLflow tells prompts from models.
const PROMPT: &str = "mlflow.prompt.is_prompt";
/// Columns that a tag of the same name fills, the version's before the model's.
const TAGGED: [&str; 7] =
    ["system_key", "supplier", "task", "approach", "architecture", "base_model", "license"];
/// The state of a version that was listed before and is no more.
const DELETED: &str = "deleted";
/// How many models and missing numbers are named.
const NAMED: usize = 10;
/// How many missing numbers of a model are looked up among what is held.
const PROBED: usize = 10_000;

/// A version as the registry has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Version {
    pub(super) model: String,
    pub(super) version: String,
    pub(super) run_id: Option<String>,
    pub(super) model_id: Option<String>,
    aliases: BTreeSet<String>,
    stage: Option<String>,
    status: Option<String>,
    source: Option<String>,
    user: Option<String>,
    created_at: Option<Instant>,
    changed_at: Option<Instant>,
    tags: BTreeMap<String, String>,
}

impl Version {
    /// The version's identifier in all streams.
    pub(super) fn id(&self) -> String {
        id(&self.model, &self.version)
    }

    fn is_archived(&self) -> bool {
        self.stage.as_deref() == Some("Archived")
    }
}

fn id(model: &str, version: &str) -> String {
    format!("{model}@{version}")
}

/// What was passed over.
pub(super) type Passed = BTreeMap<(String, &'static str), u64>;

/// The versions, with what their models say of them; prompts are passed over.
pub(super) fn of_registry(models: &[Value], listed: &[Value]) -> Result<(Vec<Version>, Passed), MlflowError> {
    let mut of_models: BTreeMap<&str, &Value> = BTreeMap::new();
    for model in models {
        of_models.extend(text(model, &["name"]).map(|name| (name, model)));
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut passed = Passed::new();
    for one in listed {
        let Some((version, is_prompt)) = version(one, &of_models) else {
            *passed.entry(("model version".to_owned(), "it has no name or number")).or_default() += 1;
            continue;
        };
        if !seen.insert((version.model.clone(), version.version.clone())) {
            return Err(MlflowError::Moved { model: version.model, version: version.version });
        }
        if is_prompt {
            let why = "a prompt: MLflow says neither when nor where it took effect";
            *passed.entry(("prompt version".to_owned(), why)).or_default() += 1;
        } else {
            found.push(version);
        }
    }
    Ok((found, passed))
}

fn version(one: &Value, models: &BTreeMap<&str, &Value>) -> Option<(Version, bool)> {
    let model = text(one, &["name"])?;
    let number = one.get("version")?;
    let number = number.as_str().map_or_else(|| number.to_string(), str::to_owned);
    let owner = models.get(model).copied().unwrap_or(&Value::Null);
    let mut all = tags(list(owner, &["tags"]));
    all.extend(tags(list(one, &["tags"])));
    let mut aliases: BTreeSet<String> =
        list(one, &["aliases"]).iter().filter_map(Value::as_str).map(str::to_owned).collect();
    for alias in list(owner, &["aliases"]) {
        let of = alias.get("version").map(|of| of.as_str().map_or_else(|| of.to_string(), str::to_owned));
        if of.as_ref() == Some(&number) {
            aliases.extend(text(alias, &["alias"]).map(str::to_owned));
        }
    }
    let part = |name: &str| text(one, &[name]).map(str::to_owned);
    let is_prompt = all.get(PROMPT).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let version = Version {
        model: model.to_owned(),
        version: number,
        run_id: part("run_id"),
        model_id: part("model_id").or_else(|| part("source").as_deref().and_then(logged_model)),
        aliases,
        stage: part("current_stage").filter(|stage| stage != "None"),
        status: part("status"),
        source: part("source"),
        user: part("user_id"),
        created_at: instant(one, &["creation_timestamp"]),
        changed_at: instant(one, &["last_updated_timestamp"]).or(instant(one, &["creation_timestamp"])),
        tags: all,
    };
    Some((version, is_prompt))
}

/// The logged model that a version was made of. Many servers name it in the source alone: `models:/IDENTIFIER`, as
/// opposed to `models:/NAME/VERSION` and `models:/NAME@ALIAS`.
fn logged_model(source: &str) -> Option<String> {
    let rest = source.strip_prefix("models:/")?;
    (!rest.is_empty() && !rest.contains(['/', '@'])).then(|| rest.to_owned())
}

/// The records: each listed version, dated as the module above says, and each that is held but listed no more.
pub(super) fn records(versions: &[Version], now: Instant, known: &Known<'_>) -> Vec<Found> {
    let held = |id: &str| known(STREAM, &[id, "registry"]);
    let listed = versions.iter().map(|version| {
        let undated = fields(version);
        let at = dated(version, &undated, held(&version.id()).as_ref(), now);
        undated.with("updated_at", at)
    });
    let mut gone = Vec::new();
    for (model, numbers) in numbers(versions) {
        let highest = numbers.last().copied().unwrap_or(0);
        let between = missing(&numbers).take(PROBED);
        // Above the highest, one after the other as far as any is held.
        let above = (1..=PROBED as u64).filter_map(|step| highest.checked_add(step));
        let above = above.take_while(|number| held(&id(model, &number.to_string())).is_some());
        let held = between.chain(above).filter_map(|number| held(&id(model, &number.to_string())));
        gone.extend(held.filter_map(|fields| deleted(&fields, now)));
    }
    let all = listed.chain(gone);
    all.zip(1..).map(|(fields, item)| Found { stream: STREAM, item, fields }).collect()
}

/// The last state of a version that is listed no more; `None` when what is held says so already.
fn deleted(held: &Fields, now: Instant) -> Option<Fields> {
    if held.get("status").and_then(Value::as_str) == Some(DELETED) {
        return None;
    }
    let kept = held.iter().filter(|(name, _)| *name != "stage");
    let kept = kept.fold(Fields::default(), |fields, (name, value)| fields.with(name, value.clone()));
    let retired = held.get("retired_at").filter(|value| !value.is_null()).cloned();
    let retired = retired.unwrap_or_else(|| now.to_string().into());
    Some(kept.with("status", DELETED).with("retired_at", retired).with("updated_at", now.to_string()))
}

/// The instant of a state.
fn dated(version: &Version, found: &Fields, held: Option<&Fields>, now: Instant) -> String {
    let held_at = held.and_then(|held| held.get("updated_at")).and_then(Value::as_str);
    match (held_at, version.changed_at) {
        (Some(at), _) if held.is_some_and(|held| same(held, found)) => at.to_owned(),
        (Some(at), Some(changed)) if at.parse::<Instant>().is_ok_and(|at| at < changed) => {
            changed.to_string()
        }
        (None, Some(changed)) if version.aliases.is_empty() => changed.to_string(),
        _ => now.to_string(),
    }
}

/// Whether two states differ in nothing but their instants.
pub(super) fn same(held: &Fields, found: &Fields) -> bool {
    let without = |fields: &Fields| -> BTreeMap<String, Value> {
        let rest = fields.iter().filter(|(name, value)| *name != "updated_at" && !value.is_null());
        rest.map(|(name, value)| (name.to_owned(), plain(name, value))).collect()
    };
    without(held) == without(found)
}

/// A value in one form: an instant can be written in several.
fn plain(name: &str, value: &Value) -> Value {
    match value.as_str().filter(|_| name.ends_with("_at")).and_then(|text| text.parse::<Instant>().ok()) {
        Some(at) => at.micros().into(),
        None => value.clone(),
    }
}

fn fields(version: &Version) -> Fields {
    let mut stages: Vec<String> = version.stage.iter().map(|stage| stage.to_lowercase()).collect();
    stages.extend(version.aliases.iter().cloned());
    let stages = Some(stages.join(",")).filter(|stages| !stages.is_empty());
    let at = |at: Option<Instant>| at.map(|at| at.to_string());
    let mut fields = Fields::default()
        .with("model_version_id", version.id())
        .with("basis", "registry")
        .with("model", version.model.as_str())
        .with("version", version.version.as_str())
        .maybe("stage", stages)
        .maybe("status", status(version))
        .maybe("run_id", version.run_id.as_deref())
        .maybe("location", version.source.as_deref())
        .maybe("created_at", at(version.created_at))
        .maybe("retired_at", at(version.changed_at.filter(|_| version.is_archived())))
        .maybe("submitter_key", version.user.as_deref().map(person_key));
    for column in TAGGED {
        fields = fields.maybe(column, version.tags.get(column).map(String::as_str));
    }
    fields
}

/// An archived version is taken out of use, whatever its registration came to.
fn status(version: &Version) -> Option<String> {
    if version.is_archived() {
        return Some("retired".to_owned());
    }
    let status = version.status.as_deref()?;
    Some(match status {
        "PENDING_REGISTRATION" => "pending".to_owned(),
        "FAILED_REGISTRATION" => "failed".to_owned(),
        other => other.to_lowercase(),
    })
}

/// Numbers by model. MLflow numbers the versions of a model one after the other and uses no number again.
fn numbers(versions: &[Version]) -> BTreeMap<&str, BTreeSet<u64>> {
    let mut models: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for version in versions {
        models.entry(&version.model).or_default().extend(version.version.parse::<u64>().ok());
    }
    models
}

/// The numbers between 1 and the highest that are not listed.
fn missing(numbers: &BTreeSet<u64>) -> impl Iterator<Item = u64> {
    let highest = numbers.last().copied().unwrap_or(0);
    (1..=highest).filter(|number| !numbers.contains(number))
}

/// How many numbers of a model are missing: counted, not walked, since a server may number as it likes.
fn lacking(numbers: &BTreeSet<u64>) -> u64 {
    numbers.last().map_or(0, |highest| highest.saturating_sub(numbers.len() as u64))
}

/// The count, held against the numbers: a hole is a version that was deleted, or is hidden from the credentials.
pub(super) fn tie_out(versions: &[Version]) -> String {
    let models = numbers(versions);
    let highest = models
        .values()
        .filter_map(|numbers| numbers.last())
        .fold(0, |sum: u64, one| sum.saturating_add(*one));
    let mut text = format!(
        "{} versions of {} models listed; their highest numbers add up to {highest}",
        versions.len(),
        models.len()
    );
    let short = models.iter().filter(|(_, numbers)| lacking(numbers) > 0);
    for (model, numbers) in short.take(NAMED) {
        let named: Vec<_> = missing(numbers).take(NAMED).map(|number| number.to_string()).collect();
        let more = if lacking(numbers) > NAMED as u64 { " and more" } else { "" };
        text +=
            &format!("; `{model}` lacks {}{more}: deleted, or hidden from the credentials", named.join(", "));
    }
    text
}
