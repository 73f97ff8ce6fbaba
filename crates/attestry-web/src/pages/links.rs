//! Requirements, controls and frameworks to link to, as several pages name them.

use std::collections::BTreeSet;

use attestry_domain::assess::DesignLevel;
use attestry_domain::id::{ControlId, RequirementId};

use crate::context::Context;
use crate::pages::rows;

/// A requirement to link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementLink {
    /// Qualified id.
    pub id: String,
    /// Bare code.
    pub code: String,
    /// What people call its framework.
    pub framework: String,
    /// Title.
    pub title: String,
}

/// A control to link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlLink {
    /// The control.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it is implemented here.
    pub done: bool,
}

/// A framework to link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkLink {
    /// Short name in addresses.
    pub id: String,
    /// What people call it.
    pub short: String,
}

/// A requirement of the catalog.
pub(crate) fn requirement(context: &Context, id: &RequirementId) -> RequirementLink {
    RequirementLink {
        id: id.to_string(),
        code: id.code().to_owned(),
        framework: context.short(id.framework()),
        title: rows::title_of(context.catalog(), id),
    }
}

/// A control of the catalog.
pub(crate) fn control(context: &Context, id: &ControlId) -> ControlLink {
    ControlLink {
        id: id.to_string(),
        title: rows::control_title(context, id),
        done: is_implemented(context, id),
    }
}

/// A framework of the catalog.
pub(crate) fn framework(context: &Context, id: &str) -> FrameworkLink {
    FrameworkLink { id: id.to_owned(), short: context.short(id) }
}

/// The controls implemented on the day asked for.
pub(crate) fn implemented(context: &Context) -> BTreeSet<ControlId> {
    let all = context.readiness().controls.keys();
    all.filter(|id| is_implemented(context, id)).cloned().collect()
}

fn is_implemented(context: &Context, id: &ControlId) -> bool {
    let known = context.control(id).filter(|one| one.applicable != Some(false));
    known.is_some_and(|one| one.design.level == DesignLevel::Implemented)
}
