//! `adviser/questions.yaml`.

use attestry_domain::advise::{Choice, Question, QuestionKind};
use attestry_domain::id::FieldId;

use super::{LONGEST, optional_condition};
use crate::draft::Draft;
use crate::error::{AdviceFault, Fault, Noun};
use crate::fields::Fields;

const KINDS: [(&str, QuestionKind); 4] = [
    ("one", QuestionKind::One),
    ("many", QuestionKind::Many),
    ("flag", QuestionKind::Flag),
    ("date", QuestionKind::Date),
];

pub(in crate::read) fn read(draft: &mut Draft, mut fields: Fields<'_>) {
    for one in fields.maps("questions") {
        if let Some(question) = question(draft, one) {
            draft.questions.push(question);
        }
    }
    fields.finish();
}

fn question(draft: &mut Draft, mut fields: Fields<'_>) -> Option<Question> {
    let id = fields.id::<FieldId>("id");
    if let Some(id) = &id {
        draft.define(Noun::Field, &id.value, &id.place);
    }
    let text = fields.text("text");
    let help = fields.text("help");
    let kind = fields.choice("kind", &KINDS);
    let when = optional_condition(draft, &mut fields, "when");
    let field = id.as_ref().map(|id| id.value.as_str());
    let options = fields.optional_maps("options");
    let mut options: Vec<Choice> =
        options.into_iter().filter_map(|one| choice(draft, one, field, kind)).collect();
    if let Some(kind) = kind {
        check_options(&fields, kind, &options);
    }
    if kind == Some(QuestionKind::Flag) {
        for (id, label) in [("yes", "Yes"), ("no", "No")] {
            draft.define(Noun::Answer, format!("{}.{id}", field.unwrap_or_default()), &fields.place());
            options.push(Choice { id: id.to_owned(), label: label.to_owned(), within_months: None });
        }
    }
    fields.finish();
    Some(Question { id: id?.value, text: text?.value, help: help?.value, kind: kind?, options, when })
}

fn choice(
    draft: &mut Draft,
    mut fields: Fields<'_>,
    field: Option<&str>,
    kind: Option<QuestionKind>,
) -> Option<Choice> {
    let id = fields.text("id");
    if let (Some(id), Some(field)) = (&id, field) {
        draft.define(Noun::Answer, format!("{field}.{}", id.value), &id.place);
    }
    let label = fields.text("label");
    let is_date = kind == Some(QuestionKind::Date);
    let within = is_date.then(|| fields.optional_number("within_months", 0, LONGEST)).flatten();
    fields.finish();
    Some(Choice { id: id?.value, label: label?.value, within_months: within.map(u32::from) })
}

fn check_options(fields: &Fields<'_>, kind: QuestionKind, options: &[Choice]) {
    let fault = match kind {
        QuestionKind::One if options.is_empty() => ("one", "needs `options`"),
        QuestionKind::Many if options.is_empty() => ("many", "needs `options`"),
        QuestionKind::Flag if !options.is_empty() => {
            ("flag", "is answered with yes or no; leave `options` out")
        }
        QuestionKind::Date if !are_spans(options) => {
            ("date", "needs `options` with growing `within_months`, of which only the last may have none")
        }
        _ => return,
    };
    let (kind, needs) = fault;
    fields.refuse(&fields.place(), Fault::Advice(AdviceFault::Options { kind, needs }));
}

/// Whether every day falls into a span of its own.
fn are_spans(options: &[Choice]) -> bool {
    let ends = |choice: &Choice| choice.within_months.map_or(u64::MAX, u64::from);
    !options.is_empty() && options.is_sorted_by(|a, b| ends(a) < ends(b))
}
