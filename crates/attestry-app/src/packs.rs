//! Which catalog a programme runs on: packs added to it and taken out, the move to the one built into this program,
//! and what such a change would do, seen before it is done.

use std::collections::{BTreeMap, BTreeSet};

use attestry_catalog::{CatalogDiff, CatalogError, Change, Files, Pack};
use attestry_domain::assess::{DesignTotals, FrameworkAssessment, OperationTotals, Readiness, assess};
use attestry_domain::assess::{RequirementAssessment, RequirementDesign, RequirementOperation};
use attestry_domain::catalog::Catalog;
use attestry_domain::command::{Command, Envelope};
use attestry_domain::event::workspace::CatalogAdopted;
use attestry_domain::id::{CommandId, ControlId, Digest, FrameworkId, RequirementId};
use attestry_domain::programme::Programme;
use serde::Serialize;

use crate::{AppError, Axis, Recorded, Sender, Workspace};

/// What adopting a catalog would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Digest of the catalog in force.
    pub before: Option<Digest>,
    /// Digest of the catalog that would be.
    pub after: Digest,
    /// The number of events that the preview was made from.
    pub at: u64,
    /// The packs that it would have.
    pub packs: Vec<String>,
    /// What differs between the two, whether in scope or not.
    pub diff: CatalogDiff,
    /// The effect on each framework in scope.
    pub frameworks: Vec<FrameworkEffect>,
    /// Controls that key mappings of the scope need with the new catalog, did not before, and nobody adopted.
    pub controls_needed: Vec<ControlId>,
    /// Adopted controls that the new catalog does not have: they stay, and count for no requirement.
    pub controls_left: Vec<ControlId>,
    /// Frameworks in scope that the new catalog does not have: they stay in scope, without requirements.
    pub frameworks_left: Vec<FrameworkId>,
    /// Mappings of adopted controls to requirements of frameworks in scope.
    pub mappings: MappingsChanged,
}

/// Mappings that differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MappingsChanged {
    /// Only in the new catalog.
    pub new: usize,
    /// Only in the old one.
    pub gone: usize,
    /// In both, with another kind or reason.
    pub changed: usize,
}

/// What would become of a framework in scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FrameworkEffect {
    /// The framework.
    pub id: FrameworkId,
    /// Requirements that come into scope.
    pub added: Vec<RequirementId>,
    /// Requirements that leave it.
    pub removed: Vec<RequirementId>,
    /// Requirements in both, with another state.
    pub moved: Vec<StateMoved>,
    /// States in design, before and after.
    pub design: [DesignTotals; 2],
    /// States in operation, before and after; `None` without a period.
    pub operation: Option<[OperationTotals; 2]>,
}

/// A requirement whose state would be another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateMoved {
    /// The requirement.
    pub requirement: RequirementId,
    /// In design, before and after.
    pub design: [RequirementDesign; 2],
    /// In operation, before and after; `None` without a period.
    pub operation: Option<[RequirementOperation; 2]>,
}

impl Preview {
    /// Whether nothing would change.
    pub fn is_nothing(&self) -> bool {
        self.before == Some(self.after)
    }
}

/// The files of the catalog in force, with its packs.
///
/// # Errors
/// When its object cannot be read.
pub async fn in_force(workspace: &Workspace) -> Result<Files, AppError> {
    let app = workspace.app();
    let adopted = workspace.follow().await?.programme.catalog;
    let unreadable = |error: CatalogError| AppError::Catalog(error.to_string());
    match adopted.filter(|digest| Some(*digest) != app.catalog.digest) {
        None => attestry_catalog::read_bundle(&app.bundle).map_err(unreadable),
        Some(digest) => attestry_catalog::read_bundle(&workspace.object(&digest).await?).map_err(unreadable),
    }
}

/// The catalog in force with a pack besides; see [`Files::with`].
///
/// # Errors
/// When something is there with other content and is not to be replaced.
pub async fn with_pack(workspace: &Workspace, pack: &Pack, replace: bool) -> Result<Files, AppError> {
    in_force(workspace).await?.with(pack, replace).map_err(|errors| refused("the pack", &errors))
}

/// The catalog in force without a pack.
///
/// # Errors
/// When there is no such pack.
pub async fn without_pack(workspace: &Workspace, pack: &str) -> Result<Files, AppError> {
    let files = in_force(workspace).await?;
    let known = files.packs().into_iter().map(str::to_owned).collect();
    files.without(pack).map_err(|_| AppError::NotFound { kind: "pack", id: pack.to_owned(), near: known })
}

/// The catalog built into this program, with the packs of the one in force.
///
/// # Errors
/// When the one in force cannot be read.
pub async fn built_in(workspace: &Workspace) -> Result<Files, AppError> {
    let base = attestry_catalog::read_bundle(&workspace.app().bundle);
    let base = base.map_err(|error| AppError::Catalog(error.to_string()))?;
    Ok(in_force(workspace).await?.over(&base))
}

