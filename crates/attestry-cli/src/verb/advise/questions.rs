//! The questions as a profile to fill in.

use attestry_domain::advise::{Adviser, Condition, Question, QuestionKind};
use serde_json::{Value, json};

use crate::ui::words::wrapped;

/// Columns of a comment.
const WIDTH: usize = 96;

/// A YAML file that answers nothing yet.
pub(super) fn profile(adviser: &Adviser) -> String {
    let mut text = String::new();
    comment(
        &mut text,
        "What you know about your organisation, for `attestry advise --profile FILE`. Every field may stay empty: \
         that counts as not known.",
    );
    for question in adviser.questions() {
        text.push('\n');
        one(&mut text, question);
    }
    text
}

fn one(text: &mut String, question: &Question) {
    comment(text, &question.text);
    comment(text, &question.help);
    if let Some(when) = &question.when {
        comment(text, &format!("Only if {}.", words(when)));
    }
    match question.kind {
        QuestionKind::One | QuestionKind::Many => {
            let many = question.kind == QuestionKind::Many;
            comment(text, if many { "Any of:" } else { "One of:" });
            let widest = question.options.iter().map(|choice| choice.id.len()).max().unwrap_or(0);
            for choice in &question.options {
                text.push_str(&format!("#   {:widest$}  {}\n", choice.id, choice.label));
            }
        }
        QuestionKind::Flag => comment(text, "yes or no"),
        QuestionKind::Date => comment(text, "A day, as 2026-05-12"),
    }
    let empty = if question.kind == QuestionKind::Many { " []" } else { "" };
    text.push_str(&format!("{}:{empty}\n", question.id));
}

fn comment(text: &mut String, words: &str) {
    for line in wrapped(words, WIDTH) {
        text.push_str(&format!("# {line}\n"));
    }
}

/// A condition as people read it.
fn words(condition: &Condition) -> String {
    let all = |parts: &[Condition], and: &str| parts.iter().map(words).collect::<Vec<_>>().join(and);
    match condition {
        Condition::All(parts) if parts.is_empty() => "always".to_owned(),
        Condition::All(parts) => all(parts, " and "),
        Condition::Any(parts) => all(parts, " or "),
        Condition::Not(part) => format!("not ({})", words(part)),
        Condition::Is { field, options } => format!("{field} has {}", options.join(" or ")),
        Condition::Planned(steps) => {
            let steps: Vec<&str> = steps.iter().map(|step| step.as_str()).collect();
            format!("{} is planned", steps.join(" or "))
        }
    }
}

/// The same for machines.
pub(super) fn document(adviser: &Adviser) -> Value {
    let one = |question: &Question| {
        let options = question.options.iter().map(|choice| json!({"id": choice.id, "label": choice.label}));
        json!({
            "id": question.id,
            "text": question.text,
            "help": question.help,
            "kind": question.kind,
            "options": options.collect::<Vec<_>>(),
            "when": question.when.as_ref().map(words),
        })
    };
    json!({"questions": adviser.questions().iter().map(one).collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use attestry_domain::advise::Profile;

    use super::*;

    #[test]
    fn the_file_is_a_profile_that_answers_nothing_and_names_every_field() {
        let catalog = attestry_catalog::embedded().unwrap();
        let text = profile(&catalog.adviser);
        let read: Profile = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(read.is_empty());
        assert_eq!(read.faults(&catalog.adviser), []);
        for question in catalog.adviser.questions() {
            assert!(text.contains(&format!("\n{}:", question.id)), "{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 120));
    }

    #[test]
    fn yaml_and_json_answers_are_read_alike() {
        let yaml: Profile =
            serde_saphyr::from_str("customers: [us]\nexpands_abroad: yes\ndeadline: 2027-03-01\n").unwrap();
        let json = r#"{"customers": ["us"], "expands_abroad": true, "deadline": "2027-03-01"}"#;
        let json: Profile = serde_saphyr::from_str(json).unwrap();
        for field in ["customers", "expands_abroad", "deadline"] {
            assert_eq!(yaml.texts(field), json.texts(field));
            assert_eq!(yaml.texts(field).len(), 1);
        }
    }
}
