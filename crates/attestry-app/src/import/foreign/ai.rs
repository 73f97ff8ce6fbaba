//! What the sources about AI systems and bills of materials have in common: how a version is named, how numbers and
//! digests are written.

use std::collections::BTreeSet;

use serde_json::Value;

/// The identifier of a version: name and version joined by `@`, or the name alone.
pub(super) fn versioned(name: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("{name}@{version}"),
        None => name.to_owned(),
    }
}

/// A finite number, also one written as text.
pub(super) fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// A scalar as text; `None` for a list, an object, nothing or empty text.
pub(super) fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// One scalar or a list of scalars as texts; what is neither is left out.
pub(super) fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(word).collect(),
        Some(value) => word(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Texts joined by commas, each once, in their order; `None` when there are none.
pub(super) fn joined<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Option<String> {
    let mut known = BTreeSet::new();
    let mut all = String::new();
    for text in texts {
        if known.insert(text.as_ref().to_owned()) {
            all.push_str(if all.is_empty() { "" } else { ", " });
            all.push_str(text.as_ref());
        }
    }
    Some(all).filter(|text| !text.is_empty())
}

/// Whether a text is short enough to stand in every record of a file: a long one in many records would make a small
/// file a huge one.
pub(super) fn brief(text: &str) -> bool {
    text.len() <= LONGEST_NAME
}

/// Longest name of what many records repeat, in bytes.
pub(super) const LONGEST_NAME: usize = 500;

/// A user's text for a message, cut where it is long.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() { format!("`{cut}…`") } else { format!("`{cut}`") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_written_as_text_is_a_number_and_infinity_is_none() {
        assert_eq!(number(&json!(" 0.91 ")), Some(0.91));
        assert_eq!(number(&json!(3)), Some(3.0));
        assert_eq!(number(&json!("inf")), None);
        assert_eq!(number(&json!("about 0.9")), None);
    }

    #[test]
    fn repeated_texts_are_joined_once() {
        assert_eq!(joined(["MIT", "Apache-2.0", "MIT"]).as_deref(), Some("MIT, Apache-2.0"));
        assert_eq!(joined::<&str>([]), None);
    }

    #[test]
    fn a_list_inside_a_list_is_left_out() {
        assert_eq!(words(Some(&json!(["a", ["b"], 1, ""]))), ["a", "1"]);
        assert_eq!(words(Some(&json!("a"))), ["a"]);
        assert!(words(None).is_empty());
    }
}
