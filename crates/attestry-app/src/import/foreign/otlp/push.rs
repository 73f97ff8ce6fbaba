//! Log records that say themselves which stream they belong to.

use serde_json::Value;

use super::super::Fields;
use super::super::ai::shown;
use super::Signal;
use super::value::Attributes;

/// Prefix of attributes that are meant for a stream.
const PREFIX: &str = "attestry.";

/// The fields of a record, and its stream.
pub(super) fn fields<'s>(signal: &Signal<'s>, stream: &str) -> Result<(&'static str, Fields), String> {
    let Some((stream, event_time)) = STREAMS.iter().find(|(id, _)| *id == stream).copied() else {
        return Err(format!("`attestry.stream` names {}, which is no stream", shown(stream)));
    };
    let prefixed = |attributes: &'s Attributes<'s>| {
        let named = attributes.iter().filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?, value)));
        named.filter(|(column, _)| *column != "stream")
    };
    let plain = signal.attributes.iter().filter(|(name, _)| !name.contains('.'));
    let mut fields = Fields::default();
    for (column, value) in prefixed(signal.resource).chain(plain).chain(prefixed(signal.attributes)) {
        fields = with(fields, column, value)?;
    }
    let stated = fields.get(event_time).is_some();
    let instant = if stated { None } else { signal.instant() };
    Ok((stream, fields.maybe(event_time, instant)))
}

fn with(fields: Fields, column: &str, value: Option<Value>) -> Result<Fields, String> {
    match value {
        Some(Value::Null) => Ok(fields),
        Some(Value::Array(_) | Value::Object(_)) => {
            Err(format!("attribute {} holds several values; a column holds one", shown(column)))
        }
        Some(value) => Ok(fields.with(column, value)),
        None => Err(format!("attribute {} holds a value that no column can hold", shown(column))),
    }
}

/// The streams that can be pushed to, each with its event time: all but the collectors' own account of their runs.
pub(super) const STREAMS: [(&str, &str); 37] = [
    ("access_grant", "granted_at"),
    ("access_removal", "removed_at"),
    ("access_review", "completed_at"),
    ("account", "updated_at"),
    ("ai_incident", "updated_at"),
    ("alert", "updated_at"),
    ("api_activity", "occurred_at"),
    ("backup", "finished_at"),
    ("board_meeting", "updated_at"),
    ("branch_protection", "observed_at"),
    ("build", "built_at"),
    ("change", "merged_at"),
    ("component", "listed_at"),
    ("config_state", "observed_at"),
    ("dataset_use", "updated_at"),
    ("dataset_version", "updated_at"),
    ("deployment", "deployed_at"),
    ("device", "updated_at"),
    ("employee", "updated_at"),
    ("evaluation", "evaluated_at"),
    ("feedback", "updated_at"),
    ("human_review", "reviewed_at"),
    ("incident", "updated_at"),
    ("login", "occurred_at"),
    ("model_version", "updated_at"),
    ("override", "overridden_at"),
    ("patch", "observed_at"),
    ("policy_acknowledgement", "acknowledged_at"),
    ("prediction", "predicted_at"),
    ("prompt_change", "changed_at"),
    ("restore_test", "tested_at"),
    ("review", "reviewed_at"),
    ("risk_review", "reviewed_at"),
    ("training", "completed_at"),
    ("vendor", "updated_at"),
    ("vendor_review", "reviewed_at"),
    ("vulnerability", "observed_at"),
];
