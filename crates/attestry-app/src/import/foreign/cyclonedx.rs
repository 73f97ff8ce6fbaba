//! CycloneDX bills of materials in JSON, from version 1.2 on.
//!
//! An item is a bill. Each part and each service, however deep, becomes a `component` of the product that the bill
//! describes; a part of kind `machine-learning-model` besides a `model_version`, with its datasets as `dataset_use`
//! and its performance metrics as `evaluation`; a part of kind `data` and a dataset written into a model card a
//! `dataset_version`; a vulnerability, once for each thing it affects, a `vulnerability`. Declared conformance
//! (attestations and claims) is nobody's observation and no stream takes it.
//!
//! The instant of the records is the bill's own `metadata.timestamp`. Many bills have none: then it stays absent, and
//! whoever imports the bill has to state it.

mod bill;
mod model;
mod part;
mod vulnerability;

#[cfg(test)]
mod tests;

use serde_json::Value;

use self::bill::Bill;
use super::ai::shown;
use super::{Out, at, text};

/// What its name says that no record was made of, and why.
const UNTAKEN: [(&str, &str); 2] = [
    ("declarations", "a declaration says that something conforms; no stream takes what nobody observed"),
    ("definitions", "a bill that defines a standard lists no part and no finding"),
];

/// Whether an item is a CycloneDX bill of materials.
pub fn recognises(item: &Value) -> bool {
    text(item, &["bomFormat"]) == Some("CycloneDX")
}

/// Reads a bill.
pub fn item(item: &Value, out: &mut Out) {
    let bill = match check(item).and_then(|()| Bill::new(item)) {
        Ok(bill) => bill,
        Err(rule) => return out.refuse(rule),
    };
    let before = (out.found.len(), out.refused.len());
    part::read(&bill, out);
    model::read(&bill, out);
    vulnerability::read(&bill, out);
    let mut told = false;
    for (member, why) in UNTAKEN {
        if at(item, &[member]).and_then(Value::as_object).is_some_and(|object| !object.is_empty()) {
            out.pass(member, why);
            told = true;
        }
    }
    if !told && (out.found.len(), out.refused.len()) == before {
        out.pass("bill of materials", "it lists no part, no service and no vulnerability");
    }
}

fn check(item: &Value) -> Result<(), String> {
    if !recognises(item) {
        return Err("is no CycloneDX bill: `bomFormat` has to be `CycloneDX`".to_owned());
    }
    let Some(version) = text(item, &["specVersion"]) else {
        return Err("names no `specVersion`; a CycloneDX bill has one".to_owned());
    };
    let minor = version.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok());
    if minor.is_none_or(|minor| minor < 2) {
        return Err(format!("is CycloneDX {}; write it as 1.2 or a later 1.x", shown(version)));
    }
    for member in ["components", "services", "vulnerabilities"] {
        if at(item, &[member]).is_some_and(|value| !value.is_array()) {
            return Err(format!("has `{member}` that is no list"));
        }
    }
    Ok(())
}