/// What adopting these files would change, as of now.
///
/// # Errors
/// Everything that is wrong with the files, or evidence that cannot be read.
pub async fn preview(workspace: &Workspace, files: &Files) -> Result<Preview, AppError> {
    let (catalog, _) = checked(files)?;
    let status = workspace.status(Axis::default()).await?;
    let (programme, old) = (&status.snapshot.programme, &status.snapshot.catalog);
    let counts = workspace.counts(programme).await?;
    let (of, then) = (programme.clone(), std::sync::Arc::new(catalog));
    let (new, question) = (then.clone(), status.readiness.question);
    let judge = move || assess(&of, &then, &counts, question);
    let after = tokio::task::spawn_blocking(judge).await.map_err(|_| AppError::Stopping)?;
    let diff = attestry_catalog::diff(old, &new);
    let known: BTreeSet<ControlId> = needed(programme, old);
    let is_new = |id: &ControlId| !known.contains(id) && !programme.controls.contains_key(id);
    let has = |id: &FrameworkId| new.frameworks.contains_key(id) || !old.frameworks.contains_key(id);
    let left = |id: &&ControlId| old.controls.contains_key(*id) && !new.controls.contains_key(*id);
    Ok(Preview {
        before: programme.catalog,
        after: new.digest.unwrap_or(Digest::new([0; 32])),
        at: programme.sequence,
        packs: files.packs().into_iter().map(str::to_owned).collect(),
        frameworks: effects(&status.readiness, &after),
        controls_needed: needed(programme, &new).into_iter().filter(is_new).collect(),
        controls_left: programme.controls.keys().filter(left).cloned().collect(),
        frameworks_left: programme.frameworks.keys().filter(|id| !has(id)).cloned().collect(),
        mappings: mappings(programme, &diff),
        diff,
    })
}

/// Takes these files as the catalog in force: stores them as one object, then records it. What was adopted before
/// stays readable. Nothing is recorded when they are in force already.
///
/// # Errors
/// Everything that is wrong with the files; or that somebody adopted another catalog since `based_on`, the number of
/// events that a preview was made from; or that they cannot be stored.
pub async fn adopt(sender: &Sender, files: &Files, based_on: Option<u64>) -> Result<Recorded, AppError> {
    let (_, bundle) = checked(files)?;
    let app = sender.workspace().app();
    let stored = app.store.objects().put(&bundle).await?;
    let command = Command::AdoptCatalog(CatalogAdopted { digest: stored.digest });
    let based_on = based_on.map(|at| ("catalog".to_owned(), at));
    sender.send_enveloped(Envelope { id: CommandId::new(app.ulid()), based_on, command }).await
}

/// The catalog that files make, with their bundle.
fn checked(files: &Files) -> Result<(Catalog, Vec<u8>), AppError> {
    let catalog = attestry_catalog::load_files(files).map_err(|errors| refused("the catalog", &errors))?;
    Ok((catalog, attestry_catalog::bundle(files)))
}

/// What is wrong with files that somebody gave: the one fault, or a line each.
pub fn refused(what: &str, errors: &[CatalogError]) -> AppError {
    if let [one] = errors {
        return AppError::Input(one.to_string());
    }
    let lines: Vec<String> = errors.iter().take(20).map(|error| format!("\n{error}")).collect();
    AppError::Input(format!(
        "{what} has {} faults; mend them: nothing was changed{}",
        errors.len(),
        lines.concat()
    ))
}

/// The controls that key mappings of the scope need.
fn needed(programme: &Programme, catalog: &Catalog) -> BTreeSet<ControlId> {
    let adopted = programme.frameworks.iter();
    adopted
        .flat_map(|(id, adoption)| catalog.needed(id, &adoption.categories.iter().cloned().collect()))
        .collect()
}

fn effects(before: &Readiness, after: &Readiness) -> Vec<FrameworkEffect> {
    before.frameworks.iter().zip(&after.frameworks).map(|(then, now)| effect(then, now)).collect()
}

fn effect(then: &FrameworkAssessment, now: &FrameworkAssessment) -> FrameworkEffect {
    let by_id = |one: &FrameworkAssessment| -> BTreeMap<RequirementId, RequirementAssessment> {
        one.requirements.iter().map(|one| (one.id.clone(), one.clone())).collect()
    };
    let (old, new) = (by_id(then), by_id(now));
    let only = |these: &FrameworkAssessment, those: &BTreeMap<RequirementId, RequirementAssessment>| {
        let ids = these.requirements.iter().map(|one| &one.id);
        ids.filter(|id| !those.contains_key(*id)).cloned().collect()
    };
    let moved = now.requirements.iter().filter_map(|one| {
        let was = old.get(&one.id)?;
        let operation = was.operation.zip(one.operation).map(<[_; 2]>::from);
        let moved = was.design != one.design || was.operation != one.operation;
        moved.then(|| StateMoved { requirement: one.id.clone(), design: [was.design, one.design], operation })
    });
    FrameworkEffect {
        id: now.id.clone(),
        added: only(now, &old),
        removed: only(then, &new),
        moved: moved.collect(),
        design: [then.design, now.design],
        operation: then.operation.zip(now.operation).map(<[_; 2]>::from),
    }
}

/// Counts the mappings that differ, of adopted controls to frameworks in scope.
fn mappings(programme: &Programme, diff: &CatalogDiff) -> MappingsChanged {
    let mut changed = MappingsChanged::default();
    for one in diff.differences.iter().filter(|one| one.kind == "mapping") {
        let Some((control, requirement)) = one.id.split_once(" → ") else { continue };
        let framework = requirement.split_once(':').map_or("", |(framework, _)| framework);
        let is_adopted = programme.controls.keys().any(|id| id.as_str() == control);
        if is_adopted && programme.frameworks.keys().any(|id| id.as_str() == framework) {
            *match one.change {
                Change::New => &mut changed.new,
                Change::Gone => &mut changed.gone,
                Change::Changed => &mut changed.changed,
            } += 1;
        }
    }
    changed
}
