//! What a framework is in practice, and whom a requirement concerns.

use attestry_domain::catalog::{Applies, CitedSource, Scheme};
use attestry_domain::id::FrameworkId;

use crate::draft::Draft;
use crate::error::Noun;
use crate::fields::Fields;
use crate::read::day;

pub(super) fn read(mut fields: Fields<'_>) -> Option<Scheme> {
    let [what, concludes, output] = ["what", "concludes", "output"].map(|key| fields.text(key));
    let [origin, market, validity] = ["origin", "market", "validity"].map(|key| fields.text(key));
    let [renewal, best_when, not_for] = ["renewal", "best_when", "not_for"].map(|key| fields.text(key));
    let sources = fields.maps("sources").into_iter().filter_map(source).collect();
    fields.finish();
    Some(Scheme {
        what: what?.value,
        concludes: concludes?.value,
        output: output?.value,
        origin: origin?.value,
        market: market?.value,
        validity: validity?.value,
        renewal: renewal?.value,
        best_when: best_when?.value,
        not_for: not_for?.value,
        sources,
    })
}

fn source(mut fields: Fields<'_>) -> Option<CitedSource> {
    let source = fields.text("source");
    let as_of = fields.text("as_of").and_then(|text| day(&fields, &text));
    fields.finish();
    Some(CitedSource { source: source?.value, as_of: as_of? })
}

/// Whom a requirement concerns; where the framework has categories, these are the roles there are.
pub(super) fn applies(draft: &mut Draft, mut fields: Fields<'_>, roles_of: Option<&FrameworkId>) -> Applies {
    let (duty, tier) = (fields.optional_texts("duty"), fields.optional_texts("tier"));
    let when = fields.optional_text("when").map(|text| text.value).unwrap_or_default();
    fields.finish();
    if let Some(framework) = roles_of {
        for role in &duty {
            draft.refer(Noun::Category, format!("{framework}:{}", role.value), &role.place);
        }
    }
    let [duty, tier] = [duty, tier].map(|texts| texts.into_iter().map(|text| text.value).collect());
    Applies { duty, tier, when }
}
