//! `topics.yaml`: what people ask about, and the controls that make it up.

use attestry_domain::catalog::Topic;
use attestry_domain::id::ControlId;

use crate::draft::Draft;
use crate::error::Noun;
use crate::fields::Fields;

pub(super) fn read(draft: &mut Draft, mut fields: Fields<'_>) {
    for one in fields.maps("topics") {
        if let Some(topic) = topic(draft, one) {
            draft.topics.push(topic);
        }
    }
    fields.finish();
}

fn topic(draft: &mut Draft, mut fields: Fields<'_>) -> Option<Topic> {
    let id = fields.text("id");
    if let Some(id) = &id {
        draft.define(Noun::Topic, &id.value, &id.place);
    }
    let (title, about) = (fields.text("title"), fields.text("about"));
    let controls = fields.ids::<ControlId>("controls");
    for control in &controls {
        draft.refer(Noun::Control, &control.value, &control.place);
    }
    fields.finish();
    let controls = controls.into_iter().map(|one| one.value).collect();
    Some(Topic { id: id?.value, title: title?.value, about: about?.value, controls })
}
