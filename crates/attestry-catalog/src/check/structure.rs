//! What everything that walks a framework rests on, also in a catalog that was adopted long ago.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::catalog::Requirement;
use attestry_domain::id::RequirementId;

use crate::draft::Draft;
use crate::error::{CatalogError, Fault, Noun, PackFault};

/// No node stands above itself, and a framework's name can be told from its codes.
pub(super) fn check(draft: &Draft) -> Vec<CatalogError> {
    let mut errors = Vec::new();
    for (framework, requirements) in &draft.frameworks {
        if framework.id.as_str().contains(':') {
            let place = draft.place(Noun::Framework, framework.id.as_str());
            errors.push(place.error(Fault::Pack(PackFault::Colon(framework.id.to_string()))));
        }
        for id in circles(requirements) {
            let place = draft.place(Noun::Requirement, id.as_str());
            errors.push(place.error(Fault::Pack(PackFault::Circle(id.code().to_owned()))));
        }
    }
    errors
}

/// Of each circle of parents, the node that is read first.
fn circles(requirements: &[Requirement]) -> Vec<&RequirementId> {
    let parents: BTreeMap<&RequirementId, &RequirementId> =
        requirements.iter().filter_map(|one| Some((&one.id, one.parent.as_ref()?))).collect();
    let (mut ends, mut found) = (BTreeSet::new(), Vec::new());
    for one in requirements {
        let (mut at, mut walked) = (&one.id, BTreeSet::new());
        while let Some(parent) = parents.get(at) {
            if ends.contains(at) {
                break;
            }
            if !walked.insert(at) {
                found.push(at);
                break;
            }
            at = *parent;
        }
        ends.extend(walked);
    }
    found
}
