//! A control's statement as one text, with the names of what the organisation fills in.

use std::collections::BTreeMap;

use super::{Object, objects, text};
use crate::pack::framework::plain;

/// Parameters that stand in the choices of others, at most.
const DEEPEST: usize = 4;
/// Parts within parts at most.
const DEEPEST_PART: usize = 8;

type Params<'a> = BTreeMap<&'a str, &'a Object>;

/// The statement of a control; `None` when it has none.
pub(super) fn of(control: &Object, params: &Params<'_>) -> Option<String> {
    let mut said = Vec::new();
    let statements = objects(control, "parts").filter(|part| text(part, "name") == Some("statement"));
    statements.for_each(|part| say(part, params, 0, &mut said));
    let said = plain(&said.join(" "));
    (!said.is_empty()).then_some(said)
}

fn say(part: &Object, params: &Params<'_>, depth: usize, said: &mut Vec<String>) {
    if depth > DEEPEST_PART {
        return;
    }
    let mut labels = objects(part, "props").filter(|prop| text(prop, "name") == Some("label"));
    said.extend(
        labels
            .find(|prop| prop.get("class").is_none())
            .and_then(|prop| text(prop, "value"))
            .map(str::to_owned),
    );
    said.extend(text(part, "prose").map(|prose| filled(prose, params, 0)));
    objects(part, "parts").for_each(|below| say(below, params, depth + 1, said));
}

/// The text with `{{ insert: param, NAME }}` replaced by what the parameter is called.
fn filled(prose: &str, params: &Params<'_>, depth: usize) -> String {
    let mut filled = String::new();
    let mut rest = prose;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((insert, after)) = after.split_once("}}") else { break };
        filled.push_str(before);
        let name = insert.rsplit(',').next().unwrap_or_default().trim();
        filled.push_str(&format!("[{}]", called(name, params, depth)));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn called(name: &str, params: &Params<'_>, depth: usize) -> String {
    let Some(param) = params.get(name).filter(|_| depth < DEEPEST) else { return name.to_owned() };
    if let Some(label) = text(param, "label") {
        return filled(label, params, depth + 1);
    }
    let select = param.get("select").and_then(|select| select.get("choice")).and_then(|all| all.as_array());
    let choices = select.into_iter().flatten().filter_map(|choice| choice.as_str());
    let choices: Vec<String> = choices.map(|choice| filled(choice, params, depth + 1)).collect();
    if choices.is_empty() { name.to_owned() } else { choices.join("; ") }
}
