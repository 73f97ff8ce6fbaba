//! The adviser that is shipped: what experts advise, over every profile there is.

use std::sync::LazyLock;

use attestry_catalog::{Files, bundle, load_bundle};
use attestry_domain::advise::{Adviser, Plan, Profile, advise};
use attestry_domain::time::Day;

mod any_order;
mod every_profile;
mod expert;
mod refused;

/// The shipped adviser, read with the frameworks that it names and nothing else.
pub(crate) static ADVISER: LazyLock<Adviser> = LazyLock::new(|| {
    let mut files = Files::embedded();
    files.0.retain(|path, _| path.starts_with("adviser/") || path.starts_with("frameworks/"));
    match load_bundle(&bundle(&files)) {
        Ok(catalog) => catalog.adviser,
        Err(errors) => panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
});

pub(crate) fn today() -> Day {
    attestry_domain::time::day("2026-11-21").unwrap()
}

pub(crate) fn plan(profile: &Profile) -> Plan {
    assert_eq!(profile.faults(&ADVISER), []);
    advise(&ADVISER, profile, today())
}

/// The planned steps in order.
pub(crate) fn steps(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.step.as_str()).collect()
}
